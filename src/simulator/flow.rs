//! The thread of one visit: a clock that moves on, a caller, and the records it leaves.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp};
use serde_json::json;

use super::cognito_log::{self, Line};
use super::population::User;
use super::record::{Call, Stamp, write};
use super::scenario::{ClientPlan, PoolPlan, Surface};
use super::text_message::TextMessage;
use super::time::{DAY, HOUR, MINUTE, Ms, SECOND, mix, rng};
use super::world::World;
use super::{address, agent};

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
    /// Of Cognito's own log export.
    pub lines: Vec<Line>,
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
    /// Every record of this visit names the user.
    pub named: bool,
    out: &'a mut Output,
}

impl<'a> Flow<'a> {
    /// A visit of `user` that begins at `now`; `key` tells visits of the same user and instant apart.
    pub(super) fn of_user(world: &'a World, user: &'a User, hour: Ms, now: Ms, key: u64, out: &'a mut Output) -> Self {
        let pool = world.pool_of(user);
        let mut rng = rng(&[world.scenario.seed, 3, world.start as u64, u64::from(user.index), now as u64, key]);
        let usual = usize::from(user.client);
        let other = rng.random_range(0..pool.clients.len());
        let client = &pool.clients[if rng.random_bool(0.92) { usual } else { other }];
        let [home, second] = address::places(user);
        // People mostly come from the one address of their home or office.
        let place = match rng.random_range(0..20) {
            _ if just_changed_phone(user, now) => home,
            0..17 => home,
            17..19 => second,
            _ => rng.random(),
        };
        Self::start(world, pool, client, Some(user), rng, place, hour, now, out)
    }

    /// The same from a network where the user never is, through the usual client.
    pub(super) fn of_intruder(
        world: &'a World,
        user: &'a User,
        hour: Ms,
        now: Ms,
        key: u64,
        out: &'a mut Output,
    ) -> Self {
        let mut flow = Self::of_user(world, user, hour, now, key, out);
        let place = flow.rng.random();
        flow.client = &flow.pool.clients[usize::from(user.client) % flow.pool.clients.len()];
        flow.ip = address::of_stranger(place);
        flow.agent = software(world, flow.client, place, now);
        flow.named = true;
        flow
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
        let who = user.map_or(place, |user| u64::from(user.index));
        let bad = world.bad_release(client.id, now).filter(|_| rng.random_bool(0.85));
        let agent = bad.unwrap_or_else(|| software(world, client, who, now));
        let ip = address::of_place(place);
        Self { world, pool, client, user, rng, now, hour, ip, agent, careful: false, named: false, out }
    }

    /// Every further call of this visit comes from one of a script's few machines.
    pub(super) fn by_script(&mut self, agent: &'static str) {
        self.ip = address::of_stranger(self.rng.random_range(0..3));
        self.agent = agent;
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
            Some(user) if !call.is_page() && (self.rng.random_bool(0.975) || self.named) => {
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
        let at = self.moment();
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
        let sent = self.moment();
        let road = self.world.road(self.pool, user, sent);
        let message = TextMessage::send(&mut self.rng, sent, self.pool, user.country, user.phone(sent), road);
        let arrives = message.arrives();
        if !arrives && self.pool.exports_logs && self.rng.random_bool(cognito_log::SHARE_OF_LOST_TEXTS) {
            let line = cognito_log::lost_text(&mut self.rng, sent, self.pool, &user.phone(sent), message.complaint());
            self.out.lines.push(line);
        }
        self.out.texts.push(message);
        arrives
    }

    /// Mails the user a code; true when it arrives. The story has no mail outage.
    pub(super) fn mail(&mut self, user: &User) -> bool {
        let arrives = self.chance(0.985);
        if !arrives && self.pool.exports_logs {
            let sent = self.moment();
            let line = cognito_log::lost_mail(&mut self.rng, sent, self.pool, &user.email_address());
            self.out.lines.push(line);
        }
        arrives
    }

    /// Cognito texts its own number, as it does when SMS is configured.
    pub(super) fn text_cognito(&mut self) {
        self.out.texts.push(TextMessage::cognito_test(&mut self.rng, self.now, self.pool));
    }

    /// Threat protection writes down how a step of the user went; pools without it write nothing.
    pub(super) fn note(&mut self, activity: cognito_log::Activity) {
        let Some(user) = self.user.filter(|_| cognito_log::writes_activities(self.pool)) else { return };
        let at = self.moment();
        let visit = cognito_log::Visit { at, pool: self.pool, client: self.client, ip: &self.ip, agent: self.agent };
        self.out.lines.push(cognito_log::activity(&mut self.rng, &visit, user, activity));
    }

    /// Now, within what the journal expects of the hour.
    fn moment(&self) -> Ms {
        self.now.clamp(self.hour, self.hour + LATEST)
    }
}

/// What somebody calls with at `at`.
fn software(world: &World, client: &ClientPlan, who: u64, at: Ms) -> &'static str {
    match client.surface {
        Surface::HostedUi | Surface::ManagedLogin => agent::browser(world.start, at, mix(&[who, 44])),
        _ => agent::current(&client.releases, world.start, at, mix(&[who, 45])),
    }
}

/// The user changed the phone number within a day; such people stay where they are.
fn just_changed_phone(user: &User, at: Ms) -> bool {
    user.new_phone().is_some_and(|phone| (phone.at - HOUR..phone.at + DAY).contains(&at))
}
