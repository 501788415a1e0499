//! Challenge sessions: answers of one pool, client and user in a row, ended by a success.

use std::collections::BTreeMap;

use super::Tally;
use super::answers::{Answers, GAP, Outcome};
use crate::world::event::Event;

pub fn count(tally: &mut Tally, events: &[Event], answers: &Answers) {
    let mut rows: BTreeMap<_, Vec<(&Event, &str, Outcome)>> = BTreeMap::new();
    for (index, (factor, outcome)) in answers {
        let event = &events[*index];
        if let Some(sub) = &event.who.sub {
            let pool = tally.pools.of(event).to_owned();
            let key = (event.region, pool, event.who.client.clone(), sub.clone());
            rows.entry(key).or_default().push((event, *factor, *outcome));
        }
    }
    for row in rows.values_mut() {
        row.sort_by_key(|(event, ..)| event.at);
        let mut session = Vec::new();
        for answer in &*row {
            let last: Option<&&(&Event, &str, Outcome)> = session.last();
            assert!(last.is_none_or(|last| last.0.at < answer.0.at), "the world leaves the order of answers open");
            if last.is_some_and(|last| answer.0.at - last.0.at > GAP) {
                close(tally, &std::mem::take(&mut session));
            }
            session.push(answer);
            if answer.2 == Outcome::Passed {
                close(tally, &std::mem::take(&mut session));
            }
        }
        close(tally, &session);
    }
}

/// One that ends undetermined is in neither counter.
fn close(tally: &mut Tally, session: &[&(&Event, &str, Outcome)]) {
    let Some((event, factor, outcome)) = session.last() else { return };
    if matches!(outcome, Outcome::Undetermined(_)) {
        return;
    }
    tally.one(event, "challenge_sessions_total", &[("factor", factor)]);
    if *outcome != Outcome::Passed {
        tally.one(event, "challenge_session_failures_total", &[("factor", factor)]);
    }
}
