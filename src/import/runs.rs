//! Imports of several requests, which a daemon keeps apart.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::Run;

/// Imports under way at most; whoever was silent longest gives way.
const MOST: usize = 16;

/// An import that is silent for longer was killed.
const LONGEST_SILENCE: TimeDelta = TimeDelta::hours(1);

/// Imports that are under way between two requests.
#[derive(Debug, Default)]
pub struct Runs {
    open: Vec<(Uuid, DateTime<Utc>, Run)>,
}

impl Runs {
    /// Whether no import is under way any more; those that were killed are forgotten.
    pub fn is_idle(&mut self, now: DateTime<Utc>) -> bool {
        self.open.retain(|(_, heard_at, _)| now - heard_at < LONGEST_SILENCE);
        self.open.is_empty()
    }

    /// The import of that id, which is to be put back; `None`: it did not begin, or was forgotten since.
    pub fn take(&mut self, id: Uuid) -> Option<Run> {
        let place = self.open.iter().position(|(known, ..)| *known == id)?;
        Some(self.open.remove(place).2)
    }

    /// Keeps an import until its next request.
    pub fn put(&mut self, id: Uuid, run: Run, now: DateTime<Utc>) {
        self.take(id);
        if self.open.len() >= MOST {
            self.open.remove(0);
        }
        self.open.push((id, now, run));
    }
}
