//! On which date active MFA enrolment reaches a target, and between which dates it most probably does. Pure.
//!
//! 1. **Days.** Only the last [`WINDOW`] days count: enrolment goes in campaigns, and last year's says nothing about
//!    this one's pace. Where a trend broke (a jump, another pace), what was before is left out; a jump younger than
//!    [`NEEDED`] days is taken out instead, so that the pace before it still counts.
//! 2. **Trend.** A Theil–Sen line: the median of the slopes between days that are far apart. A tenth of the days may be
//!    wrong with little effect, where least squares follows a single one. The rival is enrolment that slows down
//!    towards a ceiling, `c - g·e^(-k·t)`: for a given `k` that is a line in `e^(-k·t)`, so the same estimator fits it,
//!    and `k` is searched for. It always fits a little better than the line; it is believed only if it misses the days
//!    by clearly less than chance would bring about, counting days that resemble their neighbours as fewer.
//! 3. **Band.** The trend is fitted anew, 200 times, to the fitted one plus blocks of its own residuals: blocks, because
//!    a week has a shape and errors last. Line and curve take part by how much each is to be trusted, so a ceiling that
//!    days only hint at makes the slow end later, or never. Where the residuals are smaller than what a share of so few
//!    users is uncertain by, the rest is added; what the fit took from them, and what cutting blocks did, is given back.
//!    The 5th and 95th percentiles of the dates are told. The numbers drawn come from a fixed seed: the same days give
//!    the same answer everywhere.
//!
//! What it cannot know: campaigns to come, and a slowing down that the days do not show yet.

mod band;
mod breaks;
mod days;
mod fit;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate};
use serde::Serialize;

use band::Band;
use days::{Counted, History};
use fit::Shape;

/// Days up to today that count.
pub const WINDOW: u16 = 56;

/// Days with a ratio, among those that count, that there must be.
pub const NEEDED: usize = 14;

/// Days ahead, three years, after which nothing is promised.
pub const HORIZON: u16 = 1096;

/// Most days ahead that a curve is drawn for.
pub const LONGEST_CURVE: u16 = 180;

/// Days that a curve is drawn for beyond the date it leads to.
const AFTER_THE_DATE: u16 = 14;

/// Enrolment of a pool, or of several, on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// UTC day.
    pub day: NaiveDate,
    /// Users who can pass MFA.
    pub capable: u64,
    /// Users about whom that is known; 0 is a day without a ratio.
    pub known: u64,
}

/// When enrolment reaches the target. Ratios are in 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing is said after so few days.
    TooFewDays {
        /// Days with a ratio among the last [`WINDOW`].
        days: usize,
        /// How many it takes.
        needed: usize,
    },
    /// The median of the last three days is at or above the target.
    Reached {
        /// First day since which it has been, single days apart.
        since: NaiveDate,
    },
    /// The trend gets there.
    OnTheWay {
        /// First day on which the trend is at or above the target.
        date: NaiveDate,
        /// With 95 % probability it is not earlier.
        earliest: NaiveDate,
        /// With 95 % probability it is not later; `None` when that is beyond [`HORIZON`], or never.
        latest: Option<NaiveDate>,
        /// What a week brings at today's pace; 0.01 is one percentage point.
        pace_per_week: f64,
        /// Ratio that enrolment slows down towards; `None` when it does not slow down.
        ceiling: Option<f64>,
        /// Weeks by which the planned date is missed; negative when there is time to spare. `None` without a plan.
        lateness_weeks: Option<f64>,
    },
    /// The trend does not get there.
    OutOfReach {
        /// What stands in the way.
        why: Why,
        /// Highest ratio in sight: what enrolment slows down towards, the level at [`HORIZON`] when it is too slow, and
        /// the median of the last three days when it does not rise.
        ceiling: f64,
        /// With 95 % probability `ceiling` is not lower.
        ceiling_low: f64,
        /// With 95 % probability `ceiling` is not higher.
        ceiling_high: f64,
        /// What a week brings at today's pace; 0.01 is one percentage point.
        pace_per_week: f64,
    },
}

/// Why a target is out of reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It slows down towards a ratio below the target.
    Saturates,
    /// Whether it rises at all cannot be told.
    Flat,
    /// It falls.
    Falls,
    /// It takes longer than [`HORIZON`].
    TooSlow,
}

/// The trend on a day, with its band: `low <= mid <= high`, in 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurveDay {
    /// UTC day.
    pub day: NaiveDate,
    /// With 95 % probability the trend is not lower.
    pub low: f64,
    /// The trend.
    pub mid: f64,
    /// With 95 % probability the trend is not higher.
    pub high: f64,
}

/// An answer, and the trend behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// When the target is reached.
    pub outcome: Outcome,
    today: NaiveDate,
    trend: Option<Trend>,
}

#[derive(Clone, Debug, PartialEq)]
struct Trend {
    /// First day that it describes, in days after today.
    from: i64,
    band: Band,
}

/// When enrolment reaches `target`, seen from `today`; `wanted_by` is the planned date.
///
/// Points may come in any order. Of several of a day, that with the most known users counts; points after `today` do
/// not. A target outside of (0, 1] is moved there, and one that is not a number is 1.
pub fn forecast(points: &[Point], target: f64, today: NaiveDate, wanted_by: Option<NaiveDate>) -> Forecast {
    let target = if target.is_nan() { 1.0 } else { target.clamp(f64::MIN_POSITIVE, 1.0) };
    let history = History::of(points, today);
    let counted = history.counted();
    if counted.len() < NEEDED {
        let outcome = Outcome::TooFewDays { days: counted.len(), needed: NEEDED };
        return Forecast { outcome, today, trend: None };
    }
    let trend = Trend::of(counted);
    let outcome = match history.reached(target) {
        Some(since) => Outcome::Reached { since },
        None => match trend.obstacle(target) {
            Some(why) => trend.out_of_reach(why, history.level()),
            None => trend.on_the_way(target, today, wanted_by),
        },
    };
    Forecast { outcome, today, trend: Some(trend) }
}

impl Forecast {
    /// The trend day by day: from the first day that counts (since the trend broke) to two weeks beyond the latest
    /// date, or beyond the date itself when there is no latest; at most `days` and [`LONGEST_CURVE`] days ahead. Empty
    /// after too few days.
    pub fn curve(&self, days: u16) -> Vec<CurveDay> {
        let Some(trend) = &self.trend else { return Vec::new() };
        let last = match self.outcome {
            Outcome::OnTheWay { date, latest, .. } => {
                (latest.unwrap_or(date) - self.today).num_days() + i64::from(AFTER_THE_DATE)
            }
            Outcome::Reached { .. } => i64::from(AFTER_THE_DATE),
            Outcome::OutOfReach { .. } | Outcome::TooFewDays { .. } => i64::from(LONGEST_CURVE),
        };
        let last = last.min(i64::from(days.min(LONGEST_CURVE)));
        let curve = (trend.from..=last).filter_map(|at| {
            let day = self.today.checked_add_signed(chrono::TimeDelta::days(at))?;
            let (low, mid, high) = trend.band.around(|shape| shape.level(at as f64).clamp(0.0, 1.0));
            Some(CurveDay { day, low, mid, high })
        });
        curve.collect()
    }
}

impl Trend {
    fn of(mut counted: Counted) -> Self {
        let from = breaks::mend(&mut counted);
        Self { from, band: Band::of(&counted) }
    }

    fn obstacle(&self, target: f64) -> Option<Why> {
        let shape = self.band.shape;
        let (slowest, _, fastest) = self.band.around(Shape::pace);
        match shape.ceiling() {
            Some(ceiling) if ceiling <= target => Some(Why::Saturates),
            None if fastest < 0.0 => Some(Why::Falls),
            None if slowest <= 0.0 => Some(Why::Flat),
            _ if shape.reaches(target).is_none() => Some(Why::TooSlow),
            _ => None,
        }
    }

    fn on_the_way(&self, target: f64, today: NaiveDate, wanted_by: Option<NaiveDate>) -> Outcome {
        // Today is known to be below: the trend may be above, but nobody can be told to wait until yesterday.
        let day = |shape: Shape| shape.reaches(target).map_or(f64::INFINITY, |days| days.max(1.0));
        let (earliest, date, latest) = self.band.around(day);
        let ahead = |days: f64| today.checked_add_days(Days::new(days as u64)).unwrap_or(NaiveDate::MAX);
        Outcome::OnTheWay {
            date: ahead(date),
            earliest: ahead(earliest),
            latest: latest.is_finite().then(|| ahead(latest)),
            pace_per_week: 7.0 * self.band.shape.pace(),
            ceiling: self.band.shape.ceiling(),
            lateness_weeks: wanted_by.map(|wanted_by| (ahead(date) - wanted_by).num_days() as f64 / 7.0),
        }
    }

    fn out_of_reach(&self, why: Why, level: f64) -> Outcome {
        let horizon = f64::from(HORIZON);
        let highest = |shape: Shape| match why {
            Why::Saturates => shape.ceiling().unwrap_or(1.0),
            Why::TooSlow => shape.level(horizon),
            Why::Flat | Why::Falls => shape.level(0.0),
        };
        let (low, mid, high) = self.band.around(|shape| highest(shape).clamp(0.0, 1.0));
        let ceiling = if matches!(why, Why::Flat | Why::Falls) { level } else { mid };
        Outcome::OutOfReach {
            why,
            ceiling,
            ceiling_low: low.min(ceiling),
            ceiling_high: high.max(ceiling),
            pace_per_week: 7.0 * self.band.shape.pace(),
        }
    }
}
