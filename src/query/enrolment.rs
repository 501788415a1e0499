//! How users come to MFA, and whether their sign-ins pass it.

use chrono::NaiveDate;
use duckdb::named_params;

use super::counts::count;
use super::pools::key;
use super::{Questions, View};
use crate::model::PoolKey;
use crate::store::StoreError;

/// Users of a pool who began to register a software token in one week, by the step they reached.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelWeek {
    /// The Monday, UTC.
    pub week: NaiveDate,
    /// The pool.
    pub key: PoolKey,
    /// Users at each step or beyond: associated, verified, preference set, first success.
    pub users: [u64; 4],
    /// Median seconds from the step before, to each step after the first.
    pub median_s: [Option<f64>; 3],
    /// Users with a refused code.
    pub refused: u64,
    /// Users whose preference change cannot be read, and who show no later step.
    pub unreadable: u64,
}

/// Sign-ins of a pool that should have passed MFA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInCoverage {
    /// The pool.
    pub key: PoolKey,
    /// Completed API sign-ins.
    pub sign_ins: u64,
    /// Of those, passed MFA.
    pub mfa_sign_ins: u64,
    /// Of those, first sign-ins of people who signed themselves up, without MFA.
    pub first_sign_ins: u64,
}

impl Questions {
    /// The way from a first software token to its first use, by pool and week.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn totp_funnel(&self, from: NaiveDate) -> Result<Vec<FunnelWeek>, StoreError> {
        self.reader.rows("dashboard/totp_funnel", named_params! {"from": from}, |row| {
            let users = |column: &str| row.get::<_, i64>(column).map(count);
            Ok(FunnelWeek {
                week: row.get("week")?,
                key: key(row)?,
                users: [
                    users("associated_users")?,
                    users("verified_users")?,
                    users("preferred_users")?,
                    users("passed_users")?,
                ],
                median_s: [row.get("verified_s")?, row.get("preferred_s")?, row.get("passed_s")?],
                refused: users("refused_users")?,
                unreadable: users("unreadable_users")?,
            })
        })
    }

    /// Sign-ins and how many passed MFA.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sign_in_coverage(&self, view: &View) -> Result<Vec<SignInCoverage>, StoreError> {
        self.reader.rows("metrics/sign_in_coverage", &view.values().named(), |row| {
            let events = |column: &str| row.get::<_, i64>(column).map(count);
            Ok(SignInCoverage {
                key: key(row)?,
                sign_ins: events("sign_ins")?,
                mfa_sign_ins: events("mfa_sign_ins")?,
                first_sign_ins: events("first_sign_ins")?,
            })
        })
    }
}
