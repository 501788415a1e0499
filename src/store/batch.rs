//! Decoded lines as Arrow record batches, one a table that lines land in.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use duckdb::{Connection, ToSql};
use foldhash::fast::RandomState;

use super::catalogue;
use super::columns::{Column, append_temporary, flags, instants, integers, numbers, texts, uuids};
use super::writer::{Step, run};
use crate::model::{AuthEvent, Decoded, DecodedLine, DeliveryNotice, Event, LineId, SmsReceipt};

/// Appends the lines to the tables where a batch lands.
pub(super) fn append(connection: &Connection, lines: &[DecodedLine]) -> Step {
    land(connection, "batch", &placed(lines), line_columns)?;
    land(connection, "receipt_batch", &receipts(lines), receipt_columns)?;
    land(connection, "notice_batch", &notices(lines), notice_columns)
}

/// The lines whose positions in the batch a query file gives, in their order.
pub(super) fn at_positions<'a>(
    connection: &Connection,
    name: &str,
    parameters: &[(&str, &dyn ToSql)],
    lines: &'a [DecodedLine],
) -> Result<Vec<&'a DecodedLine>, duckdb::Error> {
    let mut statement = connection.prepare(catalogue::sql(name)?)?;
    let positions = statement.query_map(parameters, |row| row.get::<_, u32>("position"))?;
    let mut positions = positions.collect::<Result<Vec<_>, _>>()?;
    positions.sort_unstable();
    Ok(positions.into_iter().filter_map(|position| lines.get(position as usize)).collect())
}

/// Counts the messages of new lines that the tables do not know.
pub(super) fn count_others(connection: &Connection, lines: &[&DecodedLine]) -> Step {
    let others = others(lines);
    if others.is_empty() {
        return Ok(());
    }
    append_temporary(connection, "other_batch", other_columns(&others))?;
    run(connection, "staging/other_message", &[])
}

/// Appends lines of files, each once: nobody remembers those, so that they are always fresh.
pub(super) fn append_fresh(connection: &Connection, lines: &[DecodedLine]) -> Step {
    let mut seen: HashSet<LineId, RandomState> = HashSet::default();
    let once: Vec<_> = placed(lines).into_iter().filter(|(_, line)| seen.insert(line.line_id)).collect();
    land(connection, "fresh_line", &once, line_columns)?;
    land(connection, "receipt_batch", &receipts(lines), receipt_columns)?;
    land(connection, "notice_batch", &notices(lines), notice_columns)
}

fn land<T>(connection: &Connection, table: &str, rows: &[T], columns: impl FnOnce(&[T]) -> Vec<Column>) -> Step {
    if rows.is_empty() { Ok(()) } else { append_temporary(connection, table, columns(rows)) }
}

/// The event of a line, if it holds one.
pub(super) fn event(line: &DecodedLine) -> Option<&Event> {
    match &line.decoded {
        Decoded::Event(event) | Decoded::Unclassified(event) => Some(event),
        _ => None,
    }
}

/// Lines with their positions in the batch.
fn placed(lines: &[DecodedLine]) -> Vec<(u32, &DecodedLine)> {
    (0..).zip(lines).collect()
}

/// What finds out whether a line is new.
fn line_columns(lines: &[(u32, &DecodedLine)]) -> Vec<Column> {
    let rows = || lines.iter().map(|(_, line)| *line);
    let event_id = |line| event(line).map(|event| event.event_id);
    vec![
        ("position", numbers(lines.iter().map(|(position, _)| Some(*position)))),
        ("line_id", uuids(rows().map(|line| Some(line.line_id)))),
        ("delivered_at", instants(rows().map(|line| Some(line.delivered_at)))),
        ("outcome", texts(rows().map(|line| Some(outcome(&line.decoded))))),
        ("event_id", uuids(rows().map(event_id))),
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

fn receipt_columns(receipts: &[(LineId, &SmsReceipt)]) -> Vec<Column> {
    let rows = || receipts.iter().map(|(_, receipt)| *receipt);
    vec![
        ("line_id", uuids(receipts.iter().map(|(line_id, _)| Some(*line_id)))),
        ("message_id", uuids(rows().map(|receipt| Some(receipt.message_id)))),
        ("sent_at", instants(rows().map(|receipt| Some(receipt.sent_at)))),
        ("aws_region", texts(rows().map(|receipt| Some(&receipt.aws_region)))),
        ("service", texts(rows().map(|receipt| Some(receipt.service.as_str())))),
        ("reported_at", instants(rows().map(|receipt| Some(receipt.reported_at)))),
        ("is_final", flags(rows().map(|receipt| Some(receipt.is_final)))),
        ("status", texts(rows().map(|receipt| Some(receipt.status.as_str())))),
        ("reason", texts(rows().map(|receipt| receipt.reason.map(|reason| reason.as_str())))),
        ("country", texts(rows().map(|receipt| receipt.country.as_ref()))),
        ("delay_ms", integers(rows().map(|receipt| receipt.delay_ms.map(i64::from)))),
        ("price_micro_usd", integers(rows().map(|receipt| receipt.price_micro_usd))),
        ("unknown_response", texts(rows().map(|receipt| receipt.unknown_response.as_ref()))),
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

fn notice_columns(notices: &[(LineId, Notice<'_>)]) -> Vec<Column> {
    let rows = || notices.iter().map(|(_, notice)| notice);
    let auth_events = || rows().map(Notice::auth_event);
    // A pool id begins with the pool's Region.
    let region = |notice: &Notice<'_>| notice.pool_id().split('_').next().unwrap_or_default().to_owned();
    let details = |notice: &Notice<'_>| match notice {
        Notice::Undelivered(notice) => notice.details.clone(),
        Notice::SignIn(_) => None,
    };
    vec![
        ("line_id", uuids(notices.iter().map(|(line_id, _)| Some(*line_id)))),
        ("is_auth_event", flags(auth_events().map(|event| Some(event.is_some())))),
        ("happened_at", instants(rows().map(|notice| Some(notice.happened_at())))),
        ("aws_region", texts(rows().map(|notice| Some(region(notice))))),
        ("pool_id", texts(rows().map(|notice| Some(notice.pool_id())))),
        ("details", texts(rows().map(details))),
        ("auth_event_id", uuids(auth_events().map(|event| Some(event?.auth_event_id)))),
        ("client_id", texts(auth_events().map(|event| event?.client_id.as_ref()))),
        ("sub", uuids(auth_events().map(|event| event?.sub))),
        ("kind", texts(auth_events().map(|event| Some(&event?.kind)))),
        ("response", texts(auth_events().map(|event| Some(&event?.response)))),
        ("mfa", texts(auth_events().map(|event| Some(event?.mfa?.as_str())))),
    ]
}

/// A message that the tables do not know.
struct Other<'a> {
    origin: &'static str,
    error_code: &'a str,
    message: &'a str,
    happened_at: DateTime<Utc>,
}

fn others<'a>(lines: &[&'a DecodedLine]) -> Vec<Other<'a>> {
    let other = |line: &&'a DecodedLine| match &line.decoded {
        Decoded::Event(event) => Some(Other {
            origin: if event.recovery_kind.is_some() { "recovery" } else { "challenge" },
            error_code: event.error_code.as_deref().unwrap_or_default(),
            message: event.other_message.as_deref()?,
            happened_at: event.event_time,
        }),
        Decoded::Receipt(receipt) => Some(Other {
            origin: "sms",
            error_code: "",
            message: receipt.unknown_response.as_deref()?,
            happened_at: receipt.sent_at,
        }),
        Decoded::Notice(notice) => Some(Other {
            origin: "notice",
            error_code: "",
            message: notice.details.as_deref()?,
            happened_at: notice.noticed_at,
        }),
        _ => None,
    };
    lines.iter().filter_map(other).collect()
}

fn other_columns(others: &[Other<'_>]) -> Vec<Column> {
    vec![
        ("origin", texts(others.iter().map(|other| Some(other.origin)))),
        ("error_code", texts(others.iter().map(|other| Some(other.error_code)))),
        ("message", texts(others.iter().map(|other| Some(other.message)))),
        ("happened_at", instants(others.iter().map(|other| Some(other.happened_at)))),
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
