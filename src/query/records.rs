//! Decisions that were kept.

use chrono::{DateTime, Utc};
use duckdb::{Row, named_params};
use serde::Serialize;
use uuid::Uuid;

use super::Questions;
use super::pools::{instant, key};
use crate::model::PoolKey;
use crate::rollout::fingerprint;
use crate::store::StoreError;

/// A decision that was kept, without its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptDecision {
    /// Its id.
    pub record_id: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The pool that it is about.
    #[serde(flatten)]
    pub key: PoolKey,
    /// Who kept it.
    pub made_by: Option<String>,
    /// SHA-256 of its document, as it was when it was kept.
    pub fingerprint: String,
}

impl Questions {
    /// Decisions that were kept, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn kept_decisions(&self) -> Result<Vec<KeptDecision>, StoreError> {
        self.reader.rows("rollout/record", named_params! {"record_id": None::<String>}, kept)
    }

    /// A decision and its document, with whether that still is what was kept; `None` where there is none of that id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn kept_decision(
        &self,
        record_id: Uuid,
    ) -> Result<Option<(KeptDecision, serde_json::Value, bool)>, StoreError> {
        let parameters = named_params! {"record_id": record_id.to_string()};
        let rows = self.reader.rows("rollout/record", parameters, |row| {
            let document: Option<String> = row.get("document")?;
            Ok((kept(row)?, document.unwrap_or_default()))
        })?;
        Ok(rows.into_iter().next().map(|(kept, document)| {
            let is_intact = fingerprint(&document) == kept.fingerprint;
            (kept, serde_json::from_str(&document).unwrap_or_default(), is_intact)
        }))
    }
}

fn kept(row: &Row<'_>) -> duckdb::Result<KeptDecision> {
    Ok(KeptDecision {
        record_id: row.get("record_id")?,
        made_at: instant(row, "made_at")?.unwrap_or_default(),
        key: key(row)?,
        made_by: row.get("made_by")?,
        fingerprint: row.get("fingerprint")?,
    })
}
