//! A JSON value of a file → the line it holds, whatever wrote it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use memchr::memmem::Finder;
use serde::Deserialize;
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::answers::{self, Told};
use super::values::{List, Piece, Values, is_document, may_hold_users};
use crate::decode::{Reading, cloudtrail, cognito_log, sms};
use crate::model::{Decoded, DecodedLine, Stream};

/// Lines without an id of their own are known by their text, within this name space.
const TEXTS: Uuid = Uuid::from_u128(0x8c1f_0b52_9a3e_4d70_b6a4_20e1_57c9_3d18);

/// How values of one file become lines.
pub(super) struct Records<'a> {
    reading: &'a Reading,
    /// What happened earlier is past its retention.
    horizon: DateTime<Utc>,
    /// Where text messages are sent from that do not say.
    aws_region: &'a str,
    keep_usernames: bool,
    cognito: Finder<'static>,
    /// How often each line of this file was seen that nothing but its text tells apart: of sign-ins, of which there
    /// are many, none.
    alike: RefCell<HashMap<Uuid, u32>>,
}

/// What a value turned out to be.
#[derive(Debug)]
pub(super) enum Found {
    /// A line of a stream.
    Line(Stream, DecodedLine),
    /// Nothing that matters.
    Ignored,
    /// Nothing that is known.
    Malformed,
    /// Something about users or pools.
    Told(Told),
}

/// An entry of `lookup-events`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LookedUp<'a> {
    #[serde(borrow)]
    cloud_trail_event: Cow<'a, str>,
}

/// An entry of `filter-log-events`, or of what a subscription to a log group delivers.
#[derive(Deserialize)]
struct LogEvent<'a> {
    #[serde(borrow)]
    message: Cow<'a, str>,
    timestamp: Option<i64>,
}

/// What CloudTrail writes beside its records.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Digest {
    #[serde(rename = "digestStartTime")]
    _start: IgnoredAny,
}

impl<'a> Records<'a> {
    pub(super) fn new(reading: &'a Reading, horizon: DateTime<Utc>, aws_region: &'a str, keep_usernames: bool) -> Self {
        let cognito = Finder::new(cloudtrail::EVENT_SOURCE);
        Self { reading, horizon, aws_region, keep_usernames, cognito, alike: RefCell::default() }
    }

    /// What stands in a piece of a file; a value may hold several lines.
    pub(super) fn read(&self, piece: &Piece<'_>, found: &mut dyn FnMut(Found)) {
        let (text, list) = match *piece {
            Piece::Value { text, list } => (text, list),
            Piece::Garbage { may_hold_users } => {
                if may_hold_users {
                    found(Found::Told(Told::Gap));
                }
                return found(Found::Malformed);
            }
            Piece::Page { has_more } => return found(Found::Told(Told::Page { has_more })),
        };
        match list {
            // Most records of an account are about other services: they need not be read.
            List::Records if self.cognito.find(text.as_bytes()).is_none() => found(Found::Ignored),
            List::Records => found(self.record(text)),
            List::Events => match serde_json::from_str::<LookedUp<'_>>(text) {
                Ok(event) => found(self.record(&event.cloud_trail_event)),
                Err(_) => found(Found::Malformed),
            },
            List::LogEvents => match serde_json::from_str::<LogEvent<'_>>(text) {
                Ok(event) => found(self.log_event(&event)),
                Err(_) => found(Found::Malformed),
            },
            List::Users => match answers::listed_user(text, self.keep_usernames) {
                Some(user) => found(Found::Told(Told::User(user))),
                None => {
                    found(Found::Told(Told::Gap));
                    found(Found::Malformed);
                }
            },
            List::None => self.alone(text, found),
        }
    }

    /// A value that stands alone may be a document of its own.
    fn alone(&self, text: &str, found: &mut dyn FnMut(Found)) {
        if !is_document(text) {
            let line = self.line(text, None);
            if !matches!(line, Found::Malformed) {
                return found(line);
            }
            if let Some(told) = answers::alone(text) {
                return found(Found::Told(told));
            }
        }
        let mut is_document = false;
        let mut values = Values::of_members(text);
        let is_whole = loop {
            match values.next() {
                Ok(Some((piece, _))) => {
                    is_document = true;
                    self.read(&piece, found);
                }
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        if !is_whole && may_hold_users(text.as_bytes()) {
            found(Found::Told(Told::Gap));
        }
        if !is_whole || !is_document {
            found(Found::Malformed);
        }
    }

    fn log_event(&self, event: &LogEvent<'_>) -> Found {
        self.line(&event.message, event.timestamp.and_then(DateTime::from_timestamp_millis))
    }

    /// A line of any log group, delivered at an instant if that is known.
    fn line(&self, text: &str, delivered_at: Option<DateTime<Utc>>) -> Found {
        let readers: [&dyn Fn() -> Found; 3] =
            [&|| self.record(text), &|| self.message(text, delivered_at), &|| self.notice(text)];
        let found = readers.iter().map(|read| read()).find(|found| !matches!(found, Found::Malformed));
        found.unwrap_or_else(|| match serde_json::from_str::<Digest>(text) {
            Ok(_) => Found::Ignored,
            Err(_) => Found::Malformed,
        })
    }

    /// A record of CloudTrail.
    fn record(&self, text: &str) -> Found {
        let mut decoded = cloudtrail::decode(text, Uuid::nil(), self.reading);
        let (mut line_id, mut delivered_at) = (Uuid::nil(), DateTime::UNIX_EPOCH);
        if let Decoded::Event(event) | Decoded::Unclassified(event) = &mut decoded {
            if event.event_id.is_nil() {
                event.event_id = id(text);
            }
            (line_id, delivered_at) = (event.event_id, event.event_time);
        }
        self.found(Stream::Cloudtrail, DecodedLine { line_id, delivered_at, decoded })
    }

    /// What became of a text message.
    fn message(&self, text: &str, delivered_at: Option<DateTime<Utc>>) -> Found {
        let line_id = id(text);
        let at = delivered_at.unwrap_or_default();
        let mut decoded = sms::decode(text, line_id, at, self.aws_region, self.reading);
        // The file may not say when the line was written: not before the message was sent.
        if let (Decoded::Receipt(receipt), None) = (&mut decoded, delivered_at) {
            receipt.reported_at = receipt.reported_at.max(receipt.sent_at);
        }
        self.found(Stream::Sms, DecodedLine { line_id, delivered_at: at, decoded })
    }

    /// An entry of Cognito's own log. Two messages may fail alike at the same instant.
    fn notice(&self, text: &str) -> Found {
        let mut line_id = id(text);
        let mut decoded = cognito_log::decode(text, line_id, self.reading);
        match &mut decoded {
            Decoded::Notice(notice) => {
                line_id = self.apart(line_id);
                notice.notice_id = line_id;
            }
            // Most have an id of their own.
            Decoded::AuthEvent(event) if event.auth_event_id == line_id => {
                line_id = self.apart(line_id);
                event.auth_event_id = line_id;
            }
            _ => {}
        }
        self.found(Stream::CognitoLogs, DecodedLine { line_id, delivered_at: DateTime::UNIX_EPOCH, decoded })
    }

    /// The id of a line that says the same as others of this file, by how many of them stand before it.
    fn apart(&self, id: Uuid) -> Uuid {
        let mut alike = self.alike.borrow_mut();
        let before = alike.entry(id).or_default();
        let apart = if *before == 0 { id } else { Uuid::new_v5(&id, &before.to_be_bytes()) };
        *before += 1;
        apart
    }

    fn found(&self, stream: Stream, line: DecodedLine) -> Found {
        match line.decoded.within_retention(self.horizon) {
            Decoded::Malformed => Found::Malformed,
            Decoded::Ignored => Found::Ignored,
            decoded => Found::Line(stream, DecodedLine { decoded, ..line }),
        }
    }
}

fn id(text: &str) -> Uuid {
    Uuid::new_v5(&TEXTS, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::decode::Pseudonyms;

    #[test]
    fn only_lines_without_an_id_of_their_own_are_remembered() {
        let reading = Reading { pseudonyms: Pseudonyms::Names, custom_is_mfa: false, networks: Uuid::nil() };
        let records = Records::new(&reading, DateTime::UNIX_EPOCH, "eu-central-1", false);
        let line = |source: &str, message: serde_json::Value| {
            let entry = json!({
                "eventTimestamp": "1795773600000", "eventSource": source, "message": message,
                "logSourceId": {"userPoolId": "eu-central-1_Imported1"},
            });
            let mut ids = Vec::new();
            records.read(&Piece::Value { text: &entry.to_string(), list: List::None }, &mut |found| match found {
                Found::Line(_, line) => ids.push(line.line_id),
                other => panic!("{other:?}"),
            });
            ids[0]
        };
        let sign_in = || line("USER_AUTH_EVENTS", json!({"eventId": "87a42a58-6051-7076-79e2-fe9208b6ae3c"}));
        assert_eq!(sign_in(), sign_in());
        records.read(&Piece::Value { text: "{\"no\": \"record\"}", list: List::None }, &mut |_| {});
        assert_eq!(records.alike.borrow().len(), 0);
        let notice = || line("USER_NOTIFICATION", json!({"details": "SMS Failure"}));
        assert_ne!(notice(), notice());
        assert_ne!(line("USER_AUTH_EVENTS", json!({})), line("USER_AUTH_EVENTS", json!({})));
        assert_eq!(records.alike.borrow().len(), 2);
    }
}
