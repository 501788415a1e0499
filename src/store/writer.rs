//! Batches of decoded lines → rows, counts, evidence and watermark, in one transaction.

use std::ops::AddAssign;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use duckdb::{Connection, ToSql, named_params};

use super::records::Clock;
use super::{Store, StoreError, batch, catalogue, receipts, records};
use crate::model::{Decoded, DecodedLine, Stream};

/// A log group of a stream of one source.
#[derive(Clone, Copy, Debug)]
pub struct LogStream<'a> {
    /// Name of the source.
    pub source: &'a str,
    /// Which of its streams.
    pub stream: Stream,
    /// Which of the stream's log groups: each is read at its own pace.
    pub log_group: &'a str,
}

/// How far a log group is read once a batch is stored.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// End of the window that was read to its end.
    pub read_through: DateTime<Utc>,
    /// Lines delivered earlier will not be read again.
    pub forget_before: DateTime<Utc>,
    /// The window ends in the present.
    pub is_caught_up: bool,
}

/// Lines of a batch that were never read before, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Said something new.
    pub stored: i64,
    /// New records with a user-pool event name that is not known: kept, but in no figure.
    pub unclassified: i64,
    /// Said what is stored already.
    pub duplicate: i64,
    /// Say nothing about users or pools.
    pub ignored: i64,
    /// Are not what the stream brings.
    pub malformed: i64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let Self { stored, unclassified, duplicate, ignored, malformed } = other;
        self.stored += stored;
        self.unclassified += unclassified;
        self.duplicate += duplicate;
        self.ignored += ignored;
        self.malformed += malformed;
    }
}

impl Tally {
    const fn lines(self) -> i64 {
        self.stored + self.unclassified + self.duplicate + self.ignored + self.malformed
    }
}

/// Countries with a label value of their own in `/metrics`; the others are one.
pub const LABELLED_COUNTRIES: u32 = 25;

pub(super) type Step = Result<(), duckdb::Error>;

impl Store {
    /// Stores a batch of lines, moves the totals and, with a `mark`, the watermark; what is old enough
    /// then is settled: sessions without a success failed, challenges without an answer were abandoned.
    /// Storing a line again changes nothing.
    ///
    /// # Errors
    /// When the engine refuses; nothing of the batch is stored then.
    pub fn ingest(
        &self,
        stream: LogStream<'_>,
        lines: &[DecodedLine],
        mark: Option<Mark>,
    ) -> Result<Tally, StoreError> {
        self.write(|connection| {
            land(connection, stream, lines)?;
            move_watermark(connection, stream, mark)?;
            let clock = Clock::read(connection, overlap(stream, mark))?;
            let tally = store_fresh(connection, stream.stream, lines, clock)?;
            if tally.lines() > 0 {
                count_records(connection, stream, tally)?;
                let LogStream { source, stream, log_group } = stream;
                let of_group = named_params! {"source": source, "stream": stream.as_str(), "log_group": log_group};
                run(connection, "staging/see_line", of_group)?;
            }
            clear(connection, stream.stream)?;
            Ok(tally)
        })
    }

    /// Stores the held events that the listings did not settle: they have no pool. Requests for SMS codes to
    /// pools that nobody lists have no country.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn settle_unknown(&self, listed_at: DateTime<Utc>) -> Result<(), StoreError> {
        // The newest listing may not have been asked yet.
        self.settle_listed()?;
        self.write(|connection| {
            run(connection, "staging/settle_unknown", named_params! {"listed_at": utc(listed_at)})?;
            records::settle(connection, &[], true, Clock::read(connection, None)?)?;
            records::settle_countries(connection, Some(utc(listed_at)))?;
            clear(connection, Stream::Cloudtrail)
        })
    }

    /// Stores the held events whose pool a listing has made known, and counts the requests for SMS codes
    /// whose country it has.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn settle_listed(&self) -> Result<(), StoreError> {
        self.write(|connection| {
            records::resolve(connection)?;
            records::settle(connection, &[], true, Clock::read(connection, None)?)?;
            records::settle_countries(connection, None)?;
            clear(connection, Stream::Cloudtrail)
        })
    }

    /// To be called before totals are shown: from then on they never fall. Until then they follow what records
    /// that come late say.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn show_totals(&self) -> Result<(), StoreError> {
        self.write(|connection| run(connection, "staging/show_totals", &[]))
    }

    /// Gives countries that have none a label of their own in `/metrics`, at most `most` in all.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn label_countries(&self, most: u32) -> Result<(), StoreError> {
        self.write(|connection| run(connection, "staging/label_country", named_params! {"most": i64::from(most)}))
    }

    /// Drops raw rows older than their retention.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn retain(&self, before: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|connection| {
            for raw in [
                "retain_event",
                "retain_message",
                "retain_notice",
                "retain_auth_event",
                "retain_code_request",
                "retain_session",
            ] {
                run(connection, &format!("staging/{raw}"), named_params! {"before": utc(before)})?;
            }
            ["retain_event_kind", "retain_superseded_report"]
                .iter()
                .try_for_each(|rest| run(connection, &format!("staging/{rest}"), &[]))
        })
    }
}

/// Temporary tables that any batch fills, which would keep their memory until the next one.
const OF_ANY: &[&str] = &["batch", "other_batch", "fresh_line", "moved"];

/// Those that records fill.
const OF_RECORDS: &[&str] = &[
    "candidate",
    "wanted_user",
    "settled_user",
    "settled",
    "activity",
    "network",
    "touched",
    "new_evidence",
    "fresh_kind",
    "released_kind",
    "told_code",
    "code_change",
    "gone_session",
    "email_change",
];

/// Those that receipts and notices fill.
const OF_RECEIPTS: &[&str] = &["receipt_batch", "notice_batch", "fresh_receipt", "receipt_change", "fresh_auth_event"];

/// Empties the temporary tables that lines of the stream fill. Only a new table gives the memory back, deleting
/// rows would not.
pub(super) fn clear(connection: &Connection, stream: Stream) -> Step {
    let more = match stream {
        Stream::Sms | Stream::CognitoLogs => OF_RECEIPTS,
        Stream::Cloudtrail | Stream::Listing | Stream::Lookup => OF_RECORDS,
    };
    OF_ANY.iter().chain(more).try_for_each(|table| {
        connection.execute_batch(&format!("create or replace temp table {table} as from {table} limit 0"))
    })
}

/// Makes the temporary tables, by taking every step with nothing.
pub(super) fn lay_out(connection: &Connection) -> Step {
    for table in ["batch", "receipt_batch", "notice_batch", "other_batch", "looked_up"] {
        connection.execute_batch(catalogue::sql(&format!("staging/{table}_table"))?)?;
    }
    run(connection, "staging/fresh_line", named_params! {"source": "", "stream": "", "log_group": ""})?;
    records::lay_out(connection)?;
    receipts::lay_out(connection, utc(DateTime::UNIX_EPOCH))
}

/// The overlap in which records may still come, where a mark lets the clock of settling move.
fn overlap(stream: LogStream<'_>, mark: Option<Mark>) -> Option<TimeDelta> {
    mark.filter(|_| stream.stream == Stream::Cloudtrail).map(|mark| mark.read_through - mark.forget_before)
}

/// Lines land, and those are found out that were never read before.
fn land(connection: &Connection, stream: LogStream<'_>, lines: &[DecodedLine]) -> Step {
    if lines.is_empty() {
        return Ok(());
    }
    batch::append(connection, lines)?;
    let LogStream { source, stream, log_group } = stream;
    let of_group = named_params! {"source": source, "stream": stream.as_str(), "log_group": log_group};
    run(connection, "staging/fresh_line", of_group)
}

/// Stores what landed lines say that were never read before.
pub(super) fn store_fresh(
    connection: &Connection,
    stream: Stream,
    lines: &[DecodedLine],
    clock: Clock,
) -> Result<Tally, duckdb::Error> {
    let fresh = fresh(connection)?;
    // Most of what the overlap reads again is known.
    if fresh.lines() == 0 {
        records::settle(connection, &[], false, clock)?;
        return Ok(fresh);
    }
    let brought = match stream {
        Stream::Sms | Stream::CognitoLogs => receipts::store(connection, lines)?,
        Stream::Cloudtrail | Stream::Listing | Stream::Lookup => records::store(connection, lines, clock)?,
    };
    batch::count_others(connection, &brought)?;
    let unclassified = brought.iter().filter(|line| matches!(line.decoded, Decoded::Unclassified(_))).count() as i64;
    let stored = brought.len() as i64 - unclassified;
    let duplicate = fresh.stored + fresh.unclassified - stored - unclassified;
    Ok(Tally { stored, unclassified, duplicate, ..fresh })
}

/// Fresh lines, before any is compared with what is stored.
fn fresh(connection: &Connection) -> Result<Tally, duckdb::Error> {
    connection.query_row(catalogue::sql("staging/fresh_outcome")?, [], |row| {
        Ok(Tally {
            stored: row.get("stored")?,
            unclassified: row.get("unclassified")?,
            duplicate: 0,
            ignored: row.get("ignored")?,
            malformed: row.get("malformed")?,
        })
    })
}

/// Adds to the records of a stream by outcome.
pub(super) fn count_records(connection: &Connection, stream: LogStream<'_>, tally: Tally) -> Step {
    let Tally { stored, unclassified, duplicate, ignored, malformed } = tally;
    run(
        connection,
        "staging/record_count",
        named_params! {
            "source": stream.source, "stream": stream.stream.as_str(), "stored": stored, "unclassified": unclassified,
            "duplicate": duplicate, "ignored": ignored, "malformed": malformed,
        },
    )
}

fn move_watermark(connection: &Connection, stream: LogStream<'_>, mark: Option<Mark>) -> Step {
    let LogStream { source, log_group, .. } = stream;
    let name = stream.stream.as_str();
    let read_through = mark.map(|mark| utc(mark.read_through));
    let is_caught_up = mark.is_some_and(|mark| mark.is_caught_up);
    run(
        connection,
        "staging/watermark",
        named_params! {
            "source": source, "stream": name, "log_group": log_group,
            "read_through": read_through, "is_caught_up": is_caught_up,
        },
    )?;
    match mark {
        Some(mark) => run(
            connection,
            "staging/forget_line",
            named_params! {
                "source": source, "stream": name, "log_group": log_group, "before": utc(mark.forget_before),
            },
        ),
        None => Ok(()),
    }
}

/// Runs one query file with named parameters. No statement is kept: the engine plans it by what the tables hold
/// then, and up to 1.5 the plan stays when they change: rows are missed, values cut (duckdb/duckdb#23704).
pub(super) fn run(connection: &Connection, name: &str, parameters: &[(&str, &dyn ToSql)]) -> Step {
    connection.prepare(catalogue::sql(name)?)?.execute(parameters).map(drop).map_err(|error| named(name, error))
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
