use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::decode::Pseudonyms;
use crate::decode::hostile::{is_leaked, json_value, personal};
use crate::model::{SmsReceipt, SmsService, SmsStatus};

fn decode_text(text: &str) -> Decoded {
    let reading = Reading { pseudonyms: Pseudonyms::Names, custom_is_mfa: false, networks: Uuid::nil() };
    let delivered_at = DateTime::from_timestamp_millis(1_700_000_000_000).expect("in range");
    decode(text, Uuid::from_u128(7), delivered_at, "eu-west-1", &reading)
}

fn receipt(record: &Value) -> SmsReceipt {
    match decode_text(&record.to_string()) {
        Decoded::Receipt(receipt) => *receipt,
        other => panic!("{other:?} of {record}"),
    }
}

fn sns(status: &str, delivery: Value) -> Value {
    let mut record = json!({
        "notification": {"messageId": "34d9b400-c6dd-5444-820d-fbeb0f1f54cf", "timestamp": "2016-06-28 00:40:34.558"},
        "delivery": {"destination": "+12025550101", "smsType": "Transactional"},
        "status": status,
    });
    record["delivery"].as_object_mut().expect("an object").extend(delivery.as_object().expect("an object").clone());
    record
}

fn event(event_type: &str, members: Value) -> Value {
    let mut record = json!({
        "eventType": event_type, "eventVersion": "1.0", "eventTimestamp": 1_686_975_103_470_i64, "isFinal": true,
        "destinationPhoneNumber": "+5511961234567", "messageId": "862a8790-60c0-4430-9b2b-658bdexample",
        "messageRequestTimestamp": 1_686_975_103_170_i64, "messageType": "TRANSACTIONAL", "mcc": "724",
    });
    record.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    record
}

#[test]
fn a_delivered_message_tells_country_delay_and_price() {
    let told = receipt(&sns(
        "SUCCESS",
        json!({"priceInUSD": 0.00645, "mcc": 310, "dwellTimeMs": 599, "dwellTimeMsUntilDeviceAck": 1344,
               "providerResponse": "Message has been accepted by phone carrier"}),
    ));
    assert_eq!((told.status, told.reason, told.is_final), (SmsStatus::Delivered, None, true));
    assert_eq!((told.country.as_deref(), told.delay_ms, told.price_micro_usd), (Some("US"), Some(1344), Some(6450)));
    assert_eq!((told.service, told.aws_region.as_str()), (SmsService::Sns, "eu-west-1"));
    assert_eq!(told.sent_at.to_rfc3339(), "2016-06-28T00:40:34.558+00:00");
}

#[test]
fn every_documented_phrase_has_its_reason() {
    for (phrase, reason) in PHRASES {
        let told = receipt(&sns("FAILURE", json!({"providerResponse": phrase.to_uppercase()})));
        assert_eq!((told.status, told.reason), (SmsStatus::Failed, Some(*reason)), "{phrase}");
    }
    let told = receipt(&sns("FAILURE", json!({"providerResponse": "Gateway 12345 says no to ana@example.com"})));
    assert_eq!(told.reason, Some(SmsFailure::Other));
    assert_eq!(told.unknown_response.as_deref(), Some("Gateway … says no to …"));
}

#[test]
fn what_is_missing_is_absent_and_never_a_zero() {
    let told = receipt(&sns(
        "FAILURE",
        json!({"destination": "+1XXX5550100", "providerResponse": "No quota left for account"}),
    ));
    assert_eq!((told.country, told.price_micro_usd, told.delay_ms), (None, None, None));
    assert_eq!(
        receipt(&sns("SUCCESS", json!({"destination": "+1XXX5550100", "mcc": 302}))).country.as_deref(),
        Some("CA")
    );
    assert_eq!(
        receipt(&sns("SUCCESS", json!({"destination": "+65xxxxxxxx", "mcc": 0}))).country.as_deref(),
        Some("SG")
    );
    for price in [json!(-1), json!(1e12), json!("free"), json!(null)] {
        assert_eq!(receipt(&sns("SUCCESS", json!({"priceInUSD": price}))).price_micro_usd, None);
    }
    assert_eq!(receipt(&sns("UNKNOWN", json!({}))).status, SmsStatus::Unknown);
}

#[test]
fn a_failure_that_nobody_explains_is_unknown() {
    for response in [Value::Null, json!(""), json!("  "), json!("HIDDEN_DUE_TO_SECURITY_REASONS"), json!({})] {
        let told = receipt(&sns("FAILURE", json!({"providerResponse": response})));
        let expected = (SmsStatus::Failed, Some(SmsFailure::Unknown), None);
        assert_eq!((told.status, told.reason, told.unknown_response), expected, "{response}");
    }
    assert_eq!(receipt(&sns("FAILURE", json!({}))).reason, Some(SmsFailure::Unknown));
    assert_eq!(receipt(&sns("SUCCESS", json!({}))).reason, None);
}

#[test]
fn a_second_has_as_many_digits_as_it_needs() {
    let at = |timestamp: &str| {
        let mut record = sns("SUCCESS", json!({}));
        record["notification"]["timestamp"] = json!(timestamp);
        decode_text(&record.to_string())
    };
    for (fraction, millis) in
        [("", 0), (".5", 500), (".51", 510), (".558", 558), (".558123", 558), (".558123456789", 558)]
    {
        let Decoded::Receipt(told) = at(&format!("2016-06-28 00:40:34{fraction}")) else { panic!("{fraction}") };
        assert_eq!(told.sent_at.timestamp_millis(), 1_467_074_434_000 + millis, "{fraction}");
    }
    for unreadable in ["", "2016-06-28", "2016-06-31 00:40:34", "28/06/2016 00:40:34", "1467074434000", "yesterday"] {
        assert_eq!(at(unreadable), Decoded::Malformed, "{unreadable}");
    }
}

#[test]
fn cognitos_own_test_message_is_left_out() {
    assert_eq!(decode_text(&sns("SUCCESS", json!({"destination": "+12064350128"})).to_string()), Decoded::Ignored);
}

#[test]
fn only_a_final_event_decides_a_message() {
    let told = receipt(&event("TEXT_QUEUED", json!({"isFinal": false})));
    assert_eq!((told.status, told.is_final), (SmsStatus::Pending, false));
    let told = receipt(&event("TEXT_SUCCESSFUL", json!({"totalMessagePrice": 0.09582, "totalCarrierFee": 0.001})));
    assert_eq!((told.status, told.delay_ms, told.price_micro_usd), (SmsStatus::Delivered, Some(300), Some(96_820)));
    assert_eq!((told.country.as_deref(), told.service), (Some("BR"), SmsService::EndUserMessaging));
    for (kind, reason) in [
        ("BLOCKED", "phone_blocked"),
        ("TTL_EXPIRED", "ttl_expired"),
        ("CARRIER_UNREACHABLE", "carrier_unreachable"),
        ("INVALID", "invalid_number"),
        ("INVALID_MESSAGE", "invalid_message"),
        ("CARRIER_BLOCKED", "carrier_blocked"),
        ("UNREACHABLE", "phone_unreachable"),
        ("SPAM", "spam"),
        ("PROTECT_BLOCKED", "protect_blocked"),
        ("SOMETHING_NEW", "other"),
    ] {
        let told = receipt(&event(&format!("TEXT_{kind}"), json!({})));
        assert_eq!(told.reason.map(SmsFailure::as_str), Some(reason), "{kind}");
    }
    let told = receipt(&event("TEXT_BLOCKED", json!({"messageStatusDescription": "Phone number is opted out"})));
    assert_eq!(told.reason, Some(SmsFailure::OptedOut));
    assert_eq!(decode_text(&event("VOICE_COMPLETED", json!({})).to_string()), Decoded::Ignored);
}

#[test]
fn what_no_carrier_answered_for_three_days_is_unknown() {
    let fate = |kind: &str, members: Value| {
        let told = receipt(&event(kind, members));
        (told.status, told.is_final, told.reason)
    };
    let silent = json!({"messageStatus": "UNKNOWN"});
    assert_eq!(fate("TEXT_UNKNOWN", json!({})), (SmsStatus::Unknown, true, None));
    assert_eq!(fate("TEXT_PENDING", silent.clone()), (SmsStatus::Unknown, true, None));
    assert_eq!(fate("TEXT_UNREACHABLE", silent), (SmsStatus::Unknown, true, None));
}

#[test]
fn an_event_is_final_only_when_it_says_so() {
    for (word, is_final) in
        [(json!(true), true), (json!("true"), true), (json!(false), false), (Value::Null, false), (json!(1), false)]
    {
        let told = receipt(&event("TEXT_DELIVERED", json!({"isFinal": word})));
        let status = if is_final { SmsStatus::Delivered } else { SmsStatus::Pending };
        assert_eq!((told.is_final, told.status), (is_final, status), "{word}");
    }
    let mut silent = event("TEXT_DELIVERED", json!({}));
    silent.as_object_mut().expect("an object").remove("isFinal");
    assert!(!receipt(&silent).is_final);
}

#[test]
fn an_event_tells_its_time_as_a_number_or_a_text() {
    for at in [json!(1_686_975_103_470_i64), json!("1686975103470"), json!(1_686_975_103_470.0)] {
        let told = receipt(&event("TEXT_DELIVERED", json!({"eventTimestamp": at, "messageRequestTimestamp": at})));
        let times = (told.sent_at.timestamp_millis(), told.reported_at.timestamp_millis());
        assert_eq!(times, (1_686_975_103_470, 1_686_975_103_470), "{at}");
    }
    let told = receipt(&event("TEXT_DELIVERED", json!({"messageRequestTimestamp": null})));
    assert_eq!((told.sent_at, told.delay_ms), (told.reported_at, Some(0)));
    let timeless = event("TEXT_DELIVERED", json!({"eventTimestamp": "soon", "messageRequestTimestamp": "now"}));
    assert_eq!(decode_text(&timeless.to_string()), Decoded::Malformed);
}

#[test]
fn a_failure_of_a_new_type_is_known_by_its_words() {
    let words = |members: Value| receipt(&event("TEXT_DEVICE_OFFLINE", members)).unknown_response;
    assert_eq!(words(json!({})).as_deref(), Some("TEXT_DEVICE_OFFLINE"));
    assert_eq!(words(json!({"messageStatusDescription": "Ana is away"})).as_deref(), Some("… is …"));
}

#[test]
fn the_number_decides_the_country_then_the_code_then_the_network() {
    let country = |members| receipt(&event("TEXT_DELIVERED", members)).country;
    assert_eq!(country(json!({"isoCountryCode": "US", "mcc": "310"})).as_deref(), Some("BR"));
    assert_eq!(country(json!({"destinationPhoneNumber": "HIDDEN", "isoCountryCode": "de"})).as_deref(), Some("DE"));
    assert_eq!(country(json!({"destinationPhoneNumber": null, "isoCountryCode": "<b>"})).as_deref(), Some("BR"));
    assert_eq!(country(json!({"destinationPhoneNumber": null, "mcc": ""})), None);
}

#[test]
fn nothing_kept_holds_the_number() {
    let kept = format!("{:?}", receipt(&event("TEXT_SPAM", json!({"messageStatusDescription": "to +5511961234567"}))));
    assert!(!kept.contains("11961") && !kept.contains("4567"), "{kept}");
}

#[test]
fn other_lines_are_malformed() {
    for text in
        ["", "null", "[]", "{}", "{\"notification\":{},\"delivery\":{}}", "{\"eventType\":\"TEXT_SPAM\"}", "not json"]
    {
        assert_eq!(decode_text(text), Decoded::Malformed, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,200}", json in json_value()) {
        decode_text(&text);
        decode_text(&json.to_string());
    }

    #[test]
    fn any_member_may_hold_anything(
        member in prop_oneof![Just("destination"), Just("priceInUSD"), Just("mcc"), Just("dwellTimeMs"), Just("providerResponse")],
        value in json_value(),
    ) {
        receipt(&sns("FAILURE", json!({member: value.clone()})));
        let mut changed = event("TEXT_DELIVERED", json!({}));
        changed["mcc"] = value.clone();
        changed["isoCountryCode"] = value.clone();
        receipt(&changed);
        for record in [sns("FAILURE", json!({})), changed] {
            for member in record.as_object().expect("an object").keys() {
                let mut changed = record.clone();
                changed[member] = value.clone();
                decode_text(&changed.to_string());
            }
        }
    }

    #[test]
    fn what_people_typed_is_never_kept(planted in personal()) {
        let kept = |planted: &str| {
            let told = format!("No way to {planted}: user {planted} unreachable");
            let sns = sns("FAILURE", json!({
                "destination": planted, "providerResponse": told, "phoneCarrier": planted, "smsType": planted,
            }));
            let event = event("TEXT_SOMETHING", json!({
                "destinationPhoneNumber": planted, "messageStatusDescription": told, "isoCountryCode": planted,
                "messageType": planted, "messageStatus": planted, "context": {planted: planted},
            }));
            format!("{:?} {:?}", receipt(&sns), receipt(&event))
        };
        let kept = (kept(&planted), kept(""));
        prop_assert!(!is_leaked(&planted, &kept.0, &kept.1), "{} in {}", planted, kept.0);
    }

    #[test]
    fn a_truncated_line_is_malformed(cut in 0_usize..200) {
        let text = sns("SUCCESS", json!({"mcc": 310})).to_string();
        prop_assume!(cut < text.len());
        prop_assert_eq!(decode_text(&text[..cut]), Decoded::Malformed);
    }
}
