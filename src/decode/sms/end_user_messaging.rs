//! Events of AWS End User Messaging SMS.
//!
//! Members: End User Messaging SMS user guide, "Event types" and "Event format".

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{COGNITO_TEST_NUMBER, delay_ms, message_id, micro_usd, of_network, of_phrase, whole};
use crate::country;
use crate::decode::lenient::Text;
use crate::decode::sanitise::harmless;
use crate::model::{Decoded, LineId, SmsFailure, SmsReceipt, SmsService, SmsStatus};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Record<'a> {
    #[serde(borrow)]
    event_type: Text<'a>,
    #[serde(borrow)]
    event_timestamp: Text<'a>,
    #[serde(borrow)]
    is_final: Text<'a>,
    #[serde(borrow)]
    destination_phone_number: Text<'a>,
    #[serde(borrow)]
    iso_country_code: Text<'a>,
    #[serde(borrow)]
    mcc: Text<'a>,
    #[serde(borrow)]
    message_id: Text<'a>,
    #[serde(borrow)]
    message_request_timestamp: Text<'a>,
    #[serde(borrow)]
    message_type: Text<'a>,
    #[serde(borrow)]
    message_status: Text<'a>,
    #[serde(borrow)]
    message_status_description: Text<'a>,
    #[serde(borrow)]
    total_message_price: Text<'a>,
    #[serde(borrow)]
    total_carrier_fee: Text<'a>,
}

/// `None` when the line is no event of this service.
pub(super) fn decode(message: &str, line_id: LineId, delivered_at: DateTime<Utc>, aws_region: &str) -> Option<Decoded> {
    let record: Record<'_> = serde_json::from_str(message).ok()?;
    let event_type = record.event_type.get()?;
    let Some(kind) = event_type.strip_prefix("TEXT_") else {
        // Voice and media messages carry no codes of Cognito.
        return ["VOICE_", "MEDIA_", "RCS_"]
            .iter()
            .any(|other| event_type.starts_with(other))
            .then_some(Decoded::Ignored);
    };
    let number = record.destination_phone_number.get().unwrap_or_default();
    if number == COGNITO_TEST_NUMBER {
        return Some(Decoded::Ignored);
    }
    let reported_at = instant(&record.event_timestamp).unwrap_or(delivered_at);
    let sent_at = instant(&record.message_request_timestamp).or_else(|| instant(&record.event_timestamp))?;
    let is_final = record.is_final.get().is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let description = record.message_status_description.get().unwrap_or_default();
    let status = status(kind, is_final, record.message_status.get());
    // The description is finer than the type: several failures share one.
    let reason = (status == SmsStatus::Failed)
        .then(|| of_phrase(description).or_else(|| of_type(kind)).unwrap_or(SmsFailure::Other));
    let fee = micro_usd(&record.total_carrier_fee).unwrap_or(0);
    let named = || record.iso_country_code.get().filter(|code| is_alpha_2(code)).map(str::to_ascii_uppercase);
    Some(Decoded::Receipt(Box::new(SmsReceipt {
        message_id: message_id(&record.message_id, line_id),
        service: SmsService::EndUserMessaging,
        aws_region: aws_region.to_owned(),
        sent_at,
        reported_at,
        is_final,
        status,
        reason,
        country: country::of_number(number).or_else(named).or_else(|| of_network(&record.mcc)),
        delay_ms: if status == SmsStatus::Delivered {
            delay_ms((reported_at - sent_at).num_milliseconds())
        } else {
            None
        },
        price_micro_usd: micro_usd(&record.total_message_price).map(|price| price + fee),
        is_transactional: record.message_type.get().map(|kind| kind.eq_ignore_ascii_case("TRANSACTIONAL")),
        unknown_response: reason
            .filter(|reason| *reason == SmsFailure::Other)
            .and_then(|_| harmless(description).or_else(|| harmless(event_type))),
    })))
}

fn status(kind: &str, is_final: bool, message_status: Option<&str>) -> SmsStatus {
    match kind {
        _ if !is_final => SmsStatus::Pending,
        "DELIVERED" | "SUCCESSFUL" => SmsStatus::Delivered,
        "UNKNOWN" => SmsStatus::Unknown,
        _ if message_status.is_some_and(|status| status.eq_ignore_ascii_case("UNKNOWN")) => SmsStatus::Unknown,
        "QUEUED" | "PENDING" | "SENT" => SmsStatus::Pending,
        _ => SmsStatus::Failed,
    }
}

fn of_type(kind: &str) -> Option<SmsFailure> {
    Some(match kind {
        "BLOCKED" => SmsFailure::PhoneBlocked,
        "TTL_EXPIRED" => SmsFailure::TtlExpired,
        "CARRIER_UNREACHABLE" => SmsFailure::CarrierUnreachable,
        "INVALID" => SmsFailure::InvalidNumber,
        "INVALID_MESSAGE" => SmsFailure::InvalidMessage,
        "CARRIER_BLOCKED" => SmsFailure::CarrierBlocked,
        "UNREACHABLE" => SmsFailure::PhoneUnreachable,
        "SPAM" => SmsFailure::Spam,
        "PROTECT_BLOCKED" => SmsFailure::ProtectBlocked,
        _ => return None,
    })
}

fn instant(text: &Text<'_>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(whole(text)?)
}

fn is_alpha_2(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic())
}
