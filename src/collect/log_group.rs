//! A log group, and how its lines are read.

use chrono::{DateTime, Utc};

use crate::config;
use crate::decode::{Reading, cloudtrail, cognito_log, sms};
use crate::model::{DecodedLine, Line, Stream};

/// Only Cognito's records are asked for; endpoints that ignore patterns are filtered by `decode`.
const TRAIL_PATTERN: &str = r#"{ $.eventSource = "cognito-idp.amazonaws.com" }"#;

/// The streams that are read from log groups.
pub(super) const LOG_STREAMS: [Stream; 3] = [Stream::Cloudtrail, Stream::Sms, Stream::CognitoLogs];

/// A log group, and how its lines are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LogGroup {
    pub(super) stream: Stream,
    pub(super) name: String,
    /// Of text messages: AWS Region that sent them.
    aws_region: String,
}

impl LogGroup {
    /// The log groups of a stream, in the order of the config.
    pub(super) fn of(source: &config::Source, stream: Stream) -> Vec<Self> {
        let names: &[String] = match stream {
            Stream::Cloudtrail => source.cloudtrail.as_ref().map(|trail| std::slice::from_ref(&trail.log_group)),
            Stream::Sms => source.sms.as_ref().map(|sms| sms.log_groups.as_slice()),
            Stream::CognitoLogs => source.cognito_logs.as_ref().map(|logs| logs.log_groups.as_slice()),
            Stream::Listing | Stream::Lookup => None,
        }
        .unwrap_or_default();
        let group = |name: &String| Self { stream, name: name.clone(), aws_region: source.sms_region(name).to_owned() };
        names.iter().map(group).collect()
    }

    pub(super) fn pattern(&self) -> Option<&'static str> {
        (self.stream == Stream::Cloudtrail).then_some(TRAIL_PATTERN)
    }

    /// What the group is there for.
    pub(super) fn contents(&self) -> &'static str {
        match self.stream {
            Stream::Sms => "delivery records of text messages",
            Stream::CognitoLogs => "entries of Cognito's log export",
            _ => "CloudTrail records",
        }
    }

    /// What a line says. What happened before the `horizon` is past its retention.
    pub(super) fn decode(&self, line: &Line, reading: &Reading, horizon: DateTime<Utc>) -> DecodedLine {
        let decoded = match self.stream {
            Stream::Sms => sms::decode(&line.message, line.line_id, line.delivered_at, &self.aws_region, reading),
            Stream::CognitoLogs => cognito_log::decode(&line.message, line.line_id, reading),
            _ => cloudtrail::decode(&line.message, line.line_id, reading),
        };
        DecodedLine {
            line_id: line.line_id,
            delivered_at: line.delivered_at,
            decoded: decoded.within_retention(horizon),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn every_stream_has_its_groups_and_messages_their_sending_region() {
        let config = Config::parse(
            r#"
            [[source]]
            name = "a"
            region = "ap-northeast-2"
            [source.cloudtrail]
            log_group = "trail"
            [source.sms]
            log_groups = ["sns/ap-northeast-1/123456789012/DirectPublishToPhoneNumber", "eum-events"]
            "#,
            "test",
        )
        .expect("valid");
        let source = &config.sources[0];
        let groups: Vec<LogGroup> = LOG_STREAMS.iter().flat_map(|stream| LogGroup::of(source, *stream)).collect();
        let told: Vec<_> = groups.iter().map(|group| (group.stream, group.name.as_str(), &*group.aws_region)).collect();
        assert_eq!(
            told,
            [
                (Stream::Cloudtrail, "trail", "ap-northeast-2"),
                (Stream::Sms, "sns/ap-northeast-1/123456789012/DirectPublishToPhoneNumber", "ap-northeast-1"),
                (Stream::Sms, "eum-events", "ap-northeast-2"),
            ]
        );
        let patterns: Vec<bool> = groups.iter().map(|group| group.pattern().is_some()).collect();
        assert_eq!(patterns, [true, false, false], "only the trail is filtered");
    }
}
