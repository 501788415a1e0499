//! Signs of a change: each user who shows one is looked up once more, and nobody else is.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use uuid::Uuid;

use crate::support::app::{Settings, TestApp};
use crate::support::front::{Front, Manners, Refusal};
use crate::support::{users, wait};
use crate::truth::instant;
use crate::world::directory::{Pool, User};
use crate::world::event::{Deed, Event, Factor, Failure, Preference, Who};
use crate::world::failures::DENIED;
use crate::world::{SEED, World, clock, lines, seeding};

const GROUP: &str = "changed-users";
const ASK: &str = "AdminGetUser";
const EACH: usize = 40;

#[test]
fn a_user_with_signs_of_a_change_is_looked_up_once() {
    let world = World::shared();
    // Where the user name is the sub, a look-up is one call.
    let pool = &world.directory.pools[1];
    let client = world.logs_client();
    wait(seeding::log_group(&client, GROUP));
    let front = Front::start(&world.moto.endpoint, Manners::default());
    let pools = Some(vec![pool.id.clone()]);
    let settings = Settings { log_group: GROUP.into(), receipts: None, pools, ..Settings::new(&front.endpoint) };
    let app = TestApp::start(&settings);
    let eligible: Vec<&User> = pool.users.iter().filter(|user| user.eligible()).collect();
    app.wait_until("everybody is looked up", || looked_up(&app, pool).is_some_and(|at| at.len() == eligible.len()));
    let first = looked_up(&app, pool).expect("the table is there");
    let calls = front.calls(ASK);
    assert!(calls * 100 <= eligible.len() * 105, "{calls} first look-ups of {} users", eligible.len());

    let latest = *first.values().max().expect("somebody was looked up");
    app.wait_until("a later second", || clock() > latest);
    let (changed, rest) = eligible.split_at(EACH);
    let (unchanged, late) = rest.split_at(EACH);
    let mut events = Vec::new();
    changed.iter().enumerate().for_each(|(number, user)| signs(&mut events, pool, user, number));
    unchanged.iter().for_each(|user| no_signs(&mut events, pool, user));
    // Delivered after the look-up, but from before it.
    let before = *first.values().min().expect("somebody was looked up") - TimeDelta::minutes(1);
    late.iter().take(EACH).for_each(|user| write(&mut events, before, pool, user, Deed::Verify(None), None));

    // While AWS refuses to tell, the direction of every unreadable change stays unknown.
    front.change(Manners { refused: vec![(ASK, Refusal::DeniedJson)], ..Manners::default() });
    let answered = front.answered(ASK);
    deliver(&client, &events);
    let is_unreadable = |event: &&Event| matches!(event.deed, Deed::Prefer { settings: Preference::Unreadable, .. });
    let subs = events.iter().filter(is_unreadable).filter(|event| event.failure.is_none());
    let unreadable = subs.map(|event| event.who.sub.as_ref()).collect::<HashSet<_>>().len();
    app.wait_until("the direction is unknown", || direction_unknown(&app, pool) == Some(unreadable as f64));
    assert_eq!(front.answered(ASK), answered, "nobody can have been looked up");
    front.change(Manners::default());
    let again = |subs: &[&User], at: &BTreeMap<String, DateTime<Utc>>| {
        subs.iter().filter(|user| at.get(&user.sub) > first.get(&user.sub)).count()
    };
    app.wait_until("everybody who changed is looked up", || {
        looked_up(&app, pool).is_some_and(|at| again(changed, &at) == changed.len())
    });
    app.wait_until("every direction is known", || direction_unknown(&app, pool).unwrap_or(0.0) == 0.0);
    for _ in 0..2 {
        app.waits_for_pull();
    }
    let calls = front.answered(ASK) - answered;
    assert!(calls * 100 <= changed.len() * 105, "{calls} look-ups for {} changed users", changed.len());
    let last = looked_up(&app, pool).expect("the table is there");
    assert_eq!(again(rest, &last), 0, "users without a sign of a change were looked up again");
}

/// Several for everybody, an unreadable one for every other.
fn signs(events: &mut Vec<Event>, pool: &Pool, user: &User, number: usize) {
    let off = Preference::switches(&[(Factor::Totp, false)]);
    let unreadable = |admin| Deed::Prefer { admin, settings: Preference::Unreadable };
    let deeds = match number % 4 {
        0 => vec![Deed::Verify(Some("SUCCESS")), unreadable(false), unreadable(true)],
        1 => vec![Deed::Verify(None), Deed::Recovery("AdminDeleteSoftwareToken")],
        2 => vec![unreadable(true), unreadable(true), Deed::Verify(None)],
        _ => vec![Deed::Prefer { admin: false, settings: off }, Deed::Verify(Some("SUCCESS"))],
    };
    deeds.into_iter().for_each(|deed| write(events, clock(), pool, user, deed, None));
}

fn no_signs(events: &mut Vec<Event>, pool: &Pool, user: &User) {
    let refused = Deed::Prefer { admin: true, settings: Preference::Unreadable };
    write(events, clock(), pool, user, Deed::Verify(Some("ERROR")), None);
    write(events, clock(), pool, user, refused, Some(DENIED[0]));
    write(events, clock(), pool, user, Deed::Kept("ChangePassword"), None);
}

fn write(events: &mut Vec<Event>, at: DateTime<Utc>, pool: &Pool, user: &User, deed: Deed, failure: Option<Failure>) {
    let name = format!("changed-{}", events.len());
    let is_admin = matches!(deed, Deed::Prefer { admin: true, .. } | Deed::Recovery(_));
    events.push(Event {
        id: Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()),
        at,
        region: "us-east-1",
        who: Who { sub: Some(user.sub.clone()), client: None, pool: is_admin.then(|| pool.id.clone()) },
        deed,
        failure,
        dialect: events.len() as u32,
        flow: 0,
    });
}

/// All at once, and every third line twice.
fn deliver(client: &aws_sdk_cloudwatchlogs::Client, events: &[Event]) {
    let mut chosen: Vec<usize> = (0..events.len()).collect();
    chosen.extend((0..events.len()).step_by(3));
    let lines = lines::late(events, &chosen, 0, &mut StdRng::seed_from_u64(SEED), clock());
    wait(seeding::deliver(client, GROUP, &lines));
}

/// When each user was looked up, by sub.
fn looked_up(app: &TestApp, pool: &Pool) -> Option<BTreeMap<String, DateTime<Utc>>> {
    let shown = users::list(app, "us-east-1", &pool.id, "all", 1_000)?;
    Some(shown.into_iter().filter_map(|user| Some((user.sub, instant(&user.looked_up_at?)))).collect())
}

fn direction_unknown(app: &TestApp, pool: &Pool) -> Option<f64> {
    let labels = [("aws_region", "us-east-1"), ("pool_id", pool.id.as_str())];
    app.metric("mfascope_direction_unknown_users", &labels)
}
