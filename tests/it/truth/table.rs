//! The state of every listed user.

use chrono::{DateTime, Utc};

use super::evidence::{self, Evidence};
use super::pools::Pools;
use super::{Lookup, answers, billing, sign_ins};
use crate::world::clock;
use crate::world::directory::{Directory, Pool, User};
use crate::world::event::{Event, Factor};

/// One user as the daemon must show it.
#[derive(Clone, Debug)]
pub struct Row {
    pub pool_id: String,
    pub sub: String,
    /// For whoever reads a difference.
    pub who: String,
    pub status: &'static str,
    pub is_enabled: bool,
    pub is_eligible: bool,
    pub is_active: bool,
    pub state: &'static str,
    pub factors: Vec<Factor>,
    pub usable_factors: Vec<Factor>,
    pub preferred: Option<Factor>,
    pub is_capable: bool,
    pub strength: Option<&'static str>,
    pub is_conflict: bool,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub is_looked_up: bool,
    /// A preference changed in a way that no record tells, and no look-up has told since.
    pub is_direction_unknown: bool,
}

/// Every user of every pool. A look-up is younger than every record.
pub fn rows(directory: &Directory, events: &[Event], lookup: Lookup) -> Vec<Row> {
    let pools = Pools::learn(directory, events);
    let answers = answers::all(directory, &pools, events);
    let gathered = evidence::gather(&pools, events, &answers);
    let sign_ins = sign_ins::last(&pools, events);
    let billed = billing::active(&pools, events, clock());
    let nothing = Evidence::default();
    let mut rows = Vec::new();
    for pool in &directory.pools {
        for user in &pool.users {
            let key = (directory.region.to_owned(), pool.id.clone(), user.sub.clone());
            let is_asked = match lookup {
                Lookup::All => true,
                Lookup::Active => billed.contains(&key),
                Lookup::Off => false,
            };
            let evidence = gathered.get(&key).unwrap_or(&nothing);
            rows.push(row(pool, user, evidence, sign_ins.get(&key).copied(), is_asked && user.eligible()));
        }
    }
    rows
}

fn row(
    pool: &Pool,
    user: &User,
    evidence: &Evidence,
    last_sign_in_at: Option<DateTime<Utc>>,
    is_looked_up: bool,
) -> Row {
    let is_federated = user.status == "EXTERNAL_PROVIDER";
    let (state, factors, is_proven) =
        if is_federated { ("federated", Vec::new(), false) } else { judge(pool, user, evidence, is_looked_up) };
    let mut usable_factors = factors.clone();
    usable_factors.retain(|factor| pool.mfa != "OFF" && pool.allowed.contains(factor));
    let word = if is_looked_up { user.preferred } else { evidence.preferred };
    Row {
        pool_id: pool.id.clone(),
        sub: user.sub.clone(),
        who: format!("{} of {}, {:?}", user.login, pool.name, user.story.unwrap_or_default()),
        status: user.status,
        is_enabled: user.enabled,
        is_eligible: user.eligible(),
        is_active: user.eligible() && last_sign_in_at.is_some(),
        state,
        preferred: word.filter(|factor| factors.contains(factor)),
        is_capable: !usable_factors.is_empty(),
        strength: strength(&usable_factors),
        is_conflict: is_looked_up && is_proven && user.listed.is_empty() && pool.mfa != "ON",
        is_direction_unknown: !is_federated && !is_looked_up && evidence.is_direction_unknown,
        factors,
        usable_factors,
        last_sign_in_at,
        is_looked_up,
    }
}

/// The state, the factors that stand, and whether one of them is proven.
fn judge(pool: &Pool, user: &User, evidence: &Evidence, is_looked_up: bool) -> (&'static str, Vec<Factor>, bool) {
    let of = |stands: &dyn Fn(Factor) -> bool| Factor::ALL.into_iter().filter(|factor| stands(*factor)).collect();
    // A look-up has the last word on what is on; it erases no proof.
    let explicit = if is_looked_up { user.listed.clone() } else { of(&|factor| evidence.is_on(factor)) };
    let proven: Vec<Factor> = of(&|factor| evidence.is_proven(factor));
    let is_challenged_anyway = pool.mfa == "ON" && explicit.is_empty();
    let implicit: Vec<Factor> = of(&|factor| {
        let has_channel = match factor {
            Factor::Sms => user.phone,
            Factor::Email => user.email,
            _ => false,
        };
        is_challenged_anyway && has_channel && pool.allowed.contains(&factor)
    });
    let state = if !explicit.is_empty() {
        "explicit"
    } else if !proven.is_empty() {
        "proven"
    } else if !implicit.is_empty() {
        "implicit"
    } else if is_looked_up || evidence.leaves_nothing_on() {
        "none"
    } else {
        "unknown"
    };
    let is_proven = !proven.is_empty();
    let mut factors = [explicit, proven, implicit].concat();
    factors.sort_unstable();
    factors.dedup();
    (state, factors, is_proven)
}

fn strength(usable: &[Factor]) -> Option<&'static str> {
    let has = |factor| usable.contains(&factor);
    Some(match (has(Factor::Totp) || has(Factor::Passkey), has(Factor::Sms), has(Factor::Email)) {
        (true, ..) => "strong",
        (_, true, true) => "sms_and_email",
        (_, true, false) => "sms_only",
        (_, false, true) => "email_only",
        _ => return None,
    })
}
