//! What a page is about: a stretch of time and, where asked, one Region, pool, app client, factor or country.

use std::collections::BTreeMap;

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};

use super::Values;
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
    const fn length(self) -> TimeDelta {
        TimeDelta::hours(match self {
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30 * 24,
            Self::Quarter => 90 * 24,
            Self::Year => 400 * 24,
        })
    }
}

/// A stretch of time, `[from, to)` in whole hours, and what of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// How far back it was asked for; `None` where both ends were given.
    pub range: Option<Range>,
    /// First hour.
    pub from: DateTime<Utc>,
    /// End of the last hour.
    pub to: DateTime<Utc>,
    /// What of it.
    pub scope: Scope,
}

/// What of the events in a stretch of time. `None`: all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// AWS Region; of a pool, its own.
    pub aws_region: Option<String>,
    /// User pool, in that Region.
    pub pool_id: Option<String>,
    /// App client.
    pub client_id: Option<String>,
    /// Second factor.
    pub factor: Option<String>,
    /// Destination country: alpha-2, or `unknown`.
    pub country: Option<String>,
}

impl Scope {
    /// One pool.
    pub fn of_pool(key: &PoolKey) -> Self {
        Self { aws_region: Some(key.aws_region.clone()), pool_id: Some(key.pool_id.clone()), ..Self::default() }
    }

    /// Whether the pool belongs to it.
    pub fn holds(&self, key: &PoolKey) -> bool {
        self.aws_region.as_ref().is_none_or(|region| *region == key.aws_region)
            && self.pool_id.as_ref().is_none_or(|pool_id| *pool_id == key.pool_id)
    }

    /// The pool, where it is one.
    pub fn pool(&self) -> Option<PoolKey> {
        let (aws_region, pool_id) = self.aws_region.clone().zip(self.pool_id.clone())?;
        Some(PoolKey { aws_region, pool_id })
    }
}

const WEEK: TimeDelta = TimeDelta::days(7);

impl View {
    /// The hours up to the current one, which is not over.
    pub fn ending_at(now: DateTime<Utc>, range: Range, scope: Scope) -> Self {
        let to = whole_hour(now) + TimeDelta::hours(1);
        Self { range: Some(range), from: to - range.length(), to, scope }
    }

    /// The hours that hold `[from, to)`.
    pub fn between(from: DateTime<Utc>, to: DateTime<Utc>, scope: Scope) -> Self {
        let end = whole_hour(to);
        Self { range: None, from: whole_hour(from), to: if end < to { end + TimeDelta::hours(1) } else { end }, scope }
    }

    /// What words like those of an address ask for: `region`, `pool` (`region/id`), `client`, `factor`, `country`,
    /// `range`, or `from` and `to`. A month of everything unless asked otherwise.
    ///
    /// # Errors
    /// A line that says which word cannot be.
    pub fn of_words(words: &BTreeMap<String, String>, now: DateTime<Utc>) -> Result<Self, String> {
        const KNOWN: [&str; 8] = ["client", "country", "factor", "from", "pool", "range", "region", "to"];
        if let Some(stray) = words.keys().find(|word| !KNOWN.contains(&word.as_str())) {
            return Err(format!("the parameter {stray} is none of a saved question; there are {}", KNOWN.join(", ")));
        }
        let word = |name: &str| words.get(name).filter(|text| !text.is_empty());
        let mut scope = Scope {
            aws_region: word("region").cloned(),
            client_id: word("client").cloned(),
            factor: word("factor").cloned(),
            country: word("country").cloned(),
            ..Scope::default()
        };
        if let Some(pool) = word("pool") {
            let (region, id) = pool.split_once('/').ok_or_else(|| format!("pool={pool:?} is not REGION/ID"))?;
            (scope.aws_region, scope.pool_id) = (Some(region.to_owned()), Some(id.to_owned()));
        }
        let instant = |name: &str, text: &str| {
            let day = || Some(text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc());
            let found = text.parse::<DateTime<Utc>>().ok().or_else(day);
            found.ok_or_else(|| format!("{name}={text:?} is not a day or an instant like 2026-01-31T12:00:00Z"))
        };
        match (word("from"), word("to")) {
            (None, None) => {
                let range = word("range").map_or(Ok(Range::Month), |range| {
                    Range::from_word(range).ok_or_else(|| format!("range={range:?} is not 24h, 7d, 30d, 90d or 400d"))
                })?;
                Ok(Self::ending_at(now, range, scope))
            }
            (Some(from), Some(to)) => {
                let (begin, end) = (instant("from", from)?, instant("to", to)?);
                if begin >= end {
                    return Err(format!("to={to:?} is not after from={from:?}"));
                }
                Ok(Self::between(begin, end, scope))
            }
            _ => Err("from and to belong together: give both, or a range".to_owned()),
        }
    }

    /// A stretch of the same length that ends before this one and begins on the same day of the week.
    pub fn before(&self) -> Self {
        let mut back = WEEK;
        while back < self.length() {
            back += WEEK;
        }
        Self { from: self.from - back, to: self.to - back, ..self.clone() }
    }

    /// How long it is.
    pub fn length(&self) -> TimeDelta {
        self.to - self.from
    }

    /// At most a week: short enough to read hour by hour.
    pub fn is_short(&self) -> bool {
        self.length() <= WEEK
    }

    /// Its values for `$from`, `$to`, `$aws_region`, `$pool_id`, `$client_id`, `$factor` and `$country`; the last
    /// five are null for all.
    pub fn values(&self) -> Values {
        let Scope { aws_region, pool_id, client_id, factor, country } = &self.scope;
        Values::default()
            .instant("from", self.from)
            .instant("to", self.to)
            .text("aws_region", aws_region.as_deref())
            .text("pool_id", pool_id.as_deref())
            .text("client_id", client_id.as_deref())
            .text("factor", factor.as_deref())
            .text("country", country.as_deref())
    }
}

pub(super) fn whole_hour(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.duration_trunc(TimeDelta::hours(1)).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_view_ends_with_the_hour_that_is_not_over() {
        let view = View::ending_at(instant("2026-03-04T10:20:30Z"), Range::Day, Scope::default());
        assert_eq!((view.from, view.to), (instant("2026-03-03T11:00:00Z"), instant("2026-03-04T11:00:00Z")));
    }

    #[test]
    fn what_was_before_has_the_same_days_of_the_week() {
        for (range, days) in
            [(Range::Day, 7), (Range::Week, 7), (Range::Month, 35), (Range::Quarter, 91), (Range::Year, 406)]
        {
            let view = View::ending_at(instant("2026-03-04T10:20:30Z"), range, Scope::default());
            let before = view.before();
            assert_eq!((view.from - before.from, before.length()), (TimeDelta::days(days), view.length()), "{range}");
            assert!(before.to <= view.from, "{range}");
        }
    }

    #[test]
    fn given_ends_become_whole_hours_that_hold_them() {
        let view = View::between(instant("2026-03-04T10:20:30Z"), instant("2026-03-04T12:00:01Z"), Scope::default());
        assert_eq!((view.from, view.to), (instant("2026-03-04T10:00:00Z"), instant("2026-03-04T13:00:00Z")));
        let exact = View::between(view.from, view.to, Scope::default());
        assert_eq!((exact.from, exact.to), (view.from, view.to));
    }

    #[test]
    fn a_slice_holds_the_pools_of_its_region() {
        let key = |region: &str, pool: &str| PoolKey { aws_region: region.into(), pool_id: pool.into() };
        let region = Scope { aws_region: Some("eu-west-1".into()), ..Scope::default() };
        assert!(region.holds(&key("eu-west-1", "eu-west-1_a")) && !region.holds(&key("us-east-1", "us-east-1_a")));
        let pool = Scope::of_pool(&key("eu-west-1", "eu-west-1_a"));
        assert!(pool.holds(&key("eu-west-1", "eu-west-1_a")) && !pool.holds(&key("eu-west-1", "eu-west-1_b")));
    }
}
