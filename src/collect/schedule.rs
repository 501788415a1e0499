//! The timer round the steps.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{CollectError, Collector, LOG_STREAMS, LogGroup, Source, blocking, unless_stopped};
use crate::config::{Cognito, LookupPolicy};
use crate::model::Stream;
use crate::query::Questions;

/// A failing stream is tried again after a growing pause, at most this.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// How the listing of a source stands, for the tasks that need one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listed {
    /// Not tried by this process, and the store has none of every pool.
    Never,
    /// There is one; the last attempt succeeded, or none was made yet.
    Yes,
    /// The last attempt failed.
    Failing,
}

/// How often look-ups see whether the history is read.
const HISTORY_PAUSE: Duration = Duration::from_millis(500);

/// Pulls one source until told to stop. The loops end together.
pub async fn run_source(collector: Collector, source: Source, stop: CancellationToken) {
    let (listed, listing) = watch::channel(collector.listed(&source).await);
    let groups: Vec<LogGroup> = LOG_STREAMS.iter().flat_map(|stream| LogGroup::of(&source.config, *stream)).collect();
    tokio::join!(
        async {
            if let Some(cognito) = &source.config.cognito {
                list_loop(&collector, &source, cognito, &listed, &stop).await;
            }
        },
        async {
            if let Some(cognito) = source.config.cognito.as_ref().filter(|cognito| cognito.lookup != LookupPolicy::Off)
            {
                lookup_loop(&collector, &source, cognito, listing.clone(), &stop).await;
            }
        },
        join_all(groups.iter().map(|group| log_loop(&collector, &source, group, listing.clone(), &stop))),
        // A source may have none of them; it still lives as long as the daemon.
        stop.cancelled(),
    );
}

/// Waits until a listing was tried; `false` when told to stop.
async fn listing_is_tried(mut listing: watch::Receiver<Listed>, stop: &CancellationToken) -> bool {
    let tried = listing.wait_for(|listed| *listed != Listed::Never);
    // An error means that the listing loop is gone, which only a stop explains.
    matches!(unless_stopped(stop, tried).await, Some(Ok(_)))
}

/// Reads a log group. Each has its own pauses: one that fails, or has a long history, holds no other back.
async fn log_loop(
    collector: &Collector,
    source: &Source,
    group: &LogGroup,
    listing: watch::Receiver<Listed>,
    stop: &CancellationToken,
) {
    // So that records find their pool, a first listing is tried before the first record is read.
    let waits = group.stream == Stream::Cloudtrail && source.config.cognito.is_some();
    if waits && !listing_is_tried(listing, stop).await {
        return;
    }
    let interval = collector.config.collect.interval.as_duration();
    let mut failures = 0;
    loop {
        let Some(result) = unless_stopped(stop, collector.read_group(source, group)).await else { return };
        failures = collector.report_group(source, group, result, failures);
        if unless_stopped(stop, tokio::time::sleep(pause(interval, failures))).await.is_none() {
            return;
        }
    }
}

async fn list_loop(
    collector: &Collector,
    source: &Source,
    cognito: &Cognito,
    listed: &watch::Sender<Listed>,
    stop: &CancellationToken,
) {
    let interval = collector.config.collect.interval.as_duration();
    let mut failures = 0;
    loop {
        let begun = tokio::time::Instant::now();
        let Some(result) = unless_stopped(stop, collector.list(source, cognito)).await else { return };
        let now = if result.is_ok() { Listed::Yes } else { Listed::Failing };
        let result = result.and_then(|missing| missing.map_or(Ok(()), |error| Err(error.into())));
        failures = collector.report(source, Stream::Listing, result, failures);
        listed.send_replace(now);
        let next = match failures {
            // A sweep that takes longer than the interval is followed by the next at once.
            0 => begun + cognito.listing_interval.as_duration(),
            _ => tokio::time::Instant::now() + pause(interval, failures),
        };
        if unless_stopped(stop, tokio::time::sleep_until(next)).await.is_none() {
            return;
        }
    }
}

async fn lookup_loop(
    collector: &Collector,
    source: &Source,
    cognito: &Cognito,
    mut listing: watch::Receiver<Listed>,
    stop: &CancellationToken,
) {
    let interval = collector.config.collect.interval.as_duration();
    let mut gone = HashSet::new();
    let mut failures = 0;
    loop {
        // A new listing names who is gone.
        if listing.has_changed().unwrap_or(false) {
            gone.clear();
        }
        // While AWS refuses listings, look-ups would only add to its load.
        if !matches!(unless_stopped(stop, listing.wait_for(|listed| *listed == Listed::Yes)).await, Some(Ok(_))) {
            return;
        }
        // Who is billed anyway, and whose factors records tell, is known when the history is read.
        if !collector.is_history_read() {
            if unless_stopped(stop, tokio::time::sleep(HISTORY_PAUSE)).await.is_none() {
                return;
            }
            continue;
        }
        let Some(result) = unless_stopped(stop, collector.look_up(source, cognito, &mut gone)).await else { return };
        let looked_up = result.as_ref().map_or(0, |users| *users);
        failures = collector.report(source, Stream::Lookup, result.map(drop), failures);
        // Whoever is left waits for the budget alone.
        let rest = if looked_up > 0 { Duration::ZERO } else { pause(interval, failures) };
        if unless_stopped(stop, tokio::time::sleep(rest)).await.is_none() {
            return;
        }
    }
}

impl Collector {
    fn is_history_read(&self) -> bool {
        self.gallery.current().is_some_and(|snapshot| snapshot.is_history_read)
    }

    /// What the store knows of the source's listing when the process starts.
    async fn listed(&self, source: &Source) -> Listed {
        let (store, name) = (self.store.clone(), source.config.name.clone());
        match blocking(move || Questions::of(&store)?.is_listed(&name)).await {
            Ok(true) => Listed::Yes,
            // A store that cannot be read fails again, and is told, at the first pull.
            Ok(false) | Err(_) => Listed::Never,
        }
    }

    /// As [`Collector::report`], of one log group.
    fn report_group(&self, source: &Source, group: &LogGroup, result: Result<(), CollectError>, failures: u32) -> u32 {
        let (name, stream, log_group) = (&source.config.name, group.stream, &group.name);
        let failures = match result {
            Ok(()) => {
                if failures > 0 {
                    info!(source = %name, stream = %stream, log_group, "the log group is read again");
                }
                self.health.group_succeeded(name, stream, log_group, self.clock.now());
                0
            }
            Err(problem) => {
                let problem = problem.to_string();
                warn!(source = %name, stream = %stream, log_group, attempt = failures + 1, "{problem}");
                self.health.group_failed(name, stream, log_group, problem);
                failures.saturating_add(1)
            }
        };
        self.publish_soon();
        failures
    }

    /// Notes how a step went, asks for a new picture, and returns the failures in a row.
    fn report(&self, source: &Source, stream: Stream, result: Result<(), CollectError>, failures: u32) -> u32 {
        let name = &source.config.name;
        let failures = match result {
            Ok(()) => {
                if failures > 0 {
                    info!(source = %name, stream = %stream, "the stream works again");
                }
                self.health.succeeded(name, stream, self.clock.now());
                0
            }
            Err(problem) => {
                let problem = problem.to_string();
                warn!(source = %name, stream = %stream, attempt = failures + 1, "{problem}");
                self.health.failed(name, stream, problem);
                failures.saturating_add(1)
            }
        };
        self.publish_soon();
        failures
    }
}

/// Doubles with every failure in a row, up to eight times the interval and five minutes.
fn pause(interval: Duration, failures: u32) -> Duration {
    let longest = LONGEST_PAUSE.max(interval);
    interval.saturating_mul(1 << failures.min(3)).min(longest)
}
