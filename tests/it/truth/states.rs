//! The MFA state of every listed user, and the gauges counted from it.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::answers::{Answers, Outcome};
use super::sign_ins::UserKey;
use super::{Lookup, Tally};
use crate::world::directory::{Directory, Pool, User};
use crate::world::event::{Deed, Event, Factor, Preference};

/// What the records say about one user.
#[derive(Default)]
struct Evidence {
    proofs: HashMap<Factor, DateTime<Utc>>,
    removals: HashMap<Factor, DateTime<Utc>>,
    /// The last readable word on each factor.
    preferences: HashMap<Factor, (DateTime<Utc>, bool)>,
}

struct Verdict {
    state: &'static str,
    factors: Vec<Factor>,
}

pub fn count(
    tally: &mut Tally,
    directory: &Directory,
    events: &[Event],
    answers: &Answers,
    active: &HashSet<UserKey>,
    lookup: Lookup,
) {
    let evidence = gather(tally, events, answers);
    for pool in &directory.pools {
        gauges(tally, directory.region, pool, &evidence, active, lookup);
    }
}

fn gather(tally: &Tally, events: &[Event], answers: &Answers) -> HashMap<UserKey, Evidence> {
    let mut gathered: HashMap<UserKey, Evidence> = HashMap::new();
    let mut ordered: Vec<usize> = (0..events.len()).filter(|index| events[*index].failure.is_none()).collect();
    ordered.sort_by_key(|index| events[*index].at);
    for index in ordered {
        let event = &events[index];
        let Some(sub) = event.who.sub.clone() else { continue };
        let key = (event.region.to_owned(), tally.pools.of(event).to_owned(), sub);
        let evidence = gathered.entry(key).or_default();
        if let Some((label, Outcome::Passed)) = answers.get(&index) {
            let factor = Factor::ALL.into_iter().find(|factor| factor.label() == *label);
            evidence.proofs.insert(factor.expect("a right answer names its factor"), event.at);
        }
        let changes = match &event.deed {
            Deed::Prefer { settings: Preference::Readable(changes), .. } => changes.clone(),
            Deed::Recovery("AdminDeleteSoftwareToken") => vec![(Factor::Totp, false)],
            _ => continue,
        };
        for (factor, enabled) in changes {
            evidence.preferences.insert(factor, (event.at, enabled));
            if !enabled {
                evidence.removals.insert(factor, event.at);
            }
        }
    }
    gathered
}

fn judge(pool: &Pool, user: &User, evidence: &Evidence, lookup: Lookup) -> Verdict {
    let explicit: Vec<Factor> = match lookup {
        // The lookup is younger than every record, so its word is the last one.
        Lookup::All => user.listed.clone(),
        Lookup::Off => {
            let on = |factor: &Factor| matches!(evidence.preferences.get(factor), Some((_, true)));
            Factor::ALL.into_iter().filter(on).collect()
        }
    };
    let proven: Vec<Factor> = Factor::ALL
        .into_iter()
        .filter(|factor| {
            evidence
                .proofs
                .get(factor)
                .is_some_and(|proof| evidence.removals.get(factor).is_none_or(|removal| removal < proof))
        })
        .collect();
    let implicit: Vec<Factor> = if pool.mfa == "ON" && explicit.is_empty() {
        let has = |factor: &Factor| match factor {
            Factor::Sms => user.phone,
            Factor::Email => true,
            _ => false,
        };
        pool.allowed.iter().copied().filter(has).collect()
    } else {
        Vec::new()
    };
    let nothing_on = match lookup {
        Lookup::All => true,
        Lookup::Off => Factor::ALL.iter().all(|factor| matches!(evidence.preferences.get(factor), Some((_, false)))),
    };
    let state = if !explicit.is_empty() {
        "explicit"
    } else if !proven.is_empty() {
        "proven"
    } else if !implicit.is_empty() {
        "implicit"
    } else if nothing_on {
        "none"
    } else {
        "unknown"
    };
    let mut factors = [explicit, proven, implicit].concat();
    factors.sort();
    factors.dedup();
    Verdict { state, factors }
}

fn gauges(
    tally: &mut Tally,
    region: &str,
    pool: &Pool,
    evidence: &HashMap<UserKey, Evidence>,
    active: &HashSet<UserKey>,
    lookup: Lookup,
) {
    let info = [("pool_name", pool.name), ("mfa_configuration", pool.mfa), ("tier", pool.tier.unwrap_or("unknown"))];
    tally.set(region, &pool.id, "pool_info", &info, 1.0);
    let mut statuses: BTreeMap<&str, f64> = BTreeMap::new();
    let mut states: BTreeMap<&str, f64> = BTreeMap::new();
    let mut enrolled: BTreeMap<&str, f64> = BTreeMap::new();
    let [mut eligible, mut known, mut capable, mut actives, mut active_known, mut active_capable] = [0.0; 6];
    for user in &pool.users {
        *statuses.entry(user.status).or_default() += 1.0;
        if !user.eligible() {
            continue;
        }
        let key = (region.to_owned(), pool.id.clone(), user.sub.clone());
        let verdict = judge(pool, user, evidence.get(&key).unwrap_or(&Evidence::default()), lookup);
        *states.entry(verdict.state).or_default() += 1.0;
        let usable: Vec<Factor> =
            verdict.factors.into_iter().filter(|factor| pool.mfa != "OFF" && pool.allowed.contains(factor)).collect();
        for factor in &usable {
            *enrolled.entry(factor.label()).or_default() += 1.0;
        }
        let [is_known, is_capable, is_active] =
            [verdict.state != "unknown", !usable.is_empty(), active.contains(&key)].map(|yes| f64::from(u8::from(yes)));
        eligible += 1.0;
        known += is_known;
        capable += is_capable;
        actives += is_active;
        active_known += is_active * is_known;
        active_capable += is_active * is_capable;
    }
    for (name, label, counts) in
        [("users", "status", statuses), ("user_states", "state", states), ("enrolled_users", "factor", enrolled)]
    {
        for (value, count) in counts {
            tally.set(region, &pool.id, name, &[(label, value)], count);
        }
    }
    for (name, count) in [
        ("eligible_users", eligible),
        ("active_users", actives),
        ("capable_users", capable),
        ("active_capable_users", active_capable),
    ] {
        tally.set(region, &pool.id, name, &[], count);
    }
    for (name, numerator, denominator) in [
        ("enrolment_ratio", capable, known),
        ("active_enrolment_ratio", active_capable, active_known),
        ("evidence_coverage_ratio", known, eligible),
    ] {
        if denominator > 0.0 {
            tally.set(region, &pool.id, name, &[], numerator / denominator);
        }
    }
}
