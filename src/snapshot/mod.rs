//! One immutable picture of the store, swapped whole. The last good one stays.

pub mod blind_spots;
mod build;
mod freshness;
mod health;
pub mod incidents;
pub mod pumping;
#[cfg(test)]
pub(crate) mod sample;
mod zeros;

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use chrono::{DateTime, NaiveDate, Utc};

use crate::model::{PoolKey, Stream};
use crate::query::{
    DailyCount, EnrolmentDay, FunnelWeek, PoolChange, PoolFacts, PoolObservation, Series, SignInCoverage,
};
use crate::rollout::Headline;

pub use blind_spots::BlindSpot;
pub use build::funnel_begins;
pub use freshness::Freshness;
pub use health::{GroupHealth, Health, StreamHealth};
pub use incidents::{Incident, Incidents};

/// Days of trend the picture carries, today included.
pub const TREND_DAYS: u64 = 30;

/// Everything `/metrics` and the pages show.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When the store was read.
    pub as_of: DateTime<Utc>,
    /// Figures of an existing store, before the first successful pull of this process.
    pub is_stale: bool,
    /// Holds what a pull brought, of this process or an earlier one.
    pub is_ready: bool,
    /// Every log group was read to the present once, or cannot be read.
    pub is_history_read: bool,
    /// Listed pools, by Region and id.
    pub pools: Vec<PoolFacts>,
    /// Counter series of listed pools, of Regions that no source lists, and of records without a pool.
    pub counters: Vec<Series>,
    /// Lines read: source, stream, outcome, lines.
    pub record_counts: Vec<(String, String, String, u64)>,
    /// Every stream of every source.
    pub streams: Vec<StreamHealth>,
    /// The last [`TREND_DAYS`] days of every listed pool, in the order of `pools`.
    pub trends: Vec<Trend>,
    /// What else is told about every listed pool, in the order of `pools`.
    pub stories: Vec<Story>,
    /// What cannot be told with these sources, and what to switch on.
    pub blind_spots: Vec<BlindSpot>,
    /// When failure ratios jumped, and why; `None` until all history was read.
    pub incidents: Option<Arc<Incidents>>,
    /// What requiring MFA of each pool would come to; whoever hangs up the picture adds it.
    pub headlines: Arc<Vec<Headline>>,
    /// Ratios of fewer cases are greyed.
    pub small_denominator: u64,
    /// Size of the store file, bytes.
    pub store_bytes: u64,
}

impl Snapshot {
    /// What is said of an address that names no pool.
    pub const NO_POOL: &str = "is no listed pool; write it like us-east-1/us-east-1_AbC123";

    /// The listed pool of an address: `{aws_region}/{pool_id}`, or the id alone where no replica shares it.
    pub fn pool(&self, address: &str) -> Option<PoolKey> {
        let is_it = |key: &&PoolKey| match address.split_once('/') {
            Some((aws_region, pool_id)) => key.aws_region == aws_region && key.pool_id == pool_id,
            None => key.pool_id == address,
        };
        let mut found = self.pools.iter().map(|pool| &pool.key).filter(is_it);
        found.next().filter(|_| found.next().is_none()).cloned()
    }

    /// Up to when the slowest trail was read, at most `as_of`: what was recorded later may not be in the
    /// figures yet. Trails that were never read hold nobody back.
    pub fn records_through(&self, as_of: DateTime<Utc>) -> DateTime<Utc> {
        let trails = self.streams.iter().filter(|stream| stream.stream == Stream::Cloudtrail);
        // Within a window that is being read, the newest line tells; beyond the newest line, the last window.
        trails.filter_map(|trail| trail.read_through.max(trail.data_through)).min().map_or(as_of, |at| at.min(as_of))
    }
}

/// The last days of one pool, oldest first, today last.
#[derive(Clone, Debug)]
pub struct Trend {
    /// The pool.
    pub key: PoolKey,
    /// UTC days.
    pub days: Vec<NaiveDate>,
    /// Enrolment by day; `None` where nothing is known.
    pub enrolment: Vec<Option<EnrolmentDay>>,
    /// Challenges and recoveries by day; `None` before the first record.
    pub counts: Vec<Option<DailyCount>>,
    /// Challenges and recoveries of as many days before, moved by whole weeks; `None` unless all are on record.
    pub before: Option<DailyCount>,
    /// How many of the days, from the first, every trail was read to the end of.
    pub complete_days: usize,
}

/// How a pool came to be what it is.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// The way to TOTP by week, oldest first.
    pub funnel: Vec<FunnelWeek>,
    /// Calls that changed the pool, newest first.
    pub changes: Vec<PoolChange>,
    /// Configurations that listings saw, oldest first.
    pub observations: Vec<PoolObservation>,
    /// Sign-ins of the last 30 days; `None` without any record of the pool.
    pub sign_ins: Option<SignInCoverage>,
}

/// Where the current picture is hung up.
#[derive(Clone, Default)]
pub struct Gallery(Arc<ArcSwapOption<Snapshot>>);

impl Gallery {
    /// Swaps the picture.
    pub fn publish(&self, snapshot: Snapshot) {
        self.0.store(Some(Arc::new(snapshot)));
    }

    /// The current picture; `None` while the daemon starts.
    pub fn current(&self) -> Option<Arc<Snapshot>> {
        self.0.load_full()
    }
}
