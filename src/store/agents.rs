//! Client software that completed a sign-in: the only one that is told apart.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use duckdb::Connection;
use foldhash::fast::RandomState;

use super::catalogue;
use super::columns::{append, texts};
use crate::model::{Event, Outcome};

/// What is written into a user agent is anybody's choice.
const MOST: usize = 500;

/// Client software that is told apart.
#[derive(Debug)]
pub(super) struct Agents(HashSet<String, RandomState>);

impl Agents {
    /// What the store knows and, most frequent first, what else completes a sign-in among the events; the store
    /// learns it.
    pub(super) fn learn(connection: &Connection, events: &[&Event]) -> Result<Self, duckdb::Error> {
        let mut statement = connection.prepare(catalogue::sql("staging/known_agent")?)?;
        let mut known: HashSet<String, RandomState> =
            statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut sign_ins: HashMap<&String, u32, RandomState> = HashMap::default();
        let completes_sign_in = |event: &&&Event| event.outcome == Outcome::Success && event.sign_in.is_some();
        for agent in events.iter().filter(completes_sign_in).filter_map(|event| event.agent.as_ref()) {
            if !known.contains(agent) {
                *sign_ins.entry(agent).or_default() += 1;
            }
        }
        let mut learned: Vec<(&String, u32)> = sign_ins.into_iter().collect();
        learned.sort_unstable_by_key(|(agent, sign_ins)| (Reverse(*sign_ins), *agent));
        learned.truncate(MOST.saturating_sub(known.len()));
        if !learned.is_empty() {
            let column = texts(learned.iter().map(|(agent, _)| Some(agent)));
            append(connection, "known_agent", vec![("agent", column)])?;
            known.extend(learned.into_iter().map(|(agent, _)| agent.clone()));
        }
        Ok(Self(known))
    }

    /// The event's, as far as it is told apart.
    pub(super) fn of<'a>(&self, event: &'a Event) -> &'a str {
        event.agent.as_deref().filter(|agent| self.0.contains(*agent)).unwrap_or("other")
    }
}
