//! CloudTrail records → events, what they say together, and what follows for users.

use std::panic::resume_unwind;

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use duckdb::{Connection, named_params};

use super::agents::Agents;
use super::events::{self, Arrival};
use super::homes::{self, Homes};
use super::writer::{Step, run, utc};
use super::{activity, batch, catalogue, counts, scope, settings, story};
use crate::model::{DecodedLine, Event, journey};

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
        let now = settleable(connection)?.map_or(before, |read_through| (read_through - overlap).max(before));
        Ok(Self { before, now })
    }

    /// Where nothing but files is ever read, their newest record moves it.
    pub(super) fn of_files(connection: &Connection, newest: Option<NaiveDateTime>) -> Result<Self, duckdb::Error> {
        let clock = Self::read(connection, None)?;
        let reads_trails: bool = connection.query_row(catalogue::sql("staging/reads_trail")?, [], |row| row.get(0))?;
        Ok(match newest {
            Some(newest) if !reads_trails => Self { now: newest.max(clock.before), ..clock },
            _ => clock,
        })
    }
}

/// Up to when the trails are taken to be complete, before the overlap.
fn settleable(connection: &Connection) -> Result<Option<NaiveDateTime>, duckdb::Error> {
    connection.query_row(catalogue::sql("staging/settleable")?, [], |row| row.get("read_through"))
}

/// Stores the fresh lines' events and what they change. Those of them that hold new ones.
pub(super) fn store<'a>(
    connection: &Connection,
    lines: &'a [DecodedLine],
    clock: Clock,
) -> Result<Vec<&'a DecodedLine>, duckdb::Error> {
    let new_lines = new_lines(connection, lines)?;
    let events: Vec<&Event> = new_lines.iter().filter_map(|line| batch::event(line)).collect();
    let homes = Homes::learn(connection, &events)?;
    let agents = Agents::learn(connection, &events)?;
    let (settled, held) = arrivals(&events, &homes, &agents);
    homes::learn_users(connection, &settled)?;
    let releases = connection.query_row("select count(*) > 0 from held_event", [], |row| row.get(0))?;
    if releases {
        resolve(connection)?;
    }
    events::hold(connection, &held)?;
    settle(connection, &settled, releases, clock)?;
    Ok(new_lines)
}

/// The lines whose events are not stored yet, in the order of the batch.
fn new_lines<'a>(connection: &Connection, lines: &'a [DecodedLine]) -> Result<Vec<&'a DecodedLine>, duckdb::Error> {
    let (oldest, newest) = range(lines.iter().filter_map(batch::event).map(|event| event.event_time));
    let of_range = named_params! {"oldest": utc(oldest), "newest": utc(newest)};
    batch::at_positions(connection, "staging/new_event", of_range, lines)
}

/// Finds the pools of held events.
pub(super) fn resolve(connection: &Connection) -> Step {
    run(connection, "staging/resolve_by_client", &[])?;
    run(connection, "staging/learn_sub", &[])?;
    run(connection, "staging/resolve_by_sub", &[])
}

/// Stores events whose pool is known and, where it `releases` held ones, those whose pool was found; and what
/// changes by them and by the clock.
pub(super) fn settle(connection: &Connection, settled: &[Arrival<'_>], releases: bool, clock: Clock) -> Step {
    let released = if releases { scope::columns_of(connection, "staging/released", &[])? } else { Vec::new() };
    let has_released = released.iter().any(|rows| rows.num_rows() > 0);
    let is_moving = clock.now > clock.before;
    if settled.is_empty() && !has_released && !is_moving {
        return Ok(());
    }
    let mut records: Vec<_> = settled.iter().filter_map(scope::record).collect();
    records.extend(scope::records(&released, true)?);
    let (oldest, newest) = range(records.iter().filter_map(|record| DateTime::from_timestamp_micros(record.at_us)));
    let (from, to) = if records.is_empty() { (clock.before, clock.now) } else { (utc(oldest), utc(newest)) };
    let (least, most) = if is_moving { (from.min(clock.before), to.max(clock.now)) } else { (from, to) };
    let known = scope::columns_of(
        connection,
        "staging/scope",
        named_params! {"from": least, "to": most, "before": clock.before, "now": clock.now},
    )?;
    records.extend(scope::records(&known, false)?);
    let [pools, clients] = settings::rows(connection)?;
    let setting = scope::setting(&pools, &clients)?;
    std::thread::scope(|threads| {
        // What users' records say, alone and together, needs no engine, and the rows themselves do not need what
        // is told.
        let activity = threads.spawn(|| activity::told(settled));
        let told = threads.spawn(|| journey::told(&records, &setting, us(clock.before), us(clock.now)));
        events::store(connection, settled)?;
        activity.join().unwrap_or_else(|panic| resume_unwind(panic)).append(connection)?;
        follow(connection, settled, has_released)?;
        story::store(connection, told.join().unwrap_or_else(|panic| resume_unwind(panic)), from, to)
    })?;
    if is_moving {
        connection.execute("update settlement set settled_through = ?", [clock.now])?;
    }
    Ok(())
}

/// What each stored event changes by itself.
fn follow(connection: &Connection, settled: &[Arrival<'_>], has_released: bool) -> Step {
    if has_released {
        RELEASE.iter().try_for_each(|step| run(connection, &format!("staging/{step}"), &[]))?;
    }
    let concerned =
        |consequence: &&Consequence| has_released || settled.iter().any(|arrival| (consequence.of)(arrival.event));
    CONSEQUENCES
        .iter()
        .filter(concerned)
        .try_for_each(|consequence| run(connection, &format!("staging/{}", consequence.step), &[]))
}

/// What stores released events.
const RELEASE: &[&str] = &[
    "released_activity",
    "released_network",
    "touch_released",
    "released_kind",
    "learn_released_kind",
    "release",
    "drop_held_event",
];

/// What stored events change about users and pools.
struct Consequence {
    step: &'static str,
    /// Whether an event may change it.
    of: fn(&Event) -> bool,
}

const CONSEQUENCES: &[Consequence] = &[
    Consequence { step: "new_evidence", of: events::is_about_user },
    Consequence { step: "drop_evidence", of: events::is_about_user },
    Consequence { step: "store_evidence", of: events::is_about_user },
    Consequence { step: "user_network", of: |event| event.network.is_some() },
    Consequence { step: "pool_change", of: events::is_about_no_user },
    Consequence { step: "weakening", of: |event| event.is_phone_change || events::is_preference(event) },
    Consequence { step: "mfa_removal", of: events::is_removal },
    Consequence { step: "password_call", of: events::is_about_password },
    Consequence { step: "protect_again", of: events::tells },
    Consequence { step: "enrolment_step", of: |event| events::is_set_up(event) || events::is_preference(event) },
    Consequence { step: "pass_enrolment", of: events::is_proof },
];

/// Counts the requests for SMS codes whose country is known now. Those older than `listed_at` to a pool that
/// nobody lists have none.
pub(super) fn settle_countries(connection: &Connection, listed_at: Option<NaiveDateTime>) -> Step {
    run(connection, "staging/settle_country", named_params! {"listed_at": listed_at})?;
    run(connection, "staging/moved_table", &[])?;
    run(connection, "staging/code_move", &[])?;
    counts::apply(connection)?;
    run(connection, "staging/drop_settled_country", &[])?;
    run(connection, "staging/store_code_request", &[])
}

/// Events with a known pool, in the order of time, and without.
fn arrivals<'a>(events: &[&'a Event], homes: &'a Homes, agents: &Agents) -> (Vec<Arrival<'a>>, Vec<Arrival<'a>>) {
    let arrival = |event: &'a Event| match homes.of(event) {
        Some((pool_id, evidence)) => {
            Arrival { event, pool_id: Some(pool_id), pool_evidence: Some(evidence), agent: Some(agents.of(event)) }
        }
        None => Arrival { event, pool_id: None, pool_evidence: None, agent: event.agent.as_deref() },
    };
    let (mut settled, held): (Vec<_>, Vec<_>) =
        events.iter().map(|event| arrival(event)).partition(|arrival| arrival.pool_id.is_some());
    settled.sort_by_key(|arrival| arrival.event.event_time);
    (settled, held)
}

/// Makes the temporary tables of the steps.
pub(super) fn lay_out(connection: &Connection) -> Step {
    for table in
        ["user_table", "activity_table", "network_table", "touched_table", "new_evidence_table", "fresh_kind_table"]
    {
        connection.execute_batch(catalogue::sql(&format!("staging/{table}"))?)?;
    }
    story::lay_out(connection)?;
    settings::lay_out(connection)?;
    run(connection, "staging/resolve_by_client", &[])?;
    run(connection, "staging/resolve_by_sub", &[])?;
    run(connection, "staging/released_kind", &[])
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
