//! What a scrape waits for, beside Debian's node_exporter, and what very many of them leave behind.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

const NODE_EXPORTER: &str = "/usr/bin/prometheus-node-exporter";
const PER_SECOND: u32 = 50;
const WATCHED: Duration = Duration::from_secs(15);
const MANY: usize = 100_000;

/// What is waited for our exposition and for node_exporter's, scraped in turns; nothing where that is not installed.
pub fn beside_node_exporter(runtime: &Runtime, ours: &str) -> anyhow::Result<[Option<Vec<Duration>>; 2]> {
    let port = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let theirs = Exporter::start(port);
    let mut waits = [Some(runtime.block_on(scrape(ours))?), None];
    if theirs.is_some() {
        waits[1] = Some(runtime.block_on(scrape(&format!("http://127.0.0.1:{port}/metrics")))?);
    }
    Ok(waits)
}

/// What is waited for each of many scrapes.
pub async fn scrape(url: &str) -> anyhow::Result<Vec<Duration>> {
    let client = reqwest::Client::new();
    let mut waits = Vec::new();
    let mut turn = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
    let end = Instant::now() + WATCHED;
    while Instant::now() < end {
        turn.tick().await;
        waits.push(once(&client, url).await?);
    }
    Ok(waits)
}

async fn once(client: &reqwest::Client, url: &str) -> anyhow::Result<Duration> {
    let started = Instant::now();
    client.get(url).header("accept-encoding", "gzip").send().await?.error_for_status()?.bytes().await?;
    Ok(started.elapsed())
}

/// Resident memory over very many scrapes.
pub fn many(runtime: &Runtime, url: &str) -> anyhow::Result<()> {
    let client = reqwest::Client::new();
    let scrape = |times: usize| -> anyhow::Result<f64> {
        for _ in 0..times {
            runtime.block_on(once(&client, url))?;
        }
        Ok(resident_mb())
    };
    let before = scrape(MANY / 100)?;
    let after = scrape(MANY)?;
    println!("{MANY} scrapes: resident memory {before:.0} MB before, {after:.0} MB after   (wanted: flat)");
    Ok(())
}

fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

/// node_exporter as Debian sets it up.
struct Exporter(Child);

impl Exporter {
    fn start(port: u16) -> Option<Self> {
        let child = Command::new(NODE_EXPORTER)
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let exporter = Self(child);
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(exporter);
            }
            std::thread::yield_now();
        }
        None
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
