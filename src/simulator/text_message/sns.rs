//! The delivery status record of Amazon SNS.

use serde_json::{Value, json};

use super::{Failure, Fate, TextMessage};
use crate::simulator::country::COUNTRIES;
use crate::simulator::time::utc;

/// One record in so many hides part of the number.
const MASKED: u64 = 25;
/// One record of a delivered message in so many names no carrier.
const BARE: u64 = 14;
/// One record in so many names no price.
const FREE: u64 = 60;

impl TextMessage {
    /// The delivery status record, in the shape of the SNS documentation and of real rows that leave members out.
    pub(in crate::simulator) fn receipt(&self) -> String {
        json!({
            "notification": {
                "messageId": self.id.to_string(),
                "timestamp": utc(self.sent).format("%Y-%m-%d %H:%M:%S%.3f").to_string(),
            },
            "delivery": self.delivery(),
            "status": match self.fate {
                Fate::Delivered { .. } => "SUCCESS",
                Fate::Failed { .. } => "FAILURE",
                Fate::Unknown => "UNKNOWN",
            },
        })
        .to_string()
    }

    fn delivery(&self) -> Value {
        let place = &COUNTRIES[usize::from(self.country)];
        let mut delivery = json!({ "destination": self.destination(), "smsType": "Transactional" });
        let mut put = |member: &str, value: Value| delivery[member] = value;
        match self.fate {
            // AWS sends it on to nobody, so nobody counts its parts.
            Fate::Failed { failure: Failure::NoQuota, dwell_ms } => {
                put("providerResponse", json!(Failure::NoQuota.words()));
                put("dwellTimeMs", json!(dwell_ms));
                return delivery;
            }
            Fate::Delivered { dwell_ms, ack_ms } => {
                let bare = self.lot(2).is_multiple_of(BARE);
                if !bare {
                    put("mcc", json!(place.mcc));
                    put("mnc", json!(u16::from(self.carrier) * 10));
                    put("phoneCarrier", json!(format!("{} Mobile {}", place.code, self.carrier)));
                }
                put(
                    "providerResponse",
                    json!(match self.carrier {
                        _ if bare => "Delivered",
                        3 => "Message has been accepted by phone",
                        _ => "Message has been accepted by phone carrier",
                    }),
                );
                put("dwellTimeMs", json!(dwell_ms));
                put("dwellTimeMsUntilDeviceAck", json!(ack_ms));
            }
            Fate::Failed { failure, dwell_ms } => {
                put("mcc", json!(0));
                put("mnc", json!(0));
                put("providerResponse", json!(failure.words()));
                put("dwellTimeMs", json!(dwell_ms));
            }
            Fate::Unknown => {
                put("mcc", json!(0));
                put("mnc", json!(0));
                put("providerResponse", json!("Unknown"));
            }
        }
        put("numberOfMessageParts", json!(1));
        if !self.lot(3).is_multiple_of(FREE) {
            put("priceInUSD", json!(place.price_usd));
        }
        delivery
    }

    /// The number as SNS writes it: now and then without its area code, or without anything but its country.
    fn destination(&self) -> String {
        let dialled = 1 + COUNTRIES[usize::from(self.country)].dial.len();
        match self.number.split_at_checked(dialled) {
            Some((country, rest)) if self.lot(1).is_multiple_of(MASKED) => match rest.get(3..) {
                Some(rest) if self.lot(1).is_multiple_of(2) => format!("{country}XXX{rest}"),
                _ => format!("{country}{}", "x".repeat(rest.len())),
            },
            _ => self.number.clone(),
        }
    }
}
