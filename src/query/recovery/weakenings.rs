//! What weakens protection: users who prefer SMS, new phone numbers, pools that require less.

use chrono::{DateTime, Utc};
use duckdb::named_params;

use super::MOST_ROWS;
use crate::model::{Actor, PoolKey};
use crate::query::counts::count;
use crate::query::pools::{instant, key};
use crate::query::timeline::actor;
use crate::query::{Questions, View};
use crate::store::StoreError;

/// A change that can weaken a user's protection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakening {
    /// When.
    pub happened_at: DateTime<Utc>,
    /// The pool.
    pub key: PoolKey,
    /// Whose.
    pub sub: String,
    /// `totp_to_sms`, `sms_preferred` or `phone_changed`.
    pub kind: String,
    /// The administrator; `None` where the user did it.
    pub actor: Option<Actor>,
    /// The first sign-in within a day of a changed number from a network never seen of the user.
    pub new_network_at: Option<DateTime<Utc>>,
    /// So it was, and the user had signed in from elsewhere before: what a stolen number looks like.
    pub is_sim_swap: bool,
}

/// How often protection may have been weakened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeakeningCount {
    /// `totp_to_sms`, `sms_preferred` or `phone_changed`.
    pub kind: String,
    /// Changes.
    pub changes: u64,
    /// Of those, what looks like a stolen number.
    pub sim_swaps: u64,
}

/// A pool's enforcement was lowered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolWeakening {
    /// When.
    pub lowered_at: DateTime<Utc>,
    /// The pool.
    pub key: PoolKey,
    /// `OFF`, `OPTIONAL` or `ON`; `None` where nothing tells, so that it may have been no higher.
    pub mfa_before: Option<String>,
    /// What it was then.
    pub mfa_now: String,
    /// Name of the call; `None` where only a listing tells.
    pub event_name: Option<String>,
    /// AWS account of the call.
    pub account_id: Option<String>,
    /// Who called.
    pub actor: Option<Actor>,
    /// When it was as high again.
    pub restored_at: Option<DateTime<Utc>>,
}

impl Questions {
    /// Fills what [`Questions::weakening_counts`] and [`Questions::weakenings`] read.
    pub(in crate::query) fn gather_weakenings(&self, view: &View) -> Result<(), StoreError> {
        self.reader.fill("dashboard/weakening_table", &view.values().named())
    }

    pub(super) fn weakening_counts(&self, view: &View) -> Result<Vec<WeakeningCount>, StoreError> {
        let stretch = named_params! {"from": view.from.naive_utc(), "to": view.to.naive_utc()};
        self.reader.rows("dashboard/weakening_count", stretch, |row| {
            Ok(WeakeningCount {
                kind: row.get("kind")?,
                changes: count(row.get("changes")?),
                sim_swaps: count(row.get("sim_swaps")?),
            })
        })
    }

    pub(super) fn weakenings(&self, view: &View) -> Result<Vec<Weakening>, StoreError> {
        let parameters = named_params! {
            "from": view.from.naive_utc(), "to": view.to.naive_utc(), "most": MOST_ROWS as i64,
        };
        self.reader.rows("dashboard/weakening", parameters, |row| {
            Ok(Weakening {
                happened_at: instant(row, "happened_at")?.unwrap_or_default(),
                key: key(row)?,
                sub: row.get("sub")?,
                kind: row.get("kind")?,
                actor: actor(row)?,
                new_network_at: instant(row, "new_network_at")?,
                is_sim_swap: row.get("is_sim_swap")?,
            })
        })
    }

    pub(super) fn pool_weakenings(&self, view: &View) -> Result<Vec<PoolWeakening>, StoreError> {
        self.reader.rows("dashboard/pool_weakening", &view.values().named(), |row| {
            Ok(PoolWeakening {
                lowered_at: instant(row, "lowered_at")?.unwrap_or_default(),
                key: key(row)?,
                mfa_before: row.get("mfa_before")?,
                mfa_now: row.get("mfa_now")?,
                event_name: row.get("event_name")?,
                account_id: row.get("account_id")?,
                actor: actor(row)?,
                restored_at: instant(row, "restored_at")?,
            })
        })
    }
}
