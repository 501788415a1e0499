//! Whether what a figure rests on is still coming in.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Snapshot, StreamHealth};
use crate::model::{PoolKey, Stream};

/// How current a stream is. The worse, the greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// As it should be.
    #[default]
    Fresh,
    /// Later than it should be.
    Late,
    /// So late that nothing should be decided by it.
    Stale,
}

/// Within what a stream must be heard of. The alert rules use the same figures.
struct Patience {
    late: TimeDelta,
    stale: TimeDelta,
}

impl Patience {
    fn of(&self, since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Freshness {
        match since.map(|since| now - since) {
            Some(age) if age > self.stale => Freshness::Stale,
            Some(age) if age > self.late => Freshness::Late,
            // What was never read is missing, not late: blind spots tell of it.
            _ => Freshness::Fresh,
        }
    }
}

/// Since the last pull that succeeded.
const PULLED: Patience = Patience { late: TimeDelta::minutes(15), stale: TimeDelta::hours(1) };

/// Since the last complete listing.
const LISTED: Patience = Patience { late: TimeDelta::hours(3), stale: TimeDelta::hours(24) };

/// Since the newest CloudTrail record: the daemon's own calls come back in a trail that works.
const DELIVERED: Patience = Patience { late: TimeDelta::hours(1), stale: TimeDelta::hours(6) };

impl StreamHealth {
    /// How current it is.
    pub fn freshness(&self, now: DateTime<Utc>) -> Freshness {
        match self.stream {
            Stream::Cloudtrail => PULLED.of(self.last_success, now).max(DELIVERED.of(self.data_through, now)),
            Stream::Sms | Stream::CognitoLogs => PULLED.of(self.last_success, now),
            Stream::Listing => LISTED.of(self.last_success, now),
            // Look-ups have a budget and no deadline.
            Stream::Lookup => Freshness::Fresh,
        }
    }
}

impl Snapshot {
    /// How current the worst of the streams is, of every source.
    pub fn freshness(&self, streams: &[Stream]) -> Freshness {
        let wanted = self.streams.iter().filter(|health| streams.contains(&health.stream));
        wanted.map(|health| health.freshness(self.as_of)).max().unwrap_or_default()
    }

    /// The newest instant that the streams' data reach; `None` before anything came.
    pub fn data_through(&self, streams: &[Stream]) -> Option<DateTime<Utc>> {
        let wanted = self.streams.iter().filter(|health| streams.contains(&health.stream));
        wanted.filter_map(|health| health.data_through).max()
    }

    /// The newest instant that records of a pool reach: those of its own source, else of any, as an account's one
    /// trail may tell of every Region.
    pub fn trail_through(&self, key: &PoolKey) -> Option<DateTime<Utc>> {
        let source = self.pools.iter().find(|pool| pool.key == *key).map(|pool| pool.source.as_str());
        let is_own = |health: &&StreamHealth| Some(health.source.as_str()) == source;
        let own = self.streams.iter().filter(|health| health.stream == Stream::Cloudtrail).filter(is_own);
        own.filter_map(|health| health.data_through).max().or_else(|| self.data_through(&[Stream::Cloudtrail]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::sample;

    #[test]
    fn a_pool_is_told_by_its_own_trail() {
        let mut snapshot = with_trail(|_, _| {});
        let (key, now) = (snapshot.pools[0].key.clone(), snapshot.as_of);
        let own = snapshot.streams.iter().position(|stream| stream.stream == Stream::Cloudtrail).expect("a trail");
        let elsewhere = StreamHealth { source: "elsewhere".into(), ..snapshot.streams[own].clone() };
        snapshot.streams.push(elsewhere);
        snapshot.streams[own].data_through = Some(now - TimeDelta::hours(5));
        assert_eq!(snapshot.trail_through(&key), Some(now - TimeDelta::hours(5)));
        // One trail may tell of every Region.
        snapshot.streams[own].data_through = None;
        assert_eq!(snapshot.trail_through(&key), Some(now));
    }

    fn with_trail(change: impl FnOnce(&mut StreamHealth, DateTime<Utc>)) -> Snapshot {
        let mut snapshot = sample::snapshot();
        let now = snapshot.as_of;
        for stream in &mut snapshot.streams {
            (stream.last_success, stream.data_through) = (Some(now), Some(now));
        }
        let trail = snapshot.streams.iter_mut().find(|stream| stream.stream == Stream::Cloudtrail).expect("a trail");
        change(trail, now);
        snapshot
    }

    #[test]
    fn a_trail_that_stops_gets_late_and_then_stale() {
        for (minutes, expected) in
            [(0, Freshness::Fresh), (60, Freshness::Fresh), (61, Freshness::Late), (361, Freshness::Stale)]
        {
            let snapshot = with_trail(|trail, now| trail.data_through = Some(now - TimeDelta::minutes(minutes)));
            assert_eq!(snapshot.freshness(&[Stream::Cloudtrail]), expected, "{minutes} minutes");
            assert_eq!(snapshot.freshness(&[Stream::Listing]), Freshness::Fresh);
        }
    }

    #[test]
    fn pulls_that_fail_make_a_stream_late_however_new_its_data() {
        let snapshot = with_trail(|trail, now| trail.last_success = Some(now - TimeDelta::minutes(16)));
        assert_eq!(snapshot.freshness(&[Stream::Listing, Stream::Cloudtrail]), Freshness::Late);
    }

    #[test]
    fn what_was_never_read_is_not_late() {
        let snapshot = with_trail(|trail, _| (trail.last_success, trail.data_through) = (None, None));
        assert_eq!(snapshot.freshness(&[Stream::Cloudtrail]), Freshness::Fresh);
    }
}
