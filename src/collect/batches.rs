//! Windows of a log group → batches of decoded lines, each with how far the group is read once it is
//! stored.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::CollectError;
use crate::model::{DecodedLine, Window};
use crate::source::{Page, PageToken, SourceError};
use crate::store::Mark;

/// Lines of a batch, one page more at most: bounds memory, and amortises what a commit costs.
const BATCH_LINES: usize = 10_000;

/// How long lines are gathered that fill no batch: what is read shows, and a kill takes no more back.
const LONGEST_GATHERING: Duration = Duration::from_secs(1);

/// How often a window is begun again whose page tokens are refused.
const MOST_RESTARTS: u32 = 3;

/// What one transaction stores.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) lines: Vec<DecodedLine>,
    /// Of the last window that is read to its end with these lines; none where no window is.
    pub(super) mark: Option<Mark>,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.mark.is_none()
    }
}

/// Reads windows one after another, page by page. Those of a quiet group share a batch; a busy one has
/// many batches.
pub(super) struct Batches<P> {
    windows: VecDeque<(Window, Mark)>,
    page: P,
    /// Where the next page of the first window begins.
    token: Option<PageToken>,
    restarts: u32,
    failure: Option<CollectError>,
}

impl<P, F> Batches<P>
where
    P: Fn(Window, Option<PageToken>) -> F,
    F: Future<Output = Result<Page<DecodedLine>, CollectError>>,
{
    /// Windows, each with the mark that its last line earns, and what gets a page of one.
    pub(super) fn new(windows: impl IntoIterator<Item = (Window, Mark)>, page: P) -> Self {
        Self { windows: windows.into_iter().collect(), page, token: None, restarts: 0, failure: None }
    }

    /// The next batch; `None` once every window is read.
    ///
    /// # Errors
    /// When a page cannot be had. What was gathered before it comes first, as a batch.
    pub(super) async fn next(&mut self) -> Result<Option<Batch>, CollectError> {
        let begun = Instant::now();
        let mut batch = Batch::default();
        while self.failure.is_none()
            && batch.lines.len() < BATCH_LINES
            && (batch.is_empty() || begun.elapsed() < LONGEST_GATHERING)
            && let Some((window, mark)) = self.windows.front().copied()
        {
            match (self.page)(window, self.token.take()).await {
                Ok(page) => {
                    batch.lines.extend(page.lines);
                    self.token = page.next;
                    if self.token.is_none() {
                        batch.mark = Some(mark);
                        self.windows.pop_front();
                        self.restarts = 0;
                    }
                }
                // Nothing is counted twice, so the window can simply be read again.
                Err(CollectError::Source(SourceError::ExpiredToken { .. })) if self.restarts < MOST_RESTARTS => {
                    self.restarts += 1;
                }
                Err(failure) => self.failure = Some(failure),
            }
        }
        if !batch.is_empty() {
            return Ok(Some(batch));
        }
        self.failure.take().map_or(Ok(None), Err)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::ready;

    use chrono::{DateTime, TimeDelta};
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;
    use crate::model::Decoded;

    type Answer = Result<Page<DecodedLine>, CollectError>;

    #[derive(Debug, PartialEq)]
    struct Heard {
        /// Lines of each batch, and the hour up to which the group is read with it.
        batches: Vec<(usize, Option<i64>)>,
        /// Whether each page was asked for with a token.
        went_on: Vec<bool>,
        failed: bool,
    }

    /// Reads so many windows from what AWS answers.
    fn read(windows: u32, answers: impl IntoIterator<Item = Answer>) -> Heard {
        let answers: RefCell<VecDeque<Answer>> = RefCell::new(answers.into_iter().collect());
        let went_on: RefCell<Vec<bool>> = RefCell::default();
        let mut batches = Batches::new((0..windows).map(window), |_, token| {
            went_on.borrow_mut().push(token.is_some());
            ready(answers.borrow_mut().pop_front().expect("nothing is asked for after the end"))
        });
        let mut found = Vec::new();
        let failed = loop {
            match batches.next().now_or_never().expect("every answer is there") {
                Ok(Some(batch)) => {
                    let through = batch.mark.map(|mark| (mark.read_through - DateTime::UNIX_EPOCH).num_hours());
                    found.push((batch.lines.len(), through));
                }
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        drop(batches);
        Heard { batches: found, went_on: went_on.into_inner(), failed }
    }

    /// The window of an hour.
    fn window(hour: u32) -> (Window, Mark) {
        let instant = |hours: u32| DateTime::UNIX_EPOCH + TimeDelta::hours(hours.into());
        let (from, to) = (instant(hour), instant(hour + 1));
        (Window { from, to }, Mark { read_through: to, forget_before: from, is_caught_up: false })
    }

    fn page(lines: usize, next: Option<PageToken>) -> Answer {
        let (line_id, delivered_at) = (Uuid::nil(), DateTime::UNIX_EPOCH);
        Ok(Page { lines: vec![DecodedLine { line_id, delivered_at, decoded: Decoded::Ignored }; lines], next })
    }

    /// The last page of a window.
    fn last(lines: usize) -> Answer {
        page(lines, None)
    }

    fn more(lines: usize) -> Answer {
        page(lines, Some(PageToken::sample("more")))
    }

    fn expired() -> Answer {
        Err(SourceError::ExpiredToken { action: "test", region: "us-east-1".into() }.into())
    }

    fn throttled() -> Answer {
        Err(SourceError::Throttled { action: "test", region: "us-east-1".into() }.into())
    }

    #[test]
    fn quiet_windows_share_a_batch() {
        assert_eq!(read(3, [last(2), more(0), last(0), last(5)]).batches, [(7, Some(3))]);
        assert_eq!(read(2, [last(0), last(0)]).batches, [(0, Some(2))], "that nothing is there is known, too");
        assert_eq!(read(0, []).batches, []);
    }

    #[test]
    fn a_busy_window_has_many_batches_and_its_mark_comes_with_the_last() {
        let heard = read(2, [last(4_000), more(7_000), more(10_000), more(1), last(1)]);
        assert_eq!(heard.batches, [(11_000, Some(1)), (10_000, None), (2, Some(2))]);
    }

    #[test]
    fn what_was_gathered_before_a_failure_comes_first() {
        let heard = read(3, [last(2), more(3), throttled()]);
        assert_eq!((heard.batches, heard.failed), (vec![(5, Some(1))], true));
        let heard = read(1, [throttled()]);
        assert_eq!((heard.batches, heard.failed), (Vec::new(), true));
    }

    #[test]
    fn a_window_whose_token_expired_is_read_again_from_its_start() {
        let heard = read(2, [more(2), expired(), more(2), last(1), last(1)]);
        let went_on = vec![false, true, false, true, false];
        assert_eq!(heard, Heard { batches: vec![(6, Some(2))], went_on, failed: false });
        let heard = read(1, (0..4).flat_map(|_| [more(1), expired()]));
        assert_eq!((heard.batches, heard.failed), (vec![(4, None)], true), "not for ever");
    }
}
