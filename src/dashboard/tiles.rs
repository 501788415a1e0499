//! The headline numbers of a pool.

use chrono::NaiveDate;
use serde::Serialize;

use super::chart::{self, Chart};
use super::format::{NO_DATA, count, instant, percent};
use super::{about, questions};
use crate::model::{MfaState, Ratio};
use crate::query::{DailyCount, PoolFacts, SignInCoverage, View};
use crate::snapshot::{Freshness, Snapshot, Trend};

/// A headline number.
#[derive(Debug, Serialize)]
pub struct Tile {
    /// Names it in addresses and in JSON.
    pub key: &'static str,
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
    /// Where the figure comes from.
    pub proof: Proof,
}

/// Where a figure comes from, and whether that still comes in.
#[derive(Debug, Default, Serialize)]
pub struct Proof {
    /// What it rests on.
    pub evidence: &'static str,
    /// When the newest of it had been delivered.
    pub data_through: String,
    /// `fresh`, `late` or `stale`.
    pub freshness: &'static str,
    /// What that means; empty while it is fresh.
    pub warning: String,
    /// Address of the question that answers it.
    pub query: String,
    /// Address of how it is counted.
    pub about: String,
}

/// One day of a line.
#[derive(Debug, Serialize)]
pub struct DayValue {
    /// UTC day.
    pub day: String,
    /// Formatted value; a dash without data.
    pub value: String,
    /// It may still change.
    pub is_provisional: bool,
}

impl Tile {
    /// Nothing known yet.
    pub(super) fn new(key: &'static str, title: &str, explanation: &str) -> Self {
        Self {
            key,
            title: title.into(),
            explanation: explanation.into(),
            figure: NO_DATA.to_owned(),
            figure_of: String::new(),
            details: Vec::new(),
            is_small: false,
            chart_title: String::new(),
            chart: String::new(),
            days: Vec::new(),
            chart_note: String::new(),
            proof: Proof::default(),
        }
    }

    /// The tile with a share of some cases, without a line.
    pub(super) fn share(self, figure_of: &str, cases: &str, ratio: Ratio, small_denominator: u64) -> Self {
        Self {
            figure: percent(ratio),
            figure_of: figure_of.into(),
            details: vec![format!("{} of {} {cases}", count(ratio.numerator), count(ratio.denominator))],
            is_small: ratio.is_small(small_denominator),
            ..self
        }
    }

    /// The tile with where its figure about a view comes from.
    pub(super) fn proven(self, view: &View, snapshot: &Snapshot) -> Self {
        let Some(figure) = about::figure_of(self.key) else { return self };
        let streams = figure.evidence.streams();
        let data_through = snapshot.data_through(streams);
        let (freshness, warning) = match snapshot.freshness(streams) {
            Freshness::Fresh => ("fresh", ""),
            Freshness::Late => ("late", "What it rests on comes late: the newest hours may be missing."),
            Freshness::Stale => ("stale", "What it rests on stopped coming: do not decide by it."),
        };
        let proof = Proof {
            evidence: figure.evidence.label(),
            data_through: data_through.map_or_else(|| "nothing read yet".to_owned(), instant),
            freshness,
            warning: warning.to_owned(),
            query: questions::link(figure.query, view, snapshot.as_of),
            about: format!("/about#{}", self.key),
        };
        Self { proof, ..self }
    }

    /// The tile with one more detail.
    pub(super) fn with(mut self, detail: String) -> Self {
        self.details.push(detail);
        self
    }

    /// The tile with its share by day as a line.
    pub(super) fn by_day(self, name: &str, days: &[NaiveDate], ratios: impl Iterator<Item = Option<Ratio>>) -> Self {
        let line = Line::shares(days, ratios);
        Self { chart_title: "Share by day, complete days".into(), chart: line.chart(name), days: line.table(), ..self }
    }
}

pub(super) fn enrolment(pool: &PoolFacts, trend: &Trend, small_denominator: u64) -> Tile {
    let users = &pool.population;
    let ratio = Ratio::new(users.capable, users.known());
    let coverage = Ratio::new(users.known(), users.eligible);
    let active = Ratio::new(users.active_capable, users.active_known);
    let unknown = users.states.of(MfaState::Unknown);
    let mut details = vec![
        format!("{} of {} users with evidence", count(ratio.numerator), count(ratio.denominator)),
        format!("Evidence covers {} of {} eligible users", percent(coverage), count(coverage.denominator)),
    ];
    if unknown > 0 {
        details.push(format!(
            "Counting the {} unknown: between {} and {}",
            count(unknown),
            percent(Ratio::new(users.capable, users.eligible)),
            percent(Ratio::new(users.capable + unknown, users.eligible)),
        ));
    }
    if let Some(change) = growth(trend) {
        details.push(change);
    }
    details.push(format!("Active in the last 30 days: {} (n = {})", percent(active), count(active.denominator)));
    if pool.listed_users_at.is_none() {
        details = vec!["The users of this pool have not been listed yet".into()];
    }
    let is_reconstructed = trend.enrolment.iter().flatten().any(|day| day.is_reconstructed);
    let line = Line::shares(
        &trend.days,
        trend.enrolment.iter().map(|day| day.as_ref().map(|day| Ratio::new(day.capable_users, day.known_users))),
    );
    Tile {
        figure: percent(ratio),
        figure_of: "of users with evidence".into(),
        details,
        is_small: ratio.is_small(small_denominator) && pool.listed_users_at.is_some(),
        chart_title: "Share by day, last 30 days".into(),
        chart: line.chart("Can do MFA"),
        days: line.table(),
        chart_note: if is_reconstructed {
            "Days before this store's first listing are rolled back from today's users and recorded changes.".into()
        } else {
            String::new()
        },
        ..Tile::new("can_do_mfa", "Can do MFA", "Users who would pass a second factor that this pool allows today.")
    }
}

/// By how much the share grew since its first day, in points of percent.
fn growth(trend: &Trend) -> Option<String> {
    let shares: Vec<(NaiveDate, f64)> = trend
        .enrolment
        .iter()
        .flatten()
        .filter_map(|day| Some((day.day, Ratio::new(day.capable_users, day.known_users).value()?)))
        .collect();
    let ((first, before), (last, now)) = (*shares.first()?, *shares.last()?);
    let days = (last - first).num_days();
    (days > 0).then(|| format!("{:+.1} points in {days} days", (now - before) * 100.0))
}

/// Answers that failed in the days of a trend.
pub(super) fn failed_answers(trend: &Trend) -> Ratio {
    let total = |member: fn(&DailyCount) -> u64| trend.counts.iter().flatten().map(member).sum::<u64>();
    Ratio::new(total(|day| day.failed_answers), total(|day| day.answers))
}

pub(super) fn challenges(trend: &Trend, small_denominator: u64) -> Tile {
    let ratio = failed_answers(trend);
    let line = Line::shares(
        &trend.days[..trend.complete_days],
        trend.counts.iter().map(|day| day.as_ref().map(|day| Ratio::new(day.failed_answers, day.answers))),
    );
    Tile {
        figure: percent(ratio),
        figure_of: "of answers in 30 days".into(),
        details: vec![
            format!("{} of {} answers", count(ratio.numerator), count(ratio.denominator)),
            trend.before.as_ref().map_or_else(
                || "The 30 days before are not on record".to_owned(),
                |before| {
                    let ratio = Ratio::new(before.failed_answers, before.answers);
                    format!("Before: {} (n = {})", percent(ratio), count(ratio.denominator))
                },
            ),
        ],
        is_small: ratio.is_small(small_denominator),
        chart_title: "Share by day, complete days".into(),
        chart: line.chart("Failed answers"),
        days: line.table(),
        ..Tile::new(
            "failed_answers",
            "MFA answers that fail",
            "Codes refused because they were wrong, expired or too late. One typo counts as one failed answer.",
        )
    }
}

/// Sign-ins that passed MFA. Without a chart: the share is told, not its days.
pub(super) fn sign_ins(coverage: &[SignInCoverage], figure_of: &str, small_denominator: u64) -> Tile {
    let tile = Tile::new(
        "mfa_sign_ins",
        "Sign-ins that passed MFA",
        "Completed sign-ins through the API, with an accepted second factor in the same flow.",
    )
    .share(figure_of, "sign-ins", passed_mfa(coverage), small_denominator);
    let first: u64 = coverage.iter().map(|coverage| coverage.first_sign_ins).sum();
    let tile = if first > 0 {
        tile.with(format!(
            "{} first sign-ins after signing up are left out: the code of the sign-up is their second factor",
            count(first)
        ))
    } else {
        tile
    };
    tile.with("Federated sign-ins and token refreshes are left out".into())
}

/// Sign-ins that passed MFA, of those that should have.
pub(super) fn passed_mfa(coverage: &[SignInCoverage]) -> Ratio {
    let sum = |events: fn(&SignInCoverage) -> u64| coverage.iter().map(events).sum();
    Ratio::new(
        sum(|coverage| coverage.mfa_sign_ins),
        sum(|coverage| coverage.sign_ins.saturating_sub(coverage.first_sign_ins)),
    )
}

pub(super) fn recovery(pool: &PoolFacts, trend: &Trend) -> Tile {
    let complete = &trend.counts[..trend.complete_days];
    let week: Vec<u64> = complete.iter().rev().take(7).flatten().map(|day| day.recoveries).collect();
    let (events, days) = (week.iter().sum::<u64>(), week.len());
    let per_day = (days > 0).then(|| events as f64 / days as f64);
    let mut details = vec![format!("{} in the last {days} complete days", count(events))];
    let earlier: Vec<u64> = complete.iter().rev().skip(7).take(7).flatten().map(|day| day.recoveries).collect();
    if earlier.len() == 7 {
        details.push(format!("Before: {:.1} a day", earlier.iter().sum::<u64>() as f64 / 7.0));
    }
    if let Some(per_day) = per_day.filter(|_| pool.population.active > 0) {
        let rate = per_day / pool.population.active as f64 * 1000.0;
        details.push(format!("{rate:.1} a day per 1,000 active users (n = {})", count(pool.population.active)));
    }
    let line = Line::events(
        &trend.days[..trend.complete_days],
        trend.counts.iter().map(|day| day.as_ref().map(|day| day.recoveries)),
    );
    Tile {
        figure: per_day.map_or_else(|| NO_DATA.to_owned(), |per_day| format!("{per_day:.1}")),
        figure_of: format!("a day, last {days} complete days"),
        details,
        chart_title: "Events by day, complete days".into(),
        chart: line.chart("Recoveries"),
        days: line.table(),
        ..Tile::new(
            "recovery_events",
            "Account recoveries",
            "Password resets, admin resets, MFA switched off and codes sent again.",
        )
    }
}

/// A value a day, in percent or in events.
pub(super) struct Line<'a> {
    days: &'a [NaiveDate],
    values: Vec<Option<f64>>,
    is_share: bool,
    /// So many of the last values may still change.
    provisional: usize,
}

impl<'a> Line<'a> {
    /// Values beyond the days are left out.
    pub(super) fn shares(days: &'a [NaiveDate], ratios: impl Iterator<Item = Option<Ratio>>) -> Self {
        let percent = |ratio: Ratio| ratio.value().map(|value| (value * 1000.0).round() / 10.0);
        let values = ratios.take(days.len()).map(|ratio| ratio.and_then(percent)).collect();
        Self { days, values, is_share: true, provisional: 0 }
    }

    pub(super) fn events(days: &'a [NaiveDate], events: impl Iterator<Item = Option<u64>>) -> Self {
        let values = events.take(days.len()).map(|events| events.map(|events| events as f64)).collect();
        Self { days, values, is_share: false, provisional: 0 }
    }

    /// The line, of which the days from `first` on may still change.
    pub(super) fn provisional_from(self, first: NaiveDate) -> Self {
        Self { provisional: self.days.iter().filter(|day| **day >= first).count(), ..self }
    }

    pub(super) fn chart(&self, name: &str) -> String {
        // A share that is nearly whole is read against the whole.
        let is_nearly_whole = self.is_share && self.values.iter().flatten().any(|value| *value > 75.0);
        chart::svg(Chart {
            days: self.days,
            lines: vec![chart::Line {
                name,
                values: self.values.clone(),
                colour: chart::ACCENT,
                provisional: self.provisional,
            }],
            unit: if self.is_share { "{c} %" } else { "{t}" },
            most: is_nearly_whole.then_some(100.0),
            width: chart::NARROW,
        })
    }

    pub(super) fn table(&self) -> Vec<DayValue> {
        let written = |value: f64| if self.is_share { format!("{value:.1}\u{a0}%") } else { count(value as u64) };
        let certain = self.days.len().saturating_sub(self.provisional);
        let days = self.days.iter().zip(&self.values).enumerate();
        days.map(|(position, (day, value))| DayValue {
            day: day.to_string(),
            value: value.map_or_else(|| NO_DATA.to_owned(), written),
            is_provisional: position >= certain,
        })
        .collect()
    }
}
