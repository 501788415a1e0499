//! CloudTrail records → events, what they say together, and what follows for users.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use duckdb::{Connection, named_params};

use super::writer::{Step, run, utc};
use super::{catalogue, counts};
use crate::model::{CodeStep, Decoded, DecodedLine, converted};

/// Stores the fresh lines' events and what they change.
pub(super) fn store(connection: &Connection, lines: &[DecodedLine]) -> Step {
    let (oldest, newest) = event_times(lines);
    run(connection, "staging/new_event", named_params! {"oldest": utc(oldest), "newest": utc(newest)})?;
    run(connection, "staging/learn_client", &[])?;
    run(connection, "staging/learn_agent", &[])?;
    resolve(connection)?;
    run(connection, "staging/hold", &[])?;
    store_touched(connection)
}

/// Finds the pools of new and held events.
pub(super) fn resolve(connection: &Connection) -> Step {
    run(connection, "staging/resolve_by_client", &[])?;
    run(connection, "staging/learn_sub", &[])?;
    run(connection, "staging/resolve_by_sub", &[])?;
    run(connection, "staging/touched", &[])
}

/// Stores the touched events and what they change.
pub(super) fn store_touched(connection: &Connection) -> Step {
    let range = "select min(event_time), max(event_time) from touched";
    let range: (Option<NaiveDateTime>, Option<NaiveDateTime>) =
        connection.query_row(range, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(from), Some(to)) = range else { return Ok(()) };
    // Both worlds are looked at before the touched events are among the stored ones.
    run(connection, "staging/scope", named_params! {"from": from, "to": to})?;
    move_counts(connection, from, to)?;
    run(connection, "staging/store_event", &[])?;
    run(connection, "staging/release", &[])?;
    for consequence in [
        "factor_evidence",
        "user_activity",
        "user_network",
        "pool_change",
        "weakening",
        "mfa_removal",
        "protect_again",
        "enrolment_step",
        "pass_enrolment",
    ] {
        run(connection, &format!("staging/{consequence}"), &[])?;
    }
    Ok(())
}

/// Moves the clock up to which sessions and challenges are settled: as far as the trails were read, less
/// the `overlap` in which records may still come. Whether there was anything to look at.
pub(super) fn settle(connection: &Connection, overlap: TimeDelta) -> Result<bool, duckdb::Error> {
    let read_through: Option<NaiveDateTime> =
        connection.query_row(catalogue::sql("staging/settleable")?, [], |row| row.get("read_through"))?;
    let before: NaiveDateTime =
        connection.query_row("select max(settled_through) from settlement", [], |row| row.get(0))?;
    let Some(now) = read_through.map(|read_through| read_through - overlap).filter(|now| *now > before) else {
        return Ok(false);
    };
    run(connection, "staging/settling_scope", named_params! {"before": before, "now": now})?;
    let is_due: bool = connection.query_row("select count(*) > 0 from scope", [], |row| row.get(0))?;
    if is_due {
        nothing_touched(connection)?;
        move_counts(connection, before, now)?;
    }
    connection.execute("update settlement set settled_through = ?", [now])?;
    Ok(is_due)
}

/// Counts the requests for SMS codes whose country is known now.
pub(super) fn settle_countries(connection: &Connection) -> Step {
    run(connection, "staging/settle_country", &[])?;
    run(connection, "staging/code_move", &[])?;
    nothing_touched(connection)?;
    for table in ["told", "told_session", "told_challenge", "told_reset"] {
        connection.execute_batch(&format!("create or replace temp table {table} as from {table} limit 0"))?;
    }
    run(connection, "staging/moved", &[])?;
    counts::apply(connection)?;
    run(connection, "staging/drop_settled_country", &[])?;
    run(connection, "staging/store_code_request", &[])
}

/// What differs between the two worlds in scope moves the counts and the rows behind them.
fn move_counts(connection: &Connection, from: NaiveDateTime, to: NaiveDateTime) -> Step {
    let range = named_params! {"from": from, "to": to};
    for step in ["told", "told_session", "told_challenge", "told_reset", "code_step", "code_converted_table"] {
        run(connection, &format!("staging/{step}"), &[])?;
    }
    convert_codes(connection)?;
    run(connection, "staging/told_code", &[])?;
    run(connection, "staging/code_change", range)?;
    run(connection, "staging/code_move", &[])?;
    run(connection, "staging/moved", &[])?;
    counts::apply(connection)?;
    run(connection, "staging/drop_code_request", range)?;
    for step in [
        "store_code_request",
        "email_change",
        "drop_email_proof",
        "store_email_proof",
        "session_change",
        "drop_failed_session",
        "store_failed_session",
    ] {
        run(connection, &format!("staging/{step}"), &[])?;
    }
    Ok(())
}

/// Finds which request for an SMS code each right answer converts.
fn convert_codes(connection: &Connection) -> Step {
    let sql = catalogue::sql("staging/code_in_order")?;
    let steps = connection
        .prepare_cached(sql)?
        .query_map([], |row| {
            let step = CodeStep { at_us: row.get(2)?, is_answer: row.get(3)?, validity_us: row.get(4)? };
            Ok((row.get(0)?, row.get(1)?, step))
        })?
        .collect::<Result<Vec<(i64, i64, CodeStep)>, _>>()?;
    let mut appender = connection.appender_to_catalog_and_db("code_converted", "temp", "main")?;
    for user in steps.chunk_by(|(_, one, _), (_, other, _)| one == other) {
        let of_user: Vec<CodeStep> = user.iter().map(|(.., step)| *step).collect();
        for ((position, ..), _) in user.iter().zip(converted(&of_user)).filter(|(_, converted)| *converted) {
            appender.append_row([position])?;
        }
    }
    appender.flush()
}

fn nothing_touched(connection: &Connection) -> Step {
    connection.execute_batch("create or replace temp table touched as from touched limit 0")
}

/// Makes the temporary tables of the steps.
pub(super) fn lay_out(connection: &Connection, never: NaiveDateTime) -> Step {
    let range = named_params! {"from": never, "to": never};
    run(connection, "staging/new_event", named_params! {"oldest": never, "newest": never})?;
    resolve(connection)?;
    run(connection, "staging/scope", range)?;
    move_counts(connection, never, never)
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
