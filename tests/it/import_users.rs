//! Users and pools from files: the same as a daemon that lists the pools itself, through a daemon and without.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::gate::curl;
use crate::import::{counted_if, mfascope, said, written};
use crate::support::app::TestApp;
use crate::support::settings::Settings;
use crate::support::{poll, wait};
use crate::truth::Lookup;
use crate::world::World;

/// What `aws cognito-idp` would print of an action: the answer as it is.
fn answer(world: &World, client: &reqwest::Client, action: &str, input: &Value) -> Value {
    let scope = format!("test/20261127/{}/cognito-idp/aws4_request", world.directory.region);
    let request = client
        .post(&world.moto.endpoint)
        .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{action}"))
        .header("content-type", "application/x-amz-json-1.1")
        .header("authorization", format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"))
        .body(input.to_string());
    let text = wait(async { request.send().await?.error_for_status()?.text().await }).expect("an answer");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{action}: {error}: {text}"))
}

/// What the CLI prints about every pool and user of the world, in folders by pool: a page a file.
fn printed(world: &World) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let ask = |action: &str, input: &Value| answer(world, &client, action, input);
    for pool in &world.directory.pools {
        let of_pool = folder.path().join(&pool.id).join("dump");
        fs::create_dir_all(&of_pool).expect("made");
        let write = |name: &str, value: &Value| {
            fs::write(of_pool.join(name), serde_json::to_vec_pretty(value).expect("JSON")).expect("written");
        };
        write("pool.json", &ask("DescribeUserPool", &json!({"UserPoolId": pool.id})));
        let mfa = serde_json::to_vec(&ask("GetUserPoolMfaConfig", &json!({"UserPoolId": pool.id}))).expect("JSON");
        fs::write(folder.path().join(format!("{}.mfa.json", pool.id)), mfa).expect("written");
        let mut input = json!({"UserPoolId": pool.id, "Limit": 1});
        for number in 0.. {
            let page = ask("ListUsers", &input);
            write(&format!("users-{number}.json"), &page);
            match page["PaginationToken"].as_str().filter(|token| !token.is_empty()) {
                Some(token) => input["PaginationToken"] = json!(token),
                None => break,
            }
        }
        let mut lookups = GzEncoder::new(Vec::new(), Compression::fast());
        for user in &pool.users {
            let input = json!({"UserPoolId": pool.id, "Username": pool.username(user)});
            writeln!(lookups, "{}", ask("AdminGetUser", &input)).expect("written");
        }
        fs::write(of_pool.join("look-ups.jsonl.gz"), lookups.finish().expect("packed")).expect("written");
    }
    folder
}

/// What is compared: look-ups of those who are not eligible are in the files alone.
const QUESTIONS: [&str; 3] = [
    "select pool_id, sub, status, is_enabled, is_eligible, is_active, country, has_phone, has_email_address, \
     phone_verified, email_verified, created_at from users order by all",
    "select pool_id, state, has_totp, has_sms, has_email, has_passkey, can_totp, can_sms, can_email, can_passkey, \
     is_capable, strength, preferred, is_conflict, is_direction_unknown, count(*) as users from users \
     where is_eligible group by all order by all",
    "select * exclude (listed_at, users_listed_at), users_listed_at is not null as has_users from pools order by all",
];

fn answers(config: &Path) -> Vec<String> {
    let ask = |sql: &&str| {
        let config = config.to_str().expect("UTF-8");
        let (is_done, answer, line) = said(&mfascope(&["query", "--config.file", config, sql]));
        assert!(is_done, "{line}");
        answer
    };
    QUESTIONS.iter().map(ask).collect()
}

fn import(config: &Path, more: &[&str], folders: &[&TempDir]) -> String {
    let mut arguments = vec!["import", "--config.file", config.to_str().expect("UTF-8")];
    arguments.extend(more);
    arguments.extend(folders.iter().map(|folder| folder.path().to_str().expect("UTF-8")));
    let (is_done, summary, line) = said(&mfascope(&arguments));
    assert!(is_done, "{summary}{line}");
    summary
}

/// A config without a pool to list.
fn without_pools(path: &Path) {
    let store = path.with_file_name("history.duckdb");
    let text = format!("[store]\npath = {store:?}\n[[source]]\nname = \"history\"\nregion = \"us-east-1\"\n");
    fs::write(path, text).expect("written");
}

#[test]
fn files_give_the_same_users_as_a_listing() {
    let world = World::shared();
    let (trail, people) = (written(world), printed(world));
    let lister = TestApp::start(&Settings::new(&world.moto.endpoint));
    lister.reaches(&world.truth(Lookup::All));
    let expected = answers(&lister.config_path());
    let users: usize = world.directory.pools.iter().map(|pool| pool.users.len()).sum();
    assert_eq!(expected[0].lines().count(), users + 1);

    let folder = tempfile::tempdir().expect("a folder");
    let alone = folder.path().join("alone.toml");
    without_pools(&alone);
    let summary = import(&alone, &[], &[&trail, &people]);
    let told = |summary: &str| ["users", "look-ups", "pools"].map(|word| counted_if(summary, word));
    let all = [Some(users as u64), Some(users as u64), Some(world.directory.pools.len() as u64)];
    assert_eq!((told(&summary), summary.contains("note:")), (all, false), "{summary}");
    assert_eq!(answers(&alone), expected);
    // Again, and in another order: nothing changes.
    let summary = import(&alone, &[], &[&people, &trail]);
    assert_eq!(
        (counted_if(&summary, "users"), counted_if(&summary, "look-ups")),
        (Some(users as u64), None),
        "{summary}"
    );
    import(&alone, &["--again"], &[&people]);
    assert_eq!(answers(&alone), expected);

    let mut app = TestApp::prepare(&Settings::new(&world.moto.endpoint));
    without_pools(&app.config_path());
    app.restart();
    // More files than one request has.
    let summary = import(&app.config_path(), &[], &[&trail, &people]);
    assert_eq!((told(&summary), summary.contains("note:")), (all, false), "{summary}");
    assert_eq!(answers(&app.config_path()), expected);

    // A daemon that lists the pools goes on as it was.
    let summary = import(&lister.config_path(), &[], &[&people]);
    let passed = summary.matches("is listed by source main").count();
    assert_eq!((passed, counted_if(&summary, "users")), (world.directory.pools.len(), None), "{summary}");
    assert_eq!(answers(&lister.config_path()), expected);
}

#[test]
fn a_pool_is_named_by_its_id() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("m.toml");
    without_pools(&config);
    let file = folder.path().join("dump.json");
    let user = json!({
        "Username": "amy", "Enabled": true, "UserStatus": "CONFIRMED",
        "Attributes": [{"Name": "sub", "Value": "00000000-0000-4000-8000-000000000001"}],
    });
    fs::write(&file, json!({"Users": [user]}).to_string()).expect("written");
    let [config, file] = [&config, &file].map(|path| path.to_str().expect("UTF-8"));
    let run = |more: &[&str]| said(&mfascope(&[&["import", "--config.file", config][..], more].concat()));
    let (is_done, summary, _) = run(&[file]);
    assert!(
        !is_done && summary.contains("it holds users of a pool that neither --pool nor the path names"),
        "{summary}"
    );
    let (is_done, _, line) = run(&["--pool", "people", file]);
    assert!(!is_done && line.contains("not a user pool id like us-east-1_AbC123"), "{line}");
    let (is_done, _, line) = run(&["--region", "us_east_1", file]);
    assert!(!is_done && line.contains("not an AWS Region like us-east-1"), "{line}");
    let (is_done, summary, _) = run(&["--pool", "us-east-1_AbC123", file]);
    assert!(is_done && counted_if(&summary, "users") == Some(1), "{summary}");
    assert!(summary.contains("note: the settings of pool us-east-1_AbC123 are missing"), "{summary}");
    // What can no longer be looked at may be the rest of the listing.
    let gone = folder.path().join("us-east-1_AbC123/gone.json");
    let (is_done, summary, _) = run(&["--pool", "us-east-1_AbC123", file, gone.to_str().expect("UTF-8")]);
    assert!(!is_done && summary.contains("is incomplete"), "{summary}");
}

#[test]
fn an_import_of_several_requests_has_a_beginning_and_an_end() {
    let state = crate::edge_states::State::new().with_pools(&[1]);
    let (address, _) = state.served_behind(mfascope::gate::Gate::open());
    let run = "00000000-0000-4000-8000-00000000000a";
    let user =
        |number: u32| format!(r#"{{"Attributes":[{{"Name":"sub","Value":"00000000-0000-4000-8000-{number:012}"}}]}}"#);
    let send = |more: &str, page: &str| {
        let url = format!("http://{address}/api/v1/import?pool=eu-west-3_Told1&run={run}{more}");
        curl(&["--form", &format!("file={page};filename=a.json;headers=\"changed-at: 2026-11-26T10:00:00Z\""), &url])
    };
    let end = |more: &str| {
        let url = format!("http://{address}/api/v1/import/end");
        let body = format!("{{\"run\":\"{run}\"{more}}}");
        curl(&["--header", "content-type: application/json", "--data", &body, &url])
    };
    let refused = |(status, text): (u16, String), part: &str| {
        assert!(
            status == if part.contains("know") { 409 } else { 400 }
                && text.contains(part)
                && text.trim_end().lines().count() == 1,
            "{status} {text}"
        );
    };
    let first = format!(r#"{{"Users":[{}],"PaginationToken":"x"}}"#, user(1));
    let last = format!(r#"{{"Users":[{}]}}"#, user(2));
    refused(send("", &first), "does not know this import");
    refused(end(""), "does not know this import");
    refused(send("&pool=nowhere", &first), "pool");
    refused(send("&region=Mars", &first), "region: not an AWS Region like us-east-1");
    for (incomplete, users) in [(",\"incomplete\":[\"eu-west-3_Told1\"]", 0), ("", 2)] {
        for (more, page) in [("&begins=true", &first), ("", &last)] {
            let (status, text) = send(more, page);
            assert!(status == 200 && text.contains("\"files\":1") && text.contains("\"users\":0"), "{status} {text}");
        }
        let (status, text) = end(incomplete);
        assert!(status == 200 && text.contains(&format!("\"users\":{users}")), "{status} {text}");
        refused(end(""), "does not know this import");
    }
}

/// A form with one file of users, which changed at an instant.
fn form(users: std::ops::Range<u32>, changed_at: &str) -> String {
    let user =
        |number: u32| format!(r#"{{"Attributes":[{{"Name":"sub","Value":"00000000-0000-4000-8000-{number:012}"}}]}}"#);
    let users: Vec<String> = users.map(user).collect();
    let head = format!(
        "content-disposition: form-data; name=\"file\"; filename=\"eu-west-3_Told1.json\"\r\nchanged-at: {changed_at}"
    );
    format!("--b\r\n{head}\r\n\r\n{{\"Users\":[{}]}}\r\n--b--\r\n", users.join(","))
}

#[test]
fn who_hangs_up_before_the_answer_has_imported_what_was_sent() {
    let state = crate::edge_states::State::new().with_pools(&[1]);
    let (address, _) = state.served_behind(mfascope::gate::Gate::open());
    let body = form(0..20_000, "2026-03-03T10:00:00Z");
    let mut connection = std::net::TcpStream::connect(address).expect("connected");
    write!(
        connection,
        "POST /api/v1/import HTTP/1.1\r\nhost: daemon\r\ncontent-type: multipart/form-data; boundary=b\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("sent");
    drop(connection);
    let folder = tempfile::tempdir().expect("a folder");
    let older = folder.path().join("older");
    fs::write(&older, form(0..1, "2026-03-02T10:00:00Z")).expect("written");
    let data = format!("@{}", older.display());
    let url = format!("http://{address}/api/v1/import");
    let arguments = ["--header", "content-type: multipart/form-data; boundary=b", "--data-binary", &data, &url];
    let stays = poll(Duration::from_secs(20), || curl(&arguments).1.contains("which stays").then_some(()));
    assert!(stays.is_some(), "the listing that was sent is not there");
}
