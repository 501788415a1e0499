//! From files into the store: history that no log group holds any more.
//!
//! Files are read and decoded side by side; what they hold is stored batch by batch, each in one transaction with
//! the files that end with it. A file that was read to its end is not read again, and what is stored already
//! changes nothing, so an import can be ended at any time and begun again. What files tell of users and pools waits
//! for the end: pages become one listing, whole or not at all.

mod answers;
mod batch;
mod files;
mod listing;
mod read;
mod record;
mod report;
mod run;
mod runs;
mod settings;
mod values;

use std::collections::HashSet;
use std::io::Read;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::{Config, Usernames};
use crate::decode::Reading;
use crate::model::PoolKey;
use crate::store::{LABELLED_COUNTRIES, Store, StoreError};

use batch::Batch;
pub use files::{FileEntry, Walk, pool_key, pool_of, reason, region_of, walk};
use read::{Chunk, read};
use record::Records;
pub use report::{Place, Report, UnreadableFile};
pub use run::Run;
pub use runs::Runs;

/// Lines of a chunk, which one file hands over at a time.
const CHUNK: usize = 2_000;

/// Lines of a batch, one chunk more at most: what a commit costs is shared by many.
const BATCH: usize = 100_000;

/// Header of a part of a form: when the file changed last, RFC 3339.
pub const CHANGED_AT: &str = "changed-at";

/// Chunks that wait for the store: reading goes on while a batch is stored.
const WAITING: usize = BATCH / CHUNK;

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
    /// The user pool that it tells of, where it does not say itself.
    pub pool: Option<PoolKey>,
    /// When it changed last: what it tells of users and pools was right then. Now, where it is not known.
    pub changed_at: Option<DateTime<Utc>>,
    /// Its bytes, plain or gzip.
    pub content: Box<dyn Read + Send + 'a>,
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
    pub fn known(&self, files: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
        self.store.known_files(files)
    }

    /// Begins an import for a source.
    pub fn begin(&self, source: &str) -> Run {
        Run::new(source.to_owned())
    }

    /// Forgets what imports left that were killed. None may be under way.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn forget_killed(&self) -> Result<(), StoreError> {
        let _turn = self.turn.blocking_lock();
        self.store.forget_told_sweeps()
    }

    /// Reads files and stores what they hold; `progress` hears what came of each batch. To be called where waiting
    /// is allowed.
    ///
    /// # Errors
    /// When the store refuses. What was stored before stays.
    pub fn read<'a>(
        &self,
        run: &mut Run,
        parcels: impl Iterator<Item = Parcel<'a>> + Send,
        mut progress: impl FnMut(&Report),
    ) -> Result<Report, StoreError> {
        let (sender, chunks) = sync_channel(WAITING);
        let parcels = Mutex::new(parcels);
        let readers = thread::available_parallelism().map_or(2, Into::into);
        let now = self.clock.now();
        let horizon = now - self.config.store.retention.as_delta();
        let keep_usernames = self.config.privacy.usernames == Usernames::Keep;
        let home = self.config.sources.iter().find(|known| known.name == run.source).map_or("", |known| &*known.region);
        let report = thread::scope(|threads| {
            for _ in 0..readers {
                let (sender, parcels) = (sender.clone(), &parcels);
                threads.spawn(move || {
                    let next = || parcels.lock().unwrap_or_else(PoisonError::into_inner).next();
                    while let Some(parcel) = next() {
                        let region = parcel.aws_region.clone();
                        let region = region.as_deref().unwrap_or(home);
                        let records = Records::new(&self.reading, horizon, region, keep_usernames);
                        if read(parcel, &records, now, &sender).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            self.store_all(run, chunks, &mut progress)
        })?;
        self.changed.notify_one();
        Ok(report)
    }

    /// Ends an import: what its files tell of users and pools is stored, and records find the pools of users that
    /// are known now.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn end(&self, run: Run) -> Result<Report, StoreError> {
        let report = {
            let _turn = self.turn.blocking_lock();
            run.finish(&self.store, &self.config, self.clock.now())?
        };
        self.settle()?;
        self.changed.notify_one();
        Ok(report)
    }

    /// Stores what arrives, batch by batch.
    fn store_all(
        &self,
        run: &mut Run,
        chunks: Receiver<Chunk>,
        progress: &mut impl FnMut(&Report),
    ) -> Result<Report, StoreError> {
        let mut report = Report::default();
        let mut batch = Batch::default();
        loop {
            let chunk = chunks.recv();
            let is_last = chunk.is_err();
            if let Ok(chunk) = chunk {
                batch.take(chunk, &mut report, |origin, told| run.take(&self.config, origin, told));
            }
            if run.is_full() {
                let _turn = self.turn.blocking_lock();
                run.store_users(&self.store, self.clock.now())?;
            }
            if batch.lines >= BATCH || (is_last && !batch.is_empty()) {
                let Batch { imported, lookups, .. } = std::mem::take(&mut batch);
                let _turn = self.turn.blocking_lock();
                if !lookups.is_empty() {
                    self.store.keep_lookups(&lookups)?;
                }
                report.add_tally(self.store.import(&run.source, &imported, self.clock.now())?);
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

#[cfg(test)]
mod tests;
