//! How every stream is doing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::model::Stream;

/// Health of one stream of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamHealth {
    /// Source name.
    pub source: String,
    /// Stream.
    pub stream: Stream,
    /// Whether the last pull succeeded; `None` before the first.
    pub is_up: Option<bool>,
    /// When a pull last succeeded.
    pub last_success: Option<DateTime<Utc>>,
    /// Newest instant the stream's data reach.
    pub data_through: Option<DateTime<Utc>>,
    /// Of a trail: everything delivered before this instant was read.
    pub read_through: Option<DateTime<Utc>>,
    /// Of a trail: the first back-fill is still under way.
    pub is_backfilling: bool,
    /// Why the last pull failed: one line.
    pub problem: Option<String>,
}

/// The streams of all sources, as the pulling tasks report them. Cheap to clone.
#[derive(Clone, Default)]
pub struct Health(Arc<Mutex<BTreeMap<(String, Stream), StreamHealth>>>);

impl Health {
    /// Makes a stream known before its first pull.
    pub fn expect(&self, source: &str, stream: Stream) {
        self.change(source, stream, |_| ());
    }

    /// A pull succeeded.
    pub fn succeeded(&self, source: &str, stream: Stream, now: DateTime<Utc>) {
        self.change(source, stream, |health| {
            health.is_up = Some(true);
            health.last_success = Some(now);
            health.problem = None;
        });
    }

    /// A pull failed; the last success stays.
    pub fn failed(&self, source: &str, stream: Stream, problem: String) {
        self.change(source, stream, |health| {
            health.is_up = Some(false);
            health.problem = Some(problem);
        });
    }

    /// Whether any stream of any source has been pulled successfully by this process.
    pub fn any_success(&self) -> bool {
        self.list().iter().any(|health| health.is_up == Some(true))
    }

    /// Every stream, by source.
    pub fn list(&self) -> Vec<StreamHealth> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn change(&self, source: &str, stream: Stream, change: impl FnOnce(&mut StreamHealth)) {
        let mut streams = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(streams.entry((source.to_owned(), stream)).or_insert_with(|| StreamHealth {
            source: source.to_owned(),
            stream,
            is_up: None,
            last_success: None,
            data_through: None,
            read_through: None,
            is_backfilling: false,
            problem: None,
        }));
    }
}
