//! What the simulator was asked: calls by operation, look-ups by user.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use uuid::Uuid;

/// The calls of one operation, in every Region together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answered with a success.
    pub answered: u64,
    /// Refused because a quota was used up.
    pub throttled: u64,
    /// Answered with any other error, planted failures included.
    pub failed: u64,
    /// When the first call came, since the simulator was made.
    pub first: Duration,
    /// When the last call came, since the simulator was made.
    pub last: Duration,
}

impl Tally {
    /// Every call, however it ended.
    pub fn calls(&self) -> u64 {
        self.answered + self.throttled + self.failed
    }

    /// Mean rate of the calls from the first to the last; 0 for fewer than two.
    pub fn per_second(&self) -> f64 {
        let seconds = self.last.saturating_sub(self.first).as_secs_f64();
        // Intervals between calls, one fewer than the calls.
        if seconds > 0.0 { self.calls().saturating_sub(1) as f64 / seconds } else { 0.0 }
    }
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Answered,
    Throttled,
    Failed,
}

/// Counts since the simulator was made.
#[derive(Debug, Default)]
pub(super) struct Traffic(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    operations: BTreeMap<String, Tally>,
    /// Answered look-ups by operation and user.
    look_ups: BTreeMap<String, HashMap<Uuid, u32>>,
}

impl Traffic {
    pub(super) fn count(&self, operation: &str, ending: Ending, at: Duration) {
        let mut counts = self.lock();
        if !counts.operations.contains_key(operation) {
            counts.operations.insert(operation.to_owned(), Tally { first: at, ..Tally::default() });
        }
        let Some(tally) = counts.operations.get_mut(operation) else { return };
        match ending {
            Ending::Answered => tally.answered += 1,
            Ending::Throttled => tally.throttled += 1,
            Ending::Failed => tally.failed += 1,
        }
        tally.last = tally.last.max(at);
    }

    pub(super) fn look_up(&self, operation: &str, sub: Uuid) {
        let mut counts = self.lock();
        if !counts.look_ups.contains_key(operation) {
            counts.look_ups.insert(operation.to_owned(), HashMap::new());
        }
        if let Some(users) = counts.look_ups.get_mut(operation) {
            *users.entry(sub).or_default() += 1;
        }
    }

    pub(super) fn tally(&self, operation: &str) -> Tally {
        self.lock().operations.get(operation).copied().unwrap_or_default()
    }

    pub(super) fn tallies(&self) -> BTreeMap<String, Tally> {
        self.lock().operations.clone()
    }

    pub(super) fn look_ups(&self, operation: &str) -> HashMap<Uuid, u32> {
        self.lock().look_ups.get(operation).cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        // Counts are whole after every step, also of a caller that died.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_operation_and_ending() {
        let traffic = Traffic::default();
        assert_eq!(traffic.tally("ListUsers"), Tally::default());
        for second in 0..31 {
            traffic.count("ListUsers", Ending::Answered, Duration::from_secs(100 + second));
        }
        traffic.count("AdminGetUser", Ending::Throttled, Duration::ZERO);
        traffic.count("AdminGetUser", Ending::Failed, Duration::ZERO);
        let listed = traffic.tally("ListUsers");
        assert_eq!((listed.answered, listed.first.as_secs(), listed.last.as_secs()), (31, 100, 130));
        assert!((listed.per_second() - 1.0).abs() < 1e-9);
        let looked_up = traffic.tally("AdminGetUser");
        assert_eq!((looked_up.calls(), looked_up.throttled, looked_up.failed), (2, 1, 1));
        assert_eq!(looked_up.per_second(), 0.0);
        assert_eq!(traffic.tallies().len(), 2);
    }

    #[test]
    fn look_ups_are_counted_by_user() {
        let traffic = Traffic::default();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for sub in [one, other, one] {
            traffic.look_up("AdminGetUser", sub);
        }
        assert_eq!(traffic.look_ups("AdminGetUser"), HashMap::from([(one, 2), (other, 1)]));
        assert!(traffic.look_ups("AdminGetUserAuthFactors").is_empty());
    }
}
