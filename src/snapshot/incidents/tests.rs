//! Worlds of hourly counts in which something is planted, or nothing.

use std::ops::Range;

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::explain::{Cells, explain};
use super::scan::{Count, Findings, Jump, scan};
use super::*;
use crate::query::SliceCount;

const HOURS: usize = 35 * 24;

/// What is wrong for a while.
#[derive(Clone, Debug)]
struct Plant {
    slice: Slice,
    hours: Range<usize>,
    ratio: f64,
}

impl Plant {
    fn strikes(&self, hour: usize, row: &SliceCount) -> bool {
        let is_of = |wanted: &Option<String>, label: &str| wanted.as_ref().is_none_or(|wanted| wanted == label);
        self.hours.contains(&hour)
            && is_of(&self.slice.client, &row.client_id)
            && is_of(&self.slice.agent, &row.agent)
            && is_of(&self.slice.factor, &row.factor)
            && is_of(&self.slice.country, &row.country)
    }
}

/// Rows by hour. Traffic has a daily rhythm, and who fails once often fails again.
struct World {
    hours: Vec<Vec<SliceCount>>,
}

impl World {
    fn new(seed: u64, an_hour: u32, cells: &[(SliceCount, u32, f64)], plant: Option<&Plant>) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let weights: u32 = cells.iter().map(|(_, weight, _)| weight).sum();
        let hour = |hour: usize| {
            let most = if (7..22).contains(&(hour % 24)) { 2 * an_hour } else { an_hour / 3 + 1 };
            let mut rows: Vec<SliceCount> = cells.iter().map(|(row, _, _)| row.clone()).collect();
            let mut failures = rows.clone();
            for _ in 0..rng.random_range(0..=most) {
                let mut pick = rng.random_range(0..weights);
                let index = cells.iter().position(|(_, weight, _)| match pick.checked_sub(*weight) {
                    Some(rest) => {
                        pick = rest;
                        false
                    }
                    None => true,
                });
                let index = index.expect("a cell");
                let (row, _, normal) = &cells[index];
                let plant = plant.filter(|plant| plant.strikes(hour, row));
                let mut is_failure = rng.random_bool(plant.map_or(*normal, |plant| plant.ratio));
                rows[index].cases += 1;
                while is_failure {
                    failures[index].failures += 1;
                    is_failure = rng.random_bool(0.3);
                    rows[index].cases += u64::from(is_failure);
                }
            }
            failures.iter_mut().for_each(|row| row.reason = "code_mismatch".into());
            rows.extend(failures);
            rows
        };
        Self { hours: (0..HOURS).map(hour).collect() }
    }

    fn counts(&self) -> Vec<Count> {
        let count = |rows: &Vec<SliceCount>| Count {
            cases: rows.iter().map(|row| row.cases).sum(),
            failures: rows.iter().map(|row| row.failures).sum(),
        };
        self.hours.iter().map(count).collect()
    }

    fn cells(&self, hours: Range<usize>) -> Cells {
        Cells::of(&self.hours[hours].concat())
    }

    fn explain(&self, hours: Range<usize>) -> Option<Cause> {
        let during = self.cells(hours);
        explain(&during, &self.cells(0..HOURS).without(&during))
    }
}

/// Three apps with three releases each, of which the newest is rare, and two factors.
fn apps() -> Vec<(SliceCount, u32, f64)> {
    let mut cells = Vec::new();
    for client in ["android", "ios", "web"] {
        for (release, weight) in [("1.0", 6), ("1.1", 3), ("2.0", 1)] {
            for (factor, normal) in [("totp", 0.04), ("sms", 0.07)] {
                let row = SliceCount {
                    client_id: client.into(),
                    agent: format!("Shop-{client}/{release}"),
                    factor: factor.into(),
                    ..SliceCount::default()
                };
                cells.push((row, weight, normal));
            }
        }
    }
    cells
}

fn countries() -> Vec<(SliceCount, u32, f64)> {
    let weighed = [("US", 50, 0.02), ("BR", 20, 0.03), ("DE", 10, 0.01), ("NG", 5, 0.2), ("unknown", 3, 0.05)];
    weighed
        .map(|(country, weight, normal)| {
            (SliceCount { country: country.into(), ..SliceCount::default() }, weight, normal)
        })
        .into()
}

fn named(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Nine tenths of the planted hours' cases are found: a few cases at night say little about where the end is. A
/// failure by chance near an end may draw it out.
fn is_near(found: &Range<usize>, planted: &Range<usize>, counts: &[Count]) -> bool {
    let cases = |hours: Range<usize>| counts[hours].iter().map(|count| count.cases).sum::<u64>();
    let start = planted.start.max(found.start);
    let shared = cases(start..planted.end.min(found.end).max(start));
    shared * 10 >= cases(planted.clone()) * 9 && found.len() * 2 <= planted.len() * 3
}

fn planted_slice() -> impl Strategy<Value = Slice> {
    let client = prop_oneof![Just("android"), Just("ios"), Just("web")];
    let release = prop_oneof![Just("1.0"), Just("1.1")];
    let factor = prop_oneof![Just("totp"), Just("sms")];
    (client, proptest::option::of(release), proptest::option::of(factor), any::<bool>()).prop_map(
        |(client, release, factor, of_all)| Slice {
            // A release belongs to one client, whose name adds nothing.
            client: named(client).filter(|_| !of_all && release.is_none()),
            agent: release.filter(|_| !of_all).map(|release| format!("Shop-{client}/{release}")),
            factor: factor.map(str::to_owned),
            country: None,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_slice_that_is_found_is_the_planted_one(
        seed in any::<u64>(), slice in planted_slice(), start in 48..HOURS - 96, length in 24..48_usize, ratio in 0.7..1.0,
    ) {
        let plant = Plant { slice, hours: start..start + length, ratio };
        let world = World::new(seed, 600, &apps(), Some(&plant));
        let counts = world.counts();
        let Findings { jumps, .. } = scan(&counts).expect("a normal ratio");
        prop_assert_eq!(jumps.len(), 1, "{:?} of {:?}", jumps, plant);
        prop_assert!(jumps[0].is_over && is_near(&jumps[0].hours, &plant.hours, &counts), "{:?} of {:?}", jumps, plant);
        let cause = world.explain(jumps[0].hours.clone()).expect("a cause");
        prop_assert_eq!(&cause.slice, &plant.slice, "{:?}", cause);
        prop_assert!(cause.share > 0.8, "{:?}", cause);
        prop_assert_eq!(cause.reason.map(|(reason, _)| reason), named("code_mismatch"));
    }
}

#[test]
fn a_jump_that_ends_at_night_is_found_but_for_its_last_quiet_hours() {
    let slice = Slice { client: None, agent: named("Shop-web/1.1"), country: None, factor: named("sms") };
    let plant = Plant { slice, hours: 87..122, ratio: 0.9846825412526351 };
    let world = World::new(11212864911298572343, 600, &apps(), Some(&plant));
    let counts = world.counts();
    let jumps = scan(&counts).expect("a normal ratio").jumps;
    assert!(jumps.len() == 1 && is_near(&jumps[0].hours, &plant.hours, &counts), "{jumps:?}");
    let cause = world.explain(jumps[0].hours.clone()).expect("a cause");
    assert_eq!(cause.slice, plant.slice, "{cause:?}");
}

#[test]
fn a_country_that_messages_do_not_reach_is_found_when_it_is_cut_off() {
    for (seed, country) in (0..20).zip(["US", "BR", "DE"].iter().cycle()) {
        let slice = Slice { country: named(country), ..Slice::default() };
        let plant = Plant { slice, hours: 490..516, ratio: 0.95 };
        let world = World::new(seed, 60, &countries(), Some(&plant));
        let counts = world.counts();
        let jumps = scan(&counts).expect("a normal ratio").jumps;
        assert!(jumps.len() == 1 && is_near(&jumps[0].hours, &plant.hours, &counts), "{country}: {jumps:?}");
        let cause = world.explain(jumps[0].hours.clone()).expect("a cause");
        assert_eq!(cause.slice, plant.slice, "{cause:?}");
    }
}

#[test]
fn quiet_worlds_raise_no_alarm() {
    for seed in 0..200 {
        let (an_hour, cells) = ([2, 10, 40][seed as usize % 3], if seed % 2 == 0 { apps() } else { countries() });
        let findings = scan(&World::new(seed, an_hour, &cells, None).counts()).expect("a normal ratio");
        assert_eq!(findings.jumps, [], "world {seed}");
    }
}

/// An hour's answers without chance in them.
fn steady(cases: u64, failures: u64) -> Vec<Count> {
    vec![Count { cases, failures }; HOURS]
}

#[test]
fn near_misses_are_no_jumps() {
    let jumps = |counts: &[Count]| scan(counts).map(|findings| findings.jumps);
    let mut few = steady(4, 0);
    few[300] = Count { cases: 6, failures: 6 };
    assert_eq!(jumps(&few), Some(Vec::new()), "six failures are nobody's outage");

    let mut slight = steady(100_000, 5_000);
    slight[300..324].fill(Count { cases: 100_000, failures: 5_800 });
    assert_eq!(jumps(&slight), Some(Vec::new()), "sure, but less than one in a hundred");

    let mut restless = steady(10_000, 500);
    for (hour, count) in restless.iter_mut().enumerate() {
        count.failures = if hour % 24 < 8 { 700 } else { 450 };
    }
    assert_eq!(jumps(&restless), Some(Vec::new()), "every night is like that");

    assert_eq!(jumps(&vec![Count::default(); HOURS]), None, "nothing happened");
    assert_eq!(jumps(&[Count { cases: 99, failures: 90 }]), None, "nobody knows what is normal");
}

#[test]
fn nights_and_returns_are_told_apart() {
    let mut counts = steady(20, 1);
    counts[400..440].fill(Count { cases: 20, failures: 12 });
    counts[412..420].fill(Count::default());
    let findings = scan(&counts).expect("a normal ratio");
    let jump = Jump { hours: 400..440, is_over: true };
    assert_eq!(findings.jumps, [jump], "a night without answers cuts no jump in two");
    assert!((findings.normal_ratio - 0.05).abs() < 0.001, "{findings:?}");

    counts[600..610].fill(Count { cases: 20, failures: 20 });
    counts[HOURS - 5..].fill(Count { cases: 20, failures: 12 });
    let jumps = scan(&counts).expect("a normal ratio").jumps;
    let told: Vec<(usize, usize, bool)> =
        jumps.iter().map(|jump| (jump.hours.start, jump.hours.end, jump.is_over)).collect();
    assert_eq!(told, [(400, 440, true), (600, 610, true), (HOURS - 5, HOURS, false)]);
}

#[test]
fn more_of_what_always_fails_more_is_no_incident() {
    let row = |country: &str, cases, failures| {
        let all = SliceCount { country: country.into(), cases, ..SliceCount::default() };
        [all.clone(), SliceCount { reason: "spam".into(), cases: 0, failures, ..all }]
    };
    let outside = Cells::of(&[row("US", 10_000, 200), row("NG", 1_000, 300)].concat());
    let many = Cells::of(&[row("US", 200, 4), row("NG", 400, 121)].concat());
    assert_eq!(explain(&many, &outside), None);
    let worse = explain(&Cells::of(&[row("US", 200, 4), row("NG", 400, 350)].concat()), &outside).expect("a cause");
    assert_eq!(worse.slice.country.as_deref(), Some("NG"));
    assert!((worse.normal_ratio - 0.3).abs() < 0.01, "{worse:?}");
}

#[test]
fn what_has_no_name_is_not_named() {
    let plant = Plant { slice: Slice { country: named("unknown"), ..Slice::default() }, hours: 500..530, ratio: 0.9 };
    let cause = World::new(1, 100, &countries(), Some(&plant)).explain(plant.hours).expect("a cause");
    assert_eq!(cause.slice, Slice::default());
}
