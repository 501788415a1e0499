//! Opening the file and bringing its schema up to date.

use std::path::Path;
use std::sync::{Arc, Mutex};

use duckdb::{AccessMode, Config, Connection};
use uuid::Uuid;

use super::columns::{append, texts};
use super::share::Shares;
use super::{Store, StoreError, catalogue, writer};
use crate::country;

impl Store {
    /// Opens or creates the file.
    ///
    /// # Errors
    /// One line that says what is wrong with the file and what to do.
    #[expect(clippy::disallowed_methods, reason = "the one place that opens a connection")]
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let opening = |error| StoreError::while_opening(path, error);
        let config = engine_config().map_err(opening)?;
        let mut connection = Connection::open_with_flags(path, config).map_err(opening)?;
        migrate(&mut connection, path)?;
        prepare_writer(&connection).map_err(opening)?;
        let pseudonym_key = pseudonym_key(&connection).map_err(opening)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Arc::new(Mutex::new(connection)),
            turn: Arc::default(),
            shares: Shares::default(),
            pseudonym_key,
        })
    }
}

fn engine_config() -> Result<Config, duckdb::Error> {
    Config::default()
        .access_mode(AccessMode::ReadWrite)?
        .enable_autoload_extension(false)?
        // Queries never read or write files; nothing in a record can make them.
        .enable_external_access(false)?
        // Insertion order costs memory and no query depends on it.
        .with("preserve_insertion_order", "false")?
        .max_memory(&format!("{MEMORY_MB}MB"))?
        .threads(THREADS)?
        .with("checkpoint_threshold", CHECKPOINT_THRESHOLD)?
        .with("max_temp_directory_size", MOST_ON_DISK)?
        // What a query no longer needs goes back to the system at once.
        .with("allocator_flush_threshold", "8MB")?
        .with("allocator_bulk_deallocation_flush_threshold", "8MB")?
        .with("allocator_background_threads", "true")
}

/// Megabytes that the engine may use. Everything the daemon asks of it works in slices of this, so that a
/// million users cost no more than a hundred thousand; it writes to disk what does not fit.
pub(super) const MEMORY_MB: u64 = 128;

/// What the engine writes to disk of what does not fit. No question may fill the volume.
const MOST_ON_DISK: &str = "4GB";

/// How large the write-ahead log grows before it is worked into the file. A checkpoint rewrites what the
/// batches since the last one touched: fewer of them cost less, and a start after a crash reads this much.
const CHECKPOINT_THRESHOLD: &str = "64MB";

/// Each thread has its own share of what a query holds, so their number is fixed with the memory; it
/// also leaves the rest of the machine to scrapes and to AWS calls.
pub(super) const THREADS: i64 = 1;

/// Definitions of the marts, which change with the binary, and temporary tables of the writer.
fn prepare_writer(connection: &Connection) -> Result<(), duckdb::Error> {
    name_countries(connection)?;
    // What an earlier version offered and this one does not is gone.
    connection.execute_batch("drop schema if exists public cascade; create schema public")?;
    ["parts/", "marts/"]
        .iter()
        .flat_map(|folder| catalogue::catalogue().filter(move |query| query.name.starts_with(folder)))
        .try_for_each(|query| connection.execute_batch(&query.sql))?;
    writer::lay_out(connection)
}

fn name_countries(connection: &Connection) -> Result<(), duckdb::Error> {
    let known: usize = connection.query_row("select count(*) from country", [], |row| row.get(0))?;
    if known == country::NAMES.len() {
        return Ok(());
    }
    connection.execute_batch("delete from country")?;
    let columns = vec![
        ("country", texts(country::NAMES.iter().map(|(code, _)| Some(code)))),
        ("country_name", texts(country::NAMES.iter().map(|(_, name)| Some(name)))),
    ];
    append(connection, "country", columns)
}

/// The key under which names of administrators are hashed; made with the store.
fn pseudonym_key(connection: &Connection) -> Result<Uuid, duckdb::Error> {
    let found: Option<String> =
        connection.query_row("select any_value(key)::varchar from pseudonym_key", [], |row| row.get(0))?;
    match found.and_then(|key| key.parse().ok()) {
        Some(key) => Ok(key),
        None => {
            let key = Uuid::new_v4();
            connection.execute("insert into pseudonym_key values (?)", [key.to_string()])?;
            Ok(key)
        }
    }
}

/// Applies the migrations that the file does not have, each in its own transaction.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let opening = |error| StoreError::while_opening(path, error);
    connection
        .execute_batch("create table if not exists schema_version (version integer not null)")
        .map_err(opening)?;
    let found: u32 = connection
        .query_row("select coalesce(max(version), 0) from schema_version", [], |row| row.get(0))
        .map_err(opening)?;
    let migrations = migrations();
    let known = migrations.len() as u32;
    if found > known {
        return Err(StoreError::Newer { path: path.display().to_string(), found, known });
    }
    for (index, sql) in migrations.iter().enumerate().skip(found as usize) {
        let transaction = connection.transaction().map_err(opening)?;
        transaction.execute_batch(sql).map_err(opening)?;
        transaction.execute("insert into schema_version values (?)", [index as u32 + 1]).map_err(opening)?;
        transaction.commit().map_err(opening)?;
    }
    Ok(())
}

/// `queries/schema/*.sql` in the order of their numbers.
fn migrations() -> Vec<&'static str> {
    catalogue::catalogue().filter(|query| query.name.starts_with("schema/")).map(|query| query.sql.as_str()).collect()
}
