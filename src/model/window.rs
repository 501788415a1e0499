//! Windows of delivery time.

use chrono::{DateTime, TimeDelta, Utc};

/// Half open: `[from, to)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First instant inside.
    pub from: DateTime<Utc>,
    /// First instant after.
    pub to: DateTime<Utc>,
}

/// The windows one collect step reads, oldest first.
///
/// They start `overlap` before the watermark (late deliveries), or `backfill` before `now` on a
/// first run, and end at `now`. None is longer than `longest`, so that a long back-fill commits as
/// it goes. A watermark ahead of `now` (the clock was set back) is read again from `now − overlap`.
pub fn slices(
    watermark: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    overlap: TimeDelta,
    backfill: TimeDelta,
    longest: TimeDelta,
) -> Vec<Window> {
    let start = match watermark {
        Some(mark) => mark.min(now) - overlap,
        None => now - backfill,
    };
    let mut windows = Vec::new();
    let mut from = start;
    while from < now {
        let to = (from + longest).min(now);
        windows.push(Window { from, to });
        from = to;
    }
    windows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn instant(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("in range")
    }

    proptest! {
        #[test]
        fn slices_cover_everything_once(
            mark in proptest::option::of(0_i64..2_000_000),
            now in 1_000_000_i64..2_000_000,
            overlap in 0_i64..5_000,
            backfill in 1_i64..1_000_000,
            longest in 60_i64..100_000,
        ) {
            let windows = slices(
                mark.map(instant),
                instant(now),
                TimeDelta::seconds(overlap),
                TimeDelta::seconds(backfill),
                TimeDelta::seconds(longest),
            );
            let start = mark.map_or(now - backfill, |mark| mark.min(now) - overlap);
            if start >= now {
                prop_assert!(windows.is_empty());
            } else {
                prop_assert_eq!(windows[0].from, instant(start));
                prop_assert_eq!(windows[windows.len() - 1].to, instant(now));
                for pair in windows.windows(2) {
                    prop_assert_eq!(pair[0].to, pair[1].from);
                }
                for window in &windows {
                    prop_assert!(window.from < window.to);
                    prop_assert!(window.to - window.from <= TimeDelta::seconds(longest));
                }
            }
        }
    }
}
