//! What is told of a target.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What is to be expected.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Forecast {
    /// Too few days were counted to tell a trend.
    TooFewDays {
        /// Days that were, of the last eight weeks.
        days: usize,
        /// Days that are needed.
        needed: usize,
    },
    /// It is reached.
    Reached {
        /// First of the days in a row on which it was; single days below do not end the row.
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
    /// Whether it rises or falls cannot be told.
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
