//! Factors of users whose state is not known or may have changed, within the source's budget.
//!
//! There is no queue to lose: who is due follows from what is stored (`queries/metrics/lookup_candidate.sql`).

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Datelike, NaiveTime, Utc};
use futures_util::{StreamExt, stream};
use uuid::Uuid;

use super::{CollectError, Collector, Source, blocking};
use crate::config::{Cognito, LookupPolicy};
use crate::model::Lookup;
use crate::query::{LookupCandidate, Questions};
use crate::source::{LookupCall, SourceError};

/// Calls under way together. The budget decides how many are made; this only hides their latency.
const AT_ONCE: usize = 16;

/// Users fetched per step, as seconds of the budget.
const STEP_SECONDS: u32 = 20;

/// Answers kept per transaction, as seconds of the budget: what a killed daemon asks again.
const KEPT_SECONDS: u32 = 4;

impl Collector {
    /// Looks up the next users and returns how many there were.
    ///
    /// `gone` are users the listing still names and AWS does not know any more: they are left alone
    /// until the next listing.
    pub(super) async fn look_up(
        &self,
        source: &Source,
        cognito: &Cognito,
        gone: &mut HashSet<Uuid>,
    ) -> Result<usize, CollectError> {
        let asked_at = self.clock.now();
        let candidates = self.lookup_candidates(source, cognito, gone, asked_at).await?;
        let found = candidates.len();
        // After a failure, or when the month turns and everybody becomes billable anew, no further
        // call is made; those under way are finished, so that none is made twice.
        let is_over = AtomicBool::new(false);
        let call = if cognito.auth_factors { LookupCall::AuthFactors } else { LookupCall::User };
        let mut answers = stream::iter(candidates)
            .take_while(|_| {
                std::future::ready(
                    !is_over.load(Ordering::Relaxed) && month_start(self.clock.now()) == month_start(asked_at),
                )
            })
            .map(|candidate| self.ask_about(source, candidate, call))
            .buffer_unordered(AT_ONCE);
        let (mut kept, kept_together) = (Vec::new(), worth(cognito, KEPT_SECONDS, 10..=1_000));
        let mut failure = None;
        while let Some((candidate, answer)) = answers.next().await {
            match answer {
                Ok(Some(lookup)) => kept.push(lookup),
                Ok(None) => drop(gone.insert(candidate.sub)),
                Err(error) => {
                    is_over.store(true, Ordering::Relaxed);
                    failure = failure.or(Some(error));
                }
            }
            if kept.len() >= kept_together {
                self.keep(std::mem::take(&mut kept)).await?;
            }
        }
        self.keep(kept).await?;
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(found),
        }
    }

    async fn ask_about(
        &self,
        source: &Source,
        candidate: LookupCandidate,
        call: LookupCall,
    ) -> (LookupCandidate, Result<Option<Lookup>, SourceError>) {
        if !candidate.is_billed {
            self.instruments.billable_lookups.with_label_values(&[&source.config.name]).inc();
        }
        // An answer is as old as its question.
        let looked_up_at = self.clock.now();
        let answer = source.aws.look_up(&candidate.key, candidate.sub, call).await;
        let answer = answer.map(|user| {
            let pool_id = candidate.key.pool_id.clone();
            user.map(|user| Lookup { pool_id, sub: candidate.sub, looked_up_at, user })
        });
        (candidate, answer)
    }

    async fn keep(&self, answers: Vec<Lookup>) -> Result<(), CollectError> {
        if answers.is_empty() {
            return Ok(());
        }
        let store = self.store.clone();
        blocking(move || store.keep_lookups(&answers)).await?;
        self.publish_soon();
        Ok(())
    }

    async fn lookup_candidates(
        &self,
        source: &Source,
        cognito: &Cognito,
        gone: &HashSet<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<Vec<LookupCandidate>, CollectError> {
        let active_since = match cognito.lookup {
            LookupPolicy::Off => return Ok(Vec::new()),
            LookupPolicy::Active => Some(month_start(now)),
            LookupPolicy::All => None,
        };
        let wanted = worth(cognito, STEP_SECONDS, 100..=2_000);
        let (store, name, limit) = (self.store.clone(), source.config.name.clone(), wanted + gone.len());
        let found = blocking(move || Questions::of(&store)?.lookup_candidates(&name, now, active_since, limit)).await?;
        Ok(found.into_iter().filter(|candidate| !gone.contains(&candidate.sub)).take(wanted).collect())
    }
}

/// Calls that the budget allows in so many seconds, within bounds.
fn worth(cognito: &Cognito, seconds: u32, bounds: RangeInclusive<usize>) -> usize {
    let calls = cognito.requests_per_second.get().saturating_mul(seconds);
    (calls as usize).clamp(*bounds.start(), *bounds.end())
}

/// AWS counts active users by calendar month, UTC.
fn month_start(now: DateTime<Utc>) -> DateTime<Utc> {
    now.date_naive().with_day(1).unwrap_or_else(|| now.date_naive()).and_time(NaiveTime::MIN).and_utc()
}
