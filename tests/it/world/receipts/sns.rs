//! Delivery status logs of SNS.

use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::destination::{Destination, odd};
use super::{FAILURE, Heard, REGIONS, Receipt, SUCCESS, TOKYO, What, Word, line, malformed, moment};
use crate::world::lines::Line;
use crate::world::phones::COGNITO_TEST;

/// What a provider says of a message that failed, and what that is.
const FAILURES: [(&str, &str); 17] = [
    ("Blocked as spam by phone carrier", "spam"),
    ("Destination is on a blocked list", "blocked_destination"),
    ("Invalid phone number", "invalid_number"),
    ("Message body is invalid", "invalid_message"),
    ("Phone carrier has blocked this message", "carrier_blocked"),
    ("Phone carrier is currently unreachable/unavailable", "carrier_unreachable"),
    ("Phone has blocked SMS", "phone_blocked"),
    ("Phone is on a blocked list", "phone_blocklist"),
    ("Phone is currently unreachable/unavailable", "phone_unreachable"),
    ("Phone number is opted out", "opted_out"),
    ("This delivery would exceed max price", "max_price"),
    ("Unknown error attempting to reach phone", "unknown"),
    ("No quota left for account", "spend_limit"),
    // The same in other words.
    ("NO QUOTA LEFT FOR ACCOUNT", "spend_limit"),
    ("Phone number is opted out (code 21610)", "opted_out"),
    // In no document.
    ("The pigeon <script>alert(1)</script> left for +12065559997 \u{202e}\u{0000}", "other"),
    ("=HYPERLINK(\"http://example.com\") somebody@example.com", "other"),
];
const ACCEPTED: [&str; 3] =
    ["Message has been accepted by phone carrier", "Message has been accepted by phone", "Delivered"];
/// Some of these are where a bucket may end.
const DELAYS_MS: [i64; 14] =
    [0, 37, 100, 250, 500, 999, 1_000, 2_500, 5_000, 10_001, 30_000, 60_000, 300_000, 259_200_000];

struct Message {
    id: String,
    at: DateTime<Utc>,
    destination: Destination,
    price_micro_usd: Option<i64>,
}

pub fn lines(rng: &mut StdRng, now: DateTime<Utc>) -> Vec<Line<Heard>> {
    let mut lines = Vec::new();
    for number in 0..460 {
        let destination = odd().get(number).cloned().unwrap_or_else(|| Destination::any(rng));
        let message = Message::new(rng, now, destination);
        let group = if rng.random_bool(0.3) { TOKYO } else { SUCCESS };
        lines.push(delivered(rng, now, group, &message));
    }
    for number in 0..200 {
        let destination = odd().get(number).cloned().unwrap_or_else(|| Destination::any(rng));
        let message = Message::new(rng, now, destination);
        let (response, reason) = FAILURES[number % FAILURES.len()];
        lines.push(failed(rng, now, &message, response, reason));
    }
    for _ in 0..6 {
        let at = moment(rng, now);
        let fields = json!({"destination": COGNITO_TEST, "priceInUSD": 0.00645, "mcc": 310, "dwellTimeMs": 300});
        let text = render("00000000-0000-0000-0000-000000000001", at, fields, "SUCCESS");
        lines.push(line(rng, now, at, SUCCESS, What::Irrelevant, text));
    }
    let mut broken = malformed(&lines[0].text.clone());
    broken.push(json!({"status": "SUCCESS"}).to_string());
    for text in broken {
        let at = moment(rng, now);
        lines.push(line(rng, now, at, FAILURE, What::Malformed, text));
    }
    lines
}

impl Message {
    fn new(rng: &mut StdRng, now: DateTime<Utc>, destination: Destination) -> Self {
        let prices = [Some(6_450), Some(58_100), Some(7_500), Some(223_950), None];
        Self {
            id: Uuid::from_u128(rng.random()).to_string(),
            at: moment(rng, now),
            destination,
            price_micro_usd: prices.choose(rng).copied().flatten(),
        }
    }

    fn fields(&self, rng: &mut StdRng, response: &str) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("providerResponse".into(), json!(response));
        fields.insert("numberOfMessageParts".into(), json!(1));
        fields.insert("smsType".into(), json!(if rng.random_bool(0.8) { "Transactional" } else { "Promotional" }));
        self.destination.write_sns(&mut fields);
        let carrier = [json!("My Phone Carrier"), json!("=1+1 <b>Carrier</b>"), Value::Null];
        if rng.random_bool(0.7) {
            fields.insert("phoneCarrier".into(), carrier.choose(rng).expect("there are some").clone());
        }
        let price = self.price_micro_usd.map(|price| json!(price as f64 / 1e6));
        if let Some(price) = price.or_else(|| rng.random_bool(0.3).then_some(Value::Null)) {
            fields.insert("priceInUSD".into(), price);
        }
        fields
    }

    fn receipt(&self, group: usize, word: Word, delay_ms: Option<i64>) -> What {
        What::Receipt(Receipt {
            message: self.id.clone(),
            region: REGIONS[group],
            country: self.destination.country,
            reported: self.at,
            word,
            delay_ms,
            price_micro_usd: self.price_micro_usd,
        })
    }
}

/// The time to the acknowledgement of the device counts, else the time to the carrier's.
fn delivered(rng: &mut StdRng, now: DateTime<Utc>, group: usize, message: &Message) -> Line<Heard> {
    let response = *ACCEPTED.choose(rng).expect("there are some");
    let mut fields = message.fields(rng, response);
    let known = *DELAYS_MS.choose(rng).expect("there are some");
    let delay = if rng.random_bool(0.4) { known } else { rng.random_range(60..40_000) };
    let delay = match rng.random_range(0..10) {
        0 => None,
        1..5 => {
            fields.insert("dwellTimeMs".into(), json!(delay));
            if rng.random_bool(0.2) {
                fields.insert("dwellTimeMsUntilDeviceAck".into(), Value::Null);
            }
            Some(delay)
        }
        5..9 => {
            fields.insert("dwellTimeMs".into(), json!(delay / 3));
            fields.insert("dwellTimeMsUntilDeviceAck".into(), json!(delay));
            Some(delay)
        }
        _ => {
            fields.insert("dwellTimeMsUntilDeviceAck".into(), json!(delay));
            Some(delay)
        }
    };
    let text = render(&message.id, message.at, Value::Object(fields), "SUCCESS");
    let heard = message.at + TimeDelta::milliseconds(delay.unwrap_or(0).min(60_000));
    line(rng, now, heard, group, message.receipt(group, Word::Delivered, delay), text)
}

fn failed(
    rng: &mut StdRng,
    now: DateTime<Utc>,
    message: &Message,
    response: &str,
    reason: &'static str,
) -> Line<Heard> {
    let mut fields = message.fields(rng, response);
    fields.insert("dwellTimeMs".into(), json!(rng.random_range(50..4_000)));
    if rng.random_bool(0.5) {
        fields.insert("dwellTimeMsUntilDeviceAck".into(), json!(4_100));
    }
    let text = render(&message.id, message.at, Value::Object(fields), "FAILURE");
    line(rng, now, message.at, FAILURE, message.receipt(FAILURE, Word::Failed(reason), None), text)
}

/// The fraction of the second has as many digits as it needs.
fn render(id: &str, at: DateTime<Utc>, delivery: Value, status: &str) -> String {
    let whole = at.format("%Y-%m-%d %H:%M:%S%.3f").to_string();
    let timestamp = whole.trim_end_matches('0');
    let timestamp = if timestamp.ends_with('.') { format!("{timestamp}0") } else { timestamp.to_owned() };
    json!({"notification": {"messageId": id, "timestamp": timestamp}, "delivery": delivery, "status": status})
        .to_string()
}
