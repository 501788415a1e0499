//! A real Prometheus scrapes the daemon, and its own linter finds nothing.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::app::{Settings, TestApp};
use crate::support::child::Helper;
use crate::support::microburst::free_port;
use crate::support::{poll, tools, wait};
use crate::truth::Lookup;
use crate::world::World;

pub struct Prometheus {
    address: String,
    _process: Helper,
    _config: TempDir,
    _data: Option<TempDir>,
}

impl Prometheus {
    /// Scrapes a daemon each second.
    pub fn start(target: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let data = folder.path().join("data");
        Self { _data: Some(folder), ..Self::on(&data, target, "") }
    }

    /// The same on data that there are already; `more` is of its config.
    pub fn on(data: &Path, target: &str, more: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let config = folder.path().join("prometheus.yml");
        let text = format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}\nscrape_configs: [{{job_name: mfascope, static_configs: [{{targets: ['{target}']}}]}}]\n{more}"
        );
        std::fs::write(&config, text).expect("the config is written");
        let address = format!("127.0.0.1:{}", free_port());
        let program = tools::program("/usr/bin/prometheus");
        let process = Helper::start(
            &[
                &program,
                &format!("--config.file={}", config.display()),
                &format!("--storage.tsdb.path={}", data.display()),
                &format!("--web.listen-address={address}"),
            ],
            &[],
        );
        Self { address, _process: process, _config: folder, _data: None }
    }

    pub fn get(&self, path: &str, query: &[(&str, &str)]) -> Option<Value> {
        let url = format!("http://{}/api/v1/{path}", self.address);
        let request = reqwest::Client::new().get(url).query(query);
        wait(async { request.send().await?.json::<Value>().await }).ok()
    }

    /// The value of an expression that gives one sample.
    fn value(&self, expression: &str) -> Option<f64> {
        let answer = self.get("query", &[("query", expression)])?;
        answer["data"]["result"][0]["value"][1].as_str()?.parse().ok()
    }
}

#[test]
fn prometheus_scrapes_and_answers() {
    let world = World::shared();
    let app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.reaches(&world.truth(Lookup::Off));
    let prometheus = Prometheus::start(app.address());
    let health = || {
        let targets = prometheus.get("targets", &[("state", "active")])?;
        let target = &targets["data"]["activeTargets"][0];
        (target["health"] == "up").then(|| target["lastError"].clone())
    };
    assert_eq!(poll(Duration::from_secs(60), health).expect("the target is up"), "");
    let users = world.directory.pools.iter().map(|pool| pool.users.len()).sum::<usize>() as f64;
    let asked = [
        ("sum(mfascope_users)", users),
        ("count(mfascope_pool_info)", world.directory.pools.len() as f64),
        ("sum(mfascope_user_states) == bool sum(mfascope_eligible_users)", 1.0),
        ("min(mfascope_source_up)", 1.0),
    ];
    for (expression, expected) in asked {
        let value = poll(Duration::from_secs(60), || prometheus.value(expression).filter(|value| *value == expected));
        assert!(value.is_some(), "{expression}: {:?} instead of {expected}", prometheus.value(expression));
    }
    let samples = prometheus.value("scrape_samples_post_metric_relabeling{job=\"mfascope\"}").unwrap_or_default();
    assert!(samples > 100.0, "only {samples} samples were scraped");
}

#[test]
fn promtool_finds_nothing_to_complain_about() {
    let world = World::shared();
    let app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.reaches(&world.truth(Lookup::Off));
    let text = app.metrics_text().expect("the daemon answers");
    let mut lint = Command::new(tools::program("/usr/bin/promtool"))
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool starts");
    lint.stdin.take().expect("stdin is piped").write_all(text.as_bytes()).expect("promtool reads");
    let done = lint.wait_with_output().expect("promtool ends");
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}
