//! What people, administrators and machines do in one hour. A pure function of world and hour.

mod account;
mod administration;
mod configuration;
mod enrolment;
mod first_factor;
mod noise;
mod pages;
mod phone;
mod pumping;
mod recovery;
mod second_factor;
mod sign_in;

use rand::RngExt;

use super::country::COUNTRIES;
use super::flow::{Flow, Output};
use super::population::User;
use super::scenario::Habit;
use super::time::{DAY, HOUR, MINUTE, Ms, rng};
use super::world::{LEAD, Turn, World};

/// Relative activity by hour of the local day.
const LEISURE: [f32; 24] = [
    0.45, 0.25, 0.15, 0.12, 0.15, 0.3, 0.6, 0.9, 1.05, 1.1, 1.1, 1.15, 1.35, 1.25, 1.15, 1.15, 1.25, 1.45, 1.65, 1.85,
    1.95, 1.8, 1.4, 0.85,
];
const OFFICE: [f32; 24] = [
    0.06, 0.04, 0.03, 0.03, 0.05, 0.15, 0.6, 1.9, 3.6, 3.1, 2.1, 1.7, 1.3, 2.0, 1.9, 1.6, 1.3, 1.0, 0.6, 0.4, 0.3,
    0.25, 0.18, 0.1,
];
/// Forgotten passwords of one user per day.
const FORGETS_PER_DAY: f32 = 0.0022;
/// How much more of them in the days after enrolling: a new phone habit shakes the old one loose.
const FORGETS_AFTER_ENROLMENT: f32 = 2.6;

/// Everything whose records begin in the hour that starts at `hour`, in no particular order.
pub(super) fn hour(world: &World, hour: Ms) -> Output {
    let mut out = Output::default();
    if hour < world.begin {
        return out;
    }
    for pool in 0..world.scenario.pools.len() {
        visits(world, pool, hour, &mut out);
    }
    for (at, index, turn) in world.turns(hour) {
        take_turn(world, &world.users[*index as usize], hour, *at, *turn, &mut out);
    }
    noise::machines(world, hour, &mut out);
    configuration::changes(world, hour, &mut out);
    out
}

/// Draws, user by user, who comes in this hour; one number per user keeps the draw cheap and independent.
fn visits(world: &World, pool: usize, hour: Ms, out: &mut Output) {
    let plan = &world.scenario.pools[pool];
    let pace: Vec<f32> = COUNTRIES
        .iter()
        .map(|country| {
            let (day, weekend) = match plan.habit {
                Habit::Leisure => (LEISURE, 1.12),
                Habit::Office => (OFFICE, 0.14),
            };
            day[country.local_hour(hour)] / 24.0 * if country.weekend(hour) { weekend } else { 1.0 }
        })
        .collect();
    let mut draw = rng(&[world.scenario.seed, 2, world.start as u64, pool as u64, hour as u64]);
    for index in world.members[pool].clone() {
        let user = &world.users[index];
        let pace = pace[usize::from(user.country)];
        let luck: f32 = draw.random();
        let comes = user.sign_ins_per_day * pace;
        if luck >= comes + FORGETS_PER_DAY * FORGETS_AFTER_ENROLMENT * pace {
            continue;
        }
        let now = hour + i64::from((luck.to_bits() ^ user.index.wrapping_mul(0x9e37_79b9)) % 3_600_000);
        if user.created > now || !(usable(user, now) || plan.self_sign_up && luck < comes * 0.12) {
            continue;
        }
        let mut flow = Flow::of_user(world, user, hour, now, 0, out);
        if luck < comes {
            sign_in::visit(&mut flow, user);
        } else if !user.federated && luck < comes + FORGETS_PER_DAY * pace * shaken(user, now) {
            recovery::forgot_password(&mut flow, user);
        }
    }
}

/// The account is ready to sign in; before that, people try now and then where they made the account themselves.
fn usable(user: &User, now: Ms) -> bool {
    user.confirmed.is_some_and(|confirmed| confirmed <= now)
}

fn shaken(user: &User, now: Ms) -> f32 {
    let fresh = [user.totp, user.sms, user.email]
        .into_iter()
        .flatten()
        .any(|enrolled| (enrolled..enrolled + 10 * DAY).contains(&now));
    if fresh { FORGETS_AFTER_ENROLMENT } else { 1.0 }
}

fn take_turn(world: &World, user: &User, hour: Ms, at: Ms, turn: Turn, out: &mut Output) {
    let key = 1 + turn as u64;
    if turn == Turn::Hijack {
        let mut flow = Flow::of_intruder(world, user, hour, at + LEAD, key, out);
        return sign_in::surely(&mut flow, user);
    }
    let mut flow = Flow::of_user(world, user, hour, at, key, out);
    if !user.enabled(at) && turn != Turn::Disabled {
        return;
    }
    match turn {
        Turn::SignUp => account::sign_up(&mut flow, user),
        Turn::CreatedByAdmin => account::created_by_admin(&mut flow, user),
        Turn::FirstSignIn => account::first_sign_in(&mut flow, user),
        Turn::EnrolTotp => enrolment::totp(&mut flow, user),
        Turn::EnrolSms => enrolment::by_message(&mut flow, user, "SMS"),
        Turn::EnrolEmail => enrolment::by_message(&mut flow, user, "EMAIL"),
        Turn::RegisterPasskey => enrolment::passkey(&mut flow, user),
        Turn::TrialTotp => enrolment::totp_given_up(&mut flow, user),
        Turn::FactorRemoved => administration::factor_removed(&mut flow, user),
        Turn::ResetByAdmin => administration::password_reset(&mut flow, user),
        Turn::ResetDone => recovery::forced_reset_done(&mut flow, user),
        Turn::Disabled => administration::disabled(&mut flow),
        Turn::DeletePasskey => enrolment::passkey_deleted(&mut flow, user),
        Turn::Weaken => enrolment::weakened(&mut flow, user),
        Turn::ChangePhone => {
            if let Some(phone) = user.new_phone() {
                phone::changed(&mut flow, user, phone);
            }
        }
        Turn::PumpedSignUp => pumping::sign_up(&mut flow, user),
        Turn::Hijack => {}
    }
}

/// True with the probability that `per_hour` events of a Poisson process give, repeated as a count.
fn count(draw: &mut impl rand::Rng, per_hour: f64) -> u32 {
    let whole = per_hour.floor();
    whole as u32 + u32::from(draw.random_bool(per_hour - whole))
}

/// A random instant of the hour.
fn instant(draw: &mut impl rand::Rng, hour: Ms) -> Ms {
    hour + draw.random_range(0..59 * MINUTE + HOUR / 60)
}

#[cfg(test)]
mod tests;
