//! The truth itself is held against what was written down by hand beside each walk.

use std::collections::BTreeMap;

use super::{Log, Lookup, Samples, figures};
use crate::world::clock;
use crate::world::directory::{Directory, pool, user};
use crate::world::event::Factor;
use crate::world::scribe::Scribe;
use crate::world::walks::{self, Walk};

/// The first word of an expectation, and the family and label that it stands for.
const WORDS: [(&str, &str, &str); 8] = [
    ("sessions", "mfascope_challenge_sessions_total", "factor"),
    ("failed", "mfascope_challenge_session_failures_total", "factor"),
    ("issued", "mfascope_challenges_issued_total", "factor"),
    ("abandoned", "mfascope_challenges_abandoned_total", "factor"),
    ("mfa_sign_ins", "mfascope_mfa_sign_ins_total", ""),
    ("requests", "mfascope_sms_requests_total", "purpose"),
    ("conversions", "mfascope_sms_conversions_total", "purpose"),
    ("send_errors", "mfascope_sms_send_errors_total", "reason"),
];

#[test]
fn every_walk_comes_to_what_is_written_beside_it() {
    let mut wrong = Vec::new();
    for walk in walks::all() {
        let expected: BTreeMap<String, u32> =
            walk.expects.iter().map(|(what, count)| ((*what).into(), *count)).collect();
        let found = found(&take(&walk));
        if found != expected {
            wrong.push(format!("{}: expected {expected:?}, found {found:?}", walk.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The figures of somebody with a phone who takes one walk in a pool of two clients.
fn take(walk: &Walk) -> Samples {
    let someone = user("someone");
    let mut pools = vec![pool("walk", "OPTIONAL", None, vec![Factor::Totp, Factor::Sms], vec![someone])];
    pools[0].id = "us-east-1_Walk".into();
    pools[0].clients = vec!["hasty".into(), "patient".into()];
    let mut scribe = Scribe::new(1, clock());
    pools[0].users[0].sub = scribe.new_sub();
    pools[0].users[0].phone = true;
    let directory = Directory { region: "us-east-1", pools };
    let pool = &directory.pools[0];
    let mut person = scribe.person(directory.region, &pool.users[0].sub, &pool.clients[0], Some(&pool.id));
    walk.once(&mut scribe, &mut person, ["hasty", "patient"], 3_000);
    let log = Log { events: &scribe.events, lines: &[], receipts: &[] };
    figures(&directory, &log, "main", Lookup::Off)
}

fn found(samples: &Samples) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for (series, count) in samples.iter().filter(|(_, count)| **count > 0.0) {
        if let Some((word, _, label)) = WORDS.iter().find(|(_, family, _)| *family == series.name) {
            let value = series.labels.get(*label).map_or_else(String::new, |value| format!(" {value}"));
            *found.entry(format!("{word}{value}")).or_default() += *count as u32;
        }
    }
    found
}
