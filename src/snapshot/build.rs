//! Store → picture.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

use super::blind_spots::{self, PoolRoute, Running};
use super::zeros::with_zeros;
use super::{GroupHealth, Health, Incidents, Snapshot, Story, StreamHealth, TREND_DAYS, Trend};
use crate::config::Config;
use crate::model::{PoolKey, Stream};
use crate::query::{DailyCount, EnrolmentDay, PoolFacts, Questions, Range, Scope, Series, StreamMark, View};
use crate::store::{Store, StoreError};

impl Snapshot {
    /// Reads the store in one transaction. What the picture before knows already is not asked again.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn build(
        store: &Store,
        health: &Health,
        config: &Config,
        as_of: DateTime<Utc>,
        before: Option<&Self>,
    ) -> Result<Self, StoreError> {
        let questions = Questions::of(store)?;
        let today = as_of.date_naive();
        let from = today - Days::new(TREND_DAYS - 1);
        let pools = questions.pools(as_of, from)?;
        let to = today + Days::new(1);
        let daily = questions.daily_counts(from - Days::new(TREND_BACK), to)?;
        let enrolment = questions.enrolment_days(from, to)?;
        let marks = questions.stream_marks()?;
        let streams = streams(&marks, health, &pools);
        let is_history_read = is_history_read(&streams);
        let routes: Vec<PoolRoute> = pools.iter().map(PoolRoute::from).collect();
        let seen = questions.seen(as_of)?;
        let running = Running { as_of, streams: &streams, seen: &seen };
        let first_day = questions.first_counted_day()?;
        Ok(Self {
            as_of,
            is_stale: !pools.is_empty() && !health.any_success(),
            is_ready: health.any_success() || !pools.is_empty() || !marks.is_empty(),
            trends: trends(&pools, from, daily, enrolment, first_day, counted_until(&streams)),
            is_history_read,
            counters: if is_history_read {
                with_zeros(shown(questions.counters()?, &pools, &config.listed_regions()), &pools)
            } else {
                Vec::new()
            },
            stories: stories(&questions, &pools, as_of)?,
            record_counts: if is_history_read { questions.record_counts()? } else { Vec::new() },
            blind_spots: blind_spots::find(config, &routes, Some(&running)),
            // Half a history does not tell what is normal.
            incidents: if is_history_read {
                let known = before.and_then(|before| before.incidents.as_ref());
                Some(Incidents::look(&questions, known, as_of, receipts_until(&streams))?)
            } else {
                None
            },
            headlines: Arc::default(),
            small_denominator: config.dashboard.small_denominator,
            streams,
            pools,
            store_bytes: store.size_bytes(),
        })
    }
}

/// Whole weeks, no shorter than the trend: what is compared has the same days of the week.
const TREND_BACK: u64 = TREND_DAYS.div_ceil(7) * 7;

/// Counters appear when the back-fill is complete, so that their first sample holds all history and
/// no rate sees it as traffic. A log group that was never read brings nothing and holds nothing back.
fn is_history_read(streams: &[StreamHealth]) -> bool {
    streams.iter().flat_map(|stream| &stream.groups).all(GroupHealth::is_history_read)
}

/// In a Region whose pools some source lists, a pool without a listing is gone or left out on purpose.
fn shown(counters: Vec<Series>, pools: &[PoolFacts], listed_regions: &BTreeSet<&str>) -> Vec<Series> {
    let listed: HashSet<(&str, &str)> =
        pools.iter().map(|pool| (pool.key.aws_region.as_str(), pool.key.pool_id.as_str())).collect();
    counters
        .into_iter()
        .filter(|series| {
            ["", "unknown"].contains(&series.pool_id.as_str())
                || listed.contains(&(series.aws_region.as_str(), series.pool_id.as_str()))
                || !listed_regions.contains(series.aws_region.as_str())
        })
        .collect()
}

/// What the tasks report, completed by what the store remembers from before the start.
fn streams(marks: &[StreamMark], health: &Health, pools: &[PoolFacts]) -> Vec<StreamHealth> {
    let mut streams = health.list();
    for stream in &mut streams {
        match stream.stream {
            Stream::Cloudtrail | Stream::Sms | Stream::CognitoLogs => {
                for group in &mut stream.groups {
                    let is_of = |mark: &&StreamMark| mark.is_of(&stream.source, stream.stream, &group.log_group);
                    if let Some(mark) = marks.iter().find(is_of) {
                        remember(group, mark);
                    }
                }
                stream.sum_up();
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

fn remember(group: &mut GroupHealth, mark: &StreamMark) {
    group.data_through = mark.data_through;
    group.read_through = mark.read_through;
    group.is_caught_up = mark.is_caught_up;
    // A back-fill under way has brought nothing to its end yet.
    group.last_success = group.last_success.or(mark.read_through.filter(|_| mark.is_caught_up));
}

/// The first day that some trail was not read to the end of.
fn counted_until(streams: &[StreamHealth]) -> Option<NaiveDate> {
    let trails = streams.iter().filter(|stream| stream.stream == Stream::Cloudtrail);
    trails.map(|trail| trail.read_through).min().flatten().map(|instant| instant.date_naive())
}

/// Up to when every log group of text messages was read.
fn receipts_until(streams: &[StreamHealth]) -> Option<DateTime<Utc>> {
    let groups = streams.iter().filter(|stream| stream.stream == Stream::Sms).flat_map(|stream| &stream.groups);
    groups.filter_map(|group| group.read_through).min()
}

/// Weeks of the way to TOTP that are told, the current one included.
const FUNNEL_WEEKS: u64 = 12;

/// Changes of a pool that are told.
const CHANGES: u64 = 50;

/// The first day of the weeks that are told of the way to TOTP.
pub fn funnel_begins(as_of: DateTime<Utc>) -> NaiveDate {
    let today = as_of.date_naive();
    today - Days::new(u64::from(today.weekday().num_days_from_monday()) + (FUNNEL_WEEKS - 1) * 7)
}

fn stories(questions: &Questions, pools: &[PoolFacts], as_of: DateTime<Utc>) -> Result<Vec<Story>, StoreError> {
    let funnel = questions.totp_funnel(funnel_begins(as_of))?;
    let changes = questions.pool_changes(CHANGES)?;
    let observations = questions.pool_observations()?;
    let sign_ins = questions.sign_in_coverage(&View::ending_at(as_of, Range::Month, Scope::default()))?;
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
    let earlier = from - Days::new(TREND_BACK);
    let before = |key: &PoolKey| {
        let is_before = |count: &&DailyCount| count.key == *key && count.day < earlier + Days::new(TREND_DAYS);
        let found = daily.iter().filter(is_before);
        let none = DailyCount { day: earlier, key: key.clone(), answers: 0, failed_answers: 0, recoveries: 0 };
        first_day.filter(|first| *first <= earlier).map(|_| {
            found.fold(none, |sum, count| DailyCount {
                answers: sum.answers + count.answers,
                failed_answers: sum.failed_answers + count.failed_answers,
                recoveries: sum.recoveries + count.recoveries,
                ..sum
            })
        })
    };
    let mut befores: HashMap<PoolKey, Option<DailyCount>> =
        pools.iter().map(|pool| (pool.key.clone(), before(&pool.key))).collect();
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
                before: befores.remove(key).flatten(),
                complete_days: days.iter().filter(|day| counted_until.is_some_and(|until| **day < until)).count(),
                days: days.clone(),
            }
        })
        .collect()
}
