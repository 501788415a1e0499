//! MFA roll-out telemetry for Amazon Cognito user pools.
//!
//! The data flows one way: AWS → [`source`] → [`decode`] → [`store`] → [`query`] → [`snapshot`] →
//! { [`metrics`], [`dashboard`] }. A module imports only from floors below its own; the table is
//! in `README.md` and a test holds it.

// Floor 0: words and values.
pub mod clock;
pub mod config;
pub mod country;
pub mod instrument;
pub mod model;
pub mod telemetry;

// Floor 1: the outside world and the file.
pub mod decode;
pub mod simulator;
pub mod source;
pub mod store;

// Floors 2 and 3: typed questions, what a roll-out may bring, and one immutable picture of the answers.
pub mod query;
pub mod rollout;
pub mod snapshot;

// Floor 4: the picture in the words of its readers, files in and out, and who may ask.
pub mod dashboard;
pub mod export;
pub mod gate;
pub mod import;
pub mod metrics;

// Floor 5: what runs.
pub mod collect;
pub mod http;
pub mod lifecycle;
pub mod postgres;

// Floors 6 and 7: put together, and started.
pub mod app;
pub mod cli;
