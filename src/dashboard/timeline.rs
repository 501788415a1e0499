//! Changes of a pool's configuration: what calls asked for, and what listings then saw.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::format::instant;
use super::overview::enforcement;
use super::shares::factor_label;
use crate::model::{Actor, Factor};
use crate::query::{PoolChange, PoolObservation};
use crate::snapshot::Story;

/// One change.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// When.
    pub at: String,
    /// What, in words.
    pub what: String,
    /// Who, in words.
    pub who: String,
}

/// A change as it was told.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) at: DateTime<Utc>,
    pub(super) what: String,
    pub(super) who: String,
}

/// Everything known of a pool, newest first.
pub(super) fn changes(story: &Story) -> Vec<Change> {
    let call = |change: &PoolChange| Change { at: change.changed_at, what: call(change), who: who(change) };
    let mut changes: Vec<Change> = story.changes.iter().map(call).collect();
    let before = std::iter::once(None).chain(story.observations.iter().map(Some));
    changes.extend(before.zip(&story.observations).map(|(before, seen)| Change {
        at: seen.observed_at,
        what: before.map_or_else(|| first(seen), |before| difference(before, seen)),
        who: "seen by a listing".into(),
    }));
    changes.sort_by_key(|change| std::cmp::Reverse(change.at));
    changes
}

/// The same, in words.
pub(super) fn entries(story: &Story) -> Vec<Entry> {
    let entry = |Change { at, what, who }| Entry { at: instant(at), what, who };
    changes(story).into_iter().map(entry).collect()
}

fn call(change: &PoolChange) -> String {
    match change.mfa_configuration.as_deref() {
        Some(configuration) => format!("{}: {}", change.event_name, enforcement(configuration)),
        None => change.event_name.clone(),
    }
}

fn who(change: &PoolChange) -> String {
    let account = change.account_id.as_deref().map_or_else(String::new, |account| format!(", account {account}"));
    match &change.actor {
        None => format!("not told{account}"),
        Some(actor) => format!("{}{account}", principal(actor)),
    }
}

/// Words for who called.
pub(super) fn principal(actor: &Actor) -> String {
    let Actor { kind, name, session } = actor;
    let name = name.as_deref().unwrap_or("without a name");
    let principal = match kind.as_str() {
        "AssumedRole" => format!("role {name}"),
        "IAMUser" => format!("user {name}"),
        "AWSService" => format!("service {name}"),
        "Root" => "the account's root user".to_owned(),
        _ => format!("{kind} {name}"),
    };
    let session = session.as_deref().map_or_else(String::new, |session| format!(", session {session}"));
    format!("{principal}{session}")
}

const FACTORS: [Factor; 4] = [Factor::Totp, Factor::Sms, Factor::Email, Factor::Passkey];

fn first(seen: &PoolObservation) -> String {
    let factors: Vec<&str> = allowed(seen).map(factor_label).collect();
    let factors = if factors.is_empty() { "no second factor".to_owned() } else { factors.join(", ") };
    format!("First seen: {}; {factors}", enforcement(&seen.mfa_configuration))
}

fn allowed(seen: &PoolObservation) -> impl Iterator<Item = Factor> {
    FACTORS.into_iter().zip(seen.allowed).filter_map(|(factor, is_allowed)| is_allowed.then_some(factor))
}

fn difference(before: &PoolObservation, now: &PoolObservation) -> String {
    let mut parts = Vec::new();
    if before.mfa_configuration != now.mfa_configuration {
        parts.push(format!("{} → {}", enforcement(&before.mfa_configuration), enforcement(&now.mfa_configuration)));
    }
    for ((factor, was), is) in FACTORS.into_iter().zip(before.allowed).zip(now.allowed) {
        if was != is {
            parts.push(format!("{} {}", factor_label(factor), if is { "allowed" } else { "no longer allowed" }));
        }
    }
    for (name, was, is) in [
        ("feature plan", &before.tier, &now.tier),
        ("account recovery", &before.recovery, &now.recovery),
        ("text messages by", &before.sms_route, &now.sms_route),
        ("SMS set-up errors", &before.sms_failure, &now.sms_failure),
        ("remembered devices", &before.devices, &now.devices),
    ] {
        if was != is {
            let named = |text: &str| if text.is_empty() { "none".to_owned() } else { text.replace(',', ", ") };
            parts.push(format!("{name}: {} → {}", named(was), named(is)));
        }
    }
    parts.join("; ")
}
