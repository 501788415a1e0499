//! What is watched of every pool, without anybody asking.

use chrono::{DateTime, Utc};

use super::{Enrolment, Wanted};
use crate::config::Config;
use crate::model::PoolKey;
use crate::query::{Questions, replayed};
use crate::rollout::{Headline, simulate};
use crate::store::StoreError;

/// What requiring MFA of a pool today would come to; `None` where the pool is not listed.
///
/// # Errors
/// When the store cannot be read.
pub fn headline(
    questions: Questions,
    key: &PoolKey,
    config: &Config,
    as_of: DateTime<Utc>,
) -> Result<Option<Headline>, StoreError> {
    let wanted = Wanted::of_pool(key.clone());
    let enrolment = Enrolment::of(&questions, key, &config.rollout, as_of)?;
    let stretch = replayed(config.rollout.days, as_of);
    let Some(gathered) = questions.rollout(key, stretch, as_of)? else { return Ok(None) };
    let (users, setting) = (gathered.users()?, gathered.setting());
    let target = wanted.target(&setting);
    let simulation = simulate(setting, target, wanted.assumption, gathered.hours, &users);
    let mut decided = gathered.decide(&users, target, wanted.assumption)?;
    let (risks, recovery) = decided.risks(config.dashboard.small_denominator)?;
    Ok(Some(Headline {
        key: key.clone(),
        users: simulation.users,
        risks,
        dead_end_users: recovery.dead_end_users,
        target_on: enrolment.target_on(),
    }))
}
