//! Headline numbers of challenges.

use chrono::{NaiveDate, TimeDelta};

use super::Issuing;
use crate::dashboard::format::{NO_DATA, count, instant, percent};
use crate::dashboard::tiles::{self, Tile};
use crate::model::Ratio;
use crate::query::{ChallengeCounts, ChallengesFigures, SignInCoverage, View};

pub(super) fn tiles(view: &View, figures: &ChallengesFigures, issuing: &Issuing, small: u64) -> Vec<Tile> {
    let headline = Headlines { view, figures, small };
    let mut tiles = vec![headline.failed_sessions(), headline.first_try(), headline.failed_answers()];
    // The others are not told by app client and factor: those of everybody would not belong here.
    let is_of_everybody = view.scope.client_id.is_none() && view.scope.factor.is_none();
    if is_of_everybody {
        tiles.push(headline.stuck_users());
    }
    tiles.push(headline.abandoned(issuing));
    if is_of_everybody {
        tiles.extend([headline.sign_ins(), headline.devices()]);
    }
    tiles
}

struct Headlines<'a> {
    view: &'a View,
    figures: &'a ChallengesFigures,
    small: u64,
}

impl Headlines<'_> {
    fn failed_sessions(&self) -> Tile {
        let tile = Tile::new(
            "failed_sessions",
            "Failed challenge sessions",
            "Users who were asked for a second factor and did not get through. One typo and then the right code is \
             no failed session.",
        )
        .share("of sessions", "sessions", failed_sessions(&self.figures.total), self.small);
        let tile = match self.figures.settled_until {
            Some(until) => tile.with(format!("Settled through {}", instant(until))),
            None => tile,
        };
        self.by_day(tile, "Failed sessions", failed_sessions)
    }

    fn first_try(&self) -> Tile {
        let tile = Tile::new("first_try", "Right at the first try", "Sessions whose first answer was accepted.").share(
            "of sessions",
            "sessions",
            first_try(&self.figures.total),
            self.small,
        );
        self.by_day(tile, "Right at the first try", first_try)
    }

    fn failed_answers(&self) -> Tile {
        let tile = Tile::new(
            "failed_answers",
            "Answers that fail",
            "Codes refused because they were wrong, expired or too late. One typo counts as one failed answer.",
        )
        .share("of answers", "answers", failed_answers(&self.figures.total), self.small);
        let tile = match self.figures.total.undetermined_answers {
            0 => tile,
            more => {
                tile.with(format!("{} more answers say nothing about the user's code and are left out", count(more)))
            }
        };
        self.by_day(tile, "Failed answers", failed_answers)
    }

    fn stuck_users(&self) -> Tile {
        Tile::new(
            "stuck_users",
            "Users who never got through",
            "Users with failed sessions and no successful one in this time: the ones who call support.",
        )
        .share(
            "of challenged users",
            "users",
            Ratio::new(self.figures.stuck_users, self.figures.challenged_users),
            self.small,
        )
    }

    fn abandoned(&self, issuing: &Issuing) -> Tile {
        let counts = if issuing.is_measurable() { self.figures.total } else { ChallengeCounts::default() };
        let tile = Tile::new(
            "unanswered",
            "Challenges without an answer",
            "Challenges neither answered while their session was valid nor followed by a newer one.",
        )
        .share("of challenges issued", "challenges", abandoned(&counts), self.small);
        let tile = if issuing.is_measurable() {
            self.with_before(tile, abandoned)
        } else {
            Tile { figure_of: "not measurable".into(), details: Vec::new(), is_small: false, ..tile }
        };
        match issuing.note() {
            note if note.is_empty() => tile,
            note => tile.with(note),
        }
    }

    fn sign_ins(&self) -> Tile {
        let tile = tiles::sign_ins(&self.figures.sign_ins, "of sign-ins", self.small);
        self.with_before(tile, |_| tiles::passed_mfa(&self.figures.sign_ins_before))
    }

    fn devices(&self) -> Tile {
        let of = |counts: &ChallengeCounts, coverage: &[SignInCoverage]| {
            Ratio::new(counts.device_sign_ins, coverage.iter().map(|coverage| coverage.sign_ins).sum())
        };
        let tile = Tile::new(
            "device_sign_ins",
            "Sign-ins from a remembered device",
            "The device stood in for the second factor: MFA was skipped as configured. Fewer challenges for that \
             reason are no failure.",
        )
        .share("of sign-ins", "sign-ins", of(&self.figures.total, &self.figures.sign_ins), self.small);
        self.with_before(tile, |before| of(before, &self.figures.sign_ins_before))
    }

    /// The tile with the stretch before, and with its line where the view has days enough for one.
    fn by_day(&self, tile: Tile, name: &str, ratio: fn(&ChallengeCounts) -> Ratio) -> Tile {
        let tile = self.with_before(tile, ratio);
        let Some(days) = settled_days(self.view, self.figures) else { return tile };
        let of_day = |day: &NaiveDate| {
            let found = self.figures.days.totals().find(|(at, _)| at.date_naive() == *day);
            found.map(|(_, counts)| ratio(&counts))
        };
        tile.by_day(name, &days, days.iter().map(of_day))
    }

    fn with_before(&self, tile: Tile, ratio: impl Fn(&ChallengeCounts) -> Ratio) -> Tile {
        match &self.figures.before {
            Some(counts) => tile.with(before(ratio(counts))),
            None => tile.with("The stretch before is not on record".to_owned()),
        }
    }
}

/// The days of a view that are long enough ago: one that is not settled would seem to fail less than it will. None
/// where they are too few for a line.
pub(super) fn settled_days(view: &View, figures: &ChallengesFigures) -> Option<Vec<NaiveDate>> {
    if view.length() <= TimeDelta::days(1) {
        return None;
    }
    let end = figures.settled_until.map_or(view.to, |until| until.min(view.to)).date_naive();
    Some(view.from.date_naive().iter_days().take_while(|day| *day < end).collect())
}

/// The same figure of the stretch before.
fn before(ratio: Ratio) -> String {
    match ratio.denominator {
        0 => format!("Before: {NO_DATA}"),
        whole => format!("Before: {} (n = {})", percent(ratio), count(whole)),
    }
}

pub(super) fn failed_sessions(counts: &ChallengeCounts) -> Ratio {
    Ratio::new(counts.failed_sessions, counts.sessions)
}

pub(super) fn first_try(counts: &ChallengeCounts) -> Ratio {
    Ratio::new(counts.first_try_sessions, counts.sessions)
}

pub(super) fn failed_answers(counts: &ChallengeCounts) -> Ratio {
    Ratio::new(counts.failed_answers, counts.answers)
}

pub(super) fn abandoned(counts: &ChallengeCounts) -> Ratio {
    Ratio::new(counts.abandoned, counts.issued)
}
