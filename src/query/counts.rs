//! Totals and watermarks.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::Questions;
use crate::model::Stream;
use crate::store::StoreError;

/// One counter series. Labels it does not have are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Metric without prefix and suffix, like `challenge_failures`.
    pub series: String,
    /// AWS Region of the records.
    pub aws_region: String,
    /// User pool id, or `unknown`; empty where the records name no pool.
    pub pool_id: String,
    /// Destination of a text message: alpha-2, `other` or `unknown`.
    pub country: String,
    /// Second factor.
    pub factor: String,
    /// Why it failed.
    pub reason: String,
    /// Recovery kind, purpose of a code, or delay bucket.
    pub kind: String,
    /// `api` or `ui`.
    pub via: String,
    /// Events so far; never falls.
    pub total: u64,
}

/// How far a log group was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamMark {
    /// Source name.
    pub source: String,
    /// Stream name.
    pub stream: String,
    /// Log group; empty in a mark of an earlier version.
    pub log_group: String,
    /// End of the last window read to its end.
    pub read_through: Option<DateTime<Utc>>,
    /// Delivery time of the newest line.
    pub data_through: Option<DateTime<Utc>>,
    /// A pull reached the present once: the back-fill is complete.
    pub is_caught_up: bool,
}

impl StreamMark {
    /// Whether it is the mark of a log group, or of its stream before marks named their group.
    pub fn is_of(&self, source: &str, stream: Stream, log_group: &str) -> bool {
        self.source == source
            && self.stream == stream.as_str()
            && (self.log_group == log_group || self.log_group.is_empty())
    }
}

impl Questions {
    /// Every counter series.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn counters(&self) -> Result<Vec<Series>, StoreError> {
        self.reader.rows("metrics/counter", &[], |row| {
            Ok(Series {
                series: row.get("series")?,
                aws_region: row.get("aws_region")?,
                pool_id: row.get("pool_id")?,
                country: row.get("country")?,
                factor: row.get("factor")?,
                reason: row.get("reason")?,
                kind: row.get("kind")?,
                via: row.get("via")?,
                total: count(row.get("total")?),
            })
        })
    }

    /// Lines read, by source, stream and outcome.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn record_counts(&self) -> Result<Vec<(String, String, String, u64)>, StoreError> {
        self.reader.rows("metrics/record_count", &[], |row| {
            Ok((row.get("source")?, row.get("stream")?, row.get("outcome")?, count(row.get("records")?)))
        })
    }

    /// How far every log group was read.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn stream_marks(&self) -> Result<Vec<StreamMark>, StoreError> {
        self.reader.rows("metrics/watermark", &[], |row| {
            Ok(StreamMark {
                source: row.get("source")?,
                stream: row.get("stream")?,
                log_group: row.get("log_group")?,
                read_through: row.get::<_, Option<NaiveDateTime>>("read_through")?.map(|time| time.and_utc()),
                data_through: row.get::<_, Option<NaiveDateTime>>("data_through")?.map(|time| time.and_utc()),
                is_caught_up: row.get("is_caught_up")?,
            })
        })
    }
}

/// Counts in the store are never negative.
pub(super) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}
