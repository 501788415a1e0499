//! Writes events down: who they carry, when they happen, and which flow they belong to.

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

use super::event::{Deed, Event, Factor, Failure, Who};

/// Somebody who acts; not always somebody who is listed.
#[derive(Clone, Debug)]
pub struct Person {
    pub region: &'static str,
    pub sub: String,
    pub client: String,
    /// Never rendered for a stranger: nothing may lead to a pool.
    pub pool: Option<String>,
    /// Factors whose codes this person gets right.
    pub may_prove: Vec<Factor>,
    pub habit: Habit,
    /// Now and then a record lacks the sub.
    pub is_forgotten: bool,
    /// Starts of the flows still to come, in minutes before now: further apart than any session.
    slots: Vec<i64>,
}

/// What somebody's preference changes are like. Who switches single factors off does so with one and
/// the same: whether two offs leave nothing on is left open. Who prefers a factor switches none off:
/// whether it is preferred again once it is back is left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    Switches(Factor),
    Prefers,
}

/// Flows start in slots of this many minutes and last less than half of one.
const SLOT_MINUTES: i64 = 40;
/// Nothing is younger than this: the newest quarter of an hour is provisional.
const YOUNGEST_MINUTES: i64 = 100;
pub const OLDEST_MINUTES: i64 = 6 * 24 * 60;

pub struct Scribe {
    pub rng: StdRng,
    pub events: Vec<Event>,
    now: DateTime<Utc>,
    seed: u64,
    flow: usize,
}

impl Person {
    /// The next flows come one after the other; without this they come in any order.
    pub fn in_order(&mut self, flows: usize) {
        let from = self.slots.len() - flows;
        self.slots[from..].sort_unstable();
    }
}

impl Scribe {
    pub fn new(seed: u64, now: DateTime<Utc>) -> Self {
        Self { rng: StdRng::seed_from_u64(seed), events: Vec::new(), now, seed, flow: 0 }
    }

    pub fn person(&mut self, region: &'static str, sub: &str, client: &str, pool: Option<&str>) -> Person {
        let mut slots: Vec<i64> = (0..(OLDEST_MINUTES - YOUNGEST_MINUTES) / SLOT_MINUTES)
            .map(|slot| OLDEST_MINUTES - slot * SLOT_MINUTES)
            .collect();
        slots.shuffle(&mut self.rng);
        Person {
            region,
            sub: sub.into(),
            client: client.into(),
            pool: pool.map(Into::into),
            may_prove: vec![Factor::Totp, Factor::Sms, Factor::Email],
            habit: Habit::Switches(Factor::Totp),
            is_forgotten: true,
            slots,
        }
    }

    /// A sub that no listing knows.
    pub fn new_sub(&mut self) -> String {
        let name = format!("sub-{}-{}", self.seed, self.rng.random::<u64>());
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).to_string()
    }

    /// Opens a flow of a person this many minutes ago.
    pub fn begin_at<'a>(&'a mut self, person: &'a mut Person, minutes: i64) -> Flow<'a> {
        person.slots.push(minutes);
        self.begin(person)
    }

    /// Opens the next flow of a person in a slot of its own.
    pub fn begin<'a>(&'a mut self, person: &'a mut Person) -> Flow<'a> {
        let slot = person.slots.pop().expect("a person has fewer flows than slots");
        let jitter = self.rng.random_range(0..120);
        let at = self.now - TimeDelta::minutes(slot) + TimeDelta::seconds(jitter);
        self.flow += 1;
        Flow { at, person, scribe: self }
    }

    /// Opens a flow of a person at this second.
    pub fn begin_on<'a>(&'a mut self, person: &'a mut Person, at: DateTime<Utc>) -> Flow<'a> {
        self.flow += 1;
        Flow { at, person, scribe: self }
    }

    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub fn write(&mut self, at: DateTime<Utc>, region: &'static str, who: Who, deed: Deed, failure: Option<Failure>) {
        let name = format!("event-{}-{}", self.seed, self.events.len());
        self.events.push(Event {
            id: Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()),
            at,
            region,
            who,
            deed,
            failure,
            dialect: self.rng.random_range(0..60_000),
            flow: self.flow,
        });
    }
}

/// One flow of one person: every step is at least a second after the one before.
pub struct Flow<'a> {
    at: DateTime<Utc>,
    pub person: &'a mut Person,
    pub scribe: &'a mut Scribe,
}

impl Flow<'_> {
    pub fn step(&mut self, deed: Deed) {
        let pause = self.scribe.rng.random_range(1..20);
        self.after(pause, deed, None);
    }

    pub fn fail(&mut self, deed: Deed, failure: Failure) {
        let pause = self.scribe.rng.random_range(1..20);
        self.after(pause, deed, Some(failure));
    }

    pub fn after(&mut self, seconds: i64, deed: Deed, failure: Option<Failure>) {
        self.at += TimeDelta::seconds(seconds);
        let who = self.who(&deed);
        self.scribe.write(self.at, self.person.region, who, deed, failure);
    }

    /// The next step happens at this second.
    pub const fn move_to(&mut self, at: DateTime<Utc>) {
        self.at = at;
    }

    /// With exactly these identifiers.
    pub fn exactly(&mut self, who: Who, deed: Deed, failure: Option<Failure>) {
        self.scribe.write(self.at, self.person.region, who, deed, failure);
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.scribe.rng.random_bool(probability)
    }

    /// The identifiers that the record of such a deed carries, some of them lost.
    fn who(&mut self, deed: &Deed) -> Who {
        let stranger = self.person.pool.is_none();
        let is_lost = self.chance(0.03) && self.person.is_forgotten;
        let sub = (!is_lost).then(|| self.person.sub.clone());
        let client = Some(self.person.client.clone());
        let pool = self.person.pool.clone();
        match deed {
            Deed::Initiate { flow: None, .. } | Deed::Respond { challenge: None, .. } => Who { sub, ..Who::default() },
            Deed::Initiate { admin: true, .. } | Deed::Respond { admin: true, .. } => Who { sub, client, pool },
            Deed::Initiate { .. } | Deed::Respond { .. } => {
                Who { sub, client, pool: pool.filter(|_| self.chance(0.04)) }
            }
            Deed::Page(_) | Deed::Token { .. } | Deed::RecoveryPage(..) | Deed::KeptPage(_) => {
                let names_pool = !stranger && self.chance(0.7);
                let names_client = !names_pool || self.chance(0.7);
                Who {
                    sub: sub.filter(|_| self.chance(0.2)),
                    client: client.filter(|_| names_client),
                    pool: pool.filter(|_| names_pool),
                }
            }
            Deed::Prefer { admin: true, .. } => Who { sub, client: None, pool },
            Deed::Prefer { admin: false, .. } | Deed::Verify(_) => Who { sub, ..Who::default() },
            // What is not stored teaches nothing: it names nobody.
            Deed::Ignored(name) | Deed::Unknown(name) if name.starts_with("Admin") => Who { pool, ..Who::default() },
            Deed::Ignored(_) | Deed::Unknown(_) => Who { client, ..Who::default() },
            Deed::Verifies(_) => Who { sub, ..Who::default() },
            Deed::Recovery(name) | Deed::Kept(name) | Deed::Sends(name, _) => {
                if name.starts_with("Admin") {
                    Who { sub, client: None, pool }
                } else if crate::world::flows::BY_TOKEN.contains(name) {
                    Who { sub, ..Who::default() }
                } else {
                    Who { sub, client, pool: None }
                }
            }
        }
    }
}
