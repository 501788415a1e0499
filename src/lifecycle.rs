//! Signals, and tasks that must not die alone.

use std::path::{Path, PathBuf};

use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Resolves on the first SIGTERM or SIGINT and cancels `stop`; the second ends the process at once.
///
/// # Errors
/// When the handlers cannot be installed.
pub fn watch_signals(stop: CancellationToken) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        info!(signal = name, "stopping: finishing what is under way");
        stop.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(130);
    });
    Ok(())
}

/// Where a daemon serves, written beside its store for as long as it runs: only it can open the file.
pub struct Whereabouts(PathBuf);

impl Whereabouts {
    /// Tells where the daemon of a store is.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn tell(store: &Path, url: &str) -> std::io::Result<Self> {
        let path = whereabouts(store);
        std::fs::write(&path, format!("{url}\n"))?;
        Ok(Self(path))
    }

    /// Where the daemon of a store said that it is. It may be gone since.
    pub fn of(store: &Path) -> Option<String> {
        std::fs::read_to_string(whereabouts(store)).ok().map(|text| text.trim().to_owned())
    }
}

impl Drop for Whereabouts {
    fn drop(&mut self) {
        // A file that stays names nobody: who follows it finds nothing there.
        std::fs::remove_file(&self.0).unwrap_or_default();
    }
}

fn whereabouts(store: &Path) -> PathBuf {
    let mut name = store.file_name().unwrap_or_default().to_owned();
    name.push(".url");
    store.with_file_name(name)
}

/// Tells a supervisor like systemd that the daemon is ready, that it is alive as often as is asked for, and when it
/// begins to stop. Without one nothing happens.
pub fn tell_supervisor(stop: &CancellationToken) {
    tell(&NotifyState::Ready);
    let stop = stop.clone();
    tokio::spawn(async move {
        if let Some(patience) = sd_notify::watchdog_enabled() {
            while stop.run_until_cancelled(tokio::time::sleep(patience / 2)).await.is_some() {
                tell(&NotifyState::Watchdog);
            }
        } else {
            stop.cancelled().await;
        }
        tell(&NotifyState::Stopping);
    });
}

fn tell(state: &NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        warn!("the supervisor cannot be told: {error}");
    }
}
