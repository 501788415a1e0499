//! Lists of users.

use chrono::{DateTime, Utc};
use duckdb::{Row, named_params};
use serde::Serialize;

use super::Questions;
use super::counts::count;
use super::pools::instant;
use crate::model::words;
use crate::model::{Factor, PoolKey};
use crate::store::{Slice, StoreError};

words! {
    /// Which users of a pool.
    UserList {
        /// Everybody.
        All = "all",
        /// Eligible, and nothing is known that would protect them.
        NotProtected = "not-protected",
        /// Proven, while a later look-up lists nothing.
        Conflicts = "conflicts",
    }
}

/// A user with the MFA state and what it rests on. The names are those of the JSON, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserRow {
    /// Stable id.
    pub sub: String,
    /// Only with `usernames = "keep"`.
    pub username: Option<String>,
    /// `UserStatus`.
    pub status: String,
    /// Not disabled.
    pub is_enabled: bool,
    /// In the headline denominator.
    pub is_eligible: bool,
    /// Signed in during the last 30 days.
    pub is_active: bool,
    /// A state, or `federated`.
    pub state: String,
    /// Factors with standing evidence.
    pub factors: Vec<&'static str>,
    /// Of those, what the pool allows now.
    pub usable_factors: Vec<&'static str>,
    /// The preferred factor.
    pub preferred: Option<String>,
    /// Can pass MFA.
    pub is_capable: bool,
    /// The best that a capable user can do.
    pub strength: Option<String>,
    /// Proof and look-up disagree.
    pub is_conflict: bool,
    /// Creation of the account.
    pub created_at: Option<DateTime<Utc>>,
    /// Last completed sign-in that records show.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// Newest evidence about MFA.
    pub evidence_at: Option<DateTime<Utc>>,
    /// Last look-up young enough to count.
    pub looked_up_at: Option<DateTime<Utc>>,
}

/// A list of users, gathered, to be read part by part. Sees one instant of the store.
pub struct Users {
    questions: Questions,
    /// Users on the list.
    pub total: u64,
}

impl Questions {
    /// Gathers a list: the first `most` users, or all of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn users(
        self,
        key: &PoolKey,
        list: UserList,
        as_of: DateTime<Utc>,
        most: Option<u64>,
    ) -> Result<Users, StoreError> {
        self.reader.fill("dashboard/user_match_table", &[])?;
        for Slice { first, last } in self.slices()? {
            let parameters = named_params! {
                "as_of": as_of.naive_utc(), "aws_region": key.aws_region, "pool_id": key.pool_id,
                "list": list.as_str(), "most": most.map_or(i64::MAX, |most| most as i64),
                "first_sub": first.to_string(), "last_sub": last.to_string(),
            };
            self.reader.fill("dashboard/user_match", parameters)?;
        }
        self.reader.fill("dashboard/user_list_table", &[])?;
        let total = self.reader.rows("dashboard/user_list_total", &[], |row| row.get::<_, i64>("users"))?;
        Ok(Users { questions: self, total: total.into_iter().map(count).sum() })
    }
}

impl Users {
    /// At most `limit` users after the first `offset`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn part(&self, offset: u64, limit: u64) -> Result<Vec<UserRow>, StoreError> {
        let parameters = named_params! {"after": offset as i64, "through": offset.saturating_add(limit) as i64};
        self.questions.reader.rows("dashboard/user_list", parameters, user)
    }
}

fn user(row: &Row<'_>) -> duckdb::Result<UserRow> {
    Ok(UserRow {
        sub: row.get("sub")?,
        username: row.get("username")?,
        status: row.get("status")?,
        is_enabled: row.get("is_enabled")?,
        is_eligible: row.get("is_eligible")?,
        is_active: row.get("is_active")?,
        state: row.get("state")?,
        factors: factors(row, "has", &[TOTP, SMS, EMAIL, PASSKEY, "other"])?,
        usable_factors: factors(row, "can", &[TOTP, SMS, EMAIL, PASSKEY])?,
        preferred: row.get("preferred")?,
        is_capable: row.get("is_capable")?,
        strength: row.get("strength")?,
        is_conflict: row.get("is_conflict")?,
        created_at: instant(row, "created_at")?,
        last_sign_in_at: instant(row, "last_sign_in_at")?,
        evidence_at: instant(row, "evidence_at")?,
        looked_up_at: instant(row, "looked_up_at")?,
    })
}

const TOTP: &str = Factor::Totp.as_str();
const SMS: &str = Factor::Sms.as_str();
const EMAIL: &str = Factor::Email.as_str();
const PASSKEY: &str = Factor::Passkey.as_str();

fn factors(row: &Row<'_>, prefix: &str, names: &[&'static str]) -> duckdb::Result<Vec<&'static str>> {
    let mut factors = Vec::new();
    for name in names {
        if row.get(format!("{prefix}_{name}").as_str())? {
            factors.push(*name);
        }
    }
    Ok(factors)
}
