//! MFA switched off: by whom, for whom, and whether the user is protected again.

use chrono::{DateTime, Utc};
use duckdb::named_params;

use super::MOST_ROWS;
use crate::model::{Actor, PoolKey, RecoveryKind};
use crate::query::counts::count;
use crate::query::pools::{instant, key};
use crate::query::timeline::actor;
use crate::query::{Questions, View};
use crate::store::StoreError;

/// A call that switched a factor off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// When.
    pub removed_at: DateTime<Utc>,
    /// The pool.
    pub key: PoolKey,
    /// For whom; some records do not tell.
    pub sub: Option<String>,
    /// Name of the call.
    pub event_name: String,
    /// By the user or by an administrator.
    pub kind: Option<RecoveryKind>,
    /// The record hides what was switched, and no look-up has told since.
    pub direction_unknown: bool,
    /// The administrator.
    pub actor: Option<Actor>,
    /// When a record first showed a factor again, or the look-up that lists one.
    pub protected_at: Option<DateTime<Utc>>,
    /// `protected_at` is the look-up's: the factor may be older.
    pub is_bound: bool,
    /// The last look-up, where it came after the call.
    pub looked_up_at: Option<DateTime<Utc>>,
}

/// How often MFA was switched off.
#[derive(Clone, Debug, PartialEq)]
pub struct RemovalCount {
    /// By the user or by an administrator.
    pub kind: Option<RecoveryKind>,
    /// Of everybody: `actor` says nothing.
    pub is_total: bool,
    /// By whom; some records do not tell.
    pub actor: Option<Actor>,
    /// Calls.
    pub removals: u64,
    /// Of those, without a user.
    pub nameless_removals: u64,
    /// Of those, with a direction that is not known.
    pub unreadable_removals: u64,
    /// Users.
    pub users: u64,
    /// Of those, without any factor seen since.
    pub unprotected_users: u64,
    /// Of those, for more than a day.
    pub open_users: u64,
    /// Median seconds until a record showed a factor again.
    pub protected_s: Option<f64>,
}

impl Questions {
    /// Fills what [`Questions::removal_counts`] and [`Questions::removals`] read.
    pub(in crate::query) fn gather_removals(&self, view: &View) -> Result<(), StoreError> {
        self.reader.fill("dashboard/mfa_removal_table", &view.values().named())
    }

    pub(super) fn removal_counts(&self, through: DateTime<Utc>) -> Result<Vec<RemovalCount>, StoreError> {
        self.reader.rows("dashboard/mfa_removal_count", named_params! {"through": through.naive_utc()}, |row| {
            let number = |column: &str| row.get::<_, i64>(column).map(count);
            Ok(RemovalCount {
                kind: RecoveryKind::from_word(&row.get::<_, String>("kind")?),
                is_total: row.get("is_total")?,
                actor: actor(row)?,
                removals: number("removals")?,
                nameless_removals: number("nameless_removals")?,
                unreadable_removals: number("unreadable_removals")?,
                users: number("users")?,
                unprotected_users: number("unprotected_users")?,
                open_users: number("open_users")?,
                protected_s: row.get("protected_s")?,
            })
        })
    }

    pub(super) fn removals(&self) -> Result<Vec<Removal>, StoreError> {
        self.reader.rows("dashboard/mfa_removal", named_params! {"most": MOST_ROWS as i64}, |row| {
            Ok(Removal {
                removed_at: instant(row, "removed_at")?.unwrap_or_default(),
                key: key(row)?,
                sub: row.get("sub")?,
                event_name: row.get("event_name")?,
                kind: RecoveryKind::from_word(&row.get::<_, String>("kind")?),
                direction_unknown: row.get("direction_unknown")?,
                actor: actor(row)?,
                protected_at: instant(row, "protected_at")?,
                is_bound: row.get("is_bound")?,
                looked_up_at: instant(row, "looked_up_at")?,
            })
        })
    }
}
