//! Whether a large account is read within its budget and held in little memory: `make bench`.
//!
//! A simulated AWS of up to a million users and the daemon as a process of its own. Parts may be
//! named: `cargo bench --bench enrolment -- sweep states`. Figures depend on the machine.

mod account;
mod budget;
mod daemon;
mod lookups;
mod million;
mod resident;
mod scrapes;
mod states;

use std::time::{Duration, Instant};

/// Every part, in the order in which they run; the last three share one account.
const PARTS: [&str; 5] = ["budget", "lookups", "sweep", "scrapes", "states"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // `cargo bench` adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if let Some(unknown) = wanted.iter().find(|part| !PARTS.contains(&part.as_str())) {
        anyhow::bail!("no part is named {unknown:?}; the parts are {}", PARTS.join(", "));
    }
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name == part);
    let started = Instant::now();
    if is_wanted("budget") {
        budget::run().await?;
    }
    if is_wanted("lookups") {
        lookups::run().await?;
    }
    if ["sweep", "scrapes", "states"].into_iter().any(is_wanted) {
        million::run(is_wanted("scrapes"), is_wanted("states")).await?;
    }
    line("all parts took", started.elapsed().as_secs_f64(), "s");
    Ok(())
}

/// One figure.
fn line(what: &str, amount: f64, unit: &str) {
    println!("{what:<46}{amount:>12.1} {unit}");
}

/// One whole number.
fn number(what: &str, amount: u64, unit: &str) {
    println!("{what:<46}{amount:>12} {unit}");
}

/// One share or ratio.
fn ratio(what: &str, share: f64, unit: &str) {
    println!("{what:<46}{share:>12.4} {unit}");
}

/// Waits until `condition` holds; how long it took, or nothing when that is longer than `patience`.
async fn until<F: AsyncFnMut() -> bool>(patience: Duration, mut condition: F) -> Option<Duration> {
    let started = Instant::now();
    while started.elapsed() < patience {
        if condition().await {
            return Some(started.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}

/// Waits until `count` has not moved for `quiet`; false when it still does after `patience`.
async fn settled(quiet: Duration, patience: Duration, mut count: impl FnMut() -> u64) -> bool {
    let (mut last, mut since) = (count(), Instant::now());
    let mut still = async || {
        let current = count();
        if current != last {
            (last, since) = (current, Instant::now());
        }
        since.elapsed() >= quiet
    };
    until(patience, &mut still).await.is_some()
}
