//! A small AWS on loopback, for the demo, tests and benches.
//!
//! It speaks the wire protocol, so the real SDK clients talk to it, and tells one consistent story: users, sign-ins,
//! enrolment, recovery and text messages of an account. What a user is at an instant and what an hour leaves in the
//! logs are pure functions of seed, start and time; hours are told when somebody asks for them.

mod address;
mod agent;
mod bulk;
mod cognito_log;
mod country;
mod demo;
mod faults;
mod flow;
mod head_count;
mod identity;
mod journal;
mod population;
mod quota;
mod record;
mod scenario;
mod sized;
mod story;
mod text_message;
mod time;
mod traffic;
mod wire;
mod world;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::time::Instant;
use uuid::Uuid;

pub use bulk::Bulk;
pub use faults::{Fault, Faults};
pub use head_count::DayCount;
pub use quota::Quotas;
pub use scenario::{
    ACCOUNT, BadRelease, CLOUDTRAIL_LOG_GROUP, COGNITO_LOG_GROUP, ClientPlan, END_USER_MESSAGING_LOG_GROUP, Enrolment,
    Habit, Lapse, MfaMode, PhoneChanges, PoolPlan, REGION_EU, REGION_US, Release, Scenario, SmsOutage, SmsPumping,
    SmsRoute, Source, SpendLimit, Surface, Weakening, sms_log_groups,
};
pub use traffic::Tally;

/// The simulated AWS account behind one listener.
pub struct Simulator {
    journal: journal::Journal,
    faults: Faults,
    buckets: Mutex<quota::Buckets>,
    traffic: traffic::Traffic,
    clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Request rates follow the machine's own time, so a stopped clock does not stop the refill.
    opened: Instant,
}

impl Simulator {
    /// Makes the account's population. `now` is the time of the story: what lies after it has not happened yet.
    pub fn new(scenario: Scenario, quotas: Quotas, now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>) -> Self {
        let start = scenario.start.unwrap_or_else(|| now());
        let world = world::World::new(scenario, start.timestamp_millis());
        Self {
            journal: journal::Journal::new(world),
            faults: Faults::default(),
            buckets: Mutex::new(quota::Buckets::new(quotas)),
            traffic: traffic::Traffic::default(),
            clock: now,
            opened: Instant::now(),
        }
    }

    /// Failures that a test plants in the answers.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Calls of an operation so far, named as in `X-Amz-Target` after the dot, such as `ListUsers`.
    pub fn tally(&self, operation: &str) -> Tally {
        self.traffic.tally(operation)
    }

    /// Calls of every operation so far.
    pub fn tallies(&self) -> BTreeMap<String, Tally> {
        self.traffic.tallies()
    }

    /// How often each user was looked up so far with `AdminGetUser` or `AdminGetUserAuthFactors`, by sub.
    pub fn look_ups(&self, operation: &str) -> HashMap<Uuid, u32> {
        self.traffic.look_ups(operation)
    }

    /// Subs of the users whose factors change in `[from, until)` of the story.
    pub fn changed(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> BTreeSet<Uuid> {
        self.journal.world.changed(from.timestamp_millis(), until.timestamp_millis())
    }

    /// Serves until `shutdown` resolves; open requests are answered first.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        axum::serve(listener, wire::router(self)).with_graceful_shutdown(shutdown).await
    }

    fn now(&self) -> time::Ms {
        (self.clock)().timestamp_millis()
    }

    fn count(&self, operation: &str, ending: traffic::Ending) {
        self.traffic.count(operation, ending, self.opened.elapsed());
    }

    fn allow(&self, operation: &str, region: &str, pool: &str) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.allow(operation, region, pool, self.opened.elapsed())
    }
}

#[cfg(test)]
mod large_tests;
#[cfg(test)]
mod tests;
