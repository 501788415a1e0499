//! The days that there are, and those that count.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::fit::median;
use super::{Point, WINDOW};

/// Days with a ratio up to today, in order, each once.
pub(super) struct History {
    today: NaiveDate,
    days: Vec<Point>,
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
        let mut days: BTreeMap<NaiveDate, Point> = BTreeMap::new();
        for point in points.iter().filter(|point| point.known > 0 && point.day <= today) {
            let kept = days.entry(point.day).or_insert(*point);
            if (point.known, point.capable) > (kept.known, kept.capable) {
                *kept = *point;
            }
        }
        Self { today, days: days.into_values().collect() }
    }

    pub(super) fn counted(&self) -> Counted {
        let mut counted = Counted { at: Vec::new(), ratio: Vec::new(), chance: Vec::new(), lifted: 0 };
        for point in &self.days {
            let at = (point.day - self.today).num_days();
            if at > -i64::from(WINDOW) {
                counted.at.push(at as f64);
                counted.ratio.push(ratio(point));
                counted.chance.push(chance(point));
            }
        }
        counted
    }

    /// The median of the last three days.
    pub(super) fn level(&self) -> f64 {
        self.smooth().last().map_or(0.0, |(_, level)| *level)
    }

    /// First day at or above the target since which it has been so, if it is now.
    pub(super) fn reached(&self, target: f64) -> Option<NaiveDate> {
        let smooth = self.smooth();
        let run = smooth.iter().rev().take_while(|(_, level)| *level >= target).count();
        // A run may begin with the single day below that its median passes over.
        let run = self.days.iter().skip(smooth.len() - run).take(run);
        run.filter(|point| ratio(point) >= target).map(|point| point.day).next()
    }

    /// Each day with the median of it and its neighbours; first and last day with that of the nearest three.
    fn smooth(&self) -> Vec<(NaiveDate, f64)> {
        let last = self.days.len().saturating_sub(1);
        let levels = self.days.iter().enumerate().map(|(index, point)| {
            let begin = index.saturating_sub(1).min(last.saturating_sub(2));
            let mut near: Vec<f64> = self.days.iter().skip(begin).take(3).map(ratio).collect();
            (point.day, median(&mut near))
        });
        levels.collect()
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

fn ratio(point: &Point) -> f64 {
    point.capable.min(point.known) as f64 / point.known as f64
}

/// With two users added on either side (Agresti and Coull): nobody of three capable is not certainly 0 %.
fn chance(point: &Point) -> f64 {
    let known = point.known as f64 + 4.0;
    let share = (point.capable.min(point.known) as f64 + 2.0) / known;
    (share * (1.0 - share) / known).sqrt()
}
