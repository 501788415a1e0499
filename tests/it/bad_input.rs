//! Input that ends the daemon: one clear line, a failure as exit code, nothing lost.

use std::net::TcpListener;
use std::path::Path;

use crate::support::app::{Ended, Settings, TestApp};
use crate::truth::Lookup;
use crate::world::World;

/// Nothing listens there, and nothing needs to: these daemons never get that far.
const NOWHERE: &str = "http://127.0.0.1:9";

#[track_caller]
fn complains(ended: &Ended, words: &[&str]) {
    assert!(ended.code.is_some_and(|code| code != 0), "exit code {:?}:\n{}", ended.code, ended.stderr.join("\n"));
    let complaints = ended.complaints();
    assert_eq!(complaints.len(), 1, "not one line:\n{}", ended.stderr.join("\n"));
    for word in words {
        assert!(complaints[0].contains(word), "{word:?} is not in: {}", complaints[0]);
    }
}

/// Runs with a config in which one text is replaced by another; answers the line number of it, too.
fn with_config(find: &str, replacement: &str) -> (Ended, String) {
    let app = TestApp::prepare(&Settings::new(NOWHERE));
    let text = app.config();
    assert!(text.contains(find), "the config has no {find}");
    let text = text.replacen(find, replacement, 1);
    let line = text.lines().position(|line| line.contains(replacement)).expect("it was put there") + 1;
    app.write_config(&text);
    (app.run_to_end(&[]), line.to_string())
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    for (find, replacement) in [
        ("overlap =", "overlapp ="),
        ("listing_interval =", "listing_intervall ="),
        ("[collect]", "[kollect]"),
        ("[source.cloudtrail]", "[source.cloudtrial]"),
        ("name =", "nom ="),
    ] {
        let (ended, line) = with_config(find, replacement);
        let key = replacement.trim_matches(['[', ']', '=', ' ']).trim_start_matches("source.");
        complains(&ended, &[key, &line]);
    }
}

#[test]
fn a_value_that_makes_no_sense_is_named_with_its_line() {
    for (find, replacement, word) in [
        ("\"1s\"", "\"1 fortnight\"", "fortnight"),
        ("\"15m\"", "\"-15m\"", "-15m"),
        ("\"7d\"", "\"\"", "backfill"),
        ("\"all\"", "\"everybody\"", "everybody"),
        ("requests_per_second = 500", "requests_per_second = 0", "requests_per_second"),
    ] {
        let (ended, line) = with_config(find, replacement);
        complains(&ended, &[word, &line]);
    }
}

#[test]
fn a_config_that_cannot_be_read_is_named() {
    let app = TestApp::prepare(&Settings::new(NOWHERE));
    std::fs::remove_file(app.config_path()).expect("the config is there");
    complains(&app.run_to_end(&[]), &["mfascope.toml"]);
    std::fs::create_dir(app.config_path()).expect("nothing is in the way");
    complains(&app.run_to_end(&[]), &["mfascope.toml"]);
}

#[test]
fn a_public_address_needs_protection() {
    let app = TestApp::prepare(&Settings::new(NOWHERE));
    complains(&app.run_to_end(&["--web.listen-address", "0.0.0.0:0"]), &["0.0.0.0", "--web.insecure"]);
    complains(&app.run_to_end(&["--web.metrics-address", "0.0.0.0:0"]), &["--web.metrics-address", "--web.insecure"]);
    // Headers ask nobody who he is.
    let web = app.folder.path().join("web.yml");
    let path = web.to_str().expect("UTF-8");
    std::fs::write(&web, "http_server_config:\n  headers:\n    X-Frame-Options: deny\n").expect("written");
    let arguments = ["--web.listen-address", "0.0.0.0:0", "--web.config.file", path];
    complains(&app.run_to_end(&arguments), &["0.0.0.0", "--web.insecure"]);
}

#[test]
fn a_web_config_file_that_cannot_be_used_is_named_with_its_line() {
    let app = TestApp::prepare(&Settings::new(NOWHERE));
    let web = app.folder.path().join("web.yml");
    let path = web.to_str().expect("UTF-8");
    complains(&app.run_to_end(&["--web.config.file", path]), &["web.yml", "No such file"]);
    for (text, words) in [
        ("basic_auth_user:\n  a: b\n", ["web.yml:1: ", "basic_auth_user"]),
        ("tls_server_config:\n  cert_file: a.crt\n  key_file: a.key\n", ["a.crt", "No such file"]),
    ] {
        std::fs::write(&web, text).expect("written");
        complains(&app.run_to_end(&["--web.config.file", path]), &words);
    }
}

#[test]
fn a_store_folder_that_cannot_be_written_is_named() {
    // Root may write wherever permissions say no: a file where a folder should be stops it, too.
    let app = TestApp::prepare(&Settings::new(NOWHERE));
    let file = app.folder.path().join("file");
    std::fs::write(&file, "no folder").expect("a file is written");
    for folder in [file.as_path(), Path::new("/proc")] {
        let store = folder.join("mfascope.duckdb");
        let app = TestApp::prepare(&Settings { store: Some(store), ..Settings::new(NOWHERE) });
        complains(&app.run_to_end(&[]), &[folder.to_str().expect("a path in UTF-8")]);
    }
}

#[test]
fn a_file_that_is_no_store_is_left_alone() {
    let app = TestApp::prepare(&Settings::new(NOWHERE));
    let store = app.folder.path().join("mfascope.duckdb");
    let text = "the diary of somebody who mistook the path\n".repeat(500);
    std::fs::write(&store, &text).expect("a file is written");
    complains(&app.run_to_end(&[]), &["mfascope.duckdb"]);
    assert_eq!(std::fs::read_to_string(&store).expect("it is still there"), text, "the file was changed");
}

#[test]
fn a_newer_store_is_refused_and_kept() {
    let world = World::shared();
    let truth = world.truth(Lookup::Off);
    let mut app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.reaches(&truth);
    assert_eq!(app.sigterm().0, Some(0));
    let store = app.folder.path().join("mfascope.duckdb");
    alter(&store, "insert into schema_version (version) values (999999)");
    complains(&app.run_to_end(&[]), &["mfascope.duckdb", "999999"]);
    alter(&store, "delete from schema_version where version = 999999");
    app.restart();
    app.reaches(&truth);
}

#[expect(clippy::disallowed_methods, reason = "no daemon holds the file: this is a visitor from a later version")]
fn alter(store: &Path, sql: &str) {
    let connection = duckdb::Connection::open(store).expect("the store opens");
    connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[test]
fn a_second_daemon_on_the_same_store_is_refused() {
    let world = World::shared();
    let truth = world.truth(Lookup::Off);
    let mut app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.reaches(&truth);
    complains(&app.run_to_end(&[]), &["mfascope.duckdb"]);
    app.stays(&truth);
    assert!(app.is_running(), "the first one died:\n{}", app.log());
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = taken.local_addr().expect("a bound port").to_string();
    let app = TestApp::prepare(&Settings::new(NOWHERE));
    complains(&app.run_to_end(&["--web.listen-address", &address]), &[&address]);
}
