//! What records are judged by: whether a passkey is MFA in a pool, how long an app client waits for an answer.

use chrono::DateTime;
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::{Connection, named_params};

use super::records::{Clock, range, us};
use super::slices::{Slice, slices};
use super::writer::{Step, clear, run, utc};
use super::{catalogue, scope, story};
use crate::model::{Stream, journey};

/// The settings of pools and of app clients.
pub(super) fn rows(connection: &Connection) -> Result<[Vec<RecordBatch>; 2], duckdb::Error> {
    Ok([
        scope::columns_of(connection, "staging/passkey_setting", &[])?,
        scope::columns_of(connection, "staging/validity_setting", &[])?,
    ])
}

/// Notes the settings that a listing found. What was stored before the first setting of its pool or app client
/// was known is judged again: a listing that fails for a while must not leave other figures than one that works.
pub(super) fn note(connection: &Connection) -> Step {
    run(connection, "staging/first_setting", &[])?;
    let sql = catalogue::sql("staging/judged_event_count")?;
    let events: i64 = connection.query_row(sql, [], |row| row.get("events"))?;
    let before = rows(connection)?;
    run(connection, "staging/note_passkey", &[])?;
    run(connection, "staging/note_validity", &[])?;
    if events > 0 {
        // Slices by the number of events keep the memory of one in bounds.
        judge_again(connection, &before, slices(events as u64))?;
    }
    Ok(())
}

/// Each slice moves the counts by itself: what it lands must be gone before the next.
pub(super) fn judge_again(
    connection: &Connection,
    before: &[Vec<RecordBatch>; 2],
    slices: impl Iterator<Item = Slice>,
) -> Step {
    let now = rows(connection)?;
    let (before, now) = (scope::setting(&before[0], &before[1])?, scope::setting(&now[0], &now[1])?);
    let settled_us = us(Clock::read(connection, None)?.now);
    for Slice { first, last } in slices {
        let of_slice = named_params! {"first_sub": first.to_string(), "last_sub": last.to_string()};
        let known = scope::columns_of(connection, "staging/judged_event", of_slice)?;
        let records = scope::records(&known, false)?;
        let (oldest, newest) = range(records.iter().filter_map(|record| DateTime::from_timestamp_micros(record.at_us)));
        let told = journey::retold(&records, &before, &now, settled_us);
        story::store(connection, told, utc(oldest), utc(newest))?;
        clear(connection, Stream::Cloudtrail)?;
    }
    Ok(())
}

/// Makes the temporary table of the step.
pub(super) fn lay_out(connection: &Connection) -> Step {
    run(connection, "staging/first_setting", &[])
}
