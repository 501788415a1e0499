//! Holds the table of users against the truth.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::Row;
use crate::support::users::Shown;
use crate::world::event::Factor;

/// One line per member that is wrong, of every user that is missing or too many.
pub fn user_differences(rows: &[&Row], shown: &[Shown]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut found: HashMap<&str, &Shown> = HashMap::new();
    for user in shown {
        if found.insert(&user.sub, user).is_some() {
            wrong.push(format!("{} is shown twice", user.sub));
        }
    }
    let expected: HashSet<&str> = rows.iter().map(|row| row.sub.as_str()).collect();
    let more = shown.iter().filter(|user| !expected.contains(user.sub.as_str()));
    wrong.extend(more.map(|user| format!("{} ({}, {}) should not be there", user.sub, user.status, user.state)));
    for row in rows {
        match found.get(row.sub.as_str()) {
            Some(user) => wrong.extend(members(row, user)),
            None => wrong.push(format!("{} ({}, {}) is missing", row.sub, row.status, row.state)),
        }
    }
    wrong
}

fn members(row: &Row, user: &Shown) -> Option<String> {
    let labels = |factors: &[Factor]| factors.iter().map(|factor| factor.label().to_owned()).collect::<Vec<_>>();
    let mut wrong = Vec::new();
    let mut compare = |name: &str, expected: String, found: String| {
        if expected != found {
            wrong.push(format!("{name} is {found}, expected {expected}"));
        }
    };
    compare("status", row.status.into(), user.status.clone());
    compare("is_enabled", row.is_enabled.to_string(), user.is_enabled.to_string());
    compare("is_eligible", row.is_eligible.to_string(), user.is_eligible.to_string());
    // Whether somebody outside of every denominator can be active is left open.
    if row.is_eligible {
        compare("is_active", row.is_active.to_string(), user.is_active.to_string());
    }
    compare("state", row.state.into(), user.state.clone());
    compare("factors", labels(&row.factors).join(" "), user.factors.join(" "));
    compare("usable_factors", labels(&row.usable_factors).join(" "), user.usable_factors.join(" "));
    let preferred = row.preferred.map(|factor| factor.label().to_owned());
    compare("preferred", format!("{preferred:?}"), format!("{:?}", user.preferred));
    compare("is_capable", row.is_capable.to_string(), user.is_capable.to_string());
    compare("strength", format!("{:?}", row.strength), format!("{:?}", user.strength.as_deref()));
    compare("is_conflict", row.is_conflict.to_string(), user.is_conflict.to_string());
    let sign_in = user.last_sign_in_at.as_deref().map(instant);
    compare("last_sign_in_at", format!("{:?}", row.last_sign_in_at), format!("{sign_in:?}"));
    compare("looked up", row.is_looked_up.to_string(), user.looked_up_at.is_some().to_string());
    // What was listed or seen has a time; when a pool's setting or a single factor off became known is left open.
    if matches!(row.state, "explicit" | "proven" | "none") {
        compare("has evidence", "true".into(), user.evidence_at.is_some().to_string());
    }
    let off = if row.is_enabled { "" } else { ", disabled" };
    let who = format!("{} ({}{off}, {})", row.sub, row.status, row.who);
    (!wrong.is_empty()).then(|| format!("{who}: {}", wrong.join("; ")))
}

/// An instant as every time is written: RFC 3339, UTC, with a Z.
pub fn instant(text: &str) -> DateTime<Utc> {
    let at = DateTime::parse_from_rfc3339(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert!(text.ends_with('Z'), "{text:?} is not in UTC");
    at.to_utc()
}
