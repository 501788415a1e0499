//! Pools and how many of their users are what.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SubsecRound, Utc};
use duckdb::{Row, named_params};

use super::Questions;
use super::counts::count;
use crate::model::{Counts, Factor, MfaState, PoolKey, Population, Strength};
use crate::store::{Slice, StoreError, slices};

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
    /// The rest of its configuration.
    pub settings: PoolSettings,
    /// Start of the last complete sweep of its users; `None` before the first.
    pub listed_users_at: Option<DateTime<Utc>>,
    /// The sweep under way.
    pub sweep: Option<SweepProgress>,
    /// Users by status.
    pub statuses: Vec<StatusCount>,
    /// Eligible users, counted.
    pub population: Population,
}

/// Configuration of a pool beside its MFA enforcement. Empty texts are not told by AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolSettings {
    /// Factors that the pool allows as MFA.
    pub allowed: Vec<Factor>,
    /// Passkeys can be registered, whether or not they count as MFA.
    pub has_passkeys: bool,
    /// Recovery mechanisms, most wanted first, comma separated.
    pub recovery: String,
    /// `none`, `sns`, `end_user_messaging` or `custom_sender`.
    pub sms_route: String,
    /// Region that sends SMS.
    pub sms_region: String,
    /// What Cognito finds wrong with the SMS set-up.
    pub sms_failure: String,
    /// `off`, `opt_in` or `always`.
    pub devices: String,
    /// A remembered device passes without MFA.
    pub device_skips_mfa: bool,
    /// Regions with a replica, comma separated.
    pub replica_regions: String,
}

/// How far a sweep is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepProgress {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Users read so far.
    pub users: u64,
}

/// Users of one status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCount {
    /// `UserStatus` as Cognito spells it.
    pub status: String,
    /// Users.
    pub users: u64,
}

impl Questions {
    /// Every listed pool with its head counts. Judges every user, and leaves what
    /// [`Questions::enrolment_days`] counts from; days before `trend_from` are one to it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn pools(&self, as_of: DateTime<Utc>, trend_from: NaiveDate) -> Result<Vec<PoolFacts>, StoreError> {
        self.judge_users(as_of, trend_from)?;
        let mut pools = self.reader.rows("metrics/pool", &[], facts)?;
        let statuses = self.reader.rows("metrics/user_status", &[], |row| {
            Ok((key(row)?, StatusCount { status: row.get("status")?, users: count(row.get("users")?) }))
        })?;
        let populations = self.reader.rows("metrics/population", &[], |row| Ok((key(row)?, population(row)?)))?;
        for pool in &mut pools {
            pool.statuses.extend(statuses.iter().filter(|(key, _)| *key == pool.key).map(|(_, count)| count.clone()));
            if let Some((_, found)) = populations.iter().find(|(key, _)| *key == pool.key) {
                pool.population = found.clone();
            }
        }
        Ok(pools)
    }

    /// Judges every user, and counts them by kind.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn judge_users(&self, as_of: DateTime<Utc>, trend_from: NaiveDate) -> Result<(), StoreError> {
        self.reader.fill("metrics/state_count_table", &[])?;
        for Slice { first, last } in self.slices()? {
            let parameters = named_params! {
                "as_of": as_of.naive_utc(), "trend_from": trend_from,
                "first_sub": first.to_string(), "last_sub": last.to_string(),
            };
            self.reader.fill("metrics/state_count", parameters)?;
        }
        Ok(())
    }

    /// When app clients were described, by ids of pool and client. Deleted ones are among them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn described_clients(&self) -> Result<HashMap<(String, String), DateTime<Utc>>, StoreError> {
        let rows = self.reader.rows("metrics/described_client", &[], |row| {
            let described_at: NaiveDateTime = row.get("described_at")?;
            Ok(((row.get("pool_id")?, row.get("client_id")?), described_at.and_utc()))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Slices in which to judge the listed users.
    pub(super) fn slices(&self) -> Result<impl Iterator<Item = Slice> + use<>, StoreError> {
        Ok(slices(self.listed_users()?))
    }

    /// Users of all pools.
    pub(super) fn listed_users(&self) -> Result<u64, StoreError> {
        let users = self.reader.rows("metrics/listed_user_count", &[], |row| row.get::<_, i64>("users"))?;
        Ok(users.into_iter().map(count).sum())
    }
}

pub(super) fn facts(row: &Row<'_>) -> duckdb::Result<PoolFacts> {
    let allows = |column: &str| row.get::<_, bool>(column);
    let factors = [
        (Factor::Totp, allows("allows_totp")?),
        (Factor::Sms, allows("allows_sms")?),
        (Factor::Email, allows("allows_email")?),
        (Factor::Passkey, allows("passkey_is_mfa")?),
    ];
    let sweep_users: Option<i64> = row.get("sweep_users")?;
    Ok(PoolFacts {
        key: key(row)?,
        pool_name: row.get("pool_name")?,
        mfa_configuration: row.get("mfa_configuration")?,
        tier: row.get("tier")?,
        source: row.get("source")?,
        settings: PoolSettings {
            allowed: factors.into_iter().filter_map(|(factor, is_allowed)| is_allowed.then_some(factor)).collect(),
            has_passkeys: row.get("has_passkeys")?,
            recovery: row.get("recovery")?,
            sms_route: row.get("sms_route")?,
            sms_region: row.get("sms_region")?,
            sms_failure: row.get("sms_failure")?,
            devices: row.get("devices")?,
            device_skips_mfa: row.get("device_skips_mfa")?,
            replica_regions: row.get("replica_regions")?,
        },
        listed_users_at: instant(row, "listed_users_at")?,
        sweep: instant(row, "sweep_started_at")?
            .map(|started_at| SweepProgress { started_at, users: count(sweep_users.unwrap_or_default()) }),
        statuses: Vec::new(),
        population: Population::default(),
    })
}

/// Factors a user can have, in the order of the population query.
const FACTORS: [Factor; 4] = [Factor::Totp, Factor::Sms, Factor::Email, Factor::Passkey];

fn population(row: &Row<'_>) -> duckdb::Result<Population> {
    let users = |column: &str| row.get::<_, i64>(column).map(count);
    let by_factor = |prefix: &str| -> duckdb::Result<Counts<Factor>> {
        let counts = FACTORS.iter().map(|factor| Ok((*factor, users(&format!("{prefix}{factor}_users"))?)));
        counts.collect::<duckdb::Result<_>>().map(Counts)
    };
    let states = MfaState::ALL.iter().map(|state| Ok((*state, users(&format!("{state}_users"))?)));
    let strengths = Strength::ALL.iter().map(|strength| Ok((*strength, users(&format!("{strength}_users"))?)));
    Ok(Population {
        eligible: users("eligible_users")?,
        active: users("active_users")?,
        active_known: users("active_known_users")?,
        active_capable: users("active_capable_users")?,
        capable: users("capable_users")?,
        states: Counts(states.collect::<duckdb::Result<_>>()?),
        factors: by_factor("")?,
        strengths: Counts(strengths.collect::<duckdb::Result<_>>()?),
        preferred: by_factor("prefer_")?,
        totp_and_sms: users("totp_and_sms_users")?,
        other_factor: users("other_users")?,
        conflicting: users("conflicting_users")?,
        direction_unknown: users("direction_unknown_users")?,
    })
}

pub(super) fn key(row: &Row<'_>) -> duckdb::Result<PoolKey> {
    Ok(PoolKey { aws_region: row.get("aws_region")?, pool_id: row.get("pool_id")? })
}

/// Whole seconds: as fine as records are.
pub(super) fn instant(row: &Row<'_>, column: &str) -> duckdb::Result<Option<DateTime<Utc>>> {
    Ok(row.get::<_, Option<NaiveDateTime>>(column)?.map(|instant| instant.and_utc().trunc_subsecs(0)))
}
