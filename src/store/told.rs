//! Users and settings of pools that files tell of: whatever source names the pool, its listings do not.

use chrono::{DateTime, NaiveDateTime, Utc};
use duckdb::{Connection, OptionalExt, named_params};

use super::pools::list_pool;
use super::slices::{Slice, slices};
use super::sweeps::{self, Sweep};
use super::writer::{Step, run, utc};
use super::{Store, StoreError, catalogue, settings};
use crate::model::{Devices, ListedUser, MfaConfiguration, Pool, PoolKey, SmsRoute};

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

/// A complete listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredListing {
    /// When it was complete.
    pub completed_at: DateTime<Utc>,
    /// Users in it.
    pub users: u64,
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

    /// Begins a listing that files tell; what an earlier one left is forgotten.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn begin_told_sweep(
        &self,
        source: &str,
        key: &PoolKey,
        started_at: DateTime<Utc>,
    ) -> Result<Sweep, StoreError> {
        self.write(|connection| {
            adopt(connection, source, key)?;
            let of_pool = named_params! {"aws_region": key.aws_region, "pool_id": key.pool_id};
            run(connection, "staging/drop_told_sweep", of_pool)?;
            run(connection, "staging/vanish_stray", &[])?;
            sweeps::begin(connection, source, key, started_at)
        })
    }

    /// Stores users of the listing, each with the instant of the file that tells of them.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn sweep_told_users(&self, sweep: &mut Sweep, users: &[(DateTime<Utc>, ListedUser)]) -> Result<(), StoreError> {
        self.write(|connection| {
            let told = users.iter().map(|(told_at, user)| (Some(*told_at), user));
            sweeps::append(connection, sweep, told)?;
            sweeps::advance(connection, sweep, users.len(), None)
        })?;
        sweep.users += users.len() as u64;
        Ok(())
    }

    /// The listing is complete, and takes the place of the one before. `None`: another import has begun one of
    /// the same pool since, and nothing changes.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn publish_told_sweep(
        &self,
        sweep: &Sweep,
        completed_at: DateTime<Utc>,
    ) -> Result<Option<StoredListing>, StoreError> {
        self.write(|connection| {
            let sweep_id = sweep.sweep_id.to_string();
            let own = named_params! {"sweep_id": sweep_id};
            let stored = connection.query_row(catalogue::sql("staging/own_sweep")?, own, |row| row.get::<_, i64>(0));
            if stored.optional()?.and_then(|users| u64::try_from(users).ok()) != Some(sweep.users) {
                return Ok(None);
            }
            for Slice { first, last } in slices(sweep.users) {
                let (first_sub, last_sub) = (first.to_string(), last.to_string());
                let of_slice = named_params! {"sweep_id": sweep_id, "first_sub": first_sub, "last_sub": last_sub};
                run(connection, "staging/newest_swept_user", of_slice)?;
            }
            sweeps::publish(connection, sweep, completed_at)?;
            stored_listing(connection, &sweep.key)
        })
    }

    /// The listing will not be complete.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn give_up_sweep(&self, sweep: &Sweep) -> Result<(), StoreError> {
        self.write(|connection| {
            run(connection, "staging/give_up_sweep", named_params! {"sweep_id": sweep.sweep_id.to_string()})?;
            run(connection, "staging/vanish_stray", &[])
        })
    }

    /// Forgets listings of imports that were killed. None may be under way.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn forget_told_sweeps(&self) -> Result<(), StoreError> {
        self.write(|connection| {
            run(connection, "staging/forget_told_sweep", &[])?;
            run(connection, "staging/vanish_stray", &[])
        })
    }

    /// The last complete listing of a pool.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn stored_listing(&self, key: &PoolKey) -> Result<Option<StoredListing>, StoreError> {
        self.write(|connection| stored_listing(connection, key))
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

fn adopt(connection: &Connection, source: &str, key: &PoolKey) -> Step {
    let of_source = named_params! {"aws_region": key.aws_region, "pool_id": key.pool_id, "source": source};
    ["adopt_pool", "move_told_pool", "move_pool", "move_listing"]
        .iter()
        .try_for_each(|step| run(connection, &format!("staging/{step}"), of_source))
}

fn stored_listing(connection: &Connection, key: &PoolKey) -> Result<Option<StoredListing>, duckdb::Error> {
    let of_pool = named_params! {"aws_region": key.aws_region, "pool_id": key.pool_id};
    let listing = |row: &duckdb::Row<'_>| {
        Ok(StoredListing {
            completed_at: row.get::<_, NaiveDateTime>("completed_at")?.and_utc(),
            users: u64::try_from(row.get::<_, i64>("users")?).unwrap_or_default(),
        })
    };
    connection.query_row(catalogue::sql("staging/stored_listing")?, of_pool, listing).optional()
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
