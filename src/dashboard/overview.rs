//! The first page: three headline numbers per pool, and how the sources are doing.

use serde::Serialize;

use super::format::{NO_DATA, ago, count, instant};
use super::incidents;
use super::pool::Notice;
use super::shares::{self, Share};
use super::sms::pumping_notice;
use super::tiles::{self, Tile};
use crate::model::{PoolKey, Stream};
use crate::query::PoolFacts;
use crate::snapshot::{Snapshot, StreamHealth, Trend};

/// The page, and its JSON twin.
#[derive(Debug, Serialize)]
pub struct Overview {
    /// When the store was read.
    pub as_of: String,
    /// What the reader must know first: stale data, failing sources. Empty when all is well.
    pub warnings: Vec<String>,
    /// Text messages that were pumped, and failure ratios that jumped, in the last days.
    pub notices: Vec<Notice>,
    /// One section a pool.
    pub pools: Vec<PoolSection>,
    /// One row a stream.
    pub streams: Vec<StreamRow>,
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

/// A stream of a source.
#[derive(Debug, Serialize)]
pub struct StreamRow {
    /// Source name.
    pub source: String,
    /// What the stream brings.
    pub stream: String,
    /// `ok`, `failing` or `waiting`.
    pub status: String,
    /// Last success, in words.
    pub last_success: String,
    /// Newest data, in words.
    pub data_through: String,
    /// Why it fails; empty when it does not.
    pub problem: String,
}

impl Overview {
    /// The view of a picture.
    pub fn of(snapshot: &Snapshot) -> Self {
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
                "{failing} of {} streams {} failing: the figures that depend on {} stand still. See Sources below.",
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
            pools: snapshot
                .pools
                .iter()
                .zip(&snapshot.trends)
                .map(|(pool, trend)| section(snapshot, pool, trend))
                .collect(),
            streams: snapshot.streams.iter().map(|stream| row(snapshot, stream)).collect(),
        }
    }
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
            tiles::enrolment(pool, trend, snapshot.small_denominator),
            tiles::challenges(trend, snapshot.small_denominator),
            tiles::recovery(pool, trend),
        ],
        factors: shares::factors(&pool.population),
        states: shares::states(&pool.population),
        left_out: left_out(pool),
    }
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

fn row(snapshot: &Snapshot, health: &StreamHealth) -> StreamRow {
    let when = |then: Option<chrono::DateTime<chrono::Utc>>| {
        then.map_or_else(|| NO_DATA.to_owned(), |then| format!("{}, {}", instant(then), ago(then, snapshot.as_of)))
    };
    StreamRow {
        source: health.source.clone(),
        stream: match health.stream {
            Stream::Cloudtrail => "CloudTrail records",
            Stream::Sms => "Fate of text messages",
            Stream::CognitoLogs => "Cognito's own log",
            Stream::Listing => "Pools and users",
            Stream::Lookup => "Factor look-ups",
        }
        .to_owned(),
        status: match health.is_up {
            Some(true) => "ok",
            Some(false) => "failing",
            None => "waiting",
        }
        .to_owned(),
        last_success: when(health.last_success),
        data_through: when(health.data_through),
        problem: health.problem.clone().unwrap_or_default(),
    }
}
