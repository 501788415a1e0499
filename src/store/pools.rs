//! Pools and app clients of a listing → their tables.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use duckdb::{Connection, named_params};

use super::writer::{Step, run, utc};
use super::{Store, StoreError, settings, told};
use crate::model::{Client, Factor, MfaState, Pool, PoolKey, Population, Strength};

impl Store {
    /// Replaces the pools of a source by those of a complete listing; vanished pools vanish, with
    /// their users and sweeps. Changes of configuration are noted; records that were stored before a setting
    /// they are judged by was known are judged again.
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
            let is_any_told = told::is_any_told(connection)?;
            for pool in pools {
                if is_any_told {
                    told::take_over(connection, &pool.key)?;
                }
                list_pool(connection, source, pool, max_evidence_age, listed_at)?;
            }
            let observed = named_params! {"source": source, "observed_at": utc(listed_at)};
            run(connection, "staging/observe_pool", observed)?;
            for gone in ["vanish_user", "vanish_listing", "vanish_sweep", "vanish_stray"] {
                run(connection, &format!("staging/{gone}"), &[])?;
            }
            settings::note(connection)
        })
    }

    /// Keeps the day's head counts for trends.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn note_enrolment(&self, day: NaiveDate, populations: &[(PoolKey, Population)]) -> Result<(), StoreError> {
        self.write(|connection| {
            populations.iter().try_for_each(|(key, population)| note_population(connection, day, key, population))
        })
    }
}

pub(super) fn list_pool(
    connection: &Connection,
    source: &str,
    pool: &Pool,
    max_evidence_age: Duration,
    listed_at: DateTime<Utc>,
) -> Step {
    run(
        connection,
        "staging/list_pool",
        named_params! {
            "source": source,
            "aws_region": pool.key.aws_region,
            "pool_id": pool.key.pool_id,
            "pool_name": pool.pool_name,
            "mfa_configuration": pool.mfa_configuration.as_str(),
            "tier": pool.tier.as_deref().unwrap_or("unknown"),
            "allows_totp": pool.allows_totp,
            "allows_sms": pool.allows_sms,
            "allows_email": pool.allows_email,
            "passkey_is_mfa": pool.passkey_is_mfa,
            "has_passkeys": pool.has_passkeys,
            "recovery": pool.recovery.join(","),
            "sms_route": pool.sms_route.as_str(),
            "sms_region": pool.sms_region.as_deref().unwrap_or_default(),
            "sms_failure": pool.sms_failure.as_deref().unwrap_or_default(),
            "devices": pool.devices.as_str(),
            "device_skips_mfa": pool.device_skips_mfa,
            "replica_regions": pool.replica_regions.join(","),
            "max_evidence_age_s": max_evidence_age.as_secs() as i64,
            "listed_at": utc(listed_at),
        },
    )?;
    pool.clients.iter().try_for_each(|client| list_client(connection, &pool.key.pool_id, client))
}

fn list_client(connection: &Connection, pool_id: &str, client: &Client) -> Step {
    let Client { client_id, name, .. } = client;
    run(connection, "staging/list_client", named_params! {"client_id": client_id, "pool_id": pool_id})?;
    run(
        connection,
        "staging/name_client",
        named_params! {
            "client_id": client_id, "pool_id": pool_id, "client_name": name,
            "session_validity_s": client.session_validity.map(|validity| validity.as_secs() as i64),
            "described_at": client.described_at.map(utc),
        },
    )
}

fn note_population(connection: &Connection, day: NaiveDate, key: &PoolKey, population: &Population) -> Step {
    let of_day = named_params! {"day": day, "aws_region": key.aws_region, "pool_id": key.pool_id};
    run(connection, "staging/drop_enrolment_day", of_day)?;
    let state = |state| population.states.of(state) as i64;
    let factor = |factor| population.factors.of(factor) as i64;
    let strength = |strength| population.strengths.of(strength) as i64;
    run(
        connection,
        "staging/enrolment_day",
        named_params! {
            "day": day,
            "aws_region": key.aws_region,
            "pool_id": key.pool_id,
            "eligible_users": population.eligible as i64,
            "known_users": population.known() as i64,
            "capable_users": population.capable as i64,
            "active_users": population.active as i64,
            "active_known_users": population.active_known as i64,
            "active_capable_users": population.active_capable as i64,
            "explicit_users": state(MfaState::Explicit),
            "proven_users": state(MfaState::Proven),
            "implicit_users": state(MfaState::Implicit),
            "none_users": state(MfaState::None),
            "unknown_users": state(MfaState::Unknown),
            "totp_users": factor(Factor::Totp),
            "sms_users": factor(Factor::Sms),
            "email_users": factor(Factor::Email),
            "passkey_users": factor(Factor::Passkey),
            "strong_users": strength(Strength::Strong),
            "sms_only_users": strength(Strength::SmsOnly),
            "email_only_users": strength(Strength::EmailOnly),
            "sms_and_email_users": strength(Strength::SmsAndEmail),
        },
    )
}
