//! History from files: the same figures as from log groups, however often, through the daemon and without.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::gate::curl;
use crate::support::app::{Settings, TestApp};
use crate::support::exposition::Series;
use crate::support::wait;
use crate::truth::Lookup;
use crate::world::{World, receipts, seeding};

/// A log group, and the account of others, in which nothing is.
const EMPTY_GROUP: &str = "nothing-is-delivered-here";
const EMPTY_ACCOUNT: &str = "999999999999";

/// `mfascope` with arguments.
pub fn mfascope(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mfascope"));
    command.args(arguments).stdin(Stdio::null()).output().expect("ended")
}

/// Whether it went well, and what was printed where.
pub fn said(output: &Output) -> (bool, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

/// The number behind a word of the summary, if it is there.
pub fn counted_if(summary: &str, word: &str) -> Option<u64> {
    let rest = summary.lines().find_map(|line| line.trim_start().strip_prefix(word))?;
    rest.split_whitespace().next()?.replace(',', "").parse().ok()
}

fn counted(summary: &str, word: &str) -> u64 {
    counted_if(summary, word).unwrap_or_else(|| panic!("{word}: {summary}"))
}

fn gzip(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    let mut file = GzEncoder::new(std::fs::File::create(path).expect("made"), Compression::fast());
    file.write_all(bytes).expect("written");
    file.finish().expect("written");
}

/// Everything that the world's log groups hold, as files of all shapes.
pub fn written(world: &World) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = |texts: &[&str]| texts.iter().map(|text| format!("{text}\n")).collect::<String>();
    let trail: Vec<&str> = world.lines.iter().map(|line| line.text.as_str()).collect();
    for (number, texts) in trail.chunks(300).enumerate() {
        let (records, rest): (Vec<&str>, Vec<&str>) =
            texts.iter().partition(|text| serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object()));
        let day = folder.path().join(format!("AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/{:02}", number % 28));
        match number % 3 {
            0 => gzip(
                &day.join(format!("{number}.json.gz")),
                format!("{{\"Records\":[{}]}}", records.join(",")).as_bytes(),
            ),
            1 => gzip(&day.join(format!("{number}.jsonl.gz")), lines(&records).as_bytes()),
            _ => {
                let events: Vec<Value> = records.iter().map(|text| json!({"CloudTrailEvent": text})).collect();
                let looked_up = serde_json::to_vec_pretty(&json!({"Events": events})).expect("JSON");
                std::fs::create_dir_all(&day).expect("made");
                std::fs::write(day.join(format!("{number}.json")), looked_up).expect("written");
            }
        }
        // What is no JSON at all can stand in lines only, behind one that is.
        let with_rest = [&records[..1], &rest[..]].concat();
        gzip(&day.join(format!("{number}-rest.log.gz")), lines(&with_rest).as_bytes());
    }
    let groups = [receipts::sms_groups(receipts::ACCOUNT), receipts::cognito_groups(receipts::ACCOUNT)].concat();
    for (number, group) in groups.iter().enumerate() {
        let texts: Vec<&str> =
            world.receipts.iter().filter(|line| line.matter.group == number).map(|line| line.text.as_str()).collect();
        gzip(&folder.path().join(group.trim_start_matches('/')).join("000000.gz"), lines(&texts).as_bytes());
    }
    folder
}

/// What an import leaves out of account: what says nothing is counted of log groups only.
fn of_both(series: &Series) -> bool {
    let outcome = series.labels.get("outcome").map(String::as_str);
    series.name != "mfascope_records_total" || matches!(outcome, Some("stored" | "unclassified"))
}

#[test]
fn files_give_the_same_figures_as_log_groups() {
    let world = World::shared();
    let logs = world.logs_client();
    wait(async {
        seeding::log_group(&logs, EMPTY_GROUP).await;
        receipts::create(&logs, EMPTY_ACCOUNT).await;
    });
    let files = written(world);
    let mut settings = Settings::new(&world.moto.endpoint);
    settings.log_group = EMPTY_GROUP.into();
    settings.receipts = Some(EMPTY_ACCOUNT);
    let app = TestApp::start(&settings);
    app.wait_until("the empty groups are read", || app.source_up("cloudtrail") == Some(1.0));
    let config = app.config_path();
    let arguments = ["import", "--config.file", config.to_str().expect("UTF-8"), files.path().to_str().expect("UTF-8")];
    let (is_done, summary, line) = said(&mfascope(&arguments));
    assert!(is_done, "{summary}{line}");
    let mut truth = world.truth(Lookup::All);
    truth.retain(|series, _| of_both(series));
    app.reaches_where(&truth, of_both);
    // Again: files are known; read all the same, they change nothing.
    let (_, summary, _) = said(&mfascope(&arguments));
    assert_eq!((counted(&summary, "files read"), counted(&summary, "records")), (0, 0), "{summary}");
    let (is_done, summary, _) = said(&mfascope(&[&arguments[..], &["--again"]].concat()));
    assert!(is_done && counted(&summary, "stored") == 0 && counted(&summary, "duplicate") > 1_000, "{summary}");
    assert!(counted(&summary, "malformed") > 0 && summary.contains("-rest.log.gz:2, record 2"), "{summary}");
    app.waits_for_pull();
    app.reaches_where(&truth, of_both);
}

#[test]
fn what_a_daemon_pulled_is_known_when_it_comes_as_files() {
    let world = World::shared();
    let truth = world.truth(Lookup::Off);
    let app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.reaches(&truth);
    let files = written(world);
    let config = app.config_path();
    let (is_done, summary, line) = said(&mfascope(&[
        "import",
        "--config.file",
        config.to_str().expect("UTF-8"),
        files.path().to_str().expect("UTF-8"),
    ]));
    assert!(is_done && counted(&summary, "stored") == 0, "{summary}{line}");
    app.stays(&truth);
}

/// A folder with a config, and no store yet.
struct Place {
    folder: TempDir,
    config: String,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("m.toml");
        let store = folder.path().join("m.duckdb");
        let text = format!("[store]\npath = {store:?}\n[[source]]\nname = \"history\"\nregion = \"us-east-1\"\n");
        std::fs::write(&config, text).expect("written");
        Self { config: config.to_str().expect("UTF-8").to_owned(), folder }
    }

    fn import(&self, more: &[&str]) -> (bool, String, String) {
        said(&mfascope(&[&["import", "--config.file", &self.config][..], more].concat()))
    }

    fn ask(&self, sql: &str) -> String {
        let (is_done, answer, line) = said(&mfascope(&["query", "--config.file", &self.config, sql]));
        assert!(is_done, "{line}");
        answer
    }

    /// What the figures are made of.
    fn contents(&self) -> Vec<String> {
        [
            "select event_id, pool_id, outcome from events order by all",
            "select * from counts_by_hour order by all",
            "select message_id, status, country from sms_messages order by all",
            "select * from challenge_sessions order by all",
        ]
        .iter()
        .map(|sql| self.ask(sql))
        .collect()
    }
}

#[test]
fn a_killed_import_goes_on_where_it_was() {
    let files = written(World::shared());
    let path = files.path().to_str().expect("UTF-8");
    let whole = Place::new();
    assert!(whole.import(&[path]).0);
    let killed = Place::new();
    let mut rng = StdRng::seed_from_u64(11);
    let mut hit = 0;
    for _ in 0..10 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mfascope"))
            .args(["import", "--config.file", &killed.config, path])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        // Wherever the blow falls: what a run of another speed has done by then does not matter.
        std::thread::sleep(Duration::from_millis(rng.random_range(20..400)));
        child.kill().expect("killed");
        hit += u32::from(!child.wait().expect("ended").success());
    }
    assert!(hit > 0, "every run had ended before the blow");
    let (is_done, summary, line) = killed.import(&[path]);
    assert!(is_done, "{summary}{line}");
    assert_eq!(killed.contents(), whole.contents());
}

#[test]
fn what_cannot_be_imported_is_one_line() {
    let place = Place::new();
    let file = |name: &str, bytes: &[u8]| -> String {
        let path: PathBuf = place.folder.path().join("files").join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, bytes).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let refused = |arguments: &[&str], part: &str| {
        let (is_done, _, line) = place.import(arguments);
        assert!(!is_done && line.contains(part) && line.lines().count() == 1, "{arguments:?}: {line}");
    };
    let good = file("good.json", br#"{"Records":[]}"#);
    refused(&["--source", "nobody", &good], "source \"nobody\": the config has none of that name");
    refused(&["--web.url", "http://127.0.0.1:1", &good], "does not answer");
    let empty = place.folder.path().join("nothing");
    std::fs::create_dir(&empty).expect("made");
    refused(&[empty.to_str().expect("UTF-8")], "there is no file");
    let words = file("mixed/letter.txt", b"Dear reader\n");
    let cut = file("mixed/cut.json.gz", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b]);
    let (is_done, summary, line) = place.import(&[&words, &cut, &good, "/nowhere/at/all"]);
    assert!(
        !is_done && line == "mfascope: 3 files could not be read to their end; what was read of them is stored\n",
        "{line}"
    );
    for part in ["letter.txt: it is not JSON", "cut.json.gz: it is cut off", "/nowhere/at/all: no such file"] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
    assert_eq!(counted(&summary, "files read"), 1, "{summary}");
}

#[test]
fn a_full_disk_ends_an_import_and_spoils_nothing() {
    let files = written(World::shared());
    let path = files.path().to_str().expect("UTF-8");
    let place = Place::new();
    let script = "trap '' XFSZ; ulimit -f 600; exec \"$@\"";
    let output = Command::new("bash")
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_mfascope"), "import", "--config.file", &place.config, path])
        .output()
        .expect("ended");
    let (is_done, _, line) = said(&output);
    assert!(!is_done && line.lines().count() == 1 && line.starts_with("mfascope: "), "{line}");
    assert!(place.import(&[path]).0, "once there is room");
    let whole = Place::new();
    assert!(whole.import(&[path]).0);
    assert_eq!(place.contents(), whole.contents());
}

#[test]
fn pages_of_others_cannot_send_files() {
    let state = crate::edge_states::State::new().with_pools(&[1]);
    let (address, _) = state.served_behind(mfascope::gate::Gate::open());
    let url = format!("http://{address}/api/v1/import");
    let form = ["--form", "file={\"Records\":[]};filename=a.json", &url];
    let (status, text) = curl(&form);
    assert!(status == 200 && text.contains("\"files\":1"), "{status} {text}");
    let (status, text) = curl(&[&form[..], &["--header", "origin: http://evil.example"]].concat());
    assert!(status == 400 && text.contains("not from pages"), "{status} {text}");
    let (status, text) = curl(&["--data", "x=1", &url]);
    assert!(status == 400 && text.trim_end().lines().count() == 1, "{status} {text}");
}
