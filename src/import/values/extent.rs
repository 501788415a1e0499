//! Where a JSON value ends, and what a line or a member says about the file.

use memchr::{memchr, memchr2};

use super::piece::{List, TOKENS};

/// What is found where a value should begin.
pub(super) enum Extent {
    /// It ends before this place.
    Ends(usize),
    /// More bytes are needed.
    Open,
    /// It is none.
    Broken,
}

/// Where a value that begins at `from` ends. A number or word at the very end of what is there is over only if
/// nothing follows.
pub(super) fn extent(bytes: &[u8], from: usize, is_at_end: bool) -> Extent {
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
pub(super) fn stripped(line: &[u8]) -> Option<&[u8]> {
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
pub(in crate::import) fn is_document(text: &str) -> bool {
    let Some(member) = text.strip_prefix('{').map(|rest| rest.trim_ascii_start().as_bytes()) else { return false };
    let Some(b'"') = member.first() else { return false };
    string_end(member, 1).is_some_and(|end| begins_document(&member[1..end - 1]))
}

/// Whether a value whose first member is this one is a document: a list of records, or what may stand before it.
pub(super) fn begins_document(member: &[u8]) -> bool {
    List::named(member).is_some() || TOKENS.contains(&member)
}
