use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::model::{Factor, Reason, RecoveryKind, SignIn, Step};

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

fn event(members: Value) -> Event {
    match decode(&record(members).to_string(), Uuid::nil()) {
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
        assert_eq!(event.preference.sms, Some(false), "{key}");
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
fn what_people_type_is_never_kept() {
    let event = event(json!({
        "eventName": "ForgotPassword",
        "errorCode": "some one@example.com",
        "sourceIPAddress": "198.51.100.7",
        "requestParameters": {"clientId": "+1 555 0100", "userPoolId": "someone@example.com", "username": "someone@example.com"},
    }));
    let kept = format!("{event:?}");
    assert!(!kept.contains("example.com") && !kept.contains("555") && !kept.contains("198.51"), "{kept}");
}

#[test]
fn other_records_are_told_apart() {
    let outcome = |members| decode(&record(members).to_string(), Uuid::nil());
    assert_eq!(outcome(json!({"eventName": "ListUsers"})), Decoded::Ignored);
    assert_eq!(outcome(json!({"eventName": "Login_GET"})), Decoded::Ignored);
    assert_eq!(outcome(json!({"eventName": "PutObject", "eventSource": "s3.amazonaws.com"})), Decoded::Ignored);
    assert!(matches!(outcome(json!({"eventName": "mfa_email_POST"})), Decoded::Unclassified(_)));
    assert_eq!(outcome(json!({"eventName": null})), Decoded::Malformed);
    for text in ["", "null", "[]", "42", "\"text\"", "{\"eventName\":\"InitiateAuth\"", "not json"] {
        assert_eq!(decode(text, Uuid::nil()), Decoded::Malformed, "{text:?}");
    }
}

/// Any JSON value, three levels deep.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(Value::from("HIDDEN_DUE_TO_SECURITY_REASONS")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let member = prop_oneof![
            Just("sub".to_owned()),
            Just("userPoolId".to_owned()),
            Just("requestParameters".to_owned()),
            Just("responseParameters".to_owned()),
            Just("challengeName".to_owned()),
            Just("smsMfaSettings".to_owned()),
            Just("enabled".to_owned()),
            ".{0,8}",
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map(member, inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,200}") {
        decode(&text, Uuid::nil());
    }

    #[test]
    fn any_member_may_hold_anything(
        name in prop_oneof![Just("InitiateAuth"), Just("SetUserMFAPreference"), Just("Token_POST"), Just("Mfa_POST")],
        parameters in json_value(),
        response in json_value(),
        additional in json_value(),
        error in json_value(),
    ) {
        let text = record(json!({
            "eventName": name,
            "requestParameters": parameters,
            "responseElements": response,
            "additionalEventData": additional,
            "errorCode": error,
        })).to_string();
        prop_assert!(matches!(decode(&text, Uuid::nil()), Decoded::Event(_)), "{}", text);
    }

    #[test]
    fn a_truncated_record_is_malformed(cut in 0_usize..300) {
        let text = record(json!({"eventName": "InitiateAuth", "requestParameters": {"authFlow": "USER_SRP_AUTH"}})).to_string();
        prop_assume!(cut < text.len());
        prop_assert_eq!(decode(&text[..cut], Uuid::nil()), Decoded::Malformed);
    }
}
