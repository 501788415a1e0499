//! Events as rows of the tables that keep them.

use duckdb::Connection;

use super::columns::{Column, append, append_temporary, flags, instants, numbers, texts, uuids};
use crate::model::{Actor, Event, Outcome, PreferenceChange, RecoveryKind, Step};

/// An event of a batch with what the store knows about it.
#[derive(Clone, Debug)]
pub(super) struct Arrival<'a> {
    pub(super) event: &'a Event,
    /// User pool, or none yet.
    pub(super) pool_id: Option<String>,
    /// How the pool is known.
    pub(super) pool_evidence: Option<String>,
    /// Client software that completed a sign-in before, or `other`; as written where no pool is known yet.
    pub(super) agent: Option<String>,
}

/// Stores events whose pool is known, oldest first, and makes them the touched ones.
pub(super) fn store(connection: &Connection, arrivals: &[Arrival<'_>]) -> Result<(), duckdb::Error> {
    if arrivals.is_empty() {
        return Ok(());
    }
    let mut columns = columns(arrivals);
    columns.push(("pool_evidence", texts(arrivals.iter().map(|arrival| arrival.pool_evidence.as_deref()))));
    append(connection, "event", columns)?;
    let telling: Vec<Arrival<'_>> = arrivals.iter().filter(|arrival| tells(arrival.event)).cloned().collect();
    if telling.is_empty() {
        return Ok(());
    }
    let columns = self::columns(&telling);
    append_temporary(
        connection,
        "touched",
        columns.into_iter().filter(|(name, _)| !NOT_TOUCHED.contains(name)).collect(),
    )
}

/// Whether an event says something about a user's factors or a pool.
fn tells(event: &Event) -> bool {
    let is_proof = matches!(event.step, Some(Step::MfaAnswer | Step::PasskeyAnswer | Step::MfaSetup));
    let is_set_up = matches!(event.event_name.as_str(), "AssociateSoftwareToken" | "VerifySoftwareToken");
    (is_proof && event.outcome == Outcome::Success)
        || is_set_up
        || event.preference != PreferenceChange::default()
        || event.is_phone_change
        || matches!(event.recovery_kind, Some(RecoveryKind::AdminMfaDisable | RecoveryKind::SelfMfaDisable))
        // Calls that change a pool are about no user.
        || (event.sub.is_none() && event.step.is_none())
}

/// Keeps events aside whose pool is not known.
pub(super) fn hold(connection: &Connection, arrivals: &[Arrival<'_>]) -> Result<(), duckdb::Error> {
    if arrivals.is_empty() { Ok(()) } else { append(connection, "held_event", columns(arrivals)) }
}

/// Columns of `event` that say nothing about a user's factors or a pool.
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
];

fn columns(arrivals: &[Arrival<'_>]) -> Vec<Column> {
    let events = || arrivals.iter().map(|arrival| arrival.event);
    let mut columns = vec![
        ("event_id", uuids(events().map(|event| Some(event.event_id)))),
        ("event_time", instants(events().map(|event| Some(event.event_time)))),
        ("account_id", texts(events().map(|event| event.account_id.as_deref()))),
        ("aws_region", texts(events().map(|event| Some(&event.aws_region)))),
        ("event_name", texts(events().map(|event| Some(&event.event_name)))),
        ("vocabulary", texts(events().map(|event| Some(event.vocabulary.as_str())))),
        ("pool_id", texts(arrivals.iter().map(|arrival| arrival.pool_id.as_deref()))),
        ("client_id", texts(events().map(|event| event.client_id.as_deref()))),
        ("sub", uuids(events().map(|event| event.sub))),
        ("challenge_name", texts(events().map(|event| event.challenge_name.as_deref()))),
        ("issued_challenge", texts(events().map(|event| event.issued_challenge.as_deref()))),
        ("auth_flow", texts(events().map(|event| event.auth_flow.as_deref()))),
        ("step", texts(events().map(|event| event.step.map(|step| step.as_str())))),
        ("factor", texts(events().map(|event| event.factor.map(|factor| factor.as_str())))),
        ("outcome", texts(events().map(|event| Some(event.outcome.as_str())))),
        ("reason", texts(events().map(|event| event.reason.map(|reason| reason.as_str())))),
        ("error_code", texts(events().map(|event| event.error_code.as_deref()))),
        ("sign_in", texts(events().map(|event| event.sign_in.map(|sign_in| sign_in.as_str())))),
        ("recovery_kind", texts(events().map(|event| event.recovery_kind.map(|kind| kind.as_str())))),
        ("lookup_hint", flags(events().map(|event| Some(event.lookup_hint)))),
        ("is_billable", flags(events().map(|event| Some(event.is_billable)))),
        ("mfa_configuration", texts(events().map(|event| event.mfa_configuration.map(|mfa| mfa.as_str())))),
        ("agent", texts(arrivals.iter().map(|arrival| arrival.agent.as_deref()))),
        ("network", numbers(events().map(|event| event.network))),
        ("sms_purpose", texts(events().map(|event| event.sms_purpose.map(|purpose| purpose.as_str())))),
        ("is_resend", flags(events().map(|event| Some(event.is_resend)))),
        ("code_accepted", texts(events().map(|event| event.code_accepted.map(|purpose| purpose.as_str())))),
        ("send_error", texts(events().map(|event| event.send_error.map(|error| error.as_str())))),
        ("is_phone_change", flags(events().map(|event| Some(event.is_phone_change)))),
    ];
    columns.extend(preference_columns(arrivals));
    columns.extend(actor_columns(arrivals));
    columns
}

fn preference_columns(arrivals: &[Arrival<'_>]) -> Vec<Column> {
    let flag = |member: fn(&PreferenceChange) -> Option<bool>| {
        flags(arrivals.iter().map(|arrival| member(&arrival.event.preference)))
    };
    vec![
        ("totp_switch", flag(|change| change.totp.enabled)),
        ("sms_switch", flag(|change| change.sms.enabled)),
        ("email_switch", flag(|change| change.email.enabled)),
        ("passkey_switch", flag(|change| change.passkey.enabled)),
        ("totp_preferred", flag(|change| change.totp.preferred)),
        ("sms_preferred", flag(|change| change.sms.preferred)),
        ("email_preferred", flag(|change| change.email.preferred)),
        ("passkey_preferred", flag(|change| change.passkey.preferred)),
        ("direction_unknown", flag(|change| Some(change.direction_unknown))),
    ]
}

fn actor_columns(arrivals: &[Arrival<'_>]) -> Vec<Column> {
    let text = |member: fn(&Actor) -> Option<&str>| {
        texts(arrivals.iter().map(|arrival| arrival.event.actor.as_ref().and_then(member)))
    };
    vec![
        ("actor_type", text(|actor| Some(&actor.kind))),
        ("actor_name", text(|actor| actor.name.as_deref())),
        ("actor_session", text(|actor| actor.session.as_deref())),
    ]
}
