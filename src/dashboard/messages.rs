//! Messages that nobody has told us about.

use super::figures::{Cell, Table, figures, words};
use crate::query::OtherMessage;

pub(super) fn table(messages: &[OtherMessage]) -> Table {
    let row = |message: &OtherMessage| {
        let said =
            if message.message.is_empty() { "Further messages, too many to tell apart" } else { &message.message };
        vec![
            Cell::named(said, &message.message),
            Cell::text(message.error_code.as_str()),
            Cell::named(origin(&message.origin), &message.origin),
            Cell::count(message.events),
            Cell::instant(Some(message.first_seen_at)),
            Cell::instant(Some(message.last_seen_at)),
        ]
    };
    Table {
        key: "messages",
        title: "Messages that mfascope does not know".into(),
        explanation: "Errors and failure texts of every pool that no rule covers, last seen in this time. They count \
                      as “other”. Numbers, addresses, names and codes in them are cut out."
            .into(),
        columns: vec![
            words("message", "Message"),
            words("error_code", "Error code"),
            words("origin", "Seen in"),
            figures("times", "Times"),
            figures("first_seen_at", "First seen"),
            figures("last_seen_at", "Last seen"),
        ],
        rows: messages.iter().map(row).collect(),
        nothing: "Every message in this time is known.".into(),
        note: "Counted since this store began.".into(),
    }
}

fn origin(word: &str) -> &str {
    match word {
        "challenge" => "Answers to challenges",
        "recovery" => "Account recovery",
        "sms" => "Receipts of text messages",
        "notice" => "Cognito's own log",
        other => other,
    }
}
