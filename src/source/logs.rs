//! Log groups, page by page.

use chrono::DateTime;
use uuid::Uuid;

use super::{Aws, SourceError};
use crate::model::{Line, Window};

/// Where the next page begins.
#[derive(Clone, Debug)]
pub struct PageToken(String);

#[cfg(test)]
impl PageToken {
    pub(crate) fn sample(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// One page of a window.
#[derive(Debug)]
pub struct Page<L = Line> {
    /// Lines in the order AWS gave them; may be none although more pages follow.
    pub lines: Vec<L>,
    /// `None` when the window is read to its end.
    pub next: Option<PageToken>,
}

const ACTION: &str = "logs:FilterLogEvents";

/// Pages of a source's log groups under way at once. The quota (5 to 25 calls a second, by AWS Region) is
/// shared with whoever else reads logs in the account.
pub(super) const PAGES_AT_ONCE: usize = 3;

/// Line ids are derived from log event ids within this name space.
const LINES: Uuid = Uuid::from_u128(0x6d66_6173_636f_7065_8c3a_4f2d_91b7_0e55);

impl Aws {
    /// One page of the lines delivered in a window; `pattern` is a CloudWatch Logs filter pattern,
    /// which the endpoint may ignore; without one every line is asked for.
    ///
    /// Bounds: AWS takes both ends as inclusive, so the half-open window ends one millisecond early.
    ///
    /// # Errors
    /// [`SourceError::ExpiredToken`] when the window must be read again from its start.
    pub async fn log_page(
        &self,
        log_group: &str,
        window: Window,
        pattern: Option<&str>,
        token: Option<PageToken>,
    ) -> Result<Page, SourceError> {
        let goes_on = token.is_some();
        let _turn = self.log_turns.acquire().await;
        let answer = self
            .logs
            .filter_log_events()
            .log_group_name(log_group)
            .start_time(window.from.timestamp_millis())
            .end_time(window.to.timestamp_millis() - 1)
            .set_filter_pattern(pattern.map(str::to_owned))
            .set_next_token(token.map(|token| token.0))
            .send()
            .await
            .map_err(|error| {
                let error = SourceError::of(ACTION, &self.region, error);
                match error {
                    SourceError::Refused { code, .. } if goes_on && code == "InvalidParameterException" => {
                        SourceError::ExpiredToken { action: ACTION, region: self.region.clone() }
                    }
                    SourceError::NotFound { action, region, .. } => {
                        SourceError::NotFound { action, region, what: format!("log group {log_group:?}") }
                    }
                    other => other,
                }
            })?;
        let group = Uuid::new_v5(&LINES, log_group.as_bytes());
        let lines = answer
            .events
            .unwrap_or_default()
            .into_iter()
            .filter_map(|event| {
                let delivered_at = DateTime::from_timestamp_millis(event.timestamp?)?;
                let message = event.message?;
                // Without an event id (no AWS answer lacks it) the text itself is the identity.
                let identity = event.event_id.unwrap_or_else(|| format!("{delivered_at}{message}"));
                Some(Line { line_id: Uuid::new_v5(&group, identity.as_bytes()), delivered_at, message })
            })
            .collect();
        Ok(Page { lines, next: answer.next_token.map(PageToken) })
    }
}
