//! Files of a form, which are read while they arrive.

use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use chrono::{DateTime, Utc};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;
use uuid::Uuid;

use crate::import::{CHANGED_AT, Parcel, pool_of, region_of};
use crate::model::PoolKey;

/// Pieces of a file that wait to be read.
const PIECES: usize = 16;

/// What holds for all files of a request.
pub(super) struct Whose {
    pub(super) region: Option<String>,
    pub(super) pool: Option<PoolKey>,
}

fn changed_at(field: &Field<'_>) -> Option<DateTime<Utc>> {
    let text = field.headers().get(CHANGED_AT)?.to_str().ok()?;
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}

/// Hands over the files of a form, one after the other. Who sends nothing for as long as the patience lasts is gone.
///
/// # Errors
/// One line: the form breaks off, or nothing comes any more.
pub(super) async fn receive(
    form: &mut Multipart,
    parcels: &Sender<Parcel<'static>>,
    whose: &Whose,
    patience: Duration,
) -> Result<(), String> {
    let mut number = 0;
    while let Some(field) = sent(form.next_field(), patience).await? {
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
        hand_over(field, is_wanted.then_some(&pieces), patience).await?;
    }
    Ok(())
}

/// What the sender sends next.
async fn sent<T>(next: impl Future<Output = Result<T, MultipartError>>, patience: Duration) -> Result<T, String> {
    match timeout(patience, next).await {
        Ok(sent) => sent.map_err(|error| error.body_text()),
        Err(_) => Err(format!("nothing came for {} s", patience.as_secs())),
    }
}

async fn hand_over(mut field: Field<'_>, mut pieces: Option<&Sender<Piece>>, patience: Duration) -> Result<(), String> {
    while let Some(piece) = sent(field.chunk(), patience).await? {
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

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::{FromRequest, Request};
    use futures_util::{StreamExt, stream};

    use super::*;

    #[tokio::test]
    async fn who_falls_silent_is_given_up() {
        let begun = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{\"Records\":[";
        let body = stream::iter([Ok::<_, io::Error>(begun)]).chain(stream::pending());
        let request = Request::post("/").header("content-type", "multipart/form-data; boundary=b");
        let request = request.body(Body::from_stream(body)).expect("a request");
        let mut form = Multipart::from_request(request, &()).await.expect("a form");
        let (parcels, mut arriving) = channel(1);
        let whose = Whose { region: None, pool: None };
        let line = receive(&mut form, &parcels, &whose, Duration::ZERO).await.expect_err("the rest never comes");
        assert_eq!(line, "nothing came for 0 s");
        let mut content = arriving.recv().await.expect("the file has begun").content;
        let read = tokio::task::spawn_blocking(move || io::read_to_string(&mut content)).await.expect("read");
        assert_eq!(read.expect_err("cut off").kind(), io::ErrorKind::UnexpectedEof);
    }
}
