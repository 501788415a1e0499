//! One line of a log group, and how far a stream was read.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::challenge::words;
use super::{AuthEvent, DeliveryNotice, Event, SmsReceipt};

/// Identity of one log line: the same line read again has the same id.
pub type LineId = Uuid;

/// One log event as CloudWatch Logs hands it over.
#[derive(Clone, Debug)]
pub struct Line {
    /// Derived from the log group and the log event id.
    pub line_id: LineId,
    /// Delivery time (not the event's own time), milliseconds.
    pub delivered_at: DateTime<Utc>,
    /// The record's text.
    pub message: String,
}

/// What a line turned out to be. Outcomes are exclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A user-pool record that matters.
    Event(Box<Event>),
    /// A user-pool record with a name the tables do not know: kept and counted.
    Unclassified(Box<Event>),
    /// What became of a text message.
    Receipt(Box<SmsReceipt>),
    /// A message that Cognito could not send.
    Notice(Box<DeliveryNotice>),
    /// An entry of the user activity log.
    AuthEvent(Box<AuthEvent>),
    /// Another service, or a user-pool call that says nothing about a user (views, listings).
    Ignored,
    /// Not what its stream brings.
    Malformed,
}

impl Decoded {
    /// What happened before the `horizon` is past its retention and says nothing any more: hours are closed then,
    /// what was counted in them is gone.
    #[must_use]
    pub fn within_retention(self, horizon: DateTime<Utc>) -> Self {
        let happened_at = match &self {
            Self::Event(event) | Self::Unclassified(event) => event.event_time,
            Self::Receipt(receipt) => receipt.sent_at,
            Self::Notice(notice) => notice.noticed_at,
            Self::AuthEvent(event) => event.happened_at,
            Self::Ignored | Self::Malformed => return self,
        };
        if happened_at < horizon { Self::Ignored } else { self }
    }
}

/// A line after decoding; the text itself is dropped.
#[derive(Clone, Debug)]
pub struct DecodedLine {
    /// Identity of the line.
    pub line_id: LineId,
    /// Delivery time.
    pub delivered_at: DateTime<Utc>,
    /// What it turned out to be.
    pub decoded: Decoded,
}

words! {
    /// A stream of a source.
    Stream {
        /// Records of the trail's log group.
        Cloudtrail = "cloudtrail",
        /// What became of text messages, as the services that send them log it.
        Sms = "sms",
        /// Cognito's own log export.
        CognitoLogs = "cognito_logs",
        /// Pools, app clients and users.
        Listing = "listing",
        /// Per-user factor look-ups.
        Lookup = "lookup",
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn what_is_past_its_retention_is_left_alone() {
        let horizon = DateTime::from_timestamp(1_000, 0).expect("in range");
        let notice = |seconds| {
            Decoded::Notice(Box::new(DeliveryNotice {
                notice_id: Uuid::nil(),
                noticed_at: horizon + TimeDelta::seconds(seconds),
                pool_id: "us-east-1_a".into(),
                details: None,
                mentions_sms: true,
            }))
        };
        assert_eq!(notice(-1).within_retention(horizon), Decoded::Ignored);
        assert_eq!(notice(0).within_retention(horizon), notice(0));
        assert_eq!(Decoded::Malformed.within_retention(horizon), Decoded::Malformed);
    }
}
