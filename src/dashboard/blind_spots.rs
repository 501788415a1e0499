//! What cannot be told with the configured sources, and what to switch on.

use super::figures::FigurePage;
use super::format::instant;
use crate::snapshot::Snapshot;

/// The page of blind spots.
pub fn blind_spots(snapshot: &Snapshot) -> FigurePage {
    FigurePage {
        title: "Blind spots",
        explanation: "What these sources cannot tell, which figures suffer, and the AWS call or setting that mends it.",
        as_of: instant(snapshot.as_of),
        filters: None,
        notices: Vec::new(),
        tiles: Vec::new(),
        tables: Vec::new(),
    }
}
