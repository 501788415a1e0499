//! SNS delivery status logs.
//!
//! Members: SNS developer guide, "Viewing SMS delivery statistics".

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Deserialize;

use super::{COGNITO_TEST_NUMBER, delay_ms, message_id, micro_usd, of_network, of_phrase, whole};
use crate::country;
use crate::decode::lenient::{Object, Text};
use crate::decode::sanitise::harmless;
use crate::model::{Decoded, LineId, SmsFailure, SmsReceipt, SmsService, SmsStatus};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Record<'a> {
    #[serde(borrow)]
    notification: Object<Notification<'a>>,
    #[serde(borrow)]
    delivery: Object<Delivery<'a>>,
    #[serde(borrow)]
    status: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Notification<'a> {
    #[serde(borrow)]
    message_id: Text<'a>,
    #[serde(borrow)]
    timestamp: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Delivery<'a> {
    #[serde(borrow)]
    destination: Text<'a>,
    #[serde(borrow, rename = "priceInUSD")]
    price_usd: Text<'a>,
    #[serde(borrow)]
    sms_type: Text<'a>,
    #[serde(borrow)]
    mcc: Text<'a>,
    #[serde(borrow)]
    provider_response: Text<'a>,
    #[serde(borrow)]
    dwell_time_ms: Text<'a>,
    #[serde(borrow)]
    dwell_time_ms_until_device_ack: Text<'a>,
}

/// `None` when the line is no delivery status.
pub(super) fn decode(message: &str, line_id: LineId, delivered_at: DateTime<Utc>, aws_region: &str) -> Option<Decoded> {
    let record: Record<'_> = serde_json::from_str(message).ok()?;
    let (notification, delivery) = (record.notification.0?, record.delivery.0?);
    let sent_at = NaiveDateTime::parse_from_str(notification.timestamp.get()?, "%Y-%m-%d %H:%M:%S%.f").ok()?.and_utc();
    let number = delivery.destination.get().unwrap_or_default();
    if number == COGNITO_TEST_NUMBER {
        return Some(Decoded::Ignored);
    }
    let status = match record.status.get()? {
        "SUCCESS" => SmsStatus::Delivered,
        "FAILURE" => SmsStatus::Failed,
        _ => SmsStatus::Unknown,
    };
    let response = delivery.provider_response.get().map(str::trim).filter(|response| !response.is_empty());
    let reason = (status == SmsStatus::Failed).then(|| match response {
        Some(response) => of_phrase(response).unwrap_or(SmsFailure::Other),
        None => SmsFailure::Unknown,
    });
    let delay = || whole(&delivery.dwell_time_ms_until_device_ack).or_else(|| whole(&delivery.dwell_time_ms));
    Some(Decoded::Receipt(Box::new(SmsReceipt {
        message_id: message_id(&notification.message_id, line_id),
        service: SmsService::Sns,
        aws_region: aws_region.to_owned(),
        sent_at,
        reported_at: delivered_at,
        is_final: true,
        status,
        reason,
        country: country::of_number(number).or_else(|| of_network(&delivery.mcc)),
        delay_ms: delay().filter(|_| status == SmsStatus::Delivered).and_then(delay_ms),
        price_micro_usd: micro_usd(&delivery.price_usd),
        is_transactional: delivery.sms_type.get().map(|kind| kind.eq_ignore_ascii_case("Transactional")),
        unknown_response: response.filter(|_| reason == Some(SmsFailure::Other)).and_then(harmless),
    })))
}
