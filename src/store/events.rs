//! Events as rows of the tables that keep them.

use duckdb::Connection;

use super::columns::{Column, append, append_temporary, instants, numbers, texts, uuids};
use super::kinds::{self, Kind};
use crate::model::{Event, Outcome, PreferenceChange, RecoveryKind, Step};

/// An event of a batch with what the store knows about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival<'a> {
    pub(super) event: &'a Event,
    /// User pool, or none yet.
    pub(super) pool_id: Option<&'a str>,
    /// How the pool is known.
    pub(super) pool_evidence: Option<&'a str>,
    /// Client software that completed a sign-in before, or `other`; as written where no pool is known yet.
    pub(super) agent: Option<&'a str>,
}

/// Stores events whose pool is known, oldest first, and makes the telling ones the touched ones.
pub(super) fn store(connection: &Connection, arrivals: &[Arrival<'_>]) -> Result<(), duckdb::Error> {
    if arrivals.is_empty() {
        return Ok(());
    }
    let kind_ids = kinds::ids(connection, arrivals)?;
    let mut columns = own_columns(arrivals);
    columns.push(("kind_id", numbers(kind_ids.into_iter())));
    append(connection, "occurrence", columns)?;
    let telling: Vec<Arrival<'_>> = arrivals.iter().filter(|arrival| tells(arrival.event)).copied().collect();
    if telling.is_empty() {
        return Ok(());
    }
    let columns = all_columns(&telling).into_iter().filter(|(name, _)| !NOT_TOUCHED.contains(name));
    append_temporary(connection, "touched", columns.collect())
}

/// Whether an event says something about a user's factors or password, or a pool.
pub(super) fn tells(event: &Event) -> bool {
    is_proof(event)
        || is_set_up(event)
        || is_preference(event)
        || event.is_phone_change
        || is_removal(event)
        || is_about_password(event)
        || is_about_no_user(event)
}

/// A second factor was passed or set up.
pub(super) fn is_proof(event: &Event) -> bool {
    matches!(event.step, Some(Step::MfaAnswer | Step::PasskeyAnswer | Step::MfaSetup))
        && event.outcome == Outcome::Success
}

/// A step on the way to an authenticator app.
pub(super) fn is_set_up(event: &Event) -> bool {
    event.step == Some(Step::MfaSetup)
        || matches!(event.event_name.as_str(), "AssociateSoftwareToken" | "VerifySoftwareToken")
}

/// A factor was switched or preferred.
pub(super) fn is_preference(event: &Event) -> bool {
    event.preference != PreferenceChange::default()
}

/// A factor was switched off.
pub(super) fn is_removal(event: &Event) -> bool {
    matches!(event.recovery_kind, Some(RecoveryKind::AdminMfaDisable | RecoveryKind::SelfMfaDisable))
}

/// A password was reset or set, or should have been.
pub(super) fn is_about_password(event: &Event) -> bool {
    matches!(
        event.recovery_kind,
        Some(RecoveryKind::SelfResetCompleted | RecoveryKind::AdminReset | RecoveryKind::AdminSetPassword)
    )
}

/// The user is known.
pub(super) const fn is_about_user(event: &Event) -> bool {
    event.sub.is_some()
}

/// Calls that change a pool are about no user.
pub(super) fn is_about_no_user(event: &Event) -> bool {
    event.sub.is_none() && event.step.is_none()
}

/// Keeps events aside whose pool is not known.
pub(super) fn hold(connection: &Connection, arrivals: &[Arrival<'_>]) -> Result<(), duckdb::Error> {
    if arrivals.is_empty() {
        return Ok(());
    }
    let columns = all_columns(arrivals).into_iter().filter(|(name, _)| *name != "pool_evidence");
    append(connection, "held_event", columns.collect())
}

/// Columns of `event` that say nothing about a user's factors or password, or a pool.
const NOT_TOUCHED: &[&str] = &[
    "vocabulary",
    "client_id",
    "challenge_name",
    "issued_challenge",
    "auth_flow",
    "reason",
    "error_code",
    "agent",
    "sms_purpose",
    "is_resend",
    "code_accepted",
    "send_error",
    "sign_in",
    "lookup_hint",
    "is_billable",
    "network",
    "pool_evidence",
];

fn all_columns(arrivals: &[Arrival<'_>]) -> Vec<Column> {
    let kinds: Vec<Kind<'_>> = arrivals.iter().map(Kind::of).collect();
    own_columns(arrivals).into_iter().chain(kinds::columns(&kinds)).collect()
}

/// What is each event's own.
fn own_columns(arrivals: &[Arrival<'_>]) -> Vec<Column> {
    let events = || arrivals.iter().map(|arrival| arrival.event);
    vec![
        ("event_id", uuids(events().map(|event| Some(event.event_id)))),
        ("event_time", instants(events().map(|event| Some(event.event_time)))),
        ("sub", uuids(events().map(|event| event.sub))),
        ("network", numbers(events().map(|event| event.network))),
        ("actor_name", texts(events().map(|event| event.actor.as_ref()?.name.as_deref()))),
        ("actor_session", texts(events().map(|event| event.actor.as_ref()?.session.as_deref()))),
    ]
}
