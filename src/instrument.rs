//! Counters of this process: what it asked of AWS. They start at 0 with the process.

use prometheus::{IntCounterVec, Opts, Registry};

/// Process counters, handed down to whoever makes the calls.
#[derive(Clone)]
pub struct Instruments {
    /// AWS API attempts, by source and operation.
    pub aws_requests: IntCounterVec,
    /// Attempts that AWS throttled.
    pub aws_throttles: IntCounterVec,
    /// Look-ups of users not known to be active this month.
    pub billable_lookups: IntCounterVec,
}

impl Instruments {
    /// Registers the counters.
    ///
    /// # Errors
    /// When a name is registered twice.
    pub fn register(registry: &Registry) -> prometheus::Result<Self> {
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        Ok(Self {
            aws_requests: counter(
                "mfascope_aws_requests_total",
                "AWS API attempts made by this process, retries included.",
                &["source", "operation"],
            )?,
            aws_throttles: counter(
                "mfascope_aws_throttles_total",
                "AWS API attempts that were answered with a throttling error.",
                &["source", "operation"],
            )?,
            billable_lookups: counter(
                "mfascope_billable_lookups_total",
                "AdminGetUser calls on users not known to be active this calendar month; AWS bills such users as active.",
                &["source"],
            )?,
        })
    }
}
