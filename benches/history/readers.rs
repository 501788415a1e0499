//! What readers of the first page and scrapers wait for while records come in: a million users in twenty pools.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::{DateTime, Utc};
use mfascope::clock::Clock;
use mfascope::config::Config;
use mfascope::dashboard::Setting;
use mfascope::gate::Gate;
use mfascope::http::{self, FirstPage, Scrapes, Site};
use mfascope::import::Importer;
use mfascope::model::PoolKey;
use mfascope::query::ask::{Desk, Limits};
use mfascope::snapshot::{Gallery, Health, Snapshot};
use mfascope::store::Store;
use prometheus::Registry;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{questions, records, scrapes};

const READERS: usize = 50;
const PAUSE: Duration = Duration::from_millis(100);
const WATCHED: Duration = Duration::from_secs(20);
const POOLS: u32 = 19;
const USERS_OF_POOL: u32 = 47_369;

/// More pools, so that there are a million users in twenty.
pub fn list(store: &Store, now: DateTime<Utc>) -> anyhow::Result<()> {
    let key = |pool: u32| PoolKey { aws_region: records::REGION.into(), pool_id: format!("us-east-1_Other{pool:04}") };
    let mut pools: Vec<_> = (0..POOLS).map(|pool| records::pool(key(pool))).collect();
    pools.iter_mut().for_each(|pool| pool.clients.clear());
    pools.push(records::pool(PoolKey { aws_region: records::REGION.into(), pool_id: records::POOL.into() }));
    store.list_pools("bench", &pools, Duration::from_secs(90 * 86_400), now)?;
    for pool in 0..POOLS {
        let mut sweep = store.begin_sweep("bench", &key(pool), now)?;
        let first = records::USERS + pool * USERS_OF_POOL;
        let users: Vec<_> = (first..first + USERS_OF_POOL).map(|user| super::listed(user, now)).collect();
        for page in users.chunks(10_000) {
            store.sweep_users(&mut sweep, page, None)?;
        }
        store.publish_sweep(&sweep, now)?;
    }
    Ok(())
}

/// Readers of the page, then scrapers, while `ingest` stores one batch after another and pictures are drawn of them.
pub fn read(
    store: &Store,
    now: DateTime<Utc>,
    mut ingest: impl FnMut() -> anyhow::Result<()> + Send,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let gallery = Gallery::default();
    let config = Config::parse("[[source]]\nname = \"bench\"\nregion = \"us-east-1\"\n", "bench")?;
    let draw = || Snapshot::build(store, &Health::default(), &config, now, gallery.current().as_deref());
    gallery.publish(draw()?);
    let site = Site {
        gallery: gallery.clone(),
        process: Registry::new(),
        setting: Setting::default(),
        store: store.clone(),
        clock: Clock::system(),
        first_page: FirstPage::default(),
        scrapes: Scrapes::default(),
        turns: Arc::new(Semaphore::new(http::LISTS_AT_ONCE)),
        desk: Desk::new(store.clone(), Limits::default()),
        config: Arc::new(config.clone()),
        importer: Importer::new(
            store.clone(),
            Clock::system(),
            Arc::new(config.clone()),
            Arc::default(),
            Arc::default(),
        ),
        imports: Arc::default(),
    };
    let stop = CancellationToken::new();
    let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
    let origin = format!("http://{}", listener.local_addr()?);
    runtime.spawn(http::serve(listener, http::router(site), Gate::open(), stop.clone()));
    sizes(&runtime, &origin)?;
    paint(&origin);

    let is_over = AtomicBool::new(false);
    let (mut waits, [ours, theirs]) = std::thread::scope(|scope| -> anyhow::Result<_> {
        let busy = scope.spawn(|| -> anyhow::Result<(usize, usize)> {
            let (mut batches, mut pictures, mut rest) = (0, 0, Instant::now());
            while !is_over.load(Ordering::Relaxed) {
                ingest()?;
                batches += 1;
                // As the daemon does: a picture is followed by four times as long without one.
                if Instant::now() >= rest {
                    let started = Instant::now();
                    gallery.publish(draw()?);
                    pictures += 1;
                    rest = Instant::now() + started.elapsed() * 4;
                }
            }
            Ok((batches, pictures))
        });
        let waits = runtime.block_on(ask(&origin));
        let scrapes = scrapes::beside_node_exporter(&runtime, &format!("{origin}/metrics"));
        is_over.store(true, Ordering::Relaxed);
        let (batches, pictures) = busy.join().map_err(|_| anyhow::anyhow!("storing died"))??;
        println!("{READERS} readers and the scrapers, meanwhile {batches} batches stored, {pictures} pictures drawn");
        Ok((waits?, scrapes?))
    })?;
    print("overview", &mut waits, "wanted: p99 of 20 or less");
    print("/metrics", &mut ours.unwrap_or_default(), "wanted: p99 of 3 or less");
    print("node_exporter", &mut theirs.unwrap_or_default(), "wanted: slower than ours");
    questions::beside_scrapes(&runtime, &origin)?;
    scrapes::many(&runtime, &format!("{origin}/metrics"))?;
    stop.cancel();
    Ok(())
}

fn print(what: &str, waits: &mut [Duration], wanted: &str) {
    if waits.is_empty() {
        println!("{what}: not measured");
        return;
    }
    waits.sort_unstable();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!(
        "{what}: {} answers, p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms   ({wanted})",
        waits.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

async fn ask(origin: &str) -> anyhow::Result<Vec<Duration>> {
    let client = reqwest::Client::new();
    let end = Instant::now() + WATCHED;
    let readers: Vec<_> = (0..READERS)
        .map(|_| {
            let (client, origin) = (client.clone(), origin.to_owned());
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while Instant::now() < end {
                    let started = Instant::now();
                    let answer = client.get(&origin).header("accept-encoding", "gzip").send().await?;
                    let bytes = answer.error_for_status()?.bytes().await?;
                    waits.push(started.elapsed());
                    assert!(bytes.starts_with(&[0x1f, 0x8b]), "the page is not packed");
                    tokio::time::sleep(PAUSE).await;
                }
                Ok::<_, reqwest::Error>(waits)
            })
        })
        .collect();
    let mut waits = Vec::new();
    for reader in readers {
        waits.extend(reader.await??);
    }
    Ok(waits)
}

/// What a first visit loads.
fn sizes(runtime: &tokio::runtime::Runtime, origin: &str) -> anyhow::Result<()> {
    let client = reqwest::Client::new();
    let page = runtime.block_on(async { client.get(origin).send().await?.text().await })?;
    let assets = page.split('"').filter(|text| text.starts_with("/assets/"));
    let mut total = 0;
    for path in std::iter::once("/").chain(assets) {
        let get = client.get(format!("{origin}{path}")).header("accept-encoding", "gzip");
        total += runtime.block_on(async { get.send().await?.error_for_status()?.bytes().await })?.len();
    }
    println!("overview: {:.1} kB on the wire, assets included   (wanted: 100 or less)", total as f64 / 1000.0);
    Ok(())
}

/// Largest contentful paint in headless Chromium, where the tests' browser is installed.
fn paint(origin: &str) {
    let measure = || -> anyhow::Result<String> {
        let tools = std::env::var("MFASCOPE_TOOLS").context("MFASCOPE_TOOLS is not set")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/paint.mjs");
        let done = Command::new("node")
            .arg(script)
            .arg(origin)
            .env("MFASCOPE_NODE_MODULES", Path::new(&tools).join("node_modules"))
            .output()?;
        anyhow::ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    };
    match measure() {
        Ok(found) => println!("overview: largest contentful paint {found} ms, median of 7   (wanted: 500 or less)"),
        Err(problem) => println!("overview: largest contentful paint not measured: {problem}"),
    }
}
