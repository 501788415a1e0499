//! Chunks of files → what is stored in one transaction, and what became of them.

use super::answers::Told;
use super::read::{Chunk, End, Origin};
use super::report::{Report, TOLD};
use crate::model::Lookup;
use crate::store::Imported;

/// What is stored in one transaction.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) imported: Imported,
    pub(super) lookups: Vec<Lookup>,
    pub(super) lines: usize,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.lines == 0 && self.imported.files.is_empty()
    }

    /// Takes what is stored batch by batch; the rest is kept elsewhere, which hands look-ups back.
    pub(super) fn take(
        &mut self,
        chunk: Chunk,
        report: &mut Report,
        mut keep: impl FnMut(&Origin, Vec<Told>) -> Vec<Lookup>,
    ) {
        self.lines += chunk.lines.len();
        if let Some(origin) = chunk.origin {
            let is_broken = matches!(chunk.end, Some(End::Unreadable(_))) && origin.pool.is_some();
            let told = chunk.told.into_iter().chain(is_broken.then_some(Told::Gap));
            let lookups = keep(&origin, told.collect());
            report.lookups += lookups.len() as u64;
            self.lines += lookups.len();
            self.lookups.extend(lookups);
        }
        for (stream, line) in chunk.lines {
            match self.imported.lines.iter_mut().find(|(known, _)| *known == stream) {
                Some((_, lines)) => lines.push(line),
                None => self.imported.lines.push((stream, vec![line])),
            }
        }
        report.ignored += chunk.ignored;
        report.malformed += chunk.malformed;
        report.malformed_at.extend(chunk.malformed_at);
        report.malformed_at.truncate(TOLD);
        match chunk.end {
            Some(End::Whole(file_id)) => {
                report.files += 1;
                self.imported.files.extend(file_id);
            }
            Some(End::Unreadable(file)) => report.unreadable.push(file),
            None => {}
        }
    }
}
