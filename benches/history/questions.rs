//! What saved questions take over a long history, and what scrapes wait for while many others ask.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use mfascope::query::ask::{Desk, Limits, Table};
use mfascope::query::{Range, Scope, View, saved_questions};
use mfascope::store::Store;
use serde_json::json;
use tokio::runtime::Runtime;

use super::scrapes;

/// How often each question is asked.
const TIMES: usize = 20;

/// Wanted of each question, milliseconds.
const WANTED_MS: f64 = 200.0;

/// Who asks at once while `/metrics` is scraped.
const ASKING: usize = 20;

/// What they ask: something about many events, about all users, about little.
const ASKED: [&str; 4] = [
    "select date_trunc('day', event_time) as day, event_name, count(*) from events group by all order by all",
    "select state, strength, count(*) from users group by all",
    "select series, sum(events) from counts_by_day group by all",
    "select agent, count(distinct sub) from events where outcome = 'failure' group by all",
];

/// Asks every saved question of the last week, over and over.
pub fn saved(store: &Store, now: DateTime<Utc>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let desk = Desk::new(store.clone(), Limits::default());
    let view = View::ending_at(now, Range::Week, Scope::default());
    let mut slow = Vec::new();
    let mut slowest: f64 = 0.0;
    for question in saved_questions() {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let answered = runtime.block_on(desk.ask(question.ask(&view, now, None), Table::default()));
            let answered = answered.map_err(|refusal| anyhow::anyhow!("{}: {refusal}", question.name))?;
            times.push(answered.took.as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        let p95 = times[(TIMES - 1) * 95 / 100];
        slowest = slowest.max(p95);
        if p95 > WANTED_MS {
            slow.push(format!("{} {p95:.0} ms", question.name));
        }
    }
    println!(
        "{} saved questions of a week: slowest p95 {slowest:.0} ms, {} above {WANTED_MS} ms   (wanted: none)",
        saved_questions().len(),
        slow.len()
    );
    slow.iter().for_each(|line| println!("  {line}"));
    Ok(())
}

/// Scrapes with nobody asking, and with many.
pub fn beside_scrapes(runtime: &Runtime, origin: &str) -> anyhow::Result<()> {
    let url = format!("{origin}/metrics");
    let mut quiet = runtime.block_on(scrapes::scrape(&url))?;
    let is_over = AtomicBool::new(false);
    let answered = AtomicUsize::new(0);
    let mut busy = std::thread::scope(|threads| -> anyhow::Result<Vec<Duration>> {
        for asker in 0..ASKING {
            let (is_over, answered) = (&is_over, &answered);
            threads.spawn(move || {
                let client = reqwest::Client::new();
                for question in ASKED.iter().cycle().skip(asker) {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let request = client.post(format!("{origin}/api/v1/query")).json(&json!({"sql": question}));
                    if runtime.block_on(request.send()).is_ok_and(|answer| answer.status().is_success()) {
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        let started = Instant::now();
        let busy = runtime.block_on(scrapes::scrape(&url));
        is_over.store(true, Ordering::Relaxed);
        println!(
            "{ASKING} asking at once: {} answers in {:.0} s",
            answered.load(Ordering::Relaxed),
            started.elapsed().as_secs_f64()
        );
        busy
    })?;
    let p99 = |waits: &mut Vec<Duration>| {
        waits.sort_unstable();
        waits[(waits.len() - 1) * 99 / 100].as_secs_f64() * 1000.0
    };
    let (quiet, busy) = (p99(&mut quiet), p99(&mut busy));
    println!("/metrics p99 {quiet:.2} ms while nobody asks, {busy:.2} ms meanwhile   (wanted: 2 ms more or less)");
    Ok(())
}
