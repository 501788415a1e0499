//! The days that there are, and those that count.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::fit::median;
use super::{Point, WINDOW_DAYS};

/// Days with a ratio up to today, in order, each once.
pub(super) struct History {
    today: NaiveDate,
    days: Vec<Day>,
}

struct Day {
    day: NaiveDate,
    ratio: f64,
    chance: f64,
}

/// The days that count, in order: three lists of the same length.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Counted {
    /// Days after today, so 0 or less.
    pub(super) at: Vec<f64>,
    /// Capable of known users.
    pub(super) ratio: Vec<f64>,
    /// Standard error of a share of so many users.
    pub(super) chance: Vec<f64>,
    /// So many days were lifted to the level of those after a jump.
    pub(super) lifted: usize,
}

impl History {
    pub(super) fn of(points: &[Point], today: NaiveDate) -> Self {
        let by_day: BTreeMap<NaiveDate, &Point> =
            points.iter().filter(|point| point.day <= today).map(|point| (point.day, point)).collect();
        let day = |point: &Point| Some(Day { day: point.day, ratio: point.ratio()?, chance: chance(point) });
        Self { today, days: by_day.into_values().filter_map(day).collect() }
    }

    pub(super) fn counted(&self) -> Counted {
        let mut counted = Counted { at: Vec::new(), ratio: Vec::new(), chance: Vec::new(), lifted: 0 };
        for day in &self.days {
            let at = (day.day - self.today).num_days();
            if at > -WINDOW_DAYS {
                counted.at.push(at as f64);
                counted.ratio.push(day.ratio);
                counted.chance.push(day.chance);
            }
        }
        counted
    }

    /// First day at or above the target since which it has been so, single days apart, if it is now.
    pub(super) fn reached(&self, target: f64) -> Option<NaiveDate> {
        let smooth = self.smooth();
        let run = smooth.iter().rev().take_while(|level| **level >= target).count();
        // A run may begin with the single day below that its median passes over.
        let mut run = self.days.iter().skip(smooth.len() - run);
        run.find(|day| day.ratio >= target).map(|day| day.day)
    }

    /// Of each day the median of it and its neighbours; of the first and the last that of the nearest three.
    fn smooth(&self) -> Vec<f64> {
        let last = self.days.len().saturating_sub(1);
        let level = |index: usize| {
            let begin = index.saturating_sub(1).min(last.saturating_sub(2));
            let mut near: Vec<f64> = self.days.iter().skip(begin).take(3).map(|day| day.ratio).collect();
            median(&mut near)
        };
        (0..self.days.len()).map(level).collect()
    }
}

impl Counted {
    pub(super) fn len(&self) -> usize {
        self.at.len()
    }

    /// Leaves out the first `count` days.
    pub(super) fn forget(&mut self, count: usize) {
        for list in [&mut self.at, &mut self.ratio, &mut self.chance] {
            list.drain(..count.min(list.len()));
        }
    }
}

/// With two users added on either side (Agresti and Coull): nobody of three capable is not certainly 0 %.
fn chance(point: &Point) -> f64 {
    let known = point.known as f64 + 4.0;
    let share = (point.capable.min(point.known) as f64 + 2.0) / known;
    (share * (1.0 - share) / known).sqrt()
}
