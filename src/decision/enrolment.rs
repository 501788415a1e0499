//! When enrolment reaches the target.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::config::Rollout as Config;
use crate::model::PoolKey;
use crate::query::{ActiveDay, Questions};
use crate::rollout::forecast::{CurveDay, Forecast, Point, forecast};
use crate::store::StoreError;

/// Enrolment of active users by day, and what is to be expected of it.
///
/// Only days that were counted on the day tell: of days that are rolled back from today's users nobody knows who could
/// pass MFA before the records begin, and the pace would come out too steep.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Enrolment {
    /// Target, 0 to 1.
    pub target: f64,
    /// The day on which it is wanted.
    pub wanted_by: Option<NaiveDate>,
    /// What is to be expected.
    pub forecast: Forecast,
    /// Weeks by which the day is missed; negative where it comes earlier. `None` without a wanted or an expected day.
    pub weeks_late: Option<f64>,
    /// Days as counted, oldest first.
    pub points: Vec<Point>,
    /// Days as fitted, and on.
    pub curve: Vec<CurveDay>,
}

impl Enrolment {
    /// What the store knows of a pool.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn of(
        questions: &Questions,
        key: &PoolKey,
        config: &Config,
        as_of: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let point = |day: ActiveDay| Point { day: day.day, capable: day.capable, known: day.known };
        let points: Vec<Point> = questions.active_days(key)?.into_iter().map(point).collect();
        let target = config.target_percent / 100.0;
        let (forecast, curve) = forecast(&points, target, as_of.date_naive());
        let mut enrolment = Self { target, wanted_by: config.wanted_by, forecast, weeks_late: None, points, curve };
        let late = |(wanted, day): (NaiveDate, NaiveDate)| (day - wanted).num_days() as f64 / 7.0;
        enrolment.weeks_late = config.wanted_by.zip(enrolment.target_on()).map(late);
        Ok(enrolment)
    }

    /// The day on which the target is expected, or was reached; `None` where no trend tells.
    pub const fn target_on(&self) -> Option<NaiveDate> {
        match self.forecast {
            Forecast::OnTheWay { date, .. } => Some(date),
            Forecast::Reached { since } => Some(since),
            Forecast::TooFewDays { .. } | Forecast::OutOfReach { .. } => None,
        }
    }
}
