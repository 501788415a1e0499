//! What the records say about one user's factors, kept per factor.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::answers::{Answers, Outcome};
use super::pools::{Pools, UserKey};
use crate::world::event::{Deed, Event, Factor, Preference, Switch};

#[derive(Default)]
pub struct Evidence {
    /// The newest right answer.
    pub proofs: HashMap<Factor, DateTime<Utc>>,
    /// The newest event that took the factor away.
    pub removals: HashMap<Factor, DateTime<Utc>>,
    /// The newest readable word.
    pub switches: HashMap<Factor, bool>,
    /// The newest `preferredMfa`.
    pub preferred: Option<Factor>,
    /// An unreadable change, at any time.
    pub is_direction_unknown: bool,
    /// The newest change was unreadable: it may have left anything on.
    pub ends_unreadable: bool,
}

impl Evidence {
    pub fn is_on(&self, factor: Factor) -> bool {
        self.switches.get(&factor) == Some(&true)
    }

    /// A proof stands until a removal that is newer.
    pub fn is_proven(&self, factor: Factor) -> bool {
        let removal = self.removals.get(&factor);
        self.proofs.get(&factor).is_some_and(|proof| removal.is_none_or(|removal| removal < proof))
    }

    /// Readably nothing was left on.
    pub fn leaves_nothing_on(&self) -> bool {
        !self.ends_unreadable && Factor::ALL.iter().all(|factor| self.switches.get(factor) == Some(&false))
    }

    fn note(&mut self, event: &Event) {
        match &event.deed {
            Deed::Prefer { settings: Preference::Unreadable, .. } => {
                self.is_direction_unknown = true;
                self.ends_unreadable = true;
            }
            Deed::Prefer { settings: Preference::Readable(switches), .. } => {
                self.ends_unreadable = false;
                switches.iter().for_each(|switch| self.switch(event.at, *switch));
            }
            Deed::Recovery("AdminDeleteSoftwareToken") => {
                self.switch(event.at, Switch { factor: Factor::Totp, on: false, preferred: false });
            }
            // The deletion of one says nothing about the others.
            Deed::Kept("CompleteWebAuthnRegistration") => {
                self.switch(event.at, Switch { factor: Factor::Passkey, on: true, preferred: false });
            }
            _ => {}
        }
    }

    fn switch(&mut self, at: DateTime<Utc>, switch: Switch) {
        self.switches.insert(switch.factor, switch.on);
        if !switch.on {
            self.removals.insert(switch.factor, at);
        }
        if switch.preferred {
            self.preferred = Some(switch.factor);
        }
    }
}

pub fn gather(pools: &Pools, events: &[Event], answers: &Answers) -> HashMap<UserKey, Evidence> {
    let mut gathered: HashMap<UserKey, Evidence> = HashMap::new();
    let mut ordered: Vec<usize> = (0..events.len()).filter(|index| events[*index].failure.is_none()).collect();
    ordered.sort_by_key(|index| events[*index].at);
    for index in ordered {
        let event = &events[index];
        let Some(key) = pools.user(event) else { continue };
        let evidence = gathered.entry(key).or_default();
        if let Some((label, Outcome::Passed)) = answers.get(&index) {
            let factor = Factor::ALL.into_iter().find(|factor| factor.label() == *label);
            evidence.proofs.insert(factor.expect("a right answer names its factor"), event.at);
        }
        evidence.note(event);
    }
    gathered
}
