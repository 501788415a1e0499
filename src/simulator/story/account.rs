//! How accounts begin: self sign-up, or an administrator's invitation.

use serde_json::json;

use super::enrolment::password_then;
use super::first_factor::respond;
use super::pages::{either, page};
use super::sign_in::{meet, name_of, on_pages, surely};
use crate::simulator::flow::Flow;
use crate::simulator::population::User;
use crate::simulator::record::{Call, HIDDEN, code_delivery};
use crate::simulator::time::{MINUTE, SECOND};

const WRONG_CODE: &str = "Invalid verification code provided, please try again.";

/// Signs up and, mostly, confirms at the planned instant.
pub(super) fn sign_up(flow: &mut Flow<'_>, user: &User) {
    flow.now = user.created;
    if on_pages(flow) {
        return on_sign_up_pages(flow, user);
    }
    let by_text = user.has_phone && (!user.has_email || flow.chance(0.6));
    let medium = if by_text { "SMS" } else { "EMAIL" };
    let request =
        json!({ "clientId": flow.client.id, "username": HIDDEN, "password": HIDDEN, "userAttributes": HIDDEN });
    let answer = json!({ "userConfirmed": false, "userSub": user.sub.to_string(), "codeDeliveryDetails": code_delivery(medium) });
    flow.emit(Call::public("SignUp", request).answer(answer));
    let mut arrived = !by_text || flow.text(user);
    if !arrived || flow.chance(0.06) {
        flow.now += 40 * SECOND;
        let request = json!({ "clientId": flow.client.id, "username": HIDDEN });
        flow.emit(Call::public("ResendConfirmationCode", request).code_sent(medium));
        arrived = !by_text || flow.text(user);
    }
    let Some(confirmed) = user.confirmed else { return };
    flow.now = (confirmed - 20 * SECOND).max(flow.now);
    let request = || json!({ "clientId": flow.client.id, "username": HIDDEN, "confirmationCode": HIDDEN });
    let (wrong, right) = (Call::public("ConfirmSignUp", request()), Call::public("ConfirmSignUp", request()));
    if !arrived || flow.chance(0.06) {
        flow.emit(wrong.fails("CodeMismatchException", WRONG_CODE));
    }
    flow.now = confirmed.max(flow.now);
    flow.emit(right);
    flow.wait(1, 4);
    // The verification counts as the second factor of the first sign-in.
    surely(flow, user);
}

fn on_sign_up_pages(flow: &mut Flow<'_>, user: &User) {
    let call = page(flow, either(flow, "Signup_POST", "signup_POST"), 302).parameter("username", HIDDEN);
    flow.emit(call);
    let Some(confirmed) = user.confirmed else { return };
    flow.now = confirmed;
    let call = page(flow, either(flow, "Confirm_POST", "signup_confirm_POST"), 302)
        .parameter("deliveryMedium", "EMAIL")
        .parameter("sub", &user.sub.to_string())
        .parameter("code", HIDDEN);
    flow.emit(call);
}

/// A provisioning job invites the user.
pub(super) fn created_by_admin(flow: &mut Flow<'_>, user: &User) {
    flow.now = user.created;
    let request = json!({
        "userPoolId": flow.pool.id, "username": HIDDEN, "userAttributes": HIDDEN, "desiredDeliveryMediums": ["EMAIL"],
    });
    let answer = json!({ "user": {
        "username": HIDDEN, "attributes": HIDDEN, "enabled": true, "userStatus": "FORCE_CHANGE_PASSWORD",
    } });
    let role = ("UserProvisioning", "hr-sync");
    flow.emit_from("Boto3/1.35.90 md/Botocore#1.35.90", Call::by_role("AdminCreateUser", role, request).answer(answer));
}

/// The invited user replaces the temporary password.
pub(super) fn first_sign_in(flow: &mut Flow<'_>, user: &User) {
    if on_pages(flow) {
        let call = page(flow, either(flow, "CognitoAuthentication", "login_POST"), 302).parameter("username", HIDDEN);
        flow.emit(call);
        return;
    }
    password_then(flow, "NEW_PASSWORD_REQUIRED");
    flow.wait(20, 90);
    if flow.chance(0.1) {
        let message = "Password does not conform to policy: Password not long enough";
        let call = respond(flow, "NEW_PASSWORD_REQUIRED").fails("InvalidPasswordException", message);
        flow.emit(call);
        flow.wait(10, 40);
    }
    let call = respond(flow, "NEW_PASSWORD_REQUIRED");
    match flow.world.challenge(user, flow.now.max(user.created + MINUTE)) {
        None => flow.emit(call.tokens()),
        Some(challenge) => {
            flow.emit(call.challenge(name_of(challenge)));
            meet(flow, user, challenge);
        }
    }
}
