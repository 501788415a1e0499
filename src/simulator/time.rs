//! Instants as milliseconds since the epoch, and randomness that depends on nothing but its key.

use chrono::{DateTime, SecondsFormat, Utc};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Milliseconds since the epoch, or a number of milliseconds.
pub(super) type Ms = i64;

/// One second.
pub(super) const SECOND: Ms = 1_000;
/// One minute.
pub(super) const MINUTE: Ms = 60 * SECOND;
/// One hour.
pub(super) const HOUR: Ms = 60 * MINUTE;
/// One day.
pub(super) const DAY: Ms = 24 * HOUR;

/// Start of the hour that holds `at`.
pub(super) fn hour_of(at: Ms) -> Ms {
    at.div_euclid(HOUR) * HOUR
}

/// `at` as a UTC date; the epoch when it is out of chrono's range.
pub(super) fn utc(at: Ms) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at).unwrap_or_default()
}

/// The way CloudTrail writes `eventTime`: whole seconds, `Z`.
pub(super) fn rfc3339(at: Ms) -> String {
    utc(at).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Folds the parts of a key into one seed (the finaliser of SplitMix64, applied per part).
pub(super) fn mix(parts: &[u64]) -> u64 {
    parts.iter().fold(0x9e37_79b9_7f4a_7c15, |state, part| {
        let mut z = state ^ part.wrapping_mul(0xff51_afd7_ed55_8ccd);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).wrapping_add(0x9e37_79b9_7f4a_7c15)
    })
}

/// A generator that always yields the same numbers for the same key.
pub(super) fn rng(parts: &[u64]) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(mix(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_floored_before_the_epoch_too() {
        assert_eq!(hour_of(HOUR + 1), HOUR);
        assert_eq!(hour_of(-1), -HOUR);
    }

    #[test]
    fn keys_differ_by_part_and_by_order() {
        assert_eq!(mix(&[1, 2]), mix(&[1, 2]));
        assert_ne!(mix(&[1, 2]), mix(&[2, 1]));
        assert_ne!(mix(&[0]), mix(&[0, 0]));
    }
}
