//! Questions of strangers: any one SELECT over the marts, within limits.
//!
//! What may be asked is decided by what the engine's own parser makes of the text, never by its looks; the engine
//! then runs it where nothing can be written. How much may be asked is bounded in time, rows, bytes, memory and
//! number.

mod guard;
mod memory;
mod parameters;
mod table;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use duckdb::arrow::datatypes::SchemaRef;
use duckdb::arrow::record_batch::RecordBatch;
use tokio::sync::{Semaphore, oneshot};

use crate::config;
use crate::store::{Next, Sandbox, Stop, Store};
pub use guard::Refusal;
pub use memory::{Memory, WATCH};
pub use parameters::{named, positional};
pub use table::{INSTANT, Table, TableColumn, cell_format, kind_of};

pub use crate::store::Bound;

/// How much may be asked.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a question may take, waiting for others included.
    pub time: Duration,
    /// Rows of an answer.
    pub rows: u64,
    /// Memory of one question beside the daemon's own, megabytes.
    pub memory_mb: u64,
    /// Questions that are answered at once; as many again as four times this may wait.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self::from(&config::Query::default())
    }
}

impl From<&config::Query> for Limits {
    fn from(query: &config::Query) -> Self {
        let config::Query { timeout, rows, memory_mb, at_once } = *query;
        Self { time: timeout.as_duration(), rows, memory_mb, at_once }
    }
}

/// Longest question, bytes.
const LONGEST: usize = 64 * 1024;

/// Deep questions recurse in the engine's parser and planner.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// A question.
#[derive(Clone, Debug)]
pub struct Ask {
    /// One SELECT.
    pub sql: String,
    /// Its parameters.
    pub parameters: Bound,
    /// Users are judged by this instant.
    pub as_of: DateTime<Utc>,
    /// Rows wanted at most, within the limit; an answer that is cut here is what was asked for.
    pub rows: Option<u64>,
}

/// Takes an answer, part by part.
pub trait Receive: Send + 'static {
    /// What it makes of the parts.
    type Made: Send;

    /// Names and types of the columns.
    ///
    /// # Errors
    /// A line that says why it cannot be taken.
    fn begin(&mut self, schema: &SchemaRef) -> Result<(), Refusal>;

    /// Some rows.
    ///
    /// # Errors
    /// A line that says why they cannot be taken.
    fn take(&mut self, rows: &RecordBatch) -> Result<(), Refusal>;

    /// That was all; or, if `is_cut`, there is more.
    ///
    /// # Errors
    /// A line that says why it cannot be made.
    fn end(self, is_cut: bool) -> Result<Self::Made, Refusal>;
}

/// An answer.
#[derive(Debug)]
pub struct Answered<T> {
    /// What was made of it.
    pub made: T,
    /// Its rows.
    pub rows: u64,
    /// There are more rows than the limit.
    pub is_cut: bool,
    /// Marts that it tells of, in the order of their names.
    pub marts: Vec<String>,
    /// How long it took, waiting included.
    pub took: Duration,
}

/// Where questions are asked. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    store: Store,
    limits: Limits,
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    reserved: Reserved,
}

/// Names that no question may give, once they are asked for: tables are made when a store is opened, never later.
type Reserved = Arc<OnceLock<Vec<String>>>;

impl Desk {
    /// A desk with limits.
    pub fn new(store: Store, limits: Limits) -> Self {
        let turns = Arc::new(Semaphore::new(limits.at_once));
        let waiting = Arc::new(Semaphore::new(limits.at_once * 5));
        Self { store, limits, turns, waiting, reserved: Reserved::default() }
    }

    /// How much may be asked.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Answers a question. Dropping the future stops it.
    ///
    /// # Errors
    /// One line that says why not.
    pub async fn ask<R: Receive>(&self, ask: Ask, receiver: R) -> Result<Answered<R::Made>, Refusal> {
        let begun = Instant::now();
        if ask.sql.len() > LONGEST {
            return Err(Refusal::NotAllowed(format!("a question is at most {LONGEST} bytes long")));
        }
        if ask.sql.contains('\0') {
            return Err(Refusal::Mistaken("a question is text, without NUL characters".into()));
        }
        let Ok(_place) = self.waiting.try_acquire() else { return Err(Refusal::Busy) };
        let deadline = tokio::time::Instant::from_std(begun + self.limits.time);
        let turn = tokio::time::timeout_at(deadline, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(Refusal::Busy) };
        let (stop_sender, mut stop) = oneshot::channel();
        let (answer_sender, answer) = oneshot::channel();
        let is_late = Arc::new(AtomicBool::new(false));
        let is_greedy = Arc::new(AtomicBool::new(false));
        let (store, limits, reserved) = (self.store.clone(), self.limits, Arc::clone(&self.reserved));
        let (tells_late, tells_greedy) = (Arc::clone(&is_late), Arc::clone(&is_greedy));
        let memory = Memory::now(limits.memory_mb);
        let work = move || {
            be_humble();
            let answered = answer_it(&store, limits, &reserved, ask, receiver, stop_sender);
            let answered = match answered {
                Err(_) if tells_greedy.load(Ordering::Relaxed) => Err(Refusal::TooLarge),
                Err(_) if tells_late.load(Ordering::Relaxed) => Err(Refusal::TooLong(limits.time)),
                other => other,
            };
            // Nobody waits any more where the future was dropped.
            answer_sender.send(answered).unwrap_or_default();
        };
        let thread = std::thread::Builder::new().name("question".into()).stack_size(STACK_BYTES).spawn(work);
        thread.map_err(|error| Refusal::Broken(format!("no thread for the question: {error}")))?;
        let mut stopper = Stopper(None);
        tokio::pin!(answer);
        let mut is_told = false;
        loop {
            tokio::select! {
                made = &mut answer => {
                    stopper.0 = None;
                    let answered = made.map_err(|_| Refusal::Broken("the question ended without an answer".into()))??;
                    return Ok(Answered { took: begun.elapsed(), ..answered });
                }
                found = &mut stop, if !is_told => {
                    is_told = true;
                    stopper.0 = found.ok();
                }
                () = tokio::time::sleep(WATCH), if memory.is_watched() => {
                    if memory.is_exhausted() {
                        is_greedy.store(true, Ordering::Relaxed);
                        stopper.stop();
                    }
                }
                () = tokio::time::sleep_until(deadline), if !is_late.load(Ordering::Relaxed) => {
                    is_late.store(true, Ordering::Relaxed);
                    stopper.stop();
                }
            }
        }
    }
}

/// Stops the question when nobody waits for its answer any more.
struct Stopper(Option<Stop>);

impl Stopper {
    fn stop(&self) {
        if let Some(stop) = &self.0 {
            stop.stop();
        }
    }
}

impl Drop for Stopper {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Scrapes and pulls go first.
fn be_humble() {
    // On Linux this is about the thread alone. Without it a question is merely less polite.
    #[cfg(target_os = "linux")]
    rustix::process::setpriority_process(None, 15).unwrap_or_default();
}

fn answer_it<R: Receive>(
    store: &Store,
    limits: Limits,
    reserved: &Reserved,
    ask: Ask,
    mut receiver: R,
    stop_sender: oneshot::Sender<Stop>,
) -> Result<Answered<R::Made>, Refusal> {
    let sandbox = store.sandbox(ask.as_of, limits.memory_mb)?;
    if stop_sender.send(sandbox.stop()).is_err() {
        return Err(Refusal::Broken("nobody waits for the answer".into()));
    }
    let marts = allowed(&sandbox, reserved, &ask.sql)?;
    let most = ask.rows.map_or(limits.rows, |rows| rows.min(limits.rows));
    let (mut rows, mut is_cut) = (0_u64, false);
    sandbox.run(&ask.sql, &ask.parameters, |schema, part| {
        let Some(part) = part else {
            receiver.begin(schema)?;
            return Ok(Next::More);
        };
        let left = usize::try_from(most - rows).unwrap_or(usize::MAX);
        let taken = part.num_rows().min(left);
        is_cut = part.num_rows() > left;
        if taken > 0 {
            receiver.take(&part.slice(0, taken))?;
            rows += taken as u64;
        }
        Ok::<_, Refusal>(if is_cut { Next::Enough } else { Next::More })
    })?;
    let made = receiver.end(is_cut)?;
    Ok(Answered { made, rows, is_cut, marts, took: Duration::ZERO })
}

/// The marts that a question reads, if it is one that may be asked.
fn allowed(sandbox: &Sandbox, reserved: &Reserved, sql: &str) -> Result<Vec<String>, Refusal> {
    let parsed = sandbox.parse(sql)?;
    guard::check(&parsed, || match reserved.get() {
        Some(names) => Ok(names.clone()),
        None => sandbox.reserved_names().map(|names| reserved.get_or_init(|| names).clone()),
    })
}

#[cfg(test)]
mod tests;
