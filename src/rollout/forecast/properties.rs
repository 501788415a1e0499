//! What holds whatever the days look like.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day")
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    let near = (-80_i64..5).prop_map(|at| today() + TimeDelta::days(at));
    prop_oneof![50 => near, 1 => Just(NaiveDate::MIN), 1 => Just(NaiveDate::MAX)]
}

/// Days without sense: any count of any other.
fn wild() -> impl Strategy<Value = Vec<Point>> {
    let known = prop_oneof![0_u64..20, Just(u64::MAX), any::<u64>()];
    let point = (any_day(), prop_oneof![0_u64..20, any::<u64>()], known);
    proptest::collection::vec(point.prop_map(|(day, capable, known)| Point { day, capable, known }), 0..120)
}

/// Days with a trend, a jump and noise.
fn tame() -> impl Strategy<Value = Vec<Point>> {
    let noise = proptest::collection::vec(-0.02_f64..0.02, 56);
    (0.0_f64..0.9, -0.005_f64..0.01, -0.3_f64..0.3, 0_usize..56, 0.0_f64..1.0, noise, 1_u64..100_000).prop_map(
        |(start, pace, height, jump, quiet, noise, known)| {
            let days = noise.iter().enumerate().map(|(index, noise)| {
                let height = if index >= jump { height } else { 0.0 };
                let ratio = (start + pace * index as f64 + height + noise * quiet).clamp(0.0, 1.0);
                let day = today() + TimeDelta::days(index as i64 - 55);
                Point { day, capable: (ratio * known as f64) as u64, known }
            });
            days.collect()
        },
    )
}

fn any_points() -> impl Strategy<Value = Vec<Point>> {
    prop_oneof![wild(), tame()]
}

/// On which day it is there: the later the higher, and never after all of them.
fn rank(outcome: &Outcome) -> i64 {
    match outcome {
        Outcome::TooFewDays { .. } | Outcome::Reached { .. } => 0,
        Outcome::OnTheWay { date, .. } => (*date - today()).num_days(),
        Outcome::OutOfReach { .. } => i64::MAX,
    }
}

/// What must hold of every answer.
fn check(answer: &Forecast, target: f64) -> Result<(), TestCaseError> {
    match &answer.outcome {
        Outcome::TooFewDays { days, needed } => prop_assert!(days < needed),
        Outcome::Reached { since } => prop_assert!(*since <= today()),
        Outcome::OnTheWay { date, earliest, latest, pace_per_week, ceiling, .. } => {
            prop_assert!(today() < *earliest && earliest <= date && latest.is_none_or(|latest| *date <= latest));
            prop_assert!(pace_per_week.is_finite() && ceiling.is_none_or(|ceiling| target < ceiling && ceiling <= 1.0));
        }
        Outcome::OutOfReach { ceiling, ceiling_low, ceiling_high, pace_per_week, .. } => {
            prop_assert!(0.0 <= *ceiling_low && ceiling_low <= ceiling && ceiling <= ceiling_high);
            prop_assert!(*ceiling_high <= 1.0 && *ceiling <= target && pace_per_week.is_finite());
        }
    }
    for point in answer.curve(180) {
        prop_assert!(0.0 <= point.low && point.low <= point.mid && point.mid <= point.high && point.high <= 1.0);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_days_have_a_sensible_answer(points in any_points(), target in 1e-6_f64..=1.0) {
        check(&forecast(&points, target, today(), None), target)?;
    }

    #[test]
    fn any_day_may_be_today(points in wild(), today in any_day(), target in any::<f64>(), wanted_by in any_day()) {
        let answer = forecast(&points, target, today, Some(wanted_by));
        prop_assert!(answer.curve(u16::MAX).iter().all(|point| point.mid.is_finite()));
        prop_assert!(serde_json::to_value(answer.outcome).is_ok());
    }

    #[test]
    fn a_higher_target_is_never_reached_earlier(points in any_points(), one in 0.01_f64..=1.0, other in 0.01_f64..=1.0) {
        let (lower, higher) = (one.min(other), one.max(other));
        let (lower, higher) =
            (forecast(&points, lower, today(), None).outcome, forecast(&points, higher, today(), None).outcome);
        prop_assert!(rank(&lower) <= rank(&higher), "{lower:?}\n{higher:?}");
        if let (
            Outcome::OnTheWay { earliest, latest, .. },
            Outcome::OnTheWay { earliest: earliest_higher, latest: latest_higher, .. },
        ) = (lower, higher)
        {
            prop_assert!(earliest <= earliest_higher);
            prop_assert!(latest.unwrap_or(NaiveDate::MAX) <= latest_higher.unwrap_or(NaiveDate::MAX));
        }
    }

    #[test]
    fn order_and_days_without_a_ratio_change_nothing(
        (points, shuffled) in any_points().prop_flat_map(|points| (Just(points.clone()), Just(points).prop_shuffle())),
        empty in proptest::collection::vec(any_day(), 0..20),
        target in 0.01_f64..=1.0,
    ) {
        let mut more = shuffled;
        more.extend(empty.into_iter().map(|day| Point { day, capable: 5, known: 0 }));
        more.extend(points.first().copied());
        more.push(Point { day: today() + TimeDelta::days(1), capable: 1, known: 1_000_000 });
        prop_assert_eq!(forecast(&points, target, today(), None), forecast(&more, target, today(), None));
    }
}
