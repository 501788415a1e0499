//! What holds whatever the days look like.

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::super::{Forecast, LEAST_DAYS, Point, forecast};
use super::worlds::{day, today};

fn any_day() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![50 => (-80_i64..5).prop_map(day), 1 => Just(NaiveDate::MIN), 1 => Just(NaiveDate::MAX)]
}

/// Days without sense: in any order, twice, of nobody, of more capable users than are known.
fn wild() -> impl Strategy<Value = Vec<Point>> {
    let users = || prop_oneof![0_u64..20, Just(u64::MAX), any::<u64>()];
    let point = (any_day(), users(), users()).prop_map(|(day, capable, known)| Point { day, capable, known });
    proptest::collection::vec(point, 0..120)
}

/// Days with a trend, a jump and noise.
fn tame() -> impl Strategy<Value = Vec<Point>> {
    let noise = proptest::collection::vec(-0.02_f64..0.02, 56);
    (0.0_f64..0.9, -0.005_f64..0.01, -0.3_f64..0.3, 0_usize..56, 0.0_f64..1.0, noise, 1_u64..100_000).prop_map(
        |(start, pace, height, jump, quiet, noise, known)| {
            let point = |(index, noise): (usize, &f64)| {
                let height = if index >= jump { height } else { 0.0 };
                let ratio = (start + pace * index as f64 + height + noise * quiet).clamp(0.0, 1.0);
                Point { day: day(index as i64 - 55), capable: (ratio * known as f64) as u64, known }
            };
            noise.iter().enumerate().map(point).collect()
        },
    )
}

fn any_points() -> impl Strategy<Value = Vec<Point>> {
    prop_oneof![wild(), tame()]
}

/// In which order answers come as the target grows; and the day, where there is one.
fn rank(answer: &Forecast) -> (u8, NaiveDate) {
    match answer {
        Forecast::TooFewDays { .. } => (0, NaiveDate::MIN),
        Forecast::Reached { since } => (1, *since),
        Forecast::OnTheWay { date, .. } => (2, *date),
        Forecast::OutOfReach { .. } => (3, NaiveDate::MAX),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn dates_are_in_order_and_figures_are_figures(points in any_points(), target in 1e-6_f64..=1.0) {
        let (answer, curve) = forecast(&points, target, today());
        match answer {
            Forecast::TooFewDays { days, needed } => prop_assert!(days < needed),
            Forecast::Reached { since } => prop_assert!(since <= today()),
            Forecast::OnTheWay { date, earliest, latest, pace_per_week, ceiling } => {
                prop_assert!(today() < earliest && earliest <= date && latest.is_none_or(|latest| date <= latest));
                prop_assert!(ceiling.is_none_or(|ceiling| target < ceiling && ceiling <= 1.0));
                prop_assert!(pace_per_week.is_finite());
            }
            Forecast::OutOfReach { pace_per_week, ceiling, .. } => {
                prop_assert!(pace_per_week.is_finite() && ceiling.is_none_or(|ceiling| ceiling <= 1.0));
            }
        }
        for day in curve {
            prop_assert!(0.0 <= day.low && day.low <= day.expected && day.expected <= day.high && day.high <= 1.0);
        }
    }

    #[test]
    fn any_day_may_be_today_and_any_number_the_target(
        points in wild(), today in any_day(), target in prop_oneof![any::<f64>(), Just(f64::NAN), Just(f64::INFINITY)],
    ) {
        let (answer, curve) = forecast(&points, target, today);
        prop_assert!(curve.iter().all(|day| day.expected.is_finite()));
        prop_assert!(serde_json::to_value(answer).is_ok());
    }

    #[test]
    fn more_is_never_reached_earlier(points in any_points(), one in 0.01_f64..=1.0, other in 0.01_f64..=1.0) {
        let (less, more) = (forecast(&points, one.min(other), today()).0, forecast(&points, one.max(other), today()).0);
        prop_assert!(rank(&less) <= rank(&more), "{less:?} {more:?}");
        if let (
            Forecast::OnTheWay { earliest, latest, .. },
            Forecast::OnTheWay { earliest: earliest_of_more, latest: latest_of_more, .. },
        ) = (less, more)
        {
            prop_assert!(earliest <= earliest_of_more);
            prop_assert!(latest.unwrap_or(NaiveDate::MAX) <= latest_of_more.unwrap_or(NaiveDate::MAX));
        }
    }

    #[test]
    fn fewer_days_than_tell_a_trend_are_refused(points in any_points(), target in 0.01_f64..=1.0) {
        let oldest = today() - TimeDelta::days(55);
        let counts = |point: &&Point| point.known > 0 && (oldest..=today()).contains(&point.day);
        // Of a day that comes twice the last counts, so that one of nobody takes the place of one of somebody.
        let last: std::collections::BTreeMap<_, _> = points.iter().map(|point| (point.day, point)).collect();
        let days = last.into_values().filter(|point| counts(point)).count();
        let answer = forecast(&points, target, today()).0;
        prop_assert_eq!(days < LEAST_DAYS, matches!(answer, Forecast::TooFewDays { .. }));
    }

    #[test]
    fn order_and_days_that_do_not_count_change_nothing(
        (points, shuffled) in tame().prop_flat_map(|points| (Just(points.clone()), Just(points).prop_shuffle())),
        target in 0.01_f64..=1.0,
    ) {
        let mut more = shuffled;
        more.extend(points.first().copied());
        more.push(Point { day: day(1), capable: 1, known: 1_000_000 });
        more.push(Point { day: day(-60), capable: 5, known: 0 });
        prop_assert_eq!(forecast(&points, target, today()), forecast(&more, target, today()));
    }
}
