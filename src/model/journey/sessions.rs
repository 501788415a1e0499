//! Challenge sessions: answers of one client and user in a row, at most 15 minutes apart, ended by a success.

use super::context::InContext;
use super::counts::{Count, series};
use super::{Changes, Record, SESSION_GAP_US};
use crate::model::{Factor, Outcome, Reason};

/// A challenge session that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChallengeSession<'a> {
    /// Where the calls ran.
    pub aws_region: &'a str,
    /// User pool.
    pub pool_id: &'a str,
    /// App client.
    pub client_id: Option<&'a str>,
    /// The user.
    pub sub: u128,
    /// The first answer.
    pub started_us: i64,
    /// The last answer.
    pub ended_us: i64,
    /// Its factor.
    pub factor: Factor,
    /// It was refused: the session ended without a success.
    pub is_failed: bool,
    /// Why it was refused.
    pub reason: Option<Reason>,
    /// Determined answers.
    pub answers: i64,
}

/// A session that a determined answer ends and that is settled.
pub(super) struct Session<'a, 'r> {
    started_us: i64,
    last: &'r Record<'a>,
    factor: Factor,
    sub: u128,
    /// Determined answers.
    answers: i64,
}

impl<'a> Session<'a, '_> {
    fn is_failed(&self) -> bool {
        self.last.outcome == Outcome::Failure
    }

    pub(super) fn row(&self) -> ChallengeSession<'a> {
        ChallengeSession {
            aws_region: self.last.aws_region,
            pool_id: self.last.pool_id,
            client_id: self.last.client_id,
            sub: self.sub,
            started_us: self.started_us,
            ended_us: self.last.at_us,
            factor: self.factor,
            is_failed: self.is_failed(),
            reason: self.last.reason,
            answers: self.answers,
        }
    }

    pub(super) fn count(&self, sign: i64, counts: &mut Changes<Count<'a>>) {
        let of = |series| Count {
            client_id: self.last.client_label(),
            factor: self.factor.as_str(),
            ..Count::of(series, self.last)
        };
        counts.add(of(series::SESSIONS), sign);
        if self.is_failed() {
            counts.add(of(series::SESSION_FAILURES), sign);
        } else {
            counts.add(of(series::FIRST_TRY_SESSIONS), sign * i64::from(self.answers == 1));
            counts.add(of(series::SESSION_ANSWERS), sign * self.answers);
            counts.add(of(series::SESSION_SECONDS), sign * (self.last.at_us - self.started_us) / 1_000_000);
        }
    }
}

/// The sessions of one user; what is younger than the gap before `settled_through_us` may still go on.
pub(super) fn told<'a, 'r>(told: &[InContext<'a, 'r>], settled_through_us: i64) -> Vec<Session<'a, 'r>> {
    type Answer<'a, 'r> = (&'r Record<'a>, Factor, u128);
    let mut answers: Vec<Answer<'a, 'r>> =
        told.iter().filter_map(|each| Some((each.record, each.mfa_factor?, each.record.sub?))).collect();
    answers.sort_unstable_by_key(|(record, ..)| (record.way(), record.at_us, is_success(record), record.event_id));
    let goes_on = |(before, ..): &Answer<'_, '_>, (next, ..): &Answer<'_, '_>| {
        next.way() == before.way() && !is_success(before) && next.at_us <= before.at_us + SESSION_GAP_US
    };
    let mut sessions = Vec::new();
    for session in answers.chunk_by(goes_on) {
        let ([(first, ..), ..], [.., (last, factor, sub)]) = (session, session) else { continue };
        let is_settled = last.at_us <= settled_through_us - SESSION_GAP_US;
        let is_over = match last.outcome {
            Outcome::Success => true,
            Outcome::Failure => is_settled,
            Outcome::Undetermined => false,
        };
        if is_over {
            let determined = session.iter().filter(|(answer, ..)| answer.outcome != Outcome::Undetermined);
            sessions.push(Session {
                started_us: first.at_us,
                last,
                factor: *factor,
                sub: *sub,
                answers: determined.count() as i64,
            });
        }
    }
    sessions
}

fn is_success(record: &Record<'_>) -> bool {
    record.outcome == Outcome::Success
}
