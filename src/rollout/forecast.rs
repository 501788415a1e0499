//! When enrolment reaches a target, and how sure that is. Pure.
//!
//! 1. **Days.** Only the last eight weeks count. Where the trend broke (a jump, another pace), what was before is left
//!    out; a jump younger than two weeks is taken out instead, so that the pace before it still counts.
//! 2. **Trend.** A line by medians (Theil and Sen: the median of the slopes between days far apart), which a tenth of
//!    odd days does not move. Its rival bends towards a ceiling, as those who are left are ever harder to reach; it is
//!    told only where it fits clearly better than chance would make it.
//! 3. **Band.** The trend is fitted again, 200 times, to the fitted days plus blocks of the errors that were seen:
//!    blocks, because a week has a shape and errors last. Line and curve take part by how much each is to be trusted,
//!    so that a ceiling that days only hint at makes the late end later, or open. What the fit took from the errors,
//!    what cutting them into blocks did, and what chance adds where few users are counted, is given back.
//!
//! In made-up worlds (`tests/coverage.rs`) the band holds the true day in about 75 to 93 of 100 cases: of lines and
//! curves, with campaigns, odd and missing days, a weekly rhythm and errors that last. Where a day is told exactly, its
//! band is that day, and holds it more often. It holds the truth less often where the days do not show what comes:
//!
//! * a campaign, or its end, after today;
//! * a roll-out that began within the eight weeks and bends already, in a pool of some hundred users, where chance
//!   hides the ceiling: about 70 of 100, and then the true day is later;
//! * errors nine tenths of which are there the next day, which look like a trend: about 70 of 100;
//! * weeks with a rhythm of several points: medians follow five days and not the mean of seven, some days too early.
//!   Three points less on two days: about 40 of 100, two days off.

mod answer;
mod band;
mod breaks;
mod days;
mod fit;
mod shape;

use chrono::{Days, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

pub use answer::{CurveDay, Forecast, Why};
use band::Band;
use days::History;
use shape::Shape;

/// Fewer days tell no trend.
pub const LEAST_DAYS: usize = 14;

/// Days up to today that count.
const WINDOW_DAYS: i64 = 56;

/// Nobody plans further ahead than three years.
const HORIZON_DAYS: u32 = 3 * 365;

/// Days of a curve after today.
const DRAWN_DAYS: i64 = 180;

/// A day's enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Point {
    /// UTC day.
    pub day: NaiveDate,
    /// Users who can pass MFA.
    pub capable: u64,
    /// Users of whom something is known.
    pub known: u64,
}

impl Point {
    /// 0 to 1; `None` where nothing is known of anybody.
    pub fn ratio(&self) -> Option<f64> {
        (self.known > 0).then(|| (self.capable.min(self.known)) as f64 / self.known as f64)
    }
}

/// What is to be expected of a target, and the curve by which: from the first day since the trend broke, if it did, to
/// half a year after today.
///
/// Points may come in any order; of a day that comes twice the last counts, and days after today do not. A target
/// outside of 0 to 1 is moved there, and one that is not a number is 1.
pub fn forecast(points: &[Point], target: f64, today: NaiveDate) -> (Forecast, Vec<CurveDay>) {
    let target = if target.is_nan() { 1.0 } else { target.clamp(f64::MIN_POSITIVE, 1.0) };
    let history = History::of(points, today);
    let mut counted = history.counted();
    if counted.len() < LEAST_DAYS {
        return (Forecast::TooFewDays { days: counted.len(), needed: LEAST_DAYS }, Vec::new());
    }
    let first = breaks::mend(&mut counted);
    let band = Band::of(&counted);
    let curve = curve(&band, first, today);
    if let Some(since) = history.reached(target) {
        return (Forecast::Reached { since }, curve);
    }
    let (pace_per_week, ceiling) = (7.0 * band.shape.pace(), band.shape.ceiling());
    let state = match obstacle(&band, target) {
        Some(why) => Forecast::OutOfReach { why, pace_per_week, ceiling },
        None => {
            // Today is known to be below: nobody can be told to wait until yesterday.
            let days = |shape: Shape| shape.reaches(target).map_or(f64::INFINITY, |days| days.max(1.0));
            let (earliest, date, latest) = band.around(days);
            let day = |days: f64| today.checked_add_days(Days::new(days as u64)).unwrap_or(NaiveDate::MAX);
            Forecast::OnTheWay {
                date: day(date),
                earliest: day(earliest),
                latest: latest.is_finite().then(|| day(latest)),
                pace_per_week,
                ceiling,
            }
        }
    };
    (state, curve)
}

/// What stands in the way of a target.
fn obstacle(band: &Band, target: f64) -> Option<Why> {
    let (slowest, _, fastest) = band.around(Shape::pace);
    match band.shape.ceiling() {
        Some(ceiling) if ceiling <= target => Some(Why::LevelsOff),
        None if fastest < 0.0 => Some(Why::Falls),
        None if slowest <= 0.0 => Some(Why::Flat),
        _ if band.shape.reaches(target).is_none() => Some(Why::TooSlow),
        _ => None,
    }
}

/// The trend day by day, `first` in days after today.
fn curve(band: &Band, first: i64, today: NaiveDate) -> Vec<CurveDay> {
    let day = |at: i64| {
        let day = today.checked_add_signed(TimeDelta::days(at))?;
        let (low, expected, high) = band.around(|shape| shape.level(at as f64).clamp(0.0, 1.0));
        Some(CurveDay { day, low, expected, high })
    };
    (first..=DRAWN_DAYS).filter_map(day).collect()
}

#[cfg(test)]
mod tests;
