//! What a listing does not tell about app clients: how long their challenges may be answered.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use tracing::{info, warn};

use super::{CollectError, Collector, Source, blocking};
use crate::model::Pool;
use crate::query::Questions;
use crate::source::SourceError;

/// A description older than this is asked for again.
const GOOD_FOR: TimeDelta = TimeDelta::hours(24);

/// Most descriptions of one listing round: ten seconds of the default budget. What is left waits for
/// the next round.
const MOST: usize = 30;

impl Collector {
    /// Describes the app clients that wait longest. A call that fails ends the round and fails nothing
    /// else: until a client is described, the longest validity is taken for its own.
    pub(super) async fn describe_clients(&self, source: &Source, pools: &[Pool]) -> Result<(), CollectError> {
        for (client_id, pool_id) in self.clients_due(pools).await? {
            let client = match source.aws.client(&pool_id, &client_id).await {
                Ok(client) => client,
                // Deleted since it was listed.
                Err(SourceError::NotFound { .. }) => continue,
                Err(error) => {
                    if !source.told_of_clients.swap(true, Ordering::Relaxed) {
                        warn!(source = %source.config.name, "{error}; until then the session validity of app clients is taken for 15 minutes");
                    }
                    return Ok(());
                }
            };
            if source.told_of_clients.swap(false, Ordering::Relaxed) {
                info!(source = %source.config.name, "app clients are described again");
            }
            let (store, described_at) = (self.store.clone(), self.clock.now());
            blocking(move || store.describe_client(&pool_id, &client, described_at)).await?;
        }
        Ok(())
    }

    async fn clients_due(&self, pools: &[Pool]) -> Result<Vec<(String, String)>, CollectError> {
        let (store, before) = (self.store.clone(), self.clock.now() - GOOD_FOR);
        let due = blocking(move || Questions::of(&store)?.clients_due(before)).await?;
        let listed: HashSet<(&str, &str)> = pools
            .iter()
            .flat_map(|pool| pool.clients.iter().map(|client| (client.client_id.as_str(), pool.key.pool_id.as_str())))
            .collect();
        let is_listed = |(client, pool): &(String, String)| listed.contains(&(client.as_str(), pool.as_str()));
        Ok(due.into_iter().filter(is_listed).take(MOST).collect())
    }
}
