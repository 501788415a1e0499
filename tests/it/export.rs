//! The marts as files, read by an engine that is not ours.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::import::{mfascope, said, written};
use crate::support::app::{Settings, TestApp};
use crate::support::tools::{test_file, tool};
use crate::truth::Lookup;
use crate::world::World;

/// Rows of each mart, and of each of its days, as Arrow's own reader finds them.
fn read(folder: &Path) -> Value {
    let output = Command::new(tool("clients/bin/python"))
        .args([test_file("read_export.py").as_str(), folder.to_str().expect("UTF-8")])
        .output()
        .expect("ended");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// When each file was written.
fn times(folder: &Path) -> BTreeMap<String, std::time::SystemTime> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("readable"))
        .filter(|entry| entry.file_name() == "part-0.parquet")
        .map(|entry| (entry.path().display().to_string(), entry.metadata().expect("there").modified().expect("a time")))
        .collect()
}

#[test]
fn another_engine_reads_what_is_exported() {
    let world = World::shared();
    let app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.reaches(&world.truth(Lookup::Off));
    let config = app.config_path();
    let config = ["--config.file", config.to_str().expect("UTF-8")];
    let out = tempfile::tempdir().expect("a folder");
    let path = out.path().join("marts");
    let export = || said(&mfascope(&[&["export", "--out", path.to_str().expect("UTF-8")][..], &config].concat()));
    let (is_done, first, line) = export();
    assert!(is_done && !first.starts_with("0 "), "{first}{line}");
    let found = read(&path);
    let ask = |sql: &str| {
        let (is_done, answer, line) = said(&mfascope(&[&["query", sql][..], &config].concat()));
        assert!(is_done, "{sql}: {line}");
        answer
    };
    for mart in mfascope::query::marts() {
        let rows: u64 = ask(&format!("select count(*) from {}", mart.name))
            .lines()
            .nth(1)
            .expect("a row")
            .parse()
            .expect("a number");
        assert_eq!(found[mart.name]["rows"].as_u64().unwrap_or_default(), rows, "{}", mart.name);
        let Some(day) = &mart.day else { continue };
        let days = ask(&format!("select {day}::date, count(*) from {} group by all", mart.name));
        for (day, rows) in days.lines().skip(1).filter_map(|line| line.split_once(',')) {
            assert_eq!(found[mart.name]["days"][day].to_string(), rows, "{} {day}", mart.name);
        }
    }
    assert!(found["events"]["rows"].as_u64() > Some(1_000) && found["users"]["rows"].as_u64() > Some(100), "{found}");
    // Nobody is in it.
    for name in world.directory.pools.iter().flat_map(|pool| &pool.users).map(|user| user.login.as_str()).take(20) {
        assert!(!found.to_string().contains(name));
    }
    // What did not change is not written again; what is missing is.
    let before = times(&path);
    let (_, second, _) = export();
    assert!(second.starts_with("0 partitions written"), "{second}");
    let (gone, _) = before.iter().next().expect("files");
    std::fs::remove_file(gone).expect("removed");
    let (_, third, _) = export();
    assert!(third.starts_with("1 partitions written"), "{third}");
    assert_eq!(times(&path).len(), before.len());
    assert_eq!(read(&path), found);
}

#[test]
fn an_export_of_a_file_without_a_daemon() {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, store) = (folder.path().join("m.toml"), folder.path().join("m.duckdb"));
    let text = format!("[store]\npath = {store:?}\n[[source]]\nname = \"a\"\nregion = \"us-east-1\"\n");
    std::fs::write(&config, text).expect("written");
    let config = ["--config.file", config.to_str().expect("UTF-8")];
    let files = written(World::shared());
    let (is_done, summary, line) =
        said(&mfascope(&[&["import", files.path().to_str().expect("UTF-8")][..], &config].concat()));
    assert!(is_done, "{summary}{line}");
    let out = folder.path().join("out");
    let (is_done, told, line) =
        said(&mfascope(&[&["export", "--out", out.to_str().expect("UTF-8")][..], &config].concat()));
    assert!(is_done, "{told}{line}");
    assert!(read(&out)["sms_messages"]["rows"].as_u64() > Some(10));
    std::fs::write(folder.path().join("file"), "").expect("written");
    let taken = folder.path().join("file");
    let (is_done, _, line) =
        said(&mfascope(&[&["export", "--out", taken.to_str().expect("UTF-8")][..], &config].concat()));
    assert!(!is_done && line.contains("cannot be written") && line.lines().count() == 1, "{line}");
}
