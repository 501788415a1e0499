//! Decoded lines as one Arrow record batch.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use duckdb::Connection;
use duckdb::arrow::array::{ArrayRef, BooleanBuilder, StringBuilder, TimestampMicrosecondBuilder};
use duckdb::arrow::datatypes::{Field, Schema};
use duckdb::arrow::record_batch::RecordBatch;

use crate::model::{Decoded, DecodedLine, Event};

/// Appends the lines to the `batch` table.
pub(super) fn append(connection: &Connection, lines: &[DecodedLine]) -> Result<(), duckdb::Error> {
    if lines.is_empty() {
        return Ok(());
    }
    let batch = record_batch(lines)
        .map_err(|error| duckdb::Error::InvalidParameterName(format!("batch of log lines: {error}")))?;
    let mut appender = connection.appender_to_catalog_and_db("batch", "temp", "main")?;
    appender.append_record_batch(batch)?;
    appender.flush()
}

fn record_batch(lines: &[DecodedLine]) -> Result<RecordBatch, duckdb::arrow::error::ArrowError> {
    let events: Vec<Option<&Event>> = lines
        .iter()
        .map(|line| match &line.decoded {
            Decoded::Event(event) | Decoded::Unclassified(event) => Some(&**event),
            Decoded::Ignored | Decoded::Malformed => None,
        })
        .collect();
    let event = |member: &dyn Fn(&Event) -> Option<String>| texts(events.iter().map(|event| event.and_then(member)));
    let flag = |member: &dyn Fn(&Event) -> Option<bool>| flags(events.iter().map(|event| event.and_then(member)));

    // In the order of the columns of `batch`.
    let columns: Vec<ArrayRef> = vec![
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
    ];
    let fields: Vec<Field> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| Field::new(format!("column_{index}"), column.data_type().clone(), true))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn outcome(decoded: &Decoded) -> &'static str {
    match decoded {
        Decoded::Event(_) => "stored",
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
