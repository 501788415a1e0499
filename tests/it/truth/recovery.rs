//! Account recovery: resets, resends, and MFA switched off.

use super::Tally;
use super::sign_ins::is_status;
use crate::world::event::{Deed, Event, Failure, Preference};

pub fn count(tally: &mut Tally, events: &[Event]) {
    for event in events {
        let Some((kind, asks)) = kind(&event.deed) else { continue };
        if let Some(failure) = event.failure {
            let reason = reason(failure, &event.deed);
            tally.one(event, "recovery_failures_total", &[("kind", kind), ("reason", reason)]);
        }
        if asks || (event.failure.is_none() && is_done(&event.deed)) {
            tally.one(event, "recovery_events_total", &[("kind", kind)]);
        }
    }
}

/// The kind attempted, and whether every attempt counts.
fn kind(deed: &Deed) -> Option<(&'static str, bool)> {
    Some(match deed {
        Deed::Recovery("ForgotPassword") | Deed::Sends("ForgotPassword", _) => ("self_reset_requested", true),
        Deed::RecoveryPage("ForgotPassword_POST" | "forgotPassword_POST" | "ResetPassword_POST", _) => {
            ("self_reset_requested", true)
        }
        Deed::Recovery("ResendConfirmationCode") | Deed::Sends("ResendConfirmationCode", _) => ("code_resent", true),
        Deed::RecoveryPage("ResendCode_POST" | "mfa_phone_resendCode_POST", _) => ("code_resent", true),
        Deed::Recovery("ConfirmForgotPassword") => ("self_reset_completed", false),
        Deed::RecoveryPage("ConfirmForgotPassword_POST", _) => ("self_reset_completed", false),
        Deed::Recovery("AdminResetUserPassword") => ("admin_reset", false),
        Deed::Recovery("AdminSetUserPassword") => ("admin_set_password", false),
        Deed::Recovery("AdminDeleteSoftwareToken") => ("admin_mfa_disable", false),
        Deed::Prefer { admin: true, settings: Preference::Unreadable } => ("admin_mfa_disable", false),
        Deed::Prefer { admin, settings: Preference::Readable(switches) } => {
            let on = switches.iter().any(|switch| switch.on);
            let off = switches.iter().any(|switch| !switch.on);
            match (off && !on, admin) {
                (false, _) => return None,
                (true, true) => ("admin_mfa_disable", false),
                (true, false) => ("self_mfa_disable", false),
            }
        }
        _ => return None,
    })
}

/// A page is done only when it moved on.
fn is_done(deed: &Deed) -> bool {
    match deed {
        Deed::RecoveryPage(_, status) => status.as_ref().is_some_and(|status| is_status(status, 302)),
        _ => true,
    }
}

fn reason(failure: Failure, deed: &Deed) -> &'static str {
    match failure.code {
        "LimitExceededException" | "TooManyFailedAttemptsException" => "limit_exceeded",
        "InvalidParameterException"
            if matches!(deed, Deed::Recovery("ForgotPassword") | Deed::Sends("ForgotPassword", _)) =>
        {
            "no_channel"
        }
        "CodeMismatchException" => "code_mismatch",
        "ExpiredCodeException" => "code_expired",
        "UserNotFoundException"
        | "UserNotConfirmedException"
        | "PasswordResetRequiredException"
        | "NotAuthorizedException" => "user_state",
        "TooManyRequestsException" => "throttled",
        "AccessDeniedException" | "AccessDenied" | "ForbiddenException" => "denied",
        "UserLambdaValidationException" | "UnexpectedLambdaException" | "InvalidLambdaResponseException" => "lambda",
        "InvalidSmsRoleAccessPolicyException"
        | "InvalidSmsRoleTrustRelationshipException"
        | "InvalidEmailRoleAccessPolicyException" => "config",
        _ => "other",
    }
}
