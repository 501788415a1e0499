//! Engine memory beside its own, for as long as somebody works with it.
//!
//! The daemon's own small questions work in slices and need little. Whoever needs more brings it along, so that the
//! others keep what they have.

use std::sync::{Arc, Mutex};

use duckdb::{Connection, InterruptHandle};

use super::open::MEMORY_MB;
use super::take;

/// Who has a share now.
#[derive(Clone, Default)]
pub(super) struct Shares(Arc<Mutex<Vec<Holder>>>);

struct Holder {
    handle: Arc<InterruptHandle>,
    memory_mb: u64,
    /// May be stopped when the daemon needs what he holds.
    is_stranger: bool,
}

/// A share. Its end gives the memory back.
pub(super) struct Share {
    shares: Shares,
    handle: Arc<InterruptHandle>,
    connection: Connection,
}

impl Shares {
    /// Gives the engine so many megabytes more, for a connection.
    pub(super) fn give(&self, to: &Connection, memory_mb: u64, is_stranger: bool) -> Result<Share, duckdb::Error> {
        let (handle, connection) = (to.interrupt_handle(), to.try_clone()?);
        take(&self.0).push(Holder { handle: Arc::clone(&handle), memory_mb, is_stranger });
        // From here on its end gives the memory back.
        let share = Share { shares: self.clone(), handle, connection };
        share.measure()?;
        Ok(share)
    }

    /// Stops all strangers: the daemon's own work needs what they hold.
    pub(super) fn stop_strangers(&self) {
        take(&self.0).iter().filter(|holder| holder.is_stranger).for_each(|holder| holder.handle.interrupt());
    }
}

impl Share {
    /// What stops a statement of the connection.
    pub(super) const fn handle(&self) -> &Arc<InterruptHandle> {
        &self.handle
    }

    /// The engine's memory is its own and all shares.
    fn measure(&self) -> Result<(), duckdb::Error> {
        let holders = take(&self.shares.0);
        let megabytes = MEMORY_MB + holders.iter().map(|holder| holder.memory_mb).sum::<u64>();
        self.connection.execute_batch(&format!("set memory_limit = '{megabytes}MB'"))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        take(&self.shares.0).retain(|holder| !Arc::ptr_eq(&holder.handle, &self.handle));
        // Where more is in use than the rest may have, the next one's end takes it back.
        self.measure().unwrap_or_default();
    }
}
