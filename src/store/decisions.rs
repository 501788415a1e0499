//! Decisions that somebody kept.

use chrono::{DateTime, Utc};
use duckdb::named_params;
use uuid::Uuid;

use super::writer::{run, utc};
use super::{Store, StoreError};
use crate::model::PoolKey;

/// A decision to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRecord {
    /// Its own id.
    pub record_id: Uuid,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The pool that it is about.
    pub key: PoolKey,
    /// Who kept it, where anybody is asked who he is.
    pub made_by: Option<String>,
    /// SHA-256 of the document.
    pub fingerprint: String,
    /// The document, JSON.
    pub document: String,
}

impl Store {
    /// Keeps a decision for good.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn keep_decision(&self, record: &DecisionRecord) -> Result<(), StoreError> {
        let DecisionRecord { record_id, made_at, key, made_by, fingerprint, document } = record;
        self.write(|connection| {
            run(
                connection,
                "staging/keep_decision",
                named_params! {
                    "record_id": record_id.to_string(), "made_at": utc(*made_at), "aws_region": key.aws_region,
                    "pool_id": key.pool_id, "made_by": made_by, "fingerprint": fingerprint, "document": document,
                },
            )
        })
    }
}
