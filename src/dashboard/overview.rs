//! The first page: three headline numbers per pool, and how the sources are doing.

use serde::Serialize;

use super::format::{NO_DATA, ago, count, instant, percent};
use super::tiles::{self, Tile};
use crate::model::{Factor, MfaState};
use crate::query::PoolFacts;
use crate::snapshot::{Ratio, Snapshot, StreamHealth, Trend};

/// The page, and its JSON twin.
#[derive(Debug, Serialize)]
pub struct Overview {
    /// When the store was read.
    pub as_of: String,
    /// What the reader must know first: stale data, failing sources. Empty when all is well.
    pub warnings: Vec<String>,
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
    /// The three headlines.
    pub tiles: Vec<Tile>,
    /// Who has which factor.
    pub factors: Vec<Share>,
    /// What is known about whom.
    pub states: Vec<Share>,
    /// Users outside the denominator; empty when there are none.
    pub left_out: String,
}

/// A part of the eligible users.
#[derive(Debug, Serialize)]
pub struct Share {
    /// Machine name, also a CSS class.
    pub key: String,
    /// Words.
    pub label: String,
    /// Users.
    pub users: String,
    /// Of the eligible users; a dash without data.
    pub share: String,
    /// 0 to 100, for the bar.
    pub percent: f64,
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
                "History of source {} is still being read: records through {}. Challenges and recoveries will grow until it is complete.",
                stream.source,
                stream.read_through.map_or_else(|| "the first page".to_owned(), instant),
            ));
        }
        Self {
            as_of: instant(snapshot.as_of),
            warnings,
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

fn section(snapshot: &Snapshot, pool: &PoolFacts, trend: &Trend) -> PoolSection {
    let records = snapshot
        .streams
        .iter()
        .filter(|stream| stream.stream == crate::model::Stream::Cloudtrail)
        .filter_map(|stream| stream.data_through)
        .max();
    let users = pool
        .listed_users_at
        .map_or_else(|| "users not listed yet".to_owned(), |at| format!("users of {}", instant(at)));
    let records = records.map_or_else(|| "no records yet".to_owned(), |at| format!("records through {}", instant(at)));
    PoolSection {
        name: pool.pool_name.clone(),
        pool_id: pool.key.pool_id.clone(),
        aws_region: pool.key.aws_region.clone(),
        enforcement: format!(
            "MFA {}",
            match pool.mfa_configuration.as_str() {
                "ON" => "required",
                "OPTIONAL" => "optional",
                _ => "off",
            }
        ),
        data_through: format!("{records}, {users}"),
        tiles: vec![tiles::enrolment(pool, trend), tiles::challenges(trend), tiles::recovery(pool, trend)],
        factors: FACTORS.iter().filter_map(|(factor, label)| factor_share(pool, *factor, label)).collect(),
        states: STATES
            .iter()
            .map(|(state, label)| share(state.as_str(), label, pool.population.states.of(*state), pool.population.eligible))
            .collect(),
        left_out: left_out(pool),
    }
}

const FACTORS: &[(Factor, &str)] = &[
    (Factor::Totp, "Authenticator app"),
    (Factor::Sms, "Text message"),
    (Factor::Email, "E-mail code"),
    (Factor::Passkey, "Passkey"),
];

const STATES: &[(MfaState, &str)] = &[
    (MfaState::Explicit, "Set up: Cognito lists a factor"),
    (MfaState::Proven, "Proven: passed a challenge in the last 90 days"),
    (MfaState::Implicit, "Implicit: challenged because the pool requires MFA"),
    (MfaState::None, "None: looked, nothing found"),
    (MfaState::Unknown, "Unknown: no evidence yet"),
];

/// Federated users have no Cognito MFA; unconfirmed and disabled ones cannot sign in.
fn left_out(pool: &PoolFacts) -> String {
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

fn factor_share(pool: &PoolFacts, factor: Factor, label: &str) -> Option<Share> {
    let users = pool.population.factors.of(factor);
    (users > 0).then(|| share(factor.as_str(), label, users, pool.population.eligible))
}

fn share(key: &str, label: &str, users: u64, whole: u64) -> Share {
    let ratio = Ratio::new(users, whole);
    Share {
        key: key.to_owned(),
        label: label.to_owned(),
        users: count(users),
        share: percent(ratio),
        percent: ratio.value().unwrap_or_default() * 100.0,
    }
}

fn row(snapshot: &Snapshot, health: &StreamHealth) -> StreamRow {
    let when = |then: Option<chrono::DateTime<chrono::Utc>>| {
        then.map_or_else(|| NO_DATA.to_owned(), |then| format!("{}, {}", instant(then), ago(then, snapshot.as_of)))
    };
    StreamRow {
        source: health.source.clone(),
        stream: match health.stream {
            crate::model::Stream::Cloudtrail => "CloudTrail records",
            crate::model::Stream::Listing => "Pools and users",
            crate::model::Stream::Lookup => "Factor look-ups",
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
