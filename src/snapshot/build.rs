//! Store → picture.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};

use super::{Health, Snapshot, Story, StreamHealth, TREND_DAYS, Trend};
use crate::model::{PoolKey, Stream};
use crate::query::{DailyCount, EnrolmentDay, PoolFacts, Questions, Series, StreamMark};
use crate::store::{Store, StoreError};

impl Snapshot {
    /// Reads the store in one transaction. `listed_regions` are the Regions whose pools some source
    /// lists: there, a pool without a listing is gone or left out on purpose.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn build(
        store: &Store,
        health: &Health,
        listed_regions: &BTreeSet<String>,
        as_of: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let questions = Questions::of(store)?;
        let today = as_of.date_naive();
        let from = today - Days::new(TREND_DAYS - 1);
        let pools = questions.pools(as_of, from)?;
        let to = today + Days::new(1);
        let daily = questions.daily_counts(from, to)?;
        let enrolment = questions.enrolment_days(from, to)?;
        let marks = questions.stream_marks()?;
        let is_history_read = is_history_read(&marks, health);
        let streams = streams(&marks, health, &pools);
        let first_day = questions.first_counted_day()?;
        Ok(Self {
            as_of,
            is_stale: !pools.is_empty() && !health.any_success(),
            is_ready: health.any_success() || !pools.is_empty() || !marks.is_empty(),
            trends: trends(&pools, from, daily, enrolment, first_day, counted_until(&streams)),
            is_history_read,
            counters: if is_history_read { shown(questions.counters()?, &pools, listed_regions) } else { Vec::new() },
            stories: stories(&questions, &pools, as_of)?,
            record_counts: if is_history_read { questions.record_counts()? } else { Vec::new() },
            streams,
            pools,
            store_bytes: store.size_bytes(),
        })
    }
}

/// Counters appear when the back-fill is complete, so that their first sample holds all history and
/// no rate sees it as traffic. A trail that was never read brings nothing and holds nothing back.
fn is_history_read(marks: &[StreamMark], health: &Health) -> bool {
    let streams = health.list();
    streams.iter().filter(|stream| stream.stream == Stream::Cloudtrail).all(|stream| match mark_of(marks, stream) {
        Some(mark) => mark.is_caught_up,
        None => stream.is_up == Some(false),
    })
}

fn mark_of<'a>(marks: &'a [StreamMark], stream: &StreamHealth) -> Option<&'a StreamMark> {
    marks.iter().find(|mark| mark.source == stream.source && mark.stream == stream.stream.as_str())
}

fn shown(counters: Vec<Series>, pools: &[PoolFacts], listed_regions: &BTreeSet<String>) -> Vec<Series> {
    let listed: HashSet<(&str, &str)> =
        pools.iter().map(|pool| (pool.key.aws_region.as_str(), pool.key.pool_id.as_str())).collect();
    counters
        .into_iter()
        .filter(|series| {
            series.pool_id == "unknown"
                || listed.contains(&(series.aws_region.as_str(), series.pool_id.as_str()))
                || !listed_regions.contains(&series.aws_region)
        })
        .collect()
}

/// What the tasks report, completed by what the store remembers from before the start.
fn streams(marks: &[StreamMark], health: &Health, pools: &[PoolFacts]) -> Vec<StreamHealth> {
    let mut streams = health.list();
    for stream in &mut streams {
        match stream.stream {
            Stream::Cloudtrail => {
                let mark = mark_of(marks, stream);
                stream.data_through = mark.and_then(|mark| mark.data_through);
                stream.read_through = mark.and_then(|mark| mark.read_through);
                stream.is_backfilling = mark.is_some_and(|mark| !mark.is_caught_up);
                // A back-fill under way has brought nothing to its end yet.
                let complete = mark.filter(|mark| mark.is_caught_up);
                stream.last_success = stream.last_success.or(complete.and_then(|mark| mark.read_through));
            }
            Stream::Listing => {
                let oldest = pools
                    .iter()
                    .filter(|pool| pool.source == stream.source)
                    .map(|pool| pool.listed_users_at)
                    .min()
                    .flatten();
                stream.data_through = oldest;
                stream.last_success = stream.last_success.or(oldest);
            }
            Stream::Lookup => stream.data_through = stream.last_success,
        }
    }
    streams
}

/// The first day that some trail was not read to the end of.
fn counted_until(streams: &[StreamHealth]) -> Option<NaiveDate> {
    let trails = streams.iter().filter(|stream| stream.stream == Stream::Cloudtrail);
    trails.map(|trail| trail.read_through).min().flatten().map(|instant| instant.date_naive())
}

/// Weeks of the way to TOTP that are told, the current one included.
const FUNNEL_WEEKS: u64 = 12;

/// Changes of a pool that are told.
const CHANGES: u64 = 50;

fn stories(questions: &Questions, pools: &[PoolFacts], as_of: DateTime<Utc>) -> Result<Vec<Story>, StoreError> {
    let today = as_of.date_naive();
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let funnel = questions.totp_funnel(monday - Days::new((FUNNEL_WEEKS - 1) * 7))?;
    let changes = questions.pool_changes(CHANGES)?;
    let observations = questions.pool_observations()?;
    let sign_ins = questions.sign_in_coverage(as_of - TimeDelta::days(30), as_of)?;
    let story = |key: &PoolKey| Story {
        funnel: funnel.iter().filter(|week| week.key == *key).cloned().collect(),
        changes: changes.iter().filter(|change| change.key == *key).cloned().collect(),
        observations: observations.iter().filter(|seen| seen.key == *key).cloned().collect(),
        sign_ins: sign_ins.iter().find(|coverage| coverage.key == *key).cloned(),
    };
    Ok(pools.iter().map(|pool| story(&pool.key)).collect())
}

fn trends(
    pools: &[PoolFacts],
    from: NaiveDate,
    daily: Vec<DailyCount>,
    enrolment: Vec<EnrolmentDay>,
    first_day: Option<NaiveDate>,
    counted_until: Option<NaiveDate>,
) -> Vec<Trend> {
    let days: Vec<NaiveDate> = from.iter_days().take(TREND_DAYS as usize).collect();
    let mut counts: HashMap<(PoolKey, NaiveDate), DailyCount> =
        daily.into_iter().map(|count| ((count.key.clone(), count.day), count)).collect();
    let mut enrolled: HashMap<(PoolKey, NaiveDate), EnrolmentDay> =
        enrolment.into_iter().map(|day| ((day.key.clone(), day.day), day)).collect();
    pools
        .iter()
        .map(|pool| {
            let key = &pool.key;
            Trend {
                key: key.clone(),
                enrolment: days.iter().map(|day| enrolled.remove(&(key.clone(), *day))).collect(),
                counts: days
                    .iter()
                    .map(|day| match counts.remove(&(key.clone(), *day)) {
                        Some(count) => Some(count),
                        // A day without events after the first record is a true zero.
                        None => first_day.filter(|first| day >= first).map(|_| DailyCount {
                            day: *day,
                            key: key.clone(),
                            answers: 0,
                            failed_answers: 0,
                            recoveries: 0,
                        }),
                    })
                    .collect(),
                complete_days: days.iter().filter(|day| counted_until.is_some_and(|until| **day < until)).count(),
                days: days.clone(),
            }
        })
        .collect()
}
