//! Log groups → events, receipts and notices.
//!
//! The trail, the delivery records of text messages and Cognito's own log are read alike: group by
//! group, each with its own windows, batches and watermark.

use chrono::{DateTime, TimeDelta, Utc};
use tracing::{info, warn};

use super::{CollectError, Collector, Source, blocking};
use crate::config;
use crate::decode::{Reading, cloudtrail, cognito_log, sms};
use crate::model::{Decoded, DecodedLine, Line, Stream, Window, slices};
use crate::query::Questions;
use crate::source::{PageToken, SourceError};
use crate::store::{LogStream, Mark, Oddities};

/// A long back-fill commits its watermark at least this often (delivery time).
const LONGEST_SLICE: TimeDelta = TimeDelta::hours(24);

/// Countries with a label value of their own in `/metrics`; the others are one.
const LABELLED_COUNTRIES: u32 = 25;

/// Lines per transaction: bounds memory, and amortises what a commit costs.
const BATCH_LINES: usize = 10_000;

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

    fn pattern(&self) -> Option<&'static str> {
        (self.stream == Stream::Cloudtrail).then_some(TRAIL_PATTERN)
    }

    /// What the group is there for.
    fn contents(&self) -> &'static str {
        match self.stream {
            Stream::Sms => "delivery records of text messages",
            Stream::CognitoLogs => "entries of Cognito's log export",
            _ => "CloudTrail records",
        }
    }

    fn decode(&self, line: &Line, reading: &Reading) -> Decoded {
        match self.stream {
            Stream::Sms => sms::decode(&line.message, line.line_id, line.delivered_at, &self.aws_region, reading),
            Stream::CognitoLogs => cognito_log::decode(&line.message, line.line_id, reading),
            _ => cloudtrail::decode(&line.message, line.line_id, reading),
        }
    }
}

impl Collector {
    /// Reads everything delivered since the group's watermark, and again what the overlap covers.
    pub(super) async fn read_group(&self, source: &Source, group: &LogGroup) -> Result<(), CollectError> {
        let now = self.clock.now();
        let collect = &self.config.collect;
        let watermark = self.watermark(&source.config.name, group).await?;
        let windows = slices(watermark, now, collect.overlap.as_delta(), collect.backfill.as_delta(), LONGEST_SLICE);
        let mut oddities = Oddities::default();
        let result = self.read_windows(source, group, windows, now, &mut oddities).await;
        tell(source, group, oddities);
        result?;
        if watermark.is_none() {
            info!(
                source = %source.config.name, stream = %group.stream, log_group = %group.name,
                "history is read: the back-fill is complete"
            );
        }
        if group.stream == Stream::Cloudtrail {
            self.settle().await?;
        }
        let store = self.store.clone();
        blocking(move || store.label_countries(LABELLED_COUNTRIES)).await
    }

    async fn read_windows(
        &self,
        source: &Source,
        group: &LogGroup,
        windows: Vec<Window>,
        now: DateTime<Utc>,
        oddities: &mut Oddities,
    ) -> Result<(), CollectError> {
        for window in windows {
            let mark = Mark {
                read_through: window.to,
                forget_before: window.to - self.config.collect.overlap.as_delta(),
                is_caught_up: window.to == now,
            };
            self.read_window(source, group, window, mark, oddities).await?;
        }
        Ok(())
    }

    async fn watermark(&self, source: &str, group: &LogGroup) -> Result<Option<DateTime<Utc>>, CollectError> {
        let (store, source, group) = (self.store.clone(), source.to_owned(), group.clone());
        blocking(move || {
            let marks = Questions::of(&store)?.stream_marks()?;
            let mark = marks.iter().find(|mark| mark.is_of(&source, group.stream, &group.name));
            Ok(mark.and_then(|mark| mark.read_through))
        })
        .await
    }

    /// Reads a window to its end. The watermark moves with its last lines.
    async fn read_window(
        &self,
        source: &Source,
        group: &LogGroup,
        window: Window,
        mark: Mark,
        oddities: &mut Oddities,
    ) -> Result<(), CollectError> {
        let mut token: Option<PageToken> = None;
        let mut batch = Vec::new();
        let mut restarts = 0;
        loop {
            let page = match source.aws.log_page(&group.name, window, group.pattern(), token.as_ref()).await {
                // Nothing is counted twice, so the window can simply be read again.
                Err(SourceError::ExpiredToken { .. }) if restarts < 3 => {
                    restarts += 1;
                    token = None;
                    continue;
                }
                answer => answer?,
            };
            let horizon = self.clock.now() - self.config.store.retention.as_delta();
            batch.extend(page.lines.into_iter().map(|line| DecodedLine {
                line_id: line.line_id,
                delivered_at: line.delivered_at,
                decoded: within_retention(group.decode(&line, &self.reading), horizon),
            }));
            token = page.next;
            let is_last = token.is_none();
            if is_last || batch.len() >= BATCH_LINES {
                let lines = std::mem::take(&mut batch);
                let (store, name, group) = (self.store.clone(), source.config.name.clone(), group.clone());
                let found = blocking(move || {
                    let stream = LogStream { source: &name, stream: group.stream, log_group: &group.name };
                    store.ingest(stream, &lines, is_last.then_some(mark))
                })
                .await?;
                oddities.malformed += found.malformed;
                oddities.unclassified += found.unclassified;
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// Records that the listings should have given a pool and did not, have none.
    async fn settle(&self) -> Result<(), CollectError> {
        let (store, now) = (self.store.clone(), self.clock.now());
        let anyone_lists = !self.config.listed_regions().is_empty();
        blocking(move || {
            let pools = if anyone_lists { Questions::of(&store)?.sweeps()? } else { vec![Some(now)] };
            // One pool not swept yet could still be the one.
            match pools.into_iter().min().flatten() {
                Some(listed_at) => store.settle_unknown(listed_at),
                None => Ok(()),
            }
        })
        .await
    }
}

/// One line a pull; a line that the overlap reads again is not told again.
fn tell(source: &Source, group: &LogGroup, oddities: Oddities) {
    let (source, log_group) = (&source.config.name, &group.name);
    if oddities.malformed > 0 {
        warn!(
            source,
            log_group,
            lines = oddities.malformed,
            "lines that are not {} were counted and left out; check what else writes to the log group",
            group.contents()
        );
    }
    if oddities.unclassified > 0 {
        info!(
            source,
            log_group,
            records = oddities.unclassified,
            "records with an unknown user-pool event name were kept, but enter no figure"
        );
    }
}

/// Hours past their retention are closed: what was counted in them is gone.
fn within_retention(decoded: Decoded, horizon: DateTime<Utc>) -> Decoded {
    let happened_at = match &decoded {
        Decoded::Event(event) | Decoded::Unclassified(event) => event.event_time,
        Decoded::Receipt(receipt) => receipt.sent_at,
        Decoded::Notice(notice) => notice.noticed_at,
        Decoded::AuthEvent(event) => event.happened_at,
        Decoded::Ignored | Decoded::Malformed => return decoded,
    };
    if happened_at < horizon { Decoded::Ignored } else { decoded }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::config::Config;
    use crate::model::DeliveryNotice;

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
        assert_eq!(within_retention(notice(-1), horizon), Decoded::Ignored);
        assert_eq!(within_retention(notice(0), horizon), notice(0));
        assert_eq!(within_retention(Decoded::Malformed, horizon), Decoded::Malformed);
    }
}
