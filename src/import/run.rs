//! One import, of one request or of several: what its files tell of pools becomes one listing each when it ends.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};

use super::answers::Told;
use super::listing::Listing;
use super::read::Origin;
use super::report::Report;
use super::settings::{keep_newest, names_factors, tell};
use crate::config::{Cognito, Config};
use crate::model::{Lookup, PoolDescription, PoolFactors, PoolKey};
use crate::store::{Store, StoreError};

/// Users that may wait to be stored.
const MOST_WAITING: usize = 20_000;

/// Pools that one import may tell of: files may name as many as they like.
const MOST_POOLS: usize = 10_000;

/// One import.
#[derive(Debug)]
pub struct Run {
    /// Whose files they are.
    pub(super) source: String,
    pools: BTreeMap<PoolKey, OfPool>,
    /// Users that wait to be stored, of all pools.
    waiting: usize,
    has_too_many: bool,
}

/// What the files of an import tell of one pool.
#[derive(Debug, Default)]
struct OfPool {
    listing: Option<Listing>,
    /// Some file of it could not be read, or holds what is no user.
    has_gap: bool,
    description: Option<(DateTime<Utc>, PoolDescription)>,
    factors: Option<(DateTime<Utc>, PoolFactors)>,
    /// The source that lists the pool itself: what files tell is passed over.
    lister: Option<String>,
}

impl Run {
    pub(super) fn new(source: String) -> Self {
        Self { source, pools: BTreeMap::new(), waiting: 0, has_too_many: false }
    }

    /// A file that may tell of the pool could not be read: a listing of it would lack users.
    pub fn lacks(&mut self, key: &PoolKey) {
        if let Some(of_pool) = self.of_pool(key) {
            of_pool.has_gap = true;
        }
    }

    /// Files were still to come: no listing is complete.
    pub fn lacks_all(&mut self) {
        self.pools.values_mut().for_each(|of_pool| of_pool.has_gap = true);
    }

    /// Keeps what a file tells; look-ups, which need not wait for the end, are handed back.
    pub(super) fn take(&mut self, config: &Config, origin: &Origin, told: Vec<Told>) -> Vec<Lookup> {
        let mut lookups = Vec::new();
        for told in told {
            match (told, &origin.pool) {
                (Told::Lookup(sub, user), Some(key)) => {
                    let pool_id = key.pool_id.clone();
                    lookups.push(Lookup { pool_id, sub, looked_up_at: origin.told_at, user });
                }
                (Told::Description(key, description), _) => {
                    if let Some(of_pool) = self.unlisted(config, &key) {
                        keep_newest(&mut of_pool.description, origin.told_at, *description);
                    }
                }
                (Told::Factors(factors), Some(key)) => {
                    if let Some(of_pool) = self.unlisted(config, key) {
                        keep_newest(&mut of_pool.factors, origin.told_at, factors);
                    }
                }
                (told, Some(key)) => self.list(config, key, origin.told_at, told),
                // The reader has told that the pool is not known.
                (_, None) => {}
            }
        }
        lookups
    }

    fn list(&mut self, config: &Config, key: &PoolKey, told_at: DateTime<Utc>, told: Told) {
        let Some(of_pool) = self.unlisted(config, key) else { return };
        if told == Told::Gap {
            of_pool.has_gap = true;
            return;
        }
        let listing = of_pool.listing.get_or_insert_with(|| Listing::new(told_at));
        match told {
            Told::User(user) => {
                listing.add(told_at, user);
                self.waiting += 1;
            }
            Told::Page { has_more } => listing.end_page(told_at, has_more),
            // Kept elsewhere.
            Told::Gap | Told::Lookup(..) | Told::Description(..) | Told::Factors(_) => {}
        }
    }

    /// A pool that files may tell of; `None` where a source lists it itself.
    fn unlisted(&mut self, config: &Config, key: &PoolKey) -> Option<&mut OfPool> {
        let lister = config.lister(&key.aws_region, &key.pool_id);
        let of_pool = self.of_pool(key)?;
        of_pool.lister = lister.map(|source| source.name.clone());
        of_pool.lister.is_none().then_some(of_pool)
    }

    fn of_pool(&mut self, key: &PoolKey) -> Option<&mut OfPool> {
        let is_full = self.pools.len() >= MOST_POOLS;
        match self.pools.entry(key.clone()) {
            Entry::Vacant(_) if is_full => {
                self.has_too_many = true;
                None
            }
            entry => Some(entry.or_default()),
        }
    }

    /// Whether as many users wait to be stored as may.
    pub(super) fn is_full(&self) -> bool {
        self.waiting >= MOST_WAITING
    }

    /// Stores the users that wait.
    pub(super) fn store_users(&mut self, store: &Store, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.waiting = 0;
        for (key, of_pool) in &mut self.pools {
            if let Some(listing) = &mut of_pool.listing {
                listing.store(store, &self.source, key, now)?;
            }
        }
        Ok(())
    }

    /// Stores what the files told of pools, and what there is to tell about it.
    pub(super) fn finish(mut self, store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Report, StoreError> {
        self.store_users(store, now)?;
        let mut report = Report::default();
        if self.has_too_many {
            report.note(format!("files tell of more than {MOST_POOLS} pools: the rest is passed over"));
        }
        let source = config.sources.iter().find(|known| known.name == self.source);
        let cognito = source.and_then(|source| source.cognito.clone()).unwrap_or_default();
        for (key, of_pool) in self.pools {
            of_pool.finish(store, &self.source, &key, &cognito, now, &mut report)?;
        }
        Ok(report)
    }
}

impl OfPool {
    fn finish(
        self,
        store: &Store,
        source: &str,
        key: &PoolKey,
        cognito: &Cognito,
        now: DateTime<Utc>,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let pool_id = &key.pool_id;
        if let Some(lister) = self.lister {
            report.note(format!(
                "pool {pool_id} is listed by source {lister}: its users and settings are not taken from files"
            ));
            return Ok(());
        }
        let has_settings = self.description.is_some() || self.factors.is_some();
        if !has_settings && self.listing.is_none() {
            return Ok(());
        }
        report.pools += u64::from(has_settings);
        tell(store, source, key, cognito, self.description, self.factors)?;
        if let Some(listing) = self.listing {
            listing.publish(store, source, key, self.has_gap, now, report)?;
        }
        let known = store.told_pool(source, key)?;
        if known.pool.is_none() {
            report.note(format!(
                "the settings of pool {pool_id} are missing, and without them its users are in no figure: import what \
                 describe-user-pool and get-user-pool-mfa-config print"
            ));
        } else if known.factors.is_none()
            && known.listed_at.is_none()
            && !known.description.is_some_and(|(_, text)| names_factors(&text))
        {
            report.note(format!(
                "which factors pool {pool_id} allows is not known, so none counts: import what \
                 get-user-pool-mfa-config prints"
            ));
        }
        Ok(())
    }
}
