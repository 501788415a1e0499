//! How much memory the process has taken since a question began.
//!
//! The engine counts tables and hash tables, but no texts: a question that makes much of little is found out here.

use std::time::Duration;

/// How often it is looked at.
pub const WATCH: Duration = Duration::from_millis(20);

/// Resident memory that the process may reach, bytes; `None` where it cannot be told.
pub struct Memory(Option<u64>);

impl Memory {
    /// What is resident now, and so many megabytes more. Others need some, too: twice the share is nobody's
    /// ordinary need.
    pub fn now(share_mb: u64) -> Self {
        Self(resident_bytes().map(|bytes| bytes + 2 * share_mb * 1_000_000))
    }

    /// Whether it can be told.
    pub const fn is_watched(&self) -> bool {
        self.0.is_some()
    }

    /// Whether more was taken since.
    pub fn is_exhausted(&self) -> bool {
        self.0.zip(resident_bytes()).is_some_and(|(most, now)| now > most)
    }
}

#[cfg(target_os = "linux")]
fn resident_bytes() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

#[cfg(not(target_os = "linux"))]
fn resident_bytes() -> Option<u64> {
    None
}
