//! Hours of every place, read once and then kept up to date.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::scan::{Count, sum};
use super::{DAYS, Stretch};
use crate::model::Ratio;
use crate::query::{Place, Questions};
use crate::store::StoreError;

/// Receipts come up to three days late; hours older than this are read again only once a day.
const UNSETTLED: TimeDelta = TimeDelta::days(4);

/// Every hour of the days that are searched.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) read_at: DateTime<Utc>,
    /// First hour.
    pub(super) from: DateTime<Utc>,
    /// End of the hour that is not over.
    pub(super) to: DateTime<Utc>,
    hours: BTreeMap<Place, BTreeMap<DateTime<Utc>, Count>>,
}

impl Memory {
    /// Reads what may have changed since `before`, or everything.
    pub(super) fn read(questions: &Questions, before: Option<&Self>, as_of: DateTime<Utc>) -> Result<Self, StoreError> {
        let to = whole_hour(as_of) + TimeDelta::hours(1);
        let from = to - TimeDelta::days(DAYS);
        let settled_until = if before.is_some() { to - UNSETTLED } else { from };
        let mut hours: BTreeMap<Place, BTreeMap<DateTime<Utc>, Count>> = BTreeMap::new();
        for (place, known) in before.iter().flat_map(|before| &before.hours) {
            let settled = known.range(from..settled_until).map(|(hour, count)| (*hour, *count));
            hours.insert(place.clone(), settled.collect());
        }
        for row in questions.hour_counts(settled_until, to)? {
            let count = Count { cases: row.cases, failures: row.failures };
            hours.entry(row.place).or_default().insert(row.hour, count);
        }
        Ok(Self { read_at: as_of, from, to, hours })
    }

    /// Whether it may be built upon: it is of the same day, and not of the future.
    pub(super) fn serves(&self, as_of: DateTime<Utc>) -> bool {
        as_of >= self.read_at && as_of.date_naive() == self.read_at.date_naive()
    }

    pub(super) fn places(&self) -> Vec<Place> {
        self.hours.keys().cloned().collect()
    }

    /// The hours of a place, one by one, up to an instant or all of them.
    pub(super) fn counts(&self, place: &Place, until: Option<DateTime<Utc>>) -> Vec<Count> {
        let until = until.map_or(self.to, |until| whole_hour(until).clamp(self.from, self.to));
        let mut counts = vec![Count::default(); self.hours_until(until)];
        for (hour, count) in self.hours.get(place).iter().flat_map(|hours| hours.range(..until)) {
            if let Some(place) = counts.get_mut(self.hours_until(*hour)) {
                *place = *count;
            }
        }
        counts
    }

    fn hours_until(&self, hour: DateTime<Utc>) -> usize {
        usize::try_from((hour - self.from).num_hours()).unwrap_or_default()
    }

    /// A range of [`Memory::counts`].
    pub(super) fn stretch(&self, place: &Place, counts: &[Count], hours: &Range<usize>) -> Stretch {
        let at = |index: usize| self.from + TimeDelta::hours(i64::try_from(index).unwrap_or_default());
        let Count { cases, failures } = sum(counts.get(hours.clone()).unwrap_or_default());
        Stretch { place: place.clone(), begin: at(hours.start), end: at(hours.end), ratio: Ratio::new(failures, cases) }
    }
}

fn whole_hour(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.duration_trunc(TimeDelta::hours(1)).unwrap_or(instant)
}
