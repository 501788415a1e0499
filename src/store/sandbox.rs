//! Connections for statements of strangers: nothing can be changed, and whoever asked can be stopped.
//!
//! They do not take turns with the daemon's own transactions. So that these keep what they need, the engine is
//! given more memory for as long as a stranger asks.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use duckdb::arrow::datatypes::SchemaRef;
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::types::Value;
use duckdb::{Connection, InterruptHandle, ToSql, params_from_iter};

use super::open::MEMORY_MB;
use super::writer::utc;
use super::{Store, StoreError, catalogue, take};

/// Who asks now.
#[derive(Clone, Default)]
pub(super) struct Strangers(Arc<Mutex<Vec<Stranger>>>);

struct Stranger {
    handle: Arc<InterruptHandle>,
    /// Of his own.
    memory_mb: u64,
}

impl Strangers {
    /// Stops them all: the daemon's own work needs what they hold.
    pub(super) fn stop(&self) {
        take(&self.0).iter().for_each(|stranger| stranger.handle.interrupt());
    }
}

/// Stops the statement that a sandbox runs.
#[derive(Clone)]
pub struct Stop(Arc<InterruptHandle>);

impl Stop {
    /// The statement ends with an error; without one nothing happens.
    pub fn stop(&self) {
        self.0.interrupt();
    }
}

/// A connection in a transaction that cannot write.
pub struct Sandbox {
    connection: Connection,
    store: Store,
    handle: Arc<InterruptHandle>,
}

/// Values for the parameters of a statement.
#[derive(Clone, Debug)]
pub enum Bound {
    /// By name, without the dollar sign.
    Named(Vec<(String, Value)>),
    /// In their order.
    Positional(Vec<Value>),
}

/// What is to be done after a part of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// More, please.
    More,
    /// That is enough.
    Enough,
}

impl Store {
    /// A connection that judges users by `as_of`. The engine gets so many megabytes more while it lives.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn sandbox(&self, as_of: DateTime<Utc>, memory_mb: u64) -> Result<Sandbox, StoreError> {
        let connection = self.lock().try_clone().map_err(StoreError::from_engine)?;
        let handle = connection.interrupt_handle();
        take(&self.strangers.0).push(Stranger { handle: Arc::clone(&handle), memory_mb });
        // From here on its end gives the memory back.
        let sandbox = Sandbox { connection, store: self.clone(), handle };
        sandbox.prepare(as_of).map_err(StoreError::from_engine)?;
        Ok(sandbox)
    }
}

impl Sandbox {
    fn prepare(&self, as_of: DateTime<Utc>) -> Result<(), duckdb::Error> {
        self.share_memory()?;
        let connection = &self.connection;
        connection.execute("set variable as_of = ?::timestamp", [utc(as_of)])?;
        connection.execute_batch("set search_path = 'public'; begin transaction read only")
    }

    /// The engine's memory is its own share and those of the strangers.
    fn share_memory(&self) -> Result<(), duckdb::Error> {
        let strangers = take(&self.store.strangers.0);
        let megabytes = MEMORY_MB + strangers.iter().map(|stranger| stranger.memory_mb).sum::<u64>();
        self.connection.execute_batch(&format!("set memory_limit = '{megabytes}MB'"))
    }

    /// What stops its statement.
    pub fn stop(&self) -> Stop {
        Stop(Arc::clone(&self.handle))
    }

    /// How the engine's own parser reads a text, as JSON: an error for anything that is not made of SELECTs.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn parse(&self, sql: &str) -> Result<String, StoreError> {
        let parsed = self.connection.query_row("select json_serialize_sql(?::varchar)", [sql], |row| row.get(0));
        parsed.map_err(StoreError::from_engine)
    }

    /// Names that the engine or the store use for themselves, in lower case.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn reserved_names(&self) -> Result<Vec<String>, StoreError> {
        let read = || -> Result<Vec<String>, duckdb::Error> {
            let mut names = self.connection.prepare(catalogue::sql("metrics/reserved_name")?)?;
            names.query_map([], |row| row.get(0))?.collect()
        };
        read().map_err(StoreError::from_engine)
    }

    /// Runs one statement and hands over its answer part by part, as it comes.
    ///
    /// # Errors
    /// What the engine or the receiver says.
    pub fn run<E: From<duckdb::Error>>(
        &self,
        sql: &str,
        parameters: &Bound,
        mut receive: impl FnMut(&SchemaRef, Option<RecordBatch>) -> Result<Next, E>,
    ) -> Result<(), E> {
        let mut statement = self.connection.prepare(sql)?;
        match parameters {
            Bound::Named(values) => {
                let values: Vec<(&str, &dyn ToSql)> =
                    values.iter().map(|(name, value)| (name.as_str(), value as &dyn ToSql)).collect();
                drop(statement.stream_arrow(values.as_slice())?);
            }
            Bound::Positional(values) => drop(statement.stream_arrow(params_from_iter(values))?),
        }
        let schema = statement.schema();
        receive(&schema, None)?;
        while let Some(part) = statement.step()? {
            if receive(&schema, Some(RecordBatch::from(part)))? == Next::Enough {
                break;
            }
        }
        Ok(())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        take(&self.store.strangers.0).retain(|stranger| !Arc::ptr_eq(&stranger.handle, &self.handle));
        // Where more is in use than the rest may have, the next one's end takes it back.
        self.share_memory().unwrap_or_default();
    }
}
