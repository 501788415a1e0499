//! Password resets that were asked for, and completed within an hour.

use super::counts::{Count, series};
use super::{Changes, MINUTE_US, Record};
use crate::model::{Outcome, RecoveryKind};

pub(super) const LONGEST_US: i64 = 60 * MINUTE_US;

/// Counts one user's completed resets: the request right before the completion is the one completed.
pub(super) fn count<'a>(records: &[&Record<'a>], sign: i64, counts: &mut Changes<Count<'a>>) {
    let is_completion = |record: &Record<'_>| record.recovery_kind == Some(RecoveryKind::SelfResetCompleted);
    let mut steps: Vec<&Record<'a>> = records
        .iter()
        .copied()
        .filter(|record| record.sub.is_some())
        .filter(|record| match record.recovery_kind {
            Some(RecoveryKind::SelfResetRequested) => true,
            Some(RecoveryKind::SelfResetCompleted) => record.outcome == Outcome::Success,
            _ => false,
        })
        .collect();
    steps.sort_unstable_by_key(|record| (record.at_us, is_completion(record), record.event_id));
    for pair in steps.windows(2) {
        let [request, next] = pair else { continue };
        if !is_completion(request) && is_completion(next) && next.at_us <= request.at_us + LONGEST_US {
            counts.add(Count::of(series::RECOVERY_COMPLETIONS, request), sign);
        }
    }
}
