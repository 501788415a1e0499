//! Paths.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::error::{Failure, as_page};
use super::{Site, ask, backup, export, figures, import, overview, pools, questions, rollout, scrapes};
use crate::dashboard;

/// What programs may ask, described for them. A fuzzer holds it to that.
const OPENAPI: &str = include_str!("openapi.json");

/// A question in quotes and escapes, or a list of files, bytes.
const LONGEST_BODY: usize = 256 * 1024;

pub(super) fn routes(site: Arc<Site>) -> Router {
    Router::new()
        .merge(
            pages(&site)
                .merge(twins())
                .merge(for_machines())
                .route("/assets/{hash}/{name}", get(asset))
                .layer(patience()),
        )
        .merge(questions(&site))
        .layer(RequestBodyLimitLayer::new(LONGEST_BODY))
        // Files are as long as they are: they are read while they arrive.
        .route("/api/v1/import", post(import::import).layer(DefaultBodyLimit::disable()))
        .with_state(site)
}

/// Metrics and health alone.
pub(super) fn metrics(site: Arc<Site>) -> Router {
    for_machines().with_state(site)
}

/// Questions may take as long as the config says, copies and files as long as they take.
fn questions(site: &Arc<Site>) -> Router<Arc<Site>> {
    let pages = Router::new()
        .route("/sql", get(ask::page).post(ask::page_with_answer))
        .route("/queries/{name}", get(questions::page))
        .layer(map_response_with_state(Arc::clone(site), as_page));
    pages
        .route("/api/v1/backup", get(backup::backup))
        .route("/api/v1/export", get(export::listing))
        .route("/api/v1/export/{mart}", get(export::partition))
        .route("/api/v1/import/known", post(import::known))
        .route("/api/v1/import/end", post(import::end_run))
        .route("/api/v1/query", get(questions::api).post(ask::api))
        .route("/api/v1/sql", get(ask::page_json))
}

/// What is drawn or counted is there at once, or something is wrong.
fn patience() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(30))
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
        .merge(figures::pages())
        .merge(rollout::pages())
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
        .route("/api/v1/openapi.json", get(async || ([(header::CONTENT_TYPE, "application/json")], OPENAPI)))
        .route("/api/{*path}", any(async || Failure::NotFound))
        .merge(figures::twins())
        .merge(rollout::twins())
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
