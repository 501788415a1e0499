//! The marts as files for other engines.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use tokio_util::io::ReaderStream;
use tracing::info;

use super::Site;
use super::error::Failure;
use super::guard::Visitor;
use crate::export::partitions::{self, Listing, Partition};
use crate::export::{Format, Spool, Spooled};

/// Which part of a mart.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    aws_region: Option<String>,
    date: Option<NaiveDate>,
}

/// What there is to export.
pub(super) async fn listing(State(site): State<Arc<Site>>) -> Result<Json<Listing>, Failure> {
    let _turn = site.turn().await?;
    let (store, now) = (site.store.clone(), site.clock.now());
    Ok(Json(tokio::task::spawn_blocking(move || partitions::listing(&store, now)).await??))
}

/// One partition, as Parquet.
pub(super) async fn partition(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    Path(mart): Path<String>,
    Query(Asked { aws_region, date }): Query<Asked>,
) -> Result<Response, Failure> {
    let partition = Partition { mart, aws_region, date, rows: 0, digest: String::new() };
    if partition.of_mart().is_none() {
        return Err(Failure::NotFound);
    }
    let _turn = site.turn().await?;
    info!(user = visitor.0.unwrap_or_default(), partition = partition.folder(), "a partition is exported");
    let (store, now) = (site.store.clone(), site.clock.now());
    let written = tokio::task::spawn_blocking(move || {
        let spool = Spool::in_folder(store.folder());
        partitions::write(&store, &partition, now, spool)
    });
    let spooled = written.await??.finish().map_err(|error| Failure::Broken(error.to_string()))?;
    let body = match spooled {
        Spooled::Bytes(bytes) => Body::from(bytes),
        Spooled::File(file) => Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file))),
    };
    let headers = [(header::CONTENT_TYPE, Format::Parquet.media_type()), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, body).into_response())
}
