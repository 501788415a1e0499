//! Stopping a statement from another connection, as the protocol wants it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pgwire::messages::startup::SecretKey;
use tokio::sync::Notify;

/// The switches of all connections.
#[derive(Default)]
pub(super) struct Switches {
    next: AtomicI32,
    known: Mutex<HashMap<i32, (SecretKey, Arc<State>)>>,
}

#[derive(Default)]
struct State {
    is_pressed: AtomicBool,
    told: Notify,
}

/// Stops the statement of one connection.
pub(super) struct Switch {
    switches: Arc<Switches>,
    /// What the client calls it.
    pub(super) pid: i32,
    /// And proves that it is the client's.
    pub(super) secret: i32,
    state: Arc<State>,
}

impl Switches {
    /// A switch for a connection that begins.
    pub(super) fn add(self: &Arc<Self>) -> Switch {
        let (state, secret) = (Arc::<State>::default(), rand::random());
        // A number that comes round again would have to be of a very old connection.
        let pid = self.next.fetch_add(1, Ordering::Relaxed).rem_euclid(i32::MAX) + 1;
        self.lock().insert(pid, (SecretKey::I32(secret), Arc::clone(&state)));
        Switch { switches: Arc::clone(self), pid, secret, state }
    }

    /// Presses a switch, for those who know its secret. Nobody is told whether there is one.
    pub(super) fn press(&self, pid: i32, secret: &SecretKey) {
        if let Some((known, state)) = self.lock().get(&pid)
            && known.eq_value(secret)
        {
            state.is_pressed.store(true, Ordering::Relaxed);
            state.told.notify_waiters();
        }
    }

    /// What is behind it is whole at any time.
    fn lock(&self) -> MutexGuard<'_, HashMap<i32, (SecretKey, Arc<State>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Switch {
    /// A statement begins: what was pressed before was about another.
    pub(super) fn release(&self) {
        self.state.is_pressed.store(false, Ordering::Relaxed);
    }

    /// Ends when it is pressed.
    pub(super) async fn pressed(&self) {
        let told = self.state.told.notified();
        tokio::pin!(told);
        told.as_mut().enable();
        if !self.state.is_pressed.load(Ordering::Relaxed) {
            told.await;
        }
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        self.switches.lock().remove(&self.pid);
    }
}
