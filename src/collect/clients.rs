//! What a listing does not tell about app clients: how long their challenges may be answered.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use tracing::{info, warn};

use super::{CollectError, Collector, Source, blocking};
use crate::model::{Client, Pool};
use crate::query::Questions;
use crate::source::SourceError;

/// A description older than this is asked for again.
const GOOD_FOR: TimeDelta = TimeDelta::hours(24);

/// Most descriptions of one listing round: ten seconds of the default budget. What is left waits for
/// the next round.
const MOST: usize = 30;

impl Collector {
    /// Asks about the listed app clients that wait longest for it, and tells `pools` what was found. A call
    /// that fails ends the round and fails nothing else: until a client is described, the longest validity is
    /// taken for its own.
    pub(super) async fn describe_clients(&self, source: &Source, pools: &mut [Pool]) -> Result<(), CollectError> {
        for (pool_id, client_id) in self.clients_due(pools).await? {
            let session_validity = match source.aws.session_validity(&pool_id, &client_id).await {
                Ok(validity) => validity,
                // Deleted since it was listed.
                Err(SourceError::NotFound { .. }) => continue,
                Err(error) => {
                    if !source.told_of_clients.swap(true, Ordering::Relaxed) {
                        warn!(source = %source.config.name, "{error}; until then the session validity of app clients is taken for 15 minutes");
                    }
                    break;
                }
            };
            if source.told_of_clients.swap(false, Ordering::Relaxed) {
                info!(source = %source.config.name, "app clients are described again");
            }
            let of_pool = pools.iter_mut().filter(|pool| pool.key.pool_id == pool_id);
            for listed in of_pool.flat_map(|pool| &mut pool.clients).filter(|listed| listed.client_id == client_id) {
                listed.session_validity = session_validity;
                listed.described_at = Some(self.clock.now());
            }
        }
        Ok(())
    }

    async fn clients_due(&self, pools: &[Pool]) -> Result<Vec<(String, String)>, CollectError> {
        let (store, before) = (self.store.clone(), self.clock.now() - GOOD_FOR);
        let described = blocking(move || Questions::of(&store)?.described_clients()).await?;
        let since = |pool: &Pool, client: &Client| {
            described.get(&(pool.key.pool_id.clone(), client.client_id.clone())).copied()
        };
        let mut due: Vec<_> = pools
            .iter()
            .flat_map(|pool| pool.clients.iter().map(move |client| (since(pool, client), pool, client)))
            .filter(|(since, ..)| since.is_none_or(|since| since < before))
            .collect();
        // Those that never were described come first.
        due.sort_by_key(|(since, ..)| *since);
        let ids = |pool: &Pool, client: &Client| (pool.key.pool_id.clone(), client.client_id.clone());
        Ok(due.into_iter().take(MOST).map(|(_, pool, client)| ids(pool, client)).collect())
    }
}
