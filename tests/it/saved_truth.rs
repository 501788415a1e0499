//! The saved questions, answered a second time by a program that shares no SQL with them and reads our files with
//! another engine.

use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::demo::{Demo, HISTORY};
use crate::support::app::PATIENCE;
use crate::support::child::Helper;
use crate::support::exposition::{Series, parse};
use crate::support::{poll_every, tools, wait};
use crate::world::clock;

/// A copy of the demo's store behind a daemon that reads from nowhere: its picture stands still.
struct Copy {
    _process: Helper,
    _folder: TempDir,
    url: String,
}

impl Copy {
    fn of(url: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let (store, config) = (folder.path().join("copy.duckdb"), folder.path().join("copy.toml"));
        let backup = Command::new(env!("CARGO_BIN_EXE_mfascope"))
            .args(["backup", store.to_str().expect("UTF-8"), "--web.url", url])
            .output()
            .expect("ended");
        assert!(backup.status.success(), "{}", String::from_utf8_lossy(&backup.stderr));
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
}

/// Waits until the demo's trails are read, its users listed and some of them looked up.
fn wait_for_history(url: &str) {
    let is_read = || {
        let metrics = wait(async { reqwest::get(format!("{url}/metrics")).await?.text().await }).ok()?;
        let metrics = parse(&metrics);
        let labels = [("source", "demo-us"), ("stream", "cloudtrail")];
        let through = metrics.get(&Series::new("mfascope_source_data_through_timestamp_seconds", &labels))?;
        let is_current = *through > (clock().timestamp() - 3600) as f64;
        let sum = |name: &str| metrics.iter().filter(|(series, _)| series.name == name).map(|(_, value)| value).sum();
        let (users, conflicts): (f64, f64) = (sum("mfascope_eligible_users"), sum("mfascope_conflicting_users"));
        (is_current && users > 0.0 && conflicts > 0.0).then_some(())
    };
    assert!(poll_every(Duration::from_secs(1), HISTORY, is_read).is_some(), "the demo's history is not read");
}

#[test]
fn saved_questions_tell_the_truth() {
    let demo = format!("http://{}", Demo::shared().address);
    wait_for_history(&demo);
    let copy = Copy::of(&demo);
    let output = Command::new(tools::tool("clients/bin/python"))
        .args([&tools::test_file("saved_truth.py"), &copy.url])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
}
