//! Whom to look up.

use chrono::{DateTime, Utc};
use duckdb::named_params;
use uuid::Uuid;

use super::Questions;
use super::pools::{instant, key};
use crate::model::PoolKey;
use crate::store::StoreError;

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
        let parameters = named_params! {
            "source": source,
            "as_of": as_of.naive_utc(),
            "active_since": active_since.map(|instant| instant.naive_utc()),
            "limit": limit as i64,
        };
        let rows = self.reader.rows("metrics/lookup_candidate", parameters, |row| {
            Ok((key(row)?, row.get::<_, String>("sub")?, row.get::<_, bool>("is_billed")?))
        })?;
        Ok(rows
            .into_iter()
            .filter_map(|(key, sub, is_billed)| Some(LookupCandidate { key, sub: sub.parse().ok()?, is_billed }))
            .collect())
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
