//! The current time, as a value that is handed down.

use std::sync::Arc;

use chrono::{DateTime, Utc};

/// Tells the time. Nothing else reads the system clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The system's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// A clock that tells what it is told.
    pub fn of(tell: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The current instant, UTC.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}
