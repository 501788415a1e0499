//! Paths.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};

use super::error::{Failure, as_page};
use super::{Site, figures, overview, pools, questions};
use crate::{dashboard, metrics};

pub(super) fn routes(site: Arc<Site>) -> Router {
    Router::new()
        .merge(pages(&site))
        .merge(twins())
        .route("/metrics", get(exposition))
        .route("/-/healthy", get(healthy))
        .route("/-/ready", get(ready))
        .route("/assets/{hash}/{name}", get(asset))
        .with_state(site)
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

async fn exposition(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, Failure> {
    let format = metrics::Format::accepted(headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()));
    let text = metrics::exposition(site.gallery.current().as_deref(), &site.process, format)?;
    Ok(([(header::CONTENT_TYPE, format.content_type()), (header::VARY, "accept")], text).into_response())
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
