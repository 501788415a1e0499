//! The thread of one visit: a clock that moves on, a caller, and the records it leaves.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp};
use serde_json::json;

use super::country::COUNTRIES;
use super::population::User;
use super::record::{Call, Stamp, write};
use super::scenario::{ClientPlan, PoolPlan, Surface};
use super::text_message::TextMessage;
use super::time::{HOUR, MINUTE, Ms, SECOND, rng};
use super::world::World;

/// One written record and the way it takes into the log group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Record {
    /// Log timestamp: when the trail delivered it.
    pub delivered: Ms,
    /// When the log group shows it; a little later, now and then much later.
    pub ingested: Ms,
    /// It is a user-pool record, not another service's.
    pub cognito: bool,
    pub body: Box<str>,
}

/// Everything that an hour leaves behind.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Output {
    pub records: Vec<Record>,
    pub texts: Vec<TextMessage>,
}

/// No visit runs longer than this past the end of its hour, so two hours bound every delivery.
const LATEST: Ms = HOUR + 38 * MINUTE;
/// The trail never takes longer.
const SLOWEST_DELIVERY: Ms = 20 * MINUTE;

/// One visit of a user (or of nobody known) through one app client.
pub(super) struct Flow<'a> {
    pub world: &'a World,
    pub pool: &'a PoolPlan,
    pub client: &'a ClientPlan,
    pub user: Option<&'a User>,
    pub rng: ChaCha8Rng,
    pub now: Ms,
    hour: Ms,
    ip: String,
    agent: &'static str,
    /// Nothing goes wrong in this visit, because the plan needs it to succeed.
    pub careful: bool,
    out: &'a mut Output,
}

const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
];

impl<'a> Flow<'a> {
    /// A visit of `user` that begins at `now`; `key` tells visits of the same user and instant apart.
    pub(super) fn of_user(world: &'a World, user: &'a User, hour: Ms, now: Ms, key: u64, out: &'a mut Output) -> Self {
        let pool = world.pool_of(user);
        let mut rng = rng(&[world.scenario.seed, 3, world.start as u64, u64::from(user.index), now as u64, key]);
        let usual = usize::from(user.client);
        let other = rng.random_range(0..pool.clients.len());
        let client = &pool.clients[if rng.random_bool(0.92) { usual } else { other }];
        // People mostly come from the one address of their home or office.
        let place = if rng.random_bool(0.85) { u64::from(user.index) } else { rng.random() };
        Self::start(world, pool, client, Some(user), rng, place, hour, now, out)
    }

    /// A visit of somebody whom the pool does not know.
    pub(super) fn of_stranger(
        world: &'a World,
        pool: usize,
        client: usize,
        hour: Ms,
        now: Ms,
        key: u64,
        out: &'a mut Output,
    ) -> Self {
        let plan = &world.scenario.pools[pool];
        let mut rng = rng(&[world.scenario.seed, 4, world.start as u64, pool as u64, now as u64, key]);
        let place = rng.random();
        Self::start(world, plan, &plan.clients[client % plan.clients.len()], None, rng, place, hour, now, out)
    }

    #[expect(clippy::too_many_arguments, reason = "private constructor behind the two readable ones")]
    fn start(
        world: &'a World,
        pool: &'a PoolPlan,
        client: &'a ClientPlan,
        user: Option<&'a User>,
        mut rng: ChaCha8Rng,
        place: u64,
        hour: Ms,
        now: Ms,
        out: &'a mut Output,
    ) -> Self {
        let browser = BROWSERS[(place % BROWSERS.len() as u64) as usize];
        let agent = match client.surface {
            Surface::HostedUi | Surface::ManagedLogin => browser,
            _ => world.bad_release(client.id, now).filter(|_| rng.random_bool(0.85)).unwrap_or(client.agent),
        };
        Self { world, pool, client, user, rng, now, hour, ip: address(place), agent, careful: false, out }
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.rng.random_bool(probability)
    }

    /// Something that goes wrong with that probability, unless this visit must succeed.
    pub(super) fn mishap(&mut self, probability: f64) -> bool {
        self.rng.random_bool(probability) && !self.careful
    }

    /// Moves the clock on by a random number of seconds.
    pub(super) fn wait(&mut self, least: Ms, most: Ms) {
        self.now += self.rng.random_range(least * SECOND..most * SECOND);
    }

    /// True when the visit runs the bad release.
    pub(super) fn on_bad_release(&self) -> bool {
        self.world.scenario.bad_release.is_some_and(|release| release.agent == self.agent)
    }

    /// Records a call of this visit.
    pub(super) fn emit(&mut self, call: Call) {
        let call = match self.user {
            Some(user) if !call.is_page() && self.rng.random_bool(0.975) => {
                call.also("sub", json!(user.sub.to_string()))
            }
            // Real records miss the user now and then, with or without the object around it.
            Some(_) if !call.is_page() && self.rng.random_bool(0.4) => call.also("clientMetadata", json!({})),
            _ => call,
        };
        self.record(&call);
    }

    /// Records a call made by somebody else's machine in the course of this visit.
    pub(super) fn emit_from(&mut self, agent: &'static str, call: Call) {
        let (ip, usual) = (std::mem::replace(&mut self.ip, "192.0.2.10".to_owned()), self.agent);
        self.agent = agent;
        self.emit(call);
        self.ip = ip;
        self.agent = usual;
    }

    fn record(&mut self, call: &Call) {
        let at = self.now.clamp(self.hour, self.hour + LATEST);
        let body = write(
            call,
            &Stamp {
                at,
                region: self.pool.region,
                ip: &self.ip,
                agent: self.agent,
                request_id: uuid::Builder::from_random_bytes(self.rng.random()).into_uuid(),
                event_id: uuid::Builder::from_random_bytes(self.rng.random()).into_uuid(),
            },
        );
        let wait: f64 = Exp::new(1.0 / 140.0).map_or(140.0, |shape| shape.sample(&mut self.rng));
        let delivered = at + ((70.0 + wait) * SECOND as f64) as Ms;
        let delivered = delivered.min(at + SLOWEST_DELIVERY);
        let late = if self.rng.random_bool(0.02) { self.rng.random_range(0..45 * SECOND) } else { 0 };
        let ingested = delivered + self.rng.random_range(20..900) + late;
        self.out.records.push(Record { delivered, ingested, cognito: call.is_cognito(), body: body.into() });
    }

    /// Texts the user a code; true when it arrives.
    pub(super) fn text(&mut self, user: &User) -> bool {
        let sent = self.now.clamp(self.hour, self.hour + LATEST);
        let down = self.world.sms_down(COUNTRIES[usize::from(user.country)].code, sent);
        let message = TextMessage::send(&mut self.rng, sent, self.pool.region, user.country, user.phone(), down);
        let arrives = message.arrives();
        self.out.texts.push(message);
        arrives
    }

    /// Cognito texts its own number, as it does when SMS is configured.
    pub(super) fn text_cognito(&mut self) {
        self.out.texts.push(TextMessage::cognito_test(&mut self.rng, self.now, self.pool.region));
    }
}

/// An address from the three blocks that are kept for documentation.
fn address(place: u64) -> String {
    let network = ["192.0.2", "198.51.100", "203.0.113"][(place % 3) as usize];
    format!("{network}.{}", 1 + place / 3 % 254)
}
