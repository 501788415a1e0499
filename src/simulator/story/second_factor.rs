//! Answers to MFA challenges of the API: right, wrong, late, repeated or never.

use super::first_factor::{NOT_AUTHORIZED, respond};
use crate::simulator::cognito_log::Activity;
use crate::simulator::flow::Flow;
use crate::simulator::time::Ms;

/// How a round of answering ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Passed,
    /// The person left; the challenge stays unanswered.
    GaveUp,
    /// The person starts the sign-in over.
    Again,
}

const WRONG_MESSAGE_CODE: &str = "Invalid code or auth state for the user.";
const WRONG_TOTP: &str = "Invalid code received for user";
const SESSION_EXPIRED: &str = "Invalid session for the user, session is expired.";

/// Answers `SOFTWARE_TOKEN_MFA`.
pub(super) fn totp(flow: &mut Flow<'_>) -> End {
    const NAME: &str = "SOFTWARE_TOKEN_MFA";
    if flow.mishap(0.02) {
        return End::GaveUp;
    }
    let bad = flow.on_bad_release();
    let (first, later, leaves) = if bad { (0.07, 0.1, 0.3) } else { (0.945, 0.82, 0.1) };
    for attempt in 0..5 {
        flow.wait(5, 32);
        if attempt == 0 && flow.mishap(0.012) {
            return too_late(flow, NAME);
        }
        if flow.mishap(1.0 - if attempt == 0 { first } else { later }) {
            refuse(flow, NAME, "CodeMismatchException", WRONG_TOTP);
            if flow.chance(leaves) {
                return End::GaveUp;
            }
        } else if flow.mishap(0.007) {
            refuse(flow, NAME, "ExpiredCodeException", "Your software token has already been used once.");
            flow.wait(18, 30);
        } else {
            return accept(flow, NAME);
        }
    }
    flow.wait(5, 20);
    refuse(flow, NAME, NOT_AUTHORIZED, "Password attempts exceeded");
    End::GaveUp
}

/// Answers `SMS_MFA` or `EMAIL_OTP`; the code has or has not arrived.
pub(super) fn message(flow: &mut Flow<'_>, name: &'static str, arrived: bool) -> End {
    if !arrived && !flow.careful {
        return in_vain(flow, name);
    }
    if flow.mishap(0.03) {
        return End::GaveUp;
    }
    for attempt in 0..4 {
        flow.wait(9, 48);
        if attempt == 0 && flow.mishap(0.02) {
            return too_late(flow, name);
        }
        if flow.mishap(if attempt == 0 { 0.045 } else { 0.2 }) {
            let (code, text) = match flow.chance(0.08) {
                true => ("ExpiredCodeException", "Invalid code provided, please request a code again."),
                false => ("CodeMismatchException", WRONG_MESSAGE_CODE),
            };
            refuse(flow, name, code, text);
            if flow.chance(0.12) {
                return End::GaveUp;
            }
        } else {
            return accept(flow, name);
        }
    }
    End::GaveUp
}

fn in_vain(flow: &mut Flow<'_>, name: &'static str) -> End {
    if flow.chance(0.42) {
        End::GaveUp
    } else if flow.chance(0.6) {
        flow.wait(40, 130);
        End::Again
    } else if flow.chance(0.6) {
        too_late(flow, name)
    } else {
        flow.wait(50, 120);
        refuse(flow, name, "CodeMismatchException", WRONG_MESSAGE_CODE);
        End::GaveUp
    }
}

fn too_late(flow: &mut Flow<'_>, name: &'static str) -> End {
    let validity = Ms::from(flow.client.session_minutes) * 60;
    flow.wait(validity + 5, validity + 200);
    refuse(flow, name, NOT_AUTHORIZED, SESSION_EXPIRED);
    if flow.chance(0.65) { End::Again } else { End::GaveUp }
}

fn refuse(flow: &mut Flow<'_>, name: &str, code: &'static str, message: &'static str) {
    let call = respond(flow, name).fails(code, message);
    flow.emit(call);
    if matches!(code, "CodeMismatchException" | "ExpiredCodeException") {
        flow.note(Activity::MFA_FAILED);
    }
}

fn accept(flow: &mut Flow<'_>, name: &str) -> End {
    if flow.mishap(0.002) {
        refuse(flow, name, "TooManyRequestsException", "Rate exceeded");
        flow.wait(2, 5);
    }
    let call = respond(flow, name).tokens();
    flow.emit(call);
    flow.note(Activity::MFA_PASSED);
    End::Passed
}
