//! The simulated AWS, with its own threads and a clock that can be pushed on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use mfascope::clock::Clock;
use mfascope::simulator::{Quotas, Scenario, Simulator};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// A simulated account that is being served.
pub struct Account {
    pub simulator: Arc<Simulator>,
    pub endpoint: String,
    clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    behind_ms: Arc<AtomicI64>,
    /// Apart from the bench's own threads, so that its work delays no measurement.
    threads: Option<Runtime>,
}

impl Account {
    /// Serves a scenario whose clock is `behind` the system's.
    pub fn open(scenario: Scenario, quotas: Quotas, behind: TimeDelta) -> anyhow::Result<Self> {
        let behind_ms = Arc::new(AtomicI64::new(behind.num_milliseconds()));
        let (system, offset) = (Clock::system(), Arc::clone(&behind_ms));
        let clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync> =
            Arc::new(move || system.now() - TimeDelta::milliseconds(offset.load(Ordering::Relaxed)));
        let simulator = Arc::new(Simulator::new(scenario, quotas, Arc::clone(&clock)));
        let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").context("no port for the simulated AWS")?;
        listener.set_nonblocking(true)?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let served = Arc::clone(&simulator);
        threads.spawn(async move { served.serve(TcpListener::from_std(listener)?, std::future::pending()).await });
        Ok(Self { simulator, endpoint, clock, behind_ms, threads: Some(threads) })
    }

    /// A clock of the story, for a daemon that lives in it.
    pub fn clock(&self) -> Clock {
        let clock = Arc::clone(&self.clock);
        Clock::of(move || clock())
    }

    /// The time of the story.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Lets the story catch up with the system's clock.
    pub fn catch_up(&self) {
        self.behind_ms.store(0, Ordering::Relaxed);
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}
