//! Reading: query files by name, inside one transaction so that every figure tells the same instant.

use duckdb::{Connection, Row, ToSql};

use super::writer::run;
use super::{Store, StoreError, catalogue};

/// A reading transaction. Sees the store as it was when it began.
pub struct Reader {
    connection: Connection,
}

impl Store {
    /// Begins a reading transaction.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn read(&self) -> Result<Reader, StoreError> {
        let connection = self.lock().try_clone().map_err(StoreError::from_engine)?;
        connection.execute_batch("begin transaction").map_err(StoreError::from_engine)?;
        Ok(Reader { connection })
    }
}

impl Reader {
    /// The rows of a query file.
    ///
    /// # Errors
    /// When the engine refuses or a column is not what `row` expects.
    pub fn rows<T>(
        &self,
        name: &str,
        parameters: &[(&str, &dyn ToSql)],
        row: impl Fn(&Row<'_>) -> duckdb::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let read = || -> duckdb::Result<Vec<T>> {
            let mut statement = self.connection.prepare(catalogue::sql(name)?)?;
            let rows = statement.query_map(parameters, |each| row(each))?;
            rows.collect()
        };
        read().map_err(StoreError::from_engine)
    }

    /// Runs a query file that fills a temporary table of this reader.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn fill(&self, name: &str, parameters: &[(&str, &dyn ToSql)]) -> Result<(), StoreError> {
        run(&self.connection, name, parameters).map_err(StoreError::from_engine)
    }
}

/// Prepares every query file against the current schema, in an order in which temporary tables
/// exist before they are read. For the test that holds the catalogue.
#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use duckdb::named_params;
    use tempfile::tempdir;

    use super::*;
    use crate::store::writer::utc;

    #[test]
    fn every_query_file_has_a_header_and_prepares() {
        let folder = tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("test.duckdb")).expect("a store");
        // Temporary tables of the write path and of the snapshot exist once an empty batch went through.
        store.write(|connection| {
            connection.execute_batch(
                "insert into temp.batch (line_id, delivered_at, outcome) values
                 ('00000000-0000-0000-0000-000000000001', timestamp '2026-01-01', 'ignored')",
            )
        }).expect("a line");
        let reader = store.read().expect("a reader");
        reader.fill("metrics/user_state", named_params! {"as_of": utc(DateTime::UNIX_EPOCH)}).expect("user_state");
        let writer = store.lock();
        for query in catalogue::catalogue().filter(|query| !query.name.starts_with("schema/")) {
            for part in ["-- purpose: ", "-- parameters: "] {
                assert!(query.sql.contains(part), "{}: header lacks {part:?}", query.name);
            }
            if query.name == "staging/batch_table" {
                continue;
            }
            let connection = if query.name.starts_with("staging/") { &*writer } else { &reader.connection };
            let prepared = connection.prepare(&query.sql);
            assert!(prepared.is_ok(), "{}: {}", query.name, prepared.err().map(|e| e.to_string()).unwrap_or_default());
        }
    }
}
