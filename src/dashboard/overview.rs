//! The first page: three headline numbers per pool, and how the sources are doing.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::Serialize;

use super::figures::Filter;
use super::format::{count, instant};
use super::incidents;
use super::pool::Notice;
use super::shares::{self, Share};
use super::sms::pumping_notice;
use super::tiles::{self, Tile};
use crate::model::{PoolKey, Stream};
use crate::query::{PoolFacts, Scope, View};
use crate::snapshot::{Snapshot, Trend};

/// Pools that the page shows one by one: more would be read by nobody. The page of pools has all of them.
const MOST_POOLS: usize = 8;

/// The page, and its JSON twin.
#[derive(Debug, Serialize)]
pub struct Overview {
    /// When the store was read.
    pub as_of: String,
    /// What the reader must know first: stale data, failing sources. Empty when all is well.
    pub warnings: Vec<String>,
    /// Text messages that were pumped, and failure ratios that jumped, in the last days.
    pub notices: Vec<Notice>,
    /// Region and pool; none where there is nothing to choose.
    #[serde(skip)]
    pub filters: Vec<Filter>,
    /// One section a pool.
    pub pools: Vec<PoolSection>,
    /// Pools that are not among them, being smaller.
    pub more_pools: usize,
}

/// A pool.
#[derive(Debug, Serialize)]
pub struct PoolSection {
    /// Display name.
    pub name: String,
    /// Id.
    pub pool_id: String,
    /// AWS Region.
    pub aws_region: String,
    /// `MFA optional` and the like.
    pub enforcement: String,
    /// Newest record and listing behind the figures.
    pub data_through: String,
    /// Address of its own page.
    pub page: String,
    /// The three headlines.
    pub tiles: Vec<Tile>,
    /// Who has which factor.
    pub factors: Vec<Share>,
    /// What is known about whom.
    pub states: Vec<Share>,
    /// Users outside the denominator; empty when there are none.
    pub left_out: String,
}

impl Overview {
    /// The view of a picture's pools in a scope.
    pub fn of(snapshot: &Snapshot, scope: &Scope) -> Self {
        let mut warnings = Vec::new();
        if snapshot.is_stale {
            warnings
                .push("These figures are from before the daemon was started; the first pull is under way.".to_owned());
        }
        if !snapshot.is_ready {
            warnings.push(
                "Nothing has been read from AWS yet. Pools and users come first, then the records of the back-fill."
                    .to_owned(),
            );
        }
        let failing = snapshot.streams.iter().filter(|stream| stream.is_up == Some(false)).count();
        if failing > 0 {
            warnings.push(format!(
                "{failing} of {} streams {} failing: the figures that depend on {} stand still.",
                snapshot.streams.len(),
                if failing == 1 { "is" } else { "are" },
                if failing == 1 { "it" } else { "them" },
            ));
        }
        for stream in snapshot.streams.iter().filter(|stream| stream.is_backfilling) {
            warnings.push(format!(
                "History of source {} is still being read: {} through {}. {} will grow until it is complete.",
                stream.source,
                if stream.stream == Stream::Cloudtrail { "records" } else { "log lines" },
                stream.read_through.map_or_else(|| "the first page".to_owned(), instant),
                match stream.stream {
                    Stream::Sms => "Text messages",
                    Stream::CognitoLogs => "Send errors",
                    _ => "Challenges and recoveries",
                },
            ));
        }
        Self {
            as_of: instant(snapshot.as_of),
            warnings,
            notices: notices(snapshot),
            filters: if snapshot.pools.len() > 1 { Filter::places(scope, &snapshot.pools).into() } else { Vec::new() },
            pools: largest(snapshot, scope).into_iter().map(|(pool, trend)| section(snapshot, pool, trend)).collect(),
            more_pools: snapshot.pools.iter().filter(|pool| scope.holds(&pool.key)).count().saturating_sub(MOST_POOLS),
        }
    }
}

/// The pools that the page shows, the largest first.
fn largest<'a>(snapshot: &'a Snapshot, scope: &Scope) -> Vec<(&'a PoolFacts, &'a Trend)> {
    let pools = snapshot.pools.iter().zip(&snapshot.trends);
    let mut pools: Vec<(&PoolFacts, &Trend)> = pools.filter(|(pool, _)| scope.holds(&pool.key)).collect();
    pools.sort_by_key(|(pool, _)| std::cmp::Reverse(pool.population.eligible));
    pools.truncate(MOST_POOLS);
    pools
}

fn notices(snapshot: &Snapshot) -> Vec<Notice> {
    let pumped = snapshot.incidents.iter().flat_map(|incidents| &incidents.pumped);
    pumped.map(|pumping| pumping_notice(pumping, snapshot)).chain(incidents::of_late(snapshot)).collect()
}

/// Words for `MfaConfiguration`.
pub(super) fn enforcement(mfa_configuration: &str) -> &'static str {
    match mfa_configuration {
        "ON" => "MFA required",
        "OPTIONAL" => "MFA optional",
        _ => "MFA off",
    }
}

/// Newest record and listing behind the figures of a pool.
pub(super) fn data_through(snapshot: &Snapshot, pool: &PoolFacts) -> String {
    let records = snapshot
        .streams
        .iter()
        .filter(|stream| stream.stream == Stream::Cloudtrail)
        .filter_map(|stream| stream.data_through)
        .max();
    let records = records.map_or_else(|| "no records yet".to_owned(), |at| format!("records through {}", instant(at)));
    let users = pool
        .listed_users_at
        .map_or_else(|| "users not listed yet".to_owned(), |at| format!("users of {}", instant(at)));
    let sweep = pool.sweep.as_ref().map_or_else(String::new, |sweep| {
        format!(
            "; the next list is being read since {}: {} users so far",
            instant(sweep.started_at),
            count(sweep.users)
        )
    });
    format!("{records}, {users}{sweep}")
}

/// Address of a pool's page.
pub(super) fn page(key: &PoolKey) -> String {
    format!("/pools/{}/{}", key.aws_region, key.pool_id)
}

fn section(snapshot: &Snapshot, pool: &PoolFacts, trend: &Trend) -> PoolSection {
    PoolSection {
        name: pool.pool_name.clone(),
        pool_id: pool.key.pool_id.clone(),
        aws_region: pool.key.aws_region.clone(),
        enforcement: enforcement(&pool.mfa_configuration).to_owned(),
        data_through: data_through(snapshot, pool),
        page: page(&pool.key),
        tiles: vec![
            tiles::enrolment(pool, trend, snapshot.small_denominator).proven(&trend_view(trend, snapshot), snapshot),
            tiles::challenges(trend, snapshot.small_denominator).proven(&trend_view(trend, snapshot), snapshot),
            tiles::recovery(pool, trend).proven(&week_view(trend, snapshot), snapshot),
        ],
        factors: shares::factors(&pool.population),
        states: shares::states(&pool.population),
        left_out: left_out(pool),
    }
}

/// The last seven complete days of a trend.
fn week_view(trend: &Trend, snapshot: &Snapshot) -> View {
    let midnight = |day: &NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let days = &trend.days[..trend.complete_days];
    let week = &days[days.len().saturating_sub(7)..];
    match (week.first(), week.last()) {
        (Some(first), Some(last)) => {
            View::between(midnight(first), midnight(last) + TimeDelta::days(1), Scope::of_pool(&trend.key))
        }
        _ => trend_view(trend, snapshot),
    }
}

/// The days of a trend.
fn trend_view(trend: &Trend, snapshot: &Snapshot) -> View {
    let first = trend.days.first().map_or(snapshot.as_of, |day| day.and_time(NaiveTime::MIN).and_utc());
    View::between(first, snapshot.as_of, Scope::of_pool(&trend.key))
}

/// Federated users have no Cognito MFA; unconfirmed and disabled ones cannot sign in.
pub(super) fn left_out(pool: &PoolFacts) -> String {
    let with = |status: &str| pool.statuses.iter().filter(|each| each.status == status).map(|each| each.users).sum();
    let (federated, unconfirmed): (u64, u64) = (with("EXTERNAL_PROVIDER"), with("UNCONFIRMED"));
    let all: u64 = pool.statuses.iter().map(|each| each.users).sum();
    let others = all.saturating_sub(pool.population.eligible + federated + unconfirmed);
    let parts: Vec<String> = [(federated, "federated"), (unconfirmed, "unconfirmed"), (others, "disabled")]
        .into_iter()
        .filter(|(users, _)| *users > 0)
        .map(|(users, what)| format!("{} {what}", count(users)))
        .collect();
    if parts.is_empty() { String::new() } else { format!("Not counted: {}.", parts.join(", ")) }
}
