//! A sign-in from the first call to the tokens.

use serde_json::json;

use super::first_factor::{Next, initiate_with, obstacle, password, respond};
use super::second_factor::{End, message, totp};
use super::{enrolment, pages, phone, recovery};
use crate::simulator::flow::Flow;
use crate::simulator::population::User;
use crate::simulator::record::{Call, HIDDEN};
use crate::simulator::scenario::Surface;
use crate::simulator::world::Challenge;

/// How often somebody starts over before giving up.
const ROUNDS: u32 = 4;

/// An ordinary visit: signs in, and stays a little.
pub(super) fn visit(flow: &mut Flow<'_>, user: &User) {
    if !sign_in(flow, user) || on_pages(flow) || user.federated {
        return;
    }
    if flow.chance(0.004) {
        phone::other_attribute(flow);
    }
    if flow.chance(0.1) {
        flow.wait(20 * 60, 30 * 60);
        refresh(flow);
    }
}

/// Signs in without any mishap, because what follows needs an access token.
pub(super) fn surely(flow: &mut Flow<'_>, user: &User) {
    flow.careful = true;
    sign_in(flow, user);
    flow.careful = false;
}

pub(super) fn on_pages(flow: &Flow<'_>) -> bool {
    matches!(flow.client.surface, Surface::HostedUi | Surface::ManagedLogin)
}

/// Signs in; false when the person does not get in.
pub(super) fn sign_in(flow: &mut Flow<'_>, user: &User) -> bool {
    if user.federated {
        pages::federated(flow);
        return true;
    }
    if on_pages(flow) {
        return pages::sign_in(flow, user);
    }
    for _ in 0..ROUNDS {
        match round(flow, user) {
            End::Passed => return true,
            End::GaveUp => return false,
            End::Again => flow.wait(3, 20),
        }
    }
    false
}

fn round(flow: &mut Flow<'_>, user: &User) -> End {
    if let Some(refusal) = obstacle(flow, user) {
        password(flow, refusal);
        return End::GaveUp;
    }
    let challenge = flow.world.challenge(user, flow.now);
    let device = challenge.is_some() && user.remembers_device && flow.chance(0.8) && !flow.careful;
    let next = match challenge {
        None => Next::Tokens,
        Some(_) if device => Next::Challenge("DEVICE_SRP_AUTH"),
        Some(challenge) => Next::Challenge(name_of(challenge)),
    };
    if !password(flow, next) {
        if flow.mishap(0.3) {
            recovery::forgot_password(flow, user);
        }
        return End::GaveUp;
    }
    match challenge {
        None => End::Passed,
        Some(_) if device => remembered_device(flow),
        Some(challenge) => {
            let end = meet(flow, user, challenge);
            if end == End::Passed && user.remembers_device && flow.chance(0.3) {
                confirm_device(flow);
            }
            end
        }
    }
}

/// `ChallengeName` of a challenge.
pub(super) fn name_of(challenge: Challenge) -> &'static str {
    match challenge {
        Challenge::Totp => "SOFTWARE_TOKEN_MFA",
        Challenge::Sms => "SMS_MFA",
        Challenge::Email => "EMAIL_OTP",
        Challenge::Select => "SELECT_MFA_TYPE",
        Challenge::Setup => "MFA_SETUP",
    }
}

/// Meets the challenge that the previous answer issued.
pub(super) fn meet(flow: &mut Flow<'_>, user: &User, challenge: Challenge) -> End {
    match challenge {
        Challenge::Totp => totp(flow),
        Challenge::Sms => {
            let arrived = flow.text(user);
            message(flow, "SMS_MFA", arrived)
        }
        Challenge::Email => {
            let arrived = flow.mail(user);
            message(flow, "EMAIL_OTP", arrived)
        }
        Challenge::Select => {
            flow.wait(3, 15);
            let chosen = if flow.chance(0.6) { Challenge::Totp } else { Challenge::Sms };
            let call = respond(flow, "SELECT_MFA_TYPE").challenge(name_of(chosen));
            flow.emit(call);
            meet(flow, user, chosen)
        }
        Challenge::Setup => enrolment::demanded(flow),
    }
}

fn remembered_device(flow: &mut Flow<'_>) -> End {
    flow.now += 500;
    let call = respond(flow, "DEVICE_SRP_AUTH").challenge("DEVICE_PASSWORD_VERIFIER");
    flow.emit(call);
    flow.now += 500;
    let call = respond(flow, "DEVICE_PASSWORD_VERIFIER").tokens();
    flow.emit(call);
    End::Passed
}

fn confirm_device(flow: &mut Flow<'_>) {
    flow.wait(1, 3);
    let request = json!({ "accessToken": HIDDEN, "deviceKey": HIDDEN, "deviceSecretVerifierConfig": HIDDEN });
    flow.emit(Call::public("ConfirmDevice", request).answer(json!({ "userConfirmationNecessary": true })));
    let request = json!({ "accessToken": HIDDEN, "deviceKey": HIDDEN, "deviceRememberedStatus": "remembered" });
    flow.emit(Call::public("UpdateDeviceStatus", request));
}

fn refresh(flow: &mut Flow<'_>) {
    let call = if flow.client.surface == Surface::Password {
        let request = json!({ "clientId": flow.client.id, "refreshToken": HIDDEN });
        Call::public("GetTokensFromRefreshToken", request)
    } else {
        initiate_with(flow, "REFRESH_TOKEN_AUTH")
    };
    let call = match flow.chance(0.04) {
        true => call.fails("NotAuthorizedException", "Refresh Token has expired"),
        false => call.tokens(),
    };
    flow.emit(call);
}
