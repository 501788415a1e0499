//! What is served: metrics, health, pages, assets.

mod error;
mod headers;
mod routes;

use std::sync::Arc;

use axum::Router;
use prometheus::Registry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::dashboard::Setting;
use crate::snapshot::Gallery;

/// What the routes need.
#[derive(Clone)]
pub struct Site {
    /// The current picture.
    pub gallery: Gallery,
    /// Metrics of this process.
    pub process: Registry,
    /// What every page says about itself.
    pub setting: Setting,
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
