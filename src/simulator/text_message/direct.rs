//! The events of AWS End User Messaging: several per message, the last one final.

use serde_json::{Value, json};

use super::{Failure, Fate, TextMessage};
use crate::simulator::country::COUNTRIES;
use crate::simulator::time::Ms;

/// One event, and when the log group has it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::simulator) struct Event {
    pub logged: Ms,
    pub body: String,
}

/// One message in so many is told about without its country.
const NAMELESS: u64 = 7;
/// One message in so many is told about without its network.
const NETLESS: u64 = 5;

impl TextMessage {
    /// Its events from the first to the last.
    pub(in crate::simulator) fn events(&self) -> Vec<Event> {
        let mut events =
            vec![self.event("QUEUED", "Message is queued", self.sent + 60 + self.milliseconds(4, 140), false)];
        let mut at = self.sent + 260 + self.milliseconds(5, 120);
        if !self.lot(6).is_multiple_of(4) {
            events.push(self.event("PENDING", "Message has been sent to the carrier", at, false));
        }
        let (status, description, after) = self.end();
        // Where phones acknowledge, the carrier's own word comes first and is not the last.
        if status == "DELIVERED" {
            at += 100;
            events.push(self.event("SUCCESSFUL", ACCEPTED, at.min(self.sent + after - 1), false));
        }
        events.push(self.event(status, description, self.sent + after, true));
        events
    }

    /// Status, description and milliseconds after the request of the final event.
    fn end(&self) -> (&'static str, &'static str, Ms) {
        match self.fate {
            Fate::Delivered { ack_ms, .. } if self.carrier == 3 => {
                ("DELIVERED", "Message has been accepted by phone", ack_ms)
            }
            Fate::Delivered { ack_ms, .. } => ("SUCCESSFUL", ACCEPTED, ack_ms),
            Fate::Failed { failure, dwell_ms } => {
                let (status, description) = match failure {
                    Failure::PhoneUnreachable if self.lot(7).is_multiple_of(3) => {
                        ("TTL_EXPIRED", "Message expired before it could be delivered")
                    }
                    Failure::BlockedDestination if self.lot(7).is_multiple_of(2) => {
                        ("PROTECT_BLOCKED", "Message was blocked by a protect configuration")
                    }
                    failure => (failure.status(), failure.words()),
                };
                (status, description, dwell_ms + 600)
            }
            Fate::Unknown => ("UNKNOWN", "No final status from the carrier", self.logged - self.sent),
        }
    }

    fn event(&self, status: &str, description: &str, at: Ms, is_final: bool) -> Event {
        let place = &COUNTRIES[usize::from(self.country)];
        let mut event = json!({
            "eventType": format!("TEXT_{status}"),
            "eventVersion": "1.0",
            "eventTimestamp": at,
            "isFinal": is_final,
            "originationPhoneNumber": "+12065550152",
            "destinationPhoneNumber": self.number,
            "isInternationalSend": place.code != "US",
            "messageId": self.id.to_string(),
            "messageRequestTimestamp": self.sent,
            "messageEncoding": "GSM",
            "messageType": "TRANSACTIONAL",
            "messageStatus": status,
            "messageStatusDescription": description,
            "context": {},
            "totalMessageParts": 1,
            "totalMessagePrice": place.price_usd,
            "totalCarrierFee": 0.0,
        });
        let mut put = |member: &str, value: Value| event[member] = value;
        if !self.lot(8).is_multiple_of(NAMELESS) {
            put("isoCountryCode", json!(place.code));
        }
        if !self.lot(9).is_multiple_of(NETLESS) {
            put("mcc", json!(place.mcc.to_string()));
            put("mnc", json!(format!("{:03}", u16::from(self.carrier) * 10)));
        }
        Event { logged: at + 400 + self.milliseconds(10, 1_600), body: event.to_string() }
    }

    fn milliseconds(&self, purpose: u64, most: u64) -> Ms {
        (self.lot(purpose) % most).cast_signed()
    }
}

const ACCEPTED: &str = "Message has been accepted by phone carrier";

impl Failure {
    fn status(self) -> &'static str {
        match self {
            Self::PhoneUnreachable => "UNREACHABLE",
            Self::Unknown => "UNKNOWN",
            Self::CarrierUnreachable => "CARRIER_UNREACHABLE",
            Self::CarrierBlocked => "CARRIER_BLOCKED",
            Self::Spam => "SPAM",
            Self::InvalidNumber => "INVALID",
            Self::OptedOut | Self::PhoneBlocked | Self::BlockedDestination | Self::NoQuota => "BLOCKED",
        }
    }
}
