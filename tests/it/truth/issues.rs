//! Challenges that were issued, and those that nobody answered.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::Tally;
use super::answers::{self, Answers, Contexts};
use crate::world::directory::{Directory, UNKNOWN_SESSION_MINUTES};
use crate::world::event::{Event, Factor};

/// Region, client and sub.
type Key<'a> = (&'a str, &'a str, &'a str);

pub fn count(tally: &mut Tally, directory: &Directory, events: &[Event], answers: &Answers) {
    let contexts = answers::contexts(events);
    let mut issued: BTreeMap<Key, Vec<(&Event, &str)>> = BTreeMap::new();
    let mut measurable = BTreeSet::new();
    for event in events.iter().filter(|event| event.failure.is_none() && event.deed.issues().is_some()) {
        measurable.insert((event.region, tally.pools.of(event).to_owned()));
        let Some(factor) = factor(tally, directory, event, &contexts) else { continue };
        tally.one(event, "challenges_issued_total", &[("factor", factor)]);
        if let Some(key) = key(event) {
            issued.entry(key).or_default().push((event, factor));
        }
    }
    let mut answered: BTreeMap<Key, Vec<DateTime<Utc>>> = BTreeMap::new();
    for event in answers.keys().map(|index| &events[*index]) {
        if let Some(key) = key(event) {
            answered.entry(key).or_default().push(event.at);
        }
    }
    for (key, issues) in &issued {
        for (event, factor) in issues {
            let end = event.at + validity(directory, event);
            let in_time = |at: DateTime<Utc>| at > event.at && at <= end;
            let is_answered = answered.get(key).is_some_and(|times| times.iter().any(|at| in_time(*at)));
            let is_superseded = issues.iter().any(|(other, _)| in_time(other.at));
            if !is_answered && !is_superseded {
                tally.one(event, "challenges_abandoned_total", &[("factor", factor)]);
            }
        }
    }
    // Where no record tells of an issue, neither counter is there; elsewhere 0 is as good as nothing.
    for (region, pool) in measurable {
        for name in ["challenges_issued_total", "challenges_abandoned_total"] {
            for factor in Factor::ALL {
                tally.series(region, &pool, name, &[("factor", factor.label())]);
            }
        }
    }
}

fn factor(tally: &Tally, directory: &Directory, event: &Event, contexts: &Contexts) -> Option<&'static str> {
    match event.deed.issues()? {
        "SMS_MFA" => Some("sms"),
        "SOFTWARE_TOKEN_MFA" => Some("totp"),
        "EMAIL_OTP" => answers::is_second(event, contexts).then_some("email"),
        "WEB_AUTHN" => answers::counts_passkeys(directory, tally.pools, event).then_some("passkey"),
        _ => None,
    }
}

/// What is issued to nobody in particular is issued only: no answer can be told to be its.
fn key(event: &Event) -> Option<Key<'_>> {
    Some((event.region, event.who.client.as_deref()?, event.who.sub.as_deref()?))
}

/// How long the client of the event waits for an answer.
pub fn validity(directory: &Directory, event: &Event) -> TimeDelta {
    let client = event.who.client.as_ref().filter(|_| event.region == directory.region);
    let place = |clients: &[String]| clients.iter().position(|id| Some(id) == client);
    let minutes = directory.pools.iter().find_map(|pool| Some(pool.session_minutes[place(&pool.clients)?]));
    TimeDelta::minutes(minutes.unwrap_or(UNKNOWN_SESSION_MINUTES).into())
}
