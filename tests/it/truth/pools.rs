//! Which pool a record belongs to: named, else by its client, else by its user.

use std::collections::{HashMap, HashSet};

use crate::world::directory::Directory;
use crate::world::event::Event;

/// Region, pool and sub.
pub type UserKey = (String, String, String);

pub struct Pools {
    clients: HashMap<(String, String), String>,
    /// A sub that two pools claim is in neither.
    subs: HashMap<(String, String), HashSet<String>>,
}

impl Pools {
    /// From the listing alone.
    pub fn listed(directory: &Directory) -> Self {
        let mut pools = Self { clients: HashMap::new(), subs: HashMap::new() };
        for pool in &directory.pools {
            for client in &pool.clients {
                pools.clients.insert((directory.region.into(), client.clone()), pool.id.clone());
            }
            for user in &pool.users {
                pools.claim(directory.region, &user.sub, &pool.id);
            }
        }
        pools
    }

    /// From the listing and from every record, whenever it happened.
    pub fn learn(directory: &Directory, events: &[Event]) -> Self {
        let mut pools = Self::listed(directory);
        for event in events {
            if let (Some(pool), Some(client)) = (&event.who.pool, &event.who.client) {
                let key = (event.region.into(), client.clone());
                pools.clients.entry(key).or_insert_with(|| pool.clone());
            }
        }
        for event in events {
            if let (Some(sub), Some(pool)) = (&event.who.sub, pools.without_sub(event)) {
                let pool = pool.to_owned();
                pools.claim(event.region, sub, &pool);
            }
        }
        pools
    }

    fn claim(&mut self, region: &str, sub: &str, pool: &str) {
        self.subs.entry((region.into(), sub.into())).or_default().insert(pool.into());
    }

    /// The user whom the record names, if it names one.
    pub fn user(&self, event: &Event) -> Option<UserKey> {
        Some((event.region.into(), self.of(event).to_owned(), event.who.sub.clone()?))
    }

    /// The pool id, or `unknown`.
    pub fn of<'a>(&'a self, event: &'a Event) -> &'a str {
        let by_sub = || -> Option<&'a str> {
            let sub = event.who.sub.as_ref()?;
            let claims = self.subs.get(&(event.region.into(), sub.clone()))?;
            claims.iter().next().filter(|_| claims.len() == 1).map(String::as_str)
        };
        self.without_sub(event).or_else(by_sub).unwrap_or("unknown")
    }

    fn without_sub<'a>(&'a self, event: &'a Event) -> Option<&'a str> {
        let by_client = || -> Option<&'a str> {
            let client = event.who.client.as_ref()?;
            self.clients.get(&(event.region.into(), client.clone())).map(String::as_str)
        };
        event.who.pool.as_deref().or_else(by_client)
    }
}
