//! The trail's log group → events.

use chrono::{DateTime, TimeDelta, Utc};
use tracing::{info, warn};

use super::{CollectError, Collector, Source, blocking};
use crate::config::Cloudtrail;
use crate::decode::cloudtrail;
use crate::model::{Decoded, DecodedLine, Stream, Window, slices};
use crate::query::Questions;
use crate::source::{PageToken, SourceError};
use crate::store::{LogStream, Mark, Oddities};

/// A long back-fill commits its watermark at least this often (delivery time).
const LONGEST_SLICE: TimeDelta = TimeDelta::hours(6);

/// Lines per transaction: bounds memory, and amortises what a commit costs.
const BATCH_LINES: usize = 10_000;

/// Only Cognito's records are asked for; endpoints that ignore patterns are filtered by `decode`.
const PATTERN: &str = r#"{ $.eventSource = "cognito-idp.amazonaws.com" }"#;

impl Collector {
    /// Reads everything delivered since the watermark, and again what the overlap covers.
    pub(super) async fn read_trail(&self, source: &Source, trail: &Cloudtrail) -> Result<(), CollectError> {
        let now = self.clock.now();
        let collect = &self.config.collect;
        let watermark = self.trail_watermark(&source.config.name).await?;
        let windows = slices(watermark, now, collect.overlap.as_delta(), collect.backfill.as_delta(), LONGEST_SLICE);
        let mut oddities = Oddities::default();
        let result = self.read_windows(source, trail, windows, now, &mut oddities).await;
        tell(source, trail, oddities);
        result?;
        if watermark.is_none() {
            info!(source = %source.config.name, log_group = %trail.log_group, "history is read: the back-fill is complete");
        }
        self.settle().await
    }

    async fn read_windows(
        &self,
        source: &Source,
        trail: &Cloudtrail,
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
            self.read_window(source, trail, window, mark, oddities).await?;
        }
        Ok(())
    }

    async fn trail_watermark(&self, source: &str) -> Result<Option<DateTime<Utc>>, CollectError> {
        let (store, source) = (self.store.clone(), source.to_owned());
        blocking(move || {
            let marks = Questions::of(&store)?.stream_marks()?;
            let mark = marks.iter().find(|mark| mark.source == source && mark.stream == Stream::Cloudtrail.as_str());
            Ok(mark.and_then(|mark| mark.read_through))
        })
        .await
    }

    /// Reads a window to its end. The watermark moves with its last lines.
    async fn read_window(
        &self,
        source: &Source,
        trail: &Cloudtrail,
        window: Window,
        mark: Mark,
        oddities: &mut Oddities,
    ) -> Result<(), CollectError> {
        let mut token: Option<PageToken> = None;
        let mut batch = Vec::new();
        let mut restarts = 0;
        loop {
            let page = match source.aws.log_page(&trail.log_group, window, PATTERN, token.as_ref()).await {
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
                decoded: within_retention(cloudtrail::decode(&line.message, line.line_id, &self.pseudonyms), horizon),
            }));
            token = page.next;
            let is_last = token.is_none();
            if is_last || batch.len() >= BATCH_LINES {
                let lines = std::mem::take(&mut batch);
                let (store, name) = (self.store.clone(), source.config.name.clone());
                let found = blocking(move || {
                    let stream = LogStream { source: &name, stream: Stream::Cloudtrail };
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
        let anyone_lists = !self.listed_regions.is_empty();
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
fn tell(source: &Source, trail: &Cloudtrail, oddities: Oddities) {
    let (source, log_group) = (&source.config.name, &trail.log_group);
    if oddities.malformed > 0 {
        warn!(
            source,
            log_group,
            lines = oddities.malformed,
            "lines that are not CloudTrail records were counted and left out; check what else writes to the log group"
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

/// Hours past their retention are closed: their raw events are gone.
fn within_retention(decoded: Decoded, horizon: DateTime<Utc>) -> Decoded {
    match decoded {
        Decoded::Event(event) | Decoded::Unclassified(event) if event.event_time < horizon => Decoded::Ignored,
        other => other,
    }
}
