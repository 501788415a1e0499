//! Delays out of the buckets they were counted in.

use crate::dashboard::figures::Cell;
use crate::dashboard::format::{NO_DATA, duration};
use crate::model::DELAY_BOUNDS_S;
use crate::query::SmsReceipts;

/// A delay that a share of the messages did not exceed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Delay {
    /// No message tells its delay.
    NoData,
    /// Seconds, as if the messages of a bucket were spread evenly over it.
    About(f64),
    /// Longer than so many seconds: there the buckets end.
    Beyond(f64),
}

impl Delay {
    /// Of all the messages, the delay that `share` of them did not exceed.
    pub(super) fn of<'a>(receipts: impl IntoIterator<Item = &'a SmsReceipts>, share: f64) -> Self {
        let mut buckets = [0; DELAY_BOUNDS_S.len()];
        let mut messages = 0;
        for (bound, count) in receipts.into_iter().flat_map(|each| &each.delays) {
            messages += count;
            if let Some(bucket) = DELAY_BOUNDS_S.iter().position(|each| Some(*each) == *bound) {
                buckets[bucket] += count;
            }
        }
        if messages == 0 {
            return Self::NoData;
        }
        let wanted = share * messages as f64;
        let (mut before, mut lower) = (0.0, 0.0);
        for (bound, count) in DELAY_BOUNDS_S.iter().zip(buckets) {
            let upper = f64::from(*bound);
            if count > 0 && before + count as f64 >= wanted {
                return Self::About(lower + (upper - lower) * (wanted - before) / count as f64);
            }
            (before, lower) = (before + count as f64, upper);
        }
        Self::Beyond(lower)
    }

    /// As people read it.
    pub(super) fn words(self) -> String {
        match self {
            Self::NoData => NO_DATA.to_owned(),
            Self::About(seconds) if seconds < 10.0 => format!("{seconds:.1}\u{a0}s"),
            Self::About(seconds) => duration(seconds),
            Self::Beyond(seconds) => format!("over {}", duration(seconds)),
        }
    }

    /// In a table.
    pub(super) fn cell(self) -> Cell {
        let seconds = match self {
            Self::NoData => None,
            Self::About(seconds) | Self::Beyond(seconds) => Some(seconds),
        };
        Cell::seconds(seconds).reads(self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delayed(delays: &[(Option<u32>, u64)]) -> SmsReceipts {
        SmsReceipts { delays: delays.to_vec(), ..SmsReceipts::default() }
    }

    #[test]
    fn a_quantile_lies_within_its_bucket() {
        let receipts = [delayed(&[(Some(2), 10), (Some(5), 20)]), delayed(&[(Some(5), 20), (None, 1)])];
        // 25.5 of 51: 15.5 of the 40 between 3 and 5 seconds
        assert_eq!(Delay::of(&receipts, 0.5), Delay::About(3.0 + 2.0 * 15.5 / 40.0));
        assert_eq!(Delay::of(&receipts, 0.1), Delay::About(1.0 + 5.1 / 10.0));
        assert_eq!(Delay::of(&receipts, 0.99), Delay::Beyond(900.0));
        assert_eq!(Delay::of(&receipts, 0.99).words(), "over 15\u{a0}min");
        assert_eq!(Delay::of(&[delayed(&[])], 0.5), Delay::NoData);
        assert_eq!(Delay::of(&[delayed(&[(None, 3)])], 0.5), Delay::Beyond(900.0));
    }
}
