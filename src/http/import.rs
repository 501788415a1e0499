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
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tracing::info;
use uuid::Uuid;

use super::Site;
use super::error::Failure;
use super::guard::Visitor;
use crate::import::{Parcel, Report, region_of};

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
    let _turn = site.imports.lock().await;
    let (parcels, mut arriving) = channel::<Parcel<'static>>(FILES);
    let importer = site.importer.clone();
    let reading =
        tokio::task::spawn_blocking(move || importer.run(&source, iter::from_fn(|| arriving.blocking_recv()), |_| {}));
    let received = receive(&mut form, &parcels, asked.region.as_deref()).await;
    drop(parcels);
    let report = reading.await??;
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

async fn receive(
    form: &mut Multipart,
    parcels: &Sender<Parcel<'static>>,
    region: Option<&str>,
) -> Result<(), MultipartError> {
    let mut number = 0;
    while let Some(field) = form.next_field().await? {
        number += 1;
        let (pieces, arriving) = channel(PIECES);
        let name = field.file_name().map_or_else(|| format!("file {number}"), str::to_owned);
        let parcel = Parcel {
            file_id: field.name().and_then(|name| Uuid::try_parse(name).ok()),
            aws_region: region.map(str::to_owned).or_else(|| region_of(Path::new(&name))),
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
