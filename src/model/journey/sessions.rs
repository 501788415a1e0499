//! Challenge sessions: answers of one client and user in a row, at most 15 minutes apart, ended by a success.

use super::context::InContext;
use super::counts::{Count, series};
use super::{Changes, Record, SESSION_GAP_US, grouped};
use crate::model::{Factor, Outcome, Reason};

/// A session that ended without a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FailedSession<'a> {
    /// Where the calls ran.
    pub aws_region: &'a str,
    /// User pool.
    pub pool_id: &'a str,
    /// App client.
    pub client_id: Option<&'a str>,
    /// The user.
    pub sub: u128,
    /// The last answer.
    pub ended_us: i64,
    /// Its factor.
    pub factor: Factor,
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

    pub(super) fn failed(&self) -> Option<FailedSession<'a>> {
        self.is_failed().then_some(FailedSession {
            aws_region: self.last.aws_region,
            pool_id: self.last.pool_id,
            client_id: self.last.client_id,
            sub: self.sub,
            ended_us: self.last.at_us,
            factor: self.factor,
            reason: self.last.reason,
            answers: self.answers,
        })
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
    let answers: Vec<(InContext<'a, 'r>, Factor, u128)> =
        told.iter().filter_map(|each| Some((*each, each.mfa_factor?, each.record.sub?))).collect();
    let mut sessions = Vec::new();
    for mut row in grouped(&answers, |(each, ..)| (each.record.aws_region, each.record.client_id)) {
        let place = |record: &Record<'_>| (record.at_us, is_success(record), record.event_id);
        row.sort_unstable_by_key(|(each, ..)| place(each.record));
        let goes_on = |(before, ..): &(InContext<'_, '_>, Factor, u128),
                       (next, ..): &(InContext<'_, '_>, Factor, u128)| {
            !is_success(before.record) && next.record.at_us <= before.record.at_us + SESSION_GAP_US
        };
        for session in row.chunk_by(goes_on) {
            let ([(first, ..), ..], [.., (last, factor, sub)]) = (session, session) else { continue };
            let is_settled = last.record.at_us <= settled_through_us - SESSION_GAP_US;
            let is_over = match last.record.outcome {
                Outcome::Success => true,
                Outcome::Failure => is_settled,
                Outcome::Undetermined => false,
            };
            if is_over {
                let answers = session.iter().filter(|(each, ..)| each.record.outcome != Outcome::Undetermined).count();
                sessions.push(Session {
                    started_us: first.record.at_us,
                    last: last.record,
                    factor: *factor,
                    sub: *sub,
                    answers: answers as i64,
                });
            }
        }
    }
    sessions
}

fn is_success(record: &Record<'_>) -> bool {
    record.outcome == Outcome::Success
}
