//! Snapshot → metric families, built afresh for each scrape. Never touches the store.

mod family;
mod format;
mod pools;
mod rollout;
mod sources;
mod totals;

use prometheus::proto::MetricFamily;
use prometheus::{Registry, TextEncoder};

use crate::snapshot::Snapshot;

pub use format::Format;

/// The picture's families and those of the process, in the wanted format.
///
/// # Errors
/// When a family cannot be encoded.
pub fn exposition(snapshot: Option<&Snapshot>, process: &Registry, format: Format) -> prometheus::Result<String> {
    let mut families = snapshot.map(families).unwrap_or_default();
    families.extend(process.gather());
    families.sort_by(|a, b| a.name().cmp(b.name()));
    let text = TextEncoder::new().encode_to_string(&families)?;
    Ok(match format {
        Format::Text => text,
        Format::OpenMetrics => format::open_metrics(&text),
    })
}

/// The picture's families; those without a sample are left out.
pub fn families(snapshot: &Snapshot) -> Vec<MetricFamily> {
    let mut families = pools::families(snapshot);
    families.extend(rollout::families(snapshot));
    families.extend(totals::families(snapshot));
    families.extend(sources::families(snapshot));
    families.into_iter().filter_map(family::Family::finish).collect()
}

#[cfg(test)]
mod tests;
