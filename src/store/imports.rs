//! Lines of files, which no log group delivers.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use duckdb::Connection;
use uuid::Uuid;

use super::columns::{append, instants, uuids};
use super::records::Clock;
use super::writer::{LogStream, Step, Tally, clear, count_records, run, store_fresh, utc};
use super::{Store, StoreError, batch, catalogue};
use crate::model::{DecodedLine, Stream};

/// What stands where lines of log groups name theirs.
const FILES: &str = "files";

/// Records this close to the newest of a file may have later ones in the next.
const OVERLAP: TimeDelta = TimeDelta::minutes(15);

/// Lines of files, and the files that end with them.
#[derive(Debug, Default)]
pub struct Imported {
    /// Lines that hold something, by stream.
    pub lines: Vec<(Stream, Vec<DecodedLine>)>,
    /// Files that are read to their end, by id.
    pub files: Vec<Uuid>,
}

impl Store {
    /// Stores lines of files for a source, and remembers the files that end with them. What is stored already
    /// changes nothing, wherever it came from; what says nothing is not counted, so that reading a file again
    /// changes nothing, either.
    ///
    /// # Errors
    /// When the engine refuses; nothing of it is stored then.
    pub fn import(&self, source: &str, imported: &Imported, now: DateTime<Utc>) -> Result<Tally, StoreError> {
        self.write(|connection| {
            let mut tally = Tally::default();
            for (stream, lines) in &imported.lines {
                let stream = LogStream { source, stream: *stream, log_group: FILES };
                batch::append_fresh(connection, lines)?;
                if stream.stream == Stream::CognitoLogs {
                    run(connection, "staging/known_notice", &[])?;
                }
                let clock = Clock::of_files(connection, newest(lines, now))?;
                let Tally { stored, unclassified, .. } = store_fresh(connection, stream.stream, lines, clock)?;
                clear(connection, stream.stream)?;
                let new = Tally { stored, unclassified, ..Tally::default() };
                count_records(connection, stream, new)?;
                tally += Tally { duplicate: lines.len() as i64 - stored - unclassified, ..new };
            }
            remember(connection, &imported.files, now)?;
            Ok(tally)
        })
    }

    /// Those of the files that were read to their end before.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn known_files(&self, files: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
        self.write(|connection| {
            let mut known = connection.prepare(catalogue::sql("staging/imported_file")?)?;
            let known = known.query_map([], |row| row.get(0))?.collect::<Result<HashSet<Uuid>, _>>()?;
            Ok(files.iter().filter(|file_id| known.contains(*file_id)).copied().collect())
        })
    }
}

/// How far the records reach. One of a time to come has a wrong clock, and says nothing about the others.
fn newest(lines: &[DecodedLine], now: DateTime<Utc>) -> Option<NaiveDateTime> {
    let times = lines.iter().filter_map(batch::event).map(|event| event.event_time);
    let newest = times.filter(|at| *at <= now).max()?;
    Some(utc(newest - OVERLAP))
}

fn remember(connection: &Connection, files: &[Uuid], now: DateTime<Utc>) -> Step {
    if files.is_empty() {
        return Ok(());
    }
    let columns = vec![
        ("file_id", uuids(files.iter().map(|file_id| Some(*file_id)))),
        ("imported_at", instants(files.iter().map(|_| Some(now)))),
    ];
    append(connection, "imported_file", columns)
}
