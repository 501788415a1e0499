//! Whom to look up.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use duckdb::named_params;
use uuid::Uuid;

use super::Questions;
use super::pools::{instant, key};
use crate::model::PoolKey;
use crate::store::{Slice, StoreError};

/// A user to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupCandidate {
    /// The user's pool.
    pub key: PoolKey,
    /// The user.
    pub sub: Uuid,
    /// AWS counts the user as active this month already.
    pub is_billed: bool,
}

/// A candidate with what decides its place.
struct Due {
    key: PoolKey,
    sub: String,
    is_billed: bool,
    is_hinted: bool,
    urgency: f64,
}

impl Due {
    fn most_urgent_first(&self, other: &Self) -> Ordering {
        let hinted_first = other.is_hinted.cmp(&self.is_hinted);
        hinted_first.then(other.urgency.total_cmp(&self.urgency)).then_with(|| self.sub.cmp(&other.sub))
    }

    fn candidate(self) -> Option<LookupCandidate> {
        Some(LookupCandidate { key: self.key, sub: self.sub.parse().ok()?, is_billed: self.is_billed })
    }
}

impl Questions {
    /// Whom to look up next in the pools of a source, the most urgent first. With `active_since`
    /// only users with an activity since then that AWS bills.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn lookup_candidates(
        &self,
        source: &str,
        as_of: DateTime<Utc>,
        active_since: Option<DateTime<Utc>>,
        limit: usize,
    ) -> Result<Vec<LookupCandidate>, StoreError> {
        let mut due = Vec::new();
        for Slice { first, last } in self.slices()? {
            let parameters = named_params! {
                "source": source,
                "as_of": as_of.naive_utc(),
                "active_since": active_since.map(|instant| instant.naive_utc()),
                "limit": limit as i64,
                "first_sub": first.to_string(),
                "last_sub": last.to_string(),
            };
            due.extend(self.reader.rows("metrics/lookup_candidate", parameters, |row| {
                Ok(Due {
                    key: key(row)?,
                    sub: row.get("sub")?,
                    is_billed: row.get("is_billed")?,
                    is_hinted: row.get("is_hinted")?,
                    urgency: row.get("urgency")?,
                })
            })?);
        }
        due.sort_by(Due::most_urgent_first);
        Ok(due.into_iter().take(limit).filter_map(Due::candidate).collect())
    }

    /// When the last complete sweep of each listed pool began; `None` before the first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sweeps(&self) -> Result<Vec<Option<DateTime<Utc>>>, StoreError> {
        self.sweeps_of(None)
    }

    /// Whether every pool of a source has a complete sweep.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_listed(&self, source: &str) -> Result<bool, StoreError> {
        let sweeps = self.sweeps_of(Some(source))?;
        Ok(!sweeps.is_empty() && sweeps.iter().all(Option::is_some))
    }

    fn sweeps_of(&self, source: Option<&str>) -> Result<Vec<Option<DateTime<Utc>>>, StoreError> {
        self.reader.rows("metrics/sweep", named_params! {"source": source}, |row| instant(row, "started_at"))
    }
}
