//! The people: who exists, what they are and which turning points their lives have.

mod later;
mod state;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal};
use uuid::Uuid;

use super::country::{self, COUNTRIES};
use super::scenario::{Enrolment, PoolPlan, Scenario, Surface};
use super::time::{DAY, HOUR, MINUTE, Ms, mix, rng};
pub(super) use later::{Later, NewPhone};
pub(super) use state::Factors;

/// An administrator took a factor away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Removal {
    pub at: Ms,
    /// When the user has TOTP again, if ever.
    pub back: Option<Ms>,
    /// Every factor went (`AdminSetUserMFAPreference`), not just the TOTP token (`AdminDeleteSoftwareToken`).
    pub every_factor: bool,
}

/// An administrator forced a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reset {
    pub at: Ms,
    pub done: Option<Ms>,
}

/// One user; everything about any instant follows from these values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct User {
    /// Position among all users of the account.
    pub index: u32,
    pub pool: u8,
    pub sub: Uuid,
    pub country: u8,
    /// Position of the usual app client in the pool's list.
    pub client: u8,
    pub created: Ms,
    /// When the account became usable; `None` while it never does.
    pub confirmed: Option<Ms>,
    pub federated: bool,
    pub has_phone: bool,
    pub has_email: bool,
    pub totp: Option<Ms>,
    pub sms: Option<Ms>,
    pub email: Option<Ms>,
    pub passkey: Option<Ms>,
    /// A preference was set, so the factors show in `UserMFASettingList`.
    pub listed: bool,
    /// Has two factors and no preferred one, so Cognito asks which.
    pub undecided: bool,
    pub removal: Option<Removal>,
    pub reset: Option<Reset>,
    pub disabled: Option<Ms>,
    /// Began to set up TOTP and gave up.
    pub trial: Option<Ms>,
    pub remembers_device: bool,
    pub sign_ins_per_day: f32,
    /// Rare episodes; boxed, because a million users have none.
    pub later: Option<Box<Later>>,
}

/// Everyone, pool after pool.
pub(super) fn people(scenario: &Scenario, start: Ms) -> Vec<User> {
    let mut everyone = Vec::new();
    for (position, pool) in scenario.pools.iter().enumerate() {
        let growth = if pool.self_sign_up { 0.0022 } else { 0.001 };
        let daily = f64::from(pool.users) * growth;
        let recent = (daily * f64::from(scenario.history_days)) as u32;
        let coming = (daily * f64::from(scenario.future_days)) as u32;
        let mut draw = rng(&[scenario.seed, 1, position as u64]);
        for number in 0..pool.users + coming {
            let begin = start - Ms::from(scenario.history_days) * DAY;
            let horizon = start + Ms::from(scenario.future_days) * DAY;
            let created = if number >= pool.users {
                draw.random_range(start..horizon)
            } else if number >= pool.users - recent {
                draw.random_range(begin..start)
            } else {
                draw.random_range(begin - 865 * DAY..begin)
            };
            let plan = Plan { scenario, pool, begin, start, horizon };
            let user = plan.user(&mut draw, everyone.len() as u32, position as u8, created);
            everyone.push(user);
        }
        let members = everyone.len() - (pool.users + coming) as usize;
        later::plan(scenario, pool, start, &mut everyone[members..]);
        everyone.extend(later::pumped(scenario, position, start, everyone.len() as u32));
    }
    everyone
}

struct Plan<'a> {
    scenario: &'a Scenario,
    pool: &'a PoolPlan,
    begin: Ms,
    start: Ms,
    horizon: Ms,
}

impl Plan<'_> {
    fn user(&self, draw: &mut ChaCha8Rng, index: u32, pool: u8, created: Ms) -> User {
        let federated = draw.random_bool(self.pool.federated);
        let country = self.country(draw);
        let (phone_share, email_share) = match (self.pool.self_sign_up, self.pool.sms) {
            (true, _) => (0.93, 0.96),
            (false, true) => (0.82, 1.0),
            (false, false) => (0.4, 1.0),
        };
        let mut user = User {
            index,
            pool,
            sub: uuid::Builder::from_random_bytes(draw.random()).into_uuid(),
            country,
            client: self.client(draw),
            created,
            confirmed: self.confirmed(draw, created, country, federated),
            federated,
            has_phone: draw.random_bool(phone_share),
            has_email: draw.random_bool(email_share),
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
            remembers_device: self.pool.self_sign_up && draw.random_bool(0.22),
            sign_ins_per_day: self.rhythm(draw),
            later: None,
        };
        if let (Some(confirmed), false) = (user.confirmed, federated) {
            self.factors(draw, &mut user, confirmed);
            self.turns(draw, &mut user, confirmed);
        }
        user
    }

    fn country(&self, draw: &mut ChaCha8Rng) -> u8 {
        let total: u32 = self.pool.countries.iter().map(|(_, weight)| weight).sum();
        let mut left = draw.random_range(0..total.max(1));
        for (code, weight) in &self.pool.countries {
            if left < *weight {
                return country::position(code);
            }
            left -= weight;
        }
        0
    }

    fn client(&self, draw: &mut ChaCha8Rng) -> u8 {
        let total: u32 = self.pool.clients.iter().map(|client| client.weight).sum();
        let mut left = draw.random_range(0..total.max(1));
        for (position, client) in self.pool.clients.iter().enumerate() {
            if left < client.weight {
                return position as u8;
            }
            left -= client.weight;
        }
        0
    }

    fn confirmed(&self, draw: &mut ChaCha8Rng, created: Ms, country: u8, federated: bool) -> Option<Ms> {
        let lasting = draw.random_bool(if self.pool.self_sign_up { 0.965 } else { 0.95 });
        if federated {
            Some(created)
        } else if !lasting {
            None
        } else if self.pool.self_sign_up {
            Some(created + draw.random_range(MINUTE..25 * MINUTE))
        } else {
            let day = created + draw.random_range(0..5) * DAY;
            Some(daytime(draw, day, country).max(created + HOUR))
        }
    }

    fn rhythm(&self, draw: &mut ChaCha8Rng) -> f32 {
        // Log-normal with mean 1, and some who never come back.
        let habit: f64 = LogNormal::new(-0.32, 0.8).map_or(1.0, |shape| shape.sample(draw));
        if draw.random_bool(0.08) { 0.0 } else { (self.pool.sign_ins_per_day * habit.min(6.0)) as f32 }
    }

    fn factors(&self, draw: &mut ChaCha8Rng, user: &mut User, confirmed: Ms) {
        let appetite = draw.random::<f64>();
        let Some(mut at) = self.joins(draw, appetite, user.country) else {
            self.trial(draw, user);
            return;
        };
        if at < confirmed {
            // Newcomers enrol soon after they arrive, or at once where the pool demands it.
            let lag = if self.pool.sms { draw.random_range(30 * MINUTE..8 * DAY) } else { 2 * MINUTE };
            at = if user.created < self.begin - 30 * DAY { confirmed } else { confirmed + lag };
        }
        let sms_taste = if COUNTRIES[usize::from(user.country)].code == "BR" { 0.45 } else { 1.0 };
        let totp = self.pool.totp && draw.random_bool((self.pool.enrolment.totp_share * sms_taste).min(1.0));
        let email_open = self.pool.email_days_ago.map(|days| self.start - (days * DAY as f64) as Ms);
        if totp {
            user.totp = Some(at);
            if self.pool.sms && user.has_phone && draw.random_bool(0.12) {
                user.sms = Some(at + draw.random_range(HOUR..9 * DAY));
                user.undecided = draw.random_bool(0.4);
            }
        } else if email_open.is_some_and(|open| at > open) && user.has_email && draw.random_bool(0.35) {
            user.email = Some(at);
        } else if self.pool.sms && user.has_phone {
            user.sms = Some(at);
        } else if self.pool.totp {
            user.totp = Some(at);
        }
        let pages =
            matches!(self.pool.clients[usize::from(user.client)].surface, Surface::HostedUi | Surface::ManagedLogin);
        user.listed = !(pages && draw.random_bool(0.35));
    }

    /// The instant at which someone with this appetite for MFA enrols; the growth curve, inverted.
    fn joins(&self, draw: &mut ChaCha8Rng, appetite: f64, country: u8) -> Option<Ms> {
        let Enrolment { initial, per_day, campaign, per_day_after, .. } = self.pool.enrolment;
        if appetite < initial {
            return Some(self.begin - draw.random_range(DAY..700 * DAY));
        }
        let campaign_day = f64::from(self.scenario.history_days) - self.scenario.campaign_days_ago;
        let days = i64::from(self.scenario.history_days + self.scenario.future_days);
        for day in 0..days {
            let end = (day + 1) as f64;
            let since = (end - campaign_day).max(0.0);
            let won = campaign * (1.0 - (-since / 2.2).exp());
            let reached = initial + per_day * end.min(campaign_day) + won + per_day_after * since;
            if appetite < reached {
                // Noon, so that the local day begins on this side of the campaign wherever it is.
                return Some(daytime(draw, self.begin + day * DAY + DAY / 2, country));
            }
        }
        None
    }

    fn trial(&self, draw: &mut ChaCha8Rng, user: &mut User) {
        if self.pool.totp && draw.random_bool(0.035) {
            let campaign = self.start - (self.scenario.campaign_days_ago * DAY as f64) as Ms;
            let day = draw.random_range(campaign - 4 * DAY..self.horizon);
            user.trial = Some(daytime(draw, day, user.country)).filter(|at| user.confirmed.is_some_and(|ok| ok < *at));
        }
    }

    fn turns(&self, draw: &mut ChaCha8Rng, user: &mut User, confirmed: Ms) {
        if self.pool.passkeys && draw.random_bool(0.03) {
            let day = confirmed.max(self.begin - 60 * DAY) + draw.random_range(0..70) * DAY;
            user.passkey = Some(daytime(draw, day, user.country));
        }
        if let Some(totp) = user.totp.filter(|_| draw.random_bool(0.045)) {
            let earliest = totp.max(self.begin) + DAY;
            if earliest < self.horizon {
                let day = draw.random_range(earliest..self.horizon);
                let at = daytime(draw, day, user.country).max(earliest);
                let back = draw.random_bool(0.6).then(|| at + draw.random_range(20 * MINUTE..90 * HOUR));
                user.removal = Some(Removal { at, back, every_factor: draw.random_bool(0.6) });
            }
        }
        if draw.random_bool(0.012) {
            let earliest = confirmed.max(self.begin - 20 * DAY) + HOUR;
            if earliest < self.horizon {
                let at = draw.random_range(earliest..self.horizon);
                let done = draw.random_bool(0.72).then(|| at + draw.random_range(6 * MINUTE..30 * HOUR));
                user.reset = Some(Reset { at, done });
            }
        }
        if draw.random_bool(0.006) {
            user.disabled = Some(draw.random_range(confirmed..self.horizon.max(confirmed + DAY)));
        }
    }
}

/// A moment of the waking hours of the day that holds `at`, in that country.
fn daytime(draw: &mut ChaCha8Rng, at: Ms, country: u8) -> Ms {
    let offset = COUNTRIES[usize::from(country)].utc_offset * HOUR;
    let midnight = (at + offset).div_euclid(DAY) * DAY - offset;
    midnight + draw.random_range(8 * HOUR..22 * HOUR)
}

const GIVEN: &[&str] = &[
    "ana", "ben", "chloe", "dan", "elif", "femi", "gita", "hugo", "ines", "jonas", "kaya", "luca", "maya", "nils",
    "olga", "pedro", "quinn", "rosa", "sofia", "tariq", "uma", "vera", "wanda", "yuki",
];
const FAMILY: &[&str] = &[
    "adams", "brandt", "costa", "dubois", "evans", "ferrari", "gupta", "haas", "ivanov", "jansen", "kowalski", "lopez",
    "meyer", "nakamura", "okafor", "pereira", "quispe", "rossi", "silva", "tanaka", "ueda", "vega", "weber", "yilmaz",
];

impl User {
    fn draw(&self, purpose: u64) -> u64 {
        let (high, low) = self.sub.as_u64_pair();
        mix(&[high, low, purpose])
    }

    /// When the user takes the passkey away again, if ever.
    pub(super) fn passkey_deleted(&self) -> Option<Ms> {
        let draw = self.draw(3);
        // Whole days later, so that it is daytime again.
        self.passkey.filter(|_| draw.is_multiple_of(6)).map(|at| at + (1 + draw / 6 % 20).cast_signed() * DAY)
    }

    /// `Username`: readable, unique in the account.
    pub(super) fn username(&self) -> String {
        let draw = self.draw(1);
        let given = GIVEN[(draw % GIVEN.len() as u64) as usize];
        let family = FAMILY[(draw / 97 % FAMILY.len() as u64) as usize];
        let prefix = if self.federated { "CorpSSO_" } else { "" };
        format!("{prefix}{given}.{family}.{:05}", self.index)
    }

    /// E-mail address in a domain that is reserved for examples.
    pub(super) fn email_address(&self) -> String {
        format!("{}@example.com", self.username().to_lowercase())
    }

    /// Phone number at `at` in E.164.
    pub(super) fn phone(&self, at: Ms) -> String {
        let purpose = if self.new_phone().is_some_and(|phone| phone.at <= at) { 4 } else { 2 };
        COUNTRIES[usize::from(self.country)].number(self.draw(purpose))
    }
}
