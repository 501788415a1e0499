//! Bytes of a file as they are read: what is looked at stays, what was read is forgotten.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

use super::extent::{Extent, extent};
use super::input::{LONGEST, Unreadable};

/// Bytes read at once.
const PIECE: usize = 1 << 20;

/// What is there of a file. Places in it hold until what was read is dropped.
pub(super) struct Bytes<R> {
    input: R,
    is_gzip: bool,
    is_at_end: bool,
    pub(super) buffer: Vec<u8>,
    /// Where the next byte stands.
    pub(super) at: usize,
    /// Lines before the buffer, and one.
    lines: u64,
}

impl<R: Read> Bytes<R> {
    /// Reads from here; `is_gzip` where the bytes were packed, so that what is wrong can be told.
    pub(super) fn new(input: R, is_gzip: bool) -> Self {
        Self { input, is_gzip, is_at_end: false, buffer: Vec::new(), at: 0, lines: 1 }
    }

    /// The line of a place.
    pub(super) fn line(&self, place: usize) -> u64 {
        self.lines + memchr_iter(b'\n', &self.buffer[..place]).count() as u64
    }

    /// Where the line that begins at `from` ends; `None` if it is too long.
    pub(super) fn line_end(&mut self, from: usize) -> Result<Option<usize>, Unreadable> {
        let mut looked_at = from;
        loop {
            if let Some(end) = memchr(b'\n', &self.buffer[looked_at..]) {
                return Ok(Some(looked_at + end));
            }
            looked_at = self.buffer.len();
            if looked_at - from > LONGEST {
                return Ok(None);
            }
            if !self.fill()? {
                return Ok(Some(self.buffer.len()));
            }
        }
    }

    /// Where the value that begins here begins and ends.
    pub(super) fn extent(&mut self) -> Result<(usize, usize), Unreadable> {
        let mut more = PIECE;
        loop {
            match extent(&self.buffer, self.at, self.is_at_end) {
                Extent::Ends(end) => return Ok((self.at, end)),
                Extent::Broken => return Err(self.broken()),
                Extent::Open if self.buffer.len() - self.at > LONGEST => return Err(self.too_long(self.at)),
                Extent::Open => {
                    if !self.fill_by(more)? {
                        return Err(Unreadable::CutOff);
                    }
                    more *= 2;
                }
            }
        }
    }

    pub(super) fn broken(&self) -> Unreadable {
        Unreadable::Broken(self.line(self.at))
    }

    pub(super) fn too_long(&self, from: usize) -> Unreadable {
        Unreadable::TooLong { line: self.line(from) }
    }

    /// Goes on to the next byte that is neither blank nor `separator`.
    pub(super) fn skip_to_something(&mut self, separator: u8) -> Result<(), Unreadable> {
        let from = self.at;
        loop {
            while let Some(byte) = self.buffer.get(self.at) {
                if !byte.is_ascii_whitespace() && *byte != separator {
                    return Ok(());
                }
                self.at += 1;
            }
            // Nothing is dropped meanwhile: a few packed bytes may be blanks without end.
            if self.at - from > LONGEST {
                return Err(self.too_long(from));
            }
            if !self.fill()? {
                return Err(Unreadable::CutOff);
            }
        }
    }

    /// Goes on to the next value; `false` if there is none. What was read is dropped now and then.
    pub(super) fn skip_blank(&mut self) -> Result<bool, Unreadable> {
        loop {
            while let Some(byte) = self.buffer.get(self.at) {
                // A byte order mark, or what separates the texts of a JSON sequence.
                if !byte.is_ascii_whitespace() && !matches!(byte, 0xef | 0xbb | 0xbf | 0x1e) {
                    return Ok(true);
                }
                self.at += 1;
            }
            self.drop_read();
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    /// Forgets what is read, once it is most of the buffer.
    pub(super) fn drop_read(&mut self) {
        if self.at * 2 < self.buffer.len() || self.at == 0 {
            return;
        }
        self.lines = self.line(self.at);
        self.buffer.drain(..self.at);
        self.at = 0;
    }

    /// Reads some more; `false` at the end.
    pub(super) fn fill(&mut self) -> Result<bool, Unreadable> {
        self.fill_by(PIECE)
    }

    fn fill_by(&mut self, bytes: usize) -> Result<bool, Unreadable> {
        if self.is_at_end {
            return Ok(false);
        }
        let input = self.input.by_ref();
        let read = input.take(bytes as u64).read_to_end(&mut self.buffer);
        let read = read.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Unreadable::CutOff,
            _ if self.is_gzip => Unreadable::Gzip(error),
            _ => Unreadable::Io(error),
        })?;
        self.is_at_end = read == 0;
        Ok(read > 0)
    }
}
