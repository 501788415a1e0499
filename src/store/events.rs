//! Events as rows of the tables that keep them.
//!
//! What an event shares with many others, like its name, its app client and how it ended, is kept once, as its
//! kind. A row of its own holds only what is its own: less to write, and less to read again.

use std::collections::HashMap;

use duckdb::Connection;
use foldhash::fast::RandomState;
use uuid::Uuid;

use super::catalogue;
use super::columns::{Column, append, append_temporary, flags, instants, numbers, texts, uuids};
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
    let kind_ids = kind_ids(connection, arrivals)?;
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

/// The kind of each event. Those that are new are learned.
fn kind_ids(connection: &Connection, arrivals: &[Arrival<'_>]) -> Result<Vec<Option<u32>>, duckdb::Error> {
    let mut positions: HashMap<Kind<'_>, usize, RandomState> = HashMap::default();
    let mut kinds = Vec::new();
    let places: Vec<usize> = arrivals
        .iter()
        .map(|arrival| {
            let kind = Kind::of(arrival);
            *positions.entry(kind).or_insert_with(|| {
                kinds.push(kind);
                kinds.len() - 1
            })
        })
        .collect();
    let contents: Vec<Uuid> = kinds.iter().map(Kind::content).collect();
    let columns = vec![
        ("position", numbers((0..kinds.len()).map(|position| u32::try_from(position).ok()))),
        ("content", uuids(contents.iter().map(|content| Some(*content)))),
    ];
    append_temporary(connection, "fresh_kind", columns)?;
    let mut ids: Vec<Option<u32>> = vec![None; kinds.len()];
    let mut known = connection.prepare(catalogue::sql("staging/known_kind")?)?;
    for row in known.query_map([], |row| Ok((row.get::<_, u32>("position")?, row.get::<_, u32>("kind_id")?)))? {
        let (position, kind_id) = row?;
        if let Some(id) = ids.get_mut(position as usize) {
            *id = Some(kind_id);
        }
    }
    let unknown: Vec<usize> = (0..kinds.len()).filter(|position| ids[*position].is_none()).collect();
    if !unknown.is_empty() {
        let last: u32 = connection.query_row(catalogue::sql("staging/last_kind")?, [], |row| row.get(0))?;
        for (position, kind_id) in unknown.iter().zip(last + 1..) {
            ids[*position] = Some(kind_id);
        }
        let of_kinds: Vec<Kind<'_>> = unknown.iter().map(|position| kinds[*position]).collect();
        let mut columns = kind_columns(&of_kinds);
        columns.push(("kind_id", numbers(unknown.iter().map(|position| ids[*position]))));
        columns.push(("content", uuids(unknown.iter().map(|position| Some(contents[*position])))));
        append(connection, "event_kind", columns)?;
    }
    Ok(places.into_iter().map(|place| ids[place]).collect())
}

/// Whether an event says something about a user's factors or a pool.
pub(super) fn tells(event: &Event) -> bool {
    is_proof(event)
        || is_set_up(event)
        || is_preference(event)
        || event.is_phone_change
        || is_removal(event)
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
    "pool_evidence",
];

fn all_columns(arrivals: &[Arrival<'_>]) -> Vec<Column> {
    let kinds: Vec<Kind<'_>> = arrivals.iter().map(Kind::of).collect();
    own_columns(arrivals).into_iter().chain(kind_columns(&kinds)).collect()
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

/// What many events have in common, by the columns that hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Kind<'a> {
    texts: [Option<&'a str>; TEXTS.len()],
    flags: [Option<bool>; FLAGS.len()],
}

const TEXTS: [&str; 23] = [
    "account_id",
    "aws_region",
    "event_name",
    "vocabulary",
    "pool_id",
    "pool_evidence",
    "client_id",
    "challenge_name",
    "issued_challenge",
    "auth_flow",
    "step",
    "factor",
    "outcome",
    "reason",
    "error_code",
    "sign_in",
    "recovery_kind",
    "mfa_configuration",
    "agent",
    "actor_type",
    "sms_purpose",
    "code_accepted",
    "send_error",
];

const FLAGS: [&str; 13] = [
    "lookup_hint",
    "is_billable",
    "is_resend",
    "is_phone_change",
    "totp_switch",
    "sms_switch",
    "email_switch",
    "passkey_switch",
    "totp_preferred",
    "sms_preferred",
    "email_preferred",
    "passkey_preferred",
    "direction_unknown",
];

impl<'a> Kind<'a> {
    fn of(arrival: &Arrival<'a>) -> Self {
        let event = arrival.event;
        let preference = event.preference;
        Self {
            texts: [
                event.account_id.as_deref(),
                Some(&event.aws_region),
                Some(&event.event_name),
                Some(event.vocabulary.as_str()),
                arrival.pool_id,
                arrival.pool_evidence,
                event.client_id.as_deref(),
                event.challenge_name.as_deref(),
                event.issued_challenge.as_deref(),
                event.auth_flow.as_deref(),
                event.step.map(|step| step.as_str()),
                event.factor.map(|factor| factor.as_str()),
                Some(event.outcome.as_str()),
                event.reason.map(|reason| reason.as_str()),
                event.error_code.as_deref(),
                event.sign_in.map(|sign_in| sign_in.as_str()),
                event.recovery_kind.map(|kind| kind.as_str()),
                event.mfa_configuration.map(|mfa| mfa.as_str()),
                arrival.agent,
                event.actor.as_ref().map(|actor| actor.kind.as_str()),
                event.sms_purpose.map(|purpose| purpose.as_str()),
                event.code_accepted.map(|purpose| purpose.as_str()),
                event.send_error.map(|error| error.as_str()),
            ],
            flags: [
                Some(event.lookup_hint),
                Some(event.is_billable),
                Some(event.is_resend),
                Some(event.is_phone_change),
                preference.totp.enabled,
                preference.sms.enabled,
                preference.email.enabled,
                preference.passkey.enabled,
                preference.totp.preferred,
                preference.sms.preferred,
                preference.email.preferred,
                preference.passkey.preferred,
                Some(preference.direction_unknown),
            ],
        }
    }

    /// Names the kind by what it holds.
    fn content(&self) -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{self:?}").as_bytes())
    }
}

fn kind_columns(kinds: &[Kind<'_>]) -> Vec<Column> {
    let texts_of = |(place, name)| (name, texts(kinds.iter().map(|kind| kind.texts[place])));
    let flags_of = |(place, name)| (name, flags(kinds.iter().map(|kind| kind.flags[place])));
    TEXTS.into_iter().enumerate().map(texts_of).chain(FLAGS.into_iter().enumerate().map(flags_of)).collect()
}
