//! What shape a file has, from how it begins.

use std::io::Read;

use serde::de::IgnoredAny;

use super::extent::{begins_document, stripped};
use super::piece::List;
use super::{Unreadable, Values};

/// Lines that a file may begin with before one is a JSON value.
const PATIENCE: usize = 3;

/// Where in a file one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Unknown,
    Lines,
    /// One value after another.
    Sequence,
    /// Between the members of a document.
    Members,
    /// Within the list of a document, or within a bare list.
    Elements(List),
}

impl<R: Read> Values<R> {
    /// What shape the file has, from how it begins.
    pub(super) fn guess(&mut self) -> Result<Shape, Unreadable> {
        if let Some(shape) = self.opened()? {
            return Ok(shape);
        }
        let mut from = self.bytes.at;
        for _ in 0..PATIENCE {
            let Some(end) = self.bytes.line_end(from)? else { break };
            if stripped(&self.bytes.buffer[from..end]).is_some_and(is_value) {
                return Ok(Shape::Lines);
            }
            from = end + 1;
            if from >= self.bytes.buffer.len() {
                break;
            }
        }
        if self.here() == b'{' { Ok(Shape::Sequence) } else { Err(Unreadable::NotJson) }
    }

    /// The shape of what begins here, if it is a document or a list.
    pub(super) fn opened(&mut self) -> Result<Option<Shape>, Unreadable> {
        match self.here() {
            b'[' => {
                self.bytes.at += 1;
                Ok(Some(Shape::Elements(List::None)))
            }
            b'{' => {
                let begun = self.bytes.at;
                self.bytes.at += 1;
                let is_open = self.bytes.skip_to_something(b',').is_ok();
                let is_document = is_open && self.here() == b'"' && {
                    let member = self.bytes.extent();
                    member.is_ok_and(|(from, to)| begins_document(&self.bytes.buffer[from + 1..to - 1]))
                };
                // Reading on keeps places in the buffer: nothing before `at` is dropped while it is looked at.
                self.bytes.at = if is_document { self.bytes.at } else { begun };
                Ok(is_document.then_some(Shape::Members))
            }
            _ => Ok(None),
        }
    }
}

fn is_value(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}
