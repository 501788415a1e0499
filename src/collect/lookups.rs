//! Factors of users whose state is not known, within the source's budget.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, NaiveTime, Utc};
use uuid::Uuid;

use super::{CollectError, Collector, Source, blocking};
use crate::config::{Cognito, LookupPolicy};
use crate::query::{LookupCandidate, Questions};

/// Answers per transaction.
const BATCH: usize = 100;

impl Collector {
    /// Looks up the next users, at most one batch, and returns how many there were.
    ///
    /// `gone` are users the listing still names and AWS does not know any more: they are left alone
    /// until the next listing.
    pub(super) async fn look_up(
        &self,
        source: &Source,
        cognito: &Cognito,
        gone: &mut HashSet<Uuid>,
    ) -> Result<usize, CollectError> {
        let candidates = self.lookup_candidates(source, cognito, gone).await?;
        let mut answers = Vec::with_capacity(candidates.len());
        let mut failure = None;
        for candidate in &candidates {
            if !candidate.is_active {
                self.instruments.billable_lookups.with_label_values(&[&source.config.name]).inc();
            }
            match source.aws.look_up(&candidate.key, candidate.sub).await {
                Ok(Some(user)) => answers.push((candidate.key.clone(), user, self.clock.now())),
                Ok(None) => drop(gone.insert(candidate.sub)),
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        // What was answered before a failure is kept.
        let store = self.store.clone();
        blocking(move || store.keep_lookups(&answers)).await?;
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(candidates.len()),
        }
    }

    async fn lookup_candidates(
        &self,
        source: &Source,
        cognito: &Cognito,
        gone: &HashSet<Uuid>,
    ) -> Result<Vec<LookupCandidate>, CollectError> {
        let now = self.clock.now();
        let active_since = match cognito.lookup {
            LookupPolicy::Off => return Ok(Vec::new()),
            LookupPolicy::Active => Some(month_start(now)),
            LookupPolicy::All => None,
        };
        let (store, name, limit) = (self.store.clone(), source.config.name.clone(), BATCH + gone.len());
        let found = blocking(move || Questions::of(&store)?.lookup_candidates(&name, now, active_since, limit)).await?;
        Ok(found.into_iter().filter(|candidate| !gone.contains(&candidate.sub)).take(BATCH).collect())
    }
}

/// AWS counts active users by calendar month, UTC.
fn month_start(now: DateTime<Utc>) -> DateTime<Utc> {
    now.date_naive().with_day(1).unwrap_or_else(|| now.date_naive()).and_time(NaiveTime::MIN).and_utc()
}
