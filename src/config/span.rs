//! Durations as people write them.

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer};

/// A length of time written like `90s`, `15m`, `1h 30m` or `400d`. At most 100 years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(u64);

const LONGEST_SECONDS: u64 = 100 * 366 * 86_400;

impl Span {
    /// That many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// That many minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self(minutes * 60)
    }

    /// That many days.
    pub const fn days(days: u64) -> Self {
        Self(days * 86_400)
    }

    /// For timers.
    pub const fn as_duration(self) -> std::time::Duration {
        std::time::Duration::from_secs(self.0)
    }

    /// For arithmetic with instants.
    pub const fn as_delta(self) -> TimeDelta {
        // Bounded by LONGEST_SECONDS, far inside i64 milliseconds.
        TimeDelta::milliseconds(self.0 as i64 * 1000)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let duration = humantime::parse_duration(&text).map_err(|error| {
            serde::de::Error::custom(format!("{text:?} is not a duration like 90s, 15m, 1h or 400d ({error})"))
        })?;
        if duration.as_secs() > LONGEST_SECONDS {
            return Err(serde::de::Error::custom(format!("{text:?} is longer than 100 years")));
        }
        Ok(Self(duration.as_secs()))
    }
}
