//! What the page of recovery asks.

mod counts;
mod removals;
mod weakenings;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{OtherMessage, Questions, View};
use crate::store::StoreError;

pub use counts::{AdminCalls, Recovered, RecoveryCount, RecoveryCounts, ResetsThenFailed};
pub use removals::{Removal, RemovalCount};
pub use weakenings::{PoolWeakening, Weakening, WeakeningCount};

/// The figures of recovery in a view.
#[derive(Clone, Debug, Default)]
pub struct RecoveryFigures {
    /// Events, refusals and completions.
    pub counts: RecoveryCounts,
    /// Those of the stretch before.
    pub counts_before: RecoveryCounts,
    /// Events by UTC day; of a short view, those of a week.
    pub days: Vec<(NaiveDate, u64)>,
    /// The day of the oldest counted record.
    pub first_day: Option<NaiveDate>,
    /// Users who reset their password.
    pub resets_then_failed: ResetsThenFailed,
    /// Administrators by the passwords they reset or set, busiest first.
    pub admin_calls: Vec<AdminCalls>,
    /// MFA switched off, by kind and by principal.
    pub removal_counts: Vec<RemovalCount>,
    /// MFA switched off, newest first, at most [`MOST_ROWS`].
    pub removals: Vec<Removal>,
    /// What can have weakened users' protection, by kind.
    pub weakening_counts: Vec<WeakeningCount>,
    /// Those of the stretch before.
    pub weakening_counts_before: Vec<WeakeningCount>,
    /// What can have weakened users' protection, newest first: at most [`MOST_ROWS`] that look like a
    /// stolen number, and as many others.
    pub weakenings: Vec<Weakening>,
    /// Pools whose enforcement was lowered, newest first.
    pub pool_weakenings: Vec<PoolWeakening>,
    /// Refusals that no table explains, most frequent first.
    pub messages: Vec<OtherMessage>,
}

/// Rows of an audit list.
pub const MOST_ROWS: usize = 200;

impl Questions {
    /// The figures of recovery, as far as records were read `through`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn recovery(&self, view: &View, through: DateTime<Utc>) -> Result<RecoveryFigures, StoreError> {
        let before = view.before();
        // A short view is shown with the days around it.
        let days = View { from: view.from.min(view.to - TimeDelta::days(7)), ..view.clone() };
        self.gather_removals(view)?;
        self.gather_weakenings(&View { from: before.from, ..view.clone() })?;
        Ok(RecoveryFigures {
            counts: self.recovery_counts(view)?,
            counts_before: self.recovery_counts(&before)?,
            days: self.recovery_days(&days)?,
            first_day: self.first_counted_day()?,
            resets_then_failed: self.resets_then_failed(view)?,
            admin_calls: self.admin_calls(view)?,
            removal_counts: self.removal_counts(through)?,
            removals: self.removals()?,
            weakening_counts: self.weakening_counts(view)?,
            weakening_counts_before: self.weakening_counts(&before)?,
            weakenings: self.weakenings(view)?,
            pool_weakenings: self.pool_weakenings(view)?,
            messages: self.other_messages(view, &["recovery"])?,
        })
    }
}
