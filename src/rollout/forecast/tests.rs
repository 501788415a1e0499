//! Shapes whose date follows from their formula; `coverage` measures the band, `properties` what always holds.

mod coverage;
mod properties;
mod worlds;

use super::*;
use worlds::{Chance, day, exact, today};

fn expected(points: &[Point], target: f64) -> Forecast {
    forecast(points, target, today()).0
}

/// Date, earliest and latest, in days after today.
fn dates(points: &[Point], target: f64) -> (i64, i64, Option<i64>) {
    let after = |date: NaiveDate| (date - today()).num_days();
    match expected(points, target) {
        Forecast::OnTheWay { date, earliest, latest, .. } => (after(date), after(earliest), latest.map(after)),
        other => panic!("no date: {other:?}"),
    }
}

fn why(points: &[Point], target: f64) -> Why {
    match expected(points, target) {
        Forecast::OutOfReach { why, .. } => why,
        other => panic!("within reach: {other:?}"),
    }
}

/// Half of the users, and half a point more a day: 80 % after 60 days.
fn line(at: f64) -> f64 {
    0.5 + 0.005 * at
}

/// Ten points below the ceiling, and half of what is missing every 20 days.
fn bent(ceiling: f64) -> impl Fn(f64) -> f64 {
    move |at| ceiling - 0.1 * 0.5_f64.powf(at / 20.0)
}

#[test]
fn a_line_is_followed_to_the_day() {
    let points = exact(56, line);
    let (date, earliest, latest) = dates(&points, 0.8);
    assert_eq!(date, 60);
    assert!(earliest >= 58 && latest.is_some_and(|latest| latest <= 62), "{earliest} {latest:?}");
    let Forecast::OnTheWay { pace_per_week, ceiling, .. } = expected(&points, 0.8) else { panic!("no date") };
    assert!((pace_per_week - 0.035).abs() < 1e-6 && ceiling.is_none(), "{pace_per_week} {ceiling:?}");
    assert_eq!(dates(&points, 1.0).0, 100);
}

#[test]
fn a_curve_is_followed_where_it_bends() {
    // Half of ten points is missing after 20 days, a quarter after 40; it never gets to 95 %.
    let points = exact(56, bent(0.9));
    assert_eq!(dates(&points, 0.85).0, 20);
    assert_eq!(dates(&points, 0.875).0, 40);
    let Forecast::OnTheWay { ceiling: Some(ceiling), pace_per_week, .. } = expected(&points, 0.85) else {
        panic!("no ceiling")
    };
    assert!((ceiling - 0.9).abs() < 1e-4, "{ceiling}");
    let pace = 7.0 * 0.1 * std::f64::consts::LN_2 / 20.0;
    assert!((pace_per_week - pace).abs() < 1e-4, "{pace_per_week}, not {pace}");
    assert_eq!(why(&points, 0.95), Why::LevelsOff);
    assert_eq!(why(&exact(56, bent(1.0)), 1.0), Why::LevelsOff);
}

#[test]
fn what_does_not_rise_says_so() {
    assert_eq!(why(&exact(56, |_| 0.4), 0.9), Why::Flat);
    assert_eq!(why(&exact(56, |at| 0.4 - 0.002 * at), 0.9), Why::Falls);
    // A fiftieth of a point a day: 22 points in three years.
    assert_eq!(why(&exact(56, |at| 0.4 + 0.0002 * at), 0.9), Why::TooSlow);
}

#[test]
fn what_is_reached_says_since_when() {
    // 45 % was crossed ten days ago; the single day below that follows is passed over, a relapse of days is not.
    let mut days = exact(56, line);
    assert_eq!(expected(&days, 0.45), Forecast::Reached { since: day(-10) });
    days[50].capable = 0;
    assert_eq!(expected(&days, 0.45), Forecast::Reached { since: day(-10) });
    days[51].capable = 0;
    assert_eq!(expected(&days, 0.45), Forecast::Reached { since: day(-3) });
    // One good day is not enough, and one bad one does not lose it. The day may be older than what tells the trend.
    let mut days = exact(56, |at| if at < 0.0 { 0.4 } else { 0.9 });
    assert!(!matches!(expected(&days, 0.45), Forecast::Reached { .. }));
    days = exact(200, |at| if at < 0.0 { 0.5 } else { 0.1 });
    assert_eq!(expected(&days, 0.45), Forecast::Reached { since: day(-199) });
    // Reached and lost is not reached.
    assert!(!matches!(expected(&exact(56, |at| if at < -9.0 { 0.6 } else { 0.4 }), 0.55), Forecast::Reached { .. }));
}

#[test]
fn too_few_days_tell_nothing() {
    assert_eq!(expected(&exact(13, line), 0.8), Forecast::TooFewDays { days: 13, needed: 14 });
    assert_eq!(dates(&exact(14, line), 0.8).0, 60);
    assert_eq!(expected(&[], 0.8), Forecast::TooFewDays { days: 0, needed: 14 });
    let nobody: Vec<Point> = exact(40, line).into_iter().map(|point| Point { known: 0, ..point }).collect();
    assert_eq!(expected(&nobody, 0.8), Forecast::TooFewDays { days: 0, needed: 14 });
    let same: Vec<Point> = exact(40, line).into_iter().map(|point| Point { day: today(), ..point }).collect();
    assert_eq!(expected(&same, 0.8), Forecast::TooFewDays { days: 1, needed: 14 });
    // Eight weeks ago does not count any more.
    let mut old = exact(100, line);
    old.drain(44..87);
    assert_eq!(expected(&old, 0.8), Forecast::TooFewDays { days: 13, needed: 14 });
}

#[test]
fn a_campaign_lifts_the_line_and_leaves_its_pace() {
    // 20 points on one day: 0.8 is 100 days away at 0.003 a day.
    for jump in [-8.0, -12.0, -20.0, -40.0] {
        let campaign = |at: f64| 0.3 + 0.003 * at + if at >= jump { 0.2 } else { 0.0 };
        assert_eq!(dates(&exact(56, campaign), 0.7999).0, 100, "jump on {jump}");
        assert_eq!(why(&exact(56, |at| if at >= jump { 0.5 } else { 0.3 }), 0.8), Why::Flat, "jump on {jump}");
    }
    // Nothing, and a point a day for the last 30 days: 0.1 + 0.3, and 40 points to go.
    let begun = exact(56, |at| 0.1 + 0.01 * (at + 30.0).max(0.0));
    assert_eq!(dates(&begun, 0.7999).0, 40);
    let first = forecast(&begun, 0.8, today()).1[0].day;
    assert!(day(-33) <= first && first <= day(-28), "{first}");
    // Four wrong days are not a new level.
    let wrong = exact(56, |at| line(at) - if at > -4.0 { 0.1 } else { 0.0 });
    assert!((60..=63).contains(&dates(&wrong, 0.8).0));
}

#[test]
fn gaps_and_a_tenth_of_odd_days_move_next_to_nothing() {
    let with_gaps: Vec<Point> = exact(56, line).into_iter().step_by(3).collect();
    assert_eq!(dates(&with_gaps, 0.8).0, 60);
    for seed in 0..20 {
        let mut chance = Chance::of(seed);
        let (mut on_line, mut on_curve) = (exact(56, line), exact(56, bent(0.9)));
        for _ in 0..6 {
            let (index, wrong) = (chance.between(0.0, 56.0) as usize, chance.between(0.0, 1.0));
            on_line[index].capable = (wrong * on_line[index].known as f64) as u64;
            on_curve[index].capable = on_line[index].capable;
        }
        let (of_line, of_curve) = (dates(&on_line, 0.8).0, dates(&on_curve, 0.85).0);
        assert!((58..=62).contains(&of_line) && (18..=22).contains(&of_curve), "seed {seed}: {of_line} {of_curve}");
    }
}

#[test]
fn few_users_make_a_wide_band() {
    let width = |known: u64| {
        let counted =
            |point: Point| Point { capable: (point.ratio().unwrap_or(0.0) * known as f64) as u64, known, ..point };
        let points: Vec<Point> = exact(56, line).into_iter().map(counted).collect();
        let (_, earliest, latest) = dates(&points, 0.8);
        latest.map_or(i64::MAX, |latest| latest - earliest)
    };
    assert!(width(200_000_000) <= 1);
    assert!((2..width(200)).contains(&width(20_000)), "{} {}", width(20_000), width(200));
}

#[test]
fn the_curve_runs_from_the_first_day_into_the_future() {
    let (_, curve) = forecast(&exact(20, line), 0.8, today());
    assert_eq!(curve.first().map(|day| day.day), Some(day(-19)));
    assert_eq!(curve.last().map(|day| day.day), Some(day(180)));
    for (point, at) in curve.iter().zip(-19..=100) {
        assert!((point.expected - line(f64::from(at))).abs() < 1e-6, "{point:?}");
    }
}
