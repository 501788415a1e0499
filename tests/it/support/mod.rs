//! What the tests stand on: processes, clients and parsers, none of them from the library under test.

pub mod app;
pub mod aws;
pub mod child;
pub mod exposition;
pub mod front;
pub mod microburst;
pub mod ministack;
pub mod moto;
pub mod settings;
pub mod tools;
pub mod users;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime starts"));

/// Runs a future to its end from a plain test thread.
pub fn wait<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}

/// Keeps a future running beside the test.
pub fn background<F>(future: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    RUNTIME.spawn(future);
}

/// Polls until the condition answers something, or gives up.
pub fn poll<T>(limit: Duration, condition: impl FnMut() -> Option<T>) -> Option<T> {
    poll_every(Duration::from_millis(50), limit, condition)
}

/// Polls in long steps what costs the daemon something to answer.
pub fn poll_every<T>(step: Duration, limit: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(value) = condition() {
            return Some(value);
        }
        if Instant::now() > end {
            return None;
        }
        std::thread::sleep(step);
    }
}
