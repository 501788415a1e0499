//! Health of the sources, lines read, the daemon itself.

use chrono::{DateTime, Utc};

use super::family::Family;
use crate::snapshot::Snapshot;

pub(super) fn families(snapshot: &Snapshot) -> Vec<Family> {
    let mut up = Family::gauge(
        "mfascope_source_up",
        "1 when the last pull of the stream succeeded, 0 when it failed; absent before the first pull.",
    );
    let mut success = Family::gauge(
        "mfascope_source_last_success_timestamp_seconds",
        "When a pull of the stream last succeeded, Unix time.",
    );
    let mut through = Family::gauge(
        "mfascope_source_data_through_timestamp_seconds",
        "Newest instant the stream's data reach (delivery time of the newest log line, start of the last complete sweep), Unix time.",
    );
    for health in &snapshot.streams {
        let labels = [("source", health.source.as_str()), ("stream", health.stream.as_str())];
        if let Some(is_up) = health.is_up {
            up.set(&labels, f64::from(u8::from(is_up)));
        }
        if let Some(instant) = health.last_success {
            success.set(&labels, seconds(instant));
        }
        if let Some(instant) = health.data_through {
            through.set(&labels, seconds(instant));
        }
    }
    let mut records = Family::counter(
        "mfascope_records_total",
        "Log lines read, by what became of them: stored, duplicate, ignored, malformed, unclassified (unknown user-pool event name: kept). Reading a line again counts nothing.",
    );
    for (source, stream, outcome, lines) in &snapshot.record_counts {
        records.set(&[("source", source), ("stream", stream), ("outcome", outcome)], *lines as f64);
    }
    let mut bytes = Family::gauge("mfascope_store_bytes", "Size of the store file and its write-ahead log, bytes.");
    bytes.set(&[], snapshot.store_bytes as f64);
    let mut build = Family::gauge("mfascope_build_info", "1; the version of this daemon as a label.");
    build.set(&[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    vec![up, success, through, records, bytes, build]
}

fn seconds(instant: DateTime<Utc>) -> f64 {
    instant.timestamp_millis() as f64 / 1000.0
}
