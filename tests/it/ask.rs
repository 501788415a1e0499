//! Ad-hoc SQL over HTTP and from the command line, as clients that nobody here wrote see it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::edge_states::State;
use crate::gate::curl;

/// Pages behind an open gate.
fn served() -> (State, String) {
    let state = State::new().with_pools(&[30, 12]);
    let (address, _) = state.served_behind(mfascope::gate::Gate::open());
    (state, format!("http://{address}"))
}

/// Status and text of an answer to a question.
fn ask(url: &str, body: &Value, more: &[&str]) -> (u16, String) {
    let (url, body) = (format!("{url}/api/v1/query"), body.to_string());
    let json = ["--header", "content-type: application/json", "--data", &body, &url];
    curl(&[&json[..], more].concat())
}

#[test]
fn answers_come_in_the_format_that_is_asked_for() {
    let (_state, url) = served();
    let question = json!({"sql": "select pool_id, count(*) as users from users where pool_id = $pool group by all",
                          "parameters": {"pool": "us-east-1_Edge0001"}});
    let (status, text) = ask(&url, &question, &[]);
    let json: Value = serde_json::from_str(text.split_once(' ').expect("a version").1).expect("JSON");
    let wanted = json!({"columns": ["pool_id", "users"], "types": ["text", "integer"],
                        "rows": [["us-east-1_Edge0001", 12]], "truncated": false});
    assert_eq!((status, json), (200, wanted));
    let (status, text) = ask(&url, &question, &["--header", "accept: text/csv", "--include"]);
    assert_eq!(status, 200);
    for part in ["text/csv", "mfascope-rows: 1", "mfascope-truncated: false", "pool_id,users\nus-east-1_Edge0001,12\n"]
    {
        assert!(text.replace("\r\n", "\n").contains(part), "{part}: {text}");
    }
    let (status, text) = ask(&url, &json!({"sql": "select * from range(1000)", "rows": 10}), &["--include"]);
    assert!(
        status == 200 && text.contains("mfascope-truncated: true") && text.contains("\"truncated\":true"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_asked_gets_a_status_and_one_line() {
    let (_state, url) = served();
    for (question, status, part) in [
        (json!({"sql": "drop table pool"}), 400, "only a SELECT may be asked"),
        (json!({"sql": "select * from pseudonym_key"}), 403, "is no table that may be asked about"),
        (json!({"sql": "select nothing from users"}), 400, "nothing"),
        (json!({"sql": "select 1; select 2"}), 403, "one SELECT at a time"),
        (json!({"sql": "select repeat('x', 10)"}), 403, "repeat may not be asked"),
        (json!({"sql": 1}), 400, "expected a string"),
        (json!({"sql": "select 1", "more": 1}), 400, "unknown field"),
        (json!({"sql": "select $a", "parameters": {"a": []}}), 400, "the parameter a is"),
        (json!([]), 400, ""),
    ] {
        let (found, text) = ask(&url, &question, &[]);
        assert!(found == status && text.contains(part), "{question}: {found} {text}");
        assert_eq!(text.trim_end().lines().count(), 1, "{question}: {text}");
    }
    let form = [format!("{url}/api/v1/query"), "--data".into(), "sql=select 1".into()];
    let (status, text) = curl(&form.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(status == 400 && text.contains("application/json"), "{status} {text}");
    let (status, _) = ask(&url, &json!({"sql": "select 1"}), &["--header", "accept: image/png"]);
    assert_eq!(status, 400);
}

#[test]
fn the_page_works_as_a_plain_form_and_for_nobody_elses() {
    let (_state, url) = served();
    let page = format!("{url}/sql");
    let ask = |sql: &str, more: &[&str]| {
        let field = format!("sql={sql}");
        curl(&[&["--data-urlencode", field.as_str(), &page][..], more].concat())
    };
    let (status, text) = ask("select count(*) as people from users", &[]);
    assert!(status == 200 && text.contains(">people</th>") && text.contains("<td class=\"value\">42</td>"), "{text}");
    let (status, text) = ask("select '<script>' as html, nothing", &[]);
    assert!(status == 200 && text.contains("role=\"alert\"") && !text.contains("<script>"), "{text}");
    let (status, text) = ask("select 1 as one", &["--data", "format=csv"]);
    assert!(status == 200 && text.ends_with("one\n1\n"), "{text}");
    let (status, _) = ask("select 1", &["--header", "sec-fetch-site: cross-site"]);
    assert_eq!(status, 400);
}

/// `mfascope query` with arguments and a standard input.
fn mfascope(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mfascope"))
        .arg("query")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("written");
    child.wait_with_output().expect("ended")
}

fn said(output: &Output) -> (bool, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_line_asks_the_daemon() {
    let (_state, url) = served();
    let at = ["--web.url", &url];
    let ask = |arguments: &[&str], input: &str| said(&mfascope(&[&at[..], arguments].concat(), input));
    let nothing = String::new();
    assert_eq!(ask(&["select count(*) as users from users"], ""), (true, "users\n42\n".into(), nothing.clone()));
    assert_eq!(
        ask(&["--file", "-", "-p", "pool=us-east-1_Edge0000"], "select count(*) as n from users where pool_id = $pool"),
        (true, "n\n30\n".into(), nothing.clone())
    );
    let (is_done, table, _) = ask(&["select 'BR' as country, 5 as users", "--format", "table"], "");
    assert!(is_done && table.contains(" BR ") && table.contains("users"), "{table}");
    let (is_done, parquet, _) = ask(&["select 1", "--format", "parquet"], "");
    assert!(is_done && parquet.starts_with("PAR1"));
    let (is_done, _, more) = ask(&["select * from range(20)", "--rows", "5"], "");
    assert!(is_done && more.contains("there are more rows"), "{more}");
    let (is_done, out, line) = ask(&["delete from pool"], "");
    assert_eq!((is_done, out, line), (false, nothing, "mfascope: only a SELECT may be asked\n".into()));
}

#[test]
fn the_store_is_copied_while_it_is_served() {
    let (_state, url) = served();
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("copy.duckdb");
    let backup = || {
        let arguments = ["backup", target.to_str().expect("UTF-8"), "--web.url", &url];
        said(&Command::new(env!("CARGO_BIN_EXE_mfascope")).args(arguments).output().expect("ended"))
    };
    assert_eq!(backup(), (true, String::new(), String::new()));
    let (is_done, _, line) = backup();
    assert!(!is_done && line.contains("already") && line.lines().count() == 1, "{line}");
    // Restored, it answers like the one that it was copied from.
    let config = folder.path().join("m.toml");
    let text = format!("[store]\npath = {target:?}\n[[source]]\nname = \"a\"\nregion = \"us-east-1\"\n");
    std::fs::write(&config, text).expect("written");
    let sql = "select pool_id, count(*) as users from users group by all order by all";
    let restored = said(&mfascope(&["--config.file", config.to_str().expect("UTF-8"), sql], ""));
    assert_eq!(restored, said(&mfascope(&["--web.url", &url, sql], "")));
    assert!(restored.1.contains(",30\n"), "{restored:?}");
}

#[test]
fn the_command_line_opens_the_store_when_no_daemon_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, store) = (folder.path().join("m.toml"), folder.path().join("m.duckdb"));
    let text = format!("[store]\npath = {:?}\n[[source]]\nname = \"a\"\nregion = \"us-east-1\"\n", store);
    std::fs::write(&config, text).expect("written");
    let config = config.to_str().expect("UTF-8");
    let ask = |sql: &str| said(&mfascope(&["--config.file", config, sql], ""));
    let (is_done, _, line) = ask("select 1");
    assert!(!is_done && line.contains("there is none yet") && line.lines().count() == 1, "{line}");
    drop(mfascope::store::Store::open(&store).expect("a store"));
    assert_eq!(ask("select count(*) as pools from pools").1, "pools\n0\n");
    // A daemon that went away without a word is not waited for.
    std::fs::write(folder.path().join("m.duckdb.url"), "http://127.0.0.1:1\n").expect("written");
    assert_eq!(ask("select count(*) as pools from pools").1, "pools\n0\n");
    let held = mfascope::store::Store::open(&store).expect("a store");
    let (is_done, _, line) = ask("select 1");
    assert!(!is_done && line.contains("--web.url") && line.lines().count() == 1, "{line}");
    drop(held);
}
