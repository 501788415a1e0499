//! How much recovery there is: by kind, by reason, by pool.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use super::{POOL, Subject, per_day, per_thousand, words};
use crate::dashboard::figures::{Cell, Table, figures, words as column};
use crate::dashboard::format::{NO_DATA, count, instant, percent};
use crate::dashboard::tiles::{Line, Tile};
use crate::model::{PoolKey, Ratio, Reason, RecoveryKind};
use crate::query::{Recovered, RecoveryCounts};

pub(super) fn events(subject: &Subject<'_>) -> Tile {
    let (figures, active) = (subject.figures, subject.active_users());
    let events = figures.counts.all_events();
    let rate = |rate: Option<f64>| rate.map_or_else(|| NO_DATA.to_owned(), |rate| format!("{rate:.1}"));
    let mut details = vec![
        format!("{} events in {:.1} days", count(events), subject.recorded.days),
        subject.before(|days| format!("{} a day", rate(per_day(figures.counts_before.all_events(), days)))),
    ];
    if let Some(rate) = per_thousand(events, subject.recorded.days, active) {
        details.push(format!("{rate:.2} a day per 1,000 active users (n = {})", count(active)));
    }
    details.push(format!("Records through {}", instant(subject.recorded.to)));
    let days = complete_days(subject);
    let on = |day: &NaiveDate| figures.days.iter().find(|(each, _)| each == day).map_or(0, |(_, events)| *events);
    let line = Line::events(&days, days.iter().map(|day| Some(on(day))));
    Tile {
        figure: rate(per_day(events, subject.recorded.days)),
        figure_of: "a day".into(),
        details,
        chart_title: "Events by day, complete days".into(),
        chart: line.chart("Recovery events"),
        days: line.table(),
        ..Tile::new(
            "recovery_events",
            "Recovery events",
            "Password resets, MFA switched off and codes sent again, by users and by administrators.",
        )
    }
}

/// Whole recorded days of the view; of a short one, those of its last week.
fn complete_days(subject: &Subject<'_>) -> Vec<NaiveDate> {
    let from = subject.view.from.min(subject.view.to - TimeDelta::days(7));
    let midnight = from.date_naive();
    let first = if from.time() == NaiveTime::MIN { midnight } else { midnight + Days::new(1) };
    let Some(first_day) = subject.figures.first_day else { return Vec::new() };
    let end = subject.recorded.to.date_naive();
    first.max(first_day).iter_days().take_while(|day| *day < end).collect()
}

/// Resets that were completed in time, of those that name a user.
fn completed(counts: &RecoveryCounts) -> Ratio {
    let nameless = counts.sum(|what| what == Recovered::WithoutUser);
    Ratio::new(
        counts.sum(|what| what == Recovered::CompletedInTime),
        counts.events(RecoveryKind::SelfResetRequested).saturating_sub(nameless),
    )
}

pub(super) fn resets(subject: &Subject<'_>) -> Tile {
    let figures = subject.figures;
    let (ratio, before) = (completed(&figures.counts), completed(&figures.counts_before));
    let mut details = vec![
        format!("{} of {} requests", count(ratio.numerator), count(ratio.denominator)),
        subject.before(|_| format!("{} (n = {})", percent(before), count(before.denominator))),
    ];
    let nameless = figures.counts.sum(|what| what == Recovered::WithoutUser);
    if nameless > 0 {
        details.push(format!("{} more name no user, so nobody can tell", count(nameless)));
    }
    let then = figures.resets_then_failed;
    let stuck = Ratio::new(then.failed_users, then.users);
    if then.users > 0 {
        details.push(format!(
            "{} of {} users who reset their password failed MFA within a day ({})",
            count(then.failed_users),
            count(then.users),
            percent(stuck),
        ));
    }
    Tile {
        figure: percent(ratio),
        figure_of: "of requests".into(),
        details,
        is_small: ratio.denominator > 0 && ratio.is_small(subject.snapshot.small_denominator),
        ..Tile::new(
            "resets_completed",
            "Resets completed",
            "Password resets that users asked for and completed within an hour. Cognito pretends to send a \
                      code when the user does not exist; such requests name nobody.",
        )
    }
}

/// Attempts of a kind: where only what was done is an event, refusals come on top.
fn attempts(counts: &RecoveryCounts, kind: RecoveryKind) -> u64 {
    let asks = matches!(kind, RecoveryKind::SelfResetRequested | RecoveryKind::CodeResent);
    counts.events(kind) + if asks { 0 } else { counts.refused(kind) }
}

pub(super) fn kinds(subject: &Subject<'_>) -> Table {
    let (now, before) = (&subject.figures.counts, &subject.figures.counts_before);
    let small = subject.snapshot.small_denominator;
    let rows = RecoveryKind::ALL.iter().map(|kind| {
        let (label, about) = words::kind(*kind);
        let refused = Ratio::new(now.refused(*kind), attempts(now, *kind));
        vec![
            Cell::named(label, kind.as_str()).sub(about),
            Cell::count(now.events(*kind)),
            earlier(subject, before.events(*kind)),
            Cell::count(refused.numerator),
            Cell::share(refused, small),
            Cell::number(per_thousand(now.events(*kind), subject.recorded.days, subject.active_users()), 2),
        ]
    });
    Table {
        key: "kinds",
        title: "By kind".into(),
        explanation: "What was asked for or done, and what was refused.".into(),
        columns: vec![
            column("kind", "Kind"),
            figures("events", "Events"),
            figures("events_before", "Before"),
            figures("refused", "Refused"),
            figures("refused_share", "Share of attempts"),
            figures("per_1000_active_users_a_day", "A day per 1,000 active users"),
        ],
        rows: rows.collect(),
        nothing: String::new(),
        note: "Before: the stretch of the same length before this one. Active users are those of today: with a \
               completed sign-in in the last 30 days."
            .into(),
    }
}

/// A count of the stretch before; a dash where it was not recorded.
fn earlier(subject: &Subject<'_>, events: u64) -> Cell {
    if subject.is_before_recorded() { Cell::count(events) } else { Cell::number(None, 0) }
}

pub(super) fn refusals(subject: &Subject<'_>) -> Table {
    let counts = &subject.figures.counts;
    let mut refusals: Vec<(RecoveryKind, Reason, u64)> = Vec::new();
    for kind in RecoveryKind::ALL {
        for reason in Reason::ALL {
            let events = counts.sum(|what| what == Recovered::Refused(*kind, *reason));
            refusals.push((*kind, *reason, events));
        }
    }
    refusals.retain(|(.., events)| *events > 0);
    refusals.sort_by_key(|(.., events)| std::cmp::Reverse(*events));
    let rows = refusals.into_iter().map(|(kind, reason, events)| {
        let (label, advice) = words::reason(reason);
        vec![
            Cell::named(label, reason.as_str()),
            Cell::named(words::kind(kind).0, kind.as_str()),
            Cell::count(events),
            Cell::share(Ratio::new(events, attempts(counts, kind)), subject.snapshot.small_denominator),
            Cell::text(advice),
        ]
    });
    Table {
        key: "refusals",
        title: "Why it was refused".into(),
        explanation: String::new(),
        columns: vec![
            column("reason", "Reason"),
            column("kind", "Of"),
            figures("refused", "Refused"),
            figures("share_of_attempts", "Share of attempts"),
            column("advice", "What to do"),
        ],
        rows: rows.collect(),
        nothing: "Nothing was refused.".into(),
        note: String::new(),
    }
}

/// Pools beside each other, where the view is about all of them.
pub(super) fn pools(subject: &Subject<'_>) -> Option<Table> {
    if subject.view.scope.pool_id.is_some() {
        return None;
    }
    let figures_of = subject.figures;
    let mut keys: Vec<&PoolKey> = subject.snapshot.pools.iter().map(|pool| &pool.key).collect();
    for count in figures_of.counts.0.iter().chain(&figures_of.counts_before.0) {
        if !keys.contains(&&count.key) {
            keys.push(&count.key);
        }
    }
    let rows = keys.into_iter().map(|key| {
        let (now, before) = (figures_of.counts.of_pool(key), figures_of.counts_before.of_pool(key));
        let active = subject.listed(key).map_or(0, |pool| pool.population.active);
        vec![
            subject.pool_cell(key),
            Cell::count(now.all_events()),
            earlier(subject, before.all_events()),
            Cell::number(per_thousand(now.all_events(), subject.recorded.days, active), 2),
            Cell::share(completed(&now), subject.snapshot.small_denominator),
            Cell::count(now.events(RecoveryKind::AdminMfaDisable)),
        ]
    });
    Some(Table {
        key: "pools",
        title: "By pool".into(),
        explanation: String::new(),
        columns: vec![
            POOL,
            figures("events", "Events"),
            figures("events_before", "Before"),
            figures("per_1000_active_users_a_day", "A day per 1,000 active users"),
            figures("resets_completed", "Resets completed within 1 h"),
            figures("mfa_switched_off_by_administrators", "MFA switched off by administrators"),
        ],
        rows: rows.collect(),
        nothing: "No pool is listed, and no record names one.".into(),
        note: String::new(),
    })
}
