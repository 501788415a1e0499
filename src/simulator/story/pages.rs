//! Sign-ins through the classic hosted UI and through managed login.

use crate::simulator::cognito_log::Activity;
use crate::simulator::flow::Flow;
use crate::simulator::population::User;
use crate::simulator::record::{Call, HIDDEN};
use crate::simulator::scenario::Surface;
use crate::simulator::world::Challenge;

/// A request to one of the client's pages.
pub(super) fn page(flow: &mut Flow<'_>, name: &'static str, status: u16) -> Call {
    let call = Call::page(
        name,
        status,
        &[
            ("client_id", flow.client.id),
            ("redirect_uri", "https://www.example.com/signed-in"),
            ("response_type", "code"),
        ],
    );
    let call = if name.ends_with("_GET") {
        call.read_only()
    } else {
        call.parameter("_csrf", HIDDEN).parameter("cognitoAsfData", HIDDEN)
    };
    let call = if flow.chance(0.55) { call.also("clientId", flow.client.id.into()) } else { call };
    if flow.chance(0.1) {
        return call;
    }
    let domain = format!("northwind-{}.auth.{}.amazoncognito.com", flow.pool.id.len(), flow.pool.region);
    call.also("userPoolId", flow.pool.id.into()).also("userPoolDomain", domain.into())
}

/// The name of a page in the client's vocabulary: classic or managed login.
pub(super) fn either(flow: &Flow<'_>, classic: &'static str, managed: &'static str) -> &'static str {
    if flow.client.surface == Surface::HostedUi { classic } else { managed }
}

/// Signs in on the pages; false when the person does not get in.
pub(super) fn sign_in(flow: &mut Flow<'_>, user: &User) -> bool {
    if flow.client.surface == Surface::HostedUi && flow.chance(0.4) {
        let call = page(flow, "Login_GET", 200);
        flow.emit(call);
        flow.wait(4, 25);
    }
    let submit = either(flow, "CognitoAuthentication", "login_POST");
    let barred = !user.enabled(flow.now) || user.status(flow.now, flow.pool.self_sign_up) != "CONFIRMED";
    if barred || flow.mishap(0.06) {
        let call = page(flow, submit, 200).parameter("username", HIDDEN).parameter("password", HIDDEN);
        flow.emit(call);
        flow.note(Activity::WRONG_PASSWORD);
        if barred {
            return false;
        }
        flow.wait(5, 25);
    }
    let challenge = flow.world.challenge(user, flow.now);
    let call = page(flow, submit, 302).parameter("username", HIDDEN).parameter("password", HIDDEN);
    flow.emit(call);
    match challenge {
        None => flow.note(Activity::NO_MFA),
        Some(challenge) if !meet(flow, user, challenge) => return false,
        Some(_) => {}
    }
    flow.wait(1, 3);
    token(flow, "authorization_code");
    true
}

fn meet(flow: &mut Flow<'_>, user: &User, challenge: Challenge) -> bool {
    let totp = matches!(challenge, Challenge::Totp | Challenge::Select);
    let mut arrived = match challenge {
        Challenge::Sms => flow.text(user),
        Challenge::Email => flow.mail(user),
        _ => true,
    };
    let name = match (flow.client.surface, challenge) {
        (_, Challenge::Setup) => {
            let call = page(flow, either(flow, "MfaRegister_GET", "mfa_options_POST"), 200);
            flow.emit(call);
            return false;
        }
        (Surface::HostedUi, _) => "Mfa_POST",
        (_, Challenge::Sms) => "mfa_phone_verify_POST",
        // Not in the published list of event names; real pools send names that nobody documented.
        (_, Challenge::Email) => "mfa_email_POST",
        _ => "mfa_totp_POST",
    };
    for attempt in 0..4 {
        if !arrived && !flow.careful {
            flow.wait(45, 150);
            if flow.client.surface != Surface::ManagedLogin || challenge != Challenge::Sms || flow.chance(0.5) {
                return false;
            }
            let call = page(flow, "mfa_phone_resendCode_POST", 200);
            let call = with_sub(flow, call, user);
            flow.emit(call);
            arrived = flow.text(user);
            continue;
        }
        flow.wait(6, 40);
        if flow.mishap(0.025) {
            return false;
        }
        let wrong = flow.mishap(if attempt > 0 {
            0.2
        } else if totp {
            0.055
        } else {
            0.05
        });
        answer(flow, name, user, wrong);
        if !wrong {
            return true;
        }
    }
    false
}

fn answer(flow: &mut Flow<'_>, name: &'static str, user: &User, wrong: bool) {
    let call = page(flow, name, if wrong { 200 } else { 302 }).parameter("code", HIDDEN);
    let call = with_sub(flow, call, user);
    let call = if wrong && flow.chance(0.15) {
        call.fails("CodeMismatchException", "Invalid code or auth state for the user.")
    } else {
        call
    };
    flow.emit(call);
    flow.note(if wrong { Activity::MFA_FAILED } else { Activity::MFA_PASSED });
}

/// Pages name the user in some records only.
pub(super) fn with_sub(flow: &mut Flow<'_>, call: Call, user: &User) -> Call {
    if flow.chance(0.55) { call.parameter("sub", &user.sub.to_string()) } else { call }
}

/// `Token_POST`, which ends every code flow.
pub(super) fn token(flow: &mut Flow<'_>, grant: &str) {
    let call = page(flow, "Token_POST", 200).parameter("grant_type", grant).parameter("code", HIDDEN);
    flow.emit(call);
}

/// A sign-in through the external identity provider.
pub(super) fn federated(flow: &mut Flow<'_>) {
    let call = page(flow, "OAuth2_Authorize_GET", 302).parameter("identity_provider", "CorpSSO");
    flow.emit(call);
    flow.wait(5, 40);
    let call = page(flow, "SAML2Response_POST", 302).parameter("SAMLResponse", HIDDEN);
    flow.emit(call);
    flow.wait(1, 3);
    flow.note(Activity::FEDERATED);
    token(flow, "authorization_code");
}
