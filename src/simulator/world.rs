//! The account at an instant: pool configuration, user state, and what happens next.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use uuid::Uuid;

use super::country::COUNTRIES;
use super::population::{User, people};
use super::scenario::{MfaMode, PoolPlan, Scenario, SmsRoute};
use super::text_message::Road;
use super::time::{DAY, HOUR, MINUTE, Ms, hour_of, utc};

/// A turning point of one user's life that leaves records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    SignUp,
    CreatedByAdmin,
    FirstSignIn,
    EnrolTotp,
    EnrolSms,
    EnrolEmail,
    RegisterPasskey,
    TrialTotp,
    FactorRemoved,
    ResetByAdmin,
    ResetDone,
    Disabled,
    DeletePasskey,
    Weaken,
    ChangePhone,
    Hijack,
    PumpedSignUp,
}

impl Turn {
    /// The user has a factor more or less afterwards.
    fn changes_factors(self) -> bool {
        matches!(
            self,
            Self::EnrolTotp
                | Self::EnrolSms
                | Self::EnrolEmail
                | Self::RegisterPasskey
                | Self::DeletePasskey
                | Self::FactorRemoved
                | Self::Weaken
        )
    }
}

/// What Cognito asks for after the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Challenge {
    Totp,
    Sms,
    Email,
    /// Two factors, none preferred.
    Select,
    /// Nothing enrolled and nothing implicit, in a pool that demands MFA.
    Setup,
}

/// Scenario, people and their turning points, fixed at construction.
#[derive(Debug)]
pub(super) struct World {
    pub scenario: Scenario,
    /// Where history ends.
    pub start: Ms,
    /// Where history begins: a whole hour.
    pub begin: Ms,
    pub users: Vec<User>,
    /// Users of each pool.
    pub members: Vec<Range<usize>>,
    turns: Vec<(Ms, u32, Turn)>,
    /// While the money for text messages is spent.
    spent: Option<Range<Ms>>,
    subs: HashMap<Uuid, u32>,
}

/// How long before its instant the records of a turning point begin.
pub(super) const LEAD: Ms = 2 * MINUTE;

impl World {
    pub(super) fn new(scenario: Scenario, start: Ms) -> Self {
        let start = hour_of(start);
        let users = people(&scenario, start);
        let mut members = Vec::new();
        for pool in 0..scenario.pools.len() {
            let first = users.partition_point(|user| usize::from(user.pool) < pool);
            let last = users.partition_point(|user| usize::from(user.pool) <= pool);
            members.push(first..last);
        }
        let begin = start - Ms::from(scenario.history_days) * DAY;
        let mut turns = Vec::new();
        for user in &users {
            turns.extend(turns_of(&scenario, user).filter(|(at, ..)| *at >= begin));
        }
        turns.sort_unstable_by_key(|(at, user, _)| (*at, *user));
        let spent = scenario.spend_limit.map(|limit| limit.window(utc(start)));
        let spent = spent.map(|times| times.start.timestamp_millis()..times.end.timestamp_millis());
        let subs = users.iter().map(|user| (user.sub, user.index)).collect();
        Self { scenario, start, begin, users, members, turns, spent, subs }
    }

    /// An instant given as days before the start.
    pub(super) fn days_ago(&self, days: f64) -> Ms {
        self.start - (days * DAY as f64) as Ms
    }

    pub(super) fn pool_of(&self, user: &User) -> &PoolPlan {
        &self.scenario.pools[usize::from(user.pool)]
    }

    /// Turning points whose records begin in the hour that starts at `hour`.
    pub(super) fn turns(&self, hour: Ms) -> &[(Ms, u32, Turn)] {
        let first = self.turns.partition_point(|(at, ..)| *at < hour);
        let last = self.turns.partition_point(|(at, ..)| *at < hour + HOUR);
        &self.turns[first..last]
    }

    pub(super) fn mode(&self, pool: &PoolPlan, at: Ms) -> MfaMode {
        match pool.switched_on_days_ago {
            _ if self.lapse(pool).is_some_and(|lapse| lapse.contains(&at)) => MfaMode::Optional,
            Some(days) if at >= self.days_ago(days) => MfaMode::On,
            _ => pool.mfa,
        }
    }

    /// While a pool that is ON was OPTIONAL.
    pub(super) fn lapse(&self, pool: &PoolPlan) -> Option<Range<Ms>> {
        let lapse = pool.lapse?;
        let from = self.days_ago(lapse.days_ago);
        Some(from..from + (lapse.hours * HOUR as f64) as Ms)
    }

    pub(super) fn email_allowed(&self, pool: &PoolPlan, at: Ms) -> bool {
        pool.email_days_ago.is_some_and(|days| at >= self.days_ago(days))
    }

    /// Latest configuration change up to `at`.
    pub(super) fn configured(&self, pool: &PoolPlan, at: Ms) -> Ms {
        let planned = [pool.switched_on_days_ago, pool.email_days_ago].map(|days| days.map(|days| self.days_ago(days)));
        let lapse = self.lapse(pool).map_or([None; 2], |lapse| [Some(lapse.start), Some(lapse.end)]);
        planned
            .into_iter()
            .chain(lapse)
            .flatten()
            .filter(|change| *change <= at)
            .max()
            .unwrap_or(self.begin - 400 * DAY)
    }

    /// What text messages of a pool to a user meet with.
    pub(super) fn road(&self, pool: &PoolPlan, user: &User, at: Ms) -> Road {
        if pool.sms_route == SmsRoute::Sns && self.quota_used_up(pool.region, at) {
            Road::NoQuota
        } else if self.sms_down(COUNTRIES[usize::from(user.country)].code, at) {
            Road::CutOff
        } else if user.pumped() {
            Road::Eager
        } else {
            Road::Open
        }
    }

    /// True while the money for a Region's text messages through SNS is spent.
    pub(super) fn quota_used_up(&self, region: &str, at: Ms) -> bool {
        let spent = self.spent.as_ref();
        spent.is_some_and(|times| {
            self.scenario.spend_limit.is_some_and(|limit| limit.region == region) && times.contains(&at)
        })
    }

    /// True while text messages to `country` are lost.
    fn sms_down(&self, country: &str, at: Ms) -> bool {
        self.scenario.outage.is_some_and(|outage| {
            let from = self.days_ago(outage.days_ago);
            outage.country == country && (from..from + (outage.hours * HOUR as f64) as Ms).contains(&at)
        })
    }

    /// The user agent of the bad release, if that client runs it at `at`.
    pub(super) fn bad_release(&self, client_id: &str, at: Ms) -> Option<&'static str> {
        let release = self.scenario.bad_release?;
        let from = self.days_ago(release.days_ago);
        let until = from + (release.hours * HOUR as f64) as Ms;
        (release.client_id == client_id && (from..until).contains(&at)).then_some(release.agent)
    }

    /// The user of a pool with this username or sub, if it exists at `at`.
    pub(super) fn find(&self, pool: usize, name: &str, at: Ms) -> Option<&User> {
        self.by_username(pool, name, at).or_else(|| {
            // The username of a federated user is the only name it goes by.
            self.by_sub(pool, name, at).filter(|user| !user.federated)
        })
    }

    pub(super) fn by_username(&self, pool: usize, name: &str, at: Ms) -> Option<&User> {
        // A name ends with the user's position, which spares a map of a million names.
        let index = name.rsplit_once('.')?.1.parse().ok()?;
        self.present(pool, Some(&index), at).filter(|user| user.username() == name)
    }

    pub(super) fn by_sub(&self, pool: usize, sub: &str, at: Ms) -> Option<&User> {
        self.present(pool, self.subs.get(&Uuid::try_parse(sub).ok()?), at)
    }

    fn present(&self, pool: usize, index: Option<&u32>, at: Ms) -> Option<&User> {
        let user = self.users.get(*index? as usize)?;
        (usize::from(user.pool) == pool && user.created <= at).then_some(user)
    }

    /// Users whose factors change in `[from, until)`.
    pub(super) fn changed(&self, from: Ms, until: Ms) -> BTreeSet<Uuid> {
        let first = self.turns.partition_point(|(at, ..)| *at < from - LEAD);
        let last = self.turns.partition_point(|(at, ..)| *at < until - LEAD);
        self.turns[first..last.max(first)]
            .iter()
            .filter(|(_, _, turn)| turn.changes_factors())
            .map(|(at, index, _)| (*at, &self.users[*index as usize]))
            .filter(|(at, user)| user.enabled(*at))
            .map(|(_, user)| user.sub)
            .collect()
    }

    /// What the user is challenged with after the password.
    pub(super) fn challenge(&self, user: &User, at: Ms) -> Option<Challenge> {
        let pool = self.pool_of(user);
        let mode = self.mode(pool, at);
        if user.federated || mode == MfaMode::Off {
            return None;
        }
        let factors = user.factors(at);
        let sms = factors.sms && pool.sms;
        let email_allowed = self.email_allowed(pool, at);
        if factors.totp && sms && user.undecided {
            Some(Challenge::Select)
        } else if factors.totp {
            Some(Challenge::Totp)
        } else if sms {
            Some(Challenge::Sms)
        } else if factors.email && email_allowed {
            Some(Challenge::Email)
        } else if mode != MfaMode::On {
            None
        } else if pool.sms && user.has_phone {
            Some(Challenge::Sms)
        } else if email_allowed && user.has_email {
            Some(Challenge::Email)
        } else {
            Some(Challenge::Setup)
        }
    }
}

fn turns_of(scenario: &Scenario, user: &User) -> impl Iterator<Item = (Ms, u32, Turn)> {
    let own = scenario.pools.get(usize::from(user.pool)).is_some_and(|pool| pool.self_sign_up);
    let (arrival, first) = if user.pumped() {
        (Turn::PumpedSignUp, None)
    } else if own {
        (Turn::SignUp, None)
    } else {
        (Turn::CreatedByAdmin, user.confirmed.map(|at| (at, Turn::FirstSignIn)))
    };
    let (index, local) = (user.index, !user.federated);
    [
        local.then_some((user.created, arrival)),
        first.filter(|_| local),
        user.totp.map(|at| (at, Turn::EnrolTotp)),
        user.removal.and_then(|removal| removal.back).map(|at| (at, Turn::EnrolTotp)),
        user.sms.map(|at| (at, Turn::EnrolSms)),
        user.email.map(|at| (at, Turn::EnrolEmail)),
        user.passkey.map(|at| (at, Turn::RegisterPasskey)),
        user.passkey_deleted().map(|at| (at, Turn::DeletePasskey)),
        user.trial.map(|at| (at, Turn::TrialTotp)),
        user.removal.map(|removal| (removal.at, Turn::FactorRemoved)),
        user.reset.map(|reset| (reset.at, Turn::ResetByAdmin)),
        user.reset.and_then(|reset| reset.done).map(|at| (at, Turn::ResetDone)),
        user.disabled.map(|at| (at, Turn::Disabled)),
        user.weakened().map(|at| (at, Turn::Weaken)),
        user.new_phone().map(|phone| (phone.at, Turn::ChangePhone)),
        user.new_phone().and_then(|phone| phone.hijacked).map(|at| (at, Turn::Hijack)),
    ]
    .into_iter()
    .flatten()
    .map(move |(at, turn)| (at - LEAD, index, turn))
}
