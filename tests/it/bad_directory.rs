//! A directory that answers badly, late or not at all, and changes while it is read.

use std::collections::HashSet;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::support::app::{Settings, TestApp};
use crate::support::front::{Front, Manners, Refusal};
use crate::support::{aws, poll_every, users, wait};
use crate::truth::{self, Lookup, Row};
use crate::world::directory::{Directory, Pool, pool};
use crate::world::event::Factor;
use crate::world::small::Small;
use crate::world::{SEED, World, directory, seeding};

const ASK: &str = "AdminGetUser";

/// The pool in which a look-up is one call, and what must be shown of it.
fn by_email(lookup: Lookup) -> (&'static Pool, Vec<Row>) {
    let pool = Small::shared().by_email();
    let rows = truth::rows(&Small::shared().directory, &[], lookup);
    (pool, rows.into_iter().filter(|row| row.pool_id == pool.id).collect())
}

fn settings(front: &Front, pool: &Pool, lookup: Lookup) -> Settings {
    let pools = Some(vec![pool.id.clone()]);
    Settings { pools, lookup: lookup.word(), ..Small::settings(&front.endpoint) }
}

fn region() -> &'static str {
    Small::shared().directory.region
}

fn looked_up(app: &TestApp, pool: &Pool) -> Option<HashSet<String>> {
    let shown = users::list(app, region(), &pool.id, "all", 1_000)?;
    Some(shown.into_iter().filter(|user| user.looked_up_at.is_some()).map(|user| user.sub).collect())
}

#[test]
fn refused_and_throttled_lookups_lose_nothing() {
    const SPARED: usize = 40;
    let (pool, rows) = by_email(Lookup::All);
    let refuses = |refusal| Manners { refused: vec![(ASK, refusal)], spared: SPARED, ..Manners::default() };
    let front = Front::start(&World::shared().moto.endpoint, refuses(Refusal::DeniedJson));
    let app = TestApp::start(&settings(&front, pool, Lookup::All));
    for (refusal, kept, next) in [
        (Refusal::DeniedJson, SPARED, refuses(Refusal::Throttled)),
        (Refusal::Throttled, 2 * SPARED, Manners::default()),
    ] {
        app.wait_until(&format!("{refusal:?}: {kept} users are looked up"), || front.answered(ASK) >= kept);
        app.wait_until(&format!("{refusal:?}: the look-up is down"), || app.source_up("lookup") == Some(0.0));
        app.wait_until(&format!("{refusal:?}: {kept} answers are kept"), || {
            looked_up(&app, pool).is_some_and(|subs| subs.len() == kept)
        });
        for stream in ["cloudtrail", "listing"] {
            app.wait_until(&format!("{refusal:?}: {stream} goes on"), || app.source_up(stream) == Some(1.0));
        }
        app.waits_for_pull();
        assert_eq!(app.source_up("lookup"), Some(0.0), "{refusal:?}: nothing has changed for the look-up");
        front.change(next);
    }
    assert!(app.log().contains("cognito-idp:AdminGetUser"), "no line names the permission:\n{}", app.log());
    app.reaches_users(region(), &rows);
    let eligible = rows.iter().filter(|row| row.is_eligible).count();
    assert_eq!(front.answered(ASK), eligible, "nobody was looked up twice");
    app.wait_until("the look-up works", || app.source_up("lookup") == Some(1.0));
}

#[test]
fn users_whom_nobody_knows_stop_nobody_else() {
    let (pool, mut rows) = by_email(Lookup::All);
    let (_, unasked) = by_email(Lookup::Off);
    let eligible = pool.users.iter().filter(|user| user.eligible());
    let vanished: HashSet<String> = eligible.step_by(9).map(|user| user.sub.clone()).collect();
    for (row, unasked) in rows.iter_mut().zip(unasked) {
        if vanished.contains(&row.sub) {
            *row = unasked;
        }
    }
    let front = Front::start(&World::shared().moto.endpoint, Manners { vanished, ..Manners::default() });
    let app = TestApp::start(&settings(&front, pool, Lookup::All));
    app.reaches_users(region(), &rows);
    let settled = front.calls(ASK);
    for _ in 0..3 {
        app.waits_for_pull();
    }
    assert_eq!(front.calls(ASK), settled, "users who are gone are asked for again and again");
    app.wait_until("nothing is wrong with the look-up", || app.source_up("lookup") == Some(1.0));
    app.reaches_users(region(), &rows);
}

#[test]
fn users_who_vanish_in_the_middle_of_a_sweep_leave_with_the_next() {
    let world = World::shared();
    let (pool, mut rows) = by_email(Lookup::All);
    let order = wait(seeding::order(&aws::cognito_client(&world.moto.endpoint, region()), pool));
    let is_eligible = |sub: &&String| pool.users.iter().any(|user| user.sub == **sub && user.eligible());
    let first = order.iter().find(is_eligible).expect("somebody is eligible").clone();
    let last = order.iter().rev().find(is_eligible).expect("somebody is eligible").clone();
    let slow = Manners {
        user_page: Some(20),
        user_pause: Duration::from_millis(150),
        has_empty_user_pages: true,
        ..Manners::default()
    };
    let front = Front::start(&world.moto.endpoint, slow.clone());
    let listing = Settings { listing_interval: "1s", ..settings(&front, pool, Lookup::All) };
    let app = TestApp::start(&listing);
    app.wait_until("the sweep is past its first users", || front.calls("ListUsers") >= 5);
    let gone = HashSet::from([first, last]);
    front.change(Manners { hidden: gone.clone(), vanished: gone.clone(), user_pause: Duration::ZERO, ..slow });
    assert!(front.calls("ListUsers") < 11, "the sweep was over before anybody vanished");
    rows.retain(|row| !gone.contains(&row.sub));
    let eligible = rows.iter().filter(|row| row.is_eligible).count();
    // One of the two had been seen by the sweep under way.
    let allowed = [eligible, eligible + 1];
    let labels = [("aws_region", region()), ("pool_id", pool.id.as_str())];
    app.wait_until("a sweep is shown", || {
        let shown = app.metric("mfascope_eligible_users", &labels);
        assert!(shown.is_none_or(|users| allowed.contains(&(users as usize))), "{shown:?} of {allowed:?} users");
        shown == Some(eligible as f64)
    });
    app.reaches_users(region(), &rows);
    app.wait_until("nothing is wrong with the look-up", || app.source_up("lookup") == Some(1.0));
}

#[test]
fn a_pool_that_stops_to_require_mfa_challenges_nobody_implicitly() {
    const REGION: &str = "ap-northeast-1";
    let world = World::shared();
    let client = aws::cognito_client(&world.moto.endpoint, REGION);
    let people = directory::users(&mut StdRng::seed_from_u64(SEED), "pat", 40);
    let pools = vec![pool("switched", "ON", None, vec![Factor::Totp, Factor::Sms], people)];
    let mut directory = Directory { region: REGION, pools };
    wait(seeding::users(&client, &mut directory));
    let lookups = [Lookup::All, Lookup::Off];
    let apps = lookups.map(|lookup| {
        let settings = Settings::of_pool(&world.moto.endpoint, REGION, &directory.pools[0].id);
        TestApp::start(&Settings { lookup: lookup.word(), listing_interval: "1s", ..settings })
    });
    for mfa in ["ON", "OPTIONAL", "ON"] {
        directory.pools[0].mfa = mfa;
        wait(seeding::configure_mfa(&client, &directory.pools[0]));
        for (app, lookup) in apps.iter().zip(lookups) {
            let rows = truth::rows(&directory, &[], lookup);
            let implicit = rows.iter().filter(|row| row.state == "implicit").count();
            assert_eq!(implicit > 0, mfa == "ON", "{implicit} users are implicit in a pool that is {mfa}");
            app.reaches_users(REGION, &rows);
        }
    }
}

/// Whatever is shown of the pool, it is the whole of it; `true` once it is shown.
#[track_caller]
pub fn is_whole(app: &TestApp, region: &str, pool: &str, users: usize) -> bool {
    let labels = [("aws_region", region), ("pool_id", pool)];
    let eligible = app.metric("mfascope_eligible_users", &labels);
    assert!(eligible.is_none_or(|eligible| eligible == users as f64), "{eligible:?} of {users} users");
    // Before the first sweep is complete the table has nobody.
    let total = users::page(app, region, pool, "all", 1, 0).map_or(0, |page| page.total);
    assert!(total == users || (total == 0 && eligible.is_none()), "{total} of {users} users");
    eligible.is_some()
}

/// Looks at the pool until the condition is met.
#[track_caller]
pub fn whole_until(app: &TestApp, what: &str, whole: impl Fn() -> bool, condition: impl Fn() -> bool) {
    let met = poll_every(Duration::from_millis(200), Duration::from_secs(60), || {
        whole();
        condition().then_some(())
    });
    assert!(met.is_some(), "never happened: {what}\n{}", app.log());
}
