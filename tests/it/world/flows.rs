//! What people do: one flow at a time, drawn at random with every branch of the definitions in reach.

use rand::RngExt;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::event::{Deed, Factor, Preference, Reply};
use super::failures::{DENIED, NO_CHANNEL, RECOVERY, REJECTED, UNDETERMINED, WRONG_PASSWORD};
use super::habits;
use super::scribe::{Flow, Habit};

/// Calls that carry an access token: neither client nor pool.
pub const BY_TOKEN: [&str; 13] = [
    "AssociateSoftwareToken",
    "ChangePassword",
    "UpdateUserAttributes",
    "DeleteUserAttributes",
    "VerifyUserAttribute",
    "ConfirmDevice",
    "ForgetDevice",
    "UpdateDeviceStatus",
    "GlobalSignOut",
    "GetUserAttributeVerificationCode",
    "StartWebAuthnRegistration",
    "DeleteWebAuthnCredential",
    // Only in the stories of `cast`, and refused: who has a passkey is a story of its own.
    "CompleteWebAuthnRegistration",
];
const BY_CLIENT: [&str; 4] = ["SignUp", "ConfirmSignUp", "RevokeToken", "GetTokensFromRefreshToken"];
const BY_ADMIN: [&str; 9] = [
    "AdminCreateUser",
    "AdminUpdateUserAttributes",
    "AdminDeleteUserAttributes",
    "AdminAddUserToGroup",
    "AdminRemoveUserFromGroup",
    "AdminDisableUser",
    "AdminEnableUser",
    "AdminConfirmSignUp",
    "AdminUserGlobalSignOut",
];
const BY_PAGE: [&str; 5] =
    ["Signup_POST", "Confirm_POST", "signup_POST", "signup_confirm_POST", "selectChallenge_POST"];
const IGNORED: [&str; 9] = [
    "ListUsers",
    "AdminGetUser",
    "DescribeUserPool",
    "ListUserPools",
    "Login_GET",
    "UserInfo_GET",
    "Signup_GET",
    "TagResource",
    "ListGroups",
];
const UNKNOWN: [&str; 4] = ["StartHologramAuth", "mfa_hologram_POST", "AdminSetUserHologram", "Hologram_GET"];

/// Anything a user of a pool may go through.
pub fn any(flow: &mut Flow) {
    match flow.scribe.rng.random_range(0..100) {
        0..12 => sign_in(flow),
        12..42 => mfa(flow),
        42..52 => email_code(flow),
        52..58 => other_challenges(flow),
        58..68 => pages(flow),
        68..78 => reset(flow),
        78..84 => administrator(flow),
        84..90 => habits::preference(flow),
        90..94 => hidden(flow),
        _ => noise(flow),
    }
}

/// Only what carries neither pool nor administrator.
pub fn stranger(flow: &mut Flow) {
    match flow.scribe.rng.random_range(0..6) {
        0 => password(flow, false, Reply::Tokens),
        1 => mfa_answers(flow, false, Factor::Sms, true),
        2 => pages(flow),
        3 => reset(flow),
        4 => flow.step(Deed::Prefer { admin: false, settings: Preference::everything_off() }),
        _ => hidden(flow),
    }
}

/// The record that teaches which pool a client and a sub belong to.
pub fn teach(flow: &mut Flow) {
    flow.step(Deed::Initiate { admin: true, flow: Some("ADMIN_USER_PASSWORD_AUTH"), reply: Reply::Tokens });
}

pub fn password(flow: &mut Flow, admin: bool, then: Reply) {
    if flow.chance(0.5) {
        let names: &[&str] =
            if admin { &["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] } else { &["USER_PASSWORD_AUTH"] };
        let name = names.choose(&mut flow.scribe.rng).copied();
        flow.step(Deed::Initiate { admin, flow: name, reply: then });
    } else {
        let reply = Reply::Challenge("PASSWORD_VERIFIER");
        flow.step(Deed::Initiate { admin, flow: Some("USER_SRP_AUTH"), reply });
        flow.step(respond(admin, "PASSWORD_VERIFIER", then));
    }
}

fn respond(admin: bool, challenge: &'static str, reply: Reply) -> Deed {
    Deed::Respond { admin, challenge: Some(challenge), reply }
}

fn sign_in(flow: &mut Flow) {
    let admin = flow.chance(0.2);
    match flow.scribe.rng.random_range(0..10) {
        0 => {
            let name = if flow.chance(0.5) { "REFRESH_TOKEN_AUTH" } else { "REFRESH_TOKEN" };
            flow.step(Deed::Initiate { admin, flow: Some(name), reply: Reply::Tokens });
        }
        1 => {
            let wrong = Deed::Initiate { admin, flow: Some("USER_PASSWORD_AUTH"), reply: Reply::Nothing };
            flow.fail(wrong, WRONG_PASSWORD);
            password(flow, admin, Reply::Tokens);
        }
        2 => {
            flow.step(Deed::Initiate {
                admin,
                flow: Some("USER_SRP_AUTH"),
                reply: Reply::Challenge("PASSWORD_VERIFIER"),
            });
            flow.fail(respond(admin, "PASSWORD_VERIFIER", Reply::Nothing), WRONG_PASSWORD);
        }
        _ => password(flow, admin, Reply::Tokens),
    }
}

fn mfa(flow: &mut Flow) {
    let admin = flow.chance(0.2);
    let factor = if flow.chance(0.5) { Factor::Sms } else { Factor::Totp };
    let passes = flow.person.may_prove.contains(&factor) && flow.chance(0.85);
    let challenge = if factor == Factor::Sms { "SMS_MFA" } else { "SOFTWARE_TOKEN_MFA" };
    if flow.chance(0.1) {
        password(flow, admin, Reply::Challenge("SELECT_MFA_TYPE"));
        flow.step(respond(admin, "SELECT_MFA_TYPE", Reply::Challenge(challenge)));
    } else {
        password(flow, admin, Reply::Challenge(challenge));
    }
    mfa_answers(flow, admin, factor, passes);
    if flow.chance(0.2) {
        // A second sign-in, inside or outside of what the answer above vouches for.
        let pause = if flow.chance(0.6) { flow.scribe.rng.random_range(60..850) } else { 940 };
        flow.after(pause, Deed::Initiate { admin, flow: Some("CUSTOM_AUTH"), reply: Reply::Tokens }, None);
    }
}

fn mfa_answers(flow: &mut Flow, admin: bool, factor: Factor, passes: bool) {
    let challenge = match factor {
        Factor::Sms => "SMS_MFA",
        Factor::Totp => "SOFTWARE_TOKEN_MFA",
        _ => "EMAIL_OTP",
    };
    for _ in 0..flow.scribe.rng.random_range(0..3) {
        let failure = if flow.chance(0.7) { pick(flow, &REJECTED) } else { pick(flow, &UNDETERMINED) };
        flow.fail(respond(admin, challenge, Reply::Nothing), failure);
    }
    if passes && flow.chance(0.1) {
        flow.step(respond(admin, challenge, Reply::Challenge("DEVICE_SRP_AUTH")));
        flow.step(respond(admin, "DEVICE_SRP_AUTH", Reply::Challenge("DEVICE_PASSWORD_VERIFIER")));
        flow.step(respond(admin, "DEVICE_PASSWORD_VERIFIER", Reply::Tokens));
    } else if passes {
        flow.step(respond(admin, challenge, Reply::Tokens));
    }
}

/// EMAIL_OTP is a second factor only right after a password step.
fn email_code(flow: &mut Flow) {
    let passes = flow.person.may_prove.contains(&Factor::Email);
    let code = Reply::Challenge("EMAIL_OTP");
    let user_auth = |reply| Deed::Initiate { admin: false, flow: Some("USER_AUTH"), reply };
    let select = |reply| respond(false, "SELECT_CHALLENGE", reply);
    match flow.scribe.rng.random_range(0..10) {
        0..3 => password(flow, false, code),
        3 => {
            flow.step(user_auth(Reply::Challenge("SELECT_CHALLENGE")));
            flow.step(select(code));
        }
        4 => {
            password(flow, false, code);
            flow.after(930, respond(false, "EMAIL_OTP", Reply::Nothing), Some(REJECTED[0]));
        }
        5 => {
            let wrong = Deed::Initiate { admin: false, flow: Some("USER_PASSWORD_AUTH"), reply: Reply::Nothing };
            flow.fail(wrong, WRONG_PASSWORD);
        }
        6 => {
            password(flow, false, Reply::Challenge("SELECT_CHALLENGE"));
            flow.step(select(code));
        }
        7 => {
            flow.step(user_auth(Reply::Challenge("SELECT_CHALLENGE")));
            flow.step(select(Reply::Challenge("PASSWORD")));
            let name = if flow.chance(0.5) { "PASSWORD" } else { "PASSWORD_SRP" };
            flow.step(respond(false, name, code));
        }
        8 => {
            password(flow, false, code);
            flow.fail(select(Reply::Nothing), UNDETERMINED[0]);
        }
        _ => {}
    }
    mfa_answers(flow, false, Factor::Email, passes);
}

fn other_challenges(flow: &mut Flow) {
    match flow.scribe.rng.random_range(0..6) {
        0 => {
            password(flow, false, Reply::Challenge("MFA_SETUP"));
            flow.step(Deed::Kept("AssociateSoftwareToken"));
            flow.step(Deed::Verify(Some("SUCCESS")));
            flow.step(respond(false, "MFA_SETUP", Reply::Tokens));
            flow.step(Deed::Initiate { admin: false, flow: Some("CUSTOM_AUTH"), reply: Reply::Tokens });
        }
        1 => {
            flow.step(Deed::Initiate {
                admin: false,
                flow: Some("CUSTOM_AUTH"),
                reply: Reply::Challenge("CUSTOM_CHALLENGE"),
            });
            flow.fail(respond(false, "CUSTOM_CHALLENGE", Reply::Nothing), REJECTED[0]);
            flow.step(respond(false, "CUSTOM_CHALLENGE", Reply::Tokens));
        }
        2 => one_time(flow, "WEB_AUTHN"),
        3 => one_time(flow, "SMS_OTP"),
        4 => {
            password(flow, false, Reply::Challenge("NEW_PASSWORD_REQUIRED"));
            flow.step(respond(false, "NEW_PASSWORD_REQUIRED", Reply::Tokens));
        }
        _ => {
            password(flow, false, Reply::Challenge("MFA_SETUP"));
            flow.fail(respond(false, "MFA_SETUP", Reply::Nothing), REJECTED[0]);
        }
    }
}

fn one_time(flow: &mut Flow, challenge: &'static str) {
    flow.step(Deed::Initiate { admin: false, flow: Some("USER_AUTH"), reply: Reply::Challenge(challenge) });
    flow.fail(respond(false, challenge, Reply::Nothing), REJECTED[0]);
    flow.step(respond(false, challenge, Reply::Tokens));
}

fn pages(flow: &mut Flow) {
    let classic = flow.chance(0.5);
    flow.step(Deed::Ignored("Login_GET"));
    flow.step(Deed::KeptPage(if classic { "CognitoAuthentication" } else { "login_POST" }));
    let names: &[&str] = if classic { &["Mfa_POST"] } else { &["mfa_totp_POST", "mfa_phone_verify_POST"] };
    for _ in 0..flow.scribe.rng.random_range(0..3) {
        let page = Deed::Page(pick(flow, names));
        match flow.scribe.rng.random_range(0..6) {
            0 => {
                let failure = pick(flow, &REJECTED);
                flow.fail(page, failure);
            }
            1 => {
                let failure = pick(flow, &UNDETERMINED);
                flow.fail(page, failure);
            }
            _ => flow.step(page),
        }
    }
    let statuses = [Some(json!(200)), Some(json!(200.0)), Some(json!("200")), Some(json!(400)), None];
    let status = statuses.choose(&mut flow.scribe.rng).expect("there are statuses").clone();
    let grant = match flow.scribe.rng.random_range(0..8) {
        0 => "refresh_token",
        1 => "client_credentials",
        _ => "authorization_code",
    };
    let token = Deed::Token { grant, status };
    if flow.chance(0.05) { flow.fail(token, UNDETERMINED[0]) } else { flow.step(token) }
}

fn reset(flow: &mut Flow) {
    let found: Option<Value> = Some(json!(302));
    match flow.scribe.rng.random_range(0..10) {
        0 => flow.fail(Deed::Recovery("ForgotPassword"), NO_CHANNEL),
        1 => refused(flow, Deed::Recovery("ForgotPassword")),
        2..5 => {
            flow.step(Deed::Recovery("ForgotPassword"));
            if flow.chance(0.4) {
                refused(flow, Deed::Recovery("ConfirmForgotPassword"));
            }
            flow.step(Deed::Recovery("ConfirmForgotPassword"));
        }
        5 => flow.fail(Deed::Recovery("ConfirmForgotPassword"), NO_CHANNEL),
        6 => {
            let resend = pick(flow, &["ResendCode_POST", "mfa_phone_resendCode_POST"]);
            flow.step(Deed::RecoveryPage(resend, found));
            refused(flow, Deed::Recovery("ResendConfirmationCode"));
            flow.step(Deed::Recovery("ResendConfirmationCode"));
        }
        _ => {
            let name = pick(flow, &["ForgotPassword_POST", "forgotPassword_POST", "ResetPassword_POST"]);
            if flow.chance(0.2) {
                refused(flow, Deed::RecoveryPage(name, Some(json!(200))));
            }
            flow.step(Deed::RecoveryPage(name, found.clone()));
            for status in [found, Some(json!(302.0)), Some(json!(200)), None] {
                if flow.chance(0.4) {
                    flow.step(Deed::RecoveryPage("ConfirmForgotPassword_POST", status));
                }
            }
            if flow.chance(0.2) {
                refused(flow, Deed::RecoveryPage("ConfirmForgotPassword_POST", Some(json!(302))));
            }
        }
    }
}

pub fn pick<T: Copy>(flow: &mut Flow, choices: &[T]) -> T {
    *choices.choose(&mut flow.scribe.rng).expect("there are choices")
}

pub fn refused(flow: &mut Flow, deed: Deed) {
    let failure = pick(flow, &RECOVERY);
    flow.fail(deed, failure);
}

fn administrator(flow: &mut Flow) {
    let name = pick(flow, &["AdminResetUserPassword", "AdminSetUserPassword", "AdminDeleteSoftwareToken"]);
    let is_kept = name == "AdminDeleteSoftwareToken" && flow.person.habit != Habit::Switches(Factor::Totp);
    match flow.scribe.rng.random_range(0..10) {
        _ if is_kept => flow.fail(Deed::Recovery(name), DENIED[0]),
        0 => flow.fail(Deed::Recovery(name), DENIED[0]),
        1 => flow.fail(Deed::Recovery(name), DENIED[1]),
        2 => refused(flow, Deed::Recovery(name)),
        3 => flow.fail(Deed::Recovery(name), NO_CHANNEL),
        _ => flow.step(Deed::Recovery(name)),
    }
}

/// Records whose request is one HIDDEN string.
fn hidden(flow: &mut Flow) {
    let reply = pick(flow, &[Reply::Tokens, Reply::HiddenTokens, Reply::Nothing]);
    if flow.chance(0.5) {
        flow.step(Deed::Initiate { admin: false, flow: None, reply });
    } else {
        flow.step(Deed::Respond { admin: false, challenge: None, reply });
    }
    flow.step(Deed::Initiate { admin: false, flow: Some("USER_PASSWORD_AUTH"), reply: Reply::HiddenTokens });
}

fn noise(flow: &mut Flow) {
    let deed = match flow.scribe.rng.random_range(0..8) {
        0 => Deed::Kept(pick(flow, &BY_TOKEN[..12])),
        1 => Deed::Kept(pick(flow, &BY_CLIENT)),
        2 => Deed::Kept(pick(flow, &BY_ADMIN)),
        3 => Deed::KeptPage(pick(flow, &BY_PAGE)),
        4 | 5 => Deed::Ignored(pick(flow, &IGNORED)),
        6 => return habits::authenticator(flow),
        _ => Deed::Unknown(pick(flow, &UNKNOWN)),
    };
    flow.step(deed);
}
