//! Rows of the store and events of a batch → records of what users' records say together.

use duckdb::arrow::array::{Array, AsArray, BooleanArray, StringArray, TimestampMicrosecondArray};
use duckdb::arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::{Connection, ToSql};
use uuid::Uuid;

use super::catalogue;
use super::events::Arrival;
use super::writer::named;
use crate::model::journey::{Record, Setting};
use crate::model::{Outcome, Vocabulary};

/// The rows of a query file, column by column.
pub(super) fn columns_of(
    connection: &Connection,
    name: &str,
    parameters: &[(&str, &dyn ToSql)],
) -> Result<Vec<RecordBatch>, duckdb::Error> {
    let mut statement = connection.prepare(catalogue::sql(name)?)?;
    let batches = statement.query_arrow(parameters).map_err(|error| named(name, error))?;
    Ok(batches.collect())
}

/// Stored or released events as records.
pub(super) fn records<'a>(rows: &'a [RecordBatch], is_new: bool) -> Result<Vec<Record<'a>>, duckdb::Error> {
    let mut records = Vec::with_capacity(rows.iter().map(RecordBatch::num_rows).sum());
    for batch in rows {
        let columns = Columns::of(batch)?;
        records.extend((0..batch.num_rows()).filter_map(|row| columns.record(row, is_new)));
    }
    Ok(records)
}

/// An event of the batch as a record; none while its pool is not known.
pub(super) fn record<'a>(arrival: &Arrival<'a>) -> Option<Record<'a>> {
    let event = arrival.event;
    Some(Record {
        event_id: event.event_id.as_u128(),
        at_us: event.event_time.timestamp_micros(),
        aws_region: &event.aws_region,
        pool_id: arrival.pool_id?,
        client_id: event.client_id.as_deref(),
        sub: event.sub.map(|sub| sub.as_u128()),
        is_api: event.vocabulary == Vocabulary::Api,
        step: event.step,
        factor: event.factor,
        outcome: event.outcome,
        reason: event.reason,
        sign_in: event.sign_in,
        recovery_kind: event.recovery_kind,
        issued_challenge: event.issued_challenge.as_deref(),
        sms_purpose: event.sms_purpose,
        is_resend: event.is_resend,
        code_accepted: event.code_accepted,
        send_error: event.send_error,
        agent: arrival.agent.unwrap_or_default(),
        is_new: true,
    })
}

/// What pools and app clients say, and from when on.
pub(super) fn setting<'a>(pools: &'a [RecordBatch], clients: &'a [RecordBatch]) -> Result<Setting<'a>, duckdb::Error> {
    let mut setting = Setting::default();
    for batch in pools {
        let (regions, pools, since) =
            (texts(batch, "aws_region")?, texts(batch, "pool_id")?, instants(batch, "since")?);
        let is_mfa = column(batch, "passkey_is_mfa")?.as_boolean_opt().ok_or_else(|| unexpected("passkey_is_mfa"))?;
        for row in 0..batch.num_rows() {
            setting.note_passkey((regions.value(row), pools.value(row)), since.value(row), is_mfa.value(row));
        }
    }
    for batch in clients {
        let (clients, since) = (texts(batch, "client_id")?, instants(batch, "since")?);
        let seconds = column(batch, "session_validity_s")?;
        let seconds = seconds.as_primitive_opt::<Int64Type>().ok_or_else(|| unexpected("session_validity_s"))?;
        for row in 0..batch.num_rows() {
            let validity_us = seconds.value(row).saturating_mul(1_000_000);
            setting.note_validity(clients.value(row), since.value(row), validity_us);
        }
    }
    Ok(setting)
}

struct Columns<'a> {
    event_id: &'a StringArray,
    event_time: &'a TimestampMicrosecondArray,
    aws_region: &'a StringArray,
    pool_id: &'a StringArray,
    client_id: &'a StringArray,
    sub: &'a StringArray,
    vocabulary: &'a StringArray,
    step: &'a StringArray,
    factor: &'a StringArray,
    outcome: &'a StringArray,
    reason: &'a StringArray,
    sign_in: &'a StringArray,
    recovery_kind: &'a StringArray,
    issued_challenge: &'a StringArray,
    sms_purpose: &'a StringArray,
    is_resend: &'a BooleanArray,
    code_accepted: &'a StringArray,
    send_error: &'a StringArray,
    agent: &'a StringArray,
}

impl<'a> Columns<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self, duckdb::Error> {
        let text = |name| texts(batch, name);
        Ok(Self {
            event_id: text("event_id")?,
            event_time: instants(batch, "event_time")?,
            aws_region: text("aws_region")?,
            pool_id: text("pool_id")?,
            client_id: text("client_id")?,
            sub: text("sub")?,
            vocabulary: text("vocabulary")?,
            step: text("step")?,
            factor: text("factor")?,
            outcome: text("outcome")?,
            reason: text("reason")?,
            sign_in: text("sign_in")?,
            recovery_kind: text("recovery_kind")?,
            issued_challenge: text("issued_challenge")?,
            sms_purpose: text("sms_purpose")?,
            is_resend: column(batch, "is_resend")?.as_boolean_opt().ok_or_else(|| unexpected("is_resend"))?,
            code_accepted: text("code_accepted")?,
            send_error: text("send_error")?,
            agent: text("agent")?,
        })
    }

    /// `None` for a row whose outcome this version does not know: it was not written by it.
    fn record(&self, row: usize, is_new: bool) -> Option<Record<'a>> {
        let id = |column: &StringArray| Uuid::try_parse(column.value(row)).ok().map(|id| id.as_u128());
        Some(Record {
            event_id: id(self.event_id)?,
            at_us: self.event_time.value(row),
            aws_region: self.aws_region.value(row),
            pool_id: self.pool_id.value(row),
            client_id: value(self.client_id, row),
            sub: if self.sub.is_null(row) { None } else { id(self.sub) },
            is_api: self.vocabulary.value(row) == Vocabulary::Api.as_str(),
            step: word(self.step, row),
            factor: word(self.factor, row),
            outcome: Outcome::from_word(self.outcome.value(row))?,
            reason: word(self.reason, row),
            sign_in: word(self.sign_in, row),
            recovery_kind: word(self.recovery_kind, row),
            issued_challenge: value(self.issued_challenge, row),
            sms_purpose: word(self.sms_purpose, row),
            is_resend: !self.is_resend.is_null(row) && self.is_resend.value(row),
            code_accepted: word(self.code_accepted, row),
            send_error: word(self.send_error, row),
            agent: value(self.agent, row).unwrap_or_default(),
            is_new,
        })
    }
}

fn value(column: &StringArray, row: usize) -> Option<&str> {
    (!column.is_null(row)).then(|| column.value(row))
}

fn word<T: std::str::FromStr>(column: &StringArray, row: usize) -> Option<T> {
    value(column, row).and_then(|word| word.parse().ok())
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a dyn Array, duckdb::Error> {
    batch.column_by_name(name).map(AsRef::as_ref).ok_or_else(|| unexpected(name))
}

fn texts<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray, duckdb::Error> {
    column(batch, name)?.as_string_opt::<i32>().ok_or_else(|| unexpected(name))
}

fn instants<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a TimestampMicrosecondArray, duckdb::Error> {
    column(batch, name)?.as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(|| unexpected(name))
}

fn unexpected(name: &str) -> duckdb::Error {
    duckdb::Error::InvalidColumnName(name.to_owned())
}
