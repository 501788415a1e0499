//! Pools, their users, and whom to look up.

use chrono::{DateTime, NaiveDateTime, Utc};
use duckdb::{Row, named_params};
use uuid::Uuid;

use super::Questions;
use super::counts::count;
use crate::model::{Factor, MfaState, PoolKey};
use crate::store::StoreError;

/// A pool with its head counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolFacts {
    /// Region and id.
    pub key: PoolKey,
    /// Display name.
    pub pool_name: String,
    /// `OFF`, `OPTIONAL` or `ON`.
    pub mfa_configuration: String,
    /// Feature plan, or `unknown`.
    pub tier: String,
    /// Source that lists it.
    pub source: String,
    /// Start of the last complete sweep of its users; `None` before the first.
    pub listed_users_at: Option<DateTime<Utc>>,
    /// Users by status.
    pub statuses: Vec<StatusCount>,
    /// Users in the headline denominator.
    pub eligible_users: u64,
    /// Eligible users with a sign-in in the last 30 days.
    pub active_users: u64,
    /// Eligible users who can pass MFA.
    pub capable_users: u64,
    /// Active and capable.
    pub active_capable_users: u64,
    /// Active, with any evidence.
    pub active_known_users: u64,
    /// Eligible users by state.
    pub states: Vec<(MfaState, u64)>,
    /// Capable users by factor; may sum above capable.
    pub factors: Vec<(Factor, u64)>,
}

impl PoolFacts {
    /// Eligible users in a state.
    pub fn in_state(&self, state: MfaState) -> u64 {
        self.states.iter().find(|(each, _)| *each == state).map_or(0, |(_, users)| *users)
    }

    /// Eligible users with any evidence.
    pub fn known_users(&self) -> u64 {
        self.eligible_users - self.in_state(MfaState::Unknown).min(self.eligible_users)
    }
}

/// Users of one status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCount {
    /// `UserStatus` as Cognito spells it.
    pub status: String,
    /// Users.
    pub users: u64,
}

/// A user to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupCandidate {
    /// The user's pool.
    pub key: PoolKey,
    /// The user.
    pub sub: Uuid,
    /// Already billable this month.
    pub is_active: bool,
}

impl Questions {
    /// Every listed pool with its head counts. Fills this reader's `user_state`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn pools(&self, as_of: DateTime<Utc>) -> Result<Vec<PoolFacts>, StoreError> {
        self.reader.fill("metrics/user_state", named_params! {"as_of": as_of.naive_utc()})?;
        let mut pools = self.reader.rows("metrics/pool", &[], |row| {
            Ok(PoolFacts {
                key: key(row)?,
                pool_name: row.get("pool_name")?,
                mfa_configuration: row.get("mfa_configuration")?,
                tier: row.get("tier")?,
                source: row.get("source")?,
                listed_users_at: row.get::<_, Option<NaiveDateTime>>("listed_users_at")?.map(|time| time.and_utc()),
                statuses: Vec::new(),
                eligible_users: 0,
                active_users: 0,
                capable_users: 0,
                active_capable_users: 0,
                active_known_users: 0,
                states: MfaState::ALL.iter().map(|state| (*state, 0)).collect(),
                factors: FACTORS.iter().map(|factor| (*factor, 0)).collect(),
            })
        })?;
        let statuses = self.reader.rows("metrics/user_status", &[], |row| {
            Ok((key(row)?, StatusCount { status: row.get("status")?, users: count(row.get("users")?) }))
        })?;
        let populations = self.reader.rows("metrics/population", &[], |row| Ok((key(row)?, population(row)?)))?;
        for pool in &mut pools {
            pool.statuses.extend(statuses.iter().filter(|(key, _)| *key == pool.key).map(|(_, count)| count.clone()));
            if let Some((_, found)) = populations.iter().find(|(key, _)| *key == pool.key) {
                found.clone().fill(pool);
            }
        }
        Ok(pools)
    }

    /// When the last complete sweep of each listed pool began; `None` before the first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sweeps(&self) -> Result<Vec<Option<DateTime<Utc>>>, StoreError> {
        self.reader.rows("metrics/sweep", &[], |row| {
            Ok(row.get::<_, Option<NaiveDateTime>>("started_at")?.map(|time| time.and_utc()))
        })
    }

    /// Whom to look up next in the pools of a source, most recently seen first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn lookup_candidates(
        &self,
        source: &str,
        as_of: DateTime<Utc>,
        active_since: Option<DateTime<Utc>>,
        limit: usize,
    ) -> Result<Vec<LookupCandidate>, StoreError> {
        let parameters = named_params! {
            "source": source,
            "as_of": as_of.naive_utc(),
            "active_since": active_since.map(|instant| instant.naive_utc()),
            "limit": limit as i64,
        };
        let rows = self.reader.rows("metrics/lookup_candidate", parameters, |row| {
            Ok((key(row)?, row.get::<_, String>("sub")?, row.get::<_, bool>("is_active")?))
        })?;
        Ok(rows
            .into_iter()
            .filter_map(|(key, sub, is_active)| Some(LookupCandidate { key, sub: sub.parse().ok()?, is_active }))
            .collect())
    }
}

/// Factors a user can have, in the order of the population query.
const FACTORS: [Factor; 4] = [Factor::Totp, Factor::Sms, Factor::Email, Factor::Passkey];

#[derive(Clone)]
struct Head {
    eligible: u64,
    active: u64,
    capable: u64,
    active_capable: u64,
    active_known: u64,
    states: Vec<(MfaState, u64)>,
    factors: Vec<(Factor, u64)>,
}

impl Head {
    fn fill(self, pool: &mut PoolFacts) {
        pool.eligible_users = self.eligible;
        pool.active_users = self.active;
        pool.capable_users = self.capable;
        pool.active_capable_users = self.active_capable;
        pool.active_known_users = self.active_known;
        pool.states = self.states;
        pool.factors = self.factors;
    }
}

fn population(row: &Row<'_>) -> duckdb::Result<Head> {
    let users = |column: &str| row.get::<_, i64>(column).map(count);
    Ok(Head {
        eligible: users("eligible_users")?,
        active: users("active_users")?,
        capable: users("capable_users")?,
        active_capable: users("active_capable_users")?,
        active_known: users("active_known_users")?,
        states: MfaState::ALL
            .iter()
            .map(|state| Ok((*state, users(&format!("{state}_users"))?)))
            .collect::<duckdb::Result<_>>()?,
        factors: FACTORS
            .iter()
            .map(|factor| Ok((*factor, users(&format!("{factor}_users"))?)))
            .collect::<duckdb::Result<_>>()?,
    })
}

pub(super) fn key(row: &Row<'_>) -> duckdb::Result<PoolKey> {
    Ok(PoolKey { aws_region: row.get("aws_region")?, pool_id: row.get("pool_id")? })
}
