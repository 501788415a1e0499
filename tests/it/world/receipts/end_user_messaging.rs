//! Events of AWS End User Messaging: several for one message, of which the last word counts.

use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::destination::{Destination, odd};
use super::{EVENTS, Heard, REGIONS, Receipt, What, Word, line, malformed, moment};
use crate::world::lines::Line;
use crate::world::phones::COGNITO_TEST;

/// An event: its type, its status, whether it is the last, and what that means.
type Saying = (&'static str, &'static str, bool, Word);

const QUEUED: Saying = ("TEXT_QUEUED", "QUEUED", false, Word::Pending);
const PENDING: Saying = ("TEXT_PENDING", "PENDING", false, Word::Pending);
const SUCCESSFUL: Saying = ("TEXT_SUCCESSFUL", "SUCCESSFUL", true, Word::Delivered);
const DELIVERED: Saying = ("TEXT_DELIVERED", "DELIVERED", true, Word::Delivered);
const UNKNOWN: Saying = ("TEXT_UNKNOWN", "UNKNOWN", true, Word::Unknown);
/// These say nothing yet: another event follows.
const ACCEPTED: Saying = ("TEXT_SUCCESSFUL", "SUCCESSFUL", false, Word::Pending);
const NOT_YET: Saying = ("TEXT_UNREACHABLE", "UNREACHABLE", false, Word::Pending);

const FAILURES: [Saying; 9] = [
    ("TEXT_BLOCKED", "BLOCKED", true, Word::Failed("phone_blocked")),
    ("TEXT_TTL_EXPIRED", "TTL_EXPIRED", true, Word::Failed("ttl_expired")),
    ("TEXT_CARRIER_UNREACHABLE", "CARRIER_UNREACHABLE", true, Word::Failed("carrier_unreachable")),
    ("TEXT_INVALID", "INVALID", true, Word::Failed("invalid_number")),
    ("TEXT_INVALID_MESSAGE", "INVALID_MESSAGE", true, Word::Failed("invalid_message")),
    ("TEXT_CARRIER_BLOCKED", "CARRIER_BLOCKED", true, Word::Failed("carrier_blocked")),
    ("TEXT_UNREACHABLE", "UNREACHABLE", true, Word::Failed("phone_unreachable")),
    ("TEXT_SPAM", "SPAM", true, Word::Failed("spam")),
    ("TEXT_PROTECT_BLOCKED", "PROTECT_BLOCKED", true, Word::Failed("protect_blocked")),
];

/// What is said of one message, in this order.
const TALES: [&[Saying]; 9] = [
    &[SUCCESSFUL],
    &[QUEUED, PENDING, DELIVERED],
    &[ACCEPTED, DELIVERED],
    &[NOT_YET, DELIVERED],
    &[UNKNOWN],
    &[PENDING, UNKNOWN],
    // A carrier that answers after three days.
    &[UNKNOWN, DELIVERED],
    // The queue was slower than the carrier.
    &[DELIVERED, PENDING],
    &[PENDING],
];

const OTHER_CHANNELS: [&str; 4] = ["VOICE_COMPLETED", "VOICE_NO_ANSWER", "MEDIA_DELIVERED", "MEDIA_INVALID"];

/// One event of a message.
struct Report<'a> {
    id: &'a str,
    destination: &'a Destination,
    requested: DateTime<Utc>,
    after_ms: i64,
    price_micro_usd: Option<i64>,
    saying: Saying,
}

pub fn lines(rng: &mut StdRng, now: DateTime<Utc>) -> Vec<Line<Heard>> {
    let mut lines = Vec::new();
    for number in 0..260 {
        let failure = [FAILURES[number / 3 % FAILURES.len()]];
        let tale = if number % 3 == 0 { &failure } else { TALES[number % TALES.len()] };
        let destination = odd().get(number / 2).cloned().unwrap_or_else(|| Destination::any(rng));
        lines.extend(message(rng, now, &destination, tale));
    }
    for number in 0..16 {
        let text = other_channel(rng, now, OTHER_CHANNELS[number % OTHER_CHANNELS.len()]);
        let at = moment(rng, now);
        lines.push(line(rng, now, at, EVENTS, What::Irrelevant, text));
    }
    for _ in 0..4 {
        let at = moment(rng, now);
        let mut text = other_channel(rng, now, "TEXT_DELIVERED");
        text = text.replace("+12065550142", COGNITO_TEST);
        lines.push(line(rng, now, at, EVENTS, What::Irrelevant, text));
    }
    let mut broken = malformed(&lines[0].text.clone());
    broken.push(json!({"eventType": "TEXT_DELIVERED"}).to_string());
    for text in broken {
        let at = moment(rng, now);
        lines.push(line(rng, now, at, EVENTS, What::Malformed, text));
    }
    lines
}

/// No two events of a message are of the same millisecond. Who knows only that it is on its way knows no price.
fn message(rng: &mut StdRng, now: DateTime<Utc>, destination: &Destination, tale: &[Saying]) -> Vec<Line<Heard>> {
    let uuid = Uuid::from_u128(rng.random()).to_string();
    // The ids in AWS's own examples are none.
    let id = if rng.random_bool(0.1) { format!("{}example", &uuid[..29]) } else { uuid };
    let has_end = tale.iter().any(|(_, _, is_final, _)| *is_final);
    let prices = [Some(95_820), Some(6_450), Some(0), None];
    let price_micro_usd = prices.choose(rng).copied().flatten().filter(|_| has_end);
    let requested = moment(rng, now);
    let mut after_ms = 0;
    let mut lines = Vec::new();
    for saying in tale {
        let known = *[1, 500, 1_000, 5_000, 30_000].choose(rng).expect("there are some");
        after_ms += if rng.random_bool(0.3) { known } else { rng.random_range(1..20_000) };
        let report = Report { id: &id, destination, requested, after_ms, price_micro_usd, saying: *saying };
        let names_country = rng.random_bool(0.6);
        lines.push(line(rng, now, report.at(), EVENTS, report.what(), report.text(names_country)));
    }
    lines
}

impl Report<'_> {
    fn at(&self) -> DateTime<Utc> {
        self.requested + TimeDelta::milliseconds(self.after_ms)
    }

    fn what(&self) -> What {
        let word = self.saying.3;
        What::Receipt(Receipt {
            message: self.id.to_owned(),
            region: REGIONS[EVENTS],
            country: self.destination.country,
            reported: self.at(),
            word,
            delay_ms: Some(self.after_ms).filter(|_| word == Word::Delivered),
            price_micro_usd: self.price_micro_usd,
        })
    }

    fn text(&self, names_country: bool) -> String {
        let (kind, status, is_final, _) = self.saying;
        let mut fields = Map::new();
        self.destination.write_event(&mut fields, names_country);
        for (name, value) in [
            ("eventType", json!(kind)),
            ("eventVersion", json!("1.0")),
            ("eventTimestamp", json!(self.at().timestamp_millis())),
            ("isFinal", json!(is_final)),
            ("originationPhoneNumber", json!("+12065550152")),
            ("isInternationalSend", json!(false)),
            ("messageId", json!(self.id)),
            ("messageRequestTimestamp", json!(self.requested.timestamp_millis())),
            ("messageEncoding", json!("GSM")),
            ("messageType", json!("TRANSACTIONAL")),
            ("messageStatus", json!(status)),
            ("messageStatusDescription", json!(format!("{status} as the carrier of +12065559998 said"))),
            ("context", json!({"account": "bar"})),
            ("totalMessageParts", json!(1)),
            ("totalCarrierFee", json!(0.0)),
        ] {
            fields.insert(name.into(), value);
        }
        if let Some(price) = self.price_micro_usd {
            fields.insert("totalMessagePrice".into(), json!(price as f64 / 1e6));
        }
        Value::Object(fields).to_string()
    }
}

/// Last words, and words that come later: some are newer and change everything, one is older and changes nothing.
pub fn revised(rng: &mut StdRng, now: DateTime<Utc>) -> [Vec<Line<Heard>>; 2] {
    let mut parts = [Vec::new(), Vec::new()];
    let failed = FAILURES[0];
    for (first, second) in [
        ((900, SUCCESSFUL), (2_900, DELIVERED)),
        ((900, failed), (70_000, DELIVERED)),
        ((900, FAILURES[7]), (1_000, failed)),
        ((900, DELIVERED), (200, failed)),
    ] {
        let id = Uuid::from_u128(rng.random()).to_string();
        let destination = Destination::plain(rng);
        let requested = moment(rng, now);
        for (part, (after_ms, saying)) in parts.iter_mut().zip([first, second]) {
            let price_micro_usd = Some(6_450);
            let report = Report { id: &id, destination: &destination, requested, after_ms, price_micro_usd, saying };
            part.push(line(rng, now, report.at(), EVENTS, report.what(), report.text(true)));
        }
    }
    parts
}

fn other_channel(rng: &mut StdRng, now: DateTime<Utc>, kind: &str) -> String {
    let at = moment(rng, now).timestamp_millis();
    json!({
        "eventType": kind, "eventVersion": "1.0", "eventTimestamp": at, "isFinal": true,
        "destinationPhoneNumber": "+12065550142", "messageId": Uuid::from_u128(rng.random()).to_string(),
        "messageRequestTimestamp": at - 300, "messageStatus": "COMPLETED", "totalMessagePrice": 0.5,
        "mcc": "310",
    })
    .to_string()
}
