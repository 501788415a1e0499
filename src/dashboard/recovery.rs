//! The page of recovery.

use chrono::{DateTime, Utc};

use super::figures::{self, FigurePage};
use crate::query::{RecoveryFigures, View};
use crate::snapshot::Snapshot;

/// The page of recovery in a view.
pub fn recovery(snapshot: &Snapshot, view: &View, as_of: DateTime<Utc>, _figures: &RecoveryFigures) -> FigurePage {
    figures::page("Recovery", "", snapshot, view, as_of)
}
