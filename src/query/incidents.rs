//! What failed hour by hour, and whose it was.

use chrono::{DateTime, NaiveDateTime, Utc};
use duckdb::named_params;

use super::Questions;
use super::counts::count;
use crate::model::PoolKey;
use crate::store::StoreError;

/// Where a failure ratio is told, and of what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Determined answers to the challenges of a pool.
    Pool(PoolKey),
    /// Text messages sent from an AWS Region, whose fate is known.
    Region(String),
}

impl Place {
    fn of(aws_region: String, pool_id: String) -> Self {
        if pool_id.is_empty() { Self::Region(aws_region) } else { Self::Pool(PoolKey { aws_region, pool_id }) }
    }

    fn names(&self) -> (&str, &str) {
        match self {
            Self::Pool(key) => (&key.aws_region, &key.pool_id),
            Self::Region(aws_region) => (aws_region, ""),
        }
    }
}

/// An hour of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourCount {
    /// The place.
    pub place: Place,
    /// When it begins.
    pub hour: DateTime<Utc>,
    /// Answers or messages.
    pub cases: u64,
    /// Of those, failed.
    pub failures: u64,
}

/// What cases of a place have in common. Texts are empty where they do not apply or are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SliceCount {
    /// App client.
    pub client_id: String,
    /// Its name, where a listing told it.
    pub client_name: Option<String>,
    /// Product and release of the client software; `other` beyond the known ones.
    pub agent: String,
    /// Destination, alpha-2 or `unknown`.
    pub country: String,
    /// Second factor, or `unknown`.
    pub factor: String,
    /// Why the failures of this row failed; empty in the row that counts the cases.
    pub reason: String,
    /// Answers or messages.
    pub cases: u64,
    /// Failures.
    pub failures: u64,
}

impl Questions {
    /// Every place by hour, `[from, to)` in whole hours.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn hour_counts(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<HourCount>, StoreError> {
        let hours = named_params! {"from": from.naive_utc(), "to": to.naive_utc()};
        self.reader.rows("dashboard/incident_hour", hours, |row| {
            Ok(HourCount {
                place: Place::of(row.get("aws_region")?, row.get("pool_id")?),
                hour: row.get::<_, NaiveDateTime>("hour")?.and_utc(),
                cases: count(row.get("cases")?),
                failures: count(row.get("failures")?),
            })
        })
    }

    /// One place by everything that may tell why something failed, `[from, to)` in whole hours.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn slice_counts(
        &self,
        place: &Place,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<SliceCount>, StoreError> {
        let (aws_region, pool_id) = place.names();
        let parameters = named_params! {
            "from": from.naive_utc(), "to": to.naive_utc(), "aws_region": aws_region, "pool_id": pool_id,
        };
        self.reader.rows("dashboard/incident_slice", parameters, |row| {
            Ok(SliceCount {
                client_id: row.get("client_id")?,
                client_name: row.get("client_name")?,
                agent: row.get("agent")?,
                country: row.get("country")?,
                factor: row.get("factor")?,
                reason: row.get("reason")?,
                cases: count(row.get("cases")?),
                failures: count(row.get("failures")?),
            })
        })
    }
}
