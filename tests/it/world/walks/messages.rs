//! Messages that are asked for, and codes that come back: behaviour, not delivery.

use serde_json::json;

use super::{Beat, SMS, Walk, answer, asked, initiate, page, right, wrong};
use crate::world::event::{Deed, Failure, Reply, failure};
use crate::world::failures::{REJECTED, UNDETERMINED};

const ROLE_POLICY: Failure = failure("InvalidSmsRoleAccessPolicyException", "no permission to publish");
const ROLE_TRUST: Failure = failure("InvalidSmsRoleTrustRelationshipException", "external id");
const NOT_DELIVERED: Failure = failure("CodeDeliveryFailureException", "a verification code fails to deliver");
const BY_SMS: Option<&str> = Some("SMS");
const BY_EMAIL: Option<&str> = Some("EMAIL");
const HOURS_24: i64 = 24 * 3_600;

pub fn walks() -> Vec<Walk> {
    [mfa(), mfa_pages(), sign_in(), sign_up(), recovery(), attributes(), errors()].into_iter().flatten().collect()
}

fn sends(at: i64, name: &'static str, medium: Option<&'static str>) -> Beat {
    Beat::new(at, Deed::Sends(name, medium), None)
}

fn confirms(at: i64) -> Beat {
    Beat::new(at, Deed::Kept("ConfirmSignUp"), None)
}

fn resets(at: i64) -> Beat {
    Beat::new(at, Deed::Recovery("ConfirmForgotPassword"), None)
}

fn resets_on_page(at: i64, status: u16) -> Beat {
    Beat::new(at, Deed::RecoveryPage("ConfirmForgotPassword_POST", Some(json!(status))), None)
}

fn verifies(at: i64, attribute: &'static str) -> Beat {
    Beat::new(at, Deed::Verifies(attribute), None)
}

/// A page that registers a phone and sends to it.
fn registers(at: i64) -> Beat {
    Beat::new(at, Deed::KeptPage("mfa_phone_register_POST"), None)
}

fn resends(at: i64) -> Beat {
    Beat::new(at, Deed::RecoveryPage("mfa_phone_resendCode_POST", Some(json!(302))), None)
}

fn mfa() -> Vec<Walk> {
    vec![
        Walk::new(
            "a message and its code",
            vec![asked(0, SMS), wrong(5, SMS), right(9, SMS)],
            &[("issued sms", 1), ("sessions sms", 1), ("mfa_sign_ins", 1), ("requests mfa", 1), ("conversions mfa", 1)],
        ),
        Walk::new(
            "two messages, two codes",
            vec![asked(0, SMS), asked(20, SMS), right(30, SMS), right(40, SMS)],
            &[("issued sms", 2), ("sessions sms", 2), ("mfa_sign_ins", 2), ("requests mfa", 2), ("conversions mfa", 2)],
        ),
        Walk::new(
            "one message, two codes",
            vec![asked(0, SMS), right(30, SMS), right(40, SMS)],
            &[("issued sms", 1), ("sessions sms", 2), ("mfa_sign_ins", 2), ("requests mfa", 1), ("conversions mfa", 1)],
        ),
        Walk::new(
            "a code too late",
            vec![asked(0, SMS), right(185, SMS)],
            &[("issued sms", 1), ("abandoned sms", 1), ("sessions sms", 1), ("mfa_sign_ins", 1), ("requests mfa", 1)],
        ),
        // Either is the later one's, whoever asked; the other's request lives longer.
        Walk::new(
            "two clients ask",
            vec![asked(0, SMS).elsewhere(), asked(10, SMS), right(20, SMS).elsewhere(), right(300, SMS)],
            &[
                ("issued sms", 2),
                ("abandoned sms", 1),
                ("sessions sms", 2),
                ("mfa_sign_ins", 2),
                ("requests mfa", 2),
                ("conversions mfa", 2),
            ],
        ),
        Walk::new(
            "the newer message is too old already",
            vec![asked(0, SMS).elsewhere(), asked(10, SMS), right(400, SMS).elsewhere()],
            &[
                ("issued sms", 2),
                ("abandoned sms", 1),
                ("sessions sms", 1),
                ("mfa_sign_ins", 1),
                ("requests mfa", 2),
                ("conversions mfa", 1),
            ],
        ),
    ]
}

fn mfa_pages() -> Vec<Walk> {
    vec![
        Walk::new(
            "a phone is registered",
            vec![registers(0), right(170, SMS)],
            &[("sessions sms", 1), ("mfa_sign_ins", 1), ("requests mfa", 1), ("conversions mfa", 1)],
        ),
        Walk::new(
            "a page of no client gives a quarter of an hour",
            vec![registers(0).without_client(), right(890, SMS)],
            &[("sessions sms", 1), ("mfa_sign_ins", 1), ("requests mfa", 1), ("conversions mfa", 1)],
        ),
        Walk::new(
            "a message again",
            vec![asked(0, SMS), resends(60), right(90, SMS)],
            &[("issued sms", 1), ("sessions sms", 1), ("mfa_sign_ins", 1), ("requests mfa", 2), ("conversions mfa", 1)],
        ),
        Walk::new(
            "a page that no user is named on",
            vec![registers(0).without_sub(), right(20, SMS)],
            &[("sessions sms", 1), ("mfa_sign_ins", 1), ("requests mfa", 1)],
        ),
        Walk::new(
            "pages that refuse",
            vec![registers(0).failing(UNDETERMINED[0]), resends(20).failing(UNDETERMINED[0]), right(40, SMS)],
            &[("sessions sms", 1), ("mfa_sign_ins", 1)],
        ),
        // What the second page says is not known.
        Walk::new(
            "a page takes the code",
            vec![registers(0), page(20, "mfa_phone_verify_POST")],
            &[("requests mfa", 1)],
        ),
    ]
}

fn sign_in() -> Vec<Walk> {
    let by_sms = Reply::Challenge("SMS_OTP");
    vec![
        Walk::new(
            "a code for a password",
            vec![initiate(0, "USER_AUTH", by_sms), wrong(9, "SMS_OTP"), right(20, "SMS_OTP")],
            &[("requests sign_in", 1), ("conversions sign_in", 1)],
        ),
        Walk::new(
            "a chosen code too late",
            vec![
                initiate(0, "USER_AUTH", Reply::Challenge("SELECT_CHALLENGE")),
                answer(4, "SELECT_CHALLENGE", by_sms),
                right(190, "SMS_OTP"),
            ],
            &[("requests sign_in", 1)],
        ),
        Walk::new(
            "a code of another purpose",
            vec![initiate(0, "USER_AUTH", by_sms), right(9, SMS)],
            &[("requests sign_in", 1), ("sessions sms", 1), ("mfa_sign_ins", 1)],
        ),
    ]
}

fn sign_up() -> Vec<Walk> {
    let sign_up = |at, medium| sends(at, "SignUp", medium);
    let resend = |at, medium| sends(at, "ResendConfirmationCode", medium);
    let once = &[("requests sign_up", 1), ("conversions sign_up", 1)];
    let in_vain = &[("requests sign_up", 1)];
    vec![
        Walk::new("signed up", vec![sign_up(0, BY_SMS), confirms(7_200)], once),
        Walk::new("signed up in a day", vec![sign_up(0, BY_SMS), confirms(HOURS_24 - 1)], once),
        Walk::new("signed up too late", vec![sign_up(0, BY_SMS), confirms(HOURS_24 + 1)], in_vain),
        Walk::new("signed up by mail", vec![sign_up(0, BY_EMAIL), confirms(60), resend(90, BY_EMAIL)], &[]),
        Walk::new("signed up in secret", vec![sign_up(0, None), confirms(60), resend(90, None)], &[]),
        Walk::new(
            "signed up at last",
            vec![sign_up(0, BY_SMS), resend(300, BY_SMS), confirms(400)],
            &[("requests sign_up", 2), ("conversions sign_up", 1)],
        ),
        Walk::new("signed up and mistyped", vec![sign_up(0, BY_SMS), confirms(60).failing(REJECTED[0])], in_vain),
        Walk::new("confirmed before", vec![confirms(0), resend(10, BY_SMS)], in_vain),
    ]
}

fn recovery() -> Vec<Walk> {
    let forgets = |medium| sends(0, "ForgotPassword", medium);
    let once = &[("requests recovery", 1), ("conversions recovery", 1)];
    let in_vain = &[("requests recovery", 1)];
    vec![
        Walk::new("reset in an hour", vec![forgets(BY_SMS), resets(3_599)], once),
        Walk::new("reset too late", vec![forgets(BY_SMS), resets(3_601)], in_vain),
        Walk::new("reset on a page", vec![forgets(BY_SMS), resets_on_page(60, 302)], once),
        Walk::new("the page comes back", vec![forgets(BY_SMS), resets_on_page(60, 200)], in_vain),
        Walk::new("the page refuses", vec![forgets(BY_SMS), resets_on_page(60, 302).failing(REJECTED[0])], in_vain),
        Walk::new("reset by mail", vec![forgets(BY_EMAIL), resets(60)], &[]),
        Walk::new("reset in secret", vec![forgets(None), resets(60)], &[]),
        Walk::new("forgotten and refused", vec![forgets(BY_SMS).failing(UNDETERMINED[0]), resets(60)], &[]),
        Walk::new(
            "another code than the one asked for",
            vec![forgets(BY_SMS), confirms(60), right(90, SMS)],
            &[("requests recovery", 1), ("sessions sms", 1), ("mfa_sign_ins", 1)],
        ),
    ]
}

fn attributes() -> Vec<Walk> {
    let asks = |at, medium| sends(at, "GetUserAttributeVerificationCode", medium);
    let in_vain = &[("requests attribute", 1)];
    vec![
        Walk::new(
            "a number is verified",
            vec![asks(0, BY_SMS), verifies(600, "phone_number")],
            &[("requests attribute", 1), ("conversions attribute", 1)],
        ),
        Walk::new(
            "a number is verified too late",
            vec![asks(0, BY_SMS), verifies(HOURS_24 + 1, "phone_number")],
            in_vain,
        ),
        Walk::new("a mailbox is verified", vec![asks(0, BY_SMS), verifies(60, "email")], in_vain),
        Walk::new("a mailbox is asked for", vec![asks(0, BY_EMAIL), verifies(60, "email")], &[]),
        Walk::new(
            "a number is mistyped",
            vec![
                asks(0, BY_SMS),
                verifies(60, "phone_number").failing(REJECTED[0]),
                asks(90, BY_SMS),
                verifies(120, "phone_number"),
            ],
            &[("requests attribute", 2), ("conversions attribute", 1)],
        ),
    ]
}

/// What Cognito could not even send.
fn errors() -> Vec<Walk> {
    let kept = |at, name| Beat::new(at, Deed::Kept(name), None);
    vec![
        Walk::new(
            "the role is wrong",
            vec![
                sends(0, "SignUp", BY_SMS).failing(ROLE_POLICY),
                sends(10, "ForgotPassword", BY_SMS).failing(ROLE_TRUST),
                initiate(20, "USER_PASSWORD_AUTH", Reply::Challenge(SMS)).failing(ROLE_POLICY),
                registers(40).failing(ROLE_TRUST),
            ],
            &[("send_errors role_policy", 2), ("send_errors role_trust", 2)],
        ),
        Walk::new(
            "the code cannot be delivered",
            vec![
                sends(0, "SignUp", BY_SMS).failing(NOT_DELIVERED),
                sends(10, "GetUserAttributeVerificationCode", BY_SMS).failing(NOT_DELIVERED),
                kept(20, "AdminCreateUser").failing(NOT_DELIVERED),
                kept(30, "UpdateUserAttributes").failing(NOT_DELIVERED),
            ],
            &[("send_errors delivery_failure", 4)],
        ),
    ]
}
