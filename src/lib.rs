//! x
pub mod clock;
pub mod config;
pub mod instrument;
pub mod model;
pub mod telemetry;
pub mod decode;
pub mod store;
pub mod query;
