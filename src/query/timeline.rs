//! How pools were configured over time, and by whom.

use chrono::{DateTime, Utc};
use duckdb::{Row, named_params};

use super::Questions;
use super::pools::{instant, key};
use crate::model::{Actor, PoolKey};
use crate::store::StoreError;

/// A call that changed a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolChange {
    /// When the call completed.
    pub changed_at: DateTime<Utc>,
    /// The pool.
    pub key: PoolKey,
    /// Name of the call.
    pub event_name: String,
    /// MFA enforcement it asked for, where the record tells.
    pub mfa_configuration: Option<String>,
    /// AWS account.
    pub account_id: Option<String>,
    /// Who called.
    pub actor: Option<Actor>,
}

/// A pool's configuration from an instant on, as a listing saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolObservation {
    /// The listing.
    pub observed_at: DateTime<Utc>,
    /// The pool.
    pub key: PoolKey,
    /// `OFF`, `OPTIONAL` or `ON`.
    pub mfa_configuration: String,
    /// What each factor's setting was: TOTP, SMS, e-mail, passkey.
    pub allowed: [bool; 4],
    /// Feature plan.
    pub tier: String,
    /// Recovery mechanisms.
    pub recovery: String,
    /// How SMS are sent.
    pub sms_route: String,
    /// What Cognito finds wrong with the SMS set-up.
    pub sms_failure: String,
    /// Which devices are remembered.
    pub devices: String,
}

impl Questions {
    /// Calls that changed each pool, newest first, at most `limit` a pool.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn pool_changes(&self, limit: u64) -> Result<Vec<PoolChange>, StoreError> {
        self.reader.rows("dashboard/pool_change", named_params! {"limit": limit as i64}, |row| {
            Ok(PoolChange {
                changed_at: instant(row, "changed_at")?.unwrap_or_default(),
                key: key(row)?,
                event_name: row.get("event_name")?,
                mfa_configuration: row.get("mfa_configuration")?,
                account_id: row.get("account_id")?,
                actor: actor(row)?,
            })
        })
    }

    /// Configurations of every pool that listings saw, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn pool_observations(&self) -> Result<Vec<PoolObservation>, StoreError> {
        self.reader.rows("dashboard/pool_observation", &[], |row| {
            Ok(PoolObservation {
                observed_at: instant(row, "observed_at")?.unwrap_or_default(),
                key: key(row)?,
                mfa_configuration: row.get("mfa_configuration")?,
                allowed: [
                    row.get("allows_totp")?,
                    row.get("allows_sms")?,
                    row.get("allows_email")?,
                    row.get("passkey_is_mfa")?,
                ],
                tier: row.get("tier")?,
                recovery: row.get("recovery")?,
                sms_route: row.get("sms_route")?,
                sms_failure: row.get("sms_failure")?,
                devices: row.get("devices")?,
            })
        })
    }
}

/// Who called, where the record tells.
pub(super) fn actor(row: &Row<'_>) -> duckdb::Result<Option<Actor>> {
    let kind: Option<String> = row.get("actor_type")?;
    let (name, session) = (row.get("actor_name")?, row.get("actor_session")?);
    Ok(kind.map(|kind| Actor { kind, name, session }))
}
