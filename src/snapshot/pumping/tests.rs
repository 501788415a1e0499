use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson};

use super::*;

/// Noon of a Tuesday, and of the two weeks before it there is nothing to decide.
const FROM: &str = "2026-03-03T12:00:00Z";

/// Hours looked at.
const LOOKED_AT: i64 = 72;

fn from() -> DateTime<Utc> {
    FROM.parse().expect("an instant")
}

fn to() -> DateTime<Utc> {
    from() + TimeDelta::hours(LOOKED_AT)
}

/// Of an hour, counted from [`from`]: codes, answered ones, and those for new users.
fn suspect(of_hour: impl Fn(i64) -> (u64, u64, u64)) -> PumpingSuspect {
    let hours = (-(29 * 24)..LOOKED_AT).map(|hour| {
        let (requests, answers, by_new_users) = of_hour(hour);
        CodeHour {
            hour: from() + TimeDelta::hours(hour),
            requests,
            app_requests: requests,
            answers,
            by_new_users,
            price_micro_usd: requests * 300_000,
        }
    });
    PumpingSuspect {
        key: PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_a".into() },
        country: "NG".into(),
        from: from(),
        to: to(),
        history_from: from() - TimeDelta::days(100),
        hours: hours.filter(|hour| hour.requests > 0).collect(),
        pool_app_requests: 1_000,
        pool_answers: 700,
    }
}

/// Two codes an hour, of which one is answered; and from hour 30 to 36 a script on top.
fn pumped(hour: i64) -> (u64, u64, u64) {
    if (30..36).contains(&hour) { (2 + 150, 1 + 3, 150) } else { (2, 1, 0) }
}

#[test]
fn an_attack_is_told_with_its_hours_and_its_numbers() {
    let found = find(&[suspect(pumped)], from(), to());
    let [attack] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(attack.begin, from() + TimeDelta::hours(30));
    assert_eq!(attack.end, from() + TimeDelta::hours(36));
    assert!(!attack.is_going_on && !attack.is_new_country);
    assert_eq!((attack.requests, attack.usual_requests, attack.weeks), (912, 12.0, 4));
    assert_eq!((attack.answered, attack.by_new_users), (Ratio::new(24, 912), Ratio::new(900, 912)));
    assert_eq!(attack.usually_answered.value(), Some(0.5));
    assert_eq!(attack.price_micro_usd, Some(912 * 300_000));
    assert_eq!(find(&[suspect(pumped)], from() + TimeDelta::hours(36), to()), [], "it ended before");
}

#[test]
fn what_goes_on_has_no_end_yet() {
    let found = find(&[suspect(|hour| if hour >= 60 { pumped(30) } else { (2, 1, 0) })], from(), to());
    assert!(matches!(found.as_slice(), [attack] if attack.is_going_on && attack.end == to()), "{found:#?}");
}

#[test]
fn a_country_never_texted_before_is_compared_with_its_pool() {
    let found = find(&[suspect(|hour| if (30..36).contains(&hour) { (20, 0, 20) } else { (0, 0, 0) })], from(), to());
    let [attack] = found.as_slice() else { panic!("{found:#?}") };
    assert!(attack.is_new_country);
    assert_eq!((attack.usual_requests, attack.usually_answered), (0.0, Ratio::new(700, 1_000)));
}

#[test]
fn two_of_the_three_signs_are_no_signal() {
    let during = |hour: i64| (30..36).contains(&hour);
    let not_new = suspect(|hour| if during(hour) { (152, 4, 10) } else { (2, 1, 0) });
    let answered = suspect(|hour| if during(hour) { (152, 76, 150) } else { (2, 1, 0) });
    let as_every_week = suspect(|hour| if during(hour.rem_euclid(168)) { (152, 4, 150) } else { (2, 1, 0) });
    let few = suspect(|hour| if during(hour) { (6, 0, 6) } else { (0, 0, 0) });
    for (what, innocent) in
        [("not new", not_new), ("answered", answered), ("every week", as_every_week), ("too few", few)]
    {
        assert_eq!(find(&[innocent], from(), to()), [], "{what}");
    }
}

#[test]
fn without_two_weeks_to_compare_with_nothing_is_told() {
    let at_age = |days| PumpingSuspect { history_from: from() - TimeDelta::days(days), ..suspect(pumped) };
    assert_eq!(find(&[at_age(11)], from(), to()), []);
    assert_eq!(find(&[at_age(14)], from(), to()).len(), 1);
    // Nor where nobody sees an answer: hosted pages.
    let mut unseen = suspect(pumped);
    unseen.hours.iter_mut().for_each(|hour| (hour.app_requests, hour.answers) = (0, 0));
    assert_eq!(find(&[unseen], from(), to()), []);
}

#[test]
fn ordinary_weeks_raise_no_alarm_and_an_attack_in_them_does() {
    for seed in 0..200 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let busy: f64 = random.random_range(0.5..40.0);
        let (converted, new): (f64, f64) = (random.random_range(0.2..0.9), random.random_range(0.3..0.9));
        let begin = random.random_range(0..60_i64);
        let draw = |mean: f64, random: &mut ChaCha8Rng| {
            if mean > 0.0 { Poisson::new(mean).map_or(0, |poisson| poisson.sample(random) as u64) } else { 0 }
        };
        let hours: Vec<(u64, u64, u64)> = (-(29 * 24)..LOOKED_AT)
            .map(|hour| {
                let (of_day, of_week) = ((hour + 12).rem_euclid(24) as f64, hour.div_euclid(24).rem_euclid(7));
                let rhythm = 1.0 + (of_day / 24.0 * std::f64::consts::TAU).sin() * 0.8;
                let requests = draw(busy * rhythm * if of_week < 2 { 0.6 } else { 1.0 }, &mut random);
                let part = |share: f64, random: &mut ChaCha8Rng| {
                    (0..requests).filter(|_| random.random_bool(share)).count() as u64
                };
                (requests, part(converted, &mut random), part(new, &mut random))
            })
            .collect();
        let of_hour = |hour: i64| hours[(hour + 29 * 24) as usize];
        assert_eq!(find(&[suspect(of_hour)], from(), to()), [], "seed {seed}");

        let script = (busy * 60.0) as u64 + 40;
        let attacked = |hour: i64| {
            let (requests, answers, new) = of_hour(hour);
            if (begin..begin + 5).contains(&hour) { (requests + script, answers, new + script) } else { of_hour(hour) }
        };
        let found = find(&[suspect(attacked)], from(), to());
        let [attack] = found.as_slice() else { panic!("seed {seed}: {found:#?}") };
        let off = |at: DateTime<Utc>, hour: i64| (at - from() - TimeDelta::hours(hour)).num_hours().abs();
        assert!(off(attack.begin, begin) <= 1 && off(attack.end, begin + 5) <= 1, "seed {seed}, {begin}: {attack:#?}");
    }
}
