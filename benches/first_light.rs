//! How fast the path is, on 35 days of the simulated AWS: `make bench`.
//!
//! Prints one line a step. Figures depend on the machine; compare them within one run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use mfascope::clock::Clock;
use mfascope::config::{Cloudtrail, Config, Source};
use mfascope::decode::{Pseudonyms, Reading, cloudtrail};
use mfascope::instrument::Instruments;
use mfascope::metrics::{Format, exposition};
use mfascope::model::{DecodedLine, Line, Stream, Window};
use mfascope::simulator::{Quotas, Scenario, Simulator};
use mfascope::snapshot::{Health, Snapshot};
use mfascope::source::Aws;
use mfascope::store::{LogStream, Store};
use prometheus::Registry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const BATCH: usize = 10_000;
const ROUNDS: u32 = 20;
const READING: Reading =
    Reading { pseudonyms: Pseudonyms::Hashes(Uuid::nil()), custom_is_mfa: false, networks: Uuid::nil() };

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let now = Clock::system().now();
    let lines = read_all(now).await?;
    let bytes: usize = lines.iter().map(|line| line.message.len()).sum();

    let (decoded, took) = timed(|| decode(&lines, &READING));
    report("decode", lines.len(), "records", took);
    println!("{:<28}{:>10.0} MB/s", "", bytes as f64 / 1e6 / took.as_secs_f64());

    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("bench.duckdb"))?;
    let stream = LogStream { source: "bench", stream: Stream::Cloudtrail, log_group: "trail" };
    let mut slowest = Duration::ZERO;
    let started = Instant::now();
    for batch in decoded.chunks(BATCH) {
        let (stored, took) = timed(|| store.ingest(stream, batch, None));
        stored?;
        slowest = slowest.max(took);
    }
    report("store, first time", decoded.len(), "records", started.elapsed());
    println!("{:<28}{:>10} ms slowest batch of {BATCH}", "", slowest.as_millis());
    let started = Instant::now();
    for batch in decoded.chunks(BATCH) {
        store.ingest(stream, batch, None)?;
    }
    report("store, the same again", decoded.len(), "records", started.elapsed());

    let health = Health::default();
    let config = Config::parse("[[source]]\nname = \"bench\"\nregion = \"us-east-1\"\n", "bench")?;
    let snapshot = Snapshot::build(&store, &health, &config, now, None)?;
    let (built, took) =
        timed(|| (0..ROUNDS).try_for_each(|_| Snapshot::build(&store, &health, &config, now, None).map(drop)));
    built?;
    println!("{:<28}{:>10.1} ms", "picture", took.as_secs_f64() * 1000.0 / f64::from(ROUNDS));
    let process = Registry::new();
    let (encoded, took) =
        timed(|| (0..ROUNDS).try_for_each(|_| exposition(Some(&snapshot), &process, Format::Text).map(drop)));
    encoded?;
    println!("{:<28}{:>10.2} ms", "exposition", took.as_secs_f64() * 1000.0 / f64::from(ROUNDS));
    Ok(())
}

/// Pages the whole history through the real SDK client.
async fn read_all(now: DateTime<Utc>) -> anyhow::Result<Vec<Line>> {
    let scenario = Scenario::demo();
    let source = scenario.sources().into_iter().find(|source| source.cloudtrail_log_group.is_some());
    let source = source.ok_or_else(|| anyhow::anyhow!("the demo has no trail"))?;
    let log_group = source.cloudtrail_log_group.clone().unwrap_or_default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let stop = CancellationToken::new();
    let simulator = Arc::new(Simulator::new(scenario, Quotas::unlimited(), Arc::new(move || now)));
    let serving = tokio::spawn(simulator.serve(listener, stop.clone().cancelled_owned()));

    let config = Source {
        name: source.name,
        region: source.region,
        profile: None,
        role_arn: None,
        external_id: None,
        endpoint_url: Some(endpoint),
        is_simulated: true,
        cloudtrail: Some(Cloudtrail { log_group: log_group.clone() }),
        cognito: None,
        sms: None,
        cognito_logs: None,
    };
    let aws = Aws::connect(&config, &Instruments::register(&Registry::new())?).await;
    let window = Window { from: now - TimeDelta::days(35), to: now };
    let (mut lines, mut token, mut pages) = (Vec::new(), None, 0);
    let started = Instant::now();
    loop {
        let page = aws.log_page(&log_group, window, None, token).await?;
        lines.extend(page.lines);
        pages += 1;
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    report("read through the SDK", lines.len(), "records", started.elapsed());
    println!("{:<28}{pages:>10} pages", "");
    stop.cancel();
    serving.await??;
    Ok(lines)
}

fn decode(lines: &[Line], reading: &Reading) -> Vec<DecodedLine> {
    lines
        .iter()
        .map(|line| DecodedLine {
            line_id: line.line_id,
            delivered_at: line.delivered_at,
            decoded: cloudtrail::decode(&line.message, line.line_id, reading),
        })
        .collect()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let value = work();
    (value, started.elapsed())
}

fn report(step: &str, amount: usize, unit: &str, took: Duration) {
    println!(
        "{step:<28}{:>10.0} {unit}/s   ({amount} in {:.2} s)",
        amount as f64 / took.as_secs_f64(),
        took.as_secs_f64()
    );
}
