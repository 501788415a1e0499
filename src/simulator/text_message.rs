//! Text messages that the story sends, and the delivery status records that SNS writes about them.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal};
use serde_json::{Value, json};
use uuid::Uuid;

use super::country::{self, COUNTRIES, Country};
use super::time::{HOUR, MINUTE, Ms, SECOND, utc};

/// The number that Cognito itself texts when SMS is configured.
pub(super) const COGNITO_TEST_NUMBER: &str = "+12064350128";

const UNREACHABLE_CARRIER: &str = "Phone carrier is currently unreachable/unavailable";

/// Ordinary failures, the frequent ones repeated.
const FAILURES: &[&str] = &[
    "Phone is currently unreachable/unavailable",
    "Phone is currently unreachable/unavailable",
    "Phone is currently unreachable/unavailable",
    "Unknown error attempting to reach phone",
    "Unknown error attempting to reach phone",
    UNREACHABLE_CARRIER,
    "Phone carrier has blocked this message",
    "Blocked as spam by phone carrier",
    "Invalid phone number",
    "Phone number is opted out",
    "Phone has blocked SMS",
    "Destination is on a blocked list",
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Delivered {
        dwell_ms: i64,
        ack_ms: i64,
    },
    Failed {
        reason: &'static str,
        dwell_ms: i64,
    },
    /// No carrier ever answered.
    Unknown,
}

/// One text message.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TextMessage {
    pub sent: Ms,
    /// When its delivery status record is written.
    pub logged: Ms,
    pub region: &'static str,
    id: Uuid,
    number: String,
    country: u8,
    carrier: u8,
    fate: Fate,
}

impl TextMessage {
    /// Sends a message; `down` says that the country is cut off.
    pub(super) fn send(
        draw: &mut ChaCha8Rng,
        sent: Ms,
        region: &'static str,
        country: u8,
        number: String,
        down: bool,
    ) -> Self {
        let place = &COUNTRIES[usize::from(country)];
        let reliability = if down { 0.04 } else { place.reliability };
        let fate = if draw.random_bool(reliability) {
            delivered(draw, place)
        } else if !down && draw.random_bool(0.25) {
            Fate::Unknown
        } else {
            let reason = if down { UNREACHABLE_CARRIER } else { FAILURES[draw.random_range(0..FAILURES.len())] };
            Fate::Failed { reason, dwell_ms: draw.random_range(300..9_000) }
        };
        let logged = sent
            + match fate {
                Fate::Delivered { ack_ms, .. } => ack_ms + draw.random_range(SECOND..2 * MINUTE),
                Fate::Failed { dwell_ms, .. } => dwell_ms + draw.random_range(SECOND..6 * MINUTE),
                Fate::Unknown => 72 * HOUR + draw.random_range(0..10 * MINUTE),
            };
        let id = uuid::Builder::from_random_bytes(draw.random()).into_uuid();
        Self { sent, logged, region, id, number, country, carrier: draw.random_range(1..=3), fate }
    }

    /// The message that Cognito sends to itself on a configuration change.
    pub(super) fn cognito_test(draw: &mut ChaCha8Rng, sent: Ms, region: &'static str) -> Self {
        Self::send(draw, sent, region, country::position("US"), COGNITO_TEST_NUMBER.to_owned(), false)
    }

    /// True when the code reaches the phone.
    pub(super) fn arrives(&self) -> bool {
        matches!(self.fate, Fate::Delivered { .. })
    }

    /// True when the record goes to the `/Failure` log group.
    pub(super) fn failed(&self) -> bool {
        matches!(self.fate, Fate::Failed { .. })
    }

    /// The delivery status record, in the shape of the SNS documentation.
    pub(super) fn receipt(&self) -> String {
        let place = &COUNTRIES[usize::from(self.country)];
        let mut delivery = json!({
            "numberOfMessageParts": 1,
            "destination": self.number,
            "priceInUSD": place.price_usd,
            "smsType": "Transactional",
            "mcc": place.mcc,
            "mnc": u16::from(self.carrier) * 10,
        });
        let (status, more) = match self.fate {
            Fate::Delivered { dwell_ms, ack_ms } => (
                "SUCCESS",
                json!({
                    "phoneCarrier": format!("{} Mobile {}", place.code, self.carrier),
                    "providerResponse": if self.carrier == 3 { "Message has been accepted by phone" }
                        else { "Message has been accepted by phone carrier" },
                    "dwellTimeMs": dwell_ms,
                    "dwellTimeMsUntilDeviceAck": ack_ms,
                }),
            ),
            Fate::Failed { reason, dwell_ms } => {
                ("FAILURE", json!({ "providerResponse": reason, "dwellTimeMs": dwell_ms, "mcc": 0, "mnc": 0 }))
            }
            Fate::Unknown => ("UNKNOWN", json!({ "providerResponse": "Unknown", "mcc": 0, "mnc": 0 })),
        };
        if let (Value::Object(base), Value::Object(more)) = (&mut delivery, more) {
            base.extend(more);
        }
        json!({
            "notification": {
                "messageId": self.id.to_string(),
                "timestamp": utc(self.sent).format("%Y-%m-%d %H:%M:%S%.3f").to_string(),
            },
            "delivery": delivery,
            "status": status,
        })
        .to_string()
    }
}

fn delivered(draw: &mut ChaCha8Rng, place: &Country) -> Fate {
    let factor: f64 = LogNormal::new(0.0, 0.55).map_or(1.0, |shape| shape.sample(draw));
    let ack_ms = ((place.median_ack_ms * factor) as i64).clamp(400, 4 * MINUTE);
    let dwell_ms = (ack_ms * 2 / 5).max(150);
    Fate::Delivered { dwell_ms, ack_ms }
}

#[cfg(test)]
mod tests {
    use super::super::time::rng;
    use super::*;

    fn share_failed(down: bool) -> f64 {
        let mut draw = rng(&[1]);
        let sends = 2_000;
        let failed = (0..sends)
            .filter(|_| {
                TextMessage::send(&mut draw, 0, "us-east-1", country::position("BR"), String::new(), down).failed()
            })
            .count();
        failed as f64 / f64::from(sends)
    }

    #[test]
    fn an_outage_fails_nearly_everything() {
        assert!(share_failed(true) > 0.9);
        assert!(share_failed(false) < 0.08);
    }

    #[test]
    fn receipts_have_the_documented_members() {
        let mut draw = rng(&[2]);
        for _ in 0..200 {
            let message = TextMessage::send(&mut draw, 1_467_074_434_558, "us-east-1", 0, "+12025550101".into(), false);
            let receipt: Value = serde_json::from_str(&message.receipt()).expect("a receipt is JSON");
            assert_eq!(receipt["notification"]["timestamp"], "2016-06-28 00:40:34.558");
            assert_eq!(receipt["status"] == "FAILURE", message.failed());
            assert!(receipt["delivery"]["mcc"].is_u64());
        }
    }
}
