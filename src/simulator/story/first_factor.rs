//! The password step of the API, in the three ways clients do it.

use serde_json::{Value, json};

use crate::simulator::cognito_log::Activity;
use crate::simulator::flow::Flow;
use crate::simulator::population::User;
use crate::simulator::record::{Call, HIDDEN};
use crate::simulator::scenario::Surface;

/// The backend that signs people in with administrator calls.
const BACKEND: (&str, &str) = ("PartnerBackend", "i-0abc1234def567890");

pub(super) const NOT_AUTHORIZED: &str = "NotAuthorizedException";

/// What the last answer of the password step leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Tokens,
    Challenge(&'static str),
    Refused(&'static str, &'static str),
}

/// `InitiateAuth` or `AdminInitiateAuth` with the client's flow.
pub(super) fn initiate(flow: &Flow<'_>) -> Call {
    match flow.client.surface {
        Surface::Admin => initiate_with(flow, "ADMIN_USER_PASSWORD_AUTH"),
        Surface::Password => initiate_with(flow, "USER_PASSWORD_AUTH"),
        _ => initiate_with(flow, "USER_SRP_AUTH"),
    }
}

/// The same call with a named `authFlow`.
pub(super) fn initiate_with(flow: &Flow<'_>, auth_flow: &str) -> Call {
    let request = json!({ "authFlow": auth_flow, "authParameters": HIDDEN, "clientId": flow.client.id });
    step(flow, ("InitiateAuth", "AdminInitiateAuth"), request)
}

/// `RespondToAuthChallenge` or its administrator twin.
pub(super) fn respond(flow: &Flow<'_>, challenge: &str) -> Call {
    let request = json!({
        "challengeName": challenge, "clientId": flow.client.id, "challengeResponses": HIDDEN, "session": HIDDEN,
    });
    step(flow, ("RespondToAuthChallenge", "AdminRespondToAuthChallenge"), request)
}

fn step(flow: &Flow<'_>, names: (&'static str, &'static str), mut request: Value) -> Call {
    if flow.client.surface == Surface::Admin {
        request["userPoolId"] = json!(flow.pool.id);
        Call::by_role(names.1, BACKEND, request)
    } else {
        Call::public(names.0, request)
    }
}

/// Types the password, perhaps wrongly at first; false when the person leaves before it is right.
pub(super) fn password(flow: &mut Flow<'_>, next: Next) -> bool {
    if flow.mishap(0.0015) {
        let call = initiate(flow).fails("TooManyRequestsException", "Rate exceeded");
        flow.emit(call);
        flow.wait(2, 6);
    }
    let mistakes = match (flow.mishap(0.055), flow.mishap(0.05)) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => 7,
    };
    for mistake in 0..mistakes {
        let message = if mistake < 5 { "Incorrect username or password." } else { "Password attempts exceeded" };
        answer(flow, Next::Refused(NOT_AUTHORIZED, message));
        flow.wait(4, 25);
        if flow.chance(0.12) {
            return false;
        }
    }
    if flow.mishap(0.001) {
        let message = "PreAuthentication failed with error Risk service timed out.";
        answer(flow, Next::Refused("UserLambdaValidationException", message));
        return false;
    }
    answer(flow, next);
    !matches!(next, Next::Refused(..))
}

fn answer(flow: &mut Flow<'_>, next: Next) {
    let decisive = if flow.client.surface == Surface::Srp {
        let begin = initiate(flow).challenge("PASSWORD_VERIFIER");
        flow.emit(begin);
        flow.now += 400;
        respond(flow, "PASSWORD_VERIFIER")
    } else {
        initiate(flow)
    };
    flow.emit(conclude(decisive, next));
    match next {
        Next::Tokens => flow.note(Activity::NO_MFA),
        Next::Refused(NOT_AUTHORIZED, _) => flow.note(Activity::WRONG_PASSWORD),
        _ => {}
    }
}

/// Gives a step its answer.
pub(super) fn conclude(call: Call, next: Next) -> Call {
    match next {
        Next::Tokens => call.tokens(),
        Next::Challenge(name) => call.challenge(name),
        Next::Refused(code, message) => call.fails(code, message),
    }
}

/// Why an account cannot sign in at all, if so.
pub(super) fn obstacle(flow: &Flow<'_>, user: &User) -> Option<Next> {
    if !user.enabled(flow.now) {
        return Some(Next::Refused(NOT_AUTHORIZED, "User is disabled."));
    }
    match user.status(flow.now, flow.pool.self_sign_up) {
        "UNCONFIRMED" => Some(Next::Refused("UserNotConfirmedException", "User is not confirmed.")),
        "RESET_REQUIRED" => {
            Some(Next::Refused("PasswordResetRequiredException", "Password reset required for the user"))
        }
        _ => None,
    }
}
