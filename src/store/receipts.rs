//! Carriers' receipts and Cognito's own log → messages, notices and what they change.

use chrono::{DateTime, NaiveDateTime, Utc};
use duckdb::{Connection, named_params};

use super::writer::{Step, run, utc};
use super::{batch, counts};
use crate::model::{Decoded, DecodedLine};

/// Stores what the fresh lines say. Those of them that said something new.
pub(super) fn store<'a>(
    connection: &Connection,
    lines: &'a [DecodedLine],
) -> Result<Vec<&'a DecodedLine>, duckdb::Error> {
    let mut brought = Vec::new();
    if let Some((oldest, newest)) = range(lines, |decoded| match decoded {
        Decoded::Receipt(receipt) => Some(receipt.sent_at),
        _ => None,
    }) {
        store_receipts(connection, oldest, newest)?;
        brought.extend(batch::at_positions(connection, "staging/bringing_receipt", &[], lines)?);
    }
    if let Some((oldest, newest)) = range(lines, |decoded| match decoded {
        Decoded::Notice(notice) => Some(notice.noticed_at),
        Decoded::AuthEvent(event) => Some(event.happened_at),
        _ => None,
    }) {
        store_notices(connection, oldest, newest)?;
        brought.extend(batch::at_positions(connection, "staging/bringing_notice", &[], lines)?);
    }
    Ok(brought)
}

fn store_receipts(connection: &Connection, oldest: NaiveDateTime, newest: NaiveDateTime) -> Step {
    let sent = named_params! {"oldest": oldest, "newest": newest};
    run(connection, "staging/fresh_receipt", sent)?;
    run(connection, "staging/receipt_change", sent)?;
    run(connection, "staging/receipt_moved", &[])?;
    counts::apply(connection)?;
    run(connection, "staging/drop_sms_message", sent)?;
    run(connection, "staging/store_sms_message", &[])?;
    run(connection, "staging/store_superseded_report", &[])
}

fn store_notices(connection: &Connection, oldest: NaiveDateTime, newest: NaiveDateTime) -> Step {
    run(connection, "staging/fresh_auth_event", named_params! {"oldest": oldest, "newest": newest})?;
    run(connection, "staging/notice_moved", &[])?;
    counts::apply(connection)?;
    run(connection, "staging/delivery_notice", &[])?;
    run(connection, "staging/store_auth_event", &[])
}

/// Makes the temporary tables of the steps.
pub(super) fn lay_out(connection: &Connection, never: NaiveDateTime) -> Step {
    store_receipts(connection, never, never)?;
    store_notices(connection, never, never)
}

fn range(
    lines: &[DecodedLine],
    instant: impl Fn(&Decoded) -> Option<DateTime<Utc>>,
) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let instants = || lines.iter().filter_map(|line| instant(&line.decoded));
    Some((utc(instants().min()?), utc(instants().max()?)))
}
