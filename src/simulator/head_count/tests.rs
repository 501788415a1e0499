use std::sync::Arc;

use super::super::scenario::Scenario;
use super::super::tests::START;
use super::super::time::utc;
use super::super::{Quotas, Simulator};
use super::*;

fn counted() -> Vec<DayCount> {
    let scenario = Scenario { start: Some(utc(START)), ..Scenario::small(2_000) };
    Simulator::new(scenario, Quotas::unlimited(), Arc::new(|| utc(START))).head_counts()
}

/// Share of the active users of the pool at this position who can pass MFA, day by day.
fn ratios(days: &[DayCount], position: usize) -> Vec<f64> {
    let of = |day: &DayCount| day.1[position].1.active_capable as f64 / day.1[position].1.active_known as f64;
    days.iter().map(of).collect()
}

#[test]
fn every_whole_day_before_today_is_counted_without_contradiction() {
    let days = counted();
    assert_eq!(days.len(), 34);
    assert!(days.windows(2).all(|pair| pair[0].0.succ_opt() == Some(pair[1].0)));
    assert_eq!(days.last().map(|day| day.0), utc(START).date_naive().pred_opt());
    for (day, pools) in days {
        assert_eq!(pools.len(), 4);
        for (PoolKey { pool_id, .. }, population) in pools {
            let Population { eligible, active, active_known, active_capable, capable, .. } = population;
            let known = population.known();
            assert!(capable > 0 && capable <= known && known <= eligible, "{day} {pool_id}: {population:?}");
            assert!(active_capable <= active_known && active_known <= active, "{day} {pool_id}: {population:?}");
            assert!(active <= eligible && active_known <= known, "{day} {pool_id}: {population:?}");
            let sum = |counts: Vec<u64>| counts.into_iter().sum::<u64>();
            assert_eq!(sum(population.states.0.iter().map(|(_, users)| *users).collect()), eligible, "{day} {pool_id}");
            let strengths = population.strengths.0.iter().map(|(_, users)| *users).collect();
            assert_eq!(sum(strengths), capable, "{day} {pool_id}");
        }
    }
}

#[test]
fn the_campaign_lifts_the_pace_and_the_switch_lifts_everybody() {
    let days = counted();
    // It begins when the twentieth day that is counted ends.
    let customers = ratios(&days, 0);
    let (before, after) = (customers[19] - customers[12], customers[26] - customers[19]);
    assert!(before > 0.0 && after > before * 2.0, "{before} in the week before, {after} in the week after");
    // MFA is required from the end of the twenty-fifth on.
    let partners = ratios(&days, 1);
    assert!(partners[24] < 0.8, "{partners:?}");
    assert_eq!(partners[25..].iter().find(|ratio| **ratio < 1.0), None, "{partners:?}");
    let implied = |day: usize| days[day].1[1].1.states.of(MfaState::Implicit);
    assert!(implied(24) == 0 && implied(25) > 0, "{} then {}", implied(24), implied(25));
}
