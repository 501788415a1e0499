//! A copy of the store as of one instant, made while others read and write.
//!
//! The engine may open no second file, and a copy of the file's bytes would give up its lock: closing any handle of
//! a file does. So the copy is a store of its own, which is given every row.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use duckdb::arrow::array::{ArrayRef, AsArray};
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::{Connection, params};
use uuid::Uuid;

use super::columns::{append, uuids};
use super::writer::Step;
use super::{Store, StoreError, catalogue};

impl Store {
    /// Writes a copy to `target`, which is there whole or not at all. It is a store like any other.
    ///
    /// # Errors
    /// When `target` is there already or cannot be written, or the store cannot be read.
    pub fn backup(&self, target: &Path) -> Result<(), StoreError> {
        let unwritable = |reason: String| StoreError::Unwritable { path: target.display().to_string(), reason };
        if target.exists() {
            return Err(unwritable("there is a file of that name already".into()));
        }
        let part = Part::beside(target);
        let copy = Self::open(&part.0)?;
        let from = self.lock().try_clone().map_err(StoreError::from_engine)?;
        from.execute_batch("begin transaction read only").map_err(StoreError::from_engine)?;
        for table in tables(&from).map_err(StoreError::from_engine)? {
            copy.write(|into| table.copy(&from, into))?;
        }
        // What is in the log is worked into the file: the file alone is the copy.
        copy.lock().execute_batch("checkpoint").map_err(StoreError::from_engine)?;
        drop(copy);
        std::fs::rename(&part.0, target).map_err(|error| unwritable(error.to_string()))
    }
}

/// A copy that is not whole. It goes with its name.
struct Part(PathBuf);

impl Part {
    fn beside(target: &Path) -> Self {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", Uuid::new_v4().simple()));
        Self(target.with_file_name(name))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let mut log = self.0.clone().into_os_string();
        log.push(".wal");
        for path in [self.0.as_path(), Path::new(&log)] {
            // It was renamed, or never made.
            std::fs::remove_file(path).unwrap_or_default();
        }
    }
}

/// A table of the file.
struct Table {
    name: String,
    /// Arrow has them as texts.
    uuids: BTreeSet<String>,
}

fn tables(connection: &Connection) -> Result<Vec<Table>, duckdb::Error> {
    let mut columns = connection.prepare(catalogue::sql("metrics/stored_column")?)?;
    let rows = columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut tables: Vec<Table> = Vec::new();
    for row in rows {
        let (name, column, is_uuid): (String, String, bool) = row?;
        if tables.last().is_none_or(|table| table.name != name) {
            tables.push(Table { name: name.clone(), uuids: BTreeSet::new() });
        }
        if let Some(table) = tables.last_mut().filter(|_| is_uuid) {
            table.uuids.insert(column);
        }
    }
    Ok(tables)
}

impl Table {
    fn copy(&self, from: &Connection, into: &Connection) -> Step {
        // A new store has rows of its own: its key, its names of countries.
        into.execute_batch(&format!("delete from main.{}", self.name))?;
        let mut rows = from.prepare(&format!("from main.{}", self.name))?;
        drop(rows.stream_arrow(params![])?);
        while let Some(part) = rows.step()? {
            append(into, &self.name, self.as_stored(RecordBatch::from(part)))?;
        }
        Ok(())
    }

    fn as_stored(&self, rows: RecordBatch) -> Vec<(String, ArrayRef)> {
        let column = |(name, column): (&str, &ArrayRef)| match column.as_string_opt::<i32>() {
            Some(texts) if self.uuids.contains(name) => {
                let value = |text: Option<&str>| text.and_then(|text| Uuid::try_parse(text).ok());
                (name.to_owned(), uuids(texts.iter().map(value)))
            }
            _ => (name.to_owned(), column.clone()),
        };
        let schema = rows.schema();
        let names = schema.fields().iter().map(|field| field.name().as_str());
        names.zip(rows.columns()).map(column).collect()
    }
}
