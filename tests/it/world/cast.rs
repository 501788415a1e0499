//! People with a story: each puts one question about the order of evidence, in every pool.

use super::event::{Deed, Factor, Preference, Reply};
use super::failures::{DENIED, REJECTED};
use super::flows;
use super::habits::both;
use super::scribe::{Flow, Person, Scribe};

/// What happens to somebody, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Proves(Factor),
    Switches(&'static [(Factor, bool)]),
    Prefers(Factor),
    PrefersOfBoth(Factor),
    EverythingOff,
    Unreadable,
    LosesToken,
    Registers,
    RegistersBadly,
    AddsPasskey,
    DeletesPasskey,
    IsRefused(Factor),
    Mistypes(Factor),
    /// Calls this, with an access token or through an administrator.
    Calls(&'static str),
    /// Gets tokens at once; an administrator may do it for the user.
    SignsIn(bool),
    /// Gets tokens for older ones.
    Refreshes,
    /// Gets a challenge and no tokens.
    IsChallenged,
    /// Answers a challenge that is no second factor.
    Answers(bool),
}

use Factor::{Email, Passkey, Sms, Totp};
use Step::{
    AddsPasskey, Answers, Calls, DeletesPasskey, EverythingOff, IsChallenged, IsRefused, LosesToken, Mistypes, Prefers,
    PrefersOfBoth, Proves, Refreshes, Registers, RegistersBadly, SignsIn, Switches, Unreadable,
};

const CHANGES_PASSWORD: Step = Calls("ChangePassword");

pub const STORIES: [&[Step]; 30] = [
    // A removal newer than a proof erases it, whatever follows.
    &[Proves(Totp), Switches(&[(Totp, false)])],
    &[Switches(&[(Totp, false)]), Proves(Totp)],
    &[Proves(Totp), Switches(&[(Totp, false)]), Switches(&[(Totp, true)])],
    &[Proves(Sms), EverythingOff],
    &[EverythingOff, Proves(Sms)],
    &[Proves(Totp), LosesToken],
    // It erases that factor alone.
    &[Proves(Totp), Proves(Sms), LosesToken],
    &[Proves(Sms), Switches(&[(Totp, true), (Sms, false)])],
    &[Proves(Sms), Proves(Email), Switches(&[(Sms, false)])],
    // A passkey is a second factor only where the pool says so.
    &[Proves(Passkey)],
    &[Proves(Passkey), Proves(Sms), EverythingOff],
    // A single factor off says nothing about the others.
    &[LosesToken],
    &[Switches(&[(Totp, false)])],
    &[CHANGES_PASSWORD, Switches(&[(Totp, false)])],
    // Everything off does, until something unreadable follows.
    &[EverythingOff],
    &[CHANGES_PASSWORD, EverythingOff],
    &[EverythingOff, Unreadable],
    &[Unreadable, EverythingOff],
    // The newest readable word on a factor decides; a look-up is newer still.
    &[Switches(&[(Totp, true)])],
    &[CHANGES_PASSWORD, Switches(&[(Sms, true)])],
    &[EverythingOff, Switches(&[(Sms, true)])],
    &[Switches(&[(Totp, true)]), Unreadable],
    // Which factor is asked for.
    &[Prefers(Totp), Prefers(Sms)],
    &[PrefersOfBoth(Sms)],
    &[Prefers(Sms), PrefersOfBoth(Totp), Unreadable],
    &[Prefers(Totp), EverythingOff],
    &[CHANGES_PASSWORD, Prefers(Sms)],
    // None of these says anything.
    &[Registers, RegistersBadly, IsRefused(Totp), Mistypes(Sms), DeletesPasskey],
    &[Registers, CHANGES_PASSWORD],
    &[Unreadable],
];

/// Whether a look-up outweighs the registration of a passkey, which `AdminGetUser` never lists, is
/// left open: these stories belong to people who are not looked up.
pub const UNASKED: [&[Step]; 3] =
    [&[AddsPasskey], &[AddsPasskey, DeletesPasskey], &[Proves(Totp), AddsPasskey, Registers]];

/// Who does only one of these shows whether it is billed.
pub static DEEDS: [Step; 38] = [
    SignsIn(false),
    SignsIn(true),
    Refreshes,
    Answers(false),
    Answers(true),
    Calls("SignUp"),
    Calls("ConfirmSignUp"),
    Calls("GetTokensFromRefreshToken"),
    Calls("ConfirmForgotPassword"),
    Calls("VerifyUserAttribute"),
    Calls("GlobalSignOut"),
    Calls("UpdateUserAttributes"),
    Calls("DeleteUserAttributes"),
    Calls("AdminCreateUser"),
    Calls("AdminConfirmSignUp"),
    Calls("AdminUserGlobalSignOut"),
    Calls("AdminSetUserPassword"),
    Calls("AdminUpdateUserAttributes"),
    Calls("AdminDeleteUserAttributes"),
    Calls("AdminAddUserToGroup"),
    Calls("AdminRemoveUserFromGroup"),
    CHANGES_PASSWORD,
    // These are not.
    IsChallenged,
    Calls("ForgotPassword"),
    Calls("ResendConfirmationCode"),
    Calls("RevokeToken"),
    Calls("AdminResetUserPassword"),
    Calls("AdminDisableUser"),
    Calls("AdminEnableUser"),
    Calls("AssociateSoftwareToken"),
    Registers,
    Calls("StartWebAuthnRegistration"),
    DeletesPasskey,
    Calls("ConfirmDevice"),
    Calls("ForgetDevice"),
    Calls("UpdateDeviceStatus"),
    Calls("GetUserAttributeVerificationCode"),
    LosesToken,
];

/// The flows of a story, oldest first. No record of it lacks its identifiers.
pub fn play(scribe: &mut Scribe, person: &mut Person, story: &[Step]) {
    person.is_forgotten = false;
    person.in_order(story.len());
    for step in story {
        act(&mut scribe.begin(person), *step);
    }
}

fn act(flow: &mut Flow, step: Step) {
    let admin = flow.chance(0.5);
    let prefer = |settings| Deed::Prefer { admin, settings };
    match step {
        Proves(factor) => proves(flow, factor),
        Switches(switches) => flow.step(prefer(Preference::switches(switches))),
        Prefers(factor) => flow.step(prefer(Preference::prefers(factor))),
        PrefersOfBoth(factor) => flow.step(prefer(both(factor))),
        EverythingOff => flow.step(prefer(Preference::everything_off())),
        Unreadable => flow.step(prefer(Preference::Unreadable)),
        LosesToken => flow.step(Deed::Recovery("AdminDeleteSoftwareToken")),
        Registers => flow.step(Deed::Verify(Some("SUCCESS"))),
        RegistersBadly => flow.step(Deed::Verify(Some("ERROR"))),
        AddsPasskey => flow.step(Deed::Kept("CompleteWebAuthnRegistration")),
        DeletesPasskey => flow.step(Deed::Kept("DeleteWebAuthnCredential")),
        IsRefused(factor) => {
            let settings = Preference::prefers(factor);
            flow.fail(Deed::Prefer { admin: true, settings }, DENIED[0]);
        }
        Mistypes(factor) => flow.fail(answer(factor, Reply::Nothing), REJECTED[0]),
        Calls(name) => flow.step(call(name)),
        SignsIn(admin) => {
            let name = if admin { "ADMIN_USER_PASSWORD_AUTH" } else { "USER_PASSWORD_AUTH" };
            flow.step(Deed::Initiate { admin, flow: Some(name), reply: Reply::Tokens });
        }
        Refreshes => {
            flow.step(Deed::Initiate { admin: false, flow: Some("REFRESH_TOKEN_AUTH"), reply: Reply::Tokens });
        }
        IsChallenged => {
            let reply = Reply::Challenge("SMS_MFA");
            flow.step(Deed::Initiate { admin: false, flow: Some("USER_PASSWORD_AUTH"), reply });
        }
        Answers(admin) => {
            let reply = Reply::Challenge("MFA_SETUP");
            flow.step(Deed::Respond { admin, challenge: Some("PASSWORD_VERIFIER"), reply });
        }
    }
}

fn call(name: &'static str) -> Deed {
    match name {
        "ForgotPassword"
        | "ConfirmForgotPassword"
        | "ResendConfirmationCode"
        | "AdminResetUserPassword"
        | "AdminSetUserPassword" => Deed::Recovery(name),
        _ => Deed::Kept(name),
    }
}

fn proves(flow: &mut Flow, factor: Factor) {
    let reply = Reply::Challenge(challenge(factor));
    if factor == Passkey {
        flow.step(Deed::Initiate { admin: false, flow: Some("USER_AUTH"), reply });
    } else {
        flows::password(flow, false, reply);
    }
    flow.step(answer(factor, Reply::Tokens));
}

fn answer(factor: Factor, reply: Reply) -> Deed {
    Deed::Respond { admin: false, challenge: Some(challenge(factor)), reply }
}

fn challenge(factor: Factor) -> &'static str {
    match factor {
        Sms => "SMS_MFA",
        Totp => "SOFTWARE_TOKEN_MFA",
        Passkey => "WEB_AUTHN",
        _ => "EMAIL_OTP",
    }
}
