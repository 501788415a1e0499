//! Figures by day.

use chrono::NaiveDate;
use duckdb::{Row, named_params};

use super::Questions;
use super::counts::count;
use super::pools::key;
use crate::model::{MfaState, PoolKey};
use crate::store::StoreError;

/// Challenges and recoveries of a pool on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyCount {
    /// UTC day.
    pub day: NaiveDate,
    /// The pool.
    pub key: PoolKey,
    /// Determined answers to MFA challenges.
    pub answers: u64,
    /// Of those, rejected because of code or session.
    pub failed_answers: u64,
    /// Recovery events of every kind.
    pub recoveries: u64,
}

/// Enrolment of a pool on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentDay {
    /// UTC day.
    pub day: NaiveDate,
    /// The pool.
    pub key: PoolKey,
    /// Users in the headline denominator.
    pub eligible_users: u64,
    /// Eligible users with any evidence.
    pub known_users: u64,
    /// Eligible users who can pass MFA.
    pub capable_users: u64,
    /// Capable with an authenticator app or a passkey; not known before the first snapshot.
    pub strong_users: Option<u64>,
    /// Eligible users by state, in the order of [`MfaState::ALL`]; not known before the first snapshot.
    pub states: Option<[u64; 5]>,
    /// Rolled back from today's list rather than seen on that day.
    pub is_reconstructed: bool,
}

impl Questions {
    /// Challenges and recoveries by day, `[from, to)`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn daily_counts(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<DailyCount>, StoreError> {
        self.reader.rows("dashboard/daily_count", named_params! {"from": from, "to": to}, |row| {
            Ok(DailyCount {
                day: row.get("day")?,
                key: key(row)?,
                answers: count(row.get("answers")?),
                failed_answers: count(row.get("failed_answers")?),
                recoveries: count(row.get("recoveries")?),
            })
        })
    }

    /// Enrolment by day, `[from, to)`. Reads `user_state`: ask for [`Questions::pools`] first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn enrolment_days(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<EnrolmentDay>, StoreError> {
        self.reader.rows("dashboard/enrolment_day", named_params! {"from": from, "to": to}, |row| {
            Ok(EnrolmentDay {
                day: row.get("day")?,
                key: key(row)?,
                eligible_users: count(row.get("eligible_users")?),
                known_users: count(row.get("known_users")?),
                capable_users: count(row.get("capable_users")?),
                strong_users: row.get::<_, Option<i64>>("strong_users")?.map(count),
                states: states(row)?,
                is_reconstructed: row.get("is_reconstructed")?,
            })
        })
    }

    /// The day of the oldest counted event.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn first_counted_day(&self) -> Result<Option<NaiveDate>, StoreError> {
        let days = self.reader.rows("dashboard/first_counted_day", &[], |row| row.get("day"))?;
        Ok(days.into_iter().next().flatten())
    }
}

fn states(row: &Row<'_>) -> duckdb::Result<Option<[u64; 5]>> {
    let mut states = [0; 5];
    for (users, state) in states.iter_mut().zip(MfaState::ALL) {
        match row.get::<_, Option<i64>>(format!("{state}_users").as_str())? {
            Some(found) => *users = count(found),
            None => return Ok(None),
        }
    }
    Ok(Some(states))
}
