//! The embedded database: the only owner of a DuckDB connection.
//!
//! One writer; readers are clones of its connection with their own transactions. While the file is
//! open no other process can open it.

mod activity;
mod agents;
mod batch;
mod catalogue;
mod columns;
mod counts;
mod error;
mod events;
mod homes;
mod kinds;
mod lookups;
mod open;
mod pools;
mod reader;
mod receipts;
mod records;
mod scope;
mod settings;
mod slices;
mod story;
mod sweeps;
mod writer;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use duckdb::Connection;
use uuid::Uuid;

pub use catalogue::{Query, catalogue, query};
pub use error::StoreError;
pub use reader::Reader;
pub use slices::{Slice, slices};
pub use sweeps::Sweep;
pub use writer::{LogStream, Mark, Oddities};

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    path: PathBuf,
    writer: Arc<Mutex<Connection>>,
    /// Transactions of the writer and statements of readers take turns: the engine's memory has to
    /// hold only one of them.
    turn: Arc<Mutex<()>>,
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

    /// The key under which this store hashes names of people.
    pub fn pseudonym_key(&self) -> Uuid {
        self.pseudonym_key
    }

    /// Runs `work` in one transaction on the writer: all of it happens, or nothing.
    fn write<T>(&self, work: impl FnOnce(&Connection) -> Result<T, duckdb::Error>) -> Result<T, StoreError> {
        let mut writer = self.lock();
        let _turn = take(&self.turn);
        let transaction = writer.transaction().map_err(StoreError::from_engine)?;
        let value = work(&transaction).map_err(StoreError::from_engine)?;
        transaction.commit().map_err(StoreError::from_engine)?;
        Ok(value)
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
