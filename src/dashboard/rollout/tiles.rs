//! The headline numbers of a roll-out.

use super::{Subject, enrolment};
use crate::dashboard::format::{NO_DATA, count, percent};
use crate::dashboard::tiles::Tile;
use crate::model::Ratio;
use crate::rollout::Outcome;

pub(super) fn tiles(subject: &Subject<'_>) -> Vec<Tile> {
    vec![ready(subject), stopped(subject), unknown(subject), enrolment::tile(subject), recovery(subject), cost(subject)]
}

/// Users with a sign-in whom MFA concerns.
fn share(subject: &Subject<'_>, outcomes: &[Outcome]) -> Ratio {
    let users = &subject.decision.simulation.seen_users;
    Ratio::new(outcomes.iter().map(|outcome| users.of(*outcome)).sum(), users.concerned())
}

const OF: &str = "of users who sign in";

fn ready(subject: &Subject<'_>) -> Tile {
    let automatic = share(subject, &[Outcome::AutomaticSms, Outcome::AutomaticEmail]);
    let tile = Tile::new(
        "rollout_ready",
        "Pass as before",
        "Users with a sign-in who have a factor that counts: for them nothing changes but the question.",
    )
    .share(OF, "users", share(subject, &[Outcome::Satisfied]), subject.small_denominator);
    let more =
        format!("{} more are challenged by phone or mailbox without having chosen it", count(automatic.numerator));
    Tile { details: tile.details.iter().cloned().chain([more]).collect(), ..tile }
}

fn stopped(subject: &Subject<'_>) -> Tile {
    let simulation = &subject.decision.simulation;
    let (blocked, prompted) = (share(subject, &[Outcome::Blocked]), share(subject, &[Outcome::PromptedToSetUp]));
    let otherwise = Ratio::new(simulation.seen_users_otherwise.of(Outcome::Blocked), simulation.seen_users.concerned());
    let tile = Tile::new(
        "rollout_stopped",
        "No way in",
        "Users with a sign-in who have no factor, no channel and no way to set one up.",
    )
    .share(OF, "users", blocked, subject.small_denominator);
    let more = [
        format!("{} are asked to set up a factor ({})", count(prompted.numerator), percent(prompted)),
        format!("Other reading: {} have no way in ({})", count(otherwise.numerator), percent(otherwise)),
    ];
    Tile { details: tile.details.iter().cloned().chain(more).collect(), ..tile }
}

fn unknown(subject: &Subject<'_>) -> Tile {
    let coverage = subject.decision.simulation.coverage;
    let tile = Tile::new(
        "rollout_unknown",
        "Not known",
        "Users with a sign-in of whom nothing is known, or whose app was never seen with MFA. They may be any of the \
         others: read every share as that much higher.",
    )
    .share(OF, "users", share(subject, &[Outcome::Unknown]), subject.small_denominator);
    let known = Ratio::new(coverage.known, coverage.eligible);
    let more = format!("Evidence about {} of eligible users", percent(known));
    Tile { details: tile.details.iter().cloned().chain([more]).collect(), ..tile }
}

fn recovery(subject: &Subject<'_>) -> Tile {
    let ways = subject.decision.recovery;
    Tile {
        figure: count(ways.dead_end_users),
        figure_of: "users today".into(),
        details: vec![format!("{} more lose their only way the moment MFA comes", count(ways.colliding_users))],
        ..Tile::new(
            "recovery_dead_ends",
            "Cannot recover",
            "Eligible users without a verified channel that the pool recovers by, once the channel of their second \
             factor is taken away: Cognito resets no password by the phone that is the MFA.",
        )
    }
}

fn cost(subject: &Subject<'_>) -> Tile {
    let load = &subject.decision.load;
    let mut details = Vec::new();
    details.push(load.new_messages_per_day.map_or_else(
        || "No sign-in is on record".to_owned(),
        |messages| format!("{messages:.0} more text messages a day"),
    ));
    if load.unpriced_messages_per_day > 0.0 {
        details.push(format!("{:.0} of them to countries without a known price", load.unpriced_messages_per_day));
    }
    if let (Some(limit), Some(new)) = (load.limit_usd_per_month, load.new_usd_per_month) {
        let spent = load.spent_usd_per_month.unwrap_or_default();
        details.push(format!("Spend limit ${limit:.0} a month: {:.0} % used then", (spent + new) / limit * 100.0));
    }
    Tile {
        figure: load.new_usd_per_month.map_or_else(|| NO_DATA.to_owned(), |usd| format!("${usd:.0}")),
        figure_of: "more a month".into(),
        details,
        ..Tile::new(
            "rollout_cost",
            "Text messages",
            "What the sign-ins of users who would be challenged by text message, and are not today, would cost.",
        )
    }
}
