//! Snapshot → metric families, built afresh for each scrape. Never touches the store.

mod family;
mod pools;
mod sources;
mod totals;

use prometheus::proto::MetricFamily;
use prometheus::{Registry, TextEncoder};

use crate::snapshot::Snapshot;

/// The exposition in text format 0.0.4: the picture's families and those of the process.
///
/// # Errors
/// When a family cannot be encoded.
pub fn exposition(snapshot: Option<&Snapshot>, process: &Registry) -> prometheus::Result<String> {
    let mut families = snapshot.map(families).unwrap_or_default();
    families.extend(process.gather());
    families.sort_by(|a, b| a.name().cmp(b.name()));
    TextEncoder::new().encode_to_string(&families)
}

/// The picture's families; those without a sample are left out.
pub fn families(snapshot: &Snapshot) -> Vec<MetricFamily> {
    let mut families = pools::families(snapshot);
    families.extend(totals::families(snapshot));
    families.extend(sources::families(snapshot));
    families.into_iter().filter_map(family::Family::finish).collect()
}

#[cfg(test)]
mod tests;
