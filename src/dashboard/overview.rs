//! The first page: three headline numbers per pool, and how the sources are doing.

use serde::Serialize;

use super::chart::{self, Line};
use super::format::{NO_DATA, ago, count, instant, percent};
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

/// A headline number.
#[derive(Debug, Serialize)]
pub struct Tile {
    /// What it is.
    pub title: String,
    /// One sentence in plain language.
    pub explanation: String,
    /// The number; a dash without data.
    pub figure: String,
    /// What the number is of.
    pub figure_of: String,
    /// Denominators and coverage, one line each.
    pub details: Vec<String>,
    /// Too few cases to mean much.
    pub is_small: bool,
    /// What the line shows.
    pub chart_title: String,
    /// The last days as a line.
    #[serde(skip)]
    pub chart: String,
    /// The same as a table.
    pub days: Vec<DayValue>,
    /// What to know about the line; may be empty.
    pub chart_note: String,
}

/// One day of a line.
#[derive(Debug, Serialize)]
pub struct DayValue {
    /// UTC day.
    pub day: String,
    /// Formatted value; a dash without data.
    pub value: String,
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
        tiles: vec![enrolment_tile(pool, trend), challenge_tile(trend), recovery_tile(pool, trend)],
        factors: FACTORS.iter().filter_map(|(factor, label)| factor_share(pool, *factor, label)).collect(),
        states: STATES
            .iter()
            .map(|(state, label)| share(state.as_str(), label, pool.in_state(*state), pool.eligible_users))
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
    let others = all.saturating_sub(pool.eligible_users + federated + unconfirmed);
    let parts: Vec<String> = [(federated, "federated"), (unconfirmed, "unconfirmed"), (others, "disabled")]
        .into_iter()
        .filter(|(users, _)| *users > 0)
        .map(|(users, what)| format!("{} {what}", count(users)))
        .collect();
    if parts.is_empty() { String::new() } else { format!("Not counted: {}.", parts.join(", ")) }
}

fn enrolment_tile(pool: &PoolFacts, trend: &Trend) -> Tile {
    let ratio = Ratio::new(pool.capable_users, pool.known_users());
    let coverage = Ratio::new(pool.known_users(), pool.eligible_users);
    let active = Ratio::new(pool.active_capable_users, pool.active_known_users);
    let unknown = pool.in_state(MfaState::Unknown);
    let mut details = vec![
        format!("{} of {} users with evidence", count(ratio.numerator), count(ratio.denominator)),
        format!("Evidence covers {} of {} eligible users", percent(coverage), count(coverage.denominator)),
    ];
    if unknown > 0 {
        details.push(format!(
            "Counting the {} unknown: between {} and {}",
            count(unknown),
            percent(Ratio::new(pool.capable_users, pool.eligible_users)),
            percent(Ratio::new(pool.capable_users + unknown, pool.eligible_users)),
        ));
    }
    details.push(format!("Active in the last 30 days: {} (n = {})", percent(active), count(active.denominator)));
    let values: Vec<Option<f64>> = trend
        .enrolment
        .iter()
        .map(|day| day.as_ref().and_then(|day| Ratio::new(day.capable_users, day.known_users).value()))
        .collect();
    let is_reconstructed = trend.enrolment.iter().flatten().any(|day| day.is_reconstructed);
    tile(
        Tile {
            title: "Can do MFA".into(),
            explanation: "Users who would pass a second factor that this pool allows today.".into(),
            figure: percent(ratio),
            figure_of: "of users with evidence".into(),
            details,
            is_small: ratio.is_small(),
            chart_title: "Share by day, last 30 days".into(),
            chart: String::new(),
            days: Vec::new(),
            chart_note: if is_reconstructed {
                "Days before this store's first listing are rolled back from today's users and recorded changes.".into()
            } else {
                String::new()
            },
        },
        trend,
        trend.days.len(),
        &values,
        Unit::Percent,
    )
}

fn challenge_tile(trend: &Trend) -> Tile {
    let total = |member: fn(&crate::query::DailyCount) -> u64| trend.counts.iter().flatten().map(member).sum::<u64>();
    let ratio = Ratio::new(total(|day| day.failed_answers), total(|day| day.answers));
    let values: Vec<Option<f64>> = trend
        .counts
        .iter()
        .map(|day| day.as_ref().and_then(|day| Ratio::new(day.failed_answers, day.answers).value()))
        .collect();
    tile(
        Tile {
            title: "MFA answers that fail".into(),
            explanation:
                "Codes refused because they were wrong, expired or too late. One typo counts as one failed answer."
                    .into(),
            figure: percent(ratio),
            figure_of: "of answers in 30 days".into(),
            details: vec![format!("{} of {} answers", count(ratio.numerator), count(ratio.denominator))],
            is_small: ratio.is_small(),
            chart_title: "Share by day, complete days".into(),
            chart: String::new(),
            days: Vec::new(),
            chart_note: String::new(),
        },
        trend,
        trend.complete_days,
        &values,
        Unit::Percent,
    )
}

fn recovery_tile(pool: &PoolFacts, trend: &Trend) -> Tile {
    let complete: Vec<u64> =
        trend.counts[..trend.complete_days].iter().rev().take(7).flatten().map(|day| day.recoveries).collect();
    let (week, days) = (complete.iter().sum::<u64>(), complete.len() as u64);
    let per_day = if days == 0 { NO_DATA.to_owned() } else { format!("{:.1}", week as f64 / days as f64) };
    let mut details = vec![format!("{} in the last {days} complete days", count(week))];
    if pool.active_users > 0 && days > 0 {
        let rate = week as f64 / days as f64 / pool.active_users as f64 * 1000.0;
        details.push(format!("{rate:.1} a day per 1,000 active users (n = {})", count(pool.active_users)));
    }
    let values: Vec<Option<f64>> =
        trend.counts.iter().map(|day| day.as_ref().map(|day| day.recoveries as f64)).collect();
    tile(
        Tile {
            title: "Account recoveries".into(),
            explanation: "Password resets, admin resets, MFA switched off and codes sent again.".into(),
            figure: per_day,
            figure_of: "a day, last 7 complete days".into(),
            details,
            is_small: false,
            chart_title: "Events by day, complete days".into(),
            chart: String::new(),
            days: Vec::new(),
            chart_note: String::new(),
        },
        trend,
        trend.complete_days,
        &values,
        Unit::Events,
    )
}

#[derive(Clone, Copy)]
enum Unit {
    Percent,
    Events,
}

/// Adds the line and its table twin for the first `length` days.
fn tile(mut tile: Tile, trend: &Trend, length: usize, values: &[Option<f64>], unit: Unit) -> Tile {
    let scale = if matches!(unit, Unit::Percent) { 100.0 } else { 1.0 };
    let values: Vec<Option<f64>> = values.iter().take(length).map(|value| value.map(|value| value * scale)).collect();
    let days = &trend.days[..length];
    tile.days = days
        .iter()
        .zip(&values)
        .map(|(day, value)| DayValue {
            day: day.to_string(),
            value: value.map_or_else(
                || NO_DATA.to_owned(),
                |value| match unit {
                    Unit::Percent => format!("{value:.1}\u{a0}%"),
                    Unit::Events => count(value as u64),
                },
            ),
        })
        .collect();
    let rounded = values.iter().map(|value| value.map(|value| (value * 10.0).round() / 10.0)).collect();
    tile.chart = chart::svg(Line {
        name: &tile.title,
        days,
        values: rounded,
        unit: if matches!(unit, Unit::Percent) { "{c} %" } else { "{t}" },
        most: if matches!(unit, Unit::Percent) && values.iter().flatten().any(|value| *value > 75.0) {
            Some(100.0)
        } else {
            None
        },
    });
    tile
}

fn factor_share(pool: &PoolFacts, factor: Factor, label: &str) -> Option<Share> {
    let users = pool.factors.iter().find(|(each, _)| *each == factor).map_or(0, |(_, users)| *users);
    (users > 0).then(|| share(factor.as_str(), label, users, pool.eligible_users))
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
