//! The daemon as a process: config file, port, memory.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use mfascope::simulator::{CLOUDTRAIL_LOG_GROUP, REGION_US};

/// What a config file says; the rest is fixed.
#[derive(Clone, Default)]
pub struct Settings {
    pub endpoint: String,
    /// Requests per second and look-up policy; `None` lists nothing.
    pub cognito: Option<(u32, &'static str)>,
    /// Read the trail, with this overlap.
    pub trail: Option<&'static str>,
}

/// A running daemon. It ends with this value.
pub struct Daemon {
    process: Child,
    url: String,
    client: reqwest::Client,
}

impl Daemon {
    /// Starts a daemon on the store in `folder` and waits until it listens.
    pub async fn start(folder: &Path, settings: &Settings) -> anyhow::Result<Self> {
        let config = folder.join("mfascope.toml");
        std::fs::write(&config, settings.text(folder))?;
        let mut process = Command::new(env!("CARGO_BIN_EXE_mfascope"))
            .args(["serve", "--web.listen-address", "127.0.0.1:0", "--log.format", "logfmt", "--config.file"])
            .arg(&config)
            .env("AWS_ACCESS_KEY_ID", "bench")
            .env("AWS_SECRET_ACCESS_KEY", "bench")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("the daemon does not start")?;
        let lines = read_lines(&mut process);
        let mut daemon = Self { process, url: String::new(), client: reqwest::Client::new() };
        let listening = super::until(Duration::from_secs(60), async || {
            daemon.url = address(&lines).map_or_else(String::new, |address| format!("http://{address}/metrics"));
            !daemon.url.is_empty()
        });
        if listening.await.is_none() {
            bail!("the daemon does not listen:\n{}", lock(&lines).join("\n"));
        }
        Ok(daemon)
    }

    /// The exposition; nothing while the daemon does not answer.
    pub async fn metrics(&self) -> Option<String> {
        self.client.get(&self.url).send().await.ok()?.error_for_status().ok()?.text().await.ok()
    }

    /// Sum of a metric's series; nothing when there is none.
    pub async fn sum(&self, name: &str) -> Option<f64> {
        sum(&self.metrics().await?, name)
    }

    /// Peak and present resident memory in MB (10⁶ bytes), where the system tells.
    pub fn memory_mb(&self) -> Option<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let kib = |name: &str| -> Option<f64> {
            let rest = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            rest.trim().trim_end_matches("kB").trim().parse().ok()
        };
        Some((kib("VmHWM")? * 1.024e-3, kib("VmRSS")? * 1.024e-3))
    }

    /// Asks the daemon to end, and ends it when it does not.
    pub fn stop(mut self) -> anyhow::Result<Duration> {
        let started = Instant::now();
        Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status()?;
        while self.process.try_wait()?.is_none() && started.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(started.elapsed())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Fails only when it is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Settings {
    pub fn text(&self, folder: &Path) -> String {
        let mut text = format!(
            "[store]\npath = {:?}\n\n[collect]\ninterval = \"1s\"\noverlap = {:?}\nbackfill = \"3d\"\n\n[[source]]\nname = \"bench\"\nregion = \"{REGION_US}\"\nendpoint_url = {:?}\n",
            store(folder),
            self.trail.unwrap_or("15m"),
            self.endpoint,
        );
        if self.trail.is_some() {
            text += &format!("\n[source.cloudtrail]\nlog_group = \"{CLOUDTRAIL_LOG_GROUP}\"\n");
        }
        if let Some((requests_per_second, lookup)) = self.cognito {
            text += &format!(
                "\n[source.cognito]\nlisting_interval = \"1h\"\nrequests_per_second = {requests_per_second}\nlookup = \"{lookup}\"\n"
            );
        }
        text
    }
}

/// Where the daemon of this folder keeps its figures.
pub fn store(folder: &Path) -> PathBuf {
    folder.join("mfascope.duckdb")
}

/// Sum of a metric's series in an exposition; nothing when there is none.
pub fn sum(exposition: &str, name: &str) -> Option<f64> {
    let values = exposition.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?;
        let is_whole_name = rest.starts_with(['{', ' ']);
        is_whole_name.then(|| rest.rsplit(' ').next()?.parse::<f64>().ok())?
    });
    values.reduce(|sum, value| sum + value)
}

fn read_lines(process: &mut Child) -> Arc<Mutex<Vec<String>>> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let (output, sink) = (process.stderr.take(), Arc::clone(&lines));
    std::thread::spawn(move || {
        for line in output.into_iter().flat_map(|output| BufReader::new(output).lines().map_while(Result::ok)) {
            if line.contains("level=warn") || line.contains("level=error") {
                println!("    {line}");
            }
            lock(&sink).push(line);
        }
    });
    lines
}

fn address(lines: &Mutex<Vec<String>>) -> Option<String> {
    let lines = lock(lines);
    let line = lines.iter().find(|line| line.contains("listening"))?;
    let (_, rest) = line.split_once("address=")?;
    Some(rest.split_whitespace().next()?.trim_matches('"').to_owned())
}

fn lock(lines: &Mutex<Vec<String>>) -> std::sync::MutexGuard<'_, Vec<String>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}
