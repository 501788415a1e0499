//! A file → chunks of what it holds, which a reader hands over.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::answers::Told;
use super::record::{Found, Records};
use super::report::{Place, TOLD, UnreadableFile};
use super::values::{Piece, Unreadable, Values, unpacked};
use super::{CHUNK, Parcel};
use crate::model::{DecodedLine, PoolKey, Stream};

/// Some of what a file holds.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) lines: Vec<(Stream, DecodedLine)>,
    pub(super) told: Vec<Told>,
    /// Where that is from.
    pub(super) origin: Option<Arc<Origin>>,
    pub(super) ignored: u64,
    pub(super) malformed: u64,
    pub(super) malformed_at: Vec<Place>,
    /// That was all.
    pub(super) end: Option<End>,
}

/// What a file's place and time say about what it tells.
#[derive(Debug)]
pub(super) struct Origin {
    /// The pool that it tells of, where that is known.
    pub(super) pool: Option<PoolKey>,
    /// When it was right.
    pub(super) told_at: DateTime<Utc>,
}

#[derive(Debug)]
pub(super) enum End {
    Whole(Option<Uuid>),
    Unreadable(UnreadableFile),
}

/// Nobody waits for what is read any more.
pub(super) struct Unwanted;

/// Reads a file and hands over what it holds.
pub(super) fn read(
    parcel: Parcel<'_>,
    records: &Records<'_>,
    now: DateTime<Utc>,
    sender: &SyncSender<Chunk>,
) -> Result<(), Unwanted> {
    let Parcel { name, file_id, pool, changed_at, content, .. } = parcel;
    // Clocks differ, and times are easily made up.
    let told_at = changed_at.unwrap_or(now).min(now).max(DateTime::UNIX_EPOCH);
    let mut reader = Reader {
        name: &name,
        origin: Arc::new(Origin { pool, told_at }),
        is_of_users: false,
        chunk: Chunk::default(),
        sender,
    };
    let end = match reader.read(content, records) {
        // What is stored when the import ends could be lost before: the file is read again.
        Ok(()) => End::Whole(file_id.filter(|_| !reader.is_of_users)),
        Err(Stopped::Unwanted) => return Err(Unwanted),
        Err(Stopped::Unreadable(reason)) => {
            End::Unreadable(UnreadableFile { file: name.clone(), reason: reason.to_string() })
        }
    };
    reader.chunk.end = Some(end);
    reader.hand_over()
}

enum Stopped {
    Unreadable(Unreadable),
    Unwanted,
}

impl From<Unreadable> for Stopped {
    fn from(reason: Unreadable) -> Self {
        Self::Unreadable(reason)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error.into())
    }
}

impl From<Unwanted> for Stopped {
    fn from(Unwanted: Unwanted) -> Self {
        Self::Unwanted
    }
}

/// Who reads one file.
struct Reader<'a> {
    name: &'a str,
    origin: Arc<Origin>,
    /// Something in it waits for the end of the import.
    is_of_users: bool,
    chunk: Chunk,
    sender: &'a SyncSender<Chunk>,
}

impl Reader<'_> {
    fn read(&mut self, content: impl Read, records: &Records<'_>) -> Result<(), Stopped> {
        let (content, is_gzip) = unpacked(content)?;
        let mut values = Values::new(content, is_gzip);
        let is_of_group = is_of_group(self.name);
        let mut record = 0;
        while let Some((piece, place)) = values.next()? {
            let (mut malformed, mut refusal) = (0, None);
            record += u64::from(!matches!(piece, Piece::Page { .. }));
            let (chunk, origin, is_of_users) = (&mut self.chunk, &self.origin, &mut self.is_of_users);
            records.read(&piece, &mut |found| match found {
                Found::Line(stream, line) => chunk.lines.push((stream, line)),
                Found::Ignored => chunk.ignored += 1,
                Found::Malformed => malformed += 1,
                // Of users of a pool that nobody names the users themselves tell.
                Found::Told(Told::Gap) if origin.pool.is_none() => {}
                Found::Told(told) => match needs_pool(&told) {
                    Some(what) if origin.pool.is_none() => refusal = refusal.take().or(Some(Unreadable::NoPool(what))),
                    _ if is_of_group && is_of_listing(&told) => refusal = Some(Unreadable::OfGroup),
                    _ => {
                        *is_of_users |= !matches!(told, Told::Lookup(..));
                        chunk.told.push(told);
                    }
                },
            });
            if let Some(refusal) = refusal {
                return Err(refusal.into());
            }
            if malformed > 0 {
                self.chunk.malformed += malformed;
                if self.chunk.malformed_at.len() < TOLD {
                    let line = values.line(place);
                    self.chunk.malformed_at.push(Place { file: self.name.to_owned(), line, record });
                }
            }
            if self.chunk.lines.len() + self.chunk.told.len() >= CHUNK {
                self.hand_over()?;
            }
        }
        Ok(())
    }

    fn hand_over(&mut self) -> Result<(), Unwanted> {
        self.chunk.origin = Some(Arc::clone(&self.origin));
        self.sender.send(std::mem::take(&mut self.chunk)).map_err(|_| Unwanted)
    }
}

/// What it is about, if it does not name its pool itself.
fn needs_pool(told: &Told) -> Option<&'static str> {
    match told {
        Told::User(_) | Told::Page { .. } | Told::Lookup(..) => Some("users"),
        Told::Factors(_) => Some("settings"),
        Told::Gap | Told::Description(..) => None,
    }
}

fn is_of_listing(told: &Told) -> bool {
    matches!(told, Told::User(_) | Told::Page { .. })
}

/// Whether a file is called like what `list-users-in-group` prints: nothing else tells it from a whole listing.
fn is_of_group(name: &str) -> bool {
    let name = Path::new(name).file_name().unwrap_or_default().to_string_lossy();
    let letters: String = name.chars().filter(|char| char.is_ascii_alphabetic()).collect();
    letters.to_ascii_lowercase().contains("usersingroup")
}
