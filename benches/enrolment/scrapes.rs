//! Part `scrapes`: how long Prometheus waits.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::daemon::Daemon;

const SCRAPES: u32 = 300;
const PAUSE: Duration = Duration::from_millis(50);

pub async fn run(daemon: &Daemon, when: &str) -> anyhow::Result<()> {
    let mut pictures = BTreeSet::new();
    let mut waits = Vec::new();
    for _ in 0..SCRAPES {
        let started = Instant::now();
        let text = daemon.metrics().await.context("the daemon does not answer")?;
        waits.push(started.elapsed());
        // The timestamps change with every new picture.
        let marks = text.lines().filter(|line| line.starts_with("mfascope_source_last_success_timestamp_seconds"));
        pictures.insert(marks.collect::<String>());
        tokio::time::sleep(PAUSE).await;
    }
    waits.sort();
    let at = |share: f64| waits.get((waits.len() as f64 * share) as usize).map_or(0.0, Duration::as_secs_f64) * 1000.0;
    let most = waits.last().map_or(0.0, Duration::as_secs_f64) * 1000.0;
    println!(
        "{:<46}{:>12.2} ms p50, {:.2} ms p99, {most:.2} ms longest of {SCRAPES}; {} pictures",
        format!("scrapes: {when}"),
        at(0.5),
        at(0.99),
        pictures.len()
    );
    Ok(())
}
