//! Pools, users and look-ups → their tables.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use duckdb::{Connection, named_params};

use super::writer::{run, utc};
use super::{Store, StoreError};
use crate::model::{ListedUser, LookedUpUser, Pool, PoolKey};

/// Head counts of one pool on one day.
#[derive(Clone, Debug)]
pub struct Population {
    /// The pool.
    pub key: PoolKey,
    /// Users in the headline denominator.
    pub eligible_users: i64,
    /// Eligible users with any evidence.
    pub known_users: i64,
    /// Eligible users who can pass MFA.
    pub capable_users: i64,
}

impl Store {
    /// Replaces the pools of a source by those of a complete listing; vanished pools vanish.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn list_pools(
        &self,
        source: &str,
        pools: &[Pool],
        max_evidence_age: Duration,
        listed_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            run(connection, "staging/vanish_pool", named_params! {"source": source})?;
            for pool in pools {
                let tier = pool.tier.as_deref().unwrap_or("unknown");
                run(
                    connection,
                    "staging/list_pool",
                    named_params! {
                        "source": source,
                        "aws_region": pool.key.aws_region,
                        "pool_id": pool.key.pool_id,
                        "pool_name": pool.pool_name,
                        "mfa_configuration": pool.mfa_configuration.as_str(),
                        "tier": tier,
                        "allows_totp": pool.allows_totp,
                        "allows_sms": pool.allows_sms,
                        "allows_email": pool.allows_email,
                        "passkey_is_mfa": pool.passkey_is_mfa,
                        "max_evidence_age_s": max_evidence_age.as_secs() as i64,
                        "listed_at": utc(listed_at),
                    },
                )?;
                for client_id in &pool.client_ids {
                    run(
                        connection,
                        "staging/list_client",
                        named_params! {
                            "client_id": client_id,
                            "pool_id": pool.key.pool_id,
                        },
                    )?;
                }
            }
            run(connection, "staging/vanish_user", &[])?;
            run(connection, "staging/vanish_listing", &[])
        })
    }

    /// Begins a sweep of a pool's users.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn begin_sweep(&self, key: &PoolKey) -> Result<(), StoreError> {
        self.write(|connection| run(connection, "staging/begin_sweep", of_pool!(key)))
    }

    /// Adds a page of users to the sweep under way.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn sweep_page(&self, key: &PoolKey, users: &[ListedUser]) -> Result<(), StoreError> {
        self.write(|connection| append_users(connection, key, users))
    }

    /// The sweep is complete: it becomes the listing.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn publish_sweep(
        &self,
        source: &str,
        key: &PoolKey,
        started_at: DateTime<Utc>,
        completed_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            let PoolKey { aws_region, pool_id } = key;
            run(connection, "staging/drop_listed_user", of_pool!(key))?;
            run(connection, "staging/publish_sweep", of_pool!(key))?;
            run(connection, "staging/begin_sweep", of_pool!(key))?;
            run(
                connection,
                "staging/drop_listing",
                named_params! {
                    "source": source, "aws_region": aws_region, "pool_id": pool_id,
                },
            )?;
            run(
                connection,
                "staging/note_listing",
                named_params! {
                    "source": source, "aws_region": aws_region, "pool_id": pool_id,
                    "started_at": utc(started_at), "completed_at": utc(completed_at),
                },
            )
        })
    }

    /// Keeps the answers of look-ups.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn keep_lookups(&self, answers: &[(PoolKey, LookedUpUser, DateTime<Utc>)]) -> Result<(), StoreError> {
        self.write(|connection| {
            for (key, user, looked_up_at) in answers {
                run(
                    connection,
                    "staging/lookup",
                    named_params! {
                        "pool_id": key.pool_id,
                        "sub": user.sub.to_string(),
                        "looked_up_at": utc(*looked_up_at),
                        "totp": user.totp,
                        "sms": user.sms,
                        "email": user.email,
                        "passkey": user.passkey,
                        "other": user.other,
                    },
                )?;
            }
            Ok(())
        })
    }

    /// Keeps the day's head counts for trends.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn note_enrolment(&self, day: NaiveDate, populations: &[Population]) -> Result<(), StoreError> {
        self.write(|connection| {
            for population in populations {
                run(
                    connection,
                    "staging/enrolment_day",
                    named_params! {
                        "day": day,
                        "aws_region": population.key.aws_region,
                        "pool_id": population.key.pool_id,
                        "eligible_users": population.eligible_users,
                        "known_users": population.known_users,
                        "capable_users": population.capable_users,
                    },
                )?;
            }
            Ok(())
        })
    }
}

macro_rules! of_pool {
    ($key:expr) => {
        named_params! {"aws_region": $key.aws_region, "pool_id": $key.pool_id}
    };
}
use of_pool;

fn append_users(connection: &Connection, key: &PoolKey, users: &[ListedUser]) -> Result<(), duckdb::Error> {
    let mut appender = connection.appender("swept_user")?;
    for user in users {
        appender.append_row(duckdb::params![
            key.aws_region,
            key.pool_id,
            user.sub.to_string(),
            user.username,
            user.status.as_str(),
            user.enabled,
            user.created_at.map(utc),
            user.has_phone,
            user.has_email,
        ])?;
    }
    appender.flush()
}
