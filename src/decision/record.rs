//! Decisions that are kept as they were.

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use super::Decision;
use crate::model::PoolKey;
use crate::rollout::fingerprint;
use crate::store::DecisionRecord;

impl Decision {
    /// The decision as it is kept, by whom and when.
    pub fn freeze(&self, made_by: Option<String>, made_at: DateTime<Utc>) -> DecisionRecord {
        // Strings, numbers and lists of them: nothing that JSON could not hold.
        let document = serde_json::to_string(self).unwrap_or_default();
        let pool = &self.simulation.pool;
        DecisionRecord {
            record_id: Uuid::new_v4(),
            made_at: made_at.trunc_subsecs(0),
            key: PoolKey { aws_region: pool.aws_region.clone(), pool_id: pool.pool_id.clone() },
            made_by,
            fingerprint: fingerprint(&document),
            document,
        }
    }
}
