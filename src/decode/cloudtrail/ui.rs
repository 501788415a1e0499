//! Pages of the classic hosted UI and of managed login (`AwsServiceEvent`).
//!
//! The two name their pages differently, sometimes by case alone; what a page means is the same.
//! AWS documents no refused answer, so only a non-empty `errorCode` is believed: a page without one
//! is undetermined, whatever its HTTP status.

use super::record::Record;
use super::{Relevance, reason};
use crate::model::{Event, Factor, Outcome, Reason, RecoveryKind, SignIn, Step, Vocabulary};

/// What a page submit does.
#[derive(Clone, Copy)]
enum Page {
    MfaAnswer(Factor),
    Recovery(RecoveryKind),
    /// Password and code submitted together.
    ResetConfirmed,
    Token,
    /// Stored as it is.
    Submit,
    /// Views and navigation.
    View,
}

const HOSTED_UI: &[(&str, Page)] = &[
    ("Mfa_POST", Page::MfaAnswer(Factor::Unknown)),
    ("ForgotPassword_POST", Page::Recovery(RecoveryKind::SelfResetRequested)),
    ("ResetPassword_POST", Page::Recovery(RecoveryKind::SelfResetRequested)),
    ("ResendCode_POST", Page::Recovery(RecoveryKind::CodeResent)),
    ("ConfirmForgotPassword_POST", Page::ResetConfirmed),
    ("Token_POST", Page::Token),
    ("Beta_Token_POST", Page::Token),
    ("CognitoAuthentication", Page::Submit),
    ("Confirm_POST", Page::Submit),
    ("Confirm_With_Link_GET", Page::Submit),
    ("Login_OIDC_SAML_POST", Page::Submit),
    ("MfaOption_POST", Page::Submit),
    ("MfaRegister_POST", Page::Submit),
    ("OAuth2Response_GET", Page::Submit),
    ("OAuth2Response_POST", Page::Submit),
    ("SAML2Response_POST", Page::Submit),
    ("Beta_SAML2Response_POST", Page::Submit),
    ("Signup_POST", Page::Submit),
    ("Beta_Authorize_GET", Page::View),
    ("ConfirmForgotPassword_GET", Page::View),
    ("Confirm_GET", Page::View),
    ("Error_GET", Page::View),
    ("Event_Feedback_GET", Page::View),
    ("ForgotPassword_GET", Page::View),
    ("Login_GET", Page::View),
    ("Logout", Page::View),
    ("MfaOption_GET", Page::View),
    ("MfaRegister_GET", Page::View),
    ("Mfa_GET", Page::View),
    ("OAuth2_Authorize_GET", Page::View),
    ("ResetPassword_GET", Page::View),
    ("SAML2Logout_POST", Page::View),
    ("Signup_GET", Page::View),
    ("UserInfo_GET", Page::View),
    ("UserInfo_POST", Page::View),
];

const MANAGED_LOGIN: &[(&str, Page)] = &[
    ("mfa_totp_POST", Page::MfaAnswer(Factor::Totp)),
    ("mfa_phone_verify_POST", Page::MfaAnswer(Factor::Sms)),
    ("forgotPassword_POST", Page::Recovery(RecoveryKind::SelfResetRequested)),
    ("mfa_phone_resendCode_POST", Page::Recovery(RecoveryKind::CodeResent)),
    ("confirmUser_GET", Page::Submit),
    ("login_POST", Page::Submit),
    ("login_continue_POST", Page::Submit),
    ("login_passkey_POST", Page::Submit),
    ("mfa_options_POST", Page::Submit),
    ("mfa_phone_register_POST", Page::Submit),
    ("passkeys_add_POST", Page::Submit),
    ("selectChallenge_POST", Page::Submit),
    ("signup_POST", Page::Submit),
    ("signup_confirm_POST", Page::Submit),
    ("verifyCode_POST", Page::Submit),
    ("mfa_back_POST", Page::View),
    ("passkeys_add_GET", Page::View),
];

/// Fills in what the page means; `None` when the name is no page we know.
pub(super) fn describe(name: &str, record: &Record<'_>, event: &mut Event) -> Option<Relevance> {
    let (vocabulary, page) = find(HOSTED_UI, name)
        .map(|page| (Vocabulary::HostedUi, page))
        .or_else(|| find(MANAGED_LOGIN, name).map(|page| (Vocabulary::ManagedLogin, page)))?;
    if matches!(page, Page::View) {
        return Some(Relevance::Irrelevant);
    }
    event.vocabulary = vocabulary;
    if event.error_code.is_none() {
        event.outcome = Outcome::Undetermined;
        event.reason = Some(Reason::Undetermined);
    }
    match page {
        Page::MfaAnswer(factor) => {
            event.step = Some(Step::MfaAnswer);
            event.factor = Some(factor);
            if let Some(code) = &event.error_code {
                let (outcome, reason) = reason::of_answer(code, record.error_message());
                event.outcome = outcome;
                event.reason = Some(reason);
            }
        }
        Page::Recovery(kind) => recovery(name, event, kind),
        Page::ResetConfirmed => {
            recovery(name, event, RecoveryKind::SelfResetCompleted);
            // A re-rendered form is 200; only the redirect says that the new password was taken.
            if event.error_code.is_none() && record.page_status() == Some(302) {
                event.outcome = Outcome::Success;
                event.reason = None;
            }
        }
        Page::Token => {
            event.auth_flow = record.grant_type();
            match event.auth_flow.as_deref() {
                Some("authorization_code") if event.error_code.is_none() && record.page_status() == Some(200) => {
                    event.sign_in = Some(SignIn::Ui);
                    event.outcome = Outcome::Success;
                    event.reason = None;
                }
                Some("refresh_token") => event.step = Some(Step::Refresh),
                _ => {}
            }
        }
        Page::Submit | Page::View => {}
    }
    Some(Relevance::Relevant)
}

fn recovery(name: &str, event: &mut Event, kind: RecoveryKind) {
    event.recovery_kind = Some(kind);
    if let Some(code) = &event.error_code {
        event.reason = Some(reason::of_recovery(name, code));
    }
}

fn find(pages: &[(&str, Page)], name: &str) -> Option<Page> {
    pages.iter().find(|(known, _)| *known == name).map(|(_, page)| *page)
}
