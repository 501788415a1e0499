//! Rules, runbooks and Grafana dashboards: what they say is so, of metrics that there are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use mfascope::clock::Clock;
use serde_json::Value;
use tempfile::TempDir;

use crate::demo::{Demo, HISTORY};
use crate::prometheus::Prometheus;
use crate::support::{poll, poll_every, tools, wait};

fn dashboards() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dashboards")
}

/// Files of a folder, with their texts.
fn files(folder: &str) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(dashboards().join(folder)).expect("a folder");
    let files = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
    let mut files: Vec<(String, String)> = files
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a text"))
        })
        .collect();
    files.sort();
    files
}

fn promtool(arguments: &[&str], files: &[(String, String)]) {
    let done = Command::new(tools::program("/usr/bin/promtool"))
        .args(arguments)
        .args(files.iter().map(|(name, _)| name))
        .current_dir(dashboards().join("rules").join(if arguments[0] == "test" { "tests" } else { "." }))
        .output()
        .expect("promtool runs");
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "promtool {}: {said}", arguments.join(" "));
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("YAML")
}

/// Every rule of a rules file that has the member.
fn rules(file: &str, member: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(dashboards().join("rules").join(file)).expect("a rules file");
    let groups = yaml(&text)["groups"].as_array().expect("groups").clone();
    let rules = groups.iter().flat_map(|group| group["rules"].as_array().expect("rules").clone());
    rules.filter(|rule| rule[member].is_string()).collect()
}

#[test]
fn alerts_fire_when_they_should_and_only_then() {
    promtool(&["check", "rules"], &files("rules"));
    promtool(&["test", "rules"], &files("rules/tests"));
}

#[test]
fn each_alert_is_tested_explained_and_has_a_runbook() {
    let tests: Vec<Value> = files("rules/tests").iter().map(|(_, text)| yaml(text)).collect();
    let cases: Vec<&Value> = tests
        .iter()
        .flat_map(|file| file["tests"].as_array())
        .flatten()
        .flat_map(|test| test["alert_rule_test"].as_array())
        .flatten()
        .collect();
    let runbooks = files("runbooks");
    for alert in rules("alerts.yml", "alert") {
        let name = alert["alert"].as_str().expect("a name");
        let of_alert = || cases.iter().filter(|case| case["alertname"] == name);
        let fires = |case: &&&Value| case["exp_alerts"].as_array().is_some_and(|alerts| !alerts.is_empty());
        assert!(of_alert().any(|case| fires(&case)), "{name} is never seen to fire");
        assert!(of_alert().any(|case| !fires(&case)), "{name} is never seen to be silent");
        for annotation in ["summary", "description", "runbook_url", "dashboard_url"] {
            assert!(alert["annotations"][annotation].is_string(), "{name} has no {annotation}");
        }
        assert!(
            ["critical", "warning", "info"].iter().any(|severity| alert["labels"]["severity"] == *severity),
            "{name}"
        );
        let file = format!("{name}.md");
        assert!(alert["annotations"]["runbook_url"].as_str().is_some_and(|url| url.ends_with(&file)), "{name}");
        let runbook = runbooks.iter().find(|(found, _)| *found == file);
        let (_, text) = runbook.unwrap_or_else(|| panic!("{name} has no runbook"));
        for section in ["## Meaning", "## Impact", "## First queries", "## Fix"] {
            assert!(text.contains(section), "{file} has no {section:?}");
        }
    }
    assert_eq!(runbooks.len(), rules("alerts.yml", "alert").len(), "a runbook belongs to no alert");
}

/// Names of metrics in a text, without the parts of a histogram; names of recorded rules whole.
fn names(text: &str) -> BTreeSet<String> {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == ':';
    let words =
        text.split(|char| !is_part(char)).filter(|word| word.contains("mfascope_") || word.starts_with("process_"));
    // Groups of rules, uids and alerts are no metrics, nor is the beginning of a pattern.
    let words =
        words.filter(|word| word.starts_with("mfascope_") || word.starts_with("process_") || word.contains(':'));
    words.map(|word| word.trim_end_matches(':').to_owned()).filter(|word| !word.ends_with('_')).collect()
}

/// What the daemon exports: the golden file holds every name.
fn exported() -> BTreeSet<String> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/metrics/snapshots/mfascope__metrics__tests__names_labels_and_help_are_what_users_hold_on_to.snap");
    let text = std::fs::read_to_string(golden).expect("the golden file");
    let families = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).filter_map(|line| line.split_once(' '));
    // The library's own.
    let process =
        ["cpu_seconds_total", "max_fds", "open_fds", "resident_memory_bytes", "start_time_seconds", "threads"];
    let process = process.map(|name| format!("process_{name}"));
    families
        .flat_map(|(name, kind)| {
            let parts: &[&str] = if kind == "histogram" { &["", "_bucket", "_sum", "_count"] } else { &[""] };
            parts.iter().map(move |part| format!("{name}{part}"))
        })
        .chain(process)
        .collect()
}

#[test]
fn every_metric_that_is_named_is_exported() {
    let recorded: BTreeSet<String> =
        rules("recording.yml", "record").iter().filter_map(|rule| Some(rule["record"].as_str()?.to_owned())).collect();
    let known: BTreeSet<String> = exported().union(&recorded).cloned().collect();
    let groups: BTreeSet<String> = ["recording.yml", "alerts.yml"]
        .iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(dashboards().join("rules").join(file)).expect("a rules file");
            let groups = yaml(&text)["groups"].as_array().expect("groups").clone();
            groups.iter().filter_map(|group| Some(group["name"].as_str()?.to_owned())).collect::<Vec<_>>()
        })
        .collect();
    let mut unknown = Vec::new();
    for folder in ["rules", "rules/tests", "runbooks", "grafana"] {
        for (file, text) in files(folder) {
            let named = names(&text).into_iter().filter(|name| !known.contains(name) && !groups.contains(name));
            unknown.extend(named.map(|name| format!("{folder}/{file}: {name}")));
        }
    }
    assert!(unknown.is_empty(), "named and not exported:\n{}", unknown.join("\n"));
    // The other way round: what is recorded is used.
    let texts: String = ["runbooks", "grafana"].iter().flat_map(|folder| files(folder)).map(|(_, text)| text).collect();
    let alerts = std::fs::read_to_string(dashboards().join("rules/alerts.yml")).expect("a rules file");
    let recording = std::fs::read_to_string(dashboards().join("rules/recording.yml")).expect("a rules file");
    for name in recorded {
        let uses = texts.matches(&name).count() + alerts.matches(&name).count() + recording.matches(&name).count();
        assert!(uses > 1, "{name} is recorded for nobody");
    }
}

/// Expressions and variable queries of a Grafana dashboard, with where they stand.
fn expressions(dashboard: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut panels: Vec<&Value> = dashboard["panels"].as_array().expect("panels").iter().collect();
    while let Some(panel) = panels.pop() {
        panels.extend(panel["panels"].as_array().into_iter().flatten());
        for target in panel["targets"].as_array().into_iter().flatten() {
            let expression = target["expr"].as_str().expect("an expression").to_owned();
            found.push((panel["title"].as_str().unwrap_or_default().to_owned(), expression));
        }
    }
    found
}

/// As Grafana fills it in for everything and the last hour.
fn filled(expression: &str) -> String {
    let variables = [
        ("$__rate_interval", "5m"),
        ("$__range", "1h"),
        ("$job", ".*"),
        ("$aws_region", ".*"),
        ("$pool", ".*"),
        ("$country", ".*"),
        ("$source", ".*"),
        ("$min_n", "1"),
    ];
    variables.iter().fold(expression.to_owned(), |text, (name, value)| text.replace(name, value))
}

/// Minutes that the demo is taken to have been scraped before the test.
const PAST: i64 = 180;

/// What scrapes of the demo would have brought: its counters rise to what they are. With a suspicion, which the demo
/// has only on some days.
fn past(exposition: &str, instance: &str, now: i64) -> String {
    let suspicion =
        "mfascope_sms_pumping_suspected{aws_region=\"us-east-1\",pool_id=\"us-east-1_DemoCust1\",country=\"NG\"} 1";
    let is_rising = |name: &str| ["_total", "_bucket", "_count", "_sum"].iter().any(|end| name.ends_with(end));
    let mut text = String::new();
    for line in exposition.lines().filter(|line| !line.starts_with('#')).chain([suspicion]) {
        let (series, value) = line.rsplit_once(' ').expect("a sample");
        let value: f64 = value.parse().expect("a number");
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        let comma = if labels == "}" { "" } else { "," };
        for minute in 1..=PAST {
            let then = if is_rising(name) { (value * minute as f64 / PAST as f64).floor() } else { value };
            let at = now - (PAST - minute) * 60 - 5;
            let target = format!("job=\"mfascope\",instance=\"{instance}\"");
            text += &format!("{name}{{{target}{comma}{labels} {then} {at}\n");
        }
    }
    text + "# EOF\n"
}

#[test]
fn a_real_prometheus_takes_the_rules_and_fills_the_dashboards() {
    let demo = Demo::shared();
    let exposition = poll_every(Duration::from_secs(1), HISTORY, || {
        let url = format!("http://{}/metrics", demo.address);
        let text = wait(async { reqwest::get(url).await?.text().await }).ok()?;
        text.contains("mfascope_rollout_users").then_some(text)
    });
    let exposition = exposition.expect("the demo has counters, and what a switch would come to");
    let folder = TempDir::new().expect("a temporary folder");
    let (samples, data) = (folder.path().join("past.om"), folder.path().join("data"));
    std::fs::write(&samples, past(&exposition, &demo.address, Clock::system().now().timestamp())).expect("written");
    let done = Command::new(tools::program("/usr/bin/promtool"))
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .args([&samples, &data])
        .output()
        .expect("promtool runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let rules = dashboards().join("rules");
    let files_of_rules = ["recording.yml", "alerts.yml"].map(|file| format!("'{}'", rules.join(file).display()));
    let more = format!("rule_files: [{}]\n", files_of_rules.join(", "));
    let prometheus = Prometheus::on(&data, &demo.address, &more);
    let of_file = |(file, text): &(String, String)| {
        let dashboard: Value = serde_json::from_str(text).expect("JSON");
        let found = expressions(&dashboard).into_iter();
        found.map(|(panel, expression)| (format!("{file}: {panel}"), expression)).collect::<Vec<_>>()
    };
    let mut open: Vec<(String, String)> = files("grafana").iter().flat_map(of_file).collect();
    assert!(open.len() > 100, "only {} expressions were found", open.len());
    let mut refused = Vec::new();
    poll_every(Duration::from_secs(2), Duration::from_secs(60), || {
        open.retain(|(place, expression)| {
            let Some(answer) = prometheus.get("query", &[("query", &filled(expression))]) else { return true };
            if answer["status"] != "success" {
                refused.push(format!("{place}: {answer}"));
            }
            answer["data"]["result"].as_array().is_none_or(Vec::is_empty)
        });
        (open.is_empty() || !refused.is_empty()).then_some(())
    });
    assert!(refused.is_empty(), "{refused:#?}");
    assert!(open.is_empty(), "these show nothing: {open:#?}");
    let health = poll(Duration::from_secs(90), || {
        let answer = prometheus.get("rules", &[])?;
        let groups = answer["data"]["groups"].as_array()?.iter();
        let rules: Vec<&Value> = groups.flat_map(|group| group["rules"].as_array()).flatten().collect();
        let failed: Vec<&&Value> = rules.iter().filter(|rule| rule["health"] == "err").collect();
        assert!(failed.is_empty(), "{failed:#?}");
        (!rules.is_empty() && rules.iter().all(|rule| rule["health"] == "ok")).then_some(rules.len())
    });
    assert!(health > Some(40), "the rules are not evaluated: {health:?}");
}
