//! The protocol of prepared statements: parse, bind, describe, execute, close.

use std::sync::Arc;

use pgwire::api::Type;
use pgwire::messages::data::{NoData, ParameterDescription};
use pgwire::messages::extendedquery::{
    Bind, BindComplete, CloseComplete, Describe, Parse, ParseComplete, TARGET_TYPE_BYTE_STATEMENT,
};
use pgwire::messages::{PgWireBackendMessage as Told, PgWireFrontendMessage as Asked};
use tokio::io::{AsyncRead, AsyncWrite};

use super::command::Command;
use super::error::{Failure, Trouble};
use super::parameters::Parameter;
use super::plan::Plan;
use super::portal::Portal;
use super::rows::{Formats, description};
use super::session::{Session, no_portal};
use super::statement::Statement;

/// Statements and portals that a client may keep, and bytes of all its statements.
const MOST_STATEMENTS: usize = 1000;
const MOST_PORTALS: usize = 32;
const MOST_TEXT: usize = 1024 * 1024;

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// Answers one message.
    pub(super) async fn extended(&mut self, message: Asked) -> Result<(), Trouble> {
        match message {
            Asked::Parse(parse) => self.parse(parse),
            Asked::Bind(bind) => self.bind(bind),
            Asked::Describe(describe) => self.describe(describe).await,
            Asked::Execute(execute) => {
                let name = execute.name.unwrap_or_default();
                let most = u64::try_from(execute.max_rows).ok().filter(|most| *most > 0);
                let mut portal = self.portals.remove(&name).ok_or_else(|| no_portal(&name))?;
                self.play(&mut portal, most, false).await?;
                self.portals.insert(name, portal);
                Ok(())
            }
            Asked::Close(close) => {
                let name = close.name.unwrap_or_default();
                if close.target_type == TARGET_TYPE_BYTE_STATEMENT {
                    self.statements.remove(&name);
                } else {
                    self.portals.remove(&name);
                }
                self.wire.put(&Told::CloseComplete(CloseComplete::new()))
            }
            // A file that was refused is sent all the same.
            Asked::CopyData(_) | Asked::CopyDone(_) | Asked::CopyFail(_) => Ok(()),
            _ => Err(Failure::protocol("a message came at the wrong time").into()),
        }
    }

    fn parse(&mut self, parse: Parse) -> Result<(), Trouble> {
        let name = parse.name.unwrap_or_default();
        if !name.is_empty() && self.statements.contains_key(&name) {
            return Err(Failure::new("42P05", format!("prepared statement \"{name}\" already exists")).into());
        }
        let text: usize = self.statements.values().map(|prepared| prepared.statement.text.len()).sum();
        if self.statements.len() >= MOST_STATEMENTS || text + parse.query.len() > MOST_TEXT {
            return Err(Failure::new("53400", "too many prepared statements; deallocate some").into());
        }
        let several = || Failure::new("42601", "cannot insert multiple commands into a prepared statement");
        let statement = Statement::only(&parse.query).ok_or_else(several)?;
        let prepared = self.prepare(statement, &parse.type_oids)?;
        self.statements.insert(name, prepared);
        self.wire.put(&Told::ParseComplete(ParseComplete::new()))
    }

    fn bind(&mut self, bind: Bind) -> Result<(), Trouble> {
        let (name, statement) = (bind.portal_name.unwrap_or_default(), bind.statement_name.unwrap_or_default());
        let prepared = Arc::clone(self.statements.get(&statement).ok_or_else(|| no_statement(&statement))?);
        if !name.is_empty() && self.portals.contains_key(&name) {
            return Err(Failure::new("42P03", format!("cursor \"{name}\" already exists")).into());
        }
        let (given, needed) = (bind.parameters.len(), prepared.types.len());
        if given != needed {
            let message = format!("bind message supplies {given} parameters, but the statement requires {needed}");
            return Err(Failure::new("08P01", message).into());
        }
        let codes = Formats(bind.parameter_format_codes);
        codes.fit(given)?;
        let values = bind.parameters.iter().zip(&prepared.types).enumerate();
        let parameters = values
            .map(|(place, (bytes, kind))| Parameter::of(kind, codes.is_binary(place), bytes.as_ref()))
            .collect::<Result<Vec<_>, _>>()?;
        let portal = Portal::new(prepared, parameters, Formats(bind.result_column_format_codes));
        self.add_portal(name, portal)?;
        self.wire.put(&Told::BindComplete(BindComplete::new()))
    }

    pub(super) fn add_portal(&mut self, name: String, portal: Portal) -> Result<(), Failure> {
        if self.portals.len() >= MOST_PORTALS {
            return Err(Failure::new("53400", "too many open cursors; close some"));
        }
        self.portals.insert(name, portal);
        Ok(())
    }

    async fn describe(&mut self, describe: Describe) -> Result<(), Trouble> {
        let name = describe.name.unwrap_or_default();
        if describe.target_type == TARGET_TYPE_BYTE_STATEMENT {
            let prepared = Arc::clone(self.statements.get(&name).ok_or_else(|| no_statement(&name))?);
            let oids = prepared.types.iter().map(Type::oid).collect();
            self.wire.put(&Told::ParameterDescription(ParameterDescription::new(oids)))?;
            return match self.columns(&prepared).await? {
                Some(columns) => self.wire.put(&description(&columns, &Formats::default())),
                None => self.wire.put(&Told::NoData(NoData::new())),
            };
        }
        let mut portal = self.portals.remove(&name).ok_or_else(|| no_portal(&name))?;
        if let Plan::Command(Command::Fetch(cursor, _)) = &portal.prepared.plan {
            let mut fetched = self.portals.remove(cursor).ok_or_else(|| no_portal(cursor))?;
            let columns = self.open(&mut fetched).await?;
            self.portals.insert(cursor.clone(), fetched);
            self.wire.put(&description(&columns, &portal.formats))?;
        } else if portal.prepared.makes_rows() {
            // The question begins here: the columns are those of its answer, and Execute is what comes next.
            self.switch.release();
            let columns = self.open(&mut portal).await?;
            self.wire.put(&description(&columns, &portal.formats))?;
        } else {
            self.wire.put(&Told::NoData(NoData::new()))?;
        }
        self.portals.insert(name, portal);
        Ok(())
    }
}

fn no_statement(name: &str) -> Failure {
    Failure::new("26000", format!("prepared statement \"{name}\" does not exist"))
}
