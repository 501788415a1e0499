//! Decoded lines as Arrow record batches, one a table that lines land in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use duckdb::Connection;
use duckdb::arrow::array::{
    ArrayRef, BooleanBuilder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder, UInt32Builder,
};
use duckdb::arrow::datatypes::{Field, Schema};
use duckdb::arrow::error::ArrowError;
use duckdb::arrow::record_batch::RecordBatch;

use crate::model::{AuthEvent, Decoded, DecodedLine, DeliveryNotice, Event, LineId, SmsReceipt};

/// Appends the lines to the tables where a batch lands.
pub(super) fn append(connection: &Connection, lines: &[DecodedLine]) -> Result<(), duckdb::Error> {
    append_to(connection, "batch", lines, event_columns)?;
    append_to(connection, "receipt_batch", &receipts(lines), receipt_columns)?;
    append_to(connection, "notice_batch", &notices(lines), notice_columns)?;
    append_to(connection, "other_batch", &others(lines), other_columns)
}

fn append_to<T>(
    connection: &Connection,
    table: &str,
    rows: &[T],
    columns: impl FnOnce(&[T]) -> Vec<ArrayRef>,
) -> Result<(), duckdb::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let batch = record_batch(columns(rows))
        .map_err(|error| duckdb::Error::InvalidParameterName(format!("batch of log lines: {error}")))?;
    let mut appender = connection.appender_to_catalog_and_db(table, "temp", "main")?;
    appender.append_record_batch(batch)?;
    appender.flush()
}

fn record_batch(columns: Vec<ArrayRef>) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<Field> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| Field::new(format!("column_{index}"), column.data_type().clone(), true))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn event_columns(lines: &[DecodedLine]) -> Vec<ArrayRef> {
    let events: Vec<Option<&Event>> = lines
        .iter()
        .map(|line| match &line.decoded {
            Decoded::Event(event) | Decoded::Unclassified(event) => Some(&**event),
            _ => None,
        })
        .collect();
    let event = |member: &dyn Fn(&Event) -> Option<String>| texts(events.iter().map(|event| event.and_then(member)));
    let flag = |member: &dyn Fn(&Event) -> Option<bool>| flags(events.iter().map(|event| event.and_then(member)));

    // In the order of the columns of `batch`.
    vec![
        numbers((0..lines.len()).map(|position| u32::try_from(position).ok())),
        texts(lines.iter().map(|line| Some(line.line_id.to_string()))),
        instants(lines.iter().map(|line| Some(line.delivered_at))),
        texts(lines.iter().map(|line| Some(outcome(&line.decoded).to_owned()))),
        event(&|event| Some(event.event_id.to_string())),
        instants(events.iter().map(|event| event.map(|event| event.event_time))),
        event(&|event| event.account_id.clone()),
        event(&|event| Some(event.aws_region.clone())),
        event(&|event| Some(event.event_name.clone())),
        event(&|event| Some(event.vocabulary.to_string())),
        event(&|event| event.pool_id.clone()),
        event(&|event| event.client_id.clone()),
        event(&|event| event.sub.map(|sub| sub.to_string())),
        event(&|event| event.challenge_name.clone()),
        event(&|event| event.issued_challenge.clone()),
        event(&|event| event.auth_flow.clone()),
        event(&|event| event.step.map(|step| step.to_string())),
        event(&|event| event.factor.map(|factor| factor.to_string())),
        event(&|event| Some(event.outcome.to_string())),
        event(&|event| event.reason.map(|reason| reason.to_string())),
        event(&|event| event.error_code.clone()),
        event(&|event| event.sign_in.map(|sign_in| sign_in.to_string())),
        event(&|event| event.recovery_kind.map(|kind| kind.to_string())),
        flag(&|event| event.preference.totp.enabled),
        flag(&|event| event.preference.sms.enabled),
        flag(&|event| event.preference.email.enabled),
        flag(&|event| event.preference.passkey.enabled),
        flag(&|event| event.preference.totp.preferred),
        flag(&|event| event.preference.sms.preferred),
        flag(&|event| event.preference.email.preferred),
        flag(&|event| event.preference.passkey.preferred),
        flag(&|event| Some(event.preference.direction_unknown)),
        flag(&|event| Some(event.lookup_hint)),
        flag(&|event| Some(event.is_billable)),
        event(&|event| event.mfa_configuration.map(|configuration| configuration.to_string())),
        event(&|event| event.actor.as_ref().map(|actor| actor.kind.clone())),
        event(&|event| event.actor.as_ref().and_then(|actor| actor.name.clone())),
        event(&|event| event.actor.as_ref().and_then(|actor| actor.session.clone())),
        event(&|event| event.agent.clone()),
        numbers(events.iter().map(|event| event.and_then(|event| event.network))),
        event(&|event| event.sms_purpose.map(|purpose| purpose.to_string())),
        flag(&|event| Some(event.is_resend)),
        event(&|event| event.code_accepted.map(|purpose| purpose.to_string())),
        event(&|event| event.send_error.map(|error| error.to_string())),
        flag(&|event| Some(event.is_phone_change)),
    ]
}

fn receipts(lines: &[DecodedLine]) -> Vec<(LineId, &SmsReceipt)> {
    lines
        .iter()
        .filter_map(|line| match &line.decoded {
            Decoded::Receipt(receipt) => Some((line.line_id, &**receipt)),
            _ => None,
        })
        .collect()
}

fn receipt_columns(receipts: &[(LineId, &SmsReceipt)]) -> Vec<ArrayRef> {
    let text =
        |member: &dyn Fn(&SmsReceipt) -> Option<String>| texts(receipts.iter().map(|(_, receipt)| member(receipt)));
    // In the order of the columns of `receipt_batch`.
    vec![
        texts(receipts.iter().map(|(line_id, _)| Some(line_id.to_string()))),
        text(&|receipt| Some(receipt.message_id.to_string())),
        instants(receipts.iter().map(|(_, receipt)| Some(receipt.sent_at))),
        text(&|receipt| Some(receipt.aws_region.clone())),
        text(&|receipt| Some(receipt.service.to_string())),
        instants(receipts.iter().map(|(_, receipt)| Some(receipt.reported_at))),
        flags(receipts.iter().map(|(_, receipt)| Some(receipt.is_final))),
        text(&|receipt| Some(receipt.status.to_string())),
        text(&|receipt| receipt.reason.map(|reason| reason.to_string())),
        text(&|receipt| receipt.country.clone()),
        integers(receipts.iter().map(|(_, receipt)| receipt.delay_ms.map(i64::from))),
        integers(receipts.iter().map(|(_, receipt)| receipt.price_micro_usd)),
        text(&|receipt| receipt.unknown_response.clone()),
    ]
}

/// A line of Cognito's own log.
enum Notice<'a> {
    Undelivered(&'a DeliveryNotice),
    SignIn(&'a AuthEvent),
}

impl Notice<'_> {
    fn auth_event(&self) -> Option<&AuthEvent> {
        match self {
            Self::SignIn(event) => Some(event),
            Self::Undelivered(_) => None,
        }
    }

    fn pool_id(&self) -> &str {
        match self {
            Self::Undelivered(notice) => &notice.pool_id,
            Self::SignIn(event) => &event.pool_id,
        }
    }

    fn happened_at(&self) -> DateTime<Utc> {
        match self {
            Self::Undelivered(notice) => notice.noticed_at,
            Self::SignIn(event) => event.happened_at,
        }
    }
}

fn notices(lines: &[DecodedLine]) -> Vec<(LineId, Notice<'_>)> {
    lines
        .iter()
        .filter_map(|line| match &line.decoded {
            Decoded::Notice(notice) => Some((line.line_id, Notice::Undelivered(notice))),
            Decoded::AuthEvent(event) => Some((line.line_id, Notice::SignIn(event))),
            _ => None,
        })
        .collect()
}

fn notice_columns(notices: &[(LineId, Notice<'_>)]) -> Vec<ArrayRef> {
    let auth = |member: &dyn Fn(&AuthEvent) -> Option<String>| {
        texts(notices.iter().map(|(_, notice)| notice.auth_event().and_then(member)))
    };
    // In the order of the columns of `notice_batch`.
    vec![
        texts(notices.iter().map(|(line_id, _)| Some(line_id.to_string()))),
        flags(notices.iter().map(|(_, notice)| Some(notice.auth_event().is_some()))),
        instants(notices.iter().map(|(_, notice)| Some(notice.happened_at()))),
        // A pool id begins with the pool's Region.
        texts(
            notices.iter().map(|(_, notice)| Some(notice.pool_id().split('_').next().unwrap_or_default().to_owned())),
        ),
        texts(notices.iter().map(|(_, notice)| Some(notice.pool_id().to_owned()))),
        texts(notices.iter().map(|(_, notice)| match notice {
            Notice::Undelivered(notice) => notice.details.clone(),
            Notice::SignIn(_) => None,
        })),
        auth(&|event| Some(event.auth_event_id.to_string())),
        auth(&|event| event.client_id.clone()),
        auth(&|event| event.sub.map(|sub| sub.to_string())),
        auth(&|event| Some(event.kind.clone())),
        auth(&|event| Some(event.response.clone())),
        auth(&|event| event.mfa.map(|outcome| outcome.to_string())),
    ]
}

/// A message that the tables do not know.
struct Other<'a> {
    line_id: LineId,
    origin: &'static str,
    error_code: &'a str,
    message: &'a str,
    happened_at: DateTime<Utc>,
}

fn others<'a>(lines: &'a [DecodedLine]) -> Vec<Other<'a>> {
    let other = |line: &'a DecodedLine| match &line.decoded {
        Decoded::Event(event) => Some(Other {
            line_id: line.line_id,
            origin: if event.recovery_kind.is_some() { "recovery" } else { "challenge" },
            error_code: event.error_code.as_deref().unwrap_or_default(),
            message: event.other_message.as_deref()?,
            happened_at: event.event_time,
        }),
        Decoded::Receipt(receipt) => Some(Other {
            line_id: line.line_id,
            origin: "sms",
            error_code: "",
            message: receipt.unknown_response.as_deref()?,
            happened_at: receipt.sent_at,
        }),
        Decoded::Notice(notice) => Some(Other {
            line_id: line.line_id,
            origin: "notice",
            error_code: "",
            message: notice.details.as_deref()?,
            happened_at: notice.noticed_at,
        }),
        _ => None,
    };
    lines.iter().filter_map(other).collect()
}

fn other_columns(others: &[Other<'_>]) -> Vec<ArrayRef> {
    // In the order of the columns of `other_batch`.
    vec![
        texts(others.iter().map(|other| Some(other.line_id.to_string()))),
        texts(others.iter().map(|other| Some(other.origin.to_owned()))),
        texts(others.iter().map(|other| Some(other.error_code.to_owned()))),
        texts(others.iter().map(|other| Some(other.message.to_owned()))),
        instants(others.iter().map(|other| Some(other.happened_at))),
    ]
}

fn outcome(decoded: &Decoded) -> &'static str {
    match decoded {
        Decoded::Event(_) | Decoded::Receipt(_) | Decoded::Notice(_) | Decoded::AuthEvent(_) => "stored",
        Decoded::Unclassified(_) => "unclassified",
        Decoded::Ignored => "ignored",
        Decoded::Malformed => "malformed",
    }
}

fn texts(values: impl Iterator<Item = Option<String>>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}

fn instants(values: impl Iterator<Item = Option<DateTime<Utc>>>) -> ArrayRef {
    let mut builder = TimestampMicrosecondBuilder::new();
    values.for_each(|value| builder.append_option(value.map(|instant| instant.timestamp_micros())));
    Arc::new(builder.finish())
}

fn flags(values: impl Iterator<Item = Option<bool>>) -> ArrayRef {
    let mut builder = BooleanBuilder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}

fn integers(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    let mut builder = Int64Builder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}

fn numbers(values: impl Iterator<Item = Option<u32>>) -> ArrayRef {
    let mut builder = UInt32Builder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}
