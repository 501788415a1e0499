//! Pools whose date is known without any fit.

use chrono::TimeDelta;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::*;

const KNOWN: u64 = 1_000_000;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day")
}

fn day(at: i64) -> NaiveDate {
    today() + TimeDelta::days(at)
}

fn point(at: i64, ratio: f64) -> Point {
    Point { day: day(at), capable: (ratio * KNOWN as f64).round() as u64, known: KNOWN }
}

/// The last `days` days, today included.
fn points(days: i64, ratio: impl FnMut(i64) -> f64) -> Vec<Point> {
    let mut ratio = ratio;
    (1 - days..=0).map(|at| point(at, ratio(at))).collect()
}

/// Half of the users, and half a point more a day: 80 % after 60 days.
fn line(at: i64) -> f64 {
    0.5 + 0.005 * at as f64
}

/// Ten points below `ceiling`, and half of what is missing every 20 days.
fn saturating(ceiling: f64) -> impl Fn(i64) -> f64 {
    move |at| ceiling - 0.1 * 0.5_f64.powf(at as f64 / 20.0)
}

fn outcome(points: &[Point], target: f64) -> Outcome {
    forecast(points, target, today(), None).outcome
}

/// Date, earliest and latest in days after today.
fn dates(points: &[Point], target: f64) -> (i64, i64, Option<i64>) {
    let after = |date: NaiveDate| (date - today()).num_days();
    match outcome(points, target) {
        Outcome::OnTheWay { date, earliest, latest, .. } => (after(date), after(earliest), latest.map(after)),
        other => panic!("not on the way: {other:?}"),
    }
}

fn why(points: &[Point], target: f64) -> (Why, f64, f64) {
    match outcome(points, target) {
        Outcome::OutOfReach { why, ceiling, ceiling_low, ceiling_high, pace_per_week } => {
            assert!(ceiling_low <= ceiling && ceiling <= ceiling_high, "{ceiling_low} {ceiling} {ceiling_high}");
            (why, ceiling, pace_per_week)
        }
        other => panic!("within reach: {other:?}"),
    }
}

fn noise(seed: u64, size: f64) -> impl FnMut() -> f64 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    move || {
        let draw: f64 = StandardNormal.sample(&mut random);
        draw * size
    }
}

#[test]
fn a_line_is_followed_to_its_day_and_compared_with_the_plan() {
    let points = points(56, line);
    let (date, earliest, latest) = dates(&points, 0.8);
    assert_eq!(date, 60);
    assert!(earliest >= 58 && latest.is_some_and(|latest| latest <= 62), "{earliest} {latest:?}");
    let late = forecast(&points, 0.8, today(), Some(day(46))).outcome;
    let Outcome::OnTheWay { pace_per_week, ceiling, lateness_weeks, .. } = late else { panic!("{late:?}") };
    assert!((pace_per_week - 0.035).abs() < 1e-6);
    assert_eq!((ceiling, lateness_weeks), (None, Some(2.0)));
    let early = forecast(&points, 0.8, today(), Some(day(81))).outcome;
    assert!(matches!(early, Outcome::OnTheWay { lateness_weeks: Some(-3.0), .. }), "{early:?}");
}

#[test]
fn a_line_reaches_everybody() {
    assert_eq!(dates(&points(56, line), 1.0).0, 100);
}

#[test]
fn a_ceiling_above_the_target_delays_it() {
    // Half of ten points is missing after 20 days; a quarter after 40.
    let points = points(56, saturating(0.9));
    assert_eq!(dates(&points, 0.85).0, 20);
    assert_eq!(dates(&points, 0.875).0, 40);
    let Outcome::OnTheWay { ceiling: Some(ceiling), pace_per_week, .. } = outcome(&points, 0.85) else {
        panic!("no ceiling")
    };
    assert!((ceiling - 0.9).abs() < 1e-4, "{ceiling}");
    let pace = 7.0 * 0.1 * std::f64::consts::LN_2 / 20.0;
    assert!((pace_per_week - pace).abs() < 1e-4, "{pace_per_week}, not {pace}");
}

#[test]
fn a_ceiling_below_the_target_is_told() {
    let (why, ceiling, pace) = why(&points(56, saturating(0.9)), 0.95);
    assert_eq!(why, Why::Saturates);
    assert!((ceiling - 0.9).abs() < 1e-4 && pace > 0.0, "{ceiling} {pace}");
}

#[test]
fn a_ceiling_of_everybody_is_not_the_target_of_everybody() {
    assert_eq!(why(&points(56, saturating(1.0)), 1.0).0, Why::Saturates);
}

#[test]
fn what_does_not_rise_and_what_rises_too_slowly() {
    let (reason, ceiling, pace) = why(&points(56, |_| 0.4), 0.9);
    assert_eq!((reason, ceiling, pace), (Why::Flat, 0.4, 0.0));
    let noisy = (0..100).map(|seed| {
        let mut noise = noise(seed, 0.01);
        outcome(&points(56, |_| 0.4 + noise()), 0.9)
    });
    let flat = noisy.filter(|outcome| matches!(outcome, Outcome::OutOfReach { why: Why::Flat, .. })).count();
    assert!(flat >= 85, "{flat} of 100");
    let (reason, _, pace) = why(&points(56, |at| 0.4 - 0.002 * at as f64), 0.9);
    assert_eq!(reason, Why::Falls);
    assert!((pace + 0.014).abs() < 1e-6);
    // A fiftieth of a point a day: 22 points in three years.
    let (reason, ceiling, _) = why(&points(56, |at| 0.4 + 0.0002 * at as f64), 0.9);
    assert_eq!(reason, Why::TooSlow);
    assert!((ceiling - 0.6192).abs() < 1e-4, "{ceiling}");
}

#[test]
fn it_takes_fourteen_days_with_a_ratio_of_the_last_eight_weeks() {
    assert_eq!(outcome(&points(13, line), 0.8), Outcome::TooFewDays { days: 13, needed: 14 });
    assert_eq!(dates(&points(14, line), 0.8).0, 60);
    let mut days = points(14, line);
    days[3].known = 0;
    assert_eq!(outcome(&days, 0.8), Outcome::TooFewDays { days: 13, needed: 14 });
    let unknown: Vec<Point> = days.iter().map(|point| Point { known: 0, ..*point }).collect();
    assert_eq!(outcome(&unknown, 0.8), Outcome::TooFewDays { days: 0, needed: 14 });
    assert_eq!(outcome(&[], 0.8), Outcome::TooFewDays { days: 0, needed: 14 });
    // Eight weeks ago today does not count any more, nor does tomorrow yet.
    let mut days = points(13, line);
    days.extend([point(-56, line(-56)), point(1, line(1))]);
    assert_eq!(outcome(&days, 0.8), Outcome::TooFewDays { days: 13, needed: 14 });
    days.push(point(-55, line(-55)));
    assert_eq!(dates(&days, 0.8).0, 60);
    assert!(forecast(&points(13, line), 0.8, today(), None).curve(180).is_empty());
}

#[test]
fn gaps_doubles_and_disorder_change_nothing() {
    let mut days: Vec<Point> = points(56, line).into_iter().step_by(3).collect();
    let ordered = outcome(&days, 0.8);
    assert_eq!(dates(&days, 0.8).0, 60);
    days.reverse();
    days.rotate_left(5);
    // The same days seen with fewer users count for nothing.
    let doubles: Vec<Point> = days.iter().map(|point| Point { capable: 1, known: 10, ..*point }).collect();
    assert_eq!(outcome(&[doubles.as_slice(), &days].concat(), 0.8), ordered);
    assert_eq!(outcome(&[days.as_slice(), &doubles].concat(), 0.8), ordered);
}

#[test]
fn a_target_once_reached_has_a_day() {
    // 45 % was crossed ten days ago; the single day below that follows is passed over, a relapse of days is not.
    let mut days = points(56, line);
    assert_eq!(outcome(&days, 0.45), Outcome::Reached { since: day(-10) });
    days[50] = point(-5, 0.1);
    assert_eq!(outcome(&days, 0.45), Outcome::Reached { since: day(-10) });
    days[51] = point(-4, 0.1);
    assert_eq!(outcome(&days, 0.45), Outcome::Reached { since: day(-3) });
    // The run does not begin with a day below, though its neighbours are above.
    let mut days = points(56, |at| if at < -7 { 0.4 } else { 0.5 });
    days[46] = point(-9, 0.5);
    assert_eq!(outcome(&days, 0.45), Outcome::Reached { since: day(-7) });
    // It is not reached by one good day, and not lost by one bad one.
    let mut days = points(56, |_| 0.4);
    days[55] = point(0, 0.9);
    assert!(!matches!(outcome(&days, 0.45), Outcome::Reached { .. }));
    let mut days = points(56, |_| 0.5);
    days[55] = point(0, 0.1);
    assert_eq!(outcome(&days, 0.45), Outcome::Reached { since: day(-55) });
    // The day may be older than what counts for the trend.
    assert_eq!(outcome(&points(200, |_| 0.5), 0.45), Outcome::Reached { since: day(-199) });
}

#[test]
fn a_target_reached_and_lost_is_not_reached() {
    let days = points(56, |at| if at < -9 { 0.6 } else { 0.4 });
    let (reason, level, _) = why(&days, 0.55);
    assert!(matches!(reason, Why::Flat | Why::Falls));
    assert_eq!(level, 0.4);
}

#[test]
fn a_campaign_lifts_the_line_and_leaves_its_pace() {
    // 20 points on one day: 0.8 is 100 days away at 0.003 a day.
    for jump in [-8, -12, -20, -40] {
        let campaign = |at: i64| 0.3 + 0.003 * at as f64 + if at >= jump { 0.2 } else { 0.0 };
        assert_eq!(dates(&points(56, campaign), 0.8).0, 100, "jump on {jump}");
        let held = held(campaign, 0.003, 0.0, 0.8, 100);
        assert!(held >= 85, "jump on {jump}: {held} of 100");
        let flat = points(56, |at| if at >= jump { 0.5 } else { 0.3 });
        assert_eq!(why(&flat, 0.8).0, Why::Flat, "jump on {jump}");
    }
}

#[test]
fn a_roll_out_begins() {
    // Nothing, and a point a day for the last 30 days: 0.1 + 0.3, and 40 points to go.
    let days = points(56, |at| 0.1 + 0.01 * (at + 30).max(0) as f64);
    assert_eq!(dates(&days, 0.8).0, 40);
    let curve = forecast(&days, 0.8, today(), None).curve(180);
    assert!(curve[0].day >= day(-33) && curve[0].day <= day(-28), "{:?}", curve[0]);
}

#[test]
fn a_tenth_of_the_days_may_be_wrong() {
    for seed in 0..20 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut noise = noise(seed, 0.002);
        let (mut on_line, mut on_curve) = (points(56, line), points(56, saturating(0.9)));
        // An eighth of that to go: what it bends by in all days is less than what the wrong ones miss.
        let mut noisy = points(56, |at| 0.9 + (saturating(0.9)(at) - 0.9) / 8.0 + noise());
        for _ in 0..6 {
            let (index, wrong) = (random.random_range(0..56), random.random_range(0..KNOWN));
            on_line[index].capable = wrong;
            on_curve[index].capable = wrong;
            noisy[index].capable = 0;
        }
        let date = dates(&on_line, 0.8).0;
        assert!((58..=62).contains(&date), "line, seed {seed}: {date}");
        let date = dates(&on_curve, 0.85).0;
        assert!((18..=22).contains(&date), "curve, seed {seed}: {date}");
        assert_eq!(why(&noisy, 0.97).0, Why::Saturates, "noisy curve, seed {seed}");
    }
}

#[test]
fn four_wrong_days_are_not_a_new_level() {
    let (date, earliest, latest) = dates(&points(56, |at| line(at) - if at > -4 { 0.1 } else { 0.0 }), 0.8);
    assert!((60..=63).contains(&date) && earliest <= date && latest.is_some(), "{date}");
}

/// In how many of 100 worlds the band holds the day `truth`; of an error, the part `lasting` is there the next day.
fn held(shape: impl Fn(i64) -> f64, size: f64, lasting: f64, target: f64, truth: i64) -> usize {
    let holds = |seed: &u64| {
        let mut noise = noise(*seed, size);
        let mut error = noise();
        let points = points(56, |at| {
            error = lasting * error + (1.0 - lasting * lasting).sqrt() * noise();
            shape(at) + error
        });
        match outcome(&points, target) {
            Outcome::OnTheWay { earliest, latest, .. } => {
                earliest <= day(truth) && latest.is_none_or(|latest| latest >= day(truth))
            }
            _ => false,
        }
    };
    (0..100).filter(holds).count()
}

#[test]
fn the_band_holds_the_truth() {
    for (lasting, least) in [(0.0, 85), (0.8, 80)] {
        let of_line = held(line, 0.01, lasting, 0.8, 60);
        let of_curve = held(saturating(0.9), 0.01, lasting, 0.85, 20);
        assert!(of_line >= least && of_curve >= least, "{lasting}: {of_line} and {of_curve} of 100");
    }
}

#[test]
fn noise_makes_no_ceiling() {
    let ceilings = (0..100).filter(|seed| {
        let mut noise = noise(*seed, 0.01);
        let line = points(56, |at| line(at) + noise());
        !matches!(outcome(&line, 0.8), Outcome::OnTheWay { ceiling: None, .. })
    });
    assert!(ceilings.count() <= 2);
}

#[test]
fn a_ceiling_that_days_hint_at_makes_the_slow_end_open() {
    // Four weeks of noise do not show clearly that the pace halves every 20 days.
    let open = (0..50).filter(|seed| {
        let mut noise = noise(*seed, 0.01);
        let outcome = outcome(&points(28, |at| saturating(0.9)(at) + noise()), 0.85);
        matches!(outcome, Outcome::OnTheWay { ceiling: None, latest: None, .. })
    });
    assert!(open.count() >= 5);
}

#[test]
fn few_users_make_a_wide_band() {
    let of = |known: u64| {
        let points = (-55..=0).map(|at| {
            let capable = (line(at) * known as f64).round() as u64;
            Point { day: day(at), capable, known }
        });
        let (_, earliest, latest) = dates(&points.collect::<Vec<_>>(), 0.8);
        latest.map_or(i64::MAX, |latest| latest - earliest)
    };
    // A line without errors is exact; of 200 users, a share of a half is uncertain by 3.5 points.
    assert!(of(200_000_000) <= 1);
    assert!((2..of(200)).contains(&of(20_000)), "{} {}", of(20_000), of(200));
}

#[test]
fn the_curve_goes_from_the_days_to_the_date() {
    let answer = forecast(&points(100, line), 0.6, today(), None);
    let curve = answer.curve(180);
    let Outcome::OnTheWay { date, latest: Some(latest), .. } = answer.outcome else { panic!("{answer:?}") };
    assert_eq!((curve[0].day, curve[curve.len() - 1].day), (day(-55), latest + TimeDelta::days(14)));
    assert_eq!(date, day(20));
    for point in &curve {
        let truth = line((point.day - today()).num_days());
        assert!((point.mid - truth).abs() < 1e-6 && point.low <= point.mid && point.mid <= point.high, "{point:?}");
    }
    assert_eq!(answer.curve(7).last().map(|point| point.day), Some(day(7)));
    let far = forecast(&points(56, |at| 0.4 + 0.0002 * at as f64), 0.9, today(), None);
    assert_eq!(far.curve(u16::MAX).last().map(|point| point.day), Some(day(180)));
}

#[test]
fn the_answer_as_json() {
    let answer = serde_json::to_value(outcome(&points(56, |_| 0.4), 0.9)).expect("JSON");
    assert_eq!((&answer["outcome"], &answer["why"]), (&"out_of_reach".into(), &"flat".into()));
    let answer = serde_json::to_value(outcome(&points(56, line), 0.8)).expect("JSON");
    assert_eq!((&answer["outcome"], &answer["date"]), (&"on_the_way".into(), &"2026-12-31".into()));
}
