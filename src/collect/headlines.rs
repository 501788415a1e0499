//! What switching every pool would come to, kept for the metrics.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::error;

use super::{CollectError, Collector, blocking, unless_stopped};
use crate::decision::headline;
use crate::model::PoolKey;
use crate::query::Questions;
use crate::rollout::Headline;

/// How long headlines stay while pools come and go nowhere: users are judged one by one for them.
const SHORTEST_REST: Duration = Duration::from_secs(600);

/// Headlines that took a second to make are followed by this many seconds without.
const REST: u32 = 60;

/// Makes headlines once the history is read, when another pool was listed, and now and then, until told to stop.
pub async fn keep_headlines(collector: Collector, stop: CancellationToken) {
    let mut pools = Vec::new();
    let mut rest_until = Instant::now();
    while unless_stopped(&stop, collector.drawn.notified()).await.is_some() {
        let listed = collector.listed_pools();
        if listed.is_empty() || (listed == pools && Instant::now() < rest_until) {
            continue;
        }
        let begun = Instant::now();
        match unless_stopped(&stop, collector.make_headlines(&listed)).await {
            None => return,
            Some(Ok(headlines)) => {
                collector.headlines.store(headlines.into());
                collector.publish_soon();
            }
            Some(Err(problem)) => {
                error!("what a switch would do could not be counted, the last counts stay: {problem}")
            }
        }
        rest_until = Instant::now() + (begun.elapsed() * REST).max(SHORTEST_REST);
        pools = listed;
    }
}

impl Collector {
    /// Pools whose users and history are known.
    fn listed_pools(&self) -> Vec<PoolKey> {
        let snapshot = self.gallery.current().filter(|snapshot| snapshot.is_history_read);
        let pools = snapshot.iter().flat_map(|snapshot| &snapshot.pools);
        pools.filter(|pool| pool.listed_users_at.is_some()).map(|pool| pool.key.clone()).collect()
    }

    async fn make_headlines(&self, pools: &[PoolKey]) -> Result<Vec<Headline>, CollectError> {
        let mut made = Vec::new();
        for key in pools {
            let (this, key) = (self.clone(), key.clone());
            // Whoever pulls may go in between.
            let _turn = self.turn.lock().await;
            let work = move || headline(Questions::of(&this.store)?, &key, &this.config, this.clock.now());
            made.extend(blocking(work).await?);
        }
        Ok(made)
    }
}
