//! Episodes of the story that a reader of the logs should find.

use std::ops::Range;

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Utc, Weekday};

/// Somebody switched a pool from ON to OPTIONAL, and it was switched back.
#[derive(Debug, Clone, Copy)]
pub struct Lapse {
    /// Days before the start instant.
    pub days_ago: f64,
    /// Duration in hours.
    pub hours: f64,
}

/// Text messages to one country stop arriving for a while.
#[derive(Debug, Clone, Copy)]
pub struct SmsOutage {
    /// ISO country code.
    pub country: &'static str,
    /// Days before the start instant.
    pub days_ago: f64,
    /// Duration in hours.
    pub hours: f64,
}

/// A release of one app sends TOTP codes wrongly.
#[derive(Debug, Clone, Copy)]
pub struct BadRelease {
    /// `ClientId`.
    pub client_id: &'static str,
    /// `userAgent` of the release.
    pub agent: &'static str,
    /// Days before the start instant.
    pub days_ago: f64,
    /// Duration in hours.
    pub hours: f64,
}

/// A script signs up strangers' numbers of one country, to earn on the text messages.
#[derive(Debug, Clone, Copy)]
pub struct SmsPumping {
    /// `Id` of the pool.
    pub pool_id: &'static str,
    /// ISO country code of the numbers.
    pub country: &'static str,
    /// Days before the start instant.
    pub days_ago: f64,
    /// Duration in hours.
    pub hours: f64,
    /// Accounts signed up; hardly any of them is ever confirmed.
    pub sign_ups: u32,
}

/// People who switch TOTP off and make SMS the preferred factor, in one call.
#[derive(Debug, Clone, Copy)]
pub struct Weakening {
    /// `Id` of the pool.
    pub pool_id: &'static str,
    /// Days before the start instant at which a little cluster of them begins.
    pub days_ago: f64,
    /// Duration of the cluster in hours.
    pub hours: f64,
    /// People in the cluster.
    pub users: u32,
    /// Share of the other people with TOTP who do it at some time by themselves.
    pub share: f64,
}

/// People who change their phone number, and some whose number somebody else changes.
#[derive(Debug, Clone, Copy)]
pub struct PhoneChanges {
    /// Share of the people with a phone who change it at some time; they sign in from where they always do.
    pub share: f64,
    /// `Id` of the pool of those whose number a stranger changes.
    pub pool_id: &'static str,
    /// How many of those there are, days apart; hours later the stranger signs in from a network of his own.
    pub hijacked: u32,
}

/// Amazon SNS sends nothing more in a Region because the month's money is spent.
///
/// It happens on the last working day of the last full month before the start, and until the quota is raised.
#[derive(Debug, Clone, Copy)]
pub struct SpendLimit {
    /// AWS Region.
    pub region: &'static str,
    /// Hour of that day (UTC) at which the limit is reached.
    pub hour: u32,
    /// Duration in hours.
    pub hours: f64,
}

impl SpendLimit {
    /// When nothing is sent, for a story that starts at `start`.
    pub fn window(&self, start: DateTime<Utc>) -> Range<DateTime<Utc>> {
        let first = start.date_naive().with_day(1).unwrap_or_default();
        let days = (1..=3).map(|days| first - TimeDelta::days(days));
        let working = days.into_iter().find(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
        let from = working.unwrap_or(first).and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(i64::from(self.hour));
        from..from + TimeDelta::milliseconds((self.hours * 3_600_000.0) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spend_limit_is_reached_late_in_the_month_on_a_working_day() {
        let limit = SpendLimit { region: "eu-west-1", hour: 7, hours: 8.0 };
        for (start, from) in [
            ("2026-01-01T00:00:00Z", "2025-12-31T07:00:00Z"),
            ("2026-06-15T12:00:00Z", "2026-05-29T07:00:00Z"),
            ("2026-02-28T23:00:00Z", "2026-01-30T07:00:00Z"),
        ] {
            let window = limit.window(start.parse().expect("an instant"));
            assert_eq!(window.start, from.parse::<DateTime<Utc>>().expect("an instant"));
            assert_eq!(window.end - window.start, TimeDelta::hours(8));
        }
    }
}
