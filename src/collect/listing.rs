//! Pools, app clients and users → their tables.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::task::JoinHandle;
use tracing::info;

use super::{CollectError, Collector, Source, blocking};
use crate::config::{Cognito, Usernames};
use crate::model::{ListedUser, PoolKey};
use crate::source::{NamedPool, SourceError};
use crate::store::{Store, StoreError, Sweep};

/// Pools swept side by side: a listing is a chain of pages, so one pool alone cannot use a budget
/// that is larger than what one page after the other takes.
const POOLS_AT_ONCE: usize = 4;

/// Users that may wait to be stored before the next page is asked for.
const MOST_WAITING: usize = 6_000;

/// An interrupted sweep older than this is begun anew.
const LONGEST_REST: TimeDelta = TimeDelta::hours(24);

/// A sweep that lasts longer says so when it is complete.
const WORTH_TELLING: Duration = Duration::from_secs(60);

impl Collector {
    /// Lists the pools of a source and sweeps their users. A pool's users are replaced when its
    /// sweep is complete; until then the last complete one stands.
    ///
    /// A configured pool that does not exist stops no other: it is what is returned.
    pub(super) async fn list(&self, source: &Source, cognito: &Cognito) -> Result<Option<SourceError>, CollectError> {
        let listed_at = self.clock.now();
        let named = match &cognito.user_pools {
            Some(pool_ids) => pool_ids.iter().map(|pool_id| NamedPool::of_config(pool_id)).collect(),
            None => source.aws.named_pools().await?,
        };
        let mut pools = Vec::with_capacity(named.len());
        let mut missing = None;
        for named in &named {
            match source.aws.pool(named).await {
                Ok(pool) => pools.push(pool),
                // Of pools that AWS listed a moment ago: deleted since.
                Err(SourceError::NotFound { .. }) if cognito.user_pools.is_none() => {}
                Err(error @ SourceError::NotFound { .. }) => missing = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        // Before records find their pool by an app client, its session validity is known.
        self.describe_clients(source, &mut pools).await?;
        let (store, name, age) =
            (self.store.clone(), source.config.name.clone(), cognito.max_evidence_age.as_duration());
        let pools = blocking(move || {
            store.list_pools(&name, &pools, age, listed_at)?;
            Ok(pools)
        })
        .await?;
        self.publish_soon();
        let keys: Vec<PoolKey> = pools.iter().map(|pool| pool.key.clone()).collect();
        stream::iter(keys)
            .map(|key| self.sweep(source, key))
            .buffer_unordered(POOLS_AT_ONCE)
            .try_collect::<()>()
            .await?;
        let store = self.store.clone();
        blocking(move || store.settle_listed()).await?;
        Ok(missing)
    }

    async fn sweep(&self, source: &Source, key: PoolKey) -> Result<(), CollectError> {
        let begun = tokio::time::Instant::now();
        let mut sweep = match self.interrupted_sweep(source, &key).await? {
            Some(sweep) => {
                info!(source = %source.config.name, pool_id = %key.pool_id, users = sweep.users, "an interrupted sweep goes on");
                sweep
            }
            None => self.begin_sweep(source, &key).await?,
        };
        loop {
            match self.sweep_on(source, sweep).await {
                Ok(complete) => {
                    sweep = complete;
                    break;
                }
                // The place is lost, the last complete sweep stands: from the first page.
                Err(CollectError::Source(SourceError::ExpiredToken { .. })) => {
                    sweep = self.begin_sweep(source, &key).await?;
                }
                Err(error) => return Err(error),
            }
        }
        let (store, completed_at, users) = (self.store.clone(), self.clock.now(), sweep.users);
        blocking(move || store.publish_sweep(&sweep, completed_at)).await?;
        self.publish_soon();
        if begun.elapsed() > WORTH_TELLING {
            let seconds = begun.elapsed().as_secs();
            info!(source = %source.config.name, pool_id = %key.pool_id, users, seconds, "a sweep is complete");
        }
        Ok(())
    }

    async fn interrupted_sweep(&self, source: &Source, key: &PoolKey) -> Result<Option<Sweep>, CollectError> {
        let (store, name, key) = (self.store.clone(), source.config.name.clone(), key.clone());
        let oldest = self.clock.now() - LONGEST_REST;
        blocking(move || store.interrupted_sweep(&name, &key, oldest)).await
    }

    async fn begin_sweep(&self, source: &Source, key: &PoolKey) -> Result<Sweep, CollectError> {
        let (store, name, key) = (self.store.clone(), source.config.name.clone(), key.clone());
        let started_at = self.clock.now();
        blocking(move || store.begin_sweep(&name, &key, started_at)).await
    }

    /// Reads from where the sweep stands to the last page. Pages are fetched while earlier ones are
    /// stored, so that storing takes nothing off the budget.
    async fn sweep_on(&self, source: &Source, sweep: Sweep) -> Result<Sweep, CollectError> {
        let keep_usernames = self.config.privacy.usernames == Usernames::Keep;
        let pool_id = sweep.key.pool_id.clone();
        let mut token = sweep.next_token.clone();
        if token.is_none() && sweep.users > 0 {
            // It was interrupted between its last page and its publication.
            return Ok(sweep);
        }
        let mut shelf = Shelf::new(self.store.clone(), sweep);
        loop {
            let page = source.aws.user_page(&pool_id, token.as_deref(), keep_usernames).await?;
            token = page.next_token;
            shelf.put(page.users, token.clone()).await?;
            if token.is_none() {
                return shelf.close().await;
            }
        }
    }
}

/// Users on their way into the store, at most one step of the sweep at a time.
struct Shelf {
    store: Store,
    waiting: Vec<ListedUser>,
    next_token: Option<String>,
    at_work: Step,
}

type Step = JoinHandle<Result<Sweep, StoreError>>;

impl Shelf {
    fn new(store: Store, sweep: Sweep) -> Self {
        let next_token = sweep.next_token.clone();
        Self { store, waiting: Vec::new(), next_token, at_work: tokio::spawn(std::future::ready(Ok(sweep))) }
    }

    /// Takes a page; stores what waits as soon as the step before is done.
    async fn put(&mut self, users: Vec<ListedUser>, next_token: Option<String>) -> Result<(), CollectError> {
        self.waiting.extend(users);
        self.next_token = next_token;
        if self.at_work.is_finished() || self.waiting.len() >= MOST_WAITING {
            self.step().await?;
        }
        Ok(())
    }

    async fn step(&mut self) -> Result<(), CollectError> {
        let mut sweep = (&mut self.at_work).await??;
        let (store, users, next_token) =
            (self.store.clone(), std::mem::take(&mut self.waiting), self.next_token.clone());
        self.at_work = tokio::task::spawn_blocking(move || {
            store.sweep_users(&mut sweep, &users, next_token)?;
            Ok(sweep)
        });
        Ok(())
    }

    /// Stores the rest and gives the sweep back.
    async fn close(mut self) -> Result<Sweep, CollectError> {
        self.step().await?;
        Ok(self.at_work.await??)
    }
}
