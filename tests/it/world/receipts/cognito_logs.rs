//! Cognito's own log: messages that could not be sent, and what threat protection saw.

use chrono::{DateTime, Utc};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::json;
use uuid::Uuid;

use super::{COGNITO, Heard, What, line, malformed, moment};
use crate::world::directory::Directory;
use crate::world::lines::Line;

/// What Cognito writes there is in no document; all of these speak of SMS.
const DETAILS: [&str; 4] = [
    "SMS message could not be delivered: the destination is blocked",
    "Failed to send SMS to +12065559996 for user somebody@example.com",
    "SMS delivery failed <script>alert(1)</script> \u{202e}",
    "sms message not sent: too many messages to one destination",
];
/// A pool that no listing shows any more.
pub const GONE: &str = "us-east-1_Gone00001";

pub fn lines(rng: &mut StdRng, now: DateTime<Utc>, directory: &Directory) -> Vec<Line<Heard>> {
    let mut lines = Vec::new();
    let ids = directory.pools.iter().map(|pool| pool.id.as_str()).chain([GONE]);
    for (number, pool) in ids.enumerate() {
        for _ in 0..number + 3 {
            let at = moment(rng, now);
            let text = notice(at, pool, DETAILS.choose(rng).expect("there are some"));
            lines.push(line(rng, now, at, COGNITO, What::Notice(pool.to_owned()), text));
        }
    }
    for number in 0..40 {
        let at = moment(rng, now);
        let pool = &directory.pools.choose(rng).expect("there are pools").id;
        let id = Uuid::from_u128(rng.random()).to_string();
        let text = activity(at, pool, &id, number);
        lines.push(line(rng, now, at, COGNITO, What::Activity, text));
    }
    for text in malformed(&lines[0].text.clone()) {
        let at = moment(rng, now);
        lines.push(line(rng, now, at, COGNITO, What::Malformed, text));
    }
    lines
}

fn notice(at: DateTime<Utc>, pool: &str, details: &str) -> String {
    json!({
        "eventTimestamp": at.timestamp_millis().to_string(), "eventSource": "USER_NOTIFICATION", "logLevel": "ERROR",
        "message": {"details": details}, "logSourceId": {"userPoolId": pool},
    })
    .to_string()
}

fn activity(at: DateTime<Utc>, pool: &str, id: &str, number: usize) -> String {
    let source = if number.is_multiple_of(2) { "USER_ACTIVITY" } else { "USER_AUTH_EVENTS" };
    let challenges = match number % 3 {
        0 => json!([]),
        1 => json!([{"challengeName": "Password", "challengeResponse": "Success"},
                    {"challengeName": "Mfa", "challengeResponse": "Failure"}]),
        _ => json!([{"challengeName": "Mfa", "challengeResponse": "Success"}]),
    };
    let kind = ["SignIn", "SignUp", "ForgotPassword"][number % 3];
    let response = ["Pass", "Fail", "InProgress"][number % 3];
    let sub = Uuid::from_u128(number as u128).to_string();
    json!({
        "eventTimestamp": at.timestamp_millis().to_string(), "eventSource": source, "logLevel": "INFO",
        "message": {
            "version": "1", "eventId": id, "eventType": kind,
            "userSub": sub, "userName": "somebody@example.com",
            "userPoolId": pool, "clientId": "1example23456789", "creationDate": "Wed Jul 17 17:25:55 UTC 2024",
            "eventResponse": response, "riskLevel": "", "riskDecision": "PASS",
            "challenges": challenges, "deviceName": "Other, Other", "ipAddress": "192.0.2.17", "requestId": id,
            "idpName": "", "compromisedCredentialDetected": "false", "city": "Seattle", "country": "United States",
            "eventFeedbackValue": "", "eventFeedbackDate": "", "eventFeedbackProvider": "", "hasContextData": "true",
        },
        "logSourceId": {"userPoolId": pool},
    })
    .to_string()
}
