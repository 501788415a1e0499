//! The page of sms.

use chrono::{DateTime, Utc};

use super::figures::{self, FigurePage};
use crate::query::{SmsFigures, View};
use crate::snapshot::Snapshot;

/// The page of sms in a view.
pub fn sms(snapshot: &Snapshot, view: &View, as_of: DateTime<Utc>, _figures: &SmsFigures) -> FigurePage {
    figures::page("Sms", "", snapshot, view, as_of)
}
