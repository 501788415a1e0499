//! The embedded database: the only owner of a DuckDB connection.
//!
//! One writer; readers are clones of its connection with their own transactions. While the file is
//! open no other process can open it.

mod batch;
mod catalogue;
mod error;
mod listing;
mod open;
mod reader;
mod writer;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use duckdb::Connection;

pub use catalogue::{Query, catalogue};
pub use error::StoreError;
pub use listing::Population;
pub use reader::Reader;
pub use writer::{LogStream, Mark, Oddities};

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    path: PathBuf,
    writer: Arc<Mutex<Connection>>,
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

    /// Runs `work` in one transaction on the writer: all of it happens, or nothing.
    fn write<T>(&self, work: impl FnOnce(&Connection) -> Result<T, duckdb::Error>) -> Result<T, StoreError> {
        let mut writer = self.lock();
        let transaction = writer.transaction().map_err(StoreError::from_engine)?;
        let value = work(&transaction).map_err(StoreError::from_engine)?;
        transaction.commit().map_err(StoreError::from_engine)?;
        Ok(value)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolls it back when the guard is dropped: nothing is half done.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
