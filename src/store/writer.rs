//! Batches of decoded lines → rows, counts, evidence and watermark, in one transaction.

use chrono::{DateTime, NaiveDateTime, Utc};
use duckdb::{Connection, ToSql, named_params};

use super::{Store, StoreError, batch, catalogue};
use crate::model::{Decoded, DecodedLine, Stream};

/// A stream of log lines of one source.
#[derive(Clone, Copy, Debug)]
pub struct LogStream<'a> {
    /// Name of the source.
    pub source: &'a str,
    /// Which of its streams.
    pub stream: Stream,
}

/// How far a stream is read once a batch is stored.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// End of the window that was read to its end.
    pub read_through: DateTime<Utc>,
    /// Lines delivered earlier will not be read again.
    pub forget_before: DateTime<Utc>,
    /// The window ends in the present.
    pub is_caught_up: bool,
}

/// What was odd about the lines of a batch that were never read before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Lines that are not CloudTrail records.
    pub malformed: i64,
    /// Records with a user-pool event name that is not known.
    pub unclassified: i64,
}

pub(super) type Step = Result<(), duckdb::Error>;

impl Store {
    /// Stores a batch of lines, moves the totals and, with a `mark`, the watermark. Storing a line
    /// again changes nothing.
    ///
    /// # Errors
    /// When the engine refuses; nothing of the batch is stored then.
    pub fn ingest(
        &self,
        stream: LogStream<'_>,
        lines: &[DecodedLine],
        mark: Option<Mark>,
    ) -> Result<Oddities, StoreError> {
        self.write(|connection| {
            batch::append(connection, lines)?;
            let oddities = ingest_batch(connection, stream, lines)?;
            move_watermark(connection, stream, mark)?;
            clear(connection)?;
            Ok(oddities)
        })
    }

    /// Stores the held events that the listings did not settle: they have no pool.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn settle_unknown(&self, listed_at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|connection| {
            run(connection, "staging/settle_unknown", named_params! {"listed_at": utc(listed_at)})?;
            store_touched(connection)?;
            clear(connection)
        })
    }

    /// Stores the held events whose pool a listing has made known.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn settle_listed(&self) -> Result<(), StoreError> {
        self.write(|connection| {
            connection.execute_batch("create or replace temp table new_event as select * from held_event limit 0")?;
            resolve(connection)?;
            store_touched(connection)?;
            clear(connection)
        })
    }

    /// Drops raw events older than their retention.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn retain(&self, before: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|connection| run(connection, "staging/retain", named_params! {"before": utc(before)}))
    }
}

/// Temporary tables of the steps, which would keep their memory until the next batch.
const STEPS: [&str; 7] =
    ["batch", "fresh_line", "new_event", "candidate", "touched", "classified", "fresh_hourly_count"];

/// Empties them. Only a new table gives the memory back, deleting rows would not.
fn clear(connection: &Connection) -> Step {
    STEPS.iter().try_for_each(|table| {
        connection.execute_batch(&format!("create or replace temp table {table} as from {table} limit 0"))
    })
}

/// Makes the temporary tables, by taking every step with nothing.
pub(super) fn lay_out(connection: &Connection) -> Step {
    connection.execute_batch(catalogue::sql("staging/batch_table")?)?;
    connection.execute_batch(catalogue::sql("staging/looked_up_table")?)?;
    run(connection, "staging/fresh_line", named_params! {"source": "", "stream": ""})?;
    let never = utc(DateTime::UNIX_EPOCH);
    run(connection, "staging/new_event", named_params! {"oldest": never, "newest": never})?;
    resolve(connection)?;
    connection.execute_batch("create or replace temp table touched as from touched limit 0")?;
    run(connection, "staging/affected_hour", &[])?;
    run(connection, "staging/classified", named_params! {"from": never, "to": never})?;
    run(connection, "staging/fresh_hourly_count", &[])
}

fn ingest_batch(
    connection: &Connection,
    stream: LogStream<'_>,
    lines: &[DecodedLine],
) -> Result<Oddities, duckdb::Error> {
    let source = stream.source;
    let name = stream.stream.as_str();
    let of_stream = named_params! {"source": source, "stream": name};
    run(connection, "staging/fresh_line", of_stream)?;
    let oddities = connection.query_row(catalogue::sql("staging/fresh_outcome")?, [], |row| {
        Ok(Oddities { malformed: row.get("malformed")?, unclassified: row.get("unclassified")? })
    })?;
    if lines.is_empty() {
        return Ok(oddities);
    }
    let (oldest, newest) = event_times(lines);
    run(connection, "staging/new_event", named_params! {"oldest": utc(oldest), "newest": utc(newest)})?;
    run(connection, "staging/record_count", of_stream)?;
    run(connection, "staging/see_line", of_stream)?;
    run(connection, "staging/learn_client", &[])?;
    resolve(connection)?;
    run(connection, "staging/hold", &[])?;
    store_touched(connection)?;
    Ok(oddities)
}

fn resolve(connection: &Connection) -> Step {
    run(connection, "staging/resolve_by_client", &[])?;
    run(connection, "staging/learn_sub", &[])?;
    run(connection, "staging/resolve_by_sub", &[])
}

/// Stores the touched events and recomputes what depends on their hours.
fn store_touched(connection: &Connection) -> Step {
    run(connection, "staging/affected_hour", &[])?;
    let range: (Option<NaiveDateTime>, Option<NaiveDateTime>) =
        connection.query_row("select min(hour), max(hour) + interval 1 hour from affected_hour", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let (Some(from), Some(to)) = range else { return Ok(()) };
    let hours = named_params! {"from": from, "to": to};
    run(connection, "staging/store_event", &[])?;
    run(connection, "staging/release", &[])?;
    run(connection, "staging/classified", hours)?;
    run(connection, "staging/fresh_hourly_count", &[])?;
    run(connection, "staging/counter", hours)?;
    run(connection, "staging/drop_hourly_count", hours)?;
    run(connection, "staging/store_hourly_count", &[])?;
    run(connection, "staging/drop_email_proof", hours)?;
    run(connection, "staging/store_email_proof", &[])?;
    run(connection, "staging/factor_evidence", &[])?;
    run(connection, "staging/user_activity", &[])?;
    run(connection, "staging/pool_change", &[])
}

fn move_watermark(connection: &Connection, stream: LogStream<'_>, mark: Option<Mark>) -> Step {
    let source = stream.source;
    let name = stream.stream.as_str();
    let read_through = mark.map(|mark| utc(mark.read_through));
    let is_caught_up = mark.is_some_and(|mark| mark.is_caught_up);
    run(
        connection,
        "staging/watermark",
        named_params! {"source": source, "stream": name, "read_through": read_through, "is_caught_up": is_caught_up},
    )?;
    match mark {
        Some(mark) => run(
            connection,
            "staging/forget_line",
            named_params! {"source": source, "stream": name, "before": utc(mark.forget_before)},
        ),
        None => Ok(()),
    }
}

fn event_times(lines: &[DecodedLine]) -> (DateTime<Utc>, DateTime<Utc>) {
    let mut range: Option<(DateTime<Utc>, DateTime<Utc>)> = None;
    for line in lines {
        if let Decoded::Event(event) | Decoded::Unclassified(event) = &line.decoded {
            let time = event.event_time;
            range = Some(range.map_or((time, time), |(oldest, newest)| (oldest.min(time), newest.max(time))));
        }
    }
    range.unwrap_or_default()
}

/// Runs one query file with named parameters.
pub(super) fn run(connection: &Connection, name: &str, parameters: &[(&str, &dyn ToSql)]) -> Step {
    connection.prepare_cached(catalogue::sql(name)?)?.execute(parameters).map(drop).map_err(|error| named(name, error))
}

/// Engine errors name the query file they come from.
pub(super) fn named(name: &str, error: duckdb::Error) -> duckdb::Error {
    match error {
        duckdb::Error::DuckDBFailure(code, Some(text)) => {
            duckdb::Error::DuckDBFailure(code, Some(format!("queries/{name}.sql: {text}")))
        }
        other => other,
    }
}

/// Timestamps are stored without a zone and always mean UTC.
pub(super) fn utc(instant: DateTime<Utc>) -> NaiveDateTime {
    instant.naive_utc()
}
