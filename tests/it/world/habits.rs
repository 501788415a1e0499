//! How people change their factors, and what they do that AWS does not bill.

use rand::RngExt;

use super::event::{Deed, Factor, Preference, Reply, Switch};
use super::failures::{DENIED, REJECTED, WRONG_PASSWORD};
use super::flows::{pick, refused};
use super::scribe::{Flow, Habit};

/// A preference change in the manner of this person; some are refused.
pub fn preference(flow: &mut Flow) {
    let admin = flow.chance(0.5);
    let settings = match flow.person.habit {
        Habit::Switches(factor) => switching(flow, factor),
        Habit::Prefers => preferring(flow),
    };
    let deed = Deed::Prefer { admin, settings };
    if flow.chance(0.85) {
        flow.step(deed);
    } else if admin && flow.chance(0.5) {
        flow.fail(deed, DENIED[0]);
    } else {
        refused(flow, deed);
    }
}

fn switching(flow: &mut Flow, factor: Factor) -> Preference {
    let other = if factor == Factor::Totp { Factor::Sms } else { Factor::Totp };
    match flow.scribe.rng.random_range(0..8) {
        // Nobody does both at random: what stands after either is a story of `cast`.
        0..4 if factor == Factor::Totp => Preference::everything_off(),
        0..4 => Preference::Unreadable,
        4 => Preference::switches(&[(factor, false)]),
        5 => Preference::switches(&[(factor, true)]),
        6 => Preference::switches(&[(Factor::Totp, true), (Factor::Sms, true)]),
        _ => Preference::switches(&[(factor, false), (other, true)]),
    }
}

fn preferring(flow: &mut Flow) -> Preference {
    let factor = pick(flow, &[Factor::Totp, Factor::Sms]);
    match flow.scribe.rng.random_range(0..6) {
        0 => Preference::Unreadable,
        1 | 2 => both(factor),
        _ => Preference::prefers(factor),
    }
}

/// Both factors on, one of them preferred.
pub fn both(preferred: Factor) -> Preference {
    let on = |factor| Switch { factor, on: true, preferred: factor == preferred };
    Preference::Readable(vec![on(Factor::Totp), on(Factor::Sms)])
}

/// An authenticator app is registered, or fails to be: neither says that the user is asked for it.
pub fn authenticator(flow: &mut Flow) {
    flow.step(Deed::Kept("AssociateSoftwareToken"));
    match flow.scribe.rng.random_range(0..4) {
        0 => flow.step(Deed::Verify(Some("ERROR"))),
        1 => flow.fail(Deed::Verify(None), REJECTED[0]),
        2 => flow.step(Deed::Verify(None)),
        _ => flow.step(Deed::Verify(Some("SUCCESS"))),
    }
}

/// Somebody who was seen, and whom no call made active in the sense of the bill.
pub fn quiet(flow: &mut Flow) {
    let initiate = |reply| Deed::Initiate { admin: false, flow: Some("USER_PASSWORD_AUTH"), reply };
    match flow.scribe.rng.random_range(0..10) {
        0 => flow.fail(initiate(Reply::Nothing), WRONG_PASSWORD),
        1 => {
            flow.step(initiate(Reply::Challenge("SMS_MFA")));
            let answer = Deed::Respond { admin: false, challenge: Some("SMS_MFA"), reply: Reply::Nothing };
            flow.fail(answer, REJECTED[0]);
        }
        2 => flow.step(Deed::Recovery("ForgotPassword")),
        3 => refused(flow, Deed::Recovery("ConfirmForgotPassword")),
        4 => flow.step(Deed::Recovery("AdminResetUserPassword")),
        5 => authenticator(flow),
        6 => {
            let name = pick(flow, &["ConfirmDevice", "ForgetDevice", "UpdateDeviceStatus", "DeleteWebAuthnCredential"]);
            flow.step(Deed::Kept(name));
        }
        7 => {
            let name = pick(flow, &["AdminDisableUser", "AdminEnableUser", "RevokeToken"]);
            flow.step(Deed::Kept(name));
        }
        8 => {
            let name = pick(flow, &["ChangePassword", "AdminAddUserToGroup", "GlobalSignOut"]);
            refused(flow, Deed::Kept(name));
        }
        _ => preference(flow),
    }
}
