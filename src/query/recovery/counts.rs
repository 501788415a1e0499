//! How much recovery there is, by kind.

use chrono::NaiveDate;
use duckdb::Row;

use crate::model::{Actor, PoolKey, Reason, RecoveryKind};
use crate::query::counts::count;
use crate::query::pools::key;
use crate::query::timeline::actor;
use crate::query::{Questions, View};
use crate::store::StoreError;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovered {
    /// It was asked for, or done.
    Event(RecoveryKind),
    /// It was refused.
    Refused(RecoveryKind, Reason),
    /// A reset was asked for without a user: nobody can tell whether it was completed.
    WithoutUser,
    /// A reset that was completed within an hour.
    CompletedInTime,
}

/// Events of one sort in one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryCount {
    /// The pool.
    pub key: PoolKey,
    /// What is counted.
    pub what: Recovered,
    /// How many.
    pub events: u64,
}

/// Everything counted in a stretch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecoveryCounts(pub Vec<RecoveryCount>);

impl RecoveryCounts {
    /// Events that are counted as `is_wanted` says.
    pub fn sum(&self, is_wanted: impl Fn(Recovered) -> bool) -> u64 {
        self.0.iter().filter(|count| is_wanted(count.what)).map(|count| count.events).sum()
    }

    /// Events of every kind.
    pub fn all_events(&self) -> u64 {
        self.sum(|what| matches!(what, Recovered::Event(_)))
    }

    /// Events of one kind.
    pub fn events(&self, kind: RecoveryKind) -> u64 {
        self.sum(|what| what == Recovered::Event(kind))
    }

    /// Refusals of one kind.
    pub fn refused(&self, kind: RecoveryKind) -> u64 {
        self.sum(|what| matches!(what, Recovered::Refused(each, _) if each == kind))
    }

    /// Those of one pool.
    pub fn of_pool(&self, key: &PoolKey) -> Self {
        Self(self.0.iter().filter(|count| count.key == *key).cloned().collect())
    }
}

/// Users who reset their password, and then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResetsThenFailed {
    /// Users who completed a reset.
    pub users: u64,
    /// Of those, with a failed challenge session within a day after it.
    pub failed_users: u64,
}

/// Calls about passwords by one principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminCalls {
    /// Who; not told by some records.
    pub actor: Option<Actor>,
    /// Resets forced.
    pub resets: u64,
    /// Passwords set.
    pub passwords_set: u64,
    /// Calls refused.
    pub refused: u64,
    /// Users it succeeded for.
    pub users: u64,
}

impl Questions {
    pub(super) fn recovery_counts(&self, view: &View) -> Result<RecoveryCounts, StoreError> {
        let counts = self.reader.rows("dashboard/recovery_count", &view.values().named(), |row| {
            let (key, events) = (key(row)?, count(row.get("events")?));
            Ok(recovered(row)?.map(|what| RecoveryCount { key, what, events }))
        })?;
        Ok(RecoveryCounts(counts.into_iter().flatten().collect()))
    }

    pub(super) fn recovery_days(&self, view: &View) -> Result<Vec<(NaiveDate, u64)>, StoreError> {
        self.reader.rows("dashboard/recovery_day", &view.values().named(), |row| {
            Ok((row.get("day")?, count(row.get("events")?)))
        })
    }

    pub(super) fn resets_then_failed(&self, view: &View) -> Result<ResetsThenFailed, StoreError> {
        let found = self.reader.rows("dashboard/reset_then_failed", &view.values().named(), |row| {
            Ok(ResetsThenFailed { users: count(row.get("users")?), failed_users: count(row.get("failed_users")?) })
        })?;
        Ok(found.into_iter().next().unwrap_or_default())
    }

    pub(super) fn admin_calls(&self, view: &View) -> Result<Vec<AdminCalls>, StoreError> {
        self.reader.rows("dashboard/recovery_actor", &view.values().named(), |row| {
            Ok(AdminCalls {
                actor: actor(row)?,
                resets: count(row.get("resets")?),
                passwords_set: count(row.get("passwords_set")?),
                refused: count(row.get("refused")?),
                users: count(row.get("users")?),
            })
        })
    }
}

/// `None` for a word of a later version.
fn recovered(row: &Row<'_>) -> duckdb::Result<Option<Recovered>> {
    let [series, kind, reason]: [String; 3] = [row.get("series")?, row.get("kind")?, row.get("reason")?];
    let kind = RecoveryKind::from_word(&kind);
    Ok(match series.as_str() {
        "recovery_events" => kind.map(Recovered::Event),
        "recovery_failures" => {
            kind.zip(Reason::from_word(&reason)).map(|(kind, reason)| Recovered::Refused(kind, reason))
        }
        "recovery_unknown" => Some(Recovered::WithoutUser),
        "recovery_completions" => Some(Recovered::CompletedInTime),
        _ => None,
    })
}
