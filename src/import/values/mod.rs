//! Bytes of a file → the JSON values of its records, one after another, in bounded memory.
//!
//! A file is one of three: a document whose list holds the records, values one after another, or lines.

mod bytes;
mod extent;
mod input;
mod piece;
mod shape;

use std::io::Read;

use bytes::Bytes;
pub(super) use extent::is_document;
use extent::stripped;
pub(super) use input::{Unreadable, unpacked};
use piece::TOKENS;
pub(super) use piece::{List, Piece, may_hold_users};
use shape::Shape;

/// The values of a file.
pub(super) struct Values<R> {
    bytes: Bytes<R>,
    shape: Shape,
    /// The document holds users.
    has_users: bool,
    /// The document says that there is a next page.
    has_more: bool,
}

impl<'a> Values<&'a [u8]> {
    /// The values of the lists of a document, wherever they stand in it.
    pub(super) fn of_members(document: &'a str) -> Self {
        let members = document.strip_prefix('{');
        let shape = if members.is_some() { Shape::Members } else { Shape::Sequence };
        Self { shape, ..Self::new(members.unwrap_or_default().as_bytes(), false) }
    }
}

impl<R: Read> Values<R> {
    /// Reads from here; `is_gzip` where the bytes were packed, so that what is wrong can be told.
    pub(super) fn new(input: R, is_gzip: bool) -> Self {
        Self { bytes: Bytes::new(input, is_gzip), shape: Shape::Unknown, has_users: false, has_more: false }
    }

    /// The line on which what was found last begins.
    pub(super) fn line(&self, found: usize) -> u64 {
        self.bytes.line(found)
    }

    /// What stands next, with the place where it begins; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(Piece<'_>, usize)>, Unreadable> {
        loop {
            match self.shape {
                Shape::Lines => return self.line_or_garbage(),
                Shape::Unknown => {
                    if !self.bytes.skip_blank()? {
                        return Ok(None);
                    }
                    self.shape = self.guess()?;
                }
                Shape::Sequence => {
                    if !self.bytes.skip_blank()? {
                        return Ok(None);
                    }
                    if let Some(shape) = self.opened()? {
                        self.shape = shape;
                        continue;
                    }
                    return self.value(List::None).map(Some);
                }
                Shape::Elements(list) => {
                    self.bytes.skip_to_something(b',')?;
                    if self.here() == b']' {
                        self.bytes.at += 1;
                        self.shape = if list == List::None { Shape::Sequence } else { Shape::Members };
                        continue;
                    }
                    return self.value(list).map(Some);
                }
                Shape::Members => {
                    if self.next_member()? {
                        let has_more = std::mem::take(&mut self.has_more);
                        if std::mem::take(&mut self.has_users) {
                            return Ok(Some((Piece::Page { has_more }, self.bytes.at)));
                        }
                    }
                }
            }
        }
    }

    /// The byte to which was gone on.
    fn here(&self) -> u8 {
        self.bytes.buffer[self.bytes.at]
    }

    /// Passes a member over, or enters it if it is a list of records; `true` where the document is at its end.
    fn next_member(&mut self) -> Result<bool, Unreadable> {
        self.bytes.drop_read();
        self.bytes.skip_to_something(b',')?;
        if self.here() == b'}' {
            self.bytes.at += 1;
            self.shape = Shape::Sequence;
            return Ok(true);
        }
        let (from, to) = self.bytes.extent()?;
        if self.here() != b'"' {
            return Err(self.bytes.broken());
        }
        let member = &self.bytes.buffer[from + 1..to - 1];
        let (list, is_token) = (List::named(member), TOKENS.contains(&member));
        self.bytes.at = to;
        self.bytes.skip_to_something(b':')?;
        match list {
            Some(list) if self.here() == b'[' => {
                self.bytes.at += 1;
                self.has_users |= list == List::Users;
                self.shape = Shape::Elements(list);
            }
            _ => {
                let (from, to) = self.bytes.extent()?;
                // Some endpoints end with an empty token.
                self.has_more |= is_token && !matches!(&self.bytes.buffer[from..to], b"null" | b"\"\"");
                self.bytes.at = to;
            }
        }
        Ok(false)
    }

    /// The value that begins here.
    fn value(&mut self, list: List) -> Result<(Piece<'_>, usize), Unreadable> {
        self.bytes.drop_read();
        let (from, to) = self.bytes.extent()?;
        self.bytes.at = to;
        Ok((Piece::of(&self.bytes.buffer[from..to], list), from))
    }

    fn line_or_garbage(&mut self) -> Result<Option<(Piece<'_>, usize)>, Unreadable> {
        loop {
            self.bytes.drop_read();
            if self.bytes.at == self.bytes.buffer.len() && !self.bytes.fill()? {
                return Ok(None);
            }
            let from = self.bytes.at;
            let Some(end) = self.bytes.line_end(from)? else { return Err(self.bytes.too_long(from)) };
            self.bytes.at = (end + 1).min(self.bytes.buffer.len());
            let is_blank = self.bytes.buffer[from..end].iter().all(u8::is_ascii_whitespace);
            if is_blank {
                continue;
            }
            let line = &self.bytes.buffer[from..end];
            let piece = stripped(line).map_or_else(|| Piece::garbage(line), |text| Piece::of(text, List::None));
            return Ok(Some((piece, from)));
        }
    }
}
