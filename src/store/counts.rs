//! What a batch changes → hourly and daily counts and the totals behind the counters.

use chrono::NaiveDateTime;
use duckdb::{Connection, named_params};

use super::writer::{Step, run};

/// Applies the `moved` table.
pub(super) fn apply(connection: &Connection) -> Step {
    let range = "select min(hour), max(hour) + interval 1 hour from moved";
    let range: (Option<NaiveDateTime>, Option<NaiveDateTime>) =
        connection.query_row(range, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(from), Some(to)) = range else { return Ok(()) };
    let hours = named_params! {"from": from, "to": to};
    run(connection, "staging/hourly_count", hours)?;
    run(connection, "staging/daily_count", hours)?;
    run(connection, "staging/counter", &[])
}
