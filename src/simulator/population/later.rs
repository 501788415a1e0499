//! Rare episodes of a few users: weaker factors, new phone numbers, accounts that a script made.

use std::ops::Range;

use super::{User, daytime};
use crate::simulator::country;
use crate::simulator::scenario::{PoolPlan, Scenario, SmsPumping, Surface};
use crate::simulator::time::{DAY, HOUR, MINUTE, Ms, rng};

/// What happens to a user besides the ordinary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::simulator) struct Later {
    /// The user gave TOTP up for SMS.
    pub weakened: Option<Ms>,
    pub new_phone: Option<NewPhone>,
    /// A script made the account, for the text messages.
    pub pumped: bool,
}

/// The phone number became another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulator) struct NewPhone {
    pub at: Ms,
    /// The support desk changed it.
    pub by_admin: bool,
    /// When the stranger who changed it signs in from a network of his own.
    pub hijacked: Option<Ms>,
}

impl User {
    pub(in crate::simulator) fn weakened(&self) -> Option<Ms> {
        self.later.as_ref()?.weakened
    }

    pub(in crate::simulator) fn new_phone(&self) -> Option<NewPhone> {
        self.later.as_ref()?.new_phone
    }

    pub(in crate::simulator) fn pumped(&self) -> bool {
        self.later.as_ref().is_some_and(|later| later.pumped)
    }

    /// Nothing else happens to the account that an episode would have to be told around.
    fn steady(&self) -> bool {
        let idle = self.removal.is_none() && self.reset.is_none() && self.disabled.is_none();
        idle && !self.federated && self.confirmed.is_some()
    }

    /// A number from 0 to 1 that belongs to the user and the purpose.
    pub(in crate::simulator) fn lot(&self, purpose: u64) -> f64 {
        (self.draw(purpose) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A moment within `times` that belongs to the user and the purpose.
    fn moment(&self, purpose: u64, times: &Range<Ms>) -> Ms {
        times.start + ((times.end - times.start) as f64 * self.lot(purpose)) as Ms
    }

    /// A moment of a waking hour within `times`, at most a day outside.
    fn waking_moment(&self, purpose: u64, times: &Range<Ms>) -> Ms {
        daytime(&mut rng(&[self.draw(purpose)]), self.moment(purpose, times), self.country)
    }
}

/// Gives the members of a pool their episodes.
pub(super) fn plan(scenario: &Scenario, pool: &PoolPlan, start: Ms, members: &mut [User]) {
    let history = start - Ms::from(scenario.history_days) * DAY;
    let times = history + DAY..start + Ms::from(scenario.future_days) * DAY;
    if times.is_empty() || !pool.sms {
        return;
    }
    hijacks(scenario, pool, start, members);
    weakenings(scenario, pool, start, &times, members);
    let Some(changes) = scenario.phone_changes else { return };
    for user in members.iter_mut().filter(|user| user.later.is_none() && user.has_phone && user.steady()) {
        let at = user.waking_moment(12, &times);
        let ready = user.confirmed.is_some_and(|confirmed| confirmed + DAY < at);
        let busy = [user.sms, user.totp, user.email, user.passkey].into_iter().flatten();
        if ready && user.lot(11) < changes.share && busy.into_iter().all(|turn| turn.abs_diff(at) > HOUR.unsigned_abs())
        {
            let by_admin = user.draw(13).is_multiple_of(5);
            let new_phone = Some(NewPhone { at, by_admin, hijacked: None });
            user.later = Some(Box::new(Later { new_phone, ..Later::default() }));
        }
    }
}

/// A stranger changes the number of people who answer to SMS, each some days after the last.
fn hijacks(scenario: &Scenario, pool: &PoolPlan, start: Ms, members: &mut [User]) {
    let Some(changes) = scenario.phone_changes.filter(|changes| changes.pool_id == pool.id) else { return };
    for number in 0..changes.hijacked {
        let at = start - 36 * HOUR - Ms::from(number) * 113 * HOUR;
        let candidates = members.iter_mut().filter(|user| {
            let by_text = user.totp.is_none() && user.sms.is_some_and(|sms| sms + 2 * DAY < at);
            user.later.is_none() && by_text && user.steady() && on_api(pool, user)
        });
        let Some(user) = candidates.min_by_key(|user| user.draw(14)) else { return };
        let hijacked = Some(at + HOUR + (user.draw(15) % 300).cast_signed() * MINUTE);
        let new_phone = Some(NewPhone { at, by_admin: false, hijacked });
        user.later = Some(Box::new(Later { new_phone, ..Later::default() }));
    }
}

fn weakenings(scenario: &Scenario, pool: &PoolPlan, start: Ms, times: &Range<Ms>, members: &mut [User]) {
    let Some(plan) = scenario.weakening.filter(|plan| plan.pool_id == pool.id) else { return };
    let from = start - (plan.days_ago * DAY as f64) as Ms;
    let cluster = from..from + (plan.hours * HOUR as f64) as Ms;
    let by_app = |user: &User, at: Ms| {
        let only = user.sms.is_none() && user.email.is_none() && user.totp.is_some_and(|totp| totp + DAY < at);
        only && user.later.is_none() && user.listed && user.has_phone && user.steady() && on_api(pool, user)
    };
    let mut ready: Vec<_> = members.iter_mut().filter(|user| by_app(user, from)).collect();
    ready.sort_by_key(|user| user.draw(8));
    for user in ready.into_iter().take(plan.users as usize) {
        user.later = Some(Box::new(Later { weakened: Some(user.moment(9, &cluster)), ..Later::default() }));
    }
    for user in members {
        let at = user.waking_moment(10, times);
        if user.lot(7) < plan.share && by_app(user, at) {
            user.later = Some(Box::new(Later { weakened: Some(at), ..Later::default() }));
        }
    }
}

/// The user signs in with calls that CloudTrail records under the user's sub.
fn on_api(pool: &PoolPlan, user: &User) -> bool {
    let surface = pool.clients.get(usize::from(user.client)).map(|client| client.surface);
    matches!(surface, Some(Surface::Srp | Surface::Password))
}

/// The accounts that a script signs up in a pool, to be listed behind its other members.
pub(super) fn pumped(scenario: &Scenario, position: usize, start: Ms, first: u32) -> Vec<User> {
    let pool = &scenario.pools[position];
    let Some(pumping) = scenario.pumping.filter(|pumping| pumping.pool_id == pool.id) else { return Vec::new() };
    let mut draw = rng(&[scenario.seed, 8, position as u64]);
    (0..pumping.sign_ups).map(|number| stranger(&mut draw, &pumping, pool, position, start, first + number)).collect()
}

fn stranger(
    draw: &mut rand_chacha::ChaCha8Rng,
    pumping: &SmsPumping,
    pool: &PoolPlan,
    position: usize,
    start: Ms,
    index: u32,
) -> User {
    use rand::RngExt;

    let from = start - (pumping.days_ago * DAY as f64) as Ms;
    let created = from + draw.random_range(0..(pumping.hours * HOUR as f64) as Ms);
    let client = pool.clients.iter().position(|client| client.surface == Surface::Srp).unwrap_or_default();
    User {
        index,
        pool: position as u8,
        sub: uuid::Builder::from_random_bytes(draw.random()).into_uuid(),
        country: country::position(pumping.country),
        client: client as u8,
        created,
        // Somebody looks at a few of the numbers.
        confirmed: draw.random_bool(0.012).then(|| created + 6 * MINUTE),
        federated: false,
        has_phone: true,
        has_email: false,
        totp: None,
        sms: None,
        email: None,
        passkey: None,
        listed: true,
        undecided: false,
        removal: None,
        reset: None,
        disabled: None,
        trial: None,
        remembers_device: false,
        sign_ins_per_day: 0.0,
        later: Some(Box::new(Later { pumped: true, ..Later::default() })),
    }
}
