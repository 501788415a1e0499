//! What a long history costs: ten million events in the store, against one million: `make bench`.
//!
//! Prints one line a figure. Figures depend on the machine; compare them within one run. With `MFASCOPE_BENCH_STORE`,
//! only the saved questions are asked, of that store.

mod questions;
mod readers;
mod records;
mod scrapes;

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use mfascope::clock::Clock;
use mfascope::config::Config;
use mfascope::decode::{Pseudonyms, Reading, cloudtrail};
use mfascope::model::{DecodedLine, ListedUser, PoolKey, Stream, UserStatus};
use mfascope::query::{Questions, Range, Scope, View};
use mfascope::snapshot::{Health, Snapshot};
use mfascope::store::{LogStream, Mark, Store, StoreError};
use rayon::prelude::*;
use records::{Records, USERS, sub};
use uuid::Uuid;

const BATCH: usize = 10_000;
/// Receipts that come with a batch of records.
const RECEIPTS: usize = 1_000;
const SMS: LogStream<'static> = LogStream { source: "bench", stream: Stream::Sms, log_group: "sms" };
const STREAM: LogStream<'static> = LogStream { source: "bench", stream: Stream::Cloudtrail, log_group: "trail" };

fn main() -> anyhow::Result<()> {
    if let Some(path) = std::env::var_os("MFASCOPE_BENCH_STORE") {
        return questions::saved(&Store::open(std::path::Path::new(&path))?, Clock::system().now());
    }
    let events: usize = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(10_000_000);
    let now = Clock::system().now();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bench.duckdb");
    let store = Store::open(&path)?;
    list(&store, now)?;
    let reading = Reading { pseudonyms: Pseudonyms::Hashes(Uuid::nil()), custom_is_mfa: false, networks: Uuid::nil() };
    let mut records = Records::new(now, events, USERS);
    let marks = [events / 10, events];
    let (mut stored, mut slices) = (0, Vec::new());
    let mut recent: Vec<[Duration; 2]> = Vec::new();
    let ingest = |records: &mut Records| -> anyhow::Result<(Mark, [Duration; 2])> {
        let texts = records.batch(BATCH);
        let started = Instant::now();
        let lines: Vec<DecodedLine> = texts
            .par_iter()
            .map(|(line_id, delivered_at, text)| DecodedLine {
                line_id: *line_id,
                delivered_at: *delivered_at,
                decoded: cloudtrail::decode(text, *line_id, &reading),
            })
            .collect();
        let decoded = started.elapsed();
        let read_through = texts[texts.len() - 1].1;
        let mark = Mark { read_through, forget_before: read_through - TimeDelta::minutes(15), is_caught_up: false };
        store.ingest(STREAM, &lines, Some(mark))?;
        Ok((mark, [started.elapsed(), decoded]))
    };
    while stored < events {
        let (mark, took) = ingest(&mut records)?;
        recent.push(took);
        stored += BATCH;
        let receipts = records.receipts(RECEIPTS);
        store.ingest(SMS, &receipts, Some(mark))?;
        if marks.contains(&stored) {
            slices.push(measure(&store, &path, stored, &mut recent, now)?);
        }
    }
    let figures =
        [("batch, median", "ms", 0), ("picture", "ms", 1), ("slowest page", "ms", 2), ("disk", "bytes/event", 3)];
    for (name, unit, at) in figures {
        let (before, after) = (slices[0][at], slices[1][at]);
        println!("{name:<24}{before:>10.1}{after:>10.1} {unit:<12} ratio {:.2}", after / before);
    }
    questions::saved(&store, now)?;
    readers::list(&store, now)?;
    readers::read(&store, now, || ingest(&mut records).map(drop))
}

fn measure(
    store: &Store,
    path: &std::path::Path,
    stored: usize,
    recent: &mut Vec<[Duration; 2]>,
    now: DateTime<Utc>,
) -> anyhow::Result<[f64; 4]> {
    let ms = |duration: Duration| duration.as_secs_f64() * 1000.0;
    let last = &mut recent.split_off(recent.len().saturating_sub(50));
    last.sort_unstable();
    let [batch, decode] = last[last.len() / 2].map(ms);
    let slowest = ms(last[last.len() - 1][0]);
    println!(
        "{stored} events: batches of {BATCH}: median {batch:.0} ms, of it decoding {decode:.0} ms; slowest of 50 {slowest:.0} ms"
    );
    recent.clear();
    let health = Health::default();
    let config = Config::parse("[[source]]\nname = \"bench\"\nregion = \"us-east-1\"\n", "bench")?;
    let mut builds = Vec::new();
    for _ in 0..7 {
        let started = Instant::now();
        Snapshot::build(store, &health, &config, now, None)?;
        builds.push(started.elapsed());
    }
    builds.sort_unstable();
    let picture = ms(builds[3]);
    let bytes = std::fs::metadata(path)?.len() as f64 / stored as f64;
    println!("{stored} events: picture {picture:.0} ms, {bytes:.1} bytes an event");
    let page = pages(store, stored, now)?;
    Ok([batch, picture, page, bytes])
}

/// The slowest page's queries, milliseconds.
fn pages(store: &Store, stored: usize, now: DateTime<Utc>) -> anyhow::Result<f64> {
    type Page = fn(&Questions, &View, DateTime<Utc>) -> Result<(), StoreError>;
    let pages: [(&str, Page); 3] = [
        ("challenges", |questions, view, _| questions.challenges(view).map(drop)),
        ("recovery", |questions, view, now| questions.recovery(view, now).map(drop)),
        ("sms", |questions, view, now| questions.sms(view, now).map(drop)),
    ];
    let mut slowest: f64 = 0.0;
    for (name, page) in pages {
        print!("{stored} events: {name:<12}");
        for range in Range::ALL {
            let view = View::ending_at(now, *range, Scope::default());
            let mut times = Vec::new();
            for _ in 0..5 {
                let started = Instant::now();
                page(&Questions::of(store)?, &view, now)?;
                times.push(started.elapsed());
            }
            times.sort_unstable();
            let median = times[2].as_secs_f64() * 1000.0;
            slowest = slowest.max(median);
            print!("{:>8} {median:>5.0} ms", range.as_str());
        }
        println!();
    }
    Ok(slowest)
}

fn list(store: &Store, now: DateTime<Utc>) -> anyhow::Result<()> {
    let key = PoolKey { aws_region: records::REGION.into(), pool_id: records::POOL.into() };
    let pool = records::pool(key.clone());
    store.list_pools("bench", &[pool], Duration::from_secs(90 * 86_400), now)?;
    let mut sweep = store.begin_sweep("bench", &key, now)?;
    let users: Vec<ListedUser> = (0..USERS).map(|user| listed(user, now)).collect();
    for page in users.chunks(10_000) {
        store.sweep_users(&mut sweep, page, None)?;
    }
    store.publish_sweep(&sweep, now)?;
    Ok(())
}

fn listed(user: u32, now: DateTime<Utc>) -> ListedUser {
    ListedUser {
        sub: sub(user),
        username: None,
        status: UserStatus::Confirmed,
        enabled: true,
        created_at: Some(now - chrono::TimeDelta::days(400)),
        has_phone: user.is_multiple_of(2),
        has_email: true,
        phone_verified: true,
        email_verified: true,
        country: Some(records::COUNTRIES[user as usize % records::COUNTRIES.len()].to_owned()),
    }
}
