//! The pools of new events: by the record itself, its app client, or its user.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use duckdb::Connection;
use foldhash::fast::RandomState;
use uuid::Uuid;

use super::catalogue;
use super::columns::{append, append_temporary, texts, uuids};
use super::events::Arrival;
use super::writer::{Step, run};
use crate::model::Event;

/// Whose pool is which; none where it is more than one.
type Pools<K> = HashMap<K, Option<String>, RandomState>;

/// Pools of app clients and users. Who was seen with two pools says nothing.
#[derive(Debug, Default)]
pub(super) struct Homes {
    clients: Pools<String>,
    users: Pools<Uuid>,
}

impl Homes {
    /// What the store and the events themselves tell; the store learns the app clients that are new to it.
    pub(super) fn learn(connection: &Connection, events: &[&Event]) -> Result<Self, duckdb::Error> {
        let mut homes = Self::default();
        let mut known = connection.prepare(catalogue::sql("staging/client_pool")?)?;
        for row in known.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))? {
            let (client_id, pool_id) = row?;
            note(&mut homes.clients, client_id, &pool_id);
        }
        let mut learned = Vec::new();
        for event in events {
            if let (Some(client_id), Some(pool_id)) = (&event.client_id, &event.pool_id)
                && note(&mut homes.clients, client_id.clone(), pool_id)
            {
                learned.push((client_id, pool_id));
            }
        }
        if !learned.is_empty() {
            let columns = vec![
                ("client_id", texts(learned.iter().map(|(client_id, _)| Some(client_id)))),
                ("pool_id", texts(learned.iter().map(|(_, pool_id)| Some(pool_id)))),
            ];
            append(connection, "client_pool", columns)?;
        }
        homes.find_users(connection, events)?;
        Ok(homes)
    }

    /// The pools of users whose events tell none.
    fn find_users(&mut self, connection: &Connection, events: &[&Event]) -> Result<(), duckdb::Error> {
        let (told, wanted): (Vec<&Event>, Vec<&Event>) = events.iter().partition(|event| self.told(event).is_some());
        let mut subs: Vec<Uuid> = wanted.iter().filter_map(|event| event.sub).collect();
        if subs.is_empty() {
            return Ok(());
        }
        subs.sort_unstable();
        subs.dedup();
        append_temporary(connection, "wanted_user", vec![("sub", uuids(subs.iter().map(|sub| Some(*sub))))])?;
        let mut users = Pools::default();
        let mut found = connection.prepare(catalogue::sql("staging/home")?)?;
        for row in found.query_map([], |row| Ok((row.get::<_, Uuid>(0)?, row.get::<_, String>(1)?)))? {
            let (sub, pool_id) = row?;
            note(&mut users, sub, &pool_id);
        }
        for event in told {
            if let (Some(sub), Some((pool_id, _))) = (event.sub, self.told(event)) {
                note(&mut users, sub, pool_id);
            }
        }
        self.users = users;
        Ok(())
    }

    /// By the record itself or its app client.
    fn told<'a>(&'a self, event: &'a Event) -> Option<(&'a str, &'static str)> {
        let of_client = || self.clients.get(event.client_id.as_ref()?)?.as_deref();
        match event.pool_id.as_deref() {
            Some(pool_id) => Some((pool_id, "record")),
            None => of_client().map(|pool_id| (pool_id, "client")),
        }
    }

    /// The pool of an event, and how it is known.
    pub(super) fn of<'a>(&'a self, event: &'a Event) -> Option<(&'a str, &'static str)> {
        let of_user = || self.users.get(&event.sub?)?.as_deref();
        self.told(event).or_else(|| of_user().map(|pool_id| (pool_id, "sub")))
    }
}

/// The users of settled events; the store learns their pools.
pub(super) fn learn_users(connection: &Connection, settled: &[Arrival<'_>]) -> Step {
    let users: HashSet<(&str, Uuid), RandomState> =
        settled.iter().filter_map(|arrival| Some((arrival.pool_id?, arrival.event.sub?))).collect();
    if users.is_empty() {
        return Ok(());
    }
    let columns = vec![
        ("pool_id", texts(users.iter().map(|(pool_id, _)| Some(*pool_id)))),
        ("sub", uuids(users.iter().map(|(_, sub)| Some(*sub)))),
    ];
    append_temporary(connection, "settled_user", columns)?;
    run(connection, "staging/learn_sub", &[])
}

/// Whether this pool is new; a second one makes both say nothing.
fn note<K: Hash + Eq>(pools: &mut Pools<K>, of: K, pool_id: &str) -> bool {
    match pools.entry(of) {
        Entry::Vacant(vacant) => {
            vacant.insert(Some(pool_id.to_owned()));
            true
        }
        Entry::Occupied(mut occupied) => {
            let is_new = occupied.get().as_deref().is_some_and(|known| known != pool_id);
            if is_new {
                occupied.insert(None);
            }
            is_new
        }
    }
}
