//! The state of every user under every look-up policy, and the gauges that are counted from it.

use std::collections::HashSet;

use crate::support::app::{Settings, TestApp};
use crate::support::users::{self, Shown};
use crate::support::{poll, wait};
use crate::truth::{Lookup, Row, instant};
use crate::user_lists;
use crate::world::dressed::Dressed;
use crate::world::{SOURCE, World, clock};

#[test]
fn with_every_user_looked_up_each_state_is_right() {
    let (world, dressed) = (World::shared(), Dressed::new(World::shared()));
    let app = holds(world, &dressed, Lookup::All);
    let rows = dressed.rows(world, Lookup::All);
    for list in ["all", "not-protected", "conflicts"] {
        user_lists::hold(&app, world, &dressed, &rows, list);
    }
    // Every call on somebody whom no record has shown active; who is looked up before the history
    // is read counts too, and a user whose name had to be found is asked for twice.
    let rows = dressed.rows(world, Lookup::Active);
    let eligible = rows.iter().filter(|row| row.is_eligible).count();
    let billed = rows.iter().filter(|row| row.is_eligible && !row.is_looked_up).count();
    let counted = billable(&app);
    assert!((billed..=2 * eligible).contains(&counted), "{counted} billable look-ups of {billed} users");
}

#[test]
fn without_lookups_each_state_is_what_records_tell() {
    let (world, dressed) = (World::shared(), Dressed::new(World::shared()));
    let app = holds(world, &dressed, Lookup::Off);
    user_lists::hold(&app, world, &dressed, &dressed.rows(world, Lookup::Off), "not-protected");
    assert_eq!(billable(&app), 0, "users were made billable");
    for operation in ["AdminGetUser", "AdminGetUserAuthFactors"] {
        assert_eq!(dressed.front.calls(operation), 0, "{operation} was called");
    }
}

#[test]
fn only_users_whom_aws_bills_anyway_are_looked_up() {
    let (world, dressed) = (World::shared(), Dressed::new(World::shared()));
    let app = holds(world, &dressed, Lookup::Active);
    assert_eq!(billable(&app), 0, "users were made billable");
    let rows = dressed.rows(world, Lookup::Active);
    let billed: HashSet<&str> = rows.iter().filter(|row| row.is_looked_up).map(|row| row.sub.as_str()).collect();
    let users = dressed.directory.pools.iter().flat_map(|pool| &pool.users);
    let names: HashSet<&str> = users
        .filter(|user| billed.contains(user.sub.as_str()))
        .flat_map(|user| [user.sub.as_str(), user.login.as_str()])
        .collect();
    let mut asked = dressed.front.asked("AdminGetUser");
    asked.retain(|name| !names.contains(name.as_str()));
    assert!(asked.is_empty(), "{} users were asked for who are not billed: {asked:?}", asked.len());
}

/// The table, the gauges, and both again after more pulls.
fn holds(world: &World, dressed: &Dressed, lookup: Lookup) -> TestApp {
    let start = clock();
    let app = TestApp::start(&Settings { lookup: lookup.word(), ..Settings::new(&dressed.front.endpoint) });
    let rows = dressed.rows(world, lookup);
    app.reaches_users(dressed.directory.region, &rows);
    app.waits_for_pull();
    app.reaches_users(dressed.directory.region, &rows);
    for pool in &dressed.directory.pools {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.pool_id == pool.id).collect();
        let shown = users::list(&app, dressed.directory.region, &pool.id, "all", 97).expect("nothing moves");
        are_dated(&shown, start);
        gauges_are_sums(&app, dressed.directory.region, &pool.id, &shown, &rows);
    }
    app
}

/// A look-up happened after the start; nothing is from the future.
fn are_dated(shown: &[Shown], start: chrono::DateTime<chrono::Utc>) {
    for user in shown {
        let looked_up = user.looked_up_at.as_deref().map(instant);
        assert!(looked_up.is_none_or(|at| (start..=clock()).contains(&at)), "{user:?}");
        let evidence = user.evidence_at.as_deref().map(instant);
        assert!(evidence.is_none_or(|at| at <= clock()), "{user:?}");
    }
}

#[track_caller]
fn gauges_are_sums(app: &TestApp, region: &str, pool_id: &str, shown: &[Shown], rows: &[&Row]) {
    let sum = |matters: &dyn Fn(&Shown) -> bool| shown.iter().filter(|user| user.is_eligible && matters(user)).count();
    let unknown = rows.iter().filter(|row| row.is_eligible && row.is_direction_unknown).count();
    let mut expected = vec![
        ("eligible_users", None, sum(&|_| true)),
        ("active_users", None, sum(&|user| user.is_active)),
        ("capable_users", None, sum(&|user| user.is_capable)),
        ("active_capable_users", None, sum(&|user| user.is_active && user.is_capable)),
        ("conflicting_users", None, sum(&|user| user.is_conflict)),
        ("direction_unknown_users", None, unknown),
    ];
    for state in ["explicit", "proven", "implicit", "none", "unknown"] {
        expected.push(("user_states", Some(("state", state)), sum(&|user| user.state == state)));
    }
    for factor in ["totp", "sms", "email", "passkey"] {
        let has = |user: &Shown| user.usable_factors.iter().any(|usable| usable == factor);
        expected.push(("enrolled_users", Some(("factor", factor)), sum(&has)));
    }
    for strength in ["strong", "sms_only", "email_only", "sms_and_email"] {
        let has = |user: &Shown| user.strength.as_deref() == Some(strength);
        expected.push(("user_strengths", Some(("strength", strength)), sum(&has)));
    }
    let mut left = Vec::new();
    let right = poll(std::time::Duration::from_secs(60), || {
        let metrics = app.metrics()?;
        left.clear();
        for (name, label, users) in &expected {
            let mut labels = vec![("aws_region", region), ("pool_id", pool_id)];
            labels.extend(*label);
            let series = crate::support::exposition::Series::new(&format!("mfascope_{name}"), &labels);
            let found = metrics.get(&series).copied().unwrap_or(0.0);
            if found != *users as f64 {
                left.push(format!("{series}: {found} instead of {users}"));
            }
        }
        left.is_empty().then_some(())
    });
    assert!(right.is_some(), "gauges are not the sums of the table:\n{}", left.join("\n"));
}

fn billable(app: &TestApp) -> usize {
    app.metric("mfascope_billable_lookups_total", &[("source", SOURCE)]).unwrap_or(0.0) as usize
}

#[test]
fn a_pool_that_is_not_listed_has_no_table() {
    let world = World::shared();
    let app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    let (known, region) = (&world.directory.pools[0].id, world.directory.region);
    let is_filled = || users::page(&app, region, known, "all", 1, 0).is_some_and(|page| page.total > 0);
    app.wait_until("a table", is_filled);
    for (region, pool) in [(region, "us-east-1_Missing01"), ("eu-west-1", known.as_str()), (region, "%27%3B--")] {
        for more in ["", "&format=csv"] {
            let path = format!("{}{more}", users::path(region, pool, "all"));
            assert_eq!(app.get(&path).expect("the daemon answers").status(), 404, "{path}");
        }
    }
    // By default a hundred users a page; what makes no sense is the asker's mistake.
    let plain = app.get(&users::path(region, known, "all")).expect("the daemon answers");
    let page: users::Page = wait(plain.json()).expect("a page");
    assert_eq!((page.users.len(), page.total), (100, world.directory.pools[0].users.len()));
    assert!(clock() - instant(&page.as_of) < chrono::TimeDelta::minutes(5), "as of {}", page.as_of);
    for query in ["list=everybody", "list=all&limit=-1", "list=all&offset=x"] {
        let path = format!("/api/v1/pools/{region}/{known}/users?{query}");
        let status = app.get(&path).expect("the daemon answers").status();
        assert!(status.is_client_error(), "{path}: {status}");
    }
}

/// A world without a case shows nothing about it.
#[test]
fn the_dressed_world_has_something_of_everything() {
    let (world, dressed) = (World::shared(), Dressed::new(World::shared()));
    let [all, off, active] = [Lookup::All, Lookup::Off, Lookup::Active].map(|lookup| dressed.rows(world, lookup));
    let has = |rows: &[Row], matters: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| matters(row)).count();
    for state in ["explicit", "proven", "implicit", "none", "federated"] {
        assert!(has(&all, &|row| row.state == state) >= 5, "few users are {state}");
    }
    for (name, matters) in [
        ("unknown", &(|row: &Row| row.is_eligible && row.state == "unknown") as &dyn Fn(&Row) -> bool),
        ("none without a look-up", &|row| row.state == "none" && !row.is_looked_up),
        ("preferred by a record", &|row| row.preferred.is_some() && !row.is_looked_up),
        ("of unknown direction", &|row| row.is_eligible && row.is_direction_unknown),
    ] {
        assert!(has(&off, matters) >= 5, "few users are {name}");
    }
    for (name, matters) in [
        ("in conflict", &(|row: &Row| row.is_conflict) as &dyn Fn(&Row) -> bool),
        ("with a factor that the pool does not allow", &|row| row.state == "explicit" && !row.is_capable),
        ("preferring", &|row| row.preferred.is_some()),
        ("with two factors", &|row| row.usable_factors.len() == 2),
    ] {
        assert!(has(&all, matters) >= 5, "few users are {name}");
    }
    for strength in ["strong", "sms_only", "email_only", "sms_and_email"] {
        assert!(has(&all, &|row| row.strength == Some(strength)) >= 3, "few users are {strength}");
    }
    // In the first days of a month nearly nobody is billed yet.
    if chrono::Datelike::day(&clock()) > 7 {
        let eligible = has(&active, &|row| row.is_eligible);
        let asked = has(&active, &|row| row.is_looked_up);
        assert!(asked > eligible / 4 && asked < eligible * 3 / 4, "{asked} of {eligible} users are billed");
    }
}
