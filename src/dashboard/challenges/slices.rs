//! Challenges by factor, by app client, and over time.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::Issuing;
use super::headlines::{abandoned, failed_answers, failed_sessions, first_try, settled_days};
use crate::dashboard::chart;
use crate::dashboard::days::{DayLine, DayLines};
use crate::dashboard::figures::{Cell, Table, figures, words};
use crate::dashboard::format::{count, instant};
use crate::dashboard::shares::factor_label;
use crate::model::Factor;
use crate::query::{ChallengeCounts, ChallengesFigures, ClientChallenges, View};

/// App clients that are told one by one.
const MOST_CLIENTS: usize = 50;

pub(super) fn tables(view: &View, figures: &ChallengesFigures, issuing: &Issuing, small: u64) -> Vec<Table> {
    vec![
        by_factor(&figures.factors, issuing, small),
        by_client(&figures.clients, small),
        over_time(view, figures, small),
    ]
}

fn by_factor(factors: &[(String, ChallengeCounts)], issuing: &Issuing, small: u64) -> Table {
    let of = |factor: &Factor| factors.iter().find(|(name, _)| name == factor.as_str());
    let rows = Factor::ALL.iter().filter_map(|factor| {
        let (_, counts) = of(factor)?;
        let small = least_cases(counts, small);
        let succeeded = counts.sessions.saturating_sub(counts.failed_sessions);
        let mean = |sum: u64| (succeeded > 0).then(|| sum as f64 / succeeded as f64);
        let unmeasured = || Cell::number(None, 0);
        let (issued, abandoned) = if issuing.is_measurable() {
            (Cell::count(counts.issued), Cell::share(abandoned(counts), small))
        } else {
            (unmeasured(), unmeasured())
        };
        Some(vec![
            Cell::named(factor_label(*factor), factor.as_str()),
            Cell::count(counts.sessions),
            Cell::share(failed_sessions(counts), small),
            Cell::share(first_try(counts), small),
            Cell::number(mean(counts.session_answers), 2),
            Cell::seconds(mean(counts.session_seconds)),
            Cell::share(failed_answers(counts), small),
            Cell::count(counts.undetermined_answers),
            issued,
            abandoned,
        ])
    });
    let has_unnamed = of(&Factor::Unknown).is_some();
    let unnamed = if has_unnamed {
        "The classic hosted page Mfa_POST names no factor, and records tell some of its refusals but no success: \
         its shares say little. "
    } else {
        ""
    };
    Table {
        key: "factors",
        title: "By factor".into(),
        explanation: "A session has the factor of its last answer. Answers and time to success are means over the \
                      sessions that succeeded, from their first answer on."
            .into(),
        columns: vec![
            words("factor", "Factor"),
            figures("sessions", "Sessions"),
            figures("failed_sessions", "Failed"),
            figures("first_try_sessions", "First try"),
            figures("answers_to_success", "Answers to success"),
            figures("seconds_to_success", "Time to success"),
            figures("failed_answers", "Failed answers"),
            figures("undetermined_answers", "Undetermined answers"),
            figures("issued", "Issued"),
            figures("abandoned", "Without an answer"),
        ],
        rows: rows.collect(),
        nothing: "No challenge in this time.".into(),
        note: format!("{unnamed}{}", issuing.note()).trim_end().to_owned(),
    }
}

/// The share of failed sessions by factor and day, as lines, but of factors with too few of them; `None` where the
/// view has no days for them.
pub(super) fn failed_by_factor(view: &View, figures: &ChallengesFigures, small: u64) -> Option<DayLines> {
    let days = settled_days(view, figures)?;
    let of_day = |day: &NaiveDate, factor: Factor| {
        let counts = figures.days.of(day.and_time(NaiveTime::MIN).and_utc(), factor.as_str())?;
        failed_sessions(counts).value().map(|share| (share * 1000.0).round() / 10.0)
    };
    let sessions = |factor: Factor| {
        let found = figures.factors.iter().find(|(name, _)| name == factor.as_str());
        found.map_or(0, |(_, counts)| counts.sessions)
    };
    let told = Factor::ALL.iter().filter(|factor| **factor != Factor::Unknown && sessions(**factor) >= small);
    let lines = told.map(|factor| DayLine {
        key: factor.as_str(),
        label: factor_label(*factor),
        colour: chart::factor(*factor),
        values: days.iter().map(|day| of_day(day, *factor)).collect(),
    });
    let lines: Vec<DayLine> = lines.filter(|line| line.values.iter().any(Option::is_some)).collect();
    let caption = "Share of sessions that failed, by the day they ended, complete days";
    Some(DayLines::of(caption, &days, lines, "{c} %", |share| format!("{share:.1}\u{a0}%")))
}

fn by_client(clients: &[ClientChallenges], small: u64) -> Table {
    let mut clients: Vec<&ClientChallenges> = clients.iter().filter(|client| asked(&client.counts)).collect();
    clients.sort_by_key(|client| std::cmp::Reverse((client.counts.sessions, client.counts.answers)));
    let more = clients.len().saturating_sub(MOST_CLIENTS);
    let row = |client: &&ClientChallenges| {
        let counts = &client.counts;
        let small = least_cases(counts, small);
        vec![
            client_cell(client),
            Cell::count(counts.sessions),
            Cell::share(failed_sessions(counts), small),
            Cell::share(first_try(counts), small),
            Cell::share(failed_answers(counts), small),
            Cell::count(counts.undetermined_answers),
        ]
    };
    Table {
        key: "clients",
        title: "By app client".into(),
        explanation: "One app client that fails more than the others points at that application.".into(),
        columns: vec![
            words("client_id", "App client"),
            figures("sessions", "Sessions"),
            figures("failed_sessions", "Failed"),
            figures("first_try_sessions", "First try"),
            figures("failed_answers", "Failed answers"),
            figures("undetermined_answers", "Undetermined answers"),
        ],
        rows: clients.iter().take(MOST_CLIENTS).map(row).collect(),
        nothing: "No challenge in this time.".into(),
        note: client_note(&clients, more),
    }
}

fn client_note(clients: &[&ClientChallenges], more: usize) -> String {
    let mut notes = Vec::new();
    if clients.iter().any(|client| is_mostly_untold(&client.counts)) {
        notes.push(
            "Grey shares of app clients with mostly undetermined answers say little: of hosted pages, records tell \
             some refusals and no success."
                .to_owned(),
        );
    }
    if more > 0 {
        notes.push(format!("{} more app clients with fewer sessions are not shown.", count(more as u64)));
    }
    notes.join(" ")
}

/// How few cases make a share grey: any, where most answers are undetermined and only refusals are told.
fn least_cases(counts: &ChallengeCounts, small: u64) -> u64 {
    if is_mostly_untold(counts) { u64::MAX } else { small }
}

fn is_mostly_untold(counts: &ChallengeCounts) -> bool {
    counts.undetermined_answers > counts.answers
}

/// Whether anybody was challenged at all.
fn asked(counts: &ChallengeCounts) -> bool {
    counts.sessions + counts.answers + counts.undetermined_answers > 0
}

fn client_cell(client: &ClientChallenges) -> Cell {
    match &client.client_name {
        Some(name) => Cell::named(name, &client.client_id).sub(client.client_id.as_str()),
        None if client.client_id.is_empty() => Cell::named("Not named", ""),
        None => Cell::text(client.client_id.as_str()),
    }
}

fn over_time(view: &View, figures_of: &ChallengesFigures, small: u64) -> Table {
    let is_hourly = !figures_of.hours.is_empty();
    let (times, length) =
        if is_hourly { (&figures_of.hours, TimeDelta::hours(1)) } else { (&figures_of.days, TimeDelta::days(1)) };
    let is_provisional = |begins_at: DateTime<Utc>| {
        figures_of.settled_until.is_none_or(|until| (begins_at + length).min(view.to) > until)
    };
    let row = |(begins_at, counts): (DateTime<Utc>, ChallengeCounts)| {
        let begin =
            if is_hourly { Cell::instant(Some(begins_at)) } else { Cell::text(begins_at.date_naive().to_string()) };
        vec![
            if is_provisional(begins_at) { begin.sub("provisional").class("provisional") } else { begin },
            Cell::count(counts.sessions),
            Cell::share(failed_sessions(&counts), small),
            Cell::share(first_try(&counts), small),
            Cell::share(failed_answers(&counts), small),
        ]
    };
    Table {
        key: "times",
        title: if is_hourly { "By hour" } else { "By day" }.into(),
        explanation: String::new(),
        columns: vec![
            words("begins_at", if is_hourly { "Hour, UTC" } else { "Day, UTC" }),
            figures("sessions", "Sessions"),
            figures("failed_sessions", "Failed"),
            figures("first_try_sessions", "First try"),
            figures("failed_answers", "Failed answers"),
        ],
        rows: times.totals().rev().map(row).collect(),
        nothing: "No challenge in this time.".into(),
        note: provisional(figures_of.settled_until),
    }
}

fn provisional(settled_until: Option<DateTime<Utc>>) -> String {
    match settled_until {
        Some(until) => format!(
            "What is newer than {} is provisional: AWS delivers records some minutes late, and a session counts as \
             failed only once it can have no further answer.",
            instant(until)
        ),
        None => "All of this is provisional: the trail has not been read to the present yet.".to_owned(),
    }
}
