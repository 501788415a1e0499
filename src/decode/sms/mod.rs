//! What became of text messages: delivery status logs of Amazon SNS and events of AWS End User
//! Messaging, which may share a log group.

mod end_user_messaging;
mod sns;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Reading;
use super::lenient::Text;
use crate::country;
use crate::model::{Decoded, LineId, SmsFailure};

/// Longest believable time between sending and the last word about a message.
const LONGEST_DELAY_MS: i64 = 73 * 3_600 * 1_000;

/// Dearer than any message: a price above it is a mistake.
const HIGHEST_PRICE_USD: f64 = 1_000.0;

/// Ids that are no UUIDs become some within this name space.
const MESSAGES: Uuid = Uuid::from_u128(0x6d66_6173_636f_7065_5d01_77aa_0c1e_42b9);

/// Cognito texts itself here when SMS is configured: nobody waits for that message.
const COGNITO_TEST_NUMBER: &str = "+12064350128";

/// Decodes one line. `aws_region` is where the log group's messages are sent from.
pub fn decode(message: &str, line_id: LineId, delivered_at: DateTime<Utc>, aws_region: &str, _: &Reading) -> Decoded {
    sns::decode(message, line_id, delivered_at, aws_region)
        .or_else(|| end_user_messaging::decode(message, line_id, delivered_at, aws_region))
        .unwrap_or(Decoded::Malformed)
}

fn message_id(text: &Text<'_>, line_id: LineId) -> Uuid {
    text.get().map_or(line_id, |id| Uuid::parse_str(id).unwrap_or_else(|_| Uuid::new_v5(&MESSAGES, id.as_bytes())))
}

/// Millionths of a US dollar.
fn micro_usd(text: &Text<'_>) -> Option<i64> {
    let price: f64 = text.get()?.parse().ok()?;
    (0.0..=HIGHEST_PRICE_USD).contains(&price).then(|| (price * 1e6).round() as i64)
}

fn delay_ms(delay: i64) -> Option<u32> {
    (0..=LONGEST_DELAY_MS).contains(&delay).then(|| u32::try_from(delay).ok()).flatten()
}

/// A whole number, also where AWS writes it as a text or a float.
fn whole(text: &Text<'_>) -> Option<i64> {
    let text = text.get()?;
    text.parse().ok().or_else(|| text.parse::<f64>().ok().filter(|value| value.abs() < 9e15).map(|value| value as i64))
}

/// The network's country.
fn of_network(mcc: &Text<'_>) -> Option<String> {
    let mcc = u16::try_from(whole(mcc)?).ok()?;
    country::of_mcc(mcc).map(str::to_owned)
}

/// Phrases of carriers, by how they begin. SNS developer guide, "Viewing SMS delivery statistics"; the
/// last one is not documented there.
const PHRASES: &[(&str, SmsFailure)] = &[
    ("blocked as spam by phone carrier", SmsFailure::Spam),
    ("destination is on a blocked list", SmsFailure::BlockedDestination),
    ("invalid phone number", SmsFailure::InvalidNumber),
    ("message body is invalid", SmsFailure::InvalidMessage),
    ("phone carrier has blocked this message", SmsFailure::CarrierBlocked),
    ("phone carrier is currently unreachable", SmsFailure::CarrierUnreachable),
    ("phone has blocked sms", SmsFailure::PhoneBlocked),
    ("phone is on a blocked list", SmsFailure::PhoneBlocklist),
    ("phone is currently unreachable", SmsFailure::PhoneUnreachable),
    ("phone number is opted out", SmsFailure::OptedOut),
    ("this delivery would exceed max price", SmsFailure::MaxPrice),
    ("unknown error attempting to reach phone", SmsFailure::Unknown),
    ("no quota left for account", SmsFailure::SpendLimit),
];

fn of_phrase(text: &str) -> Option<SmsFailure> {
    let text = text.trim_start();
    PHRASES.iter().find(|(phrase, _)| begins_with(text, phrase)).map(|(_, reason)| *reason)
}

fn begins_with(text: &str, phrase: &str) -> bool {
    text.get(..phrase.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(phrase))
}

#[cfg(test)]
mod tests;
