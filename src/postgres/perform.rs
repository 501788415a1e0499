//! Commands carried out: settings, transactions, cursors.

use std::sync::Arc;

use duckdb::arrow::array::{ArrayRef, StringArray};
use duckdb::arrow::datatypes::{DataType, Field, Schema};
use duckdb::arrow::record_batch::RecordBatch;
use pgwire::messages::response::TransactionStatus;
use tokio::io::{AsyncRead, AsyncWrite};

use super::answer::Answer;
use super::command::Command;
use super::error::{Failure, Trouble, notice};
use super::plan::Prepared;
use super::portal::Portal;
use super::rows::Formats;
use super::session::{Session, no_portal};
use super::settings::REPORTED;

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// A setting as an answer.
    pub(super) fn shown(&self, name: &str) -> Result<Answer, Failure> {
        let settings = &self.who.settings;
        let columns: Vec<(&str, Vec<String>)> = if name == "all" {
            let (names, values) = settings.all().into_iter().unzip();
            vec![("name", names), ("setting", values)]
        } else {
            let unknown = || Failure::new("42704", format!("unrecognized configuration parameter \"{name}\""));
            vec![(name, vec![settings.get(name).ok_or_else(unknown)?])]
        };
        let fields: Vec<Field> = columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, false)).collect();
        let arrays = columns.into_iter().map(|(_, values)| Arc::new(StringArray::from(values)) as ArrayRef).collect();
        let schema = Arc::new(Schema::new(fields));
        let rows = RecordBatch::try_new(Arc::clone(&schema), arrays);
        let rows = rows.map_err(|error| Failure::new("XX000", error.to_string()))?;
        Ok(Answer::whole(&schema, false, vec![rows]))
    }

    pub(super) fn command(&mut self, command: &Command, portal: &Portal) -> Result<(), Trouble> {
        match command {
            Command::Begin => {
                self.status = TransactionStatus::Transaction;
                self.done("BEGIN")
            }
            Command::Commit | Command::Rollback => {
                let is_kept = *command == Command::Commit && self.status != TransactionStatus::Error;
                self.status = TransactionStatus::Idle;
                self.portals.retain(|_, portal| portal.is_held);
                self.done(if is_kept { "COMMIT" } else { "ROLLBACK" })
            }
            Command::RollbackTo => {
                if self.status == TransactionStatus::Error {
                    self.status = TransactionStatus::Transaction;
                }
                self.done("ROLLBACK")
            }
            Command::Nothing(tag) => self.done(*tag),
            Command::Set(name, value) => {
                if !self.who.settings.set(name, value)? {
                    let message = format!("{name} stays as it is: answers are written in one way only, in UTC");
                    self.wire.put(&notice("NOTICE", "00000", message))?;
                }
                self.told_of(name)?;
                self.done("SET")
            }
            Command::Reset(name) => {
                self.who.settings.reset(name);
                self.told_of(name)?;
                self.done("RESET")
            }
            Command::Discard => {
                self.portals.clear();
                self.statements.clear();
                self.done("DISCARD ALL")
            }
            Command::Deallocate(name) => {
                match name {
                    Some(name) => drop(self.statements.remove(name)),
                    None => self.statements.clear(),
                }
                self.done(if name.is_some() { "DEALLOCATE" } else { "DEALLOCATE ALL" })
            }
            Command::Declare(name, is_held, question) => {
                if self.status == TransactionStatus::Idle && !is_held {
                    let message = "DECLARE CURSOR can only be used in transaction blocks";
                    return Err(Failure::new("25P01", message).into());
                }
                if self.portals.contains_key(name) {
                    return Err(Failure::new("42P03", format!("cursor \"{name}\" already exists")).into());
                }
                let prepared = Prepared::of(question.clone(), &[])?;
                if !prepared.makes_rows() {
                    return Err(Failure::new("0A000", "a cursor takes a question").into());
                }
                let mut cursor = Portal::new(Arc::new(prepared), portal.parameters.clone(), Formats::default());
                cursor.is_held = *is_held;
                self.add_portal(name.clone(), cursor)?;
                self.done("DECLARE CURSOR")
            }
            Command::Close(name) => {
                match name {
                    Some(name) => drop(self.portals.remove(name).ok_or_else(|| no_portal(name))?),
                    None => self.portals.clear(),
                }
                self.done("CLOSE CURSOR")
            }
            Command::Show(_) | Command::Fetch(..) | Command::Move(..) | Command::Copy(..) => Ok(()),
        }
    }

    /// Tells the client of a setting that it watches.
    fn told_of(&mut self, name: &str) -> Result<(), Trouble> {
        let watched = REPORTED.iter().find(|known| known.eq_ignore_ascii_case(name));
        watched.map_or(Ok(()), |known| self.report(known))
    }
}
