//! The embedded database: the only owner of a DuckDB connection.
//!
//! One writer; readers are clones of its connection with their own transactions. While the file is
//! open no other process can open it.

mod activity;
mod agents;
mod backup;
mod batch;
mod catalogue;
mod columns;
mod counts;
mod decisions;
mod error;
mod events;
mod homes;
mod imports;
mod kinds;
mod lookups;
mod open;
mod pools;
mod reader;
mod receipts;
mod records;
mod sandbox;
mod scope;
mod settings;
mod share;
mod slices;
mod story;
mod sweeps;
mod told;
mod told_sweeps;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use duckdb::Connection;
use uuid::Uuid;

pub use catalogue::{Query, catalogue, query};
pub use decisions::DecisionRecord;
pub use error::StoreError;
pub use imports::Imported;
pub use reader::Reader;
pub use sandbox::{Bound, Next, Sandbox, Stop};
pub use slices::{Slice, slices};
pub use sweeps::Sweep;
pub use told::{Told, ToldPool};
pub use told_sweeps::StoredListing;
pub use writer::{LABELLED_COUNTRIES, LogStream, Mark, Tally};

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    path: PathBuf,
    writer: Arc<Mutex<Connection>>,
    /// Transactions of the writer and statements of readers take turns: the engine's memory has to
    /// hold only one of them.
    turn: Arc<Mutex<()>>,
    shares: share::Shares,
    pseudonym_key: Uuid,
}

impl Store {
    /// Size of the database file and its write-ahead log, bytes.
    pub fn size_bytes(&self) -> u64 {
        let wal = self.path.with_extension(match self.path.extension() {
            Some(extension) => format!("{}.wal", extension.to_string_lossy()),
            None => "wal".to_owned(),
        });
        [&self.path, &wal].into_iter().filter_map(|path| std::fs::metadata(path).ok()).map(|file| file.len()).sum()
    }

    /// Where the file is: what must not fill another volume waits there, too.
    pub fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// The key under which this store hashes names of people.
    pub fn pseudonym_key(&self) -> Uuid {
        self.pseudonym_key
    }

    /// Runs `work` in one transaction on the writer: all of it happens, or nothing.
    fn write<T>(&self, work: impl FnOnce(&Connection) -> Result<T, duckdb::Error>) -> Result<T, StoreError> {
        let mut writer = self.lock();
        let _turn = take(&self.turn);
        let attempt = || -> Result<T, duckdb::Error> {
            let transaction = writer.transaction()?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        attempt().map_err(|error| {
            if error.to_string().contains("Out of Memory") {
                self.shares.stop_strangers();
            }
            StoreError::from_engine(error)
        })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        take(&self.writer)
    }
}

/// A panic inside a transaction rolls it back when the guard is dropped: nothing is half done.
fn take<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
