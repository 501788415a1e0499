//! Settings of pools that files tell of: whatever source names the pool, its listings do not.

use chrono::{DateTime, NaiveDateTime, Utc};
use duckdb::{Connection, OptionalExt, named_params};

use super::pools::list_pool;
use super::writer::{Step, run, utc};
use super::{Store, StoreError, catalogue, settings};
use crate::model::{Devices, MfaConfiguration, Pool, PoolKey, SmsRoute};

/// A text, and when it was right.
pub type Told = Option<(DateTime<Utc>, String)>;

/// What is known of a pool that files tell of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToldPool {
    /// The pool, once its settings are known.
    pub pool: Option<Pool>,
    /// When a source listed it last, if one did.
    pub listed_at: Option<DateTime<Utc>>,
    /// The newest description of it.
    pub description: Told,
    /// The newest that was told of its factors.
    pub factors: Told,
}

impl Store {
    /// What is known of a pool that files tell of now, for a source.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn told_pool(&self, source: &str, key: &PoolKey) -> Result<ToldPool, StoreError> {
        self.write(|connection| {
            adopt(connection, source, key)?;
            let parameters = named_params! {"aws_region": key.aws_region, "pool_id": key.pool_id};
            let sql = catalogue::sql("staging/told_pool")?;
            let told = connection.query_row(sql, parameters, |row| told_pool(row, key)).optional()?;
            Ok(told.unwrap_or_default())
        })
    }

    /// Replaces one pool by what files tell of it; other pools stay. What was stored before the first setting it
    /// is judged by was known is judged again.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn tell_pool(
        &self,
        source: &str,
        told: &ToldPool,
        max_evidence_age: std::time::Duration,
    ) -> Result<(), StoreError> {
        let Some(pool) = &told.pool else { return Ok(()) };
        let instant = |told: &Told| told.as_ref().map(|(at, _)| utc(*at));
        let text = |told: &Told| told.as_ref().map(|(_, text)| text.clone());
        let newest = [&told.description, &told.factors].into_iter().flatten().map(|(at, _)| *at).max();
        let told_at = newest.unwrap_or_default();
        let PoolKey { aws_region, pool_id } = &pool.key;
        self.write(|connection| {
            let key = named_params! {"aws_region": aws_region, "pool_id": pool_id};
            run(connection, "staging/drop_pool", key)?;
            list_pool(connection, source, pool, max_evidence_age, told_at)?;
            run(
                connection,
                "staging/tell_pool",
                named_params! {
                    "aws_region": aws_region, "pool_id": pool_id,
                    "description": text(&told.description), "described_at": instant(&told.description),
                    "factors": text(&told.factors), "configured_at": instant(&told.factors),
                },
            )?;
            let observed_at = utc(told_at);
            let of_instant = named_params! {"aws_region": aws_region, "pool_id": pool_id, "observed_at": observed_at};
            run(connection, "staging/drop_observation", of_instant)?;
            run(connection, "staging/observe_pool", named_params! {"source": source, "observed_at": observed_at})?;
            settings::note(connection)
        })
    }
}

/// A source lists the pool: what files told of it is over.
pub(super) fn take_over(connection: &Connection, key: &PoolKey) -> Step {
    let of_pool = named_params! {"aws_region": key.aws_region, "pool_id": key.pool_id};
    ["drop_told_row", "drop_told_sweep", "drop_told_pool"]
        .iter()
        .try_for_each(|step| run(connection, &format!("staging/{step}"), of_pool))
}

/// Whether files told of any pool.
pub(super) fn is_any_told(connection: &Connection) -> Result<bool, duckdb::Error> {
    connection.query_row(catalogue::sql("staging/tells_of_pools")?, [], |row| row.get("is_told"))
}

pub(super) fn adopt(connection: &Connection, source: &str, key: &PoolKey) -> Step {
    let of_source = named_params! {"aws_region": key.aws_region, "pool_id": key.pool_id, "source": source};
    ["adopt_pool", "move_told_pool", "move_pool", "move_listing"]
        .iter()
        .try_for_each(|step| run(connection, &format!("staging/{step}"), of_source))
}

fn told_pool(row: &duckdb::Row<'_>, key: &PoolKey) -> duckdb::Result<ToldPool> {
    let instant = |name| Ok::<_, duckdb::Error>(row.get::<_, Option<NaiveDateTime>>(name)?.map(|at| at.and_utc()));
    let told = |text, at| Ok::<Told, duckdb::Error>(instant(at)?.zip(row.get::<_, Option<String>>(text)?));
    let is_known = row.get::<_, Option<String>>("pool_name")?.is_some();
    Ok(ToldPool {
        pool: if is_known { Some(pool(row, key)?) } else { None },
        listed_at: instant("listed_at")?,
        description: told("description", "described_at")?,
        factors: told("factors", "configured_at")?,
    })
}

fn pool(row: &duckdb::Row<'_>, key: &PoolKey) -> duckdb::Result<Pool> {
    let text = |name| row.get::<_, String>(name);
    let set = |name| text(name).map(|text| Some(text).filter(|text| !text.is_empty()));
    let list = |name| text(name).map(|text| text.split_terminator(',').map(str::to_owned).collect());
    Ok(Pool {
        key: key.clone(),
        pool_name: text("pool_name")?,
        mfa_configuration: MfaConfiguration::from_word(&text("mfa_configuration")?).unwrap_or(MfaConfiguration::Off),
        tier: set("tier")?.filter(|tier| tier != "unknown"),
        allows_totp: row.get("allows_totp")?,
        allows_sms: row.get("allows_sms")?,
        allows_email: row.get("allows_email")?,
        passkey_is_mfa: row.get("passkey_is_mfa")?,
        has_passkeys: row.get("has_passkeys")?,
        recovery: list("recovery")?,
        sms_route: SmsRoute::from_word(&text("sms_route")?).unwrap_or(SmsRoute::None),
        sms_region: set("sms_region")?,
        sms_failure: set("sms_failure")?,
        devices: Devices::from_word(&text("devices")?).unwrap_or(Devices::Off),
        device_skips_mfa: row.get("device_skips_mfa")?,
        replica_regions: list("replica_regions")?,
        clients: Vec::new(),
    })
}
