//! A copy of the demo's store behind a daemon that reads from nowhere: its picture stands still.

use std::process::Command;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use chrono::TimeDelta;
use tempfile::TempDir;

use crate::demo::{Demo, HISTORY};
use crate::support::app::PATIENCE;
use crate::support::child::Helper;
use crate::support::exposition::parse;
use crate::support::{poll_every, tools, wait};
use crate::world::clock;

/// Name of the campaign that the demo plays and the config of the copy names.
pub const CAMPAIGN: &str = "Banner in the apps";

/// Days before today on which it began.
pub const CAMPAIGN_DAYS_AGO: i64 = 14;

pub struct StillCopy {
    _process: Helper,
    _folder: TempDir,
    pub url: String,
}

impl StillCopy {
    /// The same one for all tests that run at a time; nobody's work is left behind after the last of them.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<StillCopy>> = Mutex::new(Weak::new());
        // Whoever comes after a test that could not make one need not wait as long again.
        let mut shared = SHARED.lock().expect("the copy was made");
        shared.upgrade().unwrap_or_else(|| {
            let demo = format!("http://{}", Demo::shared().address);
            wait_for_history(&demo);
            let copy = Arc::new(Self::of(&demo));
            *shared = Arc::downgrade(&copy);
            copy
        })
    }

    fn of(url: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let (store, config) = (folder.path().join("copy.duckdb"), folder.path().join("copy.toml"));
        let backup = Command::new(env!("CARGO_BIN_EXE_mfascope"))
            .args(["backup", store.to_str().expect("UTF-8"), "--web.url", url])
            .output()
            .expect("ended");
        assert!(backup.status.success(), "{}", String::from_utf8_lossy(&backup.stderr));
        let began = (clock() - TimeDelta::days(CAMPAIGN_DAYS_AGO)).date_naive();
        // Whole marts are asked for. The sources are those of the demo, without anything to read from.
        let text = format!(
            r#"[store]
path = {store:?}

[collect]
interval = "1h"

[query]
timeout = "5m"
rows = 10_000_000
memory_mb = 1024

[rollout]
campaign = [{{ day = "{began}", name = "{CAMPAIGN}" }}]

[[source]]
name = "demo-us"
region = "us-east-1"

[[source]]
name = "demo-eu"
region = "eu-west-1"
"#
        );
        std::fs::write(&config, text).expect("written");
        let config = config.to_str().expect("UTF-8");
        let arguments = ["serve", "--config.file", config, "--web.listen-address", "127.0.0.1:0"];
        let command = [&[env!("CARGO_BIN_EXE_mfascope")][..], &arguments].concat();
        let process = Helper::start(&command, &[]);
        let address = process.line(PATIENCE, |line| {
            let (_, rest) = line.split_once("message=listening address=")?;
            rest.split(' ').next().map(str::to_owned)
        });
        let url = format!("http://{}", address.expect("the daemon says where it is"));
        Self { _process: process, _folder: folder, url }
    }

    /// Runs a program of `tests/tools` on the copy and returns what it prints.
    ///
    /// # Panics
    /// With its lines when it finds a difference.
    pub fn holds_against(&self, program: &str) -> String {
        let output = Command::new(tools::tool("clients/bin/python"))
            .args([&tools::test_file(program), &self.url])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .expect("python runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }
}

/// Waits until the demo's trails are read, its users listed and some of them looked up.
fn wait_for_history(url: &str) {
    let is_read = || {
        let metrics = wait(async { reqwest::get(format!("{url}/metrics")).await?.text().await }).ok()?;
        let metrics = parse(&metrics);
        let all =
            |name: &'static str| metrics.iter().filter(move |(series, _)| series.name == name).map(|(_, value)| *value);
        let listed_pools = all("mfascope_eligible_users").filter(|users| *users > 0.0).count();
        let conflicts: f64 = all("mfascope_conflicting_users").sum();
        // Counters appear when every log group is read; at night the newest line may be hours old.
        let is_read = all("mfascope_sign_ins_total").next().is_some();
        (is_read && listed_pools == 4 && conflicts > 0.0).then_some(())
    };
    assert!(poll_every(Duration::from_secs(1), HISTORY, is_read).is_some(), "the demo's history is not read");
}
