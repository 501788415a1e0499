//! Paths.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::error::Failure;
use super::{Site, figures, overview, pools, questions};
use crate::{dashboard, metrics};

pub(super) fn routes(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(overview::page))
        .route("/metrics", get(exposition))
        .route("/api/v1/overview", get(overview::json))
        .route("/pools/{aws_region}/{pool_id}", get(pools::page))
        .route("/api/v1/pools/{aws_region}/{pool_id}", get(pools::json))
        .route("/pools/{aws_region}/{pool_id}/users", get(pools::users_page))
        .route("/api/v1/pools/{aws_region}/{pool_id}/users", get(pools::users_json))
        .route("/queries", get(questions::list))
        .route("/api/v1/queries", get(questions::list_json))
        .route("/queries/{name}", get(questions::page))
        .route("/api/v1/query", get(questions::api))
        .merge(figures::routes())
        .route("/-/healthy", get(healthy))
        .route("/-/ready", get(ready))
        .route("/assets/{hash}/{name}", get(asset))
        .fallback(not_found)
        .with_state(site)
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

async fn not_found(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Failure> {
    if uri.path().starts_with("/api/") {
        return Err(Failure::NotFound);
    }
    let page = dashboard::message("Not found", "There is no page at this address.", site.setting)?;
    Ok((StatusCode::NOT_FOUND, Html(page)).into_response())
}
