//! The headline numbers of a pool.

use chrono::NaiveDate;
use serde::Serialize;

use super::chart::{self, Chart};
use super::format::{NO_DATA, count, percent};
use crate::model::MfaState;
use crate::query::{DailyCount, PoolFacts, SignInCoverage};
use crate::snapshot::{Ratio, Trend};

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

impl Tile {
    /// A share of some cases, without a line.
    pub(super) fn share(
        title: &str,
        explanation: &str,
        figure_of: &str,
        cases: &str,
        ratio: Ratio,
        small_denominator: u64,
    ) -> Self {
        Self {
            title: title.into(),
            explanation: explanation.into(),
            figure: percent(ratio),
            figure_of: figure_of.into(),
            details: vec![format!("{} of {} {cases}", count(ratio.numerator), count(ratio.denominator))],
            is_small: ratio.is_small(small_denominator),
            chart_title: String::new(),
            chart: String::new(),
            days: Vec::new(),
            chart_note: String::new(),
        }
    }

    /// The tile with one more detail.
    pub(super) fn with(mut self, detail: String) -> Self {
        self.details.push(detail);
        self
    }

    /// The tile with its share by day as a line.
    pub(super) fn by_day(self, name: &str, days: &[NaiveDate], ratios: impl Iterator<Item = Option<Ratio>>) -> Self {
        let line = Line::shares(days, ratios);
        Self { chart_title: "Share by day".into(), chart: line.chart(name), days: line.table(), ..self }
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
        title: "Can do MFA".into(),
        explanation: "Users who would pass a second factor that this pool allows today.".into(),
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
    }
}

pub(super) fn challenges(trend: &Trend, small_denominator: u64) -> Tile {
    let total = |member: fn(&DailyCount) -> u64| trend.counts.iter().flatten().map(member).sum::<u64>();
    let ratio = Ratio::new(total(|day| day.failed_answers), total(|day| day.answers));
    let line = Line::shares(
        &trend.days[..trend.complete_days],
        trend.counts.iter().map(|day| day.as_ref().map(|day| Ratio::new(day.failed_answers, day.answers))),
    );
    Tile {
        title: "MFA answers that fail".into(),
        explanation:
            "Codes refused because they were wrong, expired or too late. One typo counts as one failed answer.".into(),
        figure: percent(ratio),
        figure_of: "of answers in 30 days".into(),
        details: vec![format!("{} of {} answers", count(ratio.numerator), count(ratio.denominator))],
        is_small: ratio.is_small(small_denominator),
        chart_title: "Share by day, complete days".into(),
        chart: line.chart("Failed answers"),
        days: line.table(),
        chart_note: String::new(),
    }
}

/// Sign-ins that passed MFA. Without a chart: the share is told, not its days.
pub(super) fn sign_ins(coverage: &[SignInCoverage], figure_of: &str, small_denominator: u64) -> Tile {
    let tile = Tile::share(
        "Sign-ins that passed MFA",
        "Completed sign-ins through the API, with an accepted second factor in the same flow.",
        figure_of,
        "sign-ins",
        passed_mfa(coverage),
        small_denominator,
    );
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
    if let Some(per_day) = per_day.filter(|_| pool.population.active > 0) {
        let rate = per_day / pool.population.active as f64 * 1000.0;
        details.push(format!("{rate:.1} a day per 1,000 active users (n = {})", count(pool.population.active)));
    }
    let line = Line::events(
        &trend.days[..trend.complete_days],
        trend.counts.iter().map(|day| day.as_ref().map(|day| day.recoveries)),
    );
    Tile {
        title: "Account recoveries".into(),
        explanation: "Password resets, admin resets, MFA switched off and codes sent again.".into(),
        figure: per_day.map_or_else(|| NO_DATA.to_owned(), |per_day| format!("{per_day:.1}")),
        figure_of: format!("a day, last {days} complete days"),
        details,
        is_small: false,
        chart_title: "Events by day, complete days".into(),
        chart: line.chart("Recoveries"),
        days: line.table(),
        chart_note: String::new(),
    }
}

/// A value a day, in percent or in events.
pub(super) struct Line<'a> {
    days: &'a [NaiveDate],
    values: Vec<Option<f64>>,
    is_share: bool,
}

impl<'a> Line<'a> {
    /// Values beyond the days are left out.
    pub(super) fn shares(days: &'a [NaiveDate], ratios: impl Iterator<Item = Option<Ratio>>) -> Self {
        let percent = |ratio: Ratio| ratio.value().map(|value| (value * 1000.0).round() / 10.0);
        Self { days, values: ratios.take(days.len()).map(|ratio| ratio.and_then(percent)).collect(), is_share: true }
    }

    pub(super) fn events(days: &'a [NaiveDate], events: impl Iterator<Item = Option<u64>>) -> Self {
        let values = events.take(days.len()).map(|events| events.map(|events| events as f64)).collect();
        Self { days, values, is_share: false }
    }

    pub(super) fn chart(&self, name: &str) -> String {
        // A share that is nearly whole is read against the whole.
        let is_nearly_whole = self.is_share && self.values.iter().flatten().any(|value| *value > 75.0);
        chart::svg(Chart {
            days: self.days,
            lines: vec![chart::Line { name, values: self.values.clone(), colour: chart::ACCENT }],
            unit: if self.is_share { "{c} %" } else { "{t}" },
            most: is_nearly_whole.then_some(100.0),
        })
    }

    pub(super) fn table(&self) -> Vec<DayValue> {
        let written = |value: f64| if self.is_share { format!("{value:.1}\u{a0}%") } else { count(value as u64) };
        self.days
            .iter()
            .zip(&self.values)
            .map(|(day, value)| DayValue {
                day: day.to_string(),
                value: value.map_or_else(|| NO_DATA.to_owned(), written),
            })
            .collect()
    }
}
