//! An answer on its way: the question's thread makes parts, the connection takes them when its client does.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use duckdb::arrow::datatypes::SchemaRef;
use duckdb::arrow::record_batch::RecordBatch;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tracing::info;

use super::cell::{Column, kind_of};
use super::error::Failure;
use crate::query::ask::{Answered, Ask, Desk, Receive, Refusal};

/// Parts that wait for the client; the engine makes them of some thousand rows.
const PARTS_AHEAD: usize = 1;

/// An answer. Dropping it stops the question.
pub(super) struct Answer {
    /// Its columns.
    pub(super) columns: Vec<Column>,
    /// Rows that were taken.
    pub(super) taken: u64,
    source: Source,
    /// The part at hand, and how many of its rows were taken.
    part: Option<(RecordBatch, usize)>,
}

enum Source {
    /// The question goes first when nobody waits any more.
    Asked(Question, mpsc::Receiver<RecordBatch>),
    Whole(VecDeque<RecordBatch>),
    /// There is no more; it was cut at so many rows.
    Ended(Option<u64>),
}

/// The task that asks, and for whom.
struct Question(JoinHandle<Result<Answered<()>, Failure>>, Option<String>);

impl Drop for Question {
    fn drop(&mut self) {
        if let (Some(user), false) = (&self.1, self.0.is_finished()) {
            info!(user, question = "postgres", "a question was stopped: nobody waits for its answer");
        }
        self.0.abort();
    }
}

impl Answer {
    /// Asks at the desk, and waits for the columns. It is logged for whom, if it is for anybody; never the text: it
    /// may name people.
    pub(super) async fn of_desk(desk: &Desk, user: Option<&str>, ask: Ask) -> Result<Self, Failure> {
        let (schema_sender, schema) = oneshot::channel();
        let (sender, parts) = mpsc::channel(PARTS_AHEAD);
        let time = desk.limits().time;
        let feeder = Feeder {
            schema: Some(schema_sender),
            parts: sender,
            runtime: Handle::current(),
            until: Instant::now() + time,
            time,
        };
        let (desk, user) = (desk.clone(), user.map(str::to_owned));
        let asker = user.clone();
        let task = tokio::spawn(async move {
            let bytes = ask.sql.len();
            let answered = desk.ask(ask, feeder).await;
            if let Some(user) = asker {
                log(&user, bytes, &answered);
            }
            answered.map_err(Failure::from)
        });
        let mut question = Question(task, user);
        match schema.await {
            Ok(schema) => Ok(Self::begun(&schema, false, Source::Asked(question, parts))),
            Err(_) => Err(ended(&mut question).await.err().unwrap_or_else(nothing)),
        }
    }

    /// What is there already.
    pub(super) fn whole(schema: &SchemaRef, has_oids: bool, parts: Vec<RecordBatch>) -> Self {
        Self::begun(schema, has_oids, Source::Whole(parts.into()))
    }

    fn begun(schema: &SchemaRef, has_oids: bool, source: Source) -> Self {
        let column = |field: &duckdb::arrow::datatypes::FieldRef| Column {
            name: field.name().clone(),
            kind: kind_of(field.data_type(), has_oids),
        };
        Self { columns: schema.fields().iter().map(column).collect(), taken: 0, source, part: None }
    }

    /// Some more rows, at most so many; `None` when there are no more. Dropping the future loses nothing.
    pub(super) async fn next(&mut self, most: usize) -> Result<Option<RecordBatch>, Failure> {
        loop {
            if let Some((part, taken)) = &mut self.part {
                let length = most.min(part.num_rows() - *taken);
                if length > 0 {
                    let rows = part.slice(*taken, length);
                    *taken += length;
                    self.taken += length as u64;
                    return Ok(Some(rows));
                }
            }
            self.part = match &mut self.source {
                Source::Asked(question, parts) => match parts.recv().await {
                    Some(part) => Some((part, 0)),
                    None => {
                        let answered = ended(question).await?;
                        self.source = Source::Ended(answered.is_cut.then_some(answered.rows));
                        None
                    }
                },
                Source::Whole(parts) => parts.pop_front().map(|part| (part, 0)),
                Source::Ended(_) => None,
            };
            if self.part.is_none() {
                return Ok(None);
            }
        }
    }

    /// How many rows there are, where the answer was cut.
    pub(super) fn is_cut_at(&self) -> Option<u64> {
        if let Source::Ended(rows) = self.source { rows } else { None }
    }
}

fn log(user: &str, bytes: usize, answered: &Result<Answered<()>, Refusal>) {
    match answered {
        Ok(Answered { rows, is_cut, marts, took, .. }) => {
            let (milliseconds, marts) = (took.as_millis() as u64, marts.join(","));
            info!(
                user,
                question = "postgres",
                marts,
                rows,
                truncated = is_cut,
                milliseconds,
                bytes,
                "a question was answered"
            );
        }
        Err(refusal) => {
            info!(user, question = "postgres", bytes, kind = refusal.kind(), "a question was not answered");
        }
    }
}

/// How the question ended.
async fn ended(question: &mut Question) -> Result<Answered<()>, Failure> {
    (&mut question.0).await.unwrap_or_else(|_| Err(nothing()))
}

fn nothing() -> Failure {
    Failure::new("XX000", "the question ended without an answer")
}

/// Hands the parts over.
struct Feeder {
    schema: Option<oneshot::Sender<SchemaRef>>,
    parts: mpsc::Sender<RecordBatch>,
    runtime: Handle,
    /// A client that does not take the answer until then keeps others waiting.
    until: Instant,
    time: Duration,
}

impl Receive for Feeder {
    type Made = ();

    fn begin(&mut self, schema: &SchemaRef) -> Result<(), Refusal> {
        let told = self.schema.take().map(|sender| sender.send(schema.clone()));
        if told.is_some_and(|told| told.is_ok()) { Ok(()) } else { Err(gone()) }
    }

    fn take(&mut self, rows: &RecordBatch) -> Result<(), Refusal> {
        let until = tokio::time::Instant::from_std(self.until);
        // The timer wants to be made within the runtime.
        let sending = async { tokio::time::timeout_at(until, self.parts.send(rows.clone())).await };
        match self.runtime.block_on(sending) {
            Ok(sent) => sent.map_err(|_| gone()),
            Err(_) => Err(Refusal::TooLong(self.time)),
        }
    }

    fn end(self, _: bool) -> Result<(), Refusal> {
        Ok(())
    }
}

fn gone() -> Refusal {
    Refusal::Broken("nobody waits for the answer".into())
}
