//! Keeping the picture current.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::error;

use super::{CollectError, Collector, blocking, unless_stopped};
use crate::model::{PoolKey, Population};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

/// A picture that took a second to make is followed by this many seconds without one: whatever the
/// store's size, most of the machine stays free for scrapes and pulls.
const REST: u32 = 4;

/// The pause after a picture that took no time.
const SHORTEST_REST: Duration = Duration::from_millis(50);

/// Makes a new picture whenever something has changed, until told to stop.
pub async fn keep_current(collector: Collector, stop: CancellationToken) {
    while unless_stopped(&stop, collector.changed.notified()).await.is_some() {
        let turn = collector.turn.lock().await;
        // Waiting took nothing from anybody.
        let begun = tokio::time::Instant::now();
        if let Err(problem) = collector.publish().await {
            error!("the figures could not be refreshed, the last ones stay: {problem}");
        }
        drop(turn);
        let rest = (begun.elapsed() * REST).max(SHORTEST_REST);
        if unless_stopped(&stop, tokio::time::sleep(rest)).await.is_none() {
            return;
        }
    }
}

fn shows_totals(snapshot: &Snapshot) -> bool {
    snapshot.counters.iter().any(|series| series.total > 0)
}

impl Collector {
    /// Asks for a new picture. Asking again before it is made asks for no other.
    pub(super) fn publish_soon(&self) {
        self.changed.notify_one();
    }

    /// Reads the store and swaps the picture.
    ///
    /// # Errors
    /// When the store cannot be read; the old picture stays.
    pub async fn publish(&self) -> Result<(), CollectError> {
        let this = self.clone();
        blocking(move || {
            let before = this.gallery.current();
            let build =
                || Snapshot::build(&this.store, &this.health, &this.config, this.clock.now(), before.as_deref());
            let mut snapshot = build()?;
            // The first one with totals: before it nobody has seen one.
            if shows_totals(&snapshot) && !before.as_deref().is_some_and(shows_totals) {
                this.store.show_totals()?;
                snapshot = build()?;
            }
            this.note_enrolment(&snapshot)?;
            snapshot.headlines = this.headlines.load_full();
            this.gallery.publish(snapshot);
            this.drawn.notify_one();
            Ok(())
        })
        .await
    }

    /// Keeps the day's head counts of the pools whose counts are not those of the picture before.
    fn note_enrolment(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let day = snapshot.as_of.date_naive();
        let before = self.gallery.current().filter(|before| before.as_of.date_naive() == day);
        let counted = |snapshot: &Snapshot| -> Vec<(PoolKey, Population)> {
            let swept = snapshot.pools.iter().filter(|pool| pool.listed_users_at.is_some());
            swept.map(|pool| (pool.key.clone(), pool.population.clone())).collect()
        };
        let noted = before.map(|before| counted(&before)).unwrap_or_default();
        let mut news = counted(snapshot);
        news.retain(|count| !noted.contains(count));
        if news.is_empty() { Ok(()) } else { self.store.note_enrolment(day, &news) }
    }
}
