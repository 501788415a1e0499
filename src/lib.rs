//! x
pub mod clock;
pub mod config;
pub mod instrument;
pub mod model;
pub mod telemetry;
pub mod decode;
pub mod source;
pub mod store;
pub mod query;
pub mod snapshot;
pub mod metrics;
pub mod collect;
pub mod lifecycle;
