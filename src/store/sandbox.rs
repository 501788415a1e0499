//! Connections for statements of strangers: nothing can be changed, and whoever asked can be stopped.
//!
//! They do not take turns with the daemon's own transactions. So that these keep what they need, the engine is
//! given more memory for as long as a stranger asks.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use duckdb::arrow::datatypes::SchemaRef;
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::types::Value;
use duckdb::{Connection, InterruptHandle, ToSql, params_from_iter};

use super::share::Share;
use super::writer::utc;
use super::{Store, StoreError, catalogue};

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
    // After the connection: what it used is free by then.
    share: Share,
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
        let share = self.shares.give(&connection, memory_mb, true).map_err(StoreError::from_engine)?;
        let sandbox = Sandbox { connection, share };
        sandbox.prepare(as_of).map_err(StoreError::from_engine)?;
        Ok(sandbox)
    }
}

impl Sandbox {
    fn prepare(&self, as_of: DateTime<Utc>) -> Result<(), duckdb::Error> {
        let connection = &self.connection;
        connection.execute("set variable as_of = ?::timestamp", [utc(as_of)])?;
        connection.execute_batch("set search_path = 'public'; begin transaction read only")
    }

    /// What stops its statement.
    pub fn stop(&self) -> Stop {
        Stop(Arc::clone(self.share.handle()))
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
