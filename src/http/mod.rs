//! What is served: metrics, health, pages, assets.

mod error;
mod figures;
mod headers;
mod overview;
mod pools;
mod questions;
mod routes;
mod view;

use std::sync::Arc;

use axum::Router;
use prometheus::Registry;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::dashboard::Setting;
use crate::snapshot::Gallery;
use crate::store::Store;
use error::Failure;
pub use overview::FirstPage;

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
    /// Lists that may be gathered at once.
    pub turns: Arc<Semaphore>,
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

/// Serves until told to stop, then finishes the requests under way.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await
}
