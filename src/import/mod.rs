//! From files into the store: history that no log group holds any more.
//!
//! Files are read and decoded side by side; what they hold is stored batch by batch, each in one transaction with
//! the files that end with it. A file that was read to its end is not read again, and what is stored already
//! changes nothing, so an import can be ended at any time and begun again.

mod files;
mod record;
mod values;

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::Config;
use crate::decode::Reading;
use crate::model::{DecodedLine, Stream};
use crate::store::{Imported, LABELLED_COUNTRIES, Store, StoreError, Tally};

pub use files::{FileEntry, Walk, region_of, walk};
use record::{Found, Records};
use values::{Unreadable, Values, unpacked};

/// Lines of a chunk, which one file hands over at a time.
const CHUNK: usize = 2_000;

/// Lines of a batch, one chunk more at most: what a commit costs is shared by many.
const BATCH: usize = 100_000;

/// Chunks that wait for the store: reading goes on while a batch is stored.
const WAITING: usize = BATCH / CHUNK;

/// Bad records that are told by file and line.
const TOLD: usize = 10;

/// Where history goes. Cheap to clone.
#[derive(Clone)]
pub struct Importer {
    store: Store,
    clock: Clock,
    config: Arc<Config>,
    reading: Reading,
    turn: Arc<tokio::sync::Mutex<()>>,
    changed: Arc<Notify>,
}

/// A file to read.
pub struct Parcel<'a> {
    /// How it is called where somebody is told about it.
    pub name: String,
    /// Known again by this, if it is to be.
    pub file_id: Option<Uuid>,
    /// AWS Region that its text messages were sent from.
    pub aws_region: Option<String>,
    /// Its bytes, plain or gzip.
    pub content: Box<dyn Read + Send + 'a>,
}

/// What became of files.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Files read to their end.
    pub files: u64,
    /// Records that said something new.
    pub stored: u64,
    /// New records with a user-pool event name that is not known: kept, but in no figure.
    pub unclassified: u64,
    /// Records that were stored already.
    pub duplicate: u64,
    /// Records that say nothing about users or pools, or are past their retention.
    pub ignored: u64,
    /// What is none of the records that can be read.
    pub malformed: u64,
    /// Where the first of them are.
    pub malformed_at: Vec<Place>,
    /// Files that could not be read to their end; what was read of them is stored.
    pub unreadable: Vec<UnreadableFile>,
}

/// A place in a file.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// Line on which the record begins, from 1.
    pub line: u64,
    /// Which record of the file it is, from 1.
    pub record: u64,
}

/// A file that could not be read.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct UnreadableFile {
    /// The file.
    pub file: String,
    /// Why.
    pub reason: String,
}

impl Report {
    /// Records of any kind.
    pub fn records(&self) -> u64 {
        self.stored + self.unclassified + self.duplicate + self.ignored + self.malformed
    }

    /// Adds what became of other files.
    pub fn add(&mut self, other: Self) {
        self.files += other.files;
        self.stored += other.stored;
        self.unclassified += other.unclassified;
        self.duplicate += other.duplicate;
        self.ignored += other.ignored;
        self.malformed += other.malformed;
        self.malformed_at.extend(other.malformed_at);
        self.malformed_at.truncate(TOLD);
        self.unreadable.extend(other.unreadable);
    }

    fn add_tally(&mut self, tally: Tally) {
        let number = |number: i64| u64::try_from(number).unwrap_or_default();
        self.stored += number(tally.stored);
        self.unclassified += number(tally.unclassified);
        self.duplicate += number(tally.duplicate);
    }
}

/// Some of what a file holds.
#[derive(Debug, Default)]
struct Chunk {
    lines: Vec<(Stream, DecodedLine)>,
    ignored: u64,
    malformed: u64,
    malformed_at: Vec<Place>,
    /// That was all.
    end: Option<End>,
}

#[derive(Debug)]
enum End {
    Whole(Option<Uuid>),
    Unreadable(UnreadableFile),
}

impl Importer {
    /// Puts the parts together. Batches take turns with whatever else waits for `turn`; `changed` is told when
    /// something was stored.
    pub fn new(
        store: Store,
        clock: Clock,
        config: Arc<Config>,
        turn: Arc<tokio::sync::Mutex<()>>,
        changed: Arc<Notify>,
    ) -> Self {
        let reading = Reading::new(&config, store.pseudonym_key());
        Self { store, clock, config, reading, turn, changed }
    }

    /// The source of that name, else the first.
    ///
    /// # Errors
    /// One line: there is none.
    pub fn source(&self, name: Option<&str>) -> Result<String, String> {
        let mut sources = self.config.sources.iter();
        match name {
            None => sources.next().map(|source| source.name.clone()).ok_or_else(|| "the config has no source".into()),
            Some(name) if sources.any(|source| source.name == name) => Ok(name.to_owned()),
            Some(name) => Err(format!("source {name:?}: the config has none of that name")),
        }
    }

    /// Those of the files that were read to their end before.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn known(&self, files: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        self.store.known_files(files)
    }

    /// Reads files for a source and stores what they hold; `progress` hears what came of each batch. To be called
    /// where waiting is allowed.
    ///
    /// # Errors
    /// When the store refuses. What was stored before stays.
    pub fn run<'a>(
        &self,
        source: &str,
        parcels: impl Iterator<Item = Parcel<'a>> + Send,
        mut progress: impl FnMut(&Report),
    ) -> Result<Report, StoreError> {
        let (sender, chunks) = sync_channel(WAITING);
        let parcels = Mutex::new(parcels);
        let readers = thread::available_parallelism().map_or(2, Into::into);
        let horizon = self.clock.now() - self.config.store.retention.as_delta();
        let home = self.config.sources.iter().find(|known| known.name == source).map_or("", |known| &*known.region);
        let report = thread::scope(|threads| {
            for _ in 0..readers {
                let (sender, parcels) = (sender.clone(), &parcels);
                threads.spawn(move || {
                    let next = || parcels.lock().unwrap_or_else(PoisonError::into_inner).next();
                    while let Some(parcel) = next() {
                        let region = parcel.aws_region.clone();
                        let records = Records::new(&self.reading, horizon, region.as_deref().unwrap_or(home));
                        if read(parcel, &records, &sender).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            self.store_all(source, chunks, &mut progress)
        })?;
        self.settle()?;
        self.changed.notify_one();
        Ok(report)
    }

    /// Stores what arrives, batch by batch.
    fn store_all(
        &self,
        source: &str,
        chunks: Receiver<Chunk>,
        progress: &mut impl FnMut(&Report),
    ) -> Result<Report, StoreError> {
        let mut report = Report::default();
        let mut batch = Batch::default();
        loop {
            let chunk = chunks.recv();
            let is_last = chunk.is_err();
            if let Ok(chunk) = chunk {
                batch.take(chunk, &mut report);
            }
            if batch.lines >= BATCH || (is_last && !batch.is_empty()) {
                let imported = std::mem::take(&mut batch).imported;
                let _turn = self.turn.blocking_lock();
                report.add_tally(self.store.import(source, &imported, self.clock.now())?);
                progress(&report);
            }
            if is_last {
                return Ok(report);
            }
        }
    }

    /// Where nobody lists pools, records that name none have none.
    fn settle(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let _turn = self.turn.blocking_lock();
        if self.config.listed_regions().is_empty() {
            self.store.settle_unknown(now)?;
        } else {
            self.store.settle_listed()?;
        }
        self.store.label_countries(LABELLED_COUNTRIES)
    }
}

/// What is stored in one transaction.
#[derive(Default)]
struct Batch {
    imported: Imported,
    lines: usize,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.lines == 0 && self.imported.files.is_empty()
    }

    fn take(&mut self, chunk: Chunk, report: &mut Report) {
        self.lines += chunk.lines.len();
        for (stream, line) in chunk.lines {
            match self.imported.lines.iter_mut().find(|(known, _)| *known == stream) {
                Some((_, lines)) => lines.push(line),
                None => self.imported.lines.push((stream, vec![line])),
            }
        }
        report.ignored += chunk.ignored;
        report.malformed += chunk.malformed;
        report.malformed_at.extend(chunk.malformed_at);
        report.malformed_at.truncate(TOLD);
        match chunk.end {
            Some(End::Whole(file_id)) => {
                report.files += 1;
                self.imported.files.extend(file_id);
            }
            Some(End::Unreadable(file)) => report.unreadable.push(file),
            None => {}
        }
    }
}

/// Nobody waits for what is read any more.
struct Unwanted;

/// Reads a file and hands over what it holds.
fn read(parcel: Parcel<'_>, records: &Records<'_>, sender: &SyncSender<Chunk>) -> Result<(), Unwanted> {
    let Parcel { name, file_id, content, .. } = parcel;
    let mut chunk = Chunk::default();
    let end = match read_values(&name, content, records, &mut chunk, sender) {
        Ok(()) => End::Whole(file_id),
        Err(Stopped::Unwanted) => return Err(Unwanted),
        Err(Stopped::Unreadable(reason)) => End::Unreadable(UnreadableFile { file: name, reason: reason.to_string() }),
    };
    chunk.end = Some(end);
    sender.send(chunk).map_err(|_| Unwanted)
}

enum Stopped {
    Unreadable(Unreadable),
    Unwanted,
}

impl From<Unreadable> for Stopped {
    fn from(reason: Unreadable) -> Self {
        Self::Unreadable(reason)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error.into())
    }
}

fn read_values(
    name: &str,
    content: impl Read,
    records: &Records<'_>,
    chunk: &mut Chunk,
    sender: &SyncSender<Chunk>,
) -> Result<(), Stopped> {
    let (content, is_gzip) = unpacked(content)?;
    let mut values = Values::new(content, is_gzip);
    let mut record = 0;
    while let Some((piece, place)) = values.next()? {
        let mut malformed = 0;
        records.read(&piece, &mut |found| match found {
            Found::Line(stream, line) => chunk.lines.push((stream, line)),
            Found::Ignored => chunk.ignored += 1,
            Found::Malformed => malformed += 1,
        });
        record += 1;
        if malformed > 0 {
            chunk.malformed += malformed;
            if chunk.malformed_at.len() < TOLD {
                chunk.malformed_at.push(Place { file: name.to_owned(), line: values.line(place), record });
            }
        }
        if chunk.lines.len() >= CHUNK {
            sender.send(std::mem::take(chunk)).map_err(|_| Stopped::Unwanted)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
