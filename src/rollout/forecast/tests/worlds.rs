//! Pools whose date is known without any fit.

use chrono::{NaiveDate, TimeDelta};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, Poisson, StandardNormal};

use super::super::Point;

/// Users behind each day, so many that chance adds next to nothing.
pub(super) const MANY: u64 = 10_000_000;

pub(super) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day")
}

/// A day so many days after today.
pub(super) fn day(at: i64) -> NaiveDate {
    today() + TimeDelta::days(at)
}

/// The last `days` days, today the last, by a function of the days after today.
pub(super) fn exact(days: i64, ratio: impl Fn(f64) -> f64) -> Vec<Point> {
    let capable = |at: i64| (ratio(at as f64).clamp(0.0, 1.0) * MANY as f64).round() as u64;
    (1 - days..=0).map(|at| Point { day: day(at), capable: capable(at), known: MANY }).collect()
}

/// Days as they were counted, and what becomes of them.
pub(super) struct World {
    pub(super) points: Vec<Point>,
    pub(super) target: f64,
    /// Days after today on which the target is reached; `None` if it never is.
    pub(super) truth: Option<i64>,
}

impl World {
    /// Days around a shape, which goes on and is not asked of any fit: it is followed day by day to the target.
    pub(super) fn of(points: Vec<Point>, target: f64, shape: impl Fn(f64) -> f64) -> Self {
        Self { points, target, truth: (1..2000).find(|at| shape(*at as f64) >= target - 1e-9) }
    }
}

/// Where chance of a seed comes from.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub(super) fn of(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    /// How many of some users do what each does with such a probability.
    pub(super) fn of_users(&mut self, users: u64, probability: f64) -> u64 {
        Binomial::new(users, probability.clamp(0.0, 1.0)).expect("a probability").sample(&mut self.0)
    }

    /// How many do what is done so often on average.
    pub(super) fn often(&mut self, mean: f64) -> u64 {
        let drawn: f64 = Poisson::new(mean).expect("a mean above 0").sample(&mut self.0);
        drawn as u64
    }

    /// Errors of this standard deviation, of which the part `lasting` is there the next day.
    pub(super) fn errors(&mut self, days: usize, deviation: f64, lasting: f64) -> Vec<f64> {
        let mut draw = || -> f64 { StandardNormal.sample(&mut self.0) };
        let mut error = draw();
        let next = |_| {
            let now = error;
            error = lasting * error + (1.0 - lasting * lasting).sqrt() * draw();
            now * deviation
        };
        (0..days).map(next).collect()
    }

    /// Days on which so many users are counted, each by chance, around a shape that errs by `errors`.
    pub(super) fn counted(&mut self, known: u64, errors: &[f64], shape: impl Fn(f64) -> f64) -> Vec<Point> {
        let first = 1 - errors.len() as i64;
        let point = |(at, error): (i64, &f64)| {
            let capable = self.of_users(known, shape(at as f64) + error);
            Point { day: day(at), capable, known }
        };
        (first..).zip(errors).map(point).collect()
    }
}
