//! Paths.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};

use super::error::{Failure, as_page};
use super::{Site, figures, overview, pools, questions, scrapes};
use crate::dashboard;

pub(super) fn routes(site: Arc<Site>) -> Router {
    Router::new()
        .merge(pages(&site))
        .merge(twins())
        .merge(for_machines())
        .route("/assets/{hash}/{name}", get(asset))
        .with_state(site)
}

/// Metrics and health alone.
pub(super) fn metrics(site: Arc<Site>) -> Router {
    for_machines().with_state(site)
}

fn for_machines() -> Router<Arc<Site>> {
    Router::new()
        .route("/metrics", get(scrapes::exposition))
        .route("/-/healthy", get(healthy))
        .route("/-/ready", get(ready))
}

/// What people read. Whatever they ask for, they get a page.
fn pages(site: &Arc<Site>) -> Router<Arc<Site>> {
    Router::new()
        .route("/", get(overview::page))
        .route("/pools/{aws_region}/{pool_id}", get(pools::page))
        .route("/pools/{aws_region}/{pool_id}/users", get(pools::users_page))
        .route("/queries", get(questions::list))
        .route("/queries/{name}", get(questions::page))
        .merge(figures::pages())
        .fallback(async || Failure::NotFound)
        .layer(map_response_with_state(Arc::clone(site), as_page))
}

/// The same for programs.
fn twins() -> Router<Arc<Site>> {
    Router::new()
        .route("/api/v1/overview", get(overview::json))
        .route("/api/v1/pools/{aws_region}/{pool_id}", get(pools::json))
        .route("/api/v1/pools/{aws_region}/{pool_id}/users", get(pools::users_json))
        .route("/api/v1/queries", get(questions::list_json))
        .route("/api/v1/query", get(questions::api))
        .route("/api/{*path}", any(async || Failure::NotFound))
        .merge(figures::twins())
}

async fn healthy() -> &'static str {
    "healthy\n"
}

async fn ready(State(site): State<Arc<Site>>) -> Result<&'static str, Failure> {
    site.gallery.current().filter(|snapshot| snapshot.is_ready).map(|_| "ready\n").ok_or(Failure::NotReady)
}

async fn asset(Path((hash, name)): Path<(String, String)>) -> Result<Response, Failure> {
    let asset = dashboard::asset(&hash, &name).ok_or(Failure::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
    ];
    Ok((headers, asset.bytes).into_response())
}
