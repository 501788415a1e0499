//! From AWS into the store: one step at a time, and the timer round the steps.
//!
//! Each source has a loop for each of its log groups (the trail, delivery records of text messages,
//! Cognito's own log), one that lists pools and sweeps their users, and one that looks up factors. The
//! trail waits for the first listing, so that records find their pool. One more task, for all sources, hangs
//! up a new picture when something has changed.

mod batches;
mod clients;
mod headlines;
mod listing;
mod log_group;
mod logs;
mod lookups;
mod picture;
mod schedule;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::decode::Reading;
use crate::import::Importer;
use crate::instrument::Instruments;
use crate::model::Stream;
use crate::rollout::Headline;
use crate::snapshot::{Gallery, Health};
use crate::source::{Aws, SourceError};
use crate::store::{Store, StoreError};

use log_group::{LOG_STREAMS, LogGroup};

pub use headlines::keep_headlines;
pub use picture::keep_current;
pub use schedule::run_source;

/// What the pulling tasks share.
#[derive(Clone)]
pub struct Collector {
    store: Store,
    clock: Clock,
    gallery: Gallery,
    health: Health,
    instruments: Instruments,
    config: Arc<Config>,
    /// How records are read.
    reading: Reading,
    /// Batches of log groups and pictures take turns: a picture waits once for a batch, not at each of its
    /// questions, and whoever waits keeps no thread from whoever reads.
    turn: Arc<Mutex<()>>,
    /// Something changed that a new picture would show.
    changed: Arc<Notify>,
    /// A new picture was hung up.
    drawn: Arc<Notify>,
    /// What switching each pool would come to, for the next picture.
    headlines: Arc<ArcSwap<Vec<Headline>>>,
}

/// One source with its clients.
#[derive(Clone)]
pub struct Source {
    config: config::Source,
    aws: Aws,
    /// It was told that app clients cannot be described.
    told_of_clients: Arc<AtomicBool>,
}

/// Why a step failed. One line.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// AWS.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A worker thread died.
    #[error("a worker thread died: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

impl Collector {
    /// Puts the parts together and makes every configured stream known.
    pub fn new(store: Store, clock: Clock, gallery: Gallery, instruments: Instruments, config: Arc<Config>) -> Self {
        let health = Health::default();
        for source in &config.sources {
            for stream in LOG_STREAMS {
                let groups = LogGroup::of(source, stream);
                if !groups.is_empty() {
                    health.expect(&source.name, stream, groups.iter().map(|group| group.name.as_str()));
                }
            }
            if let Some(cognito) = &source.cognito {
                health.expect(&source.name, Stream::Listing, []);
                // Shown from the start: zero is what it is there to prove.
                instruments.billable_lookups.with_label_values(&[&source.name]);
                if cognito.lookup != config::LookupPolicy::Off {
                    health.expect(&source.name, Stream::Lookup, []);
                }
            }
        }
        let reading = Reading::new(&config, store.pseudonym_key());
        Self {
            store,
            clock,
            gallery,
            health,
            instruments,
            config,
            reading,
            turn: Arc::default(),
            changed: Arc::default(),
            drawn: Arc::default(),
            headlines: Arc::default(),
        }
    }

    /// What reads files into the same store, in turn with what is pulled.
    pub fn importer(&self) -> Importer {
        let (turn, changed) = (Arc::clone(&self.turn), Arc::clone(&self.changed));
        Importer::new(self.store.clone(), self.clock.clone(), Arc::clone(&self.config), turn, changed)
    }

    /// Connects a source.
    pub async fn connect(&self, source: &config::Source) -> Source {
        let aws = Aws::connect(source, &self.instruments).await;
        Source { config: source.clone(), aws, told_of_clients: Arc::default() }
    }
}

/// Runs store work off the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, CollectError> {
    Ok(tokio::task::spawn_blocking(work).await??)
}

/// Ends with `None` when the daemon is told to stop.
async fn unless_stopped<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> Option<T> {
    stop.run_until_cancelled(work).await
}
