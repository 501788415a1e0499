//! When enrolment reaches a target, and how sure that is.
//!
//! Days lie on a line, or on a curve that bends towards a ceiling as those who are left are ever harder to reach. Both
//! are fitted by medians (Theil and Sen: the median of the slopes between all pairs of days), which a few odd days do
//! not move. The curve is believed only where it fits much better, so that noise alone does not choose it. The band
//! comes from fitting again and again to the fitted days plus errors as they were seen, drawn in blocks because days
//! in a row err alike, plus what chance adds where few users are counted. Only the last weeks count: what came before
//! a campaign says little about after it.

mod fit;
mod resample;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use fit::Fit;

/// Fewer days tell no trend.
pub const LEAST_DAYS: usize = 14;

/// Days that count, at most.
const MOST_DAYS: u64 = 56;

/// Nobody plans further ahead.
const HORIZON_DAYS: u32 = 3 * 365;

/// Days of a curve after today, at most.
const DRAWN_DAYS: u32 = 180;

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

/// What is to be expected.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Forecast {
    /// Too few days were counted to tell a trend.
    TooFewDays {
        /// Days that were.
        days: usize,
        /// Days that are needed.
        needed: usize,
    },
    /// It is reached.
    Reached {
        /// First of the days in a row on which it was.
        since: NaiveDate,
    },
    /// It is reached if things go on like this.
    OnTheWay {
        /// Expected day.
        date: NaiveDate,
        /// One case in ten is earlier.
        earliest: NaiveDate,
        /// One case in ten is later; `None` where more than that never get there.
        latest: Option<NaiveDate>,
        /// How much the ratio gains a week now.
        pace_per_week: f64,
        /// Where it levels off, if it does.
        ceiling: Option<f64>,
    },
    /// It is not reached if things go on like this.
    OutOfReach {
        /// Why.
        why: Why,
        /// How much the ratio gains a week now.
        pace_per_week: f64,
        /// Where it levels off, if it does.
        ceiling: Option<f64>,
    },
}

/// Why a target is not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It levels off below.
    LevelsOff,
    /// It neither rises nor falls.
    Flat,
    /// It falls.
    Falls,
    /// It takes longer than three years.
    TooSlow,
}

/// A day of the fitted curve.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct CurveDay {
    /// UTC day.
    pub day: NaiveDate,
    /// One case in ten is lower.
    pub low: f64,
    /// Expected.
    pub expected: f64,
    /// One case in ten is higher.
    pub high: f64,
}

/// What is to be expected of a target, 0 to 1, and the curve by which. Points may come in any order; of a day that
/// comes twice the last counts.
pub fn forecast(points: &[Point], target: f64, today: NaiveDate) -> (Forecast, Vec<CurveDay>) {
    let series = Series::of(points, today);
    if series.ratios.len() < LEAST_DAYS {
        return (Forecast::TooFewDays { days: series.ratios.len(), needed: LEAST_DAYS }, Vec::new());
    }
    let fit = Fit::best(&series.days, &series.ratios);
    let others = resample::fits(&fit, &series);
    let now = series.position(today);
    let curve = series.curve(&fit, &others, now);
    if let Some(since) = series.reached(target) {
        return (Forecast::Reached { since }, curve);
    }
    let pace_per_week = fit.slope(now) * 7.0;
    let ceiling = fit.ceiling();
    let hits = |fit: &Fit| fit.reaches(target, now + 1.0, now + f64::from(HORIZON_DAYS));
    let state = match hits(&fit) {
        Some(day) => {
            let mut days: Vec<f64> = others.iter().map(|other| hits(other).unwrap_or(f64::INFINITY)).collect();
            days.sort_by(f64::total_cmp);
            let (early, late) = (resample::tenth(&days).min(day), resample::ninetieth(&days).max(day));
            Forecast::OnTheWay {
                date: series.day(day),
                earliest: series.day(early),
                latest: late.is_finite().then(|| series.day(late)),
                pace_per_week,
                ceiling,
            }
        }
        None => Forecast::OutOfReach { why: why(&fit, &others, now), pace_per_week, ceiling },
    };
    (state, curve)
}

fn why(fit: &Fit, others: &[Fit], now: f64) -> Why {
    let mut slopes: Vec<f64> = others.iter().map(|other| other.slope(now)).collect();
    slopes.sort_by(f64::total_cmp);
    if fit.ceiling().is_some() {
        Why::LevelsOff
    } else if resample::ninetieth(&slopes) < 0.0 {
        Why::Falls
    } else if resample::tenth(&slopes) <= 0.0 {
        Why::Flat
    } else {
        Why::TooSlow
    }
}

/// The days that count.
struct Series {
    first: NaiveDate,
    /// Days since the first.
    days: Vec<f64>,
    ratios: Vec<f64>,
    /// Users behind each ratio.
    known: Vec<f64>,
}

impl Series {
    fn of(points: &[Point], today: NaiveDate) -> Self {
        let by_day: std::collections::BTreeMap<NaiveDate, &Point> =
            points.iter().filter(|point| point.day <= today).map(|point| (point.day, point)).collect();
        let newest = by_day.keys().next_back().copied().unwrap_or(today);
        let oldest = newest.checked_sub_days(Days::new(MOST_DAYS - 1)).unwrap_or(newest);
        let counted: Vec<(&NaiveDate, f64, u64)> =
            by_day.range(oldest..).filter_map(|(day, point)| Some((day, point.ratio()?, point.known))).collect();
        let first = counted.first().map_or(today, |(day, ..)| **day);
        Self {
            first,
            days: counted.iter().map(|(day, ..)| (**day - first).num_days() as f64).collect(),
            ratios: counted.iter().map(|(_, ratio, _)| *ratio).collect(),
            known: counted.iter().map(|(.., known)| *known as f64).collect(),
        }
    }

    fn position(&self, day: NaiveDate) -> f64 {
        (day - self.first).num_days() as f64
    }

    /// The day at, or after, a position.
    fn day(&self, position: f64) -> NaiveDate {
        // Positions lie within some years of the first day.
        self.first.checked_add_days(Days::new(position.ceil().max(0.0) as u64)).unwrap_or(NaiveDate::MAX)
    }

    /// Since when the target is held; one odd day neither makes nor breaks it.
    fn reached(&self, target: f64) -> Option<NaiveDate> {
        let last: Vec<f64> = self.ratios.iter().rev().take(3).copied().collect();
        if fit::median(last) < target {
            return None;
        }
        let held = self.ratios.iter().rev().take_while(|ratio| **ratio >= target).count().max(1);
        self.days.get(self.days.len() - held).map(|position| self.day(*position))
    }

    fn curve(&self, fit: &Fit, others: &[Fit], now: f64) -> Vec<CurveDay> {
        let last = now as u32 + DRAWN_DAYS;
        let day = |position: u32| {
            let at = f64::from(position);
            let mut values: Vec<f64> = others.iter().map(|other| other.at(at).clamp(0.0, 1.0)).collect();
            values.sort_by(f64::total_cmp);
            let expected = fit.at(at).clamp(0.0, 1.0);
            CurveDay {
                day: self.day(at),
                low: resample::tenth(&values).min(expected),
                expected,
                high: resample::ninetieth(&values).max(expected),
            }
        };
        (0..=last).map(day).collect()
    }
}

#[cfg(test)]
mod tests;
