//! The marts for clients of PostgreSQL: psql and psycopg, which nobody here wrote.

use std::net::SocketAddr;
use std::process::Command;

use mfascope::clock::Clock;
use mfascope::gate::Gate;
use mfascope::postgres::{self, Office};
use tokio::net::TcpListener;

use crate::edge_states::State;
use crate::gate::{authority, certificate, roles, users};
use crate::support::tools::{program, test_file, tool};
use crate::support::{background, wait};

/// Clients may come to the marts of a few users; where.
fn served(gate: Gate) -> (State, SocketAddr) {
    let state = State::new().with_pools(&[30, 12]);
    let listener = wait(TcpListener::bind(("127.0.0.1", 0))).expect("a port");
    let address = listener.local_addr().expect("an address");
    let office = Office { desk: state.desk(), clock: Clock::system(), door: gate, admits_strangers: false };
    let stop = state.stop();
    background(async move { postgres::serve(listener, office, stop).await.expect("served") });
    (state, address)
}

/// What psql prints of a command, after its name; with whatever else it is told.
fn psql(address: SocketAddr, user: &str, more: &[(&str, &str)], commands: &[&str]) -> (bool, String) {
    let mut psql = Command::new(program("/usr/bin/psql"));
    psql.args(["--no-psqlrc", "--no-password", "--host", "127.0.0.1", "--port", &address.port().to_string()])
        .args(["--username", user, "--dbname", "mfascope", "--set", "ON_ERROR_STOP=1"])
        .env("PGCONNECT_TIMEOUT", "10")
        .envs(more.iter().copied());
    for command in commands {
        psql.args(["--command", command]);
    }
    let output = psql.output().expect("ended");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn psql_finds_its_way() {
    let (_state, address) = served(Gate::open());
    let ask = |command: &str| {
        let (is_done, text) = psql(address, "analyst", &[], &[command]);
        assert!(is_done, "{command}: {text}");
        text
    };
    for (command, parts) in [
        (r"\d", &["users", "events", "public"][..]),
        (r"\dt", &["sms_messages"]),
        (r"\d users", &["is_eligible", "boolean", "created_at", "timestamp"]),
        (r"\d+ users", &["counts in the denominator"]),
        (r"\dn", &["public"]),
        (r"\l", &["mfascope"]),
        (r"\du", &["mfascope"]),
        (r"\conninfo", &["mfascope"]),
        ("select count(*) as people from users", &["people", "42"]),
        ("table pools", &["us-east-1_Edge0000"]),
        (r"\copy (select 1 as one, 'a,b' as two) to stdout csv header", &["one,two\n1,\"a,b\""]),
    ] {
        let text = ask(command);
        for part in parts {
            assert!(text.contains(part), "{command}: {part}: {text}");
        }
    }
    let (is_done, text) = psql(address, "analyst", &[], &["drop table users"]);
    assert!(!is_done && text.contains("only a SELECT may be asked"), "{text}");
    let (is_done, text) = psql(address, "analyst", &[], &["begin", "select 1 as one", "commit", "select 2 as two"]);
    assert!(is_done && text.contains("BEGIN") && text.contains("COMMIT") && text.contains("two"), "{text}");
}

#[test]
fn psycopg_reads_and_changes_nothing() {
    let (_state, address) = served(Gate::open());
    let output = Command::new(tool("clients/bin/python"))
        .args([test_file("postgres_client.py").as_str(), &address.port().to_string(), "42"])
        .output()
        .expect("ended");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn users_say_who_they_are_and_only_over_tls() {
    let folder = tempfile::tempdir().expect("a folder");
    authority(folder.path(), "ca");
    certificate(folder.path(), "server", "mfascope.test", "ca");
    let path = folder.path().join("web.yml");
    let tls = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
    std::fs::write(&path, format!("{tls}{}", users())).expect("written");
    let gate = Gate::load(&path, roles()).unwrap_or_else(|error| panic!("{error}"));
    let (_state, address) = served(gate);
    let ca = folder.path().join("ca.crt");
    let ask = |user: &str, password: &str, mode: &str| {
        let more = [
            ("PGPASSWORD", password),
            ("PGSSLMODE", mode),
            ("PGHOSTADDR", "127.0.0.1"),
            ("PGSSLROOTCERT", ca.to_str().expect("UTF-8")),
        ];
        psql(address, user, &more, &["select count(*) as people from users"])
    };
    let (is_done, text) = ask("analyst", "analyst-secret", "verify-ca");
    assert!(is_done && text.contains("people") && text.contains("42"), "{text}");
    for (user, password, mode, part) in [
        ("analyst", "analyst-secret", "disable", "encrypted"),
        ("analyst", "wrong", "require", "password"),
        ("nobody", "analyst-secret", "require", "password"),
        ("viewer", "viewer-secret", "require", "role analyst"),
        ("analyst", "", "require", "password"),
    ] {
        let (is_done, text) = ask(user, password, mode);
        assert!(!is_done && text.contains(part), "{user} {password} {mode}: {text}");
        assert!(!text.contains("people"), "{text}");
    }
}
