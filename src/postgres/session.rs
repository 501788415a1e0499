//! A connection whose client may ask: its messages, one after the other.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use pgwire::messages::response::{EmptyQueryResponse, ReadyForQuery, TransactionStatus};
use pgwire::messages::startup::{Authentication, BackendKeyData, ParameterStatus, SecretKey};
use pgwire::messages::{PgWireBackendMessage as Told, PgWireFrontendMessage as Asked};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::cancel::Switch;
use super::catalogue::Catalogue;
use super::dialect::Who;
use super::error::{Failure, Trouble};
use super::plan::Prepared;
use super::portal::Portal;
use super::rows::Formats;
use super::scan::split;
use super::settings::{REPORTED, Settings};
use super::statement::Statement;
use super::wire::Wire;
use super::{Door, Shared};
use crate::clock::Clock;
use crate::query::ask::Desk;

/// A connection without a statement is closed after so long.
const LONGEST_IDLE: Duration = Duration::from_secs(3600);

/// Who asks, and how he wants it.
pub(super) struct Caller {
    /// As he calls himself.
    pub(super) user: String,
    /// As he is known; empty where nobody is asked.
    pub(super) logged: String,
    pub(super) database: String,
    /// Settings that he came with.
    pub(super) wishes: BTreeMap<String, String>,
}

/// A connection.
pub(super) struct Session<S> {
    pub(super) wire: Wire<S>,
    pub(super) who: Who,
    pub(super) logged: String,
    pub(super) desk: Desk,
    pub(super) clock: Clock,
    pub(super) catalogue: Catalogue,
    pub(super) switch: Switch,
    pub(super) status: TransactionStatus,
    pub(super) statements: HashMap<String, Arc<Prepared>>,
    pub(super) portals: HashMap<String, Portal>,
    /// After a failure everything up to the next Sync is passed over.
    is_skipping: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    pub(super) fn new<D: Door>(wire: Wire<S>, caller: Caller, shared: &Shared<D>) -> Self {
        let Caller { user, logged, database, wishes } = caller;
        let mut settings = Settings::default();
        for (name, value) in wishes.iter().filter(|(name, _)| !matches!(name.as_str(), "user" | "database" | "options"))
        {
            // What cannot be had is not worth a refusal.
            settings.set(name, value).unwrap_or_default();
        }
        settings.set("session_authorization", &user).unwrap_or_default();
        let switch = shared.switches.add();
        Self {
            wire,
            who: Who { user, database, pid: switch.pid, settings },
            logged,
            desk: shared.office.desk.clone(),
            clock: shared.office.clock.clone(),
            catalogue: shared.catalogue.clone(),
            switch,
            status: TransactionStatus::Idle,
            statements: HashMap::new(),
            portals: HashMap::new(),
            is_skipping: false,
        }
    }

    /// Serves until the client goes, or until told to stop between two statements.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        let Err(trouble) = self.serve(stop).await else { return };
        if let Trouble::Told(failure) = trouble {
            self.wire.close(failure).await;
        }
    }

    async fn serve(&mut self, stop: CancellationToken) -> Result<(), Trouble> {
        self.welcome().await?;
        loop {
            let received = tokio::select! {
                received = timeout(LONGEST_IDLE, self.wire.receive()) => received,
                () = stop.cancelled() => return Err(Failure::fatal("57P01", "the daemon is stopping").into()),
            };
            let idle = || Failure::fatal("57P05", "the connection was idle for too long");
            let Some(message) = received.map_err(|_| idle())?? else { return Ok(()) };
            match message {
                Asked::Terminate(_) => return Ok(()),
                Asked::Sync(_) => {
                    self.is_skipping = false;
                    if self.status == TransactionStatus::Idle {
                        self.portals.retain(|_, portal| portal.is_held);
                    }
                    self.ready().await?;
                }
                _ if self.is_skipping => {}
                Asked::Query(query) => {
                    if let Err(trouble) = self.simple(&query.query).await {
                        self.fail(trouble)?;
                    }
                    self.forget_unnamed();
                    self.ready().await?;
                }
                Asked::Flush(_) => self.wire.flush().await?,
                message => {
                    if let Err(trouble) = self.extended(message).await {
                        self.fail(trouble)?;
                        self.is_skipping = true;
                    }
                }
            }
        }
    }

    async fn welcome(&mut self) -> Result<(), Trouble> {
        self.wire.put(&Told::Authentication(Authentication::Ok))?;
        REPORTED.iter().try_for_each(|name| self.report(name))?;
        let secret = SecretKey::I32(self.switch.secret);
        self.wire.put(&Told::BackendKeyData(BackendKeyData::new(self.switch.pid, secret)))?;
        self.ready().await
    }

    /// Tells the client of a setting.
    pub(super) fn report(&mut self, name: &str) -> Result<(), Trouble> {
        let value = self.who.settings.get(name).unwrap_or_default().replace('\0', "");
        self.wire.put(&Told::ParameterStatus(ParameterStatus::new(name.to_owned(), value)))
    }

    async fn ready(&mut self) -> Result<(), Trouble> {
        self.wire.put(&Told::ReadyForQuery(ReadyForQuery::new(self.status)))?;
        self.wire.flush().await
    }

    /// Tells what went wrong, if the connection lives on.
    fn fail(&mut self, trouble: Trouble) -> Result<(), Trouble> {
        let Trouble::Told(failure) = trouble else { return Err(trouble) };
        if failure.is_fatal() {
            return Err(failure.into());
        }
        if self.status == TransactionStatus::Transaction {
            self.status = TransactionStatus::Error;
        }
        if self.status == TransactionStatus::Error {
            self.portals.clear();
        }
        self.wire.put(&failure.told())
    }

    fn forget_unnamed(&mut self) {
        self.portals.remove("");
        self.statements.remove("");
    }

    /// Waits for an answer as long as somebody waits for it.
    pub(super) async fn wait<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Trouble> {
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = self.switch.pressed() => Err(Failure::cancelled().into()),
            () = self.wire.closed() => Err(Trouble::Gone),
        }
    }

    /// Statements as a text.
    async fn simple(&mut self, text: &str) -> Result<(), Trouble> {
        self.forget_unnamed();
        let statements = split(text);
        if statements.is_empty() {
            self.wire.put(&Told::EmptyQueryResponse(EmptyQueryResponse::new()))?;
        }
        for statement in statements {
            if statement.parameters() > 0 {
                return Err(Failure::new("42P02", "there is no parameter $1: it has no value here").into());
            }
            let prepared = self.prepare(statement, &[])?;
            let mut portal = Portal::new(prepared, Vec::new(), Formats::default());
            self.play(&mut portal, None, true).await?;
        }
        Ok(())
    }

    pub(super) fn prepare(&self, statement: Statement, oids: &[u32]) -> Result<Arc<Prepared>, Failure> {
        let prepared = Prepared::of(statement, oids)?;
        if self.status == TransactionStatus::Error && !prepared.ends_transaction() {
            let message = "current transaction is aborted, commands ignored until end of transaction block";
            return Err(Failure::new("25P02", message));
        }
        Ok(Arc::new(prepared))
    }
}

pub(super) fn no_portal(name: &str) -> Failure {
    Failure::new("34000", format!("cursor \"{name}\" does not exist"))
}
