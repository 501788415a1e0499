//! What events have in common.
//!
//! What an event shares with many others, like its name, its app client and how it ended, is kept once, as its
//! kind. A row of its own holds only what is its own: less to write, and less to read again.

use std::collections::HashMap;

use duckdb::Connection;
use foldhash::fast::RandomState;
use uuid::Uuid;

use super::catalogue;
use super::columns::{Column, append, append_temporary, flags, numbers, texts, uuids};
use super::events::Arrival;

/// The kind of each event. Those that are new are learned.
pub(super) fn ids(connection: &Connection, arrivals: &[Arrival<'_>]) -> Result<Vec<Option<u32>>, duckdb::Error> {
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
        let mut columns = self::columns(&of_kinds);
        columns.push(("kind_id", numbers(unknown.iter().map(|position| ids[*position]))));
        columns.push(("content", uuids(unknown.iter().map(|position| Some(contents[*position])))));
        append(connection, "event_kind", columns)?;
    }
    Ok(places.into_iter().map(|place| ids[place]).collect())
}

/// What many events have in common, by the columns that hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kind<'a> {
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
    pub(super) fn of(arrival: &Arrival<'a>) -> Self {
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
        let mut bytes = Vec::with_capacity(512);
        for text in self.texts {
            // The length tells where a text ends; no text is that long.
            let length = text.map_or(u64::MAX, |text| text.len() as u64);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
        }
        bytes.extend(self.flags.map(|flag| flag.map_or(2, u8::from)));
        Uuid::new_v5(&Uuid::NAMESPACE_OID, &bytes)
    }
}

pub(super) fn columns(kinds: &[Kind<'_>]) -> Vec<Column> {
    let texts_of = |(place, name)| (name, texts(kinds.iter().map(|kind| kind.texts[place])));
    let flags_of = |(place, name)| (name, flags(kinds.iter().map(|kind| kind.flags[place])));
    TEXTS.into_iter().enumerate().map(texts_of).chain(FLAGS.into_iter().enumerate().map(flags_of)).collect()
}
