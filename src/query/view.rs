//! What a page is about: a stretch of time and, where asked, one pool.

use chrono::{DateTime, DurationRound, NaiveDateTime, TimeDelta, Utc};
use duckdb::ToSql;

use crate::model::{PoolKey, words};

words! {
    /// How far back.
    Range {
        /// A day, hour by hour.
        Day = "24h",
        /// A week.
        Week = "7d",
        /// A month.
        Month = "30d",
        /// A quarter.
        Quarter = "90d",
        /// All that is kept by default.
        Year = "400d",
    }
}

impl Range {
    fn length(self) -> TimeDelta {
        match self {
            Self::Day => TimeDelta::hours(24),
            Self::Week => TimeDelta::days(7),
            Self::Month => TimeDelta::days(30),
            Self::Quarter => TimeDelta::days(90),
            Self::Year => TimeDelta::days(400),
        }
    }
}

/// A stretch of time, `[from, to)` in whole hours, and perhaps one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// How far back it was asked for.
    pub range: Range,
    /// First hour.
    pub from: DateTime<Utc>,
    /// End of the last hour.
    pub to: DateTime<Utc>,
    /// `None`: every pool.
    pub pool: Option<PoolKey>,
}

impl View {
    /// The hours up to the current one, which is not over.
    pub fn ending_at(now: DateTime<Utc>, range: Range, pool: Option<PoolKey>) -> Self {
        let to = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now) + TimeDelta::hours(1);
        Self { range, from: to - range.length(), to, pool }
    }

    /// The stretch of the same length before this one.
    pub fn before(&self) -> Self {
        Self { from: self.from - self.range.length(), to: self.from, ..self.clone() }
    }

    /// Its values for `$from`, `$to`, `$aws_region` and `$pool_id`; the last two are null for every pool.
    pub(super) fn parameters(&self) -> Parameters<'_> {
        Parameters {
            from: self.from.naive_utc(),
            to: self.to.naive_utc(),
            aws_region: self.pool.as_ref().map(|key| key.aws_region.as_str()),
            pool_id: self.pool.as_ref().map(|key| key.pool_id.as_str()),
        }
    }
}

/// A view as named parameters of a query file.
pub(super) struct Parameters<'a> {
    from: NaiveDateTime,
    to: NaiveDateTime,
    aws_region: Option<&'a str>,
    pool_id: Option<&'a str>,
}

impl Parameters<'_> {
    pub(super) fn named(&self) -> [(&str, &dyn ToSql); 4] {
        [("from", &self.from), ("to", &self.to), ("aws_region", &self.aws_region), ("pool_id", &self.pool_id)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_ends_with_the_hour_that_is_not_over() {
        let now = "2026-03-04T10:20:30Z".parse().expect("an instant");
        let view = View::ending_at(now, Range::Day, None);
        assert_eq!(view.to.to_rfc3339(), "2026-03-04T11:00:00+00:00");
        assert_eq!(view.from.to_rfc3339(), "2026-03-03T11:00:00+00:00");
        assert_eq!(view.before().to, view.from);
        assert_eq!(view.before().before().from, view.from - TimeDelta::hours(48));
    }
}
