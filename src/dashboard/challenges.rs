//! The page of challenges.

use chrono::{DateTime, Utc};

use super::figures::{self, FigurePage};
use crate::query::{ChallengesFigures, View};
use crate::snapshot::Snapshot;

/// The page of challenges in a view.
pub fn challenges(snapshot: &Snapshot, view: &View, as_of: DateTime<Utc>, _figures: &ChallengesFigures) -> FigurePage {
    figures::page("Challenges", "", snapshot, view, as_of)
}
