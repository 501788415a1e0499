//! What tools ask of every PostgreSQL: its own tables, made of the list of marts.
//!
//! A small engine of its own answers, which holds nothing else. What may be asked of it is a list of tables and
//! functions; how much is bounded in time, rows and memory.

use std::sync::Arc;
use std::time::Duration;

use duckdb::arrow::record_batch::RecordBatch;
use duckdb::types::Value;
use duckdb::{Connection, InterruptHandle, params, params_from_iter};
use tokio::sync::{Semaphore, oneshot};

use super::answer::Answer;
use super::cell::{Column, size_of};
use super::dialect::{self, Who};
use super::error::Failure;
use crate::query::ask::{Memory, Refusal, WATCH};

/// A question takes no longer.
const LONGEST: Duration = Duration::from_secs(10);

/// Rows of an answer.
const MOST_ROWS: usize = 100_000;

/// Longest text, bytes, and its words: a chain of operators is as deep as it is long.
const LONGEST_TEXT: usize = 64 * 1024;
const MOST_WORDS: usize = 4000;

/// Memory of the engine, megabytes.
const MEMORY_MB: u64 = 64;

/// The rewriting recurses as deep as the question is.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Questions at once.
const TURNS: usize = 2;

/// A table as clients see it.
pub(super) struct Relation {
    pub(super) name: &'static str,
    /// What it holds.
    pub(super) purpose: String,
    pub(super) columns: Vec<(Column, String)>,
}

/// The catalogue. Cheap to clone.
#[derive(Clone)]
pub(super) struct Catalogue {
    engine: Arc<std::sync::Mutex<Connection>>,
    turns: Arc<Semaphore>,
    names: Arc<dialect::Names>,
}

/// A question to the catalogue.
pub(super) struct Inquiry {
    pub(super) sql: String,
    /// How many words it has, without those of lists of parameters.
    pub(super) words: usize,
    pub(super) values: Vec<Value>,
    pub(super) who: Who,
    /// Only the columns are wanted.
    pub(super) is_description: bool,
}

impl Catalogue {
    /// The catalogue of some tables.
    #[expect(clippy::disallowed_methods, reason = "it holds names, and no store")]
    pub(super) fn of(relations: &[Relation]) -> Result<Self, duckdb::Error> {
        let engine = Connection::open_in_memory()?;
        engine
            .execute_batch(&format!("set memory_limit = '{MEMORY_MB}MB'; set threads = 1; set temp_directory = ''"))?;
        engine.execute_batch(include_str!("catalogue.sql"))?;
        let mut mart = engine.prepare("insert into pg.mart values (?, ?, ?, ?)")?;
        let mut mart_column = engine.prepare("insert into pg.mart_column values (?, ?, ?, ?, ?, ?)")?;
        for (oid, relation) in (FIRST_OID..).step_by(2).zip(relations) {
            mart.execute(params![oid, relation.name, relation.columns.len() as i16, relation.purpose])?;
            for (number, (Column { name, kind }, meaning)) in (1_i16..).zip(&relation.columns) {
                mart_column.execute(params![oid, number, name, kind.oid(), size_of(kind), meaning])?;
            }
        }
        drop((mart, mart_column));
        let names = |sql: &str| -> Result<Vec<String>, duckdb::Error> {
            engine.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
        };
        let tables = "select distinct schema_name || '.' || name from (select schema_name, table_name as name from \
                      duckdb_tables() union all select schema_name, view_name from duckdb_views()) where schema_name \
                      in ('pg', 'info')";
        let macros = "select distinct schema_name || '.' || function_name from duckdb_functions() where schema_name in \
                      ('pg', 'info')";
        let names = Arc::new(dialect::Names::of(names(tables)?, names(macros)?));
        engine.execute_batch(
            "set global integer_division = true; set enable_external_access = false; set lock_configuration = true",
        )?;
        Ok(Self { engine: Arc::new(engine.into()), turns: Arc::new(Semaphore::new(TURNS)), names })
    }

    /// Answers. Dropping the future stops it.
    pub(super) async fn ask(&self, inquiry: Inquiry) -> Result<Answer, Failure> {
        if inquiry.sql.len() > LONGEST_TEXT || inquiry.words > MOST_WORDS {
            let message = format!("a question about the catalogue is at most {MOST_WORDS} words long");
            return Err(Failure::new("54000", message));
        }
        let until = tokio::time::Instant::now() + LONGEST;
        let late = || Failure::from(Refusal::TooLong(LONGEST));
        let turn = tokio::time::timeout_at(until, Arc::clone(&self.turns).acquire_owned()).await.map_err(|_| late())?;
        let (sender, answer) = oneshot::channel();
        let (stop_sender, stop) = oneshot::channel();
        let catalogue = self.clone();
        let work = move || {
            let _turn = turn;
            // Nobody waits any more where the future was dropped.
            drop(sender.send(catalogue.answer(&inquiry, stop_sender)));
        };
        let memory = Memory::now(MEMORY_MB);
        let thread = std::thread::Builder::new().name("catalogue".into()).stack_size(STACK_BYTES).spawn(work);
        thread.map_err(|error| Failure::new("XX000", format!("no thread for the question: {error}")))?;
        let Ok(_stopper) = stop.await.map(Stopper) else { return answer.await.unwrap_or_else(|_| Err(broken())) };
        tokio::pin!(answer);
        loop {
            tokio::select! {
                made = &mut answer => return made.unwrap_or_else(|_| Err(broken())),
                () = tokio::time::sleep(WATCH), if memory.is_watched() => {
                    if memory.is_exhausted() {
                        return Err(Refusal::TooLarge.into());
                    }
                }
                () = tokio::time::sleep_until(until) => return Err(late()),
            }
        }
    }

    fn answer(&self, inquiry: &Inquiry, stop: oneshot::Sender<Arc<InterruptHandle>>) -> Result<Answer, Failure> {
        let Inquiry { sql, values, who, is_description, .. } = inquiry;
        let mut sql = dialect::rewrite(sql, who, &self.names)?;
        if *is_description {
            sql = format!("select * from ({sql}) as asked limit 0");
        }
        let run = || -> Result<Answer, Refusal> {
            let engine = self.engine.lock().unwrap_or_else(std::sync::PoisonError::into_inner).try_clone()?;
            stop.send(engine.interrupt_handle()).unwrap_or_default();
            engine.execute_batch("begin transaction read only")?;
            let mut statement = engine.prepare(&sql)?;
            drop(statement.stream_arrow(params_from_iter(values))?);
            let (schema, mut parts, mut rows) = (statement.schema(), Vec::new(), 0);
            while let Some(part) = statement.step()? {
                let part = RecordBatch::from(part);
                rows += part.num_rows();
                if rows > MOST_ROWS {
                    return Err(Refusal::TooLarge);
                }
                parts.push(part);
            }
            Ok(Answer::whole(&schema, true, parts))
        };
        run().map_err(Failure::from)
    }
}

/// Tables are numbered from here on, as those of users are.
const FIRST_OID: u32 = 16_384;

/// Stops the question when nobody waits for its answer any more.
struct Stopper(Arc<InterruptHandle>);

impl Drop for Stopper {
    fn drop(&mut self) {
        self.0.interrupt();
    }
}

fn broken() -> Failure {
    Failure::new("XX000", "the question ended without an answer")
}
