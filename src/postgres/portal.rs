//! What is done with a statement: a command is carried out, a question is asked, an answer is sent.

use std::sync::Arc;

use pgwire::messages::PgWireBackendMessage as Told;
use pgwire::messages::copy::{CopyDone, CopyOutResponse};
use pgwire::messages::extendedquery::PortalSuspended;
use pgwire::messages::response::{CommandComplete, EmptyQueryResponse};
use tokio::io::{AsyncRead, AsyncWrite};

use super::answer::Answer;
use super::catalogue::Inquiry;
use super::cell::Column;
use super::command::Command;
use super::error::{Failure, Trouble, notice};
use super::parameters::{Parameter, bind};
use super::plan::{Plan, Prepared};
use super::rows::{Dress, Formats, description, write};
use super::session::{Session, no_portal};
use crate::query::ask::{Ask, Bound};

/// Rows that are written before the client gets some.
const ROWS_AT_ONCE: usize = 256;

/// A statement with its parameters, and its answer once that has begun.
pub(super) struct Portal {
    pub(super) prepared: Arc<Prepared>,
    pub(super) formats: Formats,
    /// It outlives its transaction.
    pub(super) is_held: bool,
    pub(super) parameters: Vec<Parameter>,
    answer: Option<Answer>,
}

impl Portal {
    pub(super) fn new(prepared: Arc<Prepared>, parameters: Vec<Parameter>, formats: Formats) -> Self {
        Self { prepared, formats, is_held: false, parameters, answer: None }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// Asks, unless that was done; the answer's columns.
    pub(super) async fn open(&mut self, portal: &mut Portal) -> Result<Vec<Column>, Trouble> {
        if portal.answer.is_none() {
            let prepared = Arc::clone(&portal.prepared);
            let answer = self.ask(&prepared, &portal.parameters, false).await?;
            portal.formats.fit(answer.columns.len())?;
            portal.answer = Some(answer);
        }
        Ok(portal.answer.as_ref().map(|answer| answer.columns.clone()).unwrap_or_default())
    }

    /// The columns of a statement whose parameters are not known yet; none where it makes no rows.
    pub(super) async fn columns(&mut self, prepared: &Prepared) -> Result<Option<Vec<Column>>, Trouble> {
        if !prepared.makes_rows() {
            return Ok(None);
        }
        if let Some(columns) = prepared.columns.get() {
            return Ok(Some(columns.clone()));
        }
        let nothing: Vec<Parameter> = prepared.types.iter().map(Parameter::nothing).collect();
        self.switch.release();
        let answer = self.ask(prepared, &nothing, true).await?;
        Ok(Some(prepared.columns.get_or_init(|| answer.columns.clone()).clone()))
    }

    async fn ask(
        &mut self,
        prepared: &Prepared,
        parameters: &[Parameter],
        is_description: bool,
    ) -> Result<Answer, Trouble> {
        if let Plan::Command(Command::Show(name)) = &prepared.plan {
            return Ok(self.shown(name)?);
        }
        let (sql, values) = bind(&prepared.statement, parameters)?;
        if let Plan::Catalogue = prepared.plan {
            let (who, catalogue) = (self.who.clone(), self.catalogue.clone());
            let words = prepared.statement.tokens.len();
            return Ok(self.wait(catalogue.ask(Inquiry { sql, words, values, who, is_description })).await??);
        }
        let begins = |word: &str| prepared.statement.begins(&[word]);
        // The engine plans an empty answer without looking at any row.
        let is_wrapped = is_description && ["select", "with", "from", "values"].iter().any(|word| begins(word));
        let sql = if is_wrapped { format!("select * from ({sql}) as asked limit 0") } else { sql };
        let rows = is_description.then_some(0);
        let ask = Ask { sql, parameters: Bound::Positional(values), as_of: self.clock.now(), rows };
        let (desk, user) = (self.desk.clone(), self.logged.clone());
        Ok(self.wait(Answer::of_desk(&desk, Some(&user), ask)).await??)
    }

    /// Carries a statement out. `is_simple`: the client has not asked for the columns.
    pub(super) async fn play(
        &mut self,
        portal: &mut Portal,
        most: Option<u64>,
        is_simple: bool,
    ) -> Result<(), Trouble> {
        self.switch.release();
        let prepared = Arc::clone(&portal.prepared);
        match &prepared.plan {
            Plan::Empty => self.wire.put(&Told::EmptyQueryResponse(EmptyQueryResponse::new())),
            Plan::Catalogue | Plan::Marts | Plan::Command(Command::Show(_)) => {
                let columns = self.open(portal).await?;
                if is_simple {
                    self.wire.put(&description(&columns, &portal.formats))?;
                }
                let formats = portal.formats.clone();
                let (rows, is_done) = self.send(portal, &Dress::Rows(&formats), most).await?;
                if is_done {
                    self.done(format!("SELECT {rows}"))
                } else {
                    self.wire.put(&Told::PortalSuspended(PortalSuspended::new()))
                }
            }
            Plan::Command(Command::Fetch(name, rows)) => {
                let mut cursor = self.portals.remove(name).ok_or_else(|| no_portal(name))?;
                let columns = self.open(&mut cursor).await?;
                portal.formats.fit(columns.len())?;
                if is_simple {
                    self.wire.put(&description(&columns, &portal.formats))?;
                }
                let (rows, _) = self.send(&mut cursor, &Dress::Rows(&portal.formats), *rows).await?;
                self.portals.insert(name.clone(), cursor);
                self.done(format!("FETCH {rows}"))
            }
            Plan::Command(Command::Move(name, rows)) => {
                let mut cursor = self.portals.remove(name).ok_or_else(|| no_portal(name))?;
                self.open(&mut cursor).await?;
                let rows = self.pass(&mut cursor, *rows).await?;
                self.portals.insert(name.clone(), cursor);
                self.done(format!("MOVE {rows}"))
            }
            Plan::Command(Command::Copy(question, form)) => {
                let mut portal =
                    Portal::new(Arc::new(Prepared::of(question.clone(), &[])?), Vec::new(), Formats::default());
                if !portal.prepared.makes_rows() {
                    return Err(Failure::new("0A000", "COPY takes a question").into());
                }
                let columns = self.open(&mut portal).await?;
                let number = i16::try_from(columns.len()).unwrap_or(i16::MAX);
                let response = CopyOutResponse::new(0, number, vec![0; columns.len()]);
                self.wire.put(&Told::CopyOutResponse(response))?;
                if form.has_header {
                    form.header(&columns, self.wire.outbound());
                }
                let (rows, _) = self.send(&mut portal, &Dress::File(form), None).await?;
                self.wire.put(&Told::CopyDone(CopyDone::new()))?;
                self.done(format!("COPY {rows}"))
            }
            Plan::Command(command) => self.command(command, portal),
        }
    }

    pub(super) fn done(&mut self, tag: impl Into<String>) -> Result<(), Trouble> {
        self.wire.put(&Told::CommandComplete(CommandComplete::new(tag.into())))
    }

    /// Sends rows; how many, and whether those were the last.
    async fn send(
        &mut self,
        portal: &mut Portal,
        dress: &Dress<'_>,
        most: Option<u64>,
    ) -> Result<(u64, bool), Trouble> {
        let Some(answer) = &mut portal.answer else { return Ok((0, true)) };
        let first = answer.taken;
        loop {
            let left = most.map_or(u64::MAX, |most| most - (answer.taken - first));
            if left == 0 {
                return Ok((answer.taken - first, false));
            }
            let rows = usize::try_from(left).unwrap_or(usize::MAX).min(ROWS_AT_ONCE);
            let Some(rows) = self.wait(answer.next(rows)).await?? else { break };
            write(&answer.columns, &rows, dress, self.wire.outbound());
            self.wire.relieve().await?;
        }
        let (sent, cut) = (answer.taken - first, answer.is_cut_at());
        if let Some(rows) = cut {
            let message = format!("there is more: the answer is cut at {rows} rows ([query] rows)");
            self.wire.put(&notice("WARNING", "01000", message))?;
        }
        Ok((sent, true))
    }

    /// Passes over rows; how many.
    async fn pass(&mut self, portal: &mut Portal, most: Option<u64>) -> Result<u64, Trouble> {
        let Some(answer) = &mut portal.answer else { return Ok(0) };
        let first = answer.taken;
        loop {
            let left = most.map_or(u64::MAX, |most| most - (answer.taken - first));
            let rows = usize::try_from(left).unwrap_or(usize::MAX);
            if rows == 0 || self.wait(answer.next(rows)).await??.is_none() {
                return Ok(answer.taken - first);
            }
        }
    }
}
