//! Paths.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::Site;
use super::error::Failure;
use crate::{dashboard, metrics};

pub(super) fn routes(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(overview))
        .route("/metrics", get(exposition))
        .route("/api/v1/overview", get(overview_json))
        .route("/-/healthy", get(healthy))
        .route("/-/ready", get(ready))
        .route("/assets/{hash}/{name}", get(asset))
        .fallback(not_found)
        .with_state(site)
}

async fn overview(State(site): State<Arc<Site>>) -> Result<Response, Failure> {
    let page = dashboard::overview(site.gallery.current().as_deref(), site.setting)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(page)).into_response())
}

async fn overview_json(State(site): State<Arc<Site>>) -> Result<Response, Failure> {
    let snapshot = site.gallery.current().ok_or(Failure::NotReady)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(dashboard::Overview::of(&snapshot))).into_response())
}

async fn exposition(State(site): State<Arc<Site>>) -> Result<Response, Failure> {
    let text = metrics::exposition(site.gallery.current().as_deref(), &site.process)?;
    Ok(([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response())
}

async fn healthy() -> &'static str {
    "healthy\n"
}

async fn ready(State(site): State<Arc<Site>>) -> Result<&'static str, Failure> {
    site.gallery.current().map(|_| "ready\n").ok_or(Failure::NotReady)
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
