//! Bytes of a file → the JSON values of its records, one after another, in bounded memory.
//!
//! A file is one of three: a document whose list holds the records, values one after another, or lines.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;
use memchr::{memchr, memchr_iter, memchr2};
use serde::de::IgnoredAny;

use super::files::plain;

/// Bytes read at once.
const PIECE: usize = 1 << 20;

/// Longest record, bytes: anything longer is none.
const LONGEST: usize = 16 << 20;

/// Lines that a file may begin with before one is a JSON value.
const PATIENCE: usize = 3;

/// The member of a document that holds the records, and so says what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// None: the value stands alone.
    None,
    /// `Records` of a CloudTrail file.
    Records,
    /// `Events` that `lookup-events` answers with.
    Events,
    /// `events` or `logEvents` of CloudWatch Logs.
    LogEvents,
    /// `Users` that `list-users` answers with.
    Users,
}

/// Members that say that there is a next page.
const TOKENS: [&[u8]; 2] = [b"PaginationToken", b"NextToken"];

impl List {
    fn named(member: &[u8]) -> Option<Self> {
        match member {
            b"Records" => Some(Self::Records),
            b"Events" => Some(Self::Events),
            b"events" | b"logEvents" => Some(Self::LogEvents),
            b"Users" => Some(Self::Users),
            _ => None,
        }
    }
}

/// What stands at a place of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A JSON value.
    Value {
        /// Its text.
        text: &'a str,
        /// The list it is of.
        list: List,
    },
    /// Something else, which can be passed over.
    Garbage,
    /// The end of a document with users: a page of a listing.
    Page {
        /// A token says that there is a next one.
        has_more: bool,
    },
}

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("{}", plain(.0))]
    Io(#[from] io::Error),
    #[error("not gzip to its end: {}", plain(.0))]
    Gzip(io::Error),
    #[error("it is cut off")]
    CutOff,
    #[error("it is not JSON")]
    NotJson,
    #[error("line {0}: not JSON")]
    Broken(u64),
    #[error("it holds {0} of a pool that neither --pool nor the path names")]
    NoPool(&'static str),
    #[error("line {line}: a value of more than {} MiB", LONGEST >> 20)]
    TooLong { line: u64 },
}

/// The values of a file.
pub(super) struct Values<R> {
    input: R,
    is_gzip: bool,
    is_at_end: bool,
    buffer: Vec<u8>,
    /// Where the next byte stands.
    at: usize,
    shape: Shape,
    /// The document holds users.
    has_users: bool,
    /// The document says that there is a next page.
    has_more: bool,
    /// Lines before `counted`, and the place up to which they are counted.
    lines: u64,
    counted: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Unknown,
    Lines,
    /// One value after another.
    Sequence,
    /// Between the members of a document.
    Members,
    /// Within the list of a document, or within a bare list.
    Elements(List),
}

/// What is found where a value should begin.
enum Extent {
    /// It ends before this place.
    Ends(usize),
    /// More bytes are needed.
    Open,
    /// It is none.
    Broken,
}

/// Bytes as they are or, where they begin like gzip, unpacked.
pub(super) fn unpacked(input: impl Read) -> io::Result<(impl Read, bool)> {
    let mut input = io::BufReader::with_capacity(64 << 10, input);
    let is_gzip = io::BufRead::fill_buf(&mut input)?.starts_with(&[0x1f, 0x8b]);
    Ok((if is_gzip { Either::Packed(MultiGzDecoder::new(input)) } else { Either::Plain(input) }, is_gzip))
}

enum Either<P, G> {
    Plain(P),
    Packed(G),
}

impl<P: Read, G: Read> Read for Either<P, G> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(bytes),
            Self::Packed(input) => input.read(bytes),
        }
    }
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
        Self {
            input,
            is_gzip,
            is_at_end: false,
            buffer: Vec::new(),
            at: 0,
            shape: Shape::Unknown,
            has_users: false,
            has_more: false,
            lines: 1,
            counted: 0,
        }
    }

    /// Whether what was read breaks off within a document with users.
    pub(super) fn is_among_users(&self) -> bool {
        self.has_users
    }

    /// The line on which what was found last begins.
    pub(super) fn line(&mut self, found: usize) -> u64 {
        self.lines + memchr_iter(b'\n', &self.buffer[self.counted..found.max(self.counted)]).count() as u64
    }

    /// What stands next, with the place where it begins; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(Piece<'_>, usize)>, Unreadable> {
        loop {
            match self.shape {
                Shape::Lines => return self.line_or_garbage(),
                Shape::Unknown => {
                    if !self.skip_blank()? {
                        return Ok(None);
                    }
                    self.shape = self.guess()?;
                }
                Shape::Sequence => {
                    if !self.skip_blank()? {
                        return Ok(None);
                    }
                    if let Some(shape) = self.opened()? {
                        self.shape = shape;
                        continue;
                    }
                    return self.value(List::None).map(Some);
                }
                Shape::Elements(list) => {
                    self.skip_to_something(b',')?;
                    if self.buffer[self.at] == b']' {
                        self.at += 1;
                        self.shape = if list == List::None { Shape::Sequence } else { Shape::Members };
                        continue;
                    }
                    return self.value(list).map(Some);
                }
                Shape::Members => {
                    if self.next_member()? {
                        let has_more = std::mem::take(&mut self.has_more);
                        if std::mem::take(&mut self.has_users) {
                            return Ok(Some((Piece::Page { has_more }, self.at)));
                        }
                    }
                }
            }
        }
    }

    /// Passes a member over, or enters it if it is a list of records; `true` where the document is at its end.
    fn next_member(&mut self) -> Result<bool, Unreadable> {
        self.drop_read();
        self.skip_to_something(b',')?;
        if self.buffer[self.at] == b'}' {
            self.at += 1;
            self.shape = Shape::Sequence;
            return Ok(true);
        }
        let (from, to) = self.extent()?;
        if self.buffer[from] != b'"' {
            return Err(self.broken());
        }
        let member = &self.buffer[from + 1..to - 1];
        let (list, is_token) = (List::named(member), TOKENS.contains(&member));
        self.at = to;
        self.skip_to_something(b':')?;
        match list {
            Some(list) if self.buffer[self.at] == b'[' => {
                self.at += 1;
                self.has_users |= list == List::Users;
                self.shape = Shape::Elements(list);
            }
            _ => {
                let (from, to) = self.extent()?;
                // Some endpoints end with an empty token.
                self.has_more |= is_token && !matches!(&self.buffer[from..to], b"null" | b"\"\"");
                self.at = to;
            }
        }
        Ok(false)
    }

    /// What shape the file has, from how it begins.
    fn guess(&mut self) -> Result<Shape, Unreadable> {
        if let Some(shape) = self.opened()? {
            return Ok(shape);
        }
        let mut from = self.at;
        for _ in 0..PATIENCE {
            let Some(end) = self.line_end(from)? else { break };
            if stripped(&self.buffer[from..end]).is_some_and(is_value) {
                return Ok(Shape::Lines);
            }
            from = end + 1;
            if from >= self.buffer.len() {
                break;
            }
        }
        if self.buffer[self.at] == b'{' { Ok(Shape::Sequence) } else { Err(Unreadable::NotJson) }
    }

    /// The shape of what begins here, if it is a document or a list.
    fn opened(&mut self) -> Result<Option<Shape>, Unreadable> {
        match self.buffer[self.at] {
            b'[' => {
                self.at += 1;
                Ok(Some(Shape::Elements(List::None)))
            }
            b'{' => {
                let begun = self.at;
                self.at += 1;
                let is_open = self.skip_to_something(b',').is_ok();
                let is_document = is_open
                    && self.buffer[self.at] == b'"'
                    && self.extent().is_ok_and(|(from, to)| begins_document(&self.buffer[from + 1..to - 1]));
                // Reading on keeps places in the buffer: nothing before `at` is dropped while it is looked at.
                self.at = if is_document { self.at } else { begun };
                Ok(is_document.then_some(Shape::Members))
            }
            _ => Ok(None),
        }
    }

    /// The value that begins here.
    fn value(&mut self, list: List) -> Result<(Piece<'_>, usize), Unreadable> {
        self.drop_read();
        let (from, to) = self.extent()?;
        self.at = to;
        Ok((self.piece(from, to, list), from))
    }

    fn line_or_garbage(&mut self) -> Result<Option<(Piece<'_>, usize)>, Unreadable> {
        loop {
            self.drop_read();
            if self.at == self.buffer.len() && !self.fill()? {
                return Ok(None);
            }
            let from = self.at;
            let Some(end) = self.line_end(from)? else { return Err(Unreadable::TooLong { line: self.line(from) }) };
            self.at = (end + 1).min(self.buffer.len());
            let line = &self.buffer[from..end];
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let Some(value) = stripped(line).map(<[u8]>::len) else { return Ok(Some((Piece::Garbage, from))) };
            return Ok(Some((self.piece(end - value, end, List::None), from)));
        }
    }

    fn piece(&self, from: usize, to: usize, list: List) -> Piece<'_> {
        match std::str::from_utf8(&self.buffer[from..to]) {
            Ok(text) => Piece::Value { text, list },
            Err(_) => Piece::Garbage,
        }
    }

    /// Where the line that begins at `from` ends; `None` if it is too long.
    fn line_end(&mut self, from: usize) -> Result<Option<usize>, Unreadable> {
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
    fn extent(&mut self) -> Result<(usize, usize), Unreadable> {
        let mut more = PIECE;
        loop {
            match extent(&self.buffer, self.at, self.is_at_end) {
                Extent::Ends(end) => return Ok((self.at, end)),
                Extent::Broken => return Err(self.broken()),
                Extent::Open if self.buffer.len() - self.at > LONGEST => {
                    let at = self.at;
                    return Err(Unreadable::TooLong { line: self.line(at) });
                }
                Extent::Open => {
                    if !self.fill_by(more)? {
                        return Err(Unreadable::CutOff);
                    }
                    more *= 2;
                }
            }
        }
    }

    fn broken(&mut self) -> Unreadable {
        let at = self.at;
        Unreadable::Broken(self.line(at))
    }

    /// Goes on to the next byte that is neither blank nor `separator`.
    fn skip_to_something(&mut self, separator: u8) -> Result<(), Unreadable> {
        loop {
            while let Some(byte) = self.buffer.get(self.at) {
                if !byte.is_ascii_whitespace() && *byte != separator {
                    return Ok(());
                }
                self.at += 1;
            }
            if !self.fill()? {
                return Err(Unreadable::CutOff);
            }
        }
    }

    /// Goes on to the next value; `false` if there is none. What was read is dropped now and then.
    fn skip_blank(&mut self) -> Result<bool, Unreadable> {
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
    fn drop_read(&mut self) {
        if self.at * 2 < self.buffer.len() || self.at == 0 {
            return;
        }
        self.lines += memchr_iter(b'\n', &self.buffer[self.counted.min(self.at)..self.at]).count() as u64;
        self.buffer.drain(..self.at);
        (self.at, self.counted) = (0, 0);
    }

    fn fill(&mut self) -> Result<bool, Unreadable> {
        self.fill_by(PIECE)
    }

    /// Reads some more; `false` at the end.
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

/// Where a value that begins at `from` ends. A number or word at the very end of what is there is over only if
/// nothing follows.
fn extent(bytes: &[u8], from: usize, is_at_end: bool) -> Extent {
    let mut at = from;
    let mut depth = 0_u32;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => match string_end(bytes, at + 1) {
                Some(end) => at = end,
                None => return Extent::Open,
            },
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' if depth == 0 => return Extent::Broken,
            b'}' | b']' => {
                depth -= 1;
                at += 1;
            }
            _ if depth == 0 => {
                let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._".contains(byte);
                let length = bytes[at..].iter().take_while(|byte| is_part(byte)).count();
                return match at + length {
                    _ if length == 0 => Extent::Broken,
                    end if end == bytes.len() && !is_at_end => Extent::Open,
                    end => Extent::Ends(end),
                };
            }
            _ => at += 1,
        }
        if depth == 0 {
            return Extent::Ends(at);
        }
    }
    Extent::Open
}

/// The place behind the string whose text begins at `from`.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The JSON of a line, which may stand behind an instant.
fn stripped(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii();
    match line.first()? {
        b'{' => Some(line),
        byte if byte.is_ascii_digit() => {
            let space = memchr(b' ', line).filter(|space| *space <= 40)?;
            Some(line[space..].trim_ascii()).filter(|rest| rest.starts_with(b"{"))
        }
        _ => None,
    }
}

/// Whether a value is a document with a list of records, as its first member says.
pub(super) fn is_document(text: &str) -> bool {
    let Some(member) = text.strip_prefix('{').map(|rest| rest.trim_ascii_start().as_bytes()) else { return false };
    let Some(b'"') = member.first() else { return false };
    string_end(member, 1).is_some_and(|end| begins_document(&member[1..end - 1]))
}

/// Whether a value whose first member is this one is a document: a list of records, or what may stand before it.
fn begins_document(member: &[u8]) -> bool {
    List::named(member).is_some() || TOKENS.contains(&member)
}

fn is_value(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}
