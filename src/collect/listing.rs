//! Pools, app clients and users → their tables.

use super::{CollectError, Collector, Source, blocking};
use crate::config::{Cognito, Usernames};
use crate::model::Pool;
use crate::source::SourceError;

impl Collector {
    /// Lists the pools of a source and sweeps their users. A pool's users are replaced when its
    /// sweep is complete; until then the last complete one stands.
    ///
    /// A configured pool that does not exist stops no other: it is what is returned.
    pub(super) async fn list(&self, source: &Source, cognito: &Cognito) -> Result<Option<SourceError>, CollectError> {
        let listed_at = self.clock.now();
        let pool_ids = match &cognito.user_pools {
            Some(pool_ids) => pool_ids.clone(),
            None => source.aws.pool_ids().await?,
        };
        let mut pools = Vec::with_capacity(pool_ids.len());
        let mut missing = None;
        for pool_id in &pool_ids {
            match source.aws.pool(pool_id).await {
                Ok(pool) => pools.push(pool),
                // Of pools that AWS listed a moment ago: deleted since.
                Err(SourceError::NotFound { .. }) if cognito.user_pools.is_none() => {}
                Err(error @ SourceError::NotFound { .. }) => missing = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        let (store, name, age) =
            (self.store.clone(), source.config.name.clone(), cognito.max_evidence_age.as_duration());
        let pools = blocking(move || {
            store.list_pools(&name, &pools, age, listed_at)?;
            Ok(pools)
        })
        .await?;
        for pool in &pools {
            self.sweep(source, pool).await?;
        }
        let store = self.store.clone();
        blocking(move || store.settle_listed()).await?;
        Ok(missing)
    }

    async fn sweep(&self, source: &Source, pool: &Pool) -> Result<(), CollectError> {
        let started_at = self.clock.now();
        let keep_usernames = self.config.privacy.usernames == Usernames::Keep;
        let (store, key) = (self.store.clone(), pool.key.clone());
        blocking(move || store.begin_sweep(&key)).await?;
        let mut token = None;
        loop {
            let (users, next) = source.aws.user_page(&pool.key.pool_id, token, keep_usernames).await?;
            let (store, key) = (self.store.clone(), pool.key.clone());
            blocking(move || store.sweep_page(&key, &users)).await?;
            token = next;
            if token.is_none() {
                break;
            }
        }
        let completed_at = self.clock.now();
        let (store, key, name) = (self.store.clone(), pool.key.clone(), source.config.name.clone());
        blocking(move || store.publish_sweep(&name, &key, started_at, completed_at)).await
    }
}
