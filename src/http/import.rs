//! Files of history, as parts of a form.

use std::io::{self, Read};
use std::iter;
use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::rejection::JsonRejection;
use axum::extract::{Multipart, Query, State};
use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tracing::info;
use uuid::Uuid;

use super::Site;
use super::error::Failure;
use super::guard::Visitor;
use crate::import::{CHANGED_AT, Importer, Parcel, Report, Run, pool_key, pool_of, region_of};
use crate::model::PoolKey;
use crate::store::StoreError;

/// Pieces of a file that wait to be read.
const PIECES: usize = 16;

/// Files that wait to be read.
const FILES: usize = 64;

/// Whose files they are.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    source: Option<String>,
    region: Option<String>,
    /// User pool of users and settings that name none.
    pool: Option<String>,
    /// The import that the files are part of; without it they are one by themselves.
    run: Option<Uuid>,
    /// It begins with them.
    begins: bool,
}

/// The end of an import of several requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    run: Uuid,
    /// Pools of which some file could not be sent.
    #[serde(default)]
    incomplete: Vec<String>,
}

/// Ids of files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Files {
    files: Vec<Uuid>,
}

/// Those that were read to their end before.
#[derive(Debug, Serialize)]
pub(super) struct Known {
    known: Vec<Uuid>,
}

/// Reads the files of a form while they arrive.
pub(super) async fn import(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<Report>, Failure> {
    // A page somewhere else could send a form here in a reader's name; programs name no origin.
    if headers.contains_key(header::ORIGIN) {
        return Err(Failure::BadRequest("files come from programs, not from pages".into()));
    }
    let mut form = form.map_err(|rejection| Failure::BadRequest(rejection.body_text()))?;
    let source = site.importer.source(asked.source.as_deref()).map_err(Failure::BadRequest)?;
    let whose = Whose {
        region: asked.region,
        pool: match asked.pool {
            Some(id) => Some(pool_key(&id).ok_or_else(not_a_pool)?),
            None => None,
        },
    };
    let mut runs = site.imports.lock().await;
    let (mut run, is_first) = match asked.run {
        Some(id) if !asked.begins => (runs.take(id).ok_or_else(forgotten)?, false),
        _ => (site.importer.begin(&source), true),
    };
    let is_idle = is_first && runs.is_idle(site.clock.now());
    let (parcels, mut arriving) = channel::<Parcel<'static>>(FILES);
    let importer = site.importer.clone();
    let reading = tokio::task::spawn_blocking(move || -> Result<(Run, Report), StoreError> {
        if is_idle {
            importer.forget_killed()?;
        }
        let report = importer.read(&mut run, iter::from_fn(|| arriving.blocking_recv()), |_| {})?;
        Ok((run, report))
    });
    let received = receive(&mut form, &parcels, &whose).await;
    drop(parcels);
    let (run, mut report) = reading.await??;
    match asked.run {
        Some(id) if received.is_ok() => runs.put(id, run, site.clock.now()),
        // Of a form that breaks off nobody knows what was still to come: its listings are not complete.
        _ => report.add(end(&site.importer, run, received.is_err()).await?),
    }
    drop(runs);
    info!(
        user = visitor.0.unwrap_or_default(),
        files = report.files,
        records = report.records(),
        stored = report.stored,
        "files were imported"
    );
    received.map_err(|error| Failure::BadRequest(format!("the form cannot be read: {}", error.body_text())))?;
    Ok(Json(report))
}

/// Ends an import of several requests.
pub(super) async fn end_run(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    posted: Result<Json<End>, JsonRejection>,
) -> Result<Json<Report>, Failure> {
    let Json(End { run, incomplete }) = posted.map_err(|rejection| Failure::BadRequest(rejection.body_text()))?;
    let mut runs = site.imports.lock().await;
    let mut run = runs.take(run).ok_or_else(forgotten)?;
    incomplete.iter().filter_map(|id| pool_key(id)).for_each(|key| run.lacks(&key));
    let report = end(&site.importer, run, false).await?;
    drop(runs);
    let Report { users, pools, .. } = report;
    info!(user = visitor.0.unwrap_or_default(), users, pools, "an import is at its end");
    Ok(Json(report))
}

async fn end(importer: &Importer, mut run: Run, is_cut_off: bool) -> Result<Report, Failure> {
    let importer = importer.clone();
    if is_cut_off {
        run.lacks_all();
    }
    Ok(tokio::task::spawn_blocking(move || importer.end(run)).await??)
}

fn not_a_pool() -> Failure {
    Failure::BadRequest("pool: not a user pool id like us-east-1_AbC123".into())
}

fn forgotten() -> Failure {
    Failure::Conflict(
        "the daemon does not know this import: it was restarted, or nothing came for long; begin again".into(),
    )
}

/// What holds for all files of a request.
struct Whose {
    region: Option<String>,
    pool: Option<PoolKey>,
}

fn changed_at(field: &Field<'_>) -> Option<DateTime<Utc>> {
    let text = field.headers().get(CHANGED_AT)?.to_str().ok()?;
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}

async fn receive(form: &mut Multipart, parcels: &Sender<Parcel<'static>>, whose: &Whose) -> Result<(), MultipartError> {
    let mut number = 0;
    while let Some(field) = form.next_field().await? {
        number += 1;
        let (pieces, arriving) = channel(PIECES);
        let name = field.file_name().map_or_else(|| format!("file {number}"), str::to_owned);
        let parcel = Parcel {
            file_id: field.name().and_then(|name| Uuid::try_parse(name).ok()),
            aws_region: whose.region.clone().or_else(|| region_of(Path::new(&name))),
            pool: whose.pool.clone().or_else(|| pool_of(Path::new(&name))),
            changed_at: changed_at(&field),
            name,
            content: Box::new(Arriving { pieces: arriving, piece: Bytes::new(), is_whole: false }),
        };
        // Where nobody reads any more, the rest of the form is passed over.
        let is_wanted = parcels.send(parcel).await.is_ok();
        hand_over(field, is_wanted.then_some(&pieces)).await?;
    }
    Ok(())
}

async fn hand_over(mut field: Field<'_>, mut pieces: Option<&Sender<Piece>>) -> Result<(), MultipartError> {
    while let Some(piece) = field.chunk().await? {
        if let Some(sender) = pieces
            && sender.send(Piece::Bytes(piece)).await.is_err()
        {
            pieces = None;
        }
    }
    if let Some(sender) = pieces {
        // Who does not read on needs no end.
        sender.send(Piece::End).await.unwrap_or_default();
    }
    Ok(())
}

enum Piece {
    Bytes(Bytes),
    /// That was the whole file.
    End,
}

/// A file on its way. Without its end it was cut off.
struct Arriving {
    pieces: Receiver<Piece>,
    piece: Bytes,
    is_whole: bool,
}

impl Read for Arriving {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.is_whole {
            match self.pieces.blocking_recv() {
                Some(Piece::Bytes(piece)) => self.piece = piece,
                Some(Piece::End) => self.is_whole = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let length = bytes.len().min(self.piece.len());
        bytes[..length].copy_from_slice(&self.piece.split_to(length));
        Ok(length)
    }
}

/// Which files need not be sent.
pub(super) async fn known(
    State(site): State<Arc<Site>>,
    posted: Result<Json<Files>, JsonRejection>,
) -> Result<Json<Known>, Failure> {
    let Json(Files { files }) = posted.map_err(|rejection| Failure::BadRequest(rejection.body_text()))?;
    let importer = site.importer.clone();
    let known = tokio::task::spawn_blocking(move || importer.known(&files)).await??;
    Ok(Json(Known { known }))
}
