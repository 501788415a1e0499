//! Requests per second of one source. The quota is shared with the application, so the budget is a
//! ceiling, kept without bursts, and it shrinks when AWS says that it is too much.

use std::num::NonZeroU32;
use std::sync::{Mutex as StdMutex, PoisonError};
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Who asks. Callers of both kinds take turns, so neither starves the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// Pools, app clients and users.
    Listing,
    /// Factors of one user.
    Lookup,
}

/// How long AWS must not throttle before the budget grows again by one step.
const CALM: Duration = Duration::from_secs(30);

/// The slowest the budget gets: one request where it would allow this many.
const SLOWEST: u32 = 64;

pub(super) struct Budget {
    limiter: DefaultDirectRateLimiter,
    /// One caller of each kind waits here; the others of its kind queue behind it.
    listing: Mutex<()>,
    lookup: Mutex<()>,
    turn: Mutex<()>,
    pace: StdMutex<Pace>,
}

/// Every call takes `cost` requests out of the budget.
struct Pace {
    cost: u32,
    changed_at: Option<Instant>,
}

impl Budget {
    pub(super) fn new(requests_per_second: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::direct(Quota::per_second(requests_per_second).allow_burst(NonZeroU32::MIN)),
            listing: Mutex::default(),
            lookup: Mutex::default(),
            turn: Mutex::default(),
            pace: StdMutex::new(Pace { cost: 1, changed_at: None }),
        }
    }

    /// Waits until a call may be made.
    pub(super) async fn ready(&self, caller: Caller) {
        let kind = match caller {
            Caller::Listing => &self.listing,
            Caller::Lookup => &self.lookup,
        };
        // Tokio's locks are fair: two kinds of callers alternate at the second one.
        let _front = kind.lock().await;
        let _turn = self.turn.lock().await;
        for _ in 0..self.cost(Instant::now()) {
            self.limiter.until_ready().await;
        }
    }

    /// AWS throttled a call: the pace halves, at most once a second.
    pub(super) fn throttled(&self) {
        self.slow_down(Instant::now());
    }

    fn slow_down(&self, now: Instant) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = pace.changed_at.is_some_and(|at| now < at + Duration::from_secs(1));
        if pace.cost == 1 || !is_recent {
            *pace = Pace { cost: (pace.cost * 2).min(SLOWEST), changed_at: Some(now) };
        }
    }

    fn cost(&self, now: Instant) -> u32 {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        if pace.cost > 1 && pace.changed_at.is_none_or(|at| now >= at + CALM) {
            *pace = Pace { cost: pace.cost / 2, changed_at: Some(now) };
        }
        pace.cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> Budget {
        Budget::new(NonZeroU32::new(1000).expect("not zero"))
    }

    #[test]
    fn throttles_slow_the_pace_and_calm_restores_it() {
        let (budget, mut now) = (budget(), Instant::now());
        assert_eq!(budget.cost(now), 1);
        budget.slow_down(now);
        budget.slow_down(now);
        assert_eq!(budget.cost(now), 2, "calls in flight together count once");
        for _ in 0..10 {
            now += Duration::from_secs(2);
            budget.slow_down(now);
        }
        assert_eq!(budget.cost(now), SLOWEST);
        for expected in [32, 16, 8, 4, 2, 1, 1] {
            now += CALM;
            assert_eq!(budget.cost(now), expected);
        }
    }

    #[tokio::test]
    async fn look_ups_do_not_starve_the_listing() {
        let budget = std::sync::Arc::new(budget());
        let lookups: Vec<_> = (0..50)
            .map(|_| {
                let budget = std::sync::Arc::clone(&budget);
                tokio::spawn(async move { budget.ready(Caller::Lookup).await })
            })
            .collect();
        tokio::task::yield_now().await;
        for _ in 0..3 {
            budget.ready(Caller::Listing).await;
        }
        let waiting = lookups.iter().filter(|lookup| !lookup.is_finished()).count();
        assert!(waiting > 30, "{waiting} of 50 look-ups still wait behind three pages");
    }
}
