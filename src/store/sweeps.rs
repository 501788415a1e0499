//! Sweeps of a pool's users. A sweep's position is stored with its users, so that a killed one goes
//! on where it was, and what it brought is kept apart until it is complete.

use chrono::{DateTime, NaiveDateTime, Utc};
use duckdb::{Connection, OptionalExt, named_params};
use uuid::Uuid;

use super::slices::{Slice, slices};
use super::writer::{Step, run, utc};
use super::{Store, StoreError, catalogue};
use crate::model::{ListedUser, PoolKey};

/// A sweep under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// Its own id: users of two sweeps never mix.
    pub sweep_id: Uuid,
    /// Name of the source.
    pub source: String,
    /// The pool.
    pub key: PoolKey,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Token of the next page; `None` before the first page and after the last.
    pub next_token: Option<String>,
    /// Users stored so far.
    pub users: u64,
}

impl Store {
    /// The sweep that was interrupted, unless it began before `oldest`.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn interrupted_sweep(
        &self,
        source: &str,
        key: &PoolKey,
        oldest: DateTime<Utc>,
    ) -> Result<Option<Sweep>, StoreError> {
        let PoolKey { aws_region, pool_id } = key;
        let parameters = named_params! {
            "source": source, "aws_region": aws_region, "pool_id": pool_id, "oldest": utc(oldest),
        };
        self.write(|connection| {
            let sql = catalogue::sql("staging/interrupted_sweep")?;
            connection.query_row(sql, parameters, |row| sweep(row, source, key)).optional()
        })
    }

    /// Begins a sweep from the first page; what an earlier one left is forgotten.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn begin_sweep(&self, source: &str, key: &PoolKey, started_at: DateTime<Utc>) -> Result<Sweep, StoreError> {
        self.write(|connection| begin(connection, source, key, started_at))
    }

    /// Stores users of the sweep together with its new position.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn sweep_users(
        &self,
        sweep: &mut Sweep,
        users: &[ListedUser],
        next_token: Option<String>,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            append(connection, sweep, users.iter().map(|user| (None, user)))?;
            advance(connection, sweep, users.len(), next_token.as_deref())
        })?;
        sweep.users += users.len() as u64;
        sweep.next_token = next_token;
        Ok(())
    }

    /// The sweep is complete: it becomes the listing.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn publish_sweep(&self, sweep: &Sweep, completed_at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|connection| publish(connection, sweep, completed_at))
    }
}
macro_rules! of_pool {
    ($sweep:expr) => {
        named_params! {
            "source": $sweep.source, "aws_region": $sweep.key.aws_region, "pool_id": $sweep.key.pool_id,
        }
    };
}

/// The sweep becomes the listing.
pub(super) fn publish(connection: &Connection, sweep: &Sweep, completed_at: DateTime<Utc>) -> Step {
    let PoolKey { aws_region, pool_id } = &sweep.key;
    for Slice { first, last } in slices(sweep.users) {
        let of_slice = named_params! {
            "sweep_id": sweep.sweep_id.to_string(), "aws_region": aws_region, "pool_id": pool_id,
            "first_sub": first.to_string(), "last_sub": last.to_string(),
        };
        run(connection, "staging/vanish_swept_user", of_slice)?;
        run(connection, "staging/publish_sweep", of_slice)?;
    }
    forget(connection, sweep)?;
    run(connection, "staging/drop_listing", of_pool!(sweep))?;
    run(
        connection,
        "staging/note_listing",
        named_params! {
            "source": sweep.source, "aws_region": aws_region, "pool_id": pool_id,
            "started_at": utc(sweep.started_at), "completed_at": utc(completed_at),
        },
    )
}

/// A sweep from the first page; what an earlier one of the source left is forgotten.
pub(super) fn begin(
    connection: &Connection,
    source: &str,
    key: &PoolKey,
    started_at: DateTime<Utc>,
) -> Result<Sweep, duckdb::Error> {
    let sweep = Sweep {
        sweep_id: Uuid::new_v4(),
        source: source.to_owned(),
        key: key.clone(),
        started_at,
        next_token: None,
        users: 0,
    };
    forget(connection, &sweep)?;
    run(
        connection,
        "staging/begin_sweep",
        named_params! {
            "source": source, "aws_region": key.aws_region, "pool_id": key.pool_id,
            "sweep_id": sweep.sweep_id.to_string(), "started_at": utc(started_at),
        },
    )?;
    Ok(sweep)
}

/// The position moves with the users just stored.
pub(super) fn advance(connection: &Connection, sweep: &Sweep, users: usize, next_token: Option<&str>) -> Step {
    let moved = named_params! {
        "sweep_id": sweep.sweep_id.to_string(), "next_token": next_token, "users": users as i64,
    };
    run(connection, "staging/move_sweep", moved)
}

fn forget(connection: &Connection, sweep: &Sweep) -> Step {
    run(connection, "staging/drop_swept_user", of_pool!(sweep))?;
    run(connection, "staging/drop_sweep", of_pool!(sweep))
}

fn sweep(row: &duckdb::Row<'_>, source: &str, key: &PoolKey) -> duckdb::Result<Sweep> {
    Ok(Sweep {
        sweep_id: row.get::<_, String>("sweep_id")?.parse().unwrap_or_default(),
        source: source.to_owned(),
        key: key.clone(),
        started_at: row.get::<_, NaiveDateTime>("started_at")?.and_utc(),
        next_token: row.get("next_token")?,
        users: u64::try_from(row.get::<_, i64>("users")?).unwrap_or_default(),
    })
}

pub(super) fn append<'a>(
    connection: &Connection,
    sweep: &Sweep,
    users: impl Iterator<Item = (Option<DateTime<Utc>>, &'a ListedUser)>,
) -> Step {
    let mut appender = connection.appender("swept_user")?;
    for (told_at, user) in users {
        appender.append_row(duckdb::params![
            sweep.sweep_id.to_string(),
            sweep.key.aws_region,
            sweep.key.pool_id,
            user.sub.to_string(),
            user.username,
            user.status.as_str(),
            user.enabled,
            user.created_at.map(utc),
            user.has_phone,
            user.has_email,
            user.phone_verified,
            user.email_verified,
            user.country,
            told_at.map(utc),
        ])?;
    }
    appender.flush()
}
