//! SMS pumping: somebody has codes sent to numbers on which he earns. Pure.
//!
//! Three things together make the signal, in some 24 hours of a pool and country: far more codes are asked for
//! than in the same hours of the week before, hardly any is answered, and most are for users who were just made.
//! Each alone has innocent reasons: a campaign, an outage of a carrier, a launch.

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{PoolKey, Ratio};
use crate::query::{CodeHour, HISTORY, LEAST_NEW_SHARE, LEAST_REQUESTS, PumpingSuspect};

/// Codes asked for, as a multiple of the usual. Campaigns double, attackers do not stop there.
pub const FAR_ABOVE: f64 = 3.0;

/// Answered codes, as a part of the usual share.
pub const COLLAPSED: f64 = 0.5;

/// Weeks to compare with that there must be.
pub const LEAST_WEEKS: usize = 2;

/// Answers of so many codes make a usual share; of fewer in the country, those of the whole pool do.
const LEAST_ANSWERABLE: u64 = 20;

/// Codes above normal in an hour, as a part of those in the worst hour, up to which they may be chance.
const CHANCE: f64 = 0.1;

/// Requests are counted with the next listing of the users, so the newest hours prove no end.
const UNSETTLED: usize = 3;

const DAY: usize = 24;
const WEEK: usize = 7 * DAY;
const WEEKS: usize = 4;

/// Text messages that were most probably pumped.
#[derive(Clone, Debug, PartialEq)]
pub struct Pumping {
    /// The pool.
    pub key: PoolKey,
    /// Country of the numbers; alpha-2 or `unknown`.
    pub country: String,
    /// First hour.
    pub begin: DateTime<Utc>,
    /// End of the last hour.
    pub end: DateTime<Utc>,
    /// As far as is known, it has not ended.
    pub is_going_on: bool,
    /// Codes asked for.
    pub requests: u64,
    /// Codes asked for in the same hours of earlier weeks, their median.
    pub usual_requests: f64,
    /// How many weeks that is.
    pub weeks: usize,
    /// Codes that apps asked for, and those answered correctly.
    pub answered: Ratio,
    /// The same before.
    pub usually_answered: Ratio,
    /// Too few were asked for in the country before: `usually_answered` is of the whole pool.
    pub is_new_country: bool,
    /// Codes for users made in the 24 hours before, of all codes.
    pub by_new_users: Ratio,
    /// What carriers charged so far for messages to the country, millionths of a US dollar; `None` without a price.
    pub price_micro_usd: Option<u64>,
}

/// What was pumped in `[from, to)`, the latest first.
pub fn find(suspects: &[PumpingSuspect], from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Pumping> {
    let mut found: Vec<Pumping> = suspects.iter().flat_map(|suspect| Hours::of(suspect).episodes()).collect();
    found.retain(|pumping| pumping.begin < to && pumping.end > from);
    found.sort_by(|one, other| other.begin.cmp(&one.begin).then_with(|| one.country.cmp(&other.country)));
    found
}

/// A suspect's hours without gaps, as running totals: `totals[i]` is what came before hour `i`.
struct Hours<'a> {
    suspect: &'a PumpingSuspect,
    begin: DateTime<Utc>,
    totals: Vec<CodeHour>,
    /// Of the weeks to compare with, only what is counted at all can be compared.
    first_counted: usize,
    /// First hour in which it may have happened.
    first: usize,
}

impl<'a> Hours<'a> {
    fn of(suspect: &'a PumpingSuspect) -> Self {
        let begin = suspect.from - HISTORY - TimeDelta::hours(DAY as i64);
        let position = |at: DateTime<Utc>| usize::try_from((at - begin).num_hours()).unwrap_or(0);
        let mut totals = vec![CodeHour::default(); position(suspect.to) + 1];
        for hour in suspect.hours.iter().filter(|hour| hour.hour >= begin && hour.hour < suspect.to) {
            totals[position(hour.hour) + 1] = *hour;
        }
        for index in 1..totals.len() {
            totals[index] = sum(totals[index - 1], totals[index]);
        }
        Self { suspect, begin, totals, first_counted: position(suspect.history_from), first: position(suspect.from) }
    }

    fn between(&self, from: usize, to: usize) -> CodeHour {
        difference(self.totals[to], self.totals[from])
    }

    /// Codes asked for in the same hours of the earlier weeks that were counted: their median, and how many.
    fn usual(&self, from: usize, to: usize) -> (f64, usize) {
        let earlier = (1..=WEEKS).filter_map(|week| {
            let (from, to) = (from.checked_sub(week * WEEK)?, to - week * WEEK);
            (from >= self.first_counted).then(|| self.between(from, to).requests)
        });
        let mut earlier: Vec<u64> = earlier.collect();
        earlier.sort_unstable();
        let (low, high) = (earlier.len().saturating_sub(1) / 2, earlier.len() / 2);
        let median = earlier.get(low).zip(earlier.get(high)).map_or(0.0, |(low, high)| (low + high) as f64 / 2.0);
        (median, earlier.len())
    }

    /// Answers in the weeks before, and whether they are of the whole pool. The last of these weeks is left out:
    /// what is going on for days must not become the usual.
    fn usually_answered(&self, from: usize) -> (Ratio, bool) {
        let own = self.between(from.saturating_sub(WEEKS * WEEK), (from + DAY).saturating_sub(WEEK));
        if own.app_requests >= LEAST_ANSWERABLE {
            (Ratio::new(own.answers, own.app_requests), false)
        } else {
            (Ratio::new(self.suspect.pool_answers, self.suspect.pool_app_requests), true)
        }
    }

    /// Whether the 24 hours until `end` show the three signs.
    fn is_pumped(&self, end: usize) -> bool {
        let from = end - DAY;
        let day = self.between(from, end);
        if day.requests < LEAST_REQUESTS || (day.by_new_users as f64) < LEAST_NEW_SHARE * day.requests as f64 {
            return false;
        }
        let (usual_requests, weeks) = self.usual(from, end);
        if weeks < LEAST_WEEKS || (day.requests as f64) < FAR_ABOVE * usual_requests {
            return false;
        }
        let (usual, _) = self.usually_answered(from);
        let share = Ratio::new(day.answers, day.app_requests).value();
        day.app_requests >= LEAST_ANSWERABLE
            && usual.denominator >= LEAST_ANSWERABLE
            && share.zip(usual.value()).is_some_and(|(share, usual)| share < COLLAPSED * usual)
    }

    /// Days in a row that show the signs are one episode.
    fn episodes(&self) -> Vec<Pumping> {
        let last = self.totals.len() - 1;
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for end in (self.first + 1..=last).filter(|end| self.is_pumped(*end)) {
            match runs.last_mut() {
                Some((_, latest)) if end <= *latest + DAY => *latest = end,
                _ => runs.push((end - DAY, end)),
            }
        }
        runs.into_iter().map(|(from, to)| self.episode(from, to, last)).collect()
    }

    fn episode(&self, from: usize, to: usize, last: usize) -> Pumping {
        let (begin, end) = self.above_normal(from, to);
        let total = self.between(begin, end);
        let (usual_requests, weeks) = self.usual(begin, end);
        let (usually_answered, is_new_country) = self.usually_answered(begin);
        Pumping {
            key: self.suspect.key.clone(),
            country: self.suspect.country.clone(),
            begin: self.begin + TimeDelta::hours(begin as i64),
            end: self.begin + TimeDelta::hours(end as i64),
            is_going_on: to == last && end + UNSETTLED >= last,
            requests: total.requests,
            usual_requests,
            weeks,
            answered: Ratio::new(total.answers, total.app_requests),
            usually_answered,
            is_new_country,
            by_new_users: Ratio::new(total.by_new_users, total.requests),
            price_micro_usd: Some(total.price_micro_usd).filter(|price| *price > 0),
        }
    }

    /// The stretch with most codes above normal. Hours far from the worst one count against it: they are chance.
    fn above_normal(&self, from: usize, to: usize) -> (usize, usize) {
        let excess = |hour| self.between(hour, hour + 1).requests as f64 - self.usual(hour, hour + 1).0;
        let chance = CHANCE * (from..to).map(excess).fold(0.0, f64::max);
        let (mut best, mut most) = ((from, to), 0.0);
        let (mut begin, mut gathered) = (from, 0.0);
        for hour in from..to {
            gathered += excess(hour) - chance;
            if gathered > most {
                (best, most) = ((begin, hour + 1), gathered);
            }
            if gathered < 0.0 {
                (begin, gathered) = (hour + 1, 0.0);
            }
        }
        best
    }
}

fn sum(one: CodeHour, other: CodeHour) -> CodeHour {
    together(one, other, |one, other| one + other)
}

fn difference(one: CodeHour, other: CodeHour) -> CodeHour {
    together(one, other, |one, other| one - other)
}

fn together(one: CodeHour, other: CodeHour, of: impl Fn(u64, u64) -> u64) -> CodeHour {
    CodeHour {
        hour: one.hour,
        requests: of(one.requests, other.requests),
        app_requests: of(one.app_requests, other.app_requests),
        answers: of(one.answers, other.answers),
        by_new_users: of(one.by_new_users, other.by_new_users),
        price_micro_usd: of(one.price_micro_usd, other.price_micro_usd),
    }
}

#[cfg(test)]
mod tests;
