//! A decision in the few figures that are watched over time.

use chrono::NaiveDate;

use super::{RiskCount, Tally};
use crate::model::PoolKey;

/// What requiring MFA of a pool today would come to, by the factors that the pool allows now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// The pool.
    pub key: PoolKey,
    /// Users who can sign in, by how they would fare.
    pub users: Tally,
    /// Users by reason why they may be locked out.
    pub risks: Vec<RiskCount>,
    /// Users who have no way to recover as it is.
    pub dead_end_users: u64,
    /// When enrolment reaches the target of the config, or did; `None` where no trend tells.
    pub target_on: Option<NaiveDate>,
}
