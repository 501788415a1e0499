//! The cast of the world and everything it does.

use chrono::{DateTime, Utc};
use rand::RngExt;
use rand::seq::IndexedRandom;

use super::directory::{Directory, Pool, User};
use super::event::{Deed, Event, Factor, Preference, Reply, Who};
use super::failures::{DENIED, REJECTED};
use super::scribe::{Flow, Habit, OLDEST_MINUTES, Person, Scribe};
use super::walks::{self, Walk};
use super::{cast, flows, habits};

/// A pool whose Region no source lists.
pub const FOREIGN_REGION: &str = "eu-west-1";
pub const FOREIGN_POOL: &str = "eu-west-1_Foreign01";
pub const SILENT_POOL: &str = "eu-west-1_Silent01";
/// A Region in which a listed pool has a replica of the same id.
pub const REPLICA_REGION: &str = "us-west-2";

/// Every event of the world; the same for the same seed, ids of pools and users apart.
pub fn events(directory: &Directory, seed: u64, now: DateTime<Utc>, flows_each: usize) -> Vec<Event> {
    let mut scribe = Scribe::new(seed, now);
    let walks = walks::all();
    for pool in &directory.pools {
        for (number, user) in pool.users.iter().enumerate() {
            let mut person = listed(&mut scribe, directory.region, pool, user);
            match (user.story, user.walk) {
                (Some(story), _) => cast::play(&mut scribe, &mut person, story),
                (None, Some(walk)) => {
                    walks[walk].perform(&mut scribe, &mut person, [&pool.clients[0], &pool.clients[1]]);
                }
                // Every fourth is seen without ever being billed.
                (None, None) if number % 4 == 3 => {
                    let count = scribe.rng.random_range(0..8);
                    act(&mut scribe, &mut person, count, habits::quiet);
                }
                (None, None) => {
                    let count = scribe.rng.random_range(0..=flows_each * 2);
                    let count = if scribe.rng.random_bool(0.15) { 0 } else { count };
                    act(&mut scribe, &mut person, count, flows::any);
                }
            }
        }
        configure(&mut scribe, directory.region, pool);
    }
    ghosts(&mut scribe, directory, flows_each);
    of_two_pools(&mut scribe, directory);
    foreigners(&mut scribe, flows_each);
    strangers(&mut scribe, directory, flows_each);
    replica(&mut scribe, &directory.pools[0].id);
    giant(&mut scribe, directory);
    silent(&mut scribe);
    passers_by(&mut scribe, directory, &walks);
    scribe.events
}

fn act(scribe: &mut Scribe, person: &mut Person, count: usize, kind: fn(&mut Flow)) {
    for _ in 0..count {
        kind(&mut scribe.begin(person));
    }
}

fn listed(scribe: &mut Scribe, region: &'static str, pool: &Pool, user: &User) -> Person {
    let client = pool.clients.choose(&mut scribe.rng).expect("a pool with users has clients").clone();
    let mut person = scribe.person(region, &user.sub, &client, Some(&pool.id));
    let habits = [Habit::Prefers, Habit::Switches(Factor::Totp), Habit::Switches(Factor::Sms)];
    // Whether the only factor that a pool allows, switched off, leaves nothing on is left open.
    let habits = if pool.allowed.len() == 1 { &habits[..1] } else { &habits[..] };
    person.habit = *habits.choose(&mut scribe.rng).expect("there are habits");
    // Half prove nothing; some prove only a factor that the pool does not allow.
    match scribe.rng.random_range(0..10) {
        0..5 => person.may_prove = Vec::new(),
        5 => person.may_prove = vec![Factor::Email],
        _ => {}
    }
    person
}

/// Writes that carry the pool and nobody.
fn configure(scribe: &mut Scribe, region: &'static str, pool: &Pool) {
    let sub = scribe.new_sub();
    let mut person = scribe.person(region, &sub, "", Some(&pool.id));
    for name in ["SetUserPoolMfaConfig", "UpdateUserPool", "UpdateUserPool"] {
        let who = Who { pool: Some(pool.id.clone()), ..Who::default() };
        scribe.begin(&mut person).exactly(who, Deed::Kept(name), None);
    }
}

/// Users that were deleted, and a client that was: the pool is learned from records.
fn ghosts(scribe: &mut Scribe, directory: &Directory, flows_each: usize) {
    for pool in directory.pools.iter().filter(|pool| !pool.users.is_empty()) {
        for _ in 0..8 {
            let sub = scribe.new_sub();
            let mut person = scribe.person(directory.region, &sub, &pool.clients[0], Some(&pool.id));
            act(scribe, &mut person, flows_each, flows::any);
        }
        let retired = retired(pool);
        for number in 0..6 {
            let sub = scribe.new_sub();
            let mut person = scribe.person(directory.region, &sub, &retired, Some(&pool.id));
            if number == 0 {
                act(scribe, &mut person, 1, flows::teach);
            }
            act(scribe, &mut person, flows_each, flows::any);
        }
    }
    // A client seen only with subs that are known: a sub teaches no client.
    let pool = &directory.pools[0];
    for user in pool.users.iter().take(3) {
        let mut person = scribe.person(directory.region, &user.sub, "knownbysubonly", None);
        person.may_prove = Vec::new();
        act(scribe, &mut person, 1, |flow| flows::password(flow, false, Reply::Tokens));
    }
    let sub = scribe.new_sub();
    let mut person = scribe.person(directory.region, &sub, "knownbysubonly", None);
    act(scribe, &mut person, 2, flows::stranger);
}

/// Subs that two pools claim: what names neither pool nor client belongs to nobody's pool. The claims
/// come days before the rest, so that no reader can take the first one for the only one.
fn of_two_pools(scribe: &mut Scribe, directory: &Directory) {
    for number in 0..4 {
        let sub = scribe.new_sub();
        for pool in &directory.pools[..2] {
            let mut claim = scribe.person(directory.region, &sub, &pool.clients[0], Some(&pool.id));
            claim.is_forgotten = false;
            flows::teach(&mut scribe.begin_at(&mut claim, OLDEST_MINUTES));
        }
        let mut person = scribe.person(directory.region, &sub, "", None);
        person.is_forgotten = false;
        for deed in [
            Deed::Prefer { admin: false, settings: Preference::everything_off() },
            Deed::Initiate { admin: false, flow: None, reply: Reply::Tokens },
            Deed::Kept("ChangePassword"),
        ] {
            scribe.begin_at(&mut person, OLDEST_MINUTES / 2 - number).step(deed);
        }
    }
}

/// A client that was deleted.
fn retired(pool: &Pool) -> String {
    format!("retired{}", pool.name.replace('-', ""))
}

fn foreigners(scribe: &mut Scribe, flows_each: usize) {
    for _ in 0..12 {
        let sub = scribe.new_sub();
        let mut person = scribe.person(FOREIGN_REGION, &sub, "foreignclient", Some(FOREIGN_POOL));
        act(scribe, &mut person, 1, flows::teach);
        act(scribe, &mut person, flows_each, flows::any);
    }
}

/// Nobody whose pool could ever be known.
fn strangers(scribe: &mut Scribe, directory: &Directory, flows_each: usize) {
    for region in [directory.region, "ap-southeast-2"] {
        for number in 0..6 {
            let sub = scribe.new_sub();
            let mut person = scribe.person(region, &sub, &format!("strangerclient{number}"), None);
            act(scribe, &mut person, flows_each, flows::stranger);
        }
    }
}

fn replica(scribe: &mut Scribe, pool: &str) {
    let sub = scribe.new_sub();
    let mut person = scribe.person(REPLICA_REGION, &sub, "", Some(pool));
    for failure in [None, None, Some(DENIED[0])] {
        let who = Who { sub: Some(sub.clone()), client: None, pool: Some(pool.into()) };
        scribe.begin(&mut person).exactly(who, Deed::Recovery("AdminResetUserPassword"), failure);
    }
}

/// A pool whose records name no challenge that is issued: whether one was cannot be told.
fn silent(scribe: &mut Scribe) {
    let respond = |reply| Deed::Respond { admin: false, challenge: Some("SMS_MFA"), reply };
    for _ in 0..6 {
        let sub = scribe.new_sub();
        let mut person = scribe.person(FOREIGN_REGION, &sub, "silentclient", Some(SILENT_POOL));
        act(scribe, &mut person, 1, flows::teach);
        act(scribe, &mut person, 3, |flow| {
            let reply = Reply::HiddenTokens;
            flow.step(Deed::Initiate { admin: false, flow: Some("USER_PASSWORD_AUTH"), reply });
        });
        for _ in 0..3 {
            let mut flow = scribe.begin(&mut person);
            flow.fail(respond(Reply::Nothing), REJECTED[0]);
            flow.step(respond(Reply::Tokens));
        }
    }
}

/// Every walk once more: of users that were deleted, of a Region that is not listed, of nobody's pool.
fn passers_by(scribe: &mut Scribe, directory: &Directory, walks: &[Walk]) {
    let pool = &directory.pools[0];
    let retired = retired(pool);
    let clients =
        [[retired.as_str(), &pool.clients[1]], ["foreignclient", "foreignother"], ["strangerwalk", "strangerrun"]];
    let regions = [directory.region, FOREIGN_REGION, directory.region];
    let pools = [Some(pool.id.as_str()), Some(FOREIGN_POOL), None];
    for ((clients, region), pool) in clients.into_iter().zip(regions).zip(pools) {
        for walk in walks {
            let sub = scribe.new_sub();
            let mut person = scribe.person(region, &sub, clients[0], pool);
            // Whoever is no stranger is known, also by what names no more than the user.
            if pool.is_some() {
                for client in clients {
                    person.client = client.into();
                    flows::teach(&mut scribe.begin_at(&mut person, OLDEST_MINUTES));
                }
            }
            walk.perform(scribe, &mut person, clients);
        }
    }
}

/// Its record is the one of a quarter of a megabyte, see `record`.
fn giant(scribe: &mut Scribe, directory: &Directory) {
    let pool = &directory.pools[0];
    let sub = scribe.new_sub();
    let mut person = scribe.person(directory.region, &sub, &pool.clients[0], Some(&pool.id));
    let who = Who { sub: Some(sub), client: Some(pool.clients[0].clone()), pool: None };
    let deed = Deed::Initiate { admin: false, flow: Some(GIANT_FLOW), reply: Reply::Tokens };
    scribe.begin(&mut person).exactly(who, deed, None);
}

/// The one flow name used by nobody else.
pub const GIANT_FLOW: &str = "USER_AUTH_OF_A_GIANT";
