//! Part `lookups`: what `lookup = "active"` asks for, at first and when users change.

use std::collections::HashMap;
use std::time::Duration;

use chrono::TimeDelta;
use mfascope::simulator::{Enrolment, Quotas, Scenario};
use uuid::Uuid;

use super::account::Account;
use super::daemon::Settings;
use super::resident::Resident;
use super::{line, number, ratio, settled, until};

const USERS: u32 = 40_000;
/// The part of the story that the daemon sees only after its first look-ups.
const CHANGES: TimeDelta = TimeDelta::hours(3);
/// Records of the last minutes are not delivered yet.
const DELIVERY: TimeDelta = TimeDelta::minutes(20);
/// Nobody has been looked up for so long: the daemon is done.
const QUIET: Duration = Duration::from_secs(8);
const PATIENCE: Duration = Duration::from_secs(75);

pub async fn run() -> anyhow::Result<()> {
    let account = Account::open(scenario(), Quotas::unlimited(), CHANGES)?;
    let folder = tempfile::tempdir()?;
    let settings =
        Settings { endpoint: account.endpoint.clone(), cognito: Some((2_000, "active")), trail: Some("15m") };
    // In this process, so that it lives by the story's clock: what it asks is answered as of then.
    let daemon = Resident::start(folder.path(), &settings, account.clock()).await?;
    let calls = || account.simulator.tally("AdminGetUser").calls();
    if until(PATIENCE, async || calls() > 0).await.is_none() {
        println!("lookups: the daemon looked nobody up");
    }
    if !settled(QUIET, PATIENCE, calls).await {
        println!("lookups: still going on, the figures below are of an unfinished run");
    }
    let first = look_ups(&account);
    let billable = daemon.sum("mfascope_billable_lookups_total").await.unwrap_or_default();
    number("lookups: AdminGetUser calls", calls(), "calls");
    number("lookups: users they found", first.len() as u64, "users");
    number("lookups: billable ones", billable as u64, "calls   (wanted: 0)");

    let from = account.now();
    account.catch_up();
    settled(QUIET * 2, PATIENCE, calls).await;
    let changed = account.simulator.changed(from, account.now() - DELIVERY);
    let since = gained(&look_ups(&account), &first);
    let of_changed: u32 = changed.iter().filter_map(|sub| since.get(sub)).sum();
    let seen = changed.iter().filter(|sub| since.contains_key(sub)).count();
    let known: Vec<&Uuid> = changed.iter().filter(|sub| first.contains_key(sub)).collect();
    let again = known.iter().filter(|sub| since.contains_key(sub)).count();
    let needless = since.keys().filter(|sub| first.contains_key(sub) && !changed.contains(sub)).count();
    number("lookups: users who changed", changed.len() as u64, "users");
    number("lookups: of them looked up since", seen as u64, "users   (not every record names its user)");
    ratio("lookups: look-ups per changed user", ratio_of(of_changed, seen), "calls   (wanted: at most 1.05)");
    number("lookups: changed after their first look-up", known.len() as u64, "users");
    number("lookups: of them looked up again", again as u64, "users");
    number("lookups: newly active", since.keys().filter(|sub| !first.contains_key(sub)).count() as u64, "users");
    number("lookups: again without a change", needless as u64, "users");
    number("lookups: most of one user", u64::from(since.values().copied().max().unwrap_or_default()), "calls");
    let billable = daemon.sum("mfascope_billable_lookups_total").await.unwrap_or_default();
    line("lookups: billable ones, at the end", billable, "calls   (wanted: 0)");
    daemon.stop().await
}

/// People come often and many enrol, so that three hours hold a few hundred changes.
fn scenario() -> Scenario {
    let mut scenario = Scenario::sized(USERS, 2);
    for pool in &mut scenario.pools {
        pool.sign_ins_per_day = 0.1;
        pool.enrolment = Enrolment { per_day: 0.05, per_day_after: 0.09, ..pool.enrolment };
    }
    scenario
}

/// How often each user was looked up, with either operation.
fn look_ups(account: &Account) -> HashMap<Uuid, u32> {
    let mut counts = account.simulator.look_ups("AdminGetUser");
    for (sub, calls) in account.simulator.look_ups("AdminGetUserAuthFactors") {
        let known = counts.entry(sub).or_default();
        // Both operations on one user are one look-up of two calls.
        *known = (*known).max(calls);
    }
    counts
}

fn ratio_of(calls: u32, users: usize) -> f64 {
    f64::from(calls) / users.max(1) as f64
}

fn gained(after: &HashMap<Uuid, u32>, before: &HashMap<Uuid, u32>) -> HashMap<Uuid, u32> {
    let more = after.iter().map(|(sub, calls)| (*sub, calls - before.get(sub).copied().unwrap_or_default()));
    more.filter(|(_, calls)| *calls > 0).collect()
}
