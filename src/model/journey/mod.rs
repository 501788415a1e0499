//! What a user's records say together: which challenge was a second factor, which answers belong to one
//! session, what was abandoned, completed or converted. Pure.
//!
//! The same is told twice about a user whom new records touch: as the store knew it before, and as it is
//! now. What differs is what the new records change, so that their order of arrival never matters.

mod challenges;
mod codes;
mod context;
mod counts;
mod record;
mod resets;
mod sessions;

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

pub use codes::CodeRequest;
pub use counts::Count;
pub use record::{Record, Setting};
pub use sessions::ChallengeSession;

use context::InContext;

/// Time is in microseconds since 1970.
const MINUTE_US: i64 = 60_000_000;

/// Answers further apart belong to different sessions; a challenge may wait as long for its answer where the
/// app client does not say.
const SESSION_GAP_US: i64 = 15 * MINUTE_US;

/// A passed e-mail challenge that is a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EmailProof<'a> {
    /// User pool.
    pub pool_id: &'a str,
    /// The user.
    pub sub: u128,
    /// When it was passed.
    pub at_us: i64,
}

/// How often something is so, by what it is. What comes and goes again leaves nothing.
#[derive(Debug)]
pub struct Changes<T>(HashMap<T, i64, RandomState>);

impl<T> Default for Changes<T> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<T: Eq + Hash> Changes<T> {
    fn add(&mut self, what: T, amount: i64) {
        if amount != 0 {
            *self.0.entry(what).or_default() += amount;
        }
    }

    /// What changes, and by how much.
    pub fn into_changes(self) -> Vec<(T, i64)> {
        self.0.into_iter().filter(|(_, amount)| *amount != 0).collect()
    }
}

/// What new records change.
#[derive(Debug, Default)]
pub struct Told<'a> {
    /// Counts by hour and labels.
    pub counts: Changes<Count<'a>>,
    /// Proofs that a user has an e-mail factor.
    pub email_proofs: Changes<EmailProof<'a>>,
    /// Challenge sessions that are over.
    pub sessions: Changes<ChallengeSession<'a>>,
    /// Codes that were asked for by text message.
    pub code_requests: Changes<CodeRequest<'a>>,
}

/// What changes when new records come and when the instant moves up to which the store has settled, from
/// `before_us` to `now_us`: what each user's records say now, less what the known ones said.
pub fn told<'a>(records: &[Record<'a>], setting: &Setting<'a>, before_us: i64, now_us: i64) -> Told<'a> {
    let mut told = Told::default();
    let gets_old_enough = |record: &Record<'_>| {
        let old_enough_us = record.at_us + SESSION_GAP_US;
        before_us < old_enough_us && old_enough_us <= now_us
    };
    for stretch in by_user(&in_order(records)).flat_map(|user| stretches(user, setting)) {
        // Most of what is known of a user is over.
        if !stretch.iter().any(|record| record.is_new || gets_old_enough(record)) {
            continue;
        }
        let known: Vec<&Record<'a>> = stretch.iter().copied().filter(|record| !record.is_new).collect();
        told.tell(&known, setting, before_us, -1);
        told.tell(stretch, setting, now_us, 1);
        stretch.iter().filter(|record| record.is_new).for_each(|record| counts::alone(record, &mut told.counts));
    }
    told
}

/// What changes when records are judged by another setting.
pub fn retold<'a>(records: &[Record<'a>], before: &Setting<'a>, now: &Setting<'a>, settled_us: i64) -> Told<'a> {
    let mut told = Told::default();
    for user in by_user(&in_order(records)) {
        told.tell(user, before, settled_us, -1);
        told.tell(user, now, settled_us, 1);
    }
    told
}

impl<'a> Told<'a> {
    /// A stretch of one user's records in the order of time, or one record of nobody.
    fn tell(&mut self, records: &[&Record<'a>], setting: &Setting<'a>, settled_through_us: i64, sign: i64) {
        let told: Vec<InContext<'a, '_>> = context::told(records, setting);
        for each in &told {
            counts::together(each, sign, &mut self.counts);
            if let Some(proof) = each.email_proof() {
                self.email_proofs.add(proof, sign);
            }
        }
        for session in sessions::told(&told, settled_through_us) {
            session.count(sign, &mut self.counts);
            self.sessions.add(session.row(), sign);
        }
        challenges::count(&told, setting, settled_through_us, sign, &mut self.counts);
        resets::count(records, sign, &mut self.counts);
        for request in codes::told(records, setting) {
            self.code_requests.add(request, sign);
        }
    }
}

/// Users one after the other, each in the order of time.
fn in_order<'r, 'a>(records: &'r [Record<'a>]) -> Vec<&'r Record<'a>> {
    let mut records: Vec<&Record<'a>> = records.iter().collect();
    records.sort_unstable_by_key(|record| record.place());
    records
}

/// The records of each user. Records of nobody stand alone.
fn by_user<'o, 'r, 'a>(records: &'o [&'r Record<'a>]) -> impl Iterator<Item = &'o [&'r Record<'a>]> {
    records.chunk_by(|one, other| one.sub.is_some() && (one.sub, one.pool_id) == (other.sub, other.pool_id))
}

/// One user's records, cut where nothing before says anything about what comes after.
fn stretches<'o, 'r, 'a>(
    user: &'o [&'r Record<'a>],
    setting: &Setting<'a>,
) -> impl Iterator<Item = &'o [&'r Record<'a>]> {
    let mut matters_until_us = i64::MIN;
    user.chunk_by(move |record, next| {
        matters_until_us = matters_until_us.max(record.at_us + reach_us(record, setting));
        let goes_on = next.at_us <= matters_until_us;
        if !goes_on {
            matters_until_us = i64::MIN;
        }
        goes_on
    })
}

/// How long a record matters to later ones.
fn reach_us(record: &Record<'_>, setting: &Setting<'_>) -> i64 {
    let code_us = record.sms_purpose.map_or(0, |purpose| codes::validity_us(purpose, record, setting));
    [SESSION_GAP_US, resets::LONGEST_US, setting.validity_us(record), code_us].into_iter().max().unwrap_or_default()
}

#[cfg(test)]
mod tests;
