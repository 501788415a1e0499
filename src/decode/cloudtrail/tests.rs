use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::decode::hostile::{is_leaked, json_value, personal};
use crate::model::{Actor, Factor, FactorSetting, MfaConfiguration, RecoveryKind, SendError, SmsPurpose};

const READING: Reading =
    Reading { pseudonyms: Pseudonyms::Hashes(Uuid::nil()), custom_is_mfa: false, networks: Uuid::nil() };
const SUB: &str = "87a42a58-6051-7076-79e2-fe9208b6ae3c";

fn record(members: Value) -> Value {
    let mut record = json!({
        "eventVersion": "1.10",
        "eventTime": "2026-10-09T07:57:09Z",
        "eventSource": EVENT_SOURCE,
        "awsRegion": "ap-northeast-1",
        "eventID": "0b1d2a6e-8f0e-4b39-9d0c-0d5f6f8a1c11",
        "recipientAccountId": "123456789012",
    });
    let target = record.as_object_mut().expect("an object");
    target.extend(members.as_object().expect("an object").clone());
    record
}

fn read(text: &str) -> Decoded {
    decode(text, Uuid::nil(), &READING)
}

fn event(members: Value) -> Event {
    match read(&record(members).to_string()) {
        Decoded::Event(event) => *event,
        other => panic!("not an event: {other:?}"),
    }
}

#[test]
fn a_wrong_totp_code_is_a_failed_answer() {
    let event = event(json!({
        "eventName": "RespondToAuthChallenge",
        "errorCode": "CodeMismatchException",
        "errorMessage": "Invalid code received for user",
        "requestParameters": {"challengeName": "SOFTWARE_TOKEN_MFA", "clientId": "4u37654rhubjei088dj85clscq",
            "session": "HIDDEN_DUE_TO_SECURITY_REASONS", "challengeResponses": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        "additionalEventData": {"sub": SUB},
    }));
    assert_eq!(event.step, Some(Step::MfaAnswer));
    assert_eq!(event.factor, Some(Factor::Totp));
    assert_eq!((event.outcome, event.reason), (Outcome::Failure, Some(Reason::CodeMismatch)));
    assert_eq!(event.sub.map(|sub| sub.to_string()).as_deref(), Some(SUB));
    assert_eq!(event.client_id.as_deref(), Some("4u37654rhubjei088dj85clscq"));
}

#[test]
fn hidden_strings_stand_where_objects_are_documented() {
    let event = event(json!({
        "eventName": "InitiateAuth",
        "requestParameters": {"authFlow": "USER_SRP_AUTH", "authParameters": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        "responseElements": "HIDDEN_DUE_TO_SECURITY_REASONS",
        "additionalEventData": "HIDDEN_FOR_SECURITY_REASONS",
    }));
    assert_eq!(event.step, Some(Step::Password));
    assert_eq!(event.sub, None);
    assert_eq!(event.sign_in, None);
}

#[test]
fn tokens_without_an_error_are_a_sign_in_unless_refreshed() {
    let tokens = json!({"authenticationResult": {"accessToken": "HIDDEN_DUE_TO_SECURITY_REASONS"}});
    let initiate = |flow: &str| {
        event(json!({"eventName": "InitiateAuth", "requestParameters": {"authFlow": flow}, "responseElements": tokens}))
    };
    assert_eq!(initiate("USER_PASSWORD_AUTH").sign_in, Some(SignIn::Api));
    assert_eq!(initiate("REFRESH_TOKEN_AUTH").sign_in, None);
}

#[test]
fn ui_pages_wrap_parameters_in_arrays_and_status_in_floats() {
    let event = event(json!({
        "eventName": "ConfirmForgotPassword_POST",
        "errorCode": "",
        "errorMessage": "",
        "additionalEventData": {
            "responseParameters": {"status": 302.0},
            "requestParameters": {"client_id": ["1example23456789"], "sub": [SUB], "username": ["HIDDEN_DUE_TO_SECURITY_REASONS"]},
            "userPoolId": "us-west-2_EXAMPLE",
        },
    }));
    assert_eq!(event.recovery_kind, Some(RecoveryKind::SelfResetCompleted));
    assert_eq!(event.outcome, Outcome::Success);
    assert_eq!(event.pool_id.as_deref(), Some("us-west-2_EXAMPLE"));
    assert_eq!(event.client_id.as_deref(), Some("1example23456789"));
    assert_eq!(event.error_code, None);
}

#[test]
fn an_mfa_page_without_an_error_code_is_undetermined() {
    let event = event(json!({
        "eventName": "mfa_totp_POST",
        "errorCode": "",
        "additionalEventData": {"responseParameters": {"status": 200.0}},
    }));
    assert_eq!((event.outcome, event.reason), (Outcome::Undetermined, Some(Reason::Undetermined)));
    assert_eq!(event.factor, Some(Factor::Totp));
}

#[test]
fn preference_settings_are_read_in_any_casing() {
    for key in ["sMSMfaSettings", "smsMfaSettings", "SMSMfaSettings"] {
        let event = event(json!({
            "eventName": "AdminSetUserMFAPreference",
            "requestParameters": {"userPoolId": "us-east-1_abc", key: {"enabled": false, "preferredMfa": false}},
        }));
        let expected = FactorSetting { enabled: Some(false), preferred: Some(false) };
        assert_eq!(event.preference.sms, expected, "{key}");
        assert_eq!(event.recovery_kind, Some(RecoveryKind::AdminMfaDisable), "{key}");
    }
    let hidden = event(json!({
        "eventName": "AdminSetUserMFAPreference",
        "requestParameters": {"softwareTokenMfaSettings": "HIDDEN_DUE_TO_SECURITY_REASONS"},
    }));
    assert!(hidden.preference.direction_unknown);
    assert_eq!(hidden.recovery_kind, Some(RecoveryKind::AdminMfaDisable));
}

#[test]
fn only_what_records_leave_open_asks_for_a_look_up() {
    let hints = |name: &str, request: Value, response: Value| {
        let members = json!({"eventName": name, "requestParameters": request, "responseElements": response});
        event(members).lookup_hint
    };
    let settings = |members: &[(&str, bool)]| {
        Value::Object(members.iter().map(|(name, on)| ((*name).to_owned(), json!({"enabled": on}))).collect())
    };
    let all = ["softwareTokenMfaSettings", "sMSMfaSettings", "emailMfaSettings", "webAuthnMfaSettings"];
    assert!(hints("SetUserMFAPreference", json!({"smsMfaSettings": "HIDDEN_DUE_TO_SECURITY_REASONS"}), Value::Null));
    assert!(hints("SetUserMFAPreference", settings(&[(all[0], false)]), Value::Null));
    assert!(!hints("SetUserMFAPreference", settings(&[(all[0], false), (all[1], true)]), Value::Null));
    assert!(!hints("SetUserMFAPreference", settings(&all.map(|name| (name, false))), Value::Null));
    assert!(hints("AdminDeleteSoftwareToken", json!({}), Value::Null));
    assert!(hints("DeleteWebAuthnCredential", Value::Null, Value::Null));
    assert!(hints("VerifySoftwareToken", Value::Null, json!({"status": "SUCCESS"})));
    assert!(!hints("VerifySoftwareToken", Value::Null, json!({"status": "ERROR"})));
    assert!(!hints("AssociateSoftwareToken", Value::Null, Value::Null));
}

#[test]
fn only_what_aws_bills_makes_a_user_billable() {
    let is_billable = |members: Value| event(members).is_billable;
    let tokens = json!({"authenticationResult": {"expiresIn": 3600}});
    assert!(is_billable(
        json!({"eventName": "InitiateAuth", "requestParameters": {"authFlow": "REFRESH_TOKEN_AUTH"}, "responseElements": tokens})
    ));
    assert!(is_billable(
        json!({"eventName": "RespondToAuthChallenge", "requestParameters": {"challengeName": "PASSWORD_VERIFIER"}})
    ));
    assert!(is_billable(json!({"eventName": "AdminSetUserPassword"})));
    for free in ["AdminResetUserPassword", "ForgotPassword", "SetUserMFAPreference", "AdminDisableUser", "InitiateAuth"]
    {
        assert!(!is_billable(json!({"eventName": free})), "{free}");
    }
    assert!(!is_billable(json!({"eventName": "ChangePassword", "errorCode": "NotAuthorizedException"})));
}

#[test]
fn a_pool_change_names_its_actor_and_hides_the_person() {
    let event = event(json!({
        "eventName": "SetUserPoolMfaConfig",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123/ana.costa@example.com",
            "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "AWSReservedSSO_Admin_0123"}},
        },
        "requestParameters": {"userPoolId": "us-east-1_abc", "mfaConfiguration": "ON"},
    }));
    assert_eq!(event.mfa_configuration, Some(MfaConfiguration::On));
    let Some(Actor { kind, name, session: Some(session) }) = event.actor else { panic!("no actor") };
    assert_eq!((kind.as_str(), name.as_deref()), ("AssumedRole", Some("AWSReservedSSO_Admin_0123")));
    assert!(!session.contains("ana") && session.len() == 12, "{session}");
}

#[test]
fn a_created_pool_is_named_by_the_answer() {
    let event = event(json!({
        "eventName": "CreateUserPool",
        "requestParameters": {"poolName": "x", "mfaConfiguration": "OPTIONAL"},
        "responseElements": {"userPool": {"id": "eu-west-1_New", "name": "x"}},
    }));
    assert_eq!(event.pool_id.as_deref(), Some("eu-west-1_New"));
    assert_eq!(event.mfa_configuration, Some(MfaConfiguration::Optional));
}

#[test]
fn a_sign_up_may_name_its_user_in_the_answer_alone() {
    let sub = |answer: Value, additional: Value| {
        event(json!({"eventName": "SignUp", "responseElements": answer, "additionalEventData": additional})).sub
    };
    let other = "704b1e47-34fe-40e9-8c41-504997494531";
    assert_eq!(sub(json!({"userSub": SUB}), Value::Null), Uuid::parse_str(SUB).ok());
    assert_eq!(sub(json!({"userSub": other}), json!({"sub": SUB})), Uuid::parse_str(SUB).ok());
    assert_eq!(sub(json!({"userSub": "HIDDEN_DUE_TO_SECURITY_REASONS"}), Value::Null), None);
}

#[test]
fn names_of_flows_and_challenges_are_read_as_they_are() {
    let read = |request: Value| {
        let read = event(json!({"eventName": "RespondToAuthChallenge", "requestParameters": request}));
        (read.challenge_name, event(json!({"eventName": "InitiateAuth", "requestParameters": request})).auth_flow)
    };
    for name in [
        "SMS_MFA",
        "EMAIL_OTP",
        "SOFTWARE_TOKEN_MFA",
        "SELECT_MFA_TYPE",
        "MFA_SETUP",
        "PASSWORD_VERIFIER",
        "CUSTOM_CHALLENGE",
        "SELECT_CHALLENGE",
        "DEVICE_SRP_AUTH",
        "DEVICE_PASSWORD_VERIFIER",
        "ADMIN_NO_SRP_AUTH",
        "NEW_PASSWORD_REQUIRED",
        "SMS_OTP",
        "PASSWORD",
        "WEB_AUTHN",
        "PASSWORD_SRP",
        "EMAIL_MFA",
        "USER_SRP_AUTH",
        "REFRESH_TOKEN_AUTH",
        "REFRESH_TOKEN",
        "CUSTOM_AUTH",
        "USER_PASSWORD_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "USER_AUTH",
    ] {
        let expected = (Some(name.to_owned()), Some(name.to_owned()));
        assert_eq!(read(json!({"challengeName": name, "authFlow": name})), expected);
    }
    assert_eq!(read(json!({"challengeName": "ana.costa", "authFlow": "15550100"})), (None, None));
    for grant in ["authorization_code", "refresh_token", "client_credentials"] {
        let form = json!({"requestParameters": {"grant_type": [grant]}});
        let page = event(json!({"eventName": "Token_POST", "additionalEventData": form}));
        assert_eq!(page.auth_flow.as_deref(), Some(grant));
    }
}

#[test]
fn what_people_type_is_never_kept() {
    let event = event(json!({
        "eventName": "ForgotPassword",
        "errorCode": "some one@example.com",
        "errorMessage": "someone@example.com at 198.51.100.7 has no +1 555 0100",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "someone@example.com/1.0 198.51.100.7/5550100 tel-555-0100/1.0",
        "additionalEventData": {"clientId": "+15550100"},
        "requestParameters": {"clientId": "+1 555 0100", "userPoolId": "someone@example.com", "username": "someone@example.com"},
    }));
    let kept = format!("{event:?}");
    assert!(!kept.contains("example.com") && !kept.contains("555") && !kept.contains("198.51"), "{kept}");
}

#[test]
fn other_records_are_told_apart() {
    let outcome = |members| read(&record(members).to_string());
    assert_eq!(outcome(json!({"eventName": "ListUsers"})), Decoded::Ignored);
    assert_eq!(outcome(json!({"eventName": "Login_GET"})), Decoded::Ignored);
    assert_eq!(outcome(json!({"eventName": "PutObject", "eventSource": "s3.amazonaws.com"})), Decoded::Ignored);
    assert!(matches!(outcome(json!({"eventName": "mfa_email_POST"})), Decoded::Unclassified(_)));
    assert_eq!(outcome(json!({"eventName": null})), Decoded::Malformed);
    for text in ["", "null", "[]", "42", "\"text\"", "{\"eventName\":\"InitiateAuth\"", "not json"] {
        assert_eq!(read(text), Decoded::Malformed, "{text:?}");
    }
}

#[test]
fn only_a_completed_api_sign_in_keeps_its_network() {
    let network_of = |name: &str, source: &str, response: Value| {
        event(json!({
            "eventName": name,
            "sourceIPAddress": source,
            "requestParameters": {"challengeName": "SMS_MFA"},
            "responseElements": response,
        }))
        .network
    };
    let network = |source: &str, response: Value| network_of("RespondToAuthChallenge", source, response);
    let tokens = json!({"authenticationResult": {"expiresIn": 3600}});
    assert!(network("198.51.100.7", tokens.clone()).is_some());
    assert_eq!(network_of("AdminRespondToAuthChallenge", "198.51.100.7", tokens.clone()), None, "the backend's");
    assert_eq!(network("AWS Internal", tokens), None);
    assert_eq!(network("198.51.100.7", json!({"challengeName": "SMS_MFA"})), None);
    let page = event(json!({
        "eventName": "Token_POST",
        "sourceIPAddress": "198.51.100.7",
        "additionalEventData": {"responseParameters": {"status": 200.0},
            "requestParameters": {"grant_type": ["authorization_code"]}},
    }));
    assert_eq!((page.sign_in, page.network), (Some(SignIn::Ui), None));
}

#[test]
fn a_record_names_its_client_software() {
    let agent = |name: &str| event(json!({"eventName": name, "userAgent": "NorthwindShop/7.3.0 okhttp/4.12.0"})).agent;
    for name in ["RespondToAuthChallenge", "ForgotPassword", "Mfa_POST", "UpdateUserPool"] {
        assert_eq!(agent(name).as_deref(), Some("NorthwindShop/7.3.0"), "{name}");
    }
}

#[test]
fn a_code_counts_where_the_record_names_sms() {
    let purpose =
        |name: &str, response: Value| event(json!({"eventName": name, "responseElements": response})).sms_purpose;
    let sent =
        |medium: &str| json!({"codeDeliveryDetails": {"deliveryMedium": medium, "attributeName": "phone_number"}});
    for (name, expected) in [
        ("SignUp", Some(SmsPurpose::SignUp)),
        ("ResendConfirmationCode", Some(SmsPurpose::SignUp)),
        ("ForgotPassword", Some(SmsPurpose::Recovery)),
        ("GetUserAttributeVerificationCode", Some(SmsPurpose::Attribute)),
        ("UpdateUserAttributes", Some(SmsPurpose::Attribute)),
        ("AdminResetUserPassword", None),
        ("ConfirmSignUp", None),
    ] {
        assert_eq!(purpose(name, sent("SMS")), expected, "{name}");
        assert_eq!(purpose(name, sent("EMAIL")), None, "{name}");
        assert_eq!(purpose(name, json!("HIDDEN_DUE_TO_SECURITY_REASONS")), None, "{name}");
    }
    let several = json!({"codeDeliveryDetailsList": [{"deliveryMedium": "EMAIL"}, null, {"deliveryMedium": "SMS"}]});
    assert_eq!(purpose("UpdateUserAttributes", several), Some(SmsPurpose::Attribute));
    assert_eq!(purpose("InitiateAuth", json!({"challengeName": "SMS_MFA"})), Some(SmsPurpose::Mfa));
    assert_eq!(purpose("RespondToAuthChallenge", json!({"challengeName": "SMS_OTP"})), Some(SmsPurpose::SignIn));
    assert_eq!(purpose("RespondToAuthChallenge", json!({"challengeName": "SELECT_MFA_TYPE"})), None);
}

#[test]
fn a_page_counts_where_it_sends_nothing_but_sms() {
    let read = |name: &str, error: &str, medium: &str| {
        event(json!({
            "eventName": name,
            "errorCode": error,
            "additionalEventData": {"requestParameters": {"deliveryMedium": [medium]}},
        }))
    };
    let purpose = |name: &str, medium: &str| read(name, "", medium).sms_purpose;
    assert_eq!(purpose("mfa_phone_register_POST", ""), Some(SmsPurpose::Mfa));
    assert_eq!(purpose("mfa_phone_resendCode_POST", ""), Some(SmsPurpose::Mfa));
    assert_eq!(purpose("ResendCode_POST", "SMS"), Some(SmsPurpose::SignUp));
    assert_eq!(purpose("ResendCode_POST", "EMAIL"), None);
    assert_eq!(purpose("Confirm_POST", "SMS"), None);
    let refused = read("mfa_phone_register_POST", "TooManyRequestsException", "");
    assert_eq!((refused.sms_purpose, refused.is_phone_change), (None, false));
    for (status, expected) in
        [(200.0, Some(SmsPurpose::Mfa)), (302.0, Some(SmsPurpose::Mfa)), (400.0, None), (503.0, None)]
    {
        let additional = json!({"responseParameters": {"status": status}});
        let page = event(json!({"eventName": "mfa_phone_register_POST", "additionalEventData": additional}));
        assert_eq!((page.sms_purpose, page.is_phone_change), (expected, expected.is_some()), "{status}");
    }
    for name in ["ResendConfirmationCode", "ResendCode_POST", "mfa_phone_resendCode_POST"] {
        assert!(read(name, "", "").is_resend, "{name}");
    }
    assert!(!read("mfa_phone_register_POST", "", "").is_resend);
}

#[test]
fn a_code_is_accepted_when_nothing_is_refused() {
    let accepted = |name: &str, request: Value, error: Value| {
        event(json!({"eventName": name, "requestParameters": request, "errorCode": error})).code_accepted
    };
    for (name, request, expected) in [
        ("RespondToAuthChallenge", json!({"challengeName": "SMS_MFA"}), Some(SmsPurpose::Mfa)),
        ("AdminRespondToAuthChallenge", json!({"challengeName": "SMS_OTP"}), Some(SmsPurpose::SignIn)),
        ("RespondToAuthChallenge", json!({"challengeName": "SOFTWARE_TOKEN_MFA"}), None),
        ("ConfirmSignUp", Value::Null, Some(SmsPurpose::SignUp)),
        ("ConfirmForgotPassword", Value::Null, Some(SmsPurpose::Recovery)),
        ("VerifyUserAttribute", json!({"attributeName": "phone_number"}), Some(SmsPurpose::Attribute)),
        ("VerifyUserAttribute", json!("HIDDEN_DUE_TO_SECURITY_REASONS"), Some(SmsPurpose::Attribute)),
        ("VerifyUserAttribute", json!({"attributeName": "email"}), None),
    ] {
        assert_eq!(accepted(name, request.clone(), Value::Null), expected, "{name} {request}");
        assert_eq!(accepted(name, request, json!("CodeMismatchException")), None, "{name}");
    }
    let page = |status: f64| {
        let additional = json!({"responseParameters": {"status": status}});
        event(json!({"eventName": "ConfirmForgotPassword_POST", "errorCode": "", "additionalEventData": additional}))
            .code_accepted
    };
    assert_eq!((page(302.0), page(200.0)), (Some(SmsPurpose::Recovery), None));
}

#[test]
fn messages_that_cannot_be_sent_are_told_by_their_error() {
    let error = |name: &str, code: &str| {
        let text = record(json!({"eventName": name, "errorCode": code})).to_string();
        match read(&text) {
            Decoded::Event(event) | Decoded::Unclassified(event) => event.send_error,
            other => panic!("not kept: {other:?}"),
        }
    };
    for name in ["SignUp", "AdminCreateUser", "InitiateAuth", "ForgotPassword", "mfa_email_POST"] {
        assert_eq!(error(name, "InvalidSmsRoleAccessPolicyException"), Some(SendError::RolePolicy), "{name}");
        assert_eq!(error(name, "InvalidSmsRoleTrustRelationshipException"), Some(SendError::RoleTrust), "{name}");
        assert_eq!(error(name, "CodeDeliveryFailureException"), Some(SendError::DeliveryFailure), "{name}");
        assert_eq!(error(name, "TooManyRequestsException"), None, "{name}");
    }
}

#[test]
fn a_phone_change_is_told_by_readable_names() {
    let is_change =
        |name: &str, request: Value| event(json!({"eventName": name, "requestParameters": request})).is_phone_change;
    let hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
    let attributes = json!({"userAttributes": [{"name": "email"}, {"name": "phone_number", "value": hidden}]});
    assert!(is_change("UpdateUserAttributes", attributes.clone()));
    assert!(is_change("AdminUpdateUserAttributes", attributes.clone()));
    assert!(!is_change("SignUp", attributes.clone()));
    assert!(!is_change("UpdateUserAttributes", json!({"userAttributes": hidden})));
    assert!(!is_change("UpdateUserAttributes", json!({"userAttributes": [hidden, 1, {"name": "email"}]})));
    assert!(!is_change("VerifyUserAttribute", json!({"attributeName": "phone_number"})), "an enrolment, too");
    assert!(!is_change("VerifyUserAttribute", json!({"attributeName": "email"})));
    assert!(!is_change("VerifyUserAttribute", json!(hidden)));
    assert!(is_change("mfa_phone_register_POST", Value::Null));
    let refused = json!({"eventName": "UpdateUserAttributes", "errorCode": "AliasExistsException", "requestParameters": attributes});
    assert!(!event(refused).is_phone_change);
}

#[test]
fn only_an_unknown_error_keeps_its_message() {
    let message = |name: &str, request: Value, code: &str| {
        event(json!({
            "eventName": name,
            "errorCode": code,
            "errorMessage": "Something new for someone@example.com.",
            "requestParameters": request,
        }))
        .other_message
    };
    let answer = json!({"challengeName": "SMS_MFA"});
    for (name, request) in [
        ("RespondToAuthChallenge", answer.clone()),
        ("InitiateAuth", json!({"authFlow": "USER_SRP_AUTH"})),
        ("ForgotPassword", Value::Null),
        ("Mfa_POST", Value::Null),
    ] {
        let kept = message(name, request, "BrandNewException").unwrap_or_default();
        assert!(kept.contains("Something new") && !kept.contains("example.com"), "{name} {kept}");
    }
    assert_eq!(message("RespondToAuthChallenge", answer, "CodeMismatchException"), None);
    assert_eq!(message("InitiateAuth", json!({"authFlow": "REFRESH_TOKEN_AUTH"}), "NotAuthorizedException"), None);
    assert_eq!(message("UpdateUserAttributes", Value::Null, "BrandNewException"), None);
}

#[test]
fn custom_challenges_are_mfa_only_where_configured() {
    let answer = |custom_is_mfa: bool, members: Value| {
        let mut record = record(members);
        record["eventName"] = "RespondToAuthChallenge".into();
        record["requestParameters"] = json!({"challengeName": "CUSTOM_CHALLENGE"});
        match decode(&record.to_string(), Uuid::nil(), &Reading { custom_is_mfa, ..READING }) {
            Decoded::Event(event) => (event.step, event.factor, event.outcome, event.reason),
            other => panic!("not an event: {other:?}"),
        }
    };
    let (mfa, custom) = (Some(Step::MfaAnswer), Some(Factor::Custom));
    let tokens = json!({"responseElements": {"authenticationResult": {"expiresIn": 3600}}});
    assert_eq!(answer(false, tokens.clone()), (Some(Step::CustomAnswer), None, Outcome::Success, None));
    assert_eq!(answer(true, tokens), (mfa, custom, Outcome::Success, None));
    let wrong = json!({"errorCode": "CodeMismatchException"});
    assert_eq!(answer(true, wrong), (mfa, custom, Outcome::Failure, Some(Reason::CodeMismatch)));
    let again = json!({"responseElements": {"challengeName": "CUSTOM_CHALLENGE"}});
    assert_eq!(answer(true, again), (mfa, custom, Outcome::Undetermined, Some(Reason::Undetermined)));
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,200}", json in json_value()) {
        read(&text);
        read(&json.to_string());
    }

    #[test]
    fn any_member_may_hold_anything(
        name in prop_oneof![Just("InitiateAuth"), Just("SetUserMFAPreference"), Just("Token_POST"), Just("Mfa_POST"), Just("UpdateUserAttributes")],
        parameters in json_value(),
        response in json_value(),
        additional in json_value(),
        error in json_value(),
        client in json_value(),
    ) {
        let text = record(json!({
            "eventName": name,
            "requestParameters": parameters,
            "responseElements": response,
            "additionalEventData": additional,
            "errorCode": error,
            "userAgent": client,
            "sourceIPAddress": client,
        })).to_string();
        prop_assert!(matches!(read(&text), Decoded::Event(_)), "{}", text);
    }

    #[test]
    fn what_people_typed_is_never_kept_wherever_they_type_it(
        name in prop_oneof![Just("InitiateAuth"), Just("RespondToAuthChallenge"), Just("ForgotPassword"), Just("SignUp"), Just("Token_POST"), Just("Mfa_POST")],
        planted in personal(),
    ) {
        let typed = |planted: &str| record(json!({
            "eventName": name,
            "errorCode": "BrandNewException",
            "errorMessage": format!("No way for {planted}: user {planted} not found"),
            "userAgent": format!("okhttp/4.12.0 ({planted})"),
            "requestParameters": {
                "username": planted, "authFlow": planted, "challengeName": planted, "userPoolId": planted, "sub": planted,
                "attributeName": planted, "userAttributes": [{"name": planted, "value": planted}], planted: planted,
            },
            "responseElements": {"userSub": planted, "status": planted, "codeDeliveryDetails": {"destination": planted}},
            "additionalEventData": {"sub": planted, "requestParameters": {
                "username": [planted], "grant_type": [planted], "sub": [planted], "code": [planted], "deliveryMedium": [planted],
            }},
        }));
        let kept = |planted: &str| format!("{:?}", read(&typed(planted).to_string()));
        let kept = (kept(&planted), kept(""));
        prop_assert!(!is_leaked(&planted, &kept.0, &kept.1), "{} in {}", planted, kept.0);
    }

    #[test]
    fn a_truncated_record_is_malformed(cut in 0_usize..300) {
        let text = record(json!({"eventName": "InitiateAuth", "requestParameters": {"authFlow": "USER_SRP_AUTH"}})).to_string();
        prop_assume!(cut < text.len());
        prop_assert_eq!(read(&text[..cut]), Decoded::Malformed);
    }
}
