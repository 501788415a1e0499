//! Walks: what a user does to the second, and what must come of it, written down by hand.

mod emails;
mod issues;
mod messages;
mod sessions;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use rand::RngExt;

use super::event::{Deed, Failure, Reply, Who};
use super::failures::{REJECTED, UNDETERMINED};
use super::scribe::{OLDEST_MINUTES, Person, Scribe};

const SMS: &str = "SMS_MFA";
const TOTP: &str = "SOFTWARE_TOKEN_MFA";
const EMAIL: &str = "EMAIL_OTP";

pub struct Walk {
    pub name: &'static str,
    start: Start,
    beats: Vec<Beat>,
    /// What one walk of a listed user adds to each series, pool and country apart.
    pub expects: &'static [(&'static str, u32)],
}

/// When the first second of a walk is.
#[derive(Clone, Copy, Debug)]
enum Start {
    Anywhere,
    /// So many seconds before a full hour.
    BeforeHour(i64),
    BeforeMidnight(i64),
}

#[derive(Clone, Debug)]
struct Beat {
    /// Seconds from the start.
    at: i64,
    /// The first client of the pool answers sooner that a session is over than the second.
    client: usize,
    has_sub: bool,
    has_client: bool,
    deed: Deed,
    failure: Option<Failure>,
}

pub fn all() -> Vec<Walk> {
    [sessions::walks(), emails::walks(), issues::walks(), messages::walks()].into_iter().flatten().collect()
}

impl Walk {
    fn new(name: &'static str, beats: Vec<Beat>, expects: &'static [(&'static str, u32)]) -> Self {
        Self { name, start: Start::Anywhere, beats, expects }
    }

    fn starting(self, start: Start) -> Self {
        Self { start, ..self }
    }

    /// The person walks on two days, each long before the youngest record.
    pub fn perform(&self, scribe: &mut Scribe, person: &mut Person, clients: [&str; 2]) {
        for day in [0, 3] {
            let minutes = OLDEST_MINUTES - day * 24 * 60 - scribe.rng.random_range(60..1_200);
            self.once(scribe, person, clients, minutes);
        }
    }

    /// Begins this many minutes ago, or at the next time that fits.
    pub fn once(&self, scribe: &mut Scribe, person: &mut Person, clients: [&str; 2], minutes: i64) {
        let start = self.start(scribe.now() - TimeDelta::minutes(minutes));
        let (sub, pool) = (person.sub.clone(), person.pool.clone());
        let mut flow = scribe.begin_on(person, start);
        for beat in &self.beats {
            flow.move_to(start + TimeDelta::seconds(beat.at));
            let who = beat.who(&sub, clients[beat.client], pool.as_deref());
            flow.exactly(who, beat.deed.clone(), beat.failure);
        }
    }

    fn start(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let (step, seconds) = match self.start {
            Start::Anywhere => return at,
            Start::BeforeHour(seconds) => (TimeDelta::hours(1), seconds),
            Start::BeforeMidnight(seconds) => (TimeDelta::days(1), seconds),
        };
        at.duration_trunc(step).expect("a time of this century") + step - TimeDelta::seconds(seconds)
    }
}

impl Beat {
    const fn new(at: i64, deed: Deed, failure: Option<Failure>) -> Self {
        Self { at, client: 0, has_sub: true, has_client: true, deed, failure }
    }

    /// Through the other client.
    fn elsewhere(self) -> Self {
        Self { client: 1, ..self }
    }

    fn without_sub(self) -> Self {
        Self { has_sub: false, ..self }
    }

    fn without_client(self) -> Self {
        Self { has_client: false, ..self }
    }

    fn failing(self, failure: Failure) -> Self {
        Self { failure: Some(failure), ..self }
    }

    /// What the record of such a call carries; of a stranger no record names the pool.
    fn who(&self, sub: &str, client: &str, pool: Option<&str>) -> Who {
        let sub = self.has_sub.then(|| sub.to_owned());
        let client = self.has_client.then(|| client.to_owned());
        let pool = pool.map(ToOwned::to_owned);
        match &self.deed {
            Deed::Initiate { admin: true, .. } | Deed::Respond { admin: true, .. } => Who { sub, client, pool },
            Deed::Page(_) | Deed::KeptPage(_) | Deed::RecoveryPage(..) => Who { sub, client, pool },
            Deed::Kept(name) if name.starts_with("Admin") => Who { sub, client: None, pool },
            Deed::Verifies(_)
            | Deed::Sends("GetUserAttributeVerificationCode", _)
            | Deed::Kept("UpdateUserAttributes") => Who { sub, ..Who::default() },
            _ => Who { sub, client, pool: None },
        }
    }
}

fn answer(at: i64, challenge: &'static str, reply: Reply) -> Beat {
    Beat::new(at, Deed::Respond { admin: false, challenge: Some(challenge), reply }, None)
}

/// The code is right, and the user is in.
fn right(at: i64, challenge: &'static str) -> Beat {
    answer(at, challenge, Reply::Tokens)
}

fn wrong(at: i64, challenge: &'static str) -> Beat {
    answer(at, challenge, Reply::Nothing).failing(REJECTED[0])
}

/// An answer that says nothing about the code.
fn throttled(at: i64, challenge: &'static str) -> Beat {
    answer(at, challenge, Reply::Nothing).failing(UNDETERMINED[0])
}

/// A password is right, and the next challenge is issued.
fn asked(at: i64, challenge: &'static str) -> Beat {
    initiate(at, "USER_PASSWORD_AUTH", Reply::Challenge(challenge))
}

fn initiate(at: i64, flow: &'static str, reply: Reply) -> Beat {
    Beat::new(at, Deed::Initiate { admin: false, flow: Some(flow), reply }, None)
}

/// A code is typed into a page, which tells nothing.
fn page(at: i64, name: &'static str) -> Beat {
    Beat::new(at, Deed::Page(name), None)
}

fn page_wrong(at: i64, name: &'static str) -> Beat {
    page(at, name).failing(REJECTED[0])
}
