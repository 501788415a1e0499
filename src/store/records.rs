//! CloudTrail records → events, what they say together, and what follows for users.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::{Connection, named_params};

use super::events::{self, Arrival};
use super::scope::Place;
use super::writer::{Step, run, utc};
use super::{activity, batch, catalogue, counts, scope, settings, story};
use crate::model::DecodedLine;
use crate::model::journey;

/// Up to when challenges without an answer and sessions without a success are settled: before and after a
/// batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    before: NaiveDateTime,
    pub(super) now: NaiveDateTime,
}

impl Clock {
    /// Where it stands; with an `overlap`, moved on as far as the trails were read, less the overlap in which
    /// records may still come.
    pub(super) fn read(connection: &Connection, overlap: Option<TimeDelta>) -> Result<Self, duckdb::Error> {
        let before = connection.query_row("select max(settled_through) from settlement", [], |row| row.get(0))?;
        let Some(overlap) = overlap else { return Ok(Self { before, now: before }) };
        let read_through: Option<NaiveDateTime> =
            connection.query_row(catalogue::sql("staging/settleable")?, [], |row| row.get("read_through"))?;
        let now = read_through.map_or(before, |read_through| (read_through - overlap).max(before));
        Ok(Self { before, now })
    }
}

/// Stores the fresh lines' events and what they change.
pub(super) fn store(connection: &Connection, lines: &[DecodedLine], clock: Clock) -> Step {
    let (oldest, newest) = range(lines.iter().filter_map(batch::event).map(|event| event.event_time));
    run(connection, "staging/new_event", named_params! {"oldest": utc(oldest), "newest": utc(newest)})?;
    run(connection, "staging/bringing_event", &[])?;
    run(connection, "staging/learn_client", &[])?;
    run(connection, "staging/learn_agent", &[])?;
    resolve(connection)?;
    settle(connection, lines, clock)
}

/// Finds the pools of new and held events.
pub(super) fn resolve(connection: &Connection) -> Step {
    run(connection, "staging/resolve_by_client", &[])?;
    run(connection, "staging/learn_sub", &[])?;
    run(connection, "staging/resolve_by_sub", &[])
}

/// Stores the events whose pool is known now, of the batch or held ones, and what changes by them and by the
/// clock; keeps aside the new ones whose pool is not known.
pub(super) fn settle(connection: &Connection, lines: &[DecodedLine], clock: Clock) -> Step {
    let (settled, held) = arrivals(connection, lines)?;
    events::hold(connection, &held)?;
    let released = scope::columns_of(connection, "staging/released", &[])?;
    let has_released = released.iter().any(|rows| rows.num_rows() > 0);
    let has_news = has_released || !settled.is_empty();
    if has_news || clock.now > clock.before {
        tell(connection, &settled, &released, clock)?;
    }
    events::store(connection, &settled)?;
    activity::append(connection, &settled)?;
    if has_released {
        for step in ["released_activity", "released_network", "touch_released", "release", "drop_held_event"] {
            run(connection, &format!("staging/{step}"), &[])?;
        }
    }
    if has_news {
        CONSEQUENCES.iter().try_for_each(|step| run(connection, &format!("staging/{step}"), &[]))?;
    }
    Ok(())
}

/// What the stored events change about users and pools.
const CONSEQUENCES: &[&str] = &[
    "user_activity",
    "user_network",
    "factor_evidence",
    "pool_change",
    "weakening",
    "mfa_removal",
    "protect_again",
    "enrolment_step",
    "pass_enrolment",
];

/// Counts the requests for SMS codes whose country is known now.
pub(super) fn settle_countries(connection: &Connection) -> Step {
    run(connection, "staging/settle_country", &[])?;
    run(connection, "staging/moved_table", &[])?;
    run(connection, "staging/code_move", &[])?;
    counts::apply(connection)?;
    run(connection, "staging/drop_settled_country", &[])?;
    run(connection, "staging/store_code_request", &[])
}

/// The new events of the batch: with a known pool, in the order of time, and without.
fn arrivals<'a>(
    connection: &Connection,
    lines: &'a [DecodedLine],
) -> Result<(Vec<Arrival<'a>>, Vec<Arrival<'a>>), duckdb::Error> {
    if lines.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let known_agents: HashSet<String> = connection
        .prepare(catalogue::sql("staging/known_agent")?)?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let rows = scope::columns_of(connection, "staging/arrival", &[])?;
    let places = scope::places(&rows)?;
    let arrival = |place: Place<'_>| {
        let event = batch::event(lines.get(place.position as usize)?)?;
        let is_known = event.agent.as_ref().is_some_and(|agent| known_agents.contains(agent));
        let agent = match (place.pool_id, is_known) {
            (Some(_), false) => Some("other".to_owned()),
            _ => event.agent.clone(),
        };
        let pool_id = place.pool_id.map(str::to_owned).or_else(|| event.pool_id.clone());
        Some(Arrival { event, pool_id, pool_evidence: place.pool_evidence.map(str::to_owned), agent })
    };
    let (mut settled, held): (Vec<_>, Vec<_>) =
        places.into_iter().filter_map(arrival).partition(|arrival| arrival.pool_evidence.is_some());
    settled.sort_by_key(|arrival| arrival.event.event_time);
    Ok((settled, held))
}

/// What users' records say together moves the counts and the rows behind them.
fn tell(connection: &Connection, settled: &[Arrival<'_>], released: &[RecordBatch], clock: Clock) -> Step {
    let mut records: Vec<_> = settled.iter().filter_map(scope::record).collect();
    records.extend(scope::records(released, true)?);
    let (oldest, newest) = range(records.iter().filter_map(|record| DateTime::from_timestamp_micros(record.at_us)));
    let (from, to) = if records.is_empty() { (clock.before, clock.now) } else { (utc(oldest), utc(newest)) };
    let is_moving = clock.now > clock.before;
    let (least, most) = if is_moving { (from.min(clock.before), to.max(clock.now)) } else { (from, to) };
    let known = scope::columns_of(
        connection,
        "staging/scope",
        named_params! {"from": least, "to": most, "before": clock.before, "now": clock.now},
    )?;
    records.extend(scope::records(&known, false)?);
    let [pools, clients] = settings::rows(connection)?;
    let setting = scope::setting(&pools, &clients)?;
    let told = journey::told(&mut records, &setting, us(clock.before), us(clock.now));
    story::store(connection, told, from, to)?;
    if is_moving {
        connection.execute("update settlement set settled_through = ?", [clock.now])?;
    }
    Ok(())
}

/// Makes the temporary tables of the steps.
pub(super) fn lay_out(connection: &Connection, never: NaiveDateTime) -> Step {
    run(connection, "staging/new_event", named_params! {"oldest": never, "newest": never})?;
    for table in ["bringing_event", "activity_table", "network_table", "touched_table"] {
        run(connection, &format!("staging/{table}"), &[])?;
    }
    story::lay_out(connection, never)?;
    settings::lay_out(connection)?;
    resolve(connection)
}

pub(super) fn us(instant: NaiveDateTime) -> i64 {
    instant.and_utc().timestamp_micros()
}

pub(super) fn range<T: Ord + Copy + Default>(values: impl Iterator<Item = T>) -> (T, T) {
    let bounds = |range: Option<(T, T)>, value: T| {
        Some(range.map_or((value, value), |(least, most)| (least.min(value), most.max(value))))
    };
    values.fold(None, bounds).unwrap_or_default()
}
