//! Forgotten passwords and forced resets, as the user lives them.

use serde_json::json;

use super::pages::{either, page, with_sub};
use super::sign_in::{on_pages, sign_in};
use crate::simulator::cognito_log::Activity;
use crate::simulator::flow::Flow;
use crate::simulator::population::User;
use crate::simulator::record::{Call, HIDDEN};
use crate::simulator::world::Challenge;

const WRONG_CODE: &str = "Invalid verification code provided, please try again.";
const NO_CHANNEL: &str = "Cannot reset password for the user as there is no registered/verified email or phone_number";

/// The channel of the reset code: the phone first where it is not the user's MFA, else the mailbox.
fn channel(flow: &Flow<'_>, user: &User) -> Option<&'static str> {
    let challenge = flow.world.challenge(user, flow.now);
    let phone = flow.pool.sms && user.has_phone && challenge != Some(Challenge::Sms);
    let mailbox = user.has_email && challenge != Some(Challenge::Email);
    match (phone, mailbox) {
        // Pools of self-made accounts prefer the phone.
        (true, _) if flow.pool.self_sign_up || !mailbox => Some("SMS"),
        (_, true) => Some("EMAIL"),
        _ => None,
    }
}

/// Asks for a reset code, and mostly completes the reset.
pub(super) fn forgot_password(flow: &mut Flow<'_>, user: &User) {
    if on_pages(flow) {
        return on_recovery_pages(flow, user);
    }
    let ask =
        |flow: &Flow<'_>| Call::public("ForgotPassword", json!({ "clientId": flow.client.id, "username": HIDDEN }));
    let Some(medium) = channel(flow, user) else {
        let call = ask(flow).fails("InvalidParameterException", NO_CHANNEL);
        return flow.emit(call);
    };
    if flow.mishap(0.015) {
        let call = ask(flow).fails("LimitExceededException", "Attempt limit exceeded, please try after some time.");
        return flow.emit(call);
    }
    if flow.mishap(0.006) {
        let call = ask(flow).fails("CodeDeliveryFailureException", "A verification code fails to deliver successfully");
        return flow.emit(call);
    }
    let mut arrived = false;
    for _ in 0..3 {
        let call = ask(flow).code_sent(medium);
        flow.emit(call);
        flow.note(Activity::RESET_ASKED);
        arrived = if medium == "SMS" { flow.text(user) } else { flow.mail(user) };
        flow.wait(30, 160);
        if arrived || flow.chance(0.5) {
            break;
        }
    }
    if !arrived || flow.mishap(0.14) || !confirm(flow) {
        return;
    }
    flow.wait(5, 40);
    if flow.chance(0.8) {
        sign_in(flow, user);
    }
}

fn confirm(flow: &mut Flow<'_>) -> bool {
    let id = flow.client.id;
    let call = || {
        Call::public(
            "ConfirmForgotPassword",
            json!({ "clientId": id, "username": HIDDEN, "confirmationCode": HIDDEN, "password": HIDDEN }),
        )
    };
    while flow.mishap(0.09) {
        flow.emit(call().fails("CodeMismatchException", WRONG_CODE));
        flow.wait(8, 40);
    }
    if flow.mishap(0.02) {
        flow.emit(call().fails("ExpiredCodeException", "Invalid code provided, please request a code again."));
        return false;
    }
    if flow.mishap(0.03) {
        flow.emit(call().fails(
            "InvalidPasswordException",
            "Password does not conform to policy: Password must have symbol characters",
        ));
        flow.wait(8, 40);
    }
    flow.emit(call());
    flow.note(Activity::RESET_DONE);
    true
}

fn on_recovery_pages(flow: &mut Flow<'_>, user: &User) {
    let call =
        page(flow, either(flow, "ForgotPassword_POST", "forgotPassword_POST"), 302).parameter("username", HIDDEN);
    flow.emit(call);
    let Some(medium) = channel(flow, user) else { return };
    let arrived = if medium == "SMS" { flow.text(user) } else { flow.mail(user) };
    flow.wait(30, 180);
    if !arrived || flow.mishap(0.15) {
        return;
    }
    let accepted = !flow.mishap(0.1);
    let name = either(flow, "ConfirmForgotPassword_POST", "verifyCode_POST");
    let call = page(flow, name, if accepted { 302 } else { 200 }).parameter("code", HIDDEN);
    let call = with_sub(flow, call, user);
    flow.emit(call);
    if accepted && flow.chance(0.8) {
        flow.wait(5, 30);
        sign_in(flow, user);
    }
}

/// Completes the reset that an administrator forced.
pub(super) fn forced_reset_done(flow: &mut Flow<'_>, user: &User) {
    if let Some(done) = user.reset.and_then(|reset| reset.done) {
        flow.careful = true;
        flow.now = done;
        confirm(flow);
        flow.careful = false;
        flow.wait(5, 40);
        sign_in(flow, user);
    }
}
