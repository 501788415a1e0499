//! When enrolment reaches the target.

use chrono::{Days, NaiveDate};

use super::Subject;
use crate::dashboard::days::{DayLine, DayLines};
use crate::dashboard::figures::{Cell, Table, figures, words as column};
use crate::dashboard::format::{NO_DATA, count, percentage};
use crate::dashboard::tiles::Tile;
use crate::decision::{CampaignEffect, Enrolment};
use crate::rollout::forecast::{CurveDay, Forecast, Why};

pub(super) const KEY: &str = "forecast";

/// Days of the curve that are drawn after today, at most.
const DRAWN: usize = 150;

/// Days that are drawn up to today, at most.
const LOOKED_BACK: u64 = 56;

pub(super) fn tile(subject: &Subject<'_>) -> Tile {
    let enrolment = &subject.decision.enrolment;
    let tile = Tile::new(
        "rollout_date",
        "Target reached",
        "The day on which enrolment is at the target if the last weeks go on. Days are fitted by medians; the band holds \
         eight cases of ten.",
    );
    let target = format!("{} of active users", percentage(enrolment.target));
    let (figure, mut details) = told(enrolment);
    details.extend(wanted(enrolment));
    Tile { figure, figure_of: target, details, ..tile }
}

fn told(enrolment: &Enrolment) -> (String, Vec<String>) {
    let pace = |pace: f64| format!("{:+.1} points a week now", pace * 100.0);
    match &enrolment.forecast {
        Forecast::TooFewDays { days, needed } => {
            (NO_DATA.to_owned(), vec![format!("Days counted so far: {days}; {needed} tell a trend")])
        }
        Forecast::Reached { since } => ("reached".to_owned(), vec![format!("Since {since}")]),
        Forecast::OnTheWay { date, earliest, latest, pace_per_week, ceiling } => {
            let latest = latest.map_or_else(|| "not within three years".to_owned(), |latest| latest.to_string());
            let mut details = vec![format!("Between {earliest} and {latest}"), pace(*pace_per_week)];
            details.extend(ceiling.map(|ceiling| format!("It slows down: it levels off at {}", percentage(ceiling))));
            (date.to_string(), details)
        }
        Forecast::OutOfReach { why, pace_per_week, ceiling } => {
            let reason = match (why, ceiling) {
                (Why::LevelsOff, Some(ceiling)) => format!("It levels off at {}", percentage(*ceiling)),
                (Why::LevelsOff, None) => "It levels off below".to_owned(),
                (Why::Flat, _) => "Whether enrolment rises or falls cannot be told".to_owned(),
                (Why::Falls, _) => "Enrolment falls".to_owned(),
                (Why::TooSlow, _) => "It takes more than three years at this pace".to_owned(),
            };
            ("out of reach".to_owned(), vec![reason, pace(*pace_per_week)])
        }
    }
}

fn wanted(enrolment: &Enrolment) -> Option<String> {
    let wanted = enrolment.wanted_by?;
    Some(match enrolment.weeks_late {
        Some(weeks) if weeks > 0.0 => format!("At today's pace {wanted} is missed by {weeks:.0} weeks"),
        Some(weeks) => format!("{:.0} weeks before {wanted}", -weeks),
        None => format!("Wanted by {wanted}"),
    })
}

/// Days as counted and as fitted.
pub(super) fn lines(subject: &Subject<'_>) -> Option<DayLines> {
    let enrolment = &subject.decision.enrolment;
    if enrolment.curve.is_empty() {
        return None;
    }
    let today = subject.decision.as_of.date_naive();
    // The curve may begin later than the days: where the trend broke.
    let oldest = today.checked_sub_days(Days::new(LOOKED_BACK)).unwrap_or(today);
    let first = enrolment.points.iter().map(|point| point.day).filter(|day| *day > oldest).min().unwrap_or(today);
    let end = match enrolment.forecast {
        Forecast::OnTheWay { latest: Some(latest), .. } => (latest - today).num_days().max(14) as usize + 7,
        _ => DRAWN,
    };
    let past: Vec<NaiveDate> = first.iter_days().take_while(|day| *day < today).collect();
    let expected: Vec<&CurveDay> =
        enrolment.curve.iter().filter(|day| day.day >= today).take(end.min(DRAWN) + 1).collect();
    let days: Vec<NaiveDate> = past.iter().copied().chain(expected.iter().map(|day| day.day)).collect();
    let counted = |day: &NaiveDate| {
        let point = enrolment.points.iter().rev().find(|point| point.day == *day);
        point.and_then(|point| point.ratio()).map(|ratio| ratio * 100.0)
    };
    let line = |key, label, colour, values| DayLine { key, label, colour, values };
    let ahead = |of: fn(&CurveDay) -> f64| -> Vec<Option<f64>> {
        let values = expected.iter().map(|day| Some(of(day) * 100.0));
        past.iter().map(|_| None).chain(values).collect()
    };
    Some(DayLines::of(
        "Enrolment, and how it goes on",
        &days,
        vec![
            line("totp", "Counted", "#2f6fd0", days.iter().map(counted).collect()),
            line("sms", "Expected", "#b65c00", ahead(|day| day.expected)),
            line("unknown", "One in ten is lower", "#7b8494", ahead(|day| day.low)),
            line("passkey", "One in ten is higher", "#0f7f6e", ahead(|day| day.high)),
        ],
        "{c} %",
        |value| format!("{value:.1} %"),
    ))
}

/// The forecast in words, below its lines.
pub(super) fn table(subject: &Subject<'_>) -> Table {
    let enrolment = &subject.decision.enrolment;
    let (figure, details) = told(enrolment);
    let row = |name: &str, what: &str, key: &str| vec![Cell::named(what, key), Cell::text(name)];
    let mut rows = vec![row(&figure, "Target reached", "state")];
    rows.extend(details.iter().map(|detail| row(detail, "Beside it", "detail")));
    rows.extend(wanted(enrolment).map(|line| row(&line, "Against the plan", "wanted")));
    rows.push(vec![
        Cell::named("Absent, and without a factor", "absent_users"),
        Cell::count(subject.decision.absent_users)
            .sub("Eligible users without a sign-in for 30 days: no campaign in the app reaches them"),
    ]);
    Table {
        key: KEY,
        title: format!("When {} of active users can pass MFA", percentage(enrolment.target)),
        explanation:
            "Users with a sign-in in 30 days, of those of whom something is known, as counted day by day. Days \
                      before the first count tell nothing: nobody knows who could pass MFA then."
                .into(),
        columns: vec![column("what", "What"), figures("value", "Expected")],
        rows,
        nothing: String::new(),
        note: String::new(),
    }
}

/// What was done about enrolment.
pub(super) fn campaigns(subject: &Subject<'_>) -> Table {
    let pace = |pace: Option<f64>| {
        let points = pace.map(|pace| pace * 100.0);
        let cell = Cell::number(points, 2);
        match points {
            Some(points) => cell.reads(format!("{points:+.2}")),
            None => cell,
        }
    };
    let row = |effect: &CampaignEffect| {
        vec![
            Cell::text(effect.day.to_string()).class("whole"),
            Cell::text(effect.name.clone()),
            pace(effect.pace_before),
            pace(effect.pace_after),
        ]
    };
    let campaigns = &subject.decision.campaigns;
    Table {
        key: "campaigns",
        title: "Campaigns".into(),
        explanation: "Points a week that enrolment gained in the two weeks before and after. Other things may have \
                      happened, too."
            .into(),
        columns: vec![
            column("day", "Since"),
            column("name", "What"),
            figures("pace_before", "Before"),
            figures("pace_after", "After"),
        ],
        rows: campaigns.iter().map(row).collect(),
        nothing: "The config names none ([rollout] campaign).".into(),
        note: if campaigns.is_empty() {
            String::new()
        } else {
            format!("{} in the config.", count(campaigns.len() as u64))
        },
    }
}
