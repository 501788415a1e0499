//! What the store saw lately, to tell what is missing.

use chrono::{DateTime, Days, Utc};
use duckdb::named_params;

use super::Questions;
use super::counts::count;
use super::pools::key;
use crate::model::PoolKey;
use crate::store::StoreError;

/// What the store saw in the last seven complete days, UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Sign-ins, challenge answers and recovery steps, by pool; those of pool `unknown` count for their
    /// Region.
    pub activity: Vec<(PoolKey, u64)>,
    /// Text messages that were certainly asked for, by pool.
    pub sms_requests: Vec<(PoolKey, u64)>,
    /// Messages with a receipt of any kind, by the AWS Region that sent them.
    pub sms_receipts: Vec<(String, u64)>,
    /// Answers on hosted pages whose outcome is undetermined, by pool.
    pub undetermined_pages: Vec<(PoolKey, u64)>,
    /// Pools with a record, ever, that names the challenge it issued.
    pub issuing_pools: Vec<PoolKey>,
    /// Pools whose user activity is exported (`userAuthEvents`).
    pub exporting_pools: Vec<PoolKey>,
}

/// One row of the counts.
struct SeenCount {
    key: PoolKey,
    activity: u64,
    sms_requests: u64,
    sms_receipts: u64,
    undetermined_pages: u64,
    exported_sign_ins: u64,
}

impl Questions {
    /// What the store saw in the seven days before today.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn seen(&self, as_of: DateTime<Utc>) -> Result<Seen, StoreError> {
        let today = as_of.date_naive();
        let days = named_params! {"from": today - Days::new(7), "to": today};
        let counts = self.reader.rows("metrics/seen_count", days, |row| {
            let events = |column: &str| row.get::<_, i64>(column).map(count);
            Ok(SeenCount {
                key: key(row)?,
                activity: events("activity")?,
                sms_requests: events("sms_requests")?,
                sms_receipts: events("sms_receipts")?,
                undetermined_pages: events("undetermined_pages")?,
                exported_sign_ins: events("exported_sign_ins")?,
            })
        })?;
        let by_pool = |events: fn(&SeenCount) -> u64| {
            let counts = counts.iter().map(|seen| (seen.key.clone(), events(seen)));
            counts.filter(|(_, events)| *events > 0).collect::<Vec<_>>()
        };
        Ok(Seen {
            activity: by_pool(|seen| seen.activity),
            sms_requests: by_pool(|seen| seen.sms_requests),
            sms_receipts: by_pool(|seen| seen.sms_receipts)
                .into_iter()
                .map(|(key, events)| (key.aws_region, events))
                .collect(),
            undetermined_pages: by_pool(|seen| seen.undetermined_pages),
            issuing_pools: self.issuing_pools()?,
            exporting_pools: by_pool(|seen| seen.exported_sign_ins).into_iter().map(|(key, _)| key).collect(),
        })
    }

    /// Pools with a record, ever, that names the challenge it issued: there, issued and abandoned
    /// challenges are measurable.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn issuing_pools(&self) -> Result<Vec<PoolKey>, StoreError> {
        self.reader.rows("metrics/seen_issuing", &[], key)
    }
}
