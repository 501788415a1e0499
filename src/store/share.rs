//! Engine memory and threads beside its own, for as long as somebody works with them.
//!
//! The daemon's own small questions work in slices and need little. Whoever needs more brings it along, so that the
//! others keep what they have.

use std::sync::{Arc, Mutex};

use duckdb::{Connection, InterruptHandle};

use super::open::{MEMORY_MB, THREADS};
use super::take;

/// Who has a share now.
#[derive(Clone, Default)]
pub(super) struct Shares(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    holders: Vec<Holder>,
    /// The engine has a thread more than its own.
    has_helper: bool,
}

struct Holder {
    handle: Arc<InterruptHandle>,
    memory_mb: u64,
    /// A stranger may be stopped when the daemon needs what he holds, and brings no thread.
    is_stranger: bool,
}

/// A share. Its end gives the memory back.
pub(super) struct Share {
    shares: Shares,
    handle: Arc<InterruptHandle>,
    connection: Connection,
}

impl Shares {
    /// Gives the engine so many megabytes more for a connection, and a second thread if that is the daemon's own.
    pub(super) fn give(&self, to: &Connection, memory_mb: u64, is_stranger: bool) -> Result<Share, duckdb::Error> {
        let (handle, connection) = (to.interrupt_handle(), to.try_clone()?);
        take(&self.0).holders.push(Holder { handle: Arc::clone(&handle), memory_mb, is_stranger });
        // From here on its end gives the memory back.
        let share = Share { shares: self.clone(), handle, connection };
        share.measure()?;
        Ok(share)
    }

    /// Stops all strangers: the daemon's own work needs what they hold.
    pub(super) fn stop_strangers(&self) {
        take(&self.0).holders.iter().filter(|holder| holder.is_stranger).for_each(|holder| holder.handle.interrupt());
    }
}

impl Share {
    /// What stops a statement of the connection.
    pub(super) const fn handle(&self) -> &Arc<InterruptHandle> {
        &self.handle
    }

    /// The engine's memory is its own and all shares. Whoever takes a thread away waits for what it is doing: it stays
    /// as long as anybody may be using it.
    fn measure(&self) -> Result<(), duckdb::Error> {
        let mut held = take(&self.shares.0);
        let megabytes = MEMORY_MB + held.holders.iter().map(|holder| holder.memory_mb).sum::<u64>();
        let is_helped = held.holders.iter().any(|holder| !holder.is_stranger) && has_second_core();
        held.has_helper = is_helped || held.has_helper && !held.holders.is_empty();
        let threads = THREADS + i64::from(held.has_helper);
        self.connection.execute_batch(&format!("set memory_limit = '{megabytes}MB'; set threads = {threads}"))
    }
}

fn has_second_core() -> bool {
    std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
}

impl Drop for Share {
    fn drop(&mut self) {
        take(&self.shares.0).holders.retain(|holder| !Arc::ptr_eq(&holder.handle, &self.handle));
        // Where more is in use than the rest may have, the next one's end takes it back.
        self.measure().unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use tempfile::tempdir;

    use super::*;
    use crate::store::Store;

    #[test]
    fn a_second_thread_comes_with_the_daemons_own_work_and_stays_while_a_stranger_may_use_it() {
        let folder = tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("test.duckdb")).expect("a store");
        let threads = || -> i64 {
            let asked = store.lock().query_row("select current_setting('threads')::bigint", [], |row| row.get(0));
            asked.expect("a number")
        };
        let helped = THREADS + i64::from(has_second_core());
        let stranger = store.sandbox(DateTime::UNIX_EPOCH, 32).expect("a sandbox");
        assert_eq!(threads(), THREADS, "a stranger brings none");
        let mut reader = store.read().expect("a reader");
        reader.bring_share(32).expect("a share");
        assert_eq!(threads(), helped);
        drop(reader);
        assert_eq!(threads(), helped, "the stranger may be using it");
        drop(stranger);
        assert_eq!(threads(), THREADS);
    }
}
