//! Codes by text message: asked for, answered, refused; and changes of the number they go to.
//!
//! Only what is certain: a code counts as a text message when the record names SMS, or when its call
//! sends nothing else.

use super::record::Record;
use crate::model::{Event, Outcome, SendError, SmsPurpose};

/// Fills in what the record says of text messages; the other members are filled in already.
pub(super) fn describe(name: &str, record: &Record<'_>, event: &mut Event) {
    event.is_resend = ["ResendConfirmationCode", "ResendCode_POST", "mfa_phone_resendCode_POST"].contains(&name);
    if let Some(code) = &event.error_code {
        event.send_error = send_error(code);
        return;
    }
    // A page may be refused by its HTTP status alone: nothing was sent, nothing changed.
    if record.page_status().is_some_and(|status| status >= 400) {
        return;
    }
    event.sms_purpose = asked_for(name, record, event);
    event.code_accepted = accepted(name, record, event);
    event.is_phone_change = match name {
        // Not `VerifyUserAttribute`: every first enrolment by SMS verifies the number.
        "AdminUpdateUserAttributes" | "UpdateUserAttributes" => record.names_attribute(PHONE),
        "mfa_phone_register_POST" => true,
        _ => false,
    };
}

const PHONE: &str = "phone_number";

fn asked_for(name: &str, record: &Record<'_>, event: &Event) -> Option<SmsPurpose> {
    let (purpose, is_certain) = match name {
        "SignUp" | "ResendConfirmationCode" => (SmsPurpose::SignUp, record.went_by_sms()),
        "ForgotPassword" => (SmsPurpose::Recovery, record.went_by_sms()),
        "GetUserAttributeVerificationCode" | "UpdateUserAttributes" => (SmsPurpose::Attribute, record.went_by_sms()),
        "ResendCode_POST" => (SmsPurpose::SignUp, record.form_says_sms()),
        "mfa_phone_register_POST" | "mfa_phone_resendCode_POST" => (SmsPurpose::Mfa, true),
        _ => return challenge(event.issued_challenge.as_deref()?),
    };
    is_certain.then_some(purpose)
}

fn accepted(name: &str, record: &Record<'_>, event: &Event) -> Option<SmsPurpose> {
    if event.outcome != Outcome::Success {
        return None;
    }
    match name {
        "ConfirmSignUp" => Some(SmsPurpose::SignUp),
        "ConfirmForgotPassword" | "ConfirmForgotPassword_POST" => Some(SmsPurpose::Recovery),
        "VerifyUserAttribute" if record.attribute_name().is_none_or(|attribute| attribute == PHONE) => {
            Some(SmsPurpose::Attribute)
        }
        _ => challenge(event.challenge_name.as_deref()?),
    }
}

/// What the code of a challenge is for.
fn challenge(name: &str) -> Option<SmsPurpose> {
    match name {
        "SMS_MFA" => Some(SmsPurpose::Mfa),
        "SMS_OTP" => Some(SmsPurpose::SignIn),
        _ => None,
    }
}

fn send_error(code: &str) -> Option<SendError> {
    match code {
        "InvalidSmsRoleAccessPolicyException" => Some(SendError::RolePolicy),
        "InvalidSmsRoleTrustRelationshipException" => Some(SendError::RoleTrust),
        "CodeDeliveryFailureException" => Some(SendError::DeliveryFailure),
        _ => None,
    }
}
