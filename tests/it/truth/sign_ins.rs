//! Completed sign-ins, and which of them passed MFA.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Tally;
use super::answers::{Answers, GAP, Outcome};
use super::pools::{Pools, UserKey};
use crate::world::event::{Deed, Event, Reply};

/// When each user last signed in through the API.
pub fn last(pools: &Pools, events: &[Event]) -> HashMap<UserKey, DateTime<Utc>> {
    let mut last = HashMap::new();
    for event in events.iter().filter(|event| is_sign_in(event)) {
        if let Some(key) = pools.user(event) {
            let at = last.entry(key).or_insert(event.at);
            *at = event.at.max(*at);
        }
    }
    last
}

pub fn count(tally: &mut Tally, events: &[Event], answers: &Answers) {
    let mut passed: HashMap<UserKey, Vec<DateTime<Utc>>> = HashMap::new();
    for (index, event) in events.iter().enumerate() {
        if passes(index, event, answers)
            && let Some(key) = tally.pools.user(event)
        {
            passed.entry(key).or_default().push(event.at);
        }
    }
    for (index, event) in events.iter().enumerate() {
        if is_page_sign_in(event) {
            tally.one(event, "sign_ins_total", &[("via", "ui")]);
        }
        if !is_sign_in(event) {
            continue;
        }
        tally.one(event, "sign_ins_total", &[("via", "api")]);
        let times = tally.pools.user(event).and_then(|key| passed.get(&key));
        let vouched = times.is_some_and(|times| times.iter().any(|at| *at <= event.at && event.at - *at <= GAP));
        if vouched || passes(index, event, answers) {
            tally.one(event, "mfa_sign_ins_total", &[]);
        }
    }
}

/// A right MFA answer, or MFA set up in the middle of a sign-in.
fn passes(index: usize, event: &Event, answers: &Answers) -> bool {
    let set_up = matches!(event.deed, Deed::Respond { challenge: Some("MFA_SETUP"), .. }) && event.failure.is_none();
    set_up || matches!(answers.get(&index), Some((_, Outcome::Passed)))
}

fn is_sign_in(event: &Event) -> bool {
    let tokens = match event.deed {
        Deed::Initiate { flow: Some("REFRESH_TOKEN" | "REFRESH_TOKEN_AUTH"), .. } => false,
        Deed::Initiate { reply, .. } | Deed::Respond { reply, .. } => reply == Reply::Tokens,
        _ => false,
    };
    tokens && event.failure.is_none()
}

fn is_page_sign_in(event: &Event) -> bool {
    let Deed::Token { grant: "authorization_code", status: Some(status) } = &event.deed else { return false };
    event.failure.is_none() && is_status(status, 200)
}

/// Pages write their status as a whole number, a float or a string.
pub fn is_status(status: &Value, expected: u16) -> bool {
    match status {
        Value::Number(number) => number.as_f64() == Some(f64::from(expected)),
        Value::String(text) => *text == expected.to_string(),
        _ => false,
    }
}
