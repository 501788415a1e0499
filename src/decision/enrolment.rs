//! When enrolment reaches the target.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::config::Rollout as Config;
use crate::model::PoolKey;
use crate::query::{ActiveDay, EnrolmentDay, Questions};
use crate::rollout::forecast::{CurveDay, Forecast, LEAST_DAYS, Point, forecast};
use crate::store::StoreError;

/// Days that are looked back.
const DAYS: u64 = 90;

/// Enrolment by day, and what is to be expected of it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Enrolment {
    /// Of which users: `active`, or `eligible` while active ones were counted on too few days.
    pub of: String,
    /// Target, 0 to 1.
    pub target: f64,
    /// The day on which it is wanted.
    pub wanted_by: Option<NaiveDate>,
    /// What is to be expected.
    pub forecast: Forecast,
    /// Weeks by which the day is missed; negative where it comes earlier. `None` without a wanted or an expected day.
    pub weeks_late: Option<f64>,
    /// Some of the days are rolled back from today's list rather than counted on the day.
    pub is_reconstructed: bool,
    /// Days as counted.
    points: Vec<Point>,
    /// Days as fitted, and on.
    pub curve: Vec<CurveDay>,
    /// Eligible users who did not sign in for 30 days and cannot pass MFA: no campaign inside the app reaches them.
    pub absent_users: u64,
}

/// What the store knows of a pool's enrolment.
pub(super) struct Facts {
    of: &'static str,
    points: Vec<Point>,
    is_reconstructed: bool,
}

/// Active users are what counts; all eligible ones stand in for them while there are too few days. May judge every
/// user: ask before users are gathered.
pub(super) fn facts(questions: &Questions, key: &PoolKey, as_of: DateTime<Utc>) -> Result<Facts, StoreError> {
    let point = |day: ActiveDay| Point { day: day.day, capable: day.capable, known: day.known };
    let points: Vec<Point> = questions.active_days(key)?.into_iter().map(point).collect();
    if points.len() >= LEAST_DAYS {
        return Ok(Facts { of: "active", points, is_reconstructed: false });
    }
    let today = as_of.date_naive();
    let from = today - Days::new(DAYS - 1);
    questions.judge_users(as_of, from)?;
    let mut days = questions.enrolment_days(from, today + Days::new(1))?;
    days.retain(|day| day.key == *key);
    let point = |day: &EnrolmentDay| Point { day: day.day, capable: day.capable_users, known: day.known_users };
    Ok(Facts {
        of: "eligible",
        points: days.iter().map(point).collect(),
        is_reconstructed: days.iter().any(|day| day.is_reconstructed),
    })
}

impl Enrolment {
    pub(super) fn of(facts: Facts, absent_users: u64, config: &Config, today: NaiveDate) -> Self {
        let Facts { of, points, is_reconstructed } = facts;
        let target = config.target_percent / 100.0;
        let (forecast, curve) = forecast(&points, target, today);
        let mut enrolment = Self {
            of: of.to_owned(),
            target,
            wanted_by: config.wanted_by,
            forecast,
            weeks_late: None,
            is_reconstructed,
            points,
            curve,
            absent_users,
        };
        let late = |(wanted, day): (NaiveDate, NaiveDate)| (day - wanted).num_days() as f64 / 7.0;
        enrolment.weeks_late = config.wanted_by.zip(enrolment.target_on()).map(late);
        enrolment
    }

    /// The day on which the target is expected, or was reached; `None` where no trend tells.
    pub const fn target_on(&self) -> Option<NaiveDate> {
        match self.forecast {
            Forecast::OnTheWay { date, .. } => Some(date),
            Forecast::Reached { since } => Some(since),
            Forecast::TooFewDays { .. } | Forecast::OutOfReach { .. } => None,
        }
    }

    /// Days as counted, oldest first.
    pub fn points(&self) -> &[Point] {
        &self.points
    }
}
