//! The whole store as one file.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::SubsecRound;
use tokio_util::io::ReaderStream;
use tracing::info;

use super::Site;
use super::error::Failure;
use super::guard::Visitor;

/// A copy as of now. It is made beside the store, where there is room for it, and vanishes once it is read.
pub(super) async fn backup(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, Failure> {
    let _turn = site.turn().await?;
    let (store, now) = (site.store.clone(), site.clock.now().trunc_subsecs(0));
    let copied = tokio::task::spawn_blocking(move || {
        let folder = tempfile::Builder::new()
            .prefix("mfascope-backup-")
            .tempdir_in(store.folder())
            .map_err(|error| Failure::Broken(format!("no folder for the copy: {error}")))?;
        let path = folder.path().join("copy.duckdb");
        store.backup(&path)?;
        std::fs::File::open(&path).map_err(|error| Failure::Broken(format!("the copy cannot be read: {error}")))
    });
    let file = copied.await??;
    let bytes = file.metadata().map_or(0, |file| file.len());
    info!(user = visitor.0.unwrap_or_default(), bytes, "the store was copied");
    let name = now.format("attachment; filename=\"mfascope-%Y%m%dT%H%M%SZ.duckdb\"").to_string();
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.duckdb".to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)))).into_response())
}
