//! Reading: query files by name, inside one transaction so that every figure tells the same instant.

use std::sync::{Arc, Mutex};

use duckdb::types::Value;
use duckdb::{Connection, Row, ToSql};

use super::share::{Share, Shares};
use super::writer::{named, run};
use super::{Store, StoreError, catalogue, take};

/// A reading transaction. Sees the store as it was when it began.
pub struct Reader {
    connection: Connection,
    turn: Arc<Mutex<()>>,
    shares: Shares,
    // After the connection: what it used is free by then.
    share: Option<Share>,
}

impl Store {
    /// Begins a reading transaction.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn read(&self) -> Result<Reader, StoreError> {
        let connection = self.lock().try_clone().map_err(StoreError::from_engine)?;
        connection.execute_batch("begin transaction").map_err(StoreError::from_engine)?;
        Ok(Reader { connection, turn: Arc::clone(&self.turn), shares: self.shares.clone(), share: None })
    }
}

impl Reader {
    /// Gives the engine so many megabytes and a thread more while this reader lives.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn bring_share(&mut self, memory_mb: u64) -> Result<(), StoreError> {
        self.share = Some(self.shares.give(&self.connection, memory_mb, false).map_err(StoreError::from_engine)?);
        Ok(())
    }

    /// The rows of a query file, which is given those of the parameters that it names.
    ///
    /// # Errors
    /// When the engine refuses or a column is not what `row` expects.
    pub fn rows<T>(
        &self,
        name: &str,
        parameters: &[(&str, &dyn ToSql)],
        row: impl Fn(&Row<'_>) -> duckdb::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let _turn = take(&self.turn);
        let read = || -> duckdb::Result<Vec<T>> {
            let query = catalogue::named(name)?;
            let mut statement = self.connection.prepare(&query.sql)?;
            let rows = statement.query_map(query.named(parameters).as_slice(), |each| row(each))?;
            rows.collect()
        };
        read().map_err(|error| StoreError::from_engine(named(name, error)))
    }

    /// The columns and rows of a query file, whatever they are; no more than `most` rows.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn table(
        &self,
        name: &str,
        parameters: &[(&str, &dyn ToSql)],
        most: usize,
    ) -> Result<(Vec<String>, Vec<Vec<Value>>), StoreError> {
        let _turn = take(&self.turn);
        let read = || -> duckdb::Result<(Vec<String>, Vec<Vec<Value>>)> {
            let query = catalogue::named(name)?;
            let mut statement = self.connection.prepare(&query.sql)?;
            let mut rows = statement.query(query.named(parameters).as_slice())?;
            let columns = rows.as_ref().map(duckdb::Statement::column_names).unwrap_or_default();
            let mut found = Vec::new();
            while found.len() < most
                && let Some(row) = rows.next()?
            {
                found.push((0..columns.len()).map(|column| row.get(column)).collect::<duckdb::Result<_>>()?);
            }
            Ok((columns, found))
        };
        read().map_err(|error| StoreError::from_engine(named(name, error)))
    }

    /// Runs a query file that fills a temporary table of this reader.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn fill(&self, name: &str, parameters: &[(&str, &dyn ToSql)]) -> Result<(), StoreError> {
        let _turn = take(&self.turn);
        let filled = catalogue::named(name).and_then(|query| run(&self.connection, name, &query.named(parameters)));
        filled.map_err(StoreError::from_engine)
    }
}

#[cfg(test)]
impl Reader {
    /// Runs statements as somebody would who copied them.
    pub fn run(&self, sql: &str) -> duckdb::Result<()> {
        self.connection.execute_batch(sql)
    }

    /// A column of texts.
    pub fn texts(&self, sql: &str) -> duckdb::Result<Vec<String>> {
        self.connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use tempfile::tempdir;
    use uuid::Uuid;

    use super::*;
    use crate::decode::cloudtrail::decode;
    use crate::decode::{Pseudonyms, Reading};
    use crate::model::{DecodedLine, Stream};
    use crate::store::LogStream;

    const RECORD: &str = r#"{"eventSource":"cognito-idp.amazonaws.com","eventName":"AdminResetUserPassword",
        "eventTime":"2026-01-01T00:00:00Z","awsRegion":"us-east-1","requestParameters":{"userPoolId":"us-east-1_a"}}"#;

    #[test]
    fn every_query_file_has_a_header_and_prepares() {
        let folder = tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("test.duckdb")).expect("a store");
        // One event through the whole write path and one snapshot, so that their temporary tables exist.
        let decoded = decode(
            RECORD,
            Uuid::nil(),
            &Reading { pseudonyms: Pseudonyms::Names, custom_is_mfa: false, networks: Uuid::nil() },
        );
        let line = DecodedLine { line_id: Uuid::nil(), delivered_at: DateTime::UNIX_EPOCH, decoded };
        let stream = LogStream { source: "test", stream: Stream::Cloudtrail, log_group: "trail" };
        store.ingest(stream, &[line], None).expect("stored");
        let reader = store.read().expect("a reader");
        for table in ["metrics/state_count_table", "dashboard/user_match_table", "dashboard/user_list_table"] {
            reader.fill(table, &[]).expect(table);
        }
        let never = DateTime::UNIX_EPOCH.naive_utc();
        let view: [(&str, &dyn ToSql); 4] =
            [("from", &never), ("to", &never), ("aws_region", &None::<String>), ("pool_id", &None::<String>)];
        for table in ["dashboard/mfa_removal_table", "dashboard/weakening_table"] {
            reader.fill(table, &view).expect(table);
        }
        let (nobody, nothing) = (Uuid::nil().to_string(), String::new());
        let switch: [(&str, &dyn ToSql); 11] = [
            ("aws_region", &"us-east-1"),
            ("pool_id", &"us-east-1_a"),
            ("from", &never),
            ("to", &never),
            ("as_of", &never),
            ("outcomes", &nothing),
            ("subs", &nobody),
            ("factors", &1),
            ("poor_countries", &nothing),
            ("knows_half_a_year", &0),
            ("group", &"cohort"),
        ];
        for table in ["client", "sign_in", "behaviour", "answer", "user", "hour", "outcome", "member", "risk"] {
            reader.fill(&format!("rollout/{table}_table"), &switch).expect(table);
        }

        let writer = store.lock();
        // Migrations run once; saved questions are asked by a test of their own.
        let is_read = |name: &str| !name.starts_with("schema/") && !name.starts_with("saved/");
        for query in catalogue::catalogue().filter(|query| is_read(&query.name)) {
            for part in ["-- purpose: ", "-- parameters: "] {
                assert!(query.sql.contains(part), "{}: header lacks {part:?}", query.name);
            }
            let connection = if query.name.starts_with("staging/") { &*writer } else { &reader.connection };
            if let Err(error) = connection.prepare(&query.sql) {
                panic!("{}: {error}", query.name);
            }
        }
    }
}
