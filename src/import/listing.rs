//! The users of a pool as files tell them: pages become one listing, whole or not at all.

use chrono::{DateTime, Utc};

use super::report::Report;
use crate::model::{ListedUser, PoolKey};
use crate::store::{Store, StoreError, StoredListing, Sweep};

/// The users of a pool.
#[derive(Debug)]
pub(super) struct Listing {
    sweep: Option<Sweep>,
    waiting: Vec<(DateTime<Utc>, ListedUser)>,
    /// Times of its oldest and of its newest file.
    oldest: DateTime<Utc>,
    newest: DateTime<Utc>,
    /// Pages without a next one: a listing has one.
    last_pages: u64,
}

impl Listing {
    pub(super) fn new(told_at: DateTime<Utc>) -> Self {
        Self { sweep: None, waiting: Vec::new(), oldest: told_at, newest: told_at, last_pages: 0 }
    }

    /// A file tells of a user.
    pub(super) fn add(&mut self, told_at: DateTime<Utc>, user: ListedUser) {
        self.see(told_at);
        self.waiting.push((told_at, user));
    }

    /// A page of it is whole.
    pub(super) fn end_page(&mut self, told_at: DateTime<Utc>, has_more: bool) {
        self.see(told_at);
        self.last_pages += u64::from(!has_more);
    }

    fn see(&mut self, told_at: DateTime<Utc>) {
        self.oldest = self.oldest.min(told_at);
        self.newest = self.newest.max(told_at);
    }

    /// Stores the users that wait.
    pub(super) fn store(
        &mut self,
        store: &Store,
        source: &str,
        key: &PoolKey,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut sweep = self.swept(store, source, key, now)?;
        store.sweep_told_users(&mut sweep, &self.waiting)?;
        self.waiting.clear();
        self.sweep = Some(sweep);
        Ok(())
    }

    fn swept(&mut self, store: &Store, source: &str, key: &PoolKey, now: DateTime<Utc>) -> Result<Sweep, StoreError> {
        match self.sweep.take() {
            Some(sweep) => Ok(sweep),
            None => store.begin_told_sweep(source, key, now),
        }
    }

    /// Makes it the pool's listing, if it is complete and not older than the one that is there.
    pub(super) fn publish(
        mut self,
        store: &Store,
        source: &str,
        key: &PoolKey,
        has_gap: bool,
        now: DateTime<Utc>,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let mut sweep = self.swept(store, source, key, now)?;
        let pool_id = &key.pool_id;
        let stored = store.stored_listing(key)?;
        let refusal = if has_gap {
            Some(format!("the listing of pool {pool_id} is incomplete: a file of it could not be read in full"))
        } else if self.last_pages == 0 {
            Some(format!("the listing of pool {pool_id} is incomplete: its last page is missing"))
        } else if self.last_pages > 1 {
            let ends = self.last_pages;
            Some(format!("the files of pool {pool_id} hold {ends} last pages, so several listings: import one alone"))
        } else if stored.is_some_and(|stored| stored.completed_at > self.newest) {
            Some(format!("the listing of pool {pool_id} is older than the one that is stored, which stays"))
        } else {
            sweep.started_at = self.oldest;
            match store.publish_told_sweep(&sweep, self.newest)? {
                Some(listing) => {
                    report.users += listing.users;
                    fewer(pool_id, stored, listing).into_iter().for_each(|line| report.note(line));
                    None
                }
                None => Some(format!("the listing of pool {pool_id} is given up: another import has begun one")),
            }
        };
        if let Some(line) = refusal {
            store.give_up_sweep(&sweep)?;
            report.note(line);
        }
        Ok(())
    }
}

/// Nothing in a page says how many came before it: where most users are gone, it is told.
fn fewer(pool_id: &str, before: Option<StoredListing>, now: StoredListing) -> Option<String> {
    let before = before.filter(|before| now.users < before.users / 2)?;
    let (few, many) = (now.users, before.users);
    Some(format!("the listing of pool {pool_id} has {few} users, where the last had {many}: is a page missing?"))
}
