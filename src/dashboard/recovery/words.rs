//! Kinds and reasons in plain words.

use crate::model::{Reason, RecoveryKind};

/// What a kind is called, and what to know about it.
pub(super) fn kind(kind: RecoveryKind) -> (&'static str, &'static str) {
    match kind {
        RecoveryKind::SelfResetRequested => ("Password reset asked for", "by the user; every attempt counts"),
        RecoveryKind::SelfResetCompleted => ("Password reset completed", "by the user, with a code"),
        RecoveryKind::AdminReset => ("Password reset forced", "by an administrator"),
        RecoveryKind::AdminSetPassword => ("Password set", "by an administrator"),
        RecoveryKind::AdminMfaDisable => ("MFA switched off for a user", "by an administrator"),
        RecoveryKind::SelfMfaDisable => ("MFA switched off", "by the user"),
        RecoveryKind::CodeResent => {
            ("Code sent again", "to confirm a sign-up, or as an SMS code of the hosted pages; every attempt counts")
        }
    }
}

/// What a reason means, and what to do about it.
pub(super) fn reason(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::NoChannel => (
            "No way to send a code",
            "The user has no verified phone or mailbox that recovery may use; a factor takes its own channel away. \
             Have a second channel verified before MFA is required.",
        ),
        Reason::LimitExceeded => (
            "Too many attempts",
            "Cognito makes the user wait. Say so in the application; the same for many users at once is an attack.",
        ),
        Reason::CodeMismatch => (
            "Wrong code",
            "Typos are ordinary. Cognito also says so to whoever tries names of users that do not exist.",
        ),
        Reason::CodeExpired => (
            "Code too old",
            "The code came late or was found late: see whether text messages arrive, and ask for a new one.",
        ),
        Reason::UserState => (
            "Not allowed for this user",
            "The account is disabled, not confirmed, federated or does not exist: support has to mend it first.",
        ),
        Reason::Throttled => (
            "Too many requests of the whole account",
            "The request quota of Cognito was used up: raise it, and let the application retry more slowly.",
        ),
        Reason::Denied => (
            "Refused by IAM or WAF",
            "An administrator without the permission, or a WAF rule: look who tried, and whether the rule is right.",
        ),
        Reason::Lambda => ("A Lambda trigger failed", "Look into the log of the trigger."),
        Reason::Config => (
            "The pool cannot send",
            "The role for text messages or the one for e-mail is wrong: mend its policy or its trust.",
        ),
        Reason::Other => ("An error that is not known here", "The messages are listed below."),
        Reason::CodeReplayed
        | Reason::SessionExpired
        | Reason::SessionInvalid
        | Reason::AttemptsExceeded
        | Reason::Waf
        | Reason::Undetermined => (reason.as_str(), ""),
    }
}
