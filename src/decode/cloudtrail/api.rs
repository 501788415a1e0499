//! User pools API calls (`AwsApiCall`).

use super::record::Record;
use super::{Relevance, reason};
use crate::model::{
    Event, Factor, FactorSetting, Outcome, PreferenceChange, Reason, RecoveryKind, SignIn, Step, Vocabulary,
};

/// Fills in what the call means; `None` when the name is no API operation we know.
pub(super) fn describe(name: &str, record: &Record<'_>, custom_is_mfa: bool, event: &mut Event) -> Option<Relevance> {
    match name {
        "InitiateAuth" | "AdminInitiateAuth" => initiate(record, event),
        "GetTokensFromRefreshToken" => event.step = Some(Step::Refresh),
        "RespondToAuthChallenge" | "AdminRespondToAuthChallenge" => respond(record, custom_is_mfa, event),
        "ForgotPassword" => recovery(name, event, RecoveryKind::SelfResetRequested),
        "ConfirmForgotPassword" => recovery(name, event, RecoveryKind::SelfResetCompleted),
        "ResendConfirmationCode" => recovery(name, event, RecoveryKind::CodeResent),
        "AdminResetUserPassword" => recovery(name, event, RecoveryKind::AdminReset),
        "AdminSetUserPassword" => recovery(name, event, RecoveryKind::AdminSetPassword),
        "SetUserMFAPreference" => {
            event.preference = preference(record);
            if event.preference.only_off() {
                recovery(name, event, RecoveryKind::SelfMfaDisable);
            }
        }
        "AdminSetUserMFAPreference" => {
            event.preference = preference(record);
            if event.preference.only_off() || event.preference.direction_unknown {
                recovery(name, event, RecoveryKind::AdminMfaDisable);
            }
        }
        "AdminDeleteSoftwareToken" => {
            event.preference.totp = FactorSetting::switched(false);
            recovery(name, event, RecoveryKind::AdminMfaDisable);
        }
        "CompleteWebAuthnRegistration" => event.preference.passkey = FactorSetting::switched(true),
        "VerifySoftwareToken" if record.says_error() => event.outcome = Outcome::Failure,
        "CreateUserPool" | "SetUserPoolMfaConfig" | "UpdateUserPool" => {
            event.mfa_configuration = record.mfa_configuration();
        }
        _ if RELEVANT.contains(&name) => {}
        _ if IRRELEVANT.contains(&name) => return Some(Relevance::Irrelevant),
        _ => return None,
    }
    event.vocabulary = Vocabulary::Api;
    if event.outcome == Outcome::Success {
        event.lookup_hint = event.preference.direction_unknown
            || event.preference.leaves_open()
            || ["VerifySoftwareToken", "DeleteWebAuthnCredential"].contains(&name);
        event.is_billable = BILLABLE.contains(&name) || record.has_tokens();
    }
    Some(Relevance::Relevant)
}

fn initiate(record: &Record<'_>, event: &mut Event) {
    event.auth_flow = record.auth_flow();
    event.issued_challenge = record.issued_challenge();
    event.step = match event.auth_flow.as_deref() {
        Some("USER_SRP_AUTH" | "USER_PASSWORD_AUTH" | "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH") => {
            Some(Step::Password)
        }
        Some("USER_AUTH") => Some(Step::Choice),
        Some("REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN") => Some(Step::Refresh),
        _ => Some(Step::Plumbing),
    };
    first_factor_outcome(record, event);
    if event.step != Some(Step::Refresh) {
        completed_sign_in(record, event);
    }
}

const CUSTOM: &str = "CUSTOM_CHALLENGE";

fn respond(record: &Record<'_>, custom_is_mfa: bool, event: &mut Event) {
    event.challenge_name = record.answered_challenge();
    event.issued_challenge = record.issued_challenge();
    let (step, factor) = match event.challenge_name.as_deref() {
        Some("SMS_MFA") => (Step::MfaAnswer, Some(Factor::Sms)),
        Some("SOFTWARE_TOKEN_MFA") => (Step::MfaAnswer, Some(Factor::Totp)),
        Some("EMAIL_MFA") => (Step::MfaAnswer, Some(Factor::Email)),
        Some("EMAIL_OTP") => (Step::EmailAnswer, Some(Factor::Email)),
        Some("WEB_AUTHN") => (Step::PasskeyAnswer, Some(Factor::Passkey)),
        Some("SMS_OTP") => (Step::SmsOtpAnswer, None),
        Some("PASSWORD_VERIFIER" | "PASSWORD" | "PASSWORD_SRP") => (Step::Password, None),
        Some("SELECT_CHALLENGE") => (Step::Choice, None),
        Some("MFA_SETUP") => (Step::MfaSetup, None),
        Some(CUSTOM) if custom_is_mfa => (Step::MfaAnswer, Some(Factor::Custom)),
        Some(CUSTOM) => (Step::CustomAnswer, None),
        Some("DEVICE_SRP_AUTH" | "DEVICE_PASSWORD_VERIFIER") => (Step::Device, None),
        _ => (Step::Plumbing, None),
    };
    event.step = Some(step);
    event.factor = factor;
    if factor.is_some() || step == Step::SmsOtpAnswer {
        if let Some(code) = &event.error_code {
            let (outcome, reason) = reason::of_answer(code, record.error_message());
            event.outcome = outcome;
            event.reason = Some(reason);
        }
    } else {
        first_factor_outcome(record, event);
    }
    if factor == Some(Factor::Custom) && event.issued_challenge.as_deref() == Some(CUSTOM) {
        // Asked again: the next question, or the same one after a wrong answer, which is no error here.
        event.outcome = Outcome::Undetermined;
        event.reason = Some(Reason::Undetermined);
    }
    completed_sign_in(record, event);
}

/// A first factor that was refused stays a failure, whatever the reason.
fn first_factor_outcome(record: &Record<'_>, event: &mut Event) {
    if let Some(code) = &event.error_code {
        event.reason = Some(reason::of_answer(code, record.error_message()).1);
    }
}

fn completed_sign_in(record: &Record<'_>, event: &mut Event) {
    if event.error_code.is_none() && record.has_tokens() {
        event.sign_in = Some(SignIn::Api);
    }
}

/// A recovery step; a refused one keeps the kind it attempted.
fn recovery(name: &str, event: &mut Event, kind: RecoveryKind) {
    event.recovery_kind = Some(kind);
    event.reason = event.error_code.as_ref().map(|code| reason::of_recovery(name, code));
}

fn preference(record: &Record<'_>) -> PreferenceChange {
    let [totp, sms, email, passkey] = record.factor_settings();
    let change = PreferenceChange { totp, sms, email, passkey, direction_unknown: false };
    PreferenceChange { direction_unknown: change.is_unreadable(), ..change }
}

/// Calls that make a user a monthly active user, beside those that issue tokens (Cognito Developer
/// Guide, "Quotas": what counts towards MAU). Where the guide is silent a call is not listed: a
/// look-up then waits rather than being billed.
const BILLABLE: &[&str] = &[
    "AdminAddUserToGroup",
    "AdminConfirmSignUp",
    "AdminCreateUser",
    "AdminDeleteUserAttributes",
    "AdminRemoveUserFromGroup",
    "AdminRespondToAuthChallenge",
    "AdminSetUserPassword",
    "AdminUpdateUserAttributes",
    "AdminUserGlobalSignOut",
    "ChangePassword",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "DeleteUserAttributes",
    "GetTokensFromRefreshToken",
    "GlobalSignOut",
    "RespondToAuthChallenge",
    "SignUp",
    "UpdateUserAttributes",
    "VerifyUserAttribute",
];

/// Stored as they are: activity of a user, enrolment steps, changes of pools and clients.
const RELEVANT: &[&str] = &[
    "AdminAddUserToGroup",
    "AdminConfirmSignUp",
    "AdminCreateUser",
    "AdminDeleteUser",
    "AdminDeleteUserAttributes",
    "AdminDisableProviderForUser",
    "AdminDisableUser",
    "AdminEnableUser",
    "AdminForgetDevice",
    "AdminLinkProviderForUser",
    "AdminRemoveUserFromGroup",
    "AdminSetUserSettings",
    "AdminUpdateDeviceStatus",
    "AdminUpdateUserAttributes",
    "AdminUserGlobalSignOut",
    "AssociateSoftwareToken",
    "ChangePassword",
    "ConfirmDevice",
    "ConfirmSignUp",
    "CreateUserPool",
    "CreateUserPoolClient",
    "CreateUserPoolReplica",
    "DeleteUser",
    "DeleteUserAttributes",
    "DeleteUserPool",
    "DeleteUserPoolClient",
    "DeleteUserPoolReplica",
    "DeleteWebAuthnCredential",
    "ForgetDevice",
    "GetUserAttributeVerificationCode",
    "GlobalSignOut",
    "RevokeToken",
    "SetLogDeliveryConfiguration",
    "SetUserPoolMfaConfig",
    "SetUserSettings",
    "SignUp",
    "StartWebAuthnRegistration",
    "UpdateDeviceStatus",
    "UpdateUserAttributes",
    "UpdateUserPool",
    "UpdateUserPoolClient",
    "UpdateUserPoolReplica",
    "VerifySoftwareToken",
    "VerifyUserAttribute",
];

/// Known and of no interest: reads (our own among them) and settings that do not touch MFA.
const IRRELEVANT: &[&str] = &[
    "AddCustomAttributes",
    "AddUserPoolClientSecret",
    "AdminGetDevice",
    "AdminGetUser",
    "AdminGetUserAuthFactors",
    "AdminListDevices",
    "AdminListGroupsForUser",
    "AdminListUserAuthEvents",
    "AdminUpdateAuthEventFeedback",
    "CreateGroup",
    "CreateIdentityProvider",
    "CreateManagedLoginBranding",
    "CreateResourceServer",
    "CreateTerms",
    "CreateUserImportJob",
    "CreateUserPoolDomain",
    "DeleteGroup",
    "DeleteIdentityProvider",
    "DeleteManagedLoginBranding",
    "DeleteResourceServer",
    "DeleteTerms",
    "DeleteUserPoolClientSecret",
    "DeleteUserPoolDomain",
    "DescribeIdentityProvider",
    "DescribeManagedLoginBranding",
    "DescribeManagedLoginBrandingByClient",
    "DescribeResourceServer",
    "DescribeRiskConfiguration",
    "DescribeTerms",
    "DescribeTermsByClient",
    "DescribeUserImportJob",
    "DescribeUserPool",
    "DescribeUserPoolClient",
    "DescribeUserPoolDomain",
    "GetCSVHeader",
    "GetClientToken",
    "GetDevice",
    "GetGroup",
    "GetIdentityProviderByIdentifier",
    "GetLogDeliveryConfiguration",
    "GetProvisionedLimit",
    "GetSigningCertificate",
    "GetUICustomization",
    "GetUser",
    "GetUserAuthFactors",
    "GetUserPoolMfaConfig",
    "ListDevices",
    "ListGroups",
    "ListIdentityProviders",
    "ListResourceServers",
    "ListTagsForResource",
    "ListTerms",
    "ListUserImportJobs",
    "ListUserPoolClientSecrets",
    "ListUserPoolClients",
    "ListUserPoolReplicas",
    "ListUserPools",
    "ListUsers",
    "ListUsersInGroup",
    "ListWebAuthnCredentials",
    "SetRiskConfiguration",
    "SetUICustomization",
    "StartUserImportJob",
    "StopUserImportJob",
    "TagResource",
    "UntagResource",
    "UpdateAuthEventFeedback",
    "UpdateGroup",
    "UpdateIdentityProvider",
    "UpdateManagedLoginBranding",
    "UpdateProvisionedLimit",
    "UpdateResourceServer",
    "UpdateTerms",
    "UpdateUserPoolDomain",
];
