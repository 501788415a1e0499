//! Log groups → events, receipts and notices.
//!
//! The trail, the delivery records of text messages and Cognito's own log are read alike: group by
//! group, each with its own windows, batches and watermark.

use chrono::{DateTime, TimeDelta, Utc};
use rayon::prelude::*;
use tracing::{debug, info, warn};

use super::batches::{Batch, Batches};
use super::{CollectError, Collector, LogGroup, Source, blocking};
use crate::model::{DecodedLine, Stream, Window, slices};
use crate::query::Questions;
use crate::source::{Page, PageToken};
use crate::store::{LABELLED_COUNTRIES, LogStream, Mark, Tally};

/// A long back-fill moves its watermark at least this often (delivery time).
const LONGEST_SLICE: TimeDelta = TimeDelta::hours(24);

impl Collector {
    /// Reads everything delivered since the group's watermark, and again what the overlap covers.
    pub(super) async fn read_group(&self, source: &Source, group: &LogGroup) -> Result<(), CollectError> {
        let now = self.clock.now();
        let collect = &self.config.collect;
        let watermark = self.watermark(&source.config.name, group).await?;
        let windows = slices(watermark, now, collect.overlap.as_delta(), collect.backfill.as_delta(), LONGEST_SLICE);
        let mut tally = Tally::default();
        let result = self.read_windows(source, group, windows, now, &mut tally).await;
        tell(source, group, tally);
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

    /// Stores what the windows hold. The next batch is read and decoded while the one before is stored.
    async fn read_windows(
        &self,
        source: &Source,
        group: &LogGroup,
        windows: Vec<Window>,
        now: DateTime<Utc>,
        tally: &mut Tally,
    ) -> Result<(), CollectError> {
        let overlap = self.config.collect.overlap.as_delta();
        let marked = windows.into_iter().map(|window| {
            let mark =
                Mark { read_through: window.to, forget_before: window.to - overlap, is_caught_up: window.to == now };
            (window, mark)
        });
        let mut batches = Batches::new(marked, |window, token| self.decoded_page(source, group, window, token));
        let mut gathered = None;
        loop {
            let (next, found) = tokio::join!(batches.next(), self.store_batch(source, group, gathered));
            // Nothing may follow lines that were not stored: the watermark would pass over them.
            let found = found?;
            *tally += found;
            gathered = next?;
            if gathered.is_none() {
                return Ok(());
            }
        }
    }

    async fn decoded_page(
        &self,
        source: &Source,
        group: &LogGroup,
        window: Window,
        token: Option<PageToken>,
    ) -> Result<Page<DecodedLine>, CollectError> {
        let page = source.aws.log_page(&group.name, window, group.pattern(), token).await?;
        let horizon = self.clock.now() - self.config.store.retention.as_delta();
        let (group, reading) = (group.clone(), self.reading.clone());
        // A page of ten thousand lines would keep scrapes waiting.
        blocking(move || {
            let lines = page.lines.par_iter().map(|line| group.decode(line, &reading, horizon)).collect();
            Ok(Page { lines, next: page.next })
        })
        .await
    }

    async fn store_batch(
        &self,
        source: &Source,
        group: &LogGroup,
        batch: Option<Batch>,
    ) -> Result<Tally, CollectError> {
        let Some(batch) = batch else { return Ok(Tally::default()) };
        let (store, name, group) = (self.store.clone(), source.config.name.clone(), group.clone());
        let _turn = self.turn.lock().await;
        blocking(move || {
            let stream = LogStream { source: &name, stream: group.stream, log_group: &group.name };
            let tally = store.ingest(stream, &batch.lines, batch.mark)?;
            debug!(source = name, log_group = group.name, lines = batch.lines.len(), "a batch is stored");
            Ok(tally)
        })
        .await
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
fn tell(source: &Source, group: &LogGroup, tally: Tally) {
    let (source, log_group) = (&source.config.name, &group.name);
    if tally.malformed > 0 {
        warn!(
            source,
            log_group,
            lines = tally.malformed,
            "lines that are not {} were counted and left out; check what else writes to the log group",
            group.contents()
        );
    }
    if tally.unclassified > 0 {
        info!(
            source,
            log_group,
            records = tally.unclassified,
            "records with an unknown user-pool event name were kept, but enter no figure"
        );
    }
}
