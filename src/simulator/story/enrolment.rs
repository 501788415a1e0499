//! Setting up factors: authenticator apps, phone, mailbox, passkeys.

use serde_json::{Value, json};

use super::first_factor::{initiate, respond};
use super::pages::{either, page, token, with_sub};
use super::second_factor::End;
use super::sign_in::{on_pages, sign_in, surely};
use crate::simulator::flow::Flow;
use crate::simulator::population::User;
use crate::simulator::record::{Call, HIDDEN, code_delivery};
use crate::simulator::scenario::Surface;
use crate::simulator::time::Ms;
use crate::simulator::world::{Challenge, LEAD};

/// How many try a new factor at once.
const TRY_IT: f64 = 0.4;

/// Registers an authenticator app and succeeds.
pub(super) fn totp(flow: &mut Flow<'_>, user: &User) {
    if on_pages(flow) && flow.client.surface == Surface::HostedUi {
        return totp_on_pages(flow, user);
    }
    let set_up = flow.now + LEAD;
    let demanded = flow.world.challenge(user, flow.now) == Some(Challenge::Setup) && !on_pages(flow);
    if demanded {
        password_then(flow, "MFA_SETUP");
    } else {
        surely(flow, user);
    }
    flow.wait(3, 10);
    associate(flow, demanded);
    flow.wait(25, 70);
    while flow.chance(0.13) {
        let call = wrong_code(flow, demanded);
        flow.emit(call);
        flow.wait(10, 35);
    }
    not_before(flow, set_up);
    flow.emit(verify(demanded).answer(json!({ "status": "SUCCESS" })));
    flow.now += 700;
    if demanded {
        let call = respond(flow, "MFA_SETUP").tokens();
        flow.emit(call);
    } else if user.listed {
        preference(flow, &[(TOTP, true)]);
    }
    try_it(flow, user);
}

/// A user never tells of a factor that the directory does not know yet.
fn not_before(flow: &mut Flow<'_>, set_up: Ms) {
    flow.now = flow.now.max(set_up);
}

/// Signs in once more, mostly the first success with the new factor.
fn try_it(flow: &mut Flow<'_>, user: &User) {
    if flow.chance(TRY_IT) {
        flow.wait(40, 150);
        sign_in(flow, user);
    }
}

fn totp_on_pages(flow: &mut Flow<'_>, user: &User) {
    let set_up = flow.now + LEAD;
    let call = page(flow, either(flow, "CognitoAuthentication", "login_POST"), 302).parameter("username", HIDDEN);
    flow.emit(call);
    flow.wait(2, 8);
    let call = page(flow, "MfaRegister_GET", 200);
    flow.emit(call);
    flow.wait(25, 70);
    if flow.chance(0.13) {
        let call = page(flow, "MfaRegister_POST", 200).parameter("code", HIDDEN);
        flow.emit(call);
        flow.wait(10, 30);
    }
    not_before(flow, set_up);
    let call = page(flow, "MfaRegister_POST", 302).parameter("code", HIDDEN);
    let call = with_sub(flow, call, user);
    flow.emit(call);
    flow.wait(1, 3);
    token(flow, "authorization_code");
}

/// Begins to register an authenticator app and leaves.
pub(super) fn totp_given_up(flow: &mut Flow<'_>, user: &User) {
    surely(flow, user);
    flow.wait(3, 20);
    associate(flow, false);
    for _ in 0..2 {
        flow.wait(30, 90);
        if flow.chance(0.55) {
            let call = wrong_code(flow, false);
            flow.emit(call);
        }
    }
}

/// The pool demands a factor and the person has none: most leave here.
pub(super) fn demanded(flow: &mut Flow<'_>) -> End {
    if flow.chance(0.3) {
        flow.wait(5, 30);
        associate(flow, true);
    }
    End::GaveUp
}

/// Signs in as far as the challenge that follows the password.
pub(super) fn password_then(flow: &mut Flow<'_>, challenge: &str) {
    let call = if flow.client.surface == Surface::Srp {
        let begin = initiate(flow).challenge("PASSWORD_VERIFIER");
        flow.emit(begin);
        flow.now += 400;
        respond(flow, "PASSWORD_VERIFIER")
    } else {
        initiate(flow)
    };
    flow.emit(call.challenge(challenge));
}

fn associate(flow: &mut Flow<'_>, by_session: bool) {
    let answer =
        if by_session { json!({ "secretCode": HIDDEN, "session": HIDDEN }) } else { json!({ "secretCode": HIDDEN }) };
    flow.emit(Call::public("AssociateSoftwareToken", bearer(by_session)).answer(answer));
}

fn verify(by_session: bool) -> Call {
    let mut request = bearer(by_session);
    request["userCode"] = json!(HIDDEN);
    request["friendlyDeviceName"] = json!("phone");
    Call::public("VerifySoftwareToken", request)
}

fn wrong_code(flow: &mut Flow<'_>, by_session: bool) -> Call {
    match flow.chance(0.6) {
        true => verify(by_session).answer(json!({ "status": "ERROR" })),
        false => verify(by_session).fails("EnableSoftwareTokenMFAException", "Code mismatch"),
    }
}

fn bearer(by_session: bool) -> Value {
    if by_session { json!({ "session": HIDDEN }) } else { json!({ "accessToken": HIDDEN }) }
}

const TOTP: &str = "softwareTokenMfaSettings";
const SMS: &str = "sMSMfaSettings";

/// Gives the authenticator app up for the phone, in one call.
pub(super) fn weakened(flow: &mut Flow<'_>, user: &User) {
    let changed = flow.now + LEAD;
    flow.named = true;
    surely(flow, user);
    flow.wait(5, 30);
    not_before(flow, changed);
    let request = json!({
        "accessToken": HIDDEN,
        TOTP: { "enabled": false, "preferredMfa": false },
        SMS: { "enabled": true, "preferredMfa": true },
    });
    flow.emit(Call::public("SetUserMFAPreference", request));
}

/// `SetUserMFAPreference` that enables factors; each comes with whether it is the preferred one.
fn preference(flow: &mut Flow<'_>, factors: &[(&str, bool)]) {
    // Whether CloudTrail shows the settings is documented nowhere, so it mostly does and now and then does not.
    let hidden = flow.chance(0.08);
    let request = || {
        let mut request = json!({ "accessToken": HIDDEN });
        for (name, preferred) in factors {
            request[*name] = match hidden {
                true => json!(HIDDEN),
                false => json!({ "enabled": true, "preferredMfa": preferred }),
            };
        }
        request
    };
    if flow.chance(0.02) {
        let message = "User has not verified software token mfa";
        flow.emit(Call::public("SetUserMFAPreference", request()).fails("InvalidParameterException", message));
        flow.wait(3, 12);
    }
    flow.emit(Call::public("SetUserMFAPreference", request()));
}

/// Verifies the phone or the mailbox and makes it a factor.
pub(super) fn by_message(flow: &mut Flow<'_>, user: &User, medium: &str) {
    let set_up = flow.now + LEAD;
    surely(flow, user);
    flow.wait(4, 15);
    let attribute = if medium == "SMS" { "phone_number" } else { "email" };
    for _ in 0..3 {
        let request = json!({ "accessToken": HIDDEN, "attributeName": attribute });
        let answer = json!({ "codeDeliveryDetails": code_delivery(medium) });
        flow.emit(Call::public("GetUserAttributeVerificationCode", request).answer(answer));
        let arrived = medium != "SMS" || flow.text(user);
        flow.wait(12, 40);
        if arrived {
            break;
        }
    }
    let request = json!({ "accessToken": HIDDEN, "attributeName": attribute, "code": HIDDEN });
    if flow.chance(0.06) {
        let wrong = Call::public("VerifyUserAttribute", request.clone())
            .fails("CodeMismatchException", "Invalid verification code provided, please try again.");
        flow.emit(wrong);
        flow.wait(5, 20);
    }
    not_before(flow, set_up);
    flow.emit(Call::public("VerifyUserAttribute", request));
    flow.now += 900;
    if user.listed {
        let settings = if medium == "SMS" { SMS } else { "emailMfaSettings" };
        let has_app = user.factors(set_up).totp;
        match has_app && user.undecided {
            // Wants to be asked every time, so the app is not preferred any more.
            true => preference(flow, &[(TOTP, false), (settings, false)]),
            false => preference(flow, &[(settings, !has_app)]),
        }
    }
    try_it(flow, user);
}

/// Registers a passkey, rarely with an error first.
pub(super) fn passkey(flow: &mut Flow<'_>, user: &User) {
    let set_up = flow.now + LEAD;
    surely(flow, user);
    flow.wait(5, 20);
    let token = || json!({ "accessToken": HIDDEN });
    flow.emit(
        Call::public("StartWebAuthnRegistration", token()).answer(json!({ "credentialCreationOptions": HIDDEN })),
    );
    flow.wait(5, 25);
    let request = || json!({ "accessToken": HIDDEN, "credential": HIDDEN });
    if flow.chance(0.12) {
        let code = "WebAuthnOriginNotAllowedException";
        flow.emit(Call::public("CompleteWebAuthnRegistration", request()).fails(code, "Origin is not allowed"));
        flow.wait(5, 25);
    }
    not_before(flow, set_up);
    flow.emit(Call::public("CompleteWebAuthnRegistration", request()).answer(json!({})));
}

/// Takes the passkey away again.
pub(super) fn passkey_deleted(flow: &mut Flow<'_>, user: &User) {
    let gone = flow.now + LEAD;
    surely(flow, user);
    flow.wait(8, 40);
    not_before(flow, gone);
    let request = json!({ "accessToken": HIDDEN, "credentialId": HIDDEN });
    flow.emit(Call::public("DeleteWebAuthnCredential", request).answer(json!({})));
}
