//! Settings of pools as files tell them: the newest of each answer holds, in whatever order they come.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::Cognito;
use crate::model::{Pool, PoolDescription, PoolFactors, PoolKey};
use crate::store::{self, Store, StoreError};

/// Stores the settings of a pool, where they are newer than what is known.
pub(super) fn tell(
    store: &Store,
    source: &str,
    key: &PoolKey,
    cognito: &Cognito,
    description: Option<(DateTime<Utc>, PoolDescription)>,
    factors: Option<(DateTime<Utc>, PoolFactors)>,
) -> Result<(), StoreError> {
    let mut known = store.told_pool(source, key)?;
    let oldest = known.listed_at;
    let is_changed = [renew(&mut known.description, description, oldest), renew(&mut known.factors, factors, oldest)];
    if is_changed == [false, false] {
        return Ok(());
    }
    let text = |told: &store::Told| told.as_ref().map(|(_, text)| text.clone()).unwrap_or_default();
    let at = |told: &store::Told| told.as_ref().map(|(at, _)| *at);
    let described: Option<PoolDescription> = read(&text(&known.description));
    let configured: Option<PoolFactors> = read(&text(&known.factors));
    let is_description_newer = at(&known.description) > at(&known.factors);
    let pool = known.pool.unwrap_or_else(|| Pool::unknown(key.clone()));
    known.pool = Some(pool.as_told(described.as_ref(), configured.as_ref(), is_description_newer));
    store.tell_pool(source, &known, cognito.max_evidence_age.as_duration())
}

/// Whether what is told is newer than what is known, and takes its place.
fn renew<T: Serialize>(
    known: &mut store::Told,
    told: Option<(DateTime<Utc>, T)>,
    oldest: Option<DateTime<Utc>>,
) -> bool {
    let Some((at, text)) = told.and_then(|(at, told)| Some((at, serde_json::to_string(&told).ok()?))) else {
        return false;
    };
    let is_new = oldest.is_none_or(|oldest| at >= oldest)
        && known.as_ref().is_none_or(|known| (known.0, known.1.as_str()) < (at, text.as_str()));
    if is_new {
        *known = Some((at, text));
    }
    is_new
}

/// Keeps what is told if it is newer than what is known. Of the same instant the text decides, so that no order of
/// files matters.
pub(super) fn keep_newest<T: Serialize>(known: &mut Option<(DateTime<Utc>, T)>, at: DateTime<Utc>, told: T) {
    let rank = |told: &T| serde_json::to_string(told).unwrap_or_default();
    let is_newer =
        known.as_ref().is_none_or(|(known_at, known)| at > *known_at || (at == *known_at && rank(&told) > rank(known)));
    if is_newer {
        *known = Some((at, told));
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Whether a description that is kept names the factors that the pool allows.
pub(super) fn names_factors(text: &str) -> bool {
    read::<PoolDescription>(text).is_some_and(|told| told.allowed.is_some())
}
