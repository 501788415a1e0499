//! What is served: metrics, health, pages, assets.

mod ask;
mod backup;
mod error;
mod export;
mod figures;
mod guard;
mod headers;
mod import;
mod overview;
mod packed;
mod pools;
mod questions;
mod rollout;
mod routes;
mod scrapes;
mod server;
mod view;

use std::sync::Arc;

use axum::Router;
use prometheus::Registry;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use crate::clock::Clock;
use crate::config::Config;
use crate::dashboard::Setting;
use crate::import::{Importer, Runs};
use crate::query::ask::Desk;
use crate::snapshot::Gallery;
use crate::store::Store;
use error::Failure;
pub use overview::FirstPage;
pub use scrapes::Scrapes;
pub use server::serve;

/// What the routes need.
#[derive(Clone)]
pub struct Site {
    /// The current picture.
    pub gallery: Gallery,
    /// Metrics of this process.
    pub process: Registry,
    /// What every page says about itself.
    pub setting: Setting,
    /// For lists of users, which no picture holds.
    pub store: Store,
    /// Tells the instant of such a list.
    pub clock: Clock,
    /// The first page, as long as it stays the same.
    pub first_page: FirstPage,
    /// The exposition, as long as it stays the same.
    pub scrapes: Scrapes,
    /// Lists that may be gathered at once.
    pub turns: Arc<Semaphore>,
    /// Where anything may be asked.
    pub desk: Desk,
    /// What the daemon was told.
    pub config: Arc<Config>,
    /// Where history goes.
    pub importer: Importer,
    /// Files of one request are read at a time: those of several would not be read sooner.
    pub imports: Arc<Mutex<Runs>>,
}

/// Gathering a list judges every user: more than this many at once would starve pulls and pictures.
pub const LISTS_AT_ONCE: usize = 2;

impl Site {
    /// Waits until a list may be gathered.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, Failure> {
        // The semaphore is never closed.
        Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Failure::NotReady)
    }
}

/// The router, with security headers and compression.
pub fn router(site: Site) -> Router {
    headers::apply(routes::routes(Arc::new(site)))
}

/// The router of an address for metrics alone.
pub fn metrics_router(site: Site) -> Router {
    headers::apply(routes::metrics(Arc::new(site)))
}
