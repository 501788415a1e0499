//! The timer round the steps.

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{CollectError, Collector, Source, unless_stopped};
use crate::config::{Cloudtrail, Cognito, LookupPolicy};
use crate::model::Stream;

/// A failing stream is tried again after a growing pause, at most this.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Pulls one source until told to stop. The two loops end together.
pub async fn run_source(collector: Collector, source: Source, stop: CancellationToken) {
    // Turns true when the first listing was tried: then records can find their pool.
    let (listed, listing_tried) = watch::channel(source.config.cognito.is_none());
    tokio::join!(
        async {
            if let Some(cognito) = &source.config.cognito {
                list_loop(&collector, &source, cognito, listed, &stop).await;
            }
        },
        async {
            if let Some(trail) = &source.config.cloudtrail {
                trail_loop(&collector, &source, trail, listing_tried, &stop).await;
            }
        },
        // A source may have neither; it still lives as long as the daemon.
        stop.cancelled(),
    );
}

async fn trail_loop(
    collector: &Collector,
    source: &Source,
    trail: &Cloudtrail,
    mut listing_tried: watch::Receiver<bool>,
    stop: &CancellationToken,
) {
    // An error means that the listing loop is gone, which only a stop explains.
    if !matches!(unless_stopped(stop, listing_tried.wait_for(|tried| *tried)).await, Some(Ok(_))) {
        return;
    }
    let interval = collector.config.collect.interval.as_duration();
    let mut failures = 0;
    loop {
        let Some(result) = unless_stopped(stop, collector.read_trail(source, trail)).await else { return };
        failures = collector.report(source, Stream::Cloudtrail, result, failures).await;
        if unless_stopped(stop, tokio::time::sleep(pause(interval, failures))).await.is_none() {
            return;
        }
    }
}

async fn list_loop(
    collector: &Collector,
    source: &Source,
    cognito: &Cognito,
    listed: watch::Sender<bool>,
    stop: &CancellationToken,
) {
    let interval = collector.config.collect.interval.as_duration();
    let mut gone = HashSet::new();
    let mut is_listed = false;
    let mut list_failures = 0;
    let mut lookup_failures = 0;
    let mut next_listing = tokio::time::Instant::now();
    loop {
        if tokio::time::Instant::now() >= next_listing {
            let Some(result) = unless_stopped(stop, collector.list(source, cognito)).await else { return };
            is_listed = result.is_ok();
            let result = result.and_then(|missing| missing.map_or(Ok(()), |error| Err(error.into())));
            list_failures = collector.report(source, Stream::Listing, result, list_failures).await;
            let wait = if list_failures == 0 {
                cognito.listing_interval.as_duration()
            } else {
                pause(interval, list_failures)
            };
            next_listing = tokio::time::Instant::now() + wait;
            gone.clear();
            listed.send_replace(true);
        }
        let mut looked_up = 0;
        // While AWS refuses listings, look-ups would only add to its load.
        if is_listed && cognito.lookup != LookupPolicy::Off {
            let Some(result) = unless_stopped(stop, collector.look_up(source, cognito, &mut gone)).await else {
                return;
            };
            looked_up = result.as_ref().map_or(0, |users| *users);
            lookup_failures = collector.report(source, Stream::Lookup, result.map(drop), lookup_failures).await;
        }
        // Whoever is left waits for the budget alone.
        let rest = if looked_up > 0 { Duration::ZERO } else { pause(interval, lookup_failures) };
        if unless_stopped(stop, tokio::time::sleep(rest)).await.is_none() {
            return;
        }
    }
}

impl Collector {
    /// Notes how a step went, swaps the picture, and returns the failures in a row.
    async fn report(&self, source: &Source, stream: Stream, result: Result<(), CollectError>, failures: u32) -> u32 {
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
        if let Err(problem) = self.publish().await {
            error!("the figures could not be refreshed, the last ones stay: {problem}");
        }
        failures
    }
}

/// Doubles with every failure in a row, up to eight times the interval and five minutes.
fn pause(interval: Duration, failures: u32) -> Duration {
    let longest = LONGEST_PAUSE.max(interval);
    interval.saturating_mul(1 << failures.min(3)).min(longest)
}
