//! What a daemon would have counted on the days of the history, had it been there.
//!
//! It follows from the people alone, without telling their hours again: who signed in of late is drawn from how often
//! somebody comes, and the same people come every day. So the counts are those of a daemon up to the luck of the draw.

use chrono::{DateTime, NaiveDate};

use super::Simulator;
use super::population::{Factors, User};
use super::scenario::{Habit, MfaMode, PoolPlan, Surface};
use super::time::{DAY, Ms};
use super::world::{Challenge, World};
use crate::model::{Factor, MfaState, PoolKey, Population, Strength};

/// Head counts of the pools on a UTC day.
pub type DayCount = (NaiveDate, Vec<(PoolKey, Population)>);

/// Somebody whose last completed sign-in is younger is active.
const ACTIVE: Ms = 30 * DAY;

/// Sign-ins that end with tokens and name their user, of those that are begun.
const COMPLETED: f64 = 0.9;

/// Requests to pages that name their user.
const NAMED_ON_PAGES: f64 = 0.55;

impl Simulator {
    /// Head counts at the end of every whole day of the history, the oldest first; today is not over.
    ///
    /// A daemon looks up those who are active. Of the others it knows who shows a factor, and whom the pool's own rules
    /// give one.
    pub fn head_counts(&self) -> Vec<DayCount> {
        let world = &self.journal.world;
        let days = world.begin.div_euclid(DAY) + 1..world.start.div_euclid(DAY);
        days.filter_map(|day| {
            let date = DateTime::from_timestamp_millis(day * DAY)?.date_naive();
            let pools = world.scenario.pools.iter().enumerate();
            let count = |(position, pool): (usize, &PoolPlan)| {
                let key = PoolKey { aws_region: pool.region.to_owned(), pool_id: pool.id.to_owned() };
                (key, world.population(position, pool, (day + 1) * DAY - 1))
            };
            Some((date, pools.map(count).collect()))
        })
        .collect()
    }
}

impl World {
    fn population(&self, position: usize, pool: &PoolPlan, at: Ms) -> Population {
        let mut population = Population::default();
        let members = self.members.get(position).and_then(|members| self.users.get(members.clone()));
        for user in members.unwrap_or_default().iter().filter(|user| is_eligible(user, pool, at)) {
            let is_active = self.comes_by_api(user, pool, at);
            let (state, usable) = self.judge(user, pool, is_active, at);
            count(&mut population, is_active, state, usable);
        }
        population
    }

    /// State of an eligible user, and what the pool accepts of the factors that are known.
    fn judge(&self, user: &User, pool: &PoolPlan, is_active: bool, at: Ms) -> (MfaState, Factors) {
        let held = user.factors(at);
        let has_any = held != Factors::default();
        let known = if is_active || has_any && self.comes_by_pages(user, pool, at) { held } else { Factors::default() };
        let is_explicit = known.passkey || known != Factors::default() && !user.settings(at).is_empty();
        let email_allowed = self.email_allowed(pool, at);
        // Where MFA is required, Cognito challenges by the channel the user has, unless a factor is listed.
        let is_implied = self.mode(pool, at) == MfaMode::On && !is_explicit;
        let implied = Factors {
            sms: is_implied && pool.sms && user.has_phone,
            email: is_implied && email_allowed && user.has_email,
            ..Factors::default()
        };
        let state = if is_explicit {
            MfaState::Explicit
        } else if known != Factors::default() {
            MfaState::Proven
        } else if implied != Factors::default() {
            MfaState::Implicit
        } else if is_active {
            MfaState::None
        } else {
            MfaState::Unknown
        };
        let usable = Factors {
            totp: known.totp && pool.totp,
            sms: (known.sms || implied.sms) && pool.sms,
            email: (known.email || implied.email) && email_allowed,
            // They replace the password and count for nothing after it.
            passkey: false,
        };
        (state, usable)
    }

    /// A sign-in through the API was completed in the days before.
    fn comes_by_api(&self, user: &User, pool: &PoolPlan, at: Ms) -> bool {
        let per_day = f64::from(user.sign_ins_per_day) * pace(pool) * COMPLETED * api_share(user, pool);
        // Nobody sets anything up without signing in.
        let turns = turns(user).filter(|_| is_on_api(user, pool));
        let mut sign_ins = turns.chain(visit(user, 16, per_day, at));
        sign_ins.any(|sign_in| self.gets_in(user, sign_in, at))
    }

    /// The user met a challenge on the pages, or set up there what a preference tells, in the days before.
    fn comes_by_pages(&self, user: &User, pool: &PoolPlan, at: Ms) -> bool {
        let share = 1.0 - api_share(user, pool);
        let per_day = f64::from(user.sign_ins_per_day) * pace(pool) * COMPLETED * NAMED_ON_PAGES * share;
        let visit = visit(user, 17, per_day, at).filter(|visit| self.challenge(user, *visit).is_some());
        let set_up = turns(user).filter(|turn| user.listed && Some(*turn) != user.confirmed);
        set_up.chain(visit).any(|sign_in| self.gets_in(user, sign_in, at))
    }

    /// The sign-in is one of the last days, and ends with tokens.
    fn gets_in(&self, user: &User, sign_in: Ms, at: Ms) -> bool {
        let is_recent = sign_in <= at && sign_in > at - ACTIVE;
        let is_usable = user.confirmed.is_some_and(|confirmed| confirmed <= sign_in) && user.enabled(sign_in);
        is_recent && is_usable && self.challenge(user, sign_in) != Some(Challenge::Setup)
    }
}

fn is_eligible(user: &User, pool: &PoolPlan, at: Ms) -> bool {
    let status = user.status(at, pool.self_sign_up);
    user.created <= at && user.enabled(at) && ["CONFIRMED", "RESET_REQUIRED", "FORCE_CHANGE_PASSWORD"].contains(&status)
}

/// Instants at which the user did what needs a sign-in.
fn turns(user: &User) -> impl Iterator<Item = Ms> {
    let again = user.removal.and_then(|removal| removal.back);
    let planned = [user.confirmed, user.totp, user.sms, user.email, user.passkey, user.trial, user.weakened(), again];
    planned.into_iter().flatten()
}

/// The latest visit before `at` of somebody who comes so often: waits are drawn as for a Poisson process.
fn visit(user: &User, purpose: u64, per_day: f64, at: Ms) -> Option<Ms> {
    let days = -user.lot(purpose).ln() / per_day;
    // A user who never comes is infinitely far away.
    (days * (DAY as f64) < ACTIVE as f64).then(|| at - (days * DAY as f64) as Ms)
}

/// Sign-ins of a day of the year, of those that the plan gives a working day.
fn pace(pool: &PoolPlan) -> f64 {
    match pool.habit {
        Habit::Leisure => 1.05,
        Habit::Office => 0.77,
    }
}

fn is_api(surface: Surface) -> bool {
    !matches!(surface, Surface::HostedUi | Surface::ManagedLogin)
}

fn is_on_api(user: &User, pool: &PoolPlan) -> bool {
    pool.clients.get(usize::from(user.client)).is_some_and(|client| is_api(client.surface))
}

/// Share of the user's visits that come through the API: most by the usual client, the others by any.
fn api_share(user: &User, pool: &PoolPlan) -> f64 {
    let any = pool.clients.iter().filter(|client| is_api(client.surface)).count() as f64 / pool.clients.len() as f64;
    0.92 * f64::from(u8::from(is_on_api(user, pool))) + 0.08 * any
}

fn count(population: &mut Population, is_active: bool, state: MfaState, usable: Factors) {
    let Factors { totp, sms, email, .. } = usable;
    let strength = match (totp, sms, email) {
        (true, ..) => Some(Strength::Strong),
        (_, true, true) => Some(Strength::SmsAndEmail),
        (_, true, _) => Some(Strength::SmsOnly),
        (_, _, true) => Some(Strength::EmailOnly),
        _ => None,
    };
    population.eligible += 1;
    population.states.add(state);
    population.active += u64::from(is_active);
    population.active_known += u64::from(is_active && state != MfaState::Unknown);
    if let Some(strength) = strength {
        population.capable += 1;
        population.active_capable += u64::from(is_active);
        population.strengths.add(strength);
        population.totp_and_sms += u64::from(totp && sms);
        for (_, factor) in
            [(totp, Factor::Totp), (sms, Factor::Sms), (email, Factor::Email)].iter().filter(|(has, _)| *has)
        {
            population.factors.add(*factor);
        }
    }
}

#[cfg(test)]
mod tests;
