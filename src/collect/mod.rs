//! From AWS into the store: one step at a time, and the timer round the steps.
//!
//! Each source has two tasks: one reads its trail, one lists its pools and users and looks up
//! factors. The trail waits for the first listing, so that records find their pool.

mod listing;
mod lookups;
mod schedule;
mod trail;

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::instrument::Instruments;
use crate::model::Stream;
use crate::snapshot::{Gallery, Health, Snapshot};
use crate::source::{Aws, SourceError};
use crate::store::{Population, Store, StoreError};

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
    /// Regions whose pools some source lists.
    listed_regions: Arc<BTreeSet<String>>,
}

/// One source with its clients.
#[derive(Clone)]
pub struct Source {
    config: config::Source,
    aws: Aws,
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
            if source.cloudtrail.is_some() {
                health.expect(&source.name, Stream::Cloudtrail);
            }
            if let Some(cognito) = &source.cognito {
                health.expect(&source.name, Stream::Listing);
                if cognito.lookup != config::LookupPolicy::Off {
                    health.expect(&source.name, Stream::Lookup);
                }
            }
        }
        let listed_regions = config
            .sources
            .iter()
            .filter(|source| source.cognito.is_some())
            .map(|source| source.region.clone())
            .collect();
        Self { store, clock, gallery, health, instruments, config, listed_regions: Arc::new(listed_regions) }
    }

    /// Connects a source.
    pub async fn connect(&self, source: &config::Source) -> Source {
        Source { config: source.clone(), aws: Aws::connect(source, &self.instruments).await }
    }

    /// Reads the store and swaps the picture.
    ///
    /// # Errors
    /// When the store cannot be read; the old picture stays.
    pub async fn publish(&self) -> Result<(), CollectError> {
        let this = self.clone();
        blocking(move || {
            let snapshot = Snapshot::build(&this.store, &this.health, &this.listed_regions, this.clock.now())?;
            this.note_enrolment(&snapshot)?;
            this.gallery.publish(snapshot);
            Ok(())
        })
        .await
    }

    fn note_enrolment(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let populations: Vec<Population> = snapshot
            .pools
            .iter()
            .filter(|pool| pool.listed_users_at.is_some())
            .map(|pool| Population {
                key: pool.key.clone(),
                eligible_users: pool.eligible_users as i64,
                known_users: pool.known_users() as i64,
                capable_users: pool.capable_users as i64,
            })
            .collect();
        self.store.note_enrolment(snapshot.as_of.date_naive(), &populations)
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
