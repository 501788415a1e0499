//! The daemon against its own OpenAPI document, with requests that a fuzzer makes up.

use std::process::Command;

use mfascope::gate::Gate;
use tempfile::TempDir;

use crate::edge_states::State;
use crate::gate::curl;
use crate::support::tools;

/// Panics with what the fuzzer found.
fn finds_nothing(arguments: &[&str]) {
    let output = Command::new(tools::tool("fuzz/bin/python"))
        .arg(tools::test_file("fuzz.py"))
        .args(arguments)
        .output()
        .expect("python runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn the_daemon_does_as_its_document_says() {
    let state = State::new().with_pools(&[30, 12]);
    let (address, _) = state.served_behind(Gate::open());
    finds_nothing(&[&format!("http://{address}")]);
}

#[test]
fn where_there_are_users_nobody_else_is_let_in() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("web.yml");
    // Cheap to compare: the test need not wait.
    let hash = bcrypt::hash("fuzzer-secret", 5).expect("a hash");
    std::fs::write(&path, format!("basic_auth_users:\n  fuzzer: {hash}\n")).expect("written");
    let gate = Gate::load(&path, None).unwrap_or_else(|error| panic!("{error}"));
    let state = State::new().with_pools(&[30, 12]);
    let (address, _) = state.served_behind(gate);
    finds_nothing(&[&format!("http://{address}"), "fuzzer:fuzzer-secret"]);
}

/// What the fuzzer found in a store of thousands of users: a packed list broke off before its end.
#[test]
fn a_packed_list_of_users_is_whole() {
    let state = State::new().with_pools(&[6_000]);
    let (address, _) = state.served_behind(Gate::open());
    let url = format!("http://{address}/api/v1/pools/us-east-1/us-east-1_Edge0000/users?format=csv");
    let (plain, packed) = (curl(&[&url]), curl(&[&url, "--compressed"]));
    assert_eq!((plain.0, plain.1.lines().count()), (200, 6_001));
    assert!(plain == packed, "{} of {} lines came packed", packed.1.lines().count(), plain.1.lines().count());
}

#[test]
fn instants_are_read_as_refusals_write_them() {
    let state = State::new().with_pools(&[1]);
    let (address, _) = state.served_behind(Gate::open());
    let ask = |to: &str| curl(&[&format!("http://{address}/api/v1/about?from=2026-03-04&to={to}")]);
    let (status, text) = ask("nothing");
    let told = text.split("like ").nth(1).and_then(|rest| rest.split(' ').next()).expect("an example");
    assert_eq!((status, ask(told).0), (400, 200), "{told}: {text}");
}
