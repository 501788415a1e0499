//! Messages that no table knows.

use chrono::{DateTime, Utc};

use super::counts::count;
use super::pools::instant;
use super::{Questions, View};
use crate::store::StoreError;

/// A message nobody has told us about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherMessage {
    /// `challenge`, `recovery`, `sms` or `notice`.
    pub origin: String,
    /// AWS's error code.
    pub error_code: String,
    /// Sanitised text; empty where there were too many to tell apart.
    pub message: String,
    /// How often, since the store began.
    pub events: u64,
    /// First time.
    pub first_seen_at: DateTime<Utc>,
    /// Last time.
    pub last_seen_at: DateTime<Utc>,
}

impl Questions {
    /// Messages of some origins, seen in a view, that nobody has told us about; of every pool.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn other_messages(&self, view: &View, origins: &[&str]) -> Result<Vec<OtherMessage>, StoreError> {
        let mut messages = self.reader.rows("dashboard/other_message", &view.values().named(), |row| {
            Ok(OtherMessage {
                origin: row.get("origin")?,
                error_code: row.get("error_code")?,
                message: row.get("message")?,
                events: count(row.get("events")?),
                first_seen_at: instant(row, "first_seen_at")?.unwrap_or_default(),
                last_seen_at: instant(row, "last_seen_at")?.unwrap_or_default(),
            })
        })?;
        messages.retain(|message: &OtherMessage| origins.contains(&message.origin.as_str()));
        Ok(messages)
    }
}
