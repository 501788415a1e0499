//! Answers of look-ups → their table.

use duckdb::Connection;

use super::writer::{Step, run, utc};
use super::{Store, StoreError};
use crate::model::Lookup;

impl Store {
    /// Keeps the answers of look-ups; the newest of a user stays.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn keep_lookups(&self, answers: &[Lookup]) -> Result<(), StoreError> {
        self.write(|connection| {
            append(connection, answers)?;
            run(connection, "staging/lookup", &[])?;
            connection.execute_batch("create or replace temp table looked_up as from looked_up limit 0")
        })
    }
}

fn append(connection: &Connection, answers: &[Lookup]) -> Step {
    let mut appender = connection.appender_to_catalog_and_db("looked_up", "temp", "main")?;
    for Lookup { pool_id, sub, looked_up_at, user } in answers {
        appender.append_row(duckdb::params![
            pool_id,
            sub.to_string(),
            utc(*looked_up_at),
            user.totp,
            user.sms,
            user.email,
            user.passkey,
            user.other,
            user.preferred.map(|factor| factor.to_string()),
            user.tells_passkeys,
        ])?;
    }
    appender.flush()
}
