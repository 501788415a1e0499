//! Listings that files tell: kept apart until they are complete, like those of a source.

use chrono::{DateTime, NaiveDateTime, Utc};
use duckdb::{Connection, OptionalExt, named_params};

use super::slices::{Slice, slices};
use super::sweeps::{self, Sweep};
use super::told::adopt;
use super::writer::run;
use super::{Store, StoreError, catalogue};
use crate::model::{ListedUser, PoolKey};

/// A complete listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredListing {
    /// When it was complete.
    pub completed_at: DateTime<Utc>,
    /// Users in it.
    pub users: u64,
}

impl Store {
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
