//! Cognito's own log export: messages it could not send, and, on the Plus plan, sign-ins.
//!
//! Members: Cognito developer guide, "Exporting logs from Amazon Cognito user pools".

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Reading;
use super::lenient::{Object, Text};
use super::sanitise::{client_id, constant, harmless, pool_id};
use crate::model::{AuthEvent, Decoded, DeliveryNotice, LineId, Outcome};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entry<'a> {
    #[serde(borrow)]
    event_timestamp: Text<'a>,
    #[serde(borrow)]
    event_source: Text<'a>,
    #[serde(borrow)]
    message: Object<Message<'a>>,
    #[serde(borrow)]
    log_source_id: Object<LogSource<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct LogSource<'a> {
    #[serde(borrow)]
    user_pool_id: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Message<'a> {
    #[serde(borrow)]
    details: Text<'a>,
    #[serde(borrow)]
    event_id: Text<'a>,
    #[serde(borrow)]
    event_type: Text<'a>,
    #[serde(borrow)]
    event_response: Text<'a>,
    #[serde(borrow)]
    user_sub: Text<'a>,
    #[serde(borrow)]
    user_pool_id: Text<'a>,
    #[serde(borrow)]
    client_id: Text<'a>,
    challenges: Challenges,
}

/// How the MFA challenge ended. AWS shows no entry of the list: objects and texts are both read.
#[derive(Default)]
struct Challenges(Option<Outcome>);

impl<'de> Deserialize<'de> for Challenges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let challenges = Value::deserialize(deserializer)?;
        let entries = challenges.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(Self(entries.iter().rev().find_map(of_challenge)))
    }
}

/// `{"challengeName": "Mfa", "challengeResponse": "Success"}` in either casing, or `Mfa:Success`.
fn of_challenge(entry: &Value) -> Option<Outcome> {
    let member = |names: [&str; 2]| names.iter().find_map(|name| entry.get(name)?.as_str());
    let (name, response) = match entry {
        Value::String(text) => text.split_once(':')?,
        _ => (member(["challengeName", "ChallengeName"])?, member(["challengeResponse", "ChallengeResponse"])?),
    };
    of_mfa(name, response)
}

fn of_mfa(name: &str, response: &str) -> Option<Outcome> {
    if !name.trim().eq_ignore_ascii_case("Mfa") {
        return None;
    }
    match response.trim() {
        word if word.eq_ignore_ascii_case("Success") => Some(Outcome::Success),
        word if word.eq_ignore_ascii_case("Failure") => Some(Outcome::Failure),
        _ => None,
    }
}

/// Decodes one line.
pub fn decode(message: &str, line_id: LineId, _: &Reading) -> Decoded {
    read(message, line_id).unwrap_or(Decoded::Malformed)
}

fn read(text: &str, line_id: LineId) -> Option<Decoded> {
    let entry: Entry<'_> = serde_json::from_str(text).ok()?;
    let happened_at = instant(&entry.event_timestamp)?;
    let message = entry.message.0?;
    let source = entry.log_source_id.0.unwrap_or_default();
    let pool_id = [&source.user_pool_id, &message.user_pool_id].into_iter().find_map(|text| pool_id(text.get()?))?;
    match entry.event_source.get()? {
        "USER_NOTIFICATION" => {
            let details = message.details.get().unwrap_or_default();
            Some(Decoded::Notice(Box::new(DeliveryNotice {
                notice_id: line_id,
                noticed_at: happened_at,
                pool_id,
                details: harmless(details),
                mentions_sms: ["sms", "phone", "sns"].iter().any(|word| details.to_ascii_lowercase().contains(word)),
            })))
        }
        "USER_AUTH_EVENTS" | "USER_ACTIVITY" => Some(Decoded::AuthEvent(Box::new(AuthEvent {
            auth_event_id: message.event_id.uuid().unwrap_or(line_id),
            happened_at,
            pool_id,
            client_id: message.client_id.get().and_then(client_id),
            sub: message.user_sub.uuid(),
            kind: message.event_type.get().and_then(constant).unwrap_or_default(),
            response: message.event_response.get().and_then(constant).unwrap_or_default(),
            mfa: message.challenges.0,
        }))),
        _ => None,
    }
}

/// Milliseconds, as a number or, as AWS writes them, as a text.
fn instant(text: &Text<'_>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(text.get()?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::decode::Pseudonyms;
    use crate::decode::hostile::{is_leaked, json_value, personal};

    fn read(entry: &Value) -> Decoded {
        decode_text(&entry.to_string())
    }

    fn decode_text(text: &str) -> Decoded {
        let reading = Reading { pseudonyms: Pseudonyms::Names, custom_is_mfa: false, networks: Uuid::nil() };
        decode(text, Uuid::from_u128(7), &reading)
    }

    #[test]
    fn an_undelivered_message_names_its_pool_and_nobody() {
        let decoded = read(&json!({
            "eventTimestamp": "1687297330677", "eventSource": "USER_NOTIFICATION", "logLevel": "ERROR",
            "message": {"details": "SMS to +14255550156 of ana@example.com failed"},
            "logSourceId": {"userPoolId": "us-west-2_EXAMPLE"},
        }));
        let Decoded::Notice(notice) = decoded else { panic!("{decoded:?}") };
        assert_eq!(
            (notice.pool_id.as_str(), notice.noticed_at.timestamp_millis()),
            ("us-west-2_EXAMPLE", 1_687_297_330_677)
        );
        assert!(notice.mentions_sms);
        let details = notice.details.expect("harmless words");
        assert!(!details.contains("4255") && !details.contains("example.com"), "{details}");
    }

    #[test]
    fn a_sign_in_tells_its_mfa_in_every_shape() {
        let sign_in = |source: &str, challenges: Value| {
            read(&json!({
                "eventTimestamp": 1_687_297_330_677_i64, "eventSource": source,
                "message": {
                    "eventId": "87a42a58-6051-7076-79e2-fe9208b6ae3c", "eventType": "SignIn", "eventResponse": "Pass",
                    "userSub": "704b1e47-34fe-40e9-8c41-504997494531", "userName": "ana@example.com",
                    "clientId": "1example23456789", "challenges": challenges, "ipAddress": "192.0.2.1",
                },
                "logSourceId": {"userPoolId": "us-west-2_EXAMPLE"},
            }))
        };
        let mfa = |challenges| match sign_in("USER_AUTH_EVENTS", challenges) {
            Decoded::AuthEvent(event) => event.mfa,
            other => panic!("{other:?}"),
        };
        assert_eq!(mfa(json!([{"challengeName": "Password", "challengeResponse": "Success"}])), None);
        assert_eq!(mfa(json!([{"challengeName": "Mfa", "challengeResponse": "Failure"}])), Some(Outcome::Failure));
        assert_eq!(mfa(json!(["Password:Success", "Mfa:Success"])), Some(Outcome::Success));
        for odd in [json!([]), json!("Mfa:Success"), json!({"Mfa": 1}), Value::Null, json!([1, null, {}])] {
            assert_eq!(mfa(odd.clone()), None, "{odd}");
        }
        let kept = format!("{:?}", sign_in("USER_ACTIVITY", json!([])));
        assert!(!kept.contains("example.com") && !kept.contains("192.0.2"), "{kept}");
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in ["", "null", "{}", "{\"eventSource\":\"USER_NOTIFICATION\"}"] {
            assert_eq!(decode_text(text), Decoded::Malformed, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,200}", json in json_value()) {
            decode_text(&text);
            read(&json);
        }

        #[test]
        fn any_member_may_hold_anything(
            source in prop_oneof![Just("USER_NOTIFICATION"), Just("USER_AUTH_EVENTS")],
            at in json_value(),
            message in json_value(),
            member in json_value(),
            log_source in json_value(),
        ) {
            let mut entry = json!({
                "eventTimestamp": "1687297330677", "eventSource": source,
                "message": {"details": member, "challenges": member, "eventType": member, "userSub": member},
                "logSourceId": {"userPoolId": "us-west-2_EXAMPLE"},
            });
            prop_assert_ne!(read(&entry), Decoded::Malformed);
            for (name, value) in [("eventTimestamp", at), ("message", message), ("logSourceId", log_source)] {
                entry[name] = value;
                read(&entry);
            }
        }

        #[test]
        fn what_people_typed_is_never_kept(
            source in prop_oneof![Just("USER_NOTIFICATION"), Just("USER_AUTH_EVENTS")],
            planted in personal(),
        ) {
            let kept = |planted: &str| format!("{:?}", read(&json!({
                "eventTimestamp": "1687297330677", "eventSource": source,
                "message": {
                    "details": format!("SMS to {planted} failed: user {planted} opted out"),
                    "eventType": planted, "eventResponse": planted, "userSub": planted, "userName": planted,
                    "userPoolId": planted, "ipAddress": planted, "challenges": [planted],
                },
                "logSourceId": {"userPoolId": "us-west-2_EXAMPLE"},
            })));
            let kept = (kept(&planted), kept(""));
            prop_assert!(!is_leaked(&planted, &kept.0, &kept.1), "{} in {}", planted, kept.0);
        }
    }
}
