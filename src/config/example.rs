//! The commented example, compiled in so that it never drifts from the binary.

/// What `mfascope config` prints.
pub const EXAMPLE: &str = include_str!("example.toml");
