//! How often the band holds the true day, where that is known.

use super::super::{Forecast, Point, forecast};
use super::worlds::{Chance, World, day, today};

/// Worlds of a shape.
const WORLDS: u64 = 100;

/// What became of the worlds of a shape.
#[derive(Debug, Default)]
struct Measured {
    /// In percent of the worlds: the band holds the true day, or it is rightly never.
    holds: u64,
    /// In percent of the worlds: the true day is before the band, and after it.
    before: u64,
    after: u64,
    /// Days by which the expected date is off, in half of the worlds at most.
    error: i64,
}

fn measured(world: impl Fn(&mut Chance) -> World) -> Measured {
    let mut found = Measured::default();
    let mut errors = Vec::new();
    for seed in 0..WORLDS {
        let World { points, target, truth } = world(&mut Chance::of(seed));
        match (forecast(&points, target, today()).0, truth.map(day)) {
            (Forecast::OnTheWay { date, earliest, latest, .. }, Some(truth)) => {
                errors.push((date - truth).num_days().abs());
                found.before += u64::from(truth < earliest);
                found.after += u64::from(latest.is_some_and(|latest| latest < truth));
                found.holds += u64::from(earliest <= truth && latest.is_none_or(|latest| truth <= latest));
            }
            (Forecast::OnTheWay { latest: None, .. } | Forecast::OutOfReach { .. }, None) => found.holds += 1,
            _ => {}
        }
    }
    errors.sort_unstable();
    let percent = |worlds: u64| (worlds * 100).div_ceil(WORLDS);
    Measured {
        holds: percent(found.holds),
        before: percent(found.before),
        after: percent(found.after),
        error: errors.get(errors.len() / 2).copied().unwrap_or(0),
    }
}

/// A line of some pace: today's level, what a day adds, and a target two weeks to two months away.
fn line(chance: &mut Chance) -> (impl Fn(f64) -> f64 + Copy + use<>, f64) {
    let (level, pace) = (chance.between(0.45, 0.65), chance.between(0.002, 0.007));
    let line = move |at: f64| level + pace * at;
    let target = line(chance.between(15.0, 60.0)).min(0.98);
    (line, target)
}

/// A curve of some days that bends towards a ceiling, and a target that lies above today's level by `part` of what
/// is missing to the ceiling.
fn curve(chance: &mut Chance, days: usize, part: f64) -> (impl Fn(f64) -> f64 + Copy + use<>, f64) {
    let (ceiling, lasts) = (chance.between(0.8, 0.95), chance.between(18.0, 35.0));
    // Nobody, or some, can pass MFA on the first day.
    let gap = chance.between(0.5, 0.95) * ceiling * (-(days as f64) / lasts).exp();
    (move |at: f64| ceiling - gap * (-at / lasts).exp(), ceiling - gap * (1.0 - part))
}

/// Asserts what the module promises: the band holds the truth in 75 to 90 of 100 cases, whole days and chance apart,
/// and half of the expected dates are off by `error` days at most.
fn promised(shape: &str, error: i64, world: impl Fn(&mut Chance) -> World) {
    within(shape, 75..=93, error, world);
}

fn within(shape: &str, holds: std::ops::RangeInclusive<u64>, error: i64, world: impl Fn(&mut Chance) -> World) {
    let found = measured(world);
    println!("{shape}: {found:?}");
    assert!(holds.contains(&found.holds) && found.error <= error, "{shape}: {found:?}");
}

/// Days of `known` users around a line, with such errors.
fn around_line(chance: &mut Chance, days: usize, known: u64, deviation: f64, lasting: f64) -> World {
    let (line, target) = line(chance);
    let errors = chance.errors(days, deviation, lasting);
    World::of(chance.counted(known, &errors, line), target, line)
}

/// Days of `known` users around a curve, with such errors; the target is half-way to the ceiling.
fn around_curve(chance: &mut Chance, days: usize, known: u64, deviation: f64, lasting: f64) -> World {
    let (curve, target) = curve(chance, days, 0.55);
    let errors = chance.errors(days, deviation, lasting);
    World::of(chance.counted(known, &errors, curve), target, curve)
}

#[test]
fn a_line_of_many_days_or_few_of_many_users_or_few() {
    promised("200 users", 5, |chance| around_line(chance, 42, 200, 0.0, 0.0));
    promised("5,000 users", 1, |chance| around_line(chance, 42, 5_000, 0.0, 0.0));
    promised("14 days", 5, |chance| around_line(chance, 14, 5_000, 0.0, 0.0));
    // The true day is the only one in most of the bands.
    within("1,000,000 users", 90..=100, 0, |chance| around_line(chance, 42, 1_000_000, 0.0, 0.0));
}

#[test]
fn a_line_with_noise_and_with_noise_that_lasts() {
    promised("noise", 2, |chance| around_line(chance, 42, 100_000, 0.006, 0.0));
    promised("six tenths last", 2, |chance| around_line(chance, 42, 100_000, 0.006, 0.6));
    promised("six tenths last, eight weeks", 2, |chance| around_line(chance, 56, 100_000, 0.006, 0.6));
}

#[test]
fn a_curve_whose_ceiling_is_above_the_target() {
    promised("5,000 users", 3, |chance| around_curve(chance, 56, 5_000, 0.0, 0.0));
    promised("noise", 3, |chance| around_curve(chance, 42, 100_000, 0.006, 0.0));
    promised("noise that lasts", 5, |chance| around_curve(chance, 56, 100_000, 0.006, 0.6));
}

#[test]
fn a_curve_whose_ceiling_is_below_the_target() {
    let below = |chance: &mut Chance, known: u64| {
        let (curve, _) = curve(chance, 56, 0.0);
        let target = curve(1e6) + 0.04;
        World::of(chance.counted(known, &[0.0; 56], curve), target, curve)
    };
    within("5,000 users", 90..=100, 0, |chance| below(chance, 5_000));
    within("1,000,000 users", 90..=100, 0, |chance| below(chance, 1_000_000));
}

#[test]
fn what_does_not_rise_is_not_promised() {
    let flat = |chance: &mut Chance, known: u64| {
        let level = chance.between(0.4, 0.7);
        World::of(chance.counted(known, &[0.0; 42], |_| level), level + 0.2, |_| level)
    };
    within("200 users", 90..=100, 0, |chance| flat(chance, 200));
    within("5,000 users", 90..=100, 0, |chance| flat(chance, 5_000));
}

#[test]
fn a_campaign_in_the_middle_of_the_days() {
    promised("a step", 2, |chance| {
        let (line, target) = line(chance);
        let (height, when) = (chance.between(0.05, 0.2), chance.between(-24.0, -18.0));
        let errors = chance.errors(42, 0.004, 0.0);
        let points = chance.counted(100_000, &errors, |at| line(at) - if at < when { height } else { 0.0 });
        World::of(points, target, line)
    });
    promised("another pace", 2, |chance| {
        let (line, target) = line(chance);
        let errors = chance.errors(56, 0.004, 0.0);
        let bends = |at: f64| if at < -28.0 { line(-28.0) + (line(at) - line(-28.0)) / 3.0 } else { line(at) };
        World::of(chance.counted(100_000, &errors, bends), target, line)
    });
}

#[test]
fn weeks_with_a_rhythm_odd_days_and_missing_ones() {
    promised("a rhythm", 2, |chance| {
        let (line, target) = line(chance);
        let errors = chance.errors(42, 0.003, 0.0);
        // A point less on two days a week, and as much more on the others as evens it out.
        let weekly = |at: f64| line(at) + if at.rem_euclid(7.0) < 2.0 { -0.01 } else { 0.004 };
        World::of(chance.counted(100_000, &errors, weekly), target, line)
    });
    promised("odd days", 2, |chance| {
        let mut world = around_line(chance, 42, 5_000, 0.0, 0.0);
        for _ in 0..4 {
            let index = chance.between(0.0, 42.0) as usize;
            world.points[index].capable = (world.points[index].capable as f64 * chance.between(0.0, 0.8)) as u64;
        }
        world
    });
    promised("a third of the days is missing", 2, |chance| {
        let mut world = around_line(chance, 56, 5_000, 0.0, 0.0);
        world.points.retain(|_| chance.between(0.0, 3.0) > 1.0);
        world
    });
}

/// As it is: nobody is counted anew each day, but some enrol; the true day is that on which enough of them did.
#[test]
fn users_who_enrol_one_by_one() {
    within("5,000 users", 80..=97, 3, |chance| {
        let users = 5_000;
        let (line, target) = line(chance);
        let (start, a_day) = ((line(-42.0) * users as f64) as u64, (line(1.0) - line(0.0)) * users as f64);
        let mut capable = start;
        let mut next = |at: i64| {
            capable += chance.often(a_day);
            Point { day: day(at), capable, known: users }
        };
        let points: Vec<Point> = (-41..=0).map(&mut next).collect();
        let truth = (1..500).find(|at| next(*at).capable as f64 >= target * users as f64);
        World { points, target, truth }
    });
}
