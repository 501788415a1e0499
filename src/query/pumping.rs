//! Where text messages may have been pumped: hours and countries worth a closer look.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use duckdb::{Row, named_params};

use super::counts::count;
use super::pools::key;
use super::{Questions, View};
use crate::model::PoolKey;
use crate::store::StoreError;

/// Fewer codes in 24 hours than this do not pay for anybody, and prove nothing.
pub const LEAST_REQUESTS: u64 = 50;

/// Of the codes, at least this share is for users made in the 24 hours before.
pub const LEAST_NEW_SHARE: f64 = 0.5;

/// History that is compared with.
pub const HISTORY: TimeDelta = TimeDelta::days(28);

/// Days that are told as candidates, and stretches of them that are looked at more closely: those with most above
/// normal.
const MOST_DAYS: i64 = 60;
const MOST_SUSPECTS: usize = 6;

/// A pool and a country whose hours decide whether somebody pumped text messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PumpingSuspect {
    /// The pool.
    pub key: PoolKey,
    /// Country of the users' numbers; alpha-2 or `unknown`.
    pub country: String,
    /// First hour in which it may have happened.
    pub from: DateTime<Utc>,
    /// End of the last one.
    pub to: DateTime<Utc>,
    /// When anything of the pool was counted first, as far as two months back.
    pub history_from: DateTime<Utc>,
    /// Hours with any count from [`HISTORY`] and a day before `from`, ascending.
    pub hours: Vec<CodeHour>,
    /// Codes that apps of the pool asked for in [`HISTORY`] before `from`, whatever the country, and how many of
    /// them were answered correctly.
    pub pool_app_requests: u64,
    /// See `pool_app_requests`.
    pub pool_answers: u64,
}

/// SMS codes of a pool and country in an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeHour {
    /// When it begins.
    pub hour: DateTime<Utc>,
    /// Codes asked for.
    pub requests: u64,
    /// Of those, through the API.
    pub app_requests: u64,
    /// Of those, answered correctly in time.
    pub answers: u64,
    /// Of `requests`, for users made in the 24 hours before.
    pub by_new_users: u64,
    /// What carriers charged for all messages to the country from the Region that sends the pool's, millionths of
    /// a US dollar.
    pub price_micro_usd: u64,
}

/// Of fewer codes for new users there is nothing to decide.
pub(super) fn least_by_new_users() -> i64 {
    (LEAST_REQUESTS as f64 * LEAST_NEW_SHARE).ceil() as i64
}

impl Questions {
    /// Pools and countries in a view where text messages may have been pumped.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn pumping_suspects(&self, view: &View) -> Result<Vec<PumpingSuspect>, StoreError> {
        let values = view.values().number("least_by_new_users", least_by_new_users()).number("most", MOST_DAYS);
        let days = self.reader.rows("dashboard/pumping_candidate", &values.named(), CandidateDay::read)?;
        candidates(days).into_iter().take(MOST_SUSPECTS).map(|candidate| self.suspect(candidate, view)).collect()
    }

    fn suspect(&self, candidate: Candidate, view: &View) -> Result<PumpingSuspect, StoreError> {
        let Candidate { first, last_day } = candidate;
        let day = TimeDelta::hours(24);
        let from = midnight(first.day).max(view.from - day);
        let to = midnight(last_day + Days::new(2)).min(view.to);
        let named = named_params! {
            "from": (from - HISTORY - day).naive_utc(), "to": to.naive_utc(),
            "aws_region": first.key.aws_region, "pool_id": first.key.pool_id, "country": first.country,
        };
        Ok(PumpingSuspect {
            hours: self.reader.rows("dashboard/pumping_hour", named, code_hour)?,
            from,
            to,
            history_from: midnight(first.history_from),
            pool_app_requests: first.pool_app_requests,
            pool_answers: first.pool_answers,
            key: first.key,
            country: first.country,
        })
    }
}

/// A row of `pumping_candidate`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CandidateDay {
    key: PoolKey,
    country: String,
    /// The first of two days.
    day: NaiveDate,
    history_from: NaiveDate,
    pool_app_requests: u64,
    pool_answers: u64,
}

impl CandidateDay {
    fn read(row: &Row<'_>) -> duckdb::Result<Self> {
        Ok(Self {
            key: key(row)?,
            country: row.get("country")?,
            day: row.get("day")?,
            history_from: row.get("history_from")?,
            pool_app_requests: count(row.get("pool_app_requests")?),
            pool_answers: count(row.get("pool_answers")?),
        })
    }
}

/// Days of a pool and country that are worth a look, in a row.
#[derive(Debug, PartialEq, Eq)]
struct Candidate {
    first: CandidateDay,
    last_day: NaiveDate,
}

/// Days in a row belong together. The order of the first of them stays.
fn candidates(days: Vec<CandidateDay>) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut in_order = days.clone();
    in_order.sort_by_key(|day| day.day);
    for day in in_order {
        let follows = |candidate: &&mut Candidate| {
            candidate.first.key == day.key
                && candidate.first.country == day.country
                // Each reaches into the day after it.
                && day.day <= candidate.last_day + Days::new(2)
        };
        match candidates.iter_mut().find(follows) {
            Some(candidate) => candidate.last_day = day.day,
            None => candidates.push(Candidate { last_day: day.day, first: day }),
        }
    }
    let rank = |candidate: &Candidate| {
        days.iter().position(|day| {
            day.key == candidate.first.key
                && day.country == candidate.first.country
                && (candidate.first.day..=candidate.last_day).contains(&day.day)
        })
    };
    candidates.sort_by_key(rank);
    candidates
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

fn code_hour(row: &Row<'_>) -> duckdb::Result<CodeHour> {
    Ok(CodeHour {
        hour: row.get::<_, NaiveDateTime>("hour")?.and_utc(),
        requests: count(row.get("requests")?),
        app_requests: count(row.get("app_requests")?),
        answers: count(row.get("answers")?),
        by_new_users: count(row.get("by_new_users")?),
        price_micro_usd: count(row.get("price_micro_usd")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(country: &str, day: u32) -> CandidateDay {
        CandidateDay {
            key: PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_a".into() },
            country: country.into(),
            day: NaiveDate::from_ymd_opt(2026, 3, day).expect("a day"),
            history_from: NaiveDate::MIN,
            pool_app_requests: 0,
            pool_answers: 0,
        }
    }

    #[test]
    fn days_in_a_row_are_one_candidate_and_the_worst_comes_first() {
        let found = candidates(vec![day("NG", 10), day("BR", 3), day("NG", 9), day("NG", 2), day("NG", 11)]);
        let told: Vec<(&str, NaiveDate, NaiveDate)> =
            found.iter().map(|each| (each.first.country.as_str(), each.first.day, each.last_day)).collect();
        let on = |number| day("", number).day;
        assert_eq!(told, [("NG", on(9), on(11)), ("BR", on(3), on(3)), ("NG", on(2), on(2))]);
    }
}
