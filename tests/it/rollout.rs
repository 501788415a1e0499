//! Deciding about MFA from outside: the gate of the command line, records that are kept, the page in a real browser.

use std::process::{Command, Output};
use std::time::Duration;

use chrono::TimeDelta;
use mfascope::decision::headline;
use mfascope::decode::{Pseudonyms, Reading, cloudtrail};
use mfascope::gate::Gate;
use mfascope::model::{Client, DecodedLine, Pool, Stream};
use mfascope::query::Questions;
use mfascope::store::{LogStream, Mark};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::browser::says;
use crate::edge_states::{SOURCE, State, now, pool};
use crate::gate::curl;

const USERS: u32 = 40;
const POOL: &str = "us-east-1_Edge0000";
/// Days on each of which every user signs in.
const DAYS: u32 = 10;

/// Of every ten users nine answer a code by text message. All have a phone.
fn with_history() -> State {
    let state = State::new().with_pools(&[USERS]);
    let client =
        Client { client_id: "theapp".into(), name: "The app".into(), session_validity: None, described_at: None };
    let pools = [Pool { clients: vec![client], ..pool(0) }];
    state.store().list_pools(SOURCE, &pools, Duration::from_secs(90 * 86_400), now()).expect("listed");
    let reading = Reading { pseudonyms: Pseudonyms::Hashes(Uuid::nil()), custom_is_mfa: false, networks: Uuid::nil() };
    let records = (0..DAYS * USERS).map(|number| record(number / USERS, number % USERS));
    let lines: Vec<DecodedLine> = records
        .map(|text| {
            let line_id = Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes());
            DecodedLine { line_id, delivered_at: now(), decoded: cloudtrail::decode(&text, line_id, &reading) }
        })
        .collect();
    let trail = LogStream { source: SOURCE, stream: Stream::Cloudtrail, log_group: "trail" };
    let mark = Mark { read_through: now(), forget_before: now() - TimeDelta::minutes(15), is_caught_up: true };
    state.store().ingest(trail, &lines, Some(mark)).expect("stored");
    state
}

/// A sign-in, so many days ago.
fn record(days_ago: u32, user: u32) -> String {
    let tokens = json!({"authenticationResult": {"expiresIn": 3600}});
    let (name, request) = if user.is_multiple_of(10) {
        ("InitiateAuth", json!({"authFlow": "USER_SRP_AUTH", "clientId": "theapp"}))
    } else {
        ("RespondToAuthChallenge", json!({"challengeName": "SMS_MFA", "clientId": "theapp"}))
    };
    let at = now() - TimeDelta::days(days_ago.into()) - TimeDelta::seconds(user.into());
    let id = Uuid::from_u128(u128::from(days_ago * USERS + user + 1));
    json!({
        "eventVersion": "1.11", "eventID": id, "requestID": id, "eventTime": at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "eventSource": "cognito-idp.amazonaws.com", "eventName": name, "awsRegion": "us-east-1",
        "eventType": "AwsApiCall", "recipientAccountId": "123456789012", "sourceIPAddress": "198.51.100.7",
        "userAgent": "App/1", "userIdentity": {"type": "Unknown"}, "requestParameters": request,
        "responseElements": tokens, "additionalEventData": {"sub": Uuid::from_u128(u128::from(user) + 1)},
    })
    .to_string()
}

fn gate(url: &str, arguments: &[&str]) -> Output {
    let common = ["rollout", "--web.url", url, "--pool", POOL];
    Command::new(env!("CARGO_BIN_EXE_mfascope")).args(common).args(arguments).output().expect("ended")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn the_gate_tells_by_its_exit_code_and_a_line_a_criterion() {
    let state = with_history();
    let (address, _) = state.served_behind(Gate::open());
    let url = format!("http://{address}");
    let passed = gate(&url, &["--target", "85", "--max-blocked", "1"]);
    insta::assert_snapshot!("gate_passed", text(&passed.stdout));
    assert_eq!(passed.status.code(), Some(0), "{}", text(&passed.stderr));

    let failed = gate(&url, &["--target", "95"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(text(&failed.stdout).contains("failed        target"), "{}", text(&failed.stdout));

    // Nobody was looked up: without text messages nothing is known of anybody.
    let without = gate(&url, &["--without", "sms", "--format", "json"]);
    let found: Value = serde_json::from_slice(&without.stdout).expect("JSON");
    assert_eq!((without.status.code(), &found["verdict"]), (Some(2), &json!("not_decidable")), "{found}");
    assert_eq!(found["simulation"]["users"]["unknown"], USERS);
    let call = found["call"].as_str().expect("a call");
    assert!(call.contains("set-user-pool-mfa-config") && call.contains("del(.SmsMfaConfiguration)"), "{call}");
}

#[test]
fn a_gate_that_cannot_tell_says_so() {
    let state = State::new().with_pools(&[30]);
    let (address, _) = state.served_behind(Gate::open());
    let url = format!("http://{address}");
    let nothing = gate(&url, &[]);
    insta::assert_snapshot!("gate_without_history", text(&nothing.stdout));
    assert_eq!(nothing.status.code(), Some(2));
    for (arguments, line) in [
        (&["--pool", "us-east-1_Nowhere"][..], "pool=\"us-east-1_Nowhere\" is no listed pool"),
        (&["--mfa", "PERHAPS"], "target=\"PERHAPS\" is not one of OFF, OPTIONAL, ON"),
        (&["--days", "0"], "days=\"0\" is not 1 to 400"),
        (&["--target", "101"], "not 0 to 100"),
    ] {
        let arguments = [
            &["rollout", "--web.url", &url][..],
            if arguments[0] == "--pool" { &[] } else { &["--pool", POOL] },
            arguments,
        ]
        .concat();
        let refused = Command::new(env!("CARGO_BIN_EXE_mfascope")).args(&arguments).output().expect("ended");
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(text(&refused.stderr).contains(line), "{arguments:?}: {}", text(&refused.stderr));
    }
    let gone = gate("http://127.0.0.1:1", &[]);
    assert_eq!((gone.status.code(), text(&gone.stderr).lines().count()), (Some(2), 1));
}

#[test]
fn decisions_are_kept_compared_and_read_in_a_real_browser() {
    let state = with_history();
    let (address, _) = state.served_behind(Gate::open());
    let keep = |words: &str| {
        let url = format!("http://{address}/api/v1/rollout/freeze?pool={POOL}&{words}");
        let (status, body) = curl(&["--request", "POST", &url]);
        let record: Value = serde_json::from_str(body.split_once(' ').expect("a version").1).unwrap_or_default();
        assert_eq!(status, 200, "{body}");
        record["record_id"].as_str().expect("an id").to_owned()
    };
    let (first, second) = (keep(""), keep("without=sms"));
    let record = format!("/rollout/records/{first}");
    let compared = format!("/rollout/records/{second}/against/{first}");
    let foreign = curl(&[
        "--request",
        "POST",
        "--header",
        "origin: http://example.org",
        &format!("http://{address}/rollout/freeze"),
    ]);
    assert_eq!(foreign.0, 400);

    let refused = "/rollout?target=ON&assume=refused&group=country";
    let paths = ["/rollout", refused, "/rollout?target=OFF", "/rollout/records", &record, &compared];
    let reports = state.visited(&paths);
    says(&reports["/rollout"], &["Pass with a factor they have", "The app", "Pool number 0"]);
    says(&reports[&compared], &["satisfied", "36", "0"]);
}

#[test]
fn what_is_watched_is_the_page_in_few_figures() {
    let state = with_history();
    let questions = Questions::of(state.store()).expect("readable");
    let made = headline(questions, &pool(0).key, &State::config(), now()).expect("counted").expect("a pool");
    let (address, _) = state.served_behind(Gate::open());
    let (_, body) = curl(&[&format!("http://{address}/api/v1/rollout?pool={POOL}")]);
    let page: Value = serde_json::from_str(body.split_once(' ').expect("a version").1).expect("JSON");
    assert_eq!(json!(made.users), page["simulation"]["users"]);
    assert_eq!(json!(made.risks), page["risks"]);
    assert_eq!(json!(made.dead_end_users), page["recovery"]["dead_end_users"]);
    // Ten days are too few to tell a trend by.
    assert_eq!((made.target_on, &page["enrolment"]["forecast"]["state"]), (None, &json!("too_few_days")));
}

#[test]
fn pools_of_which_little_is_known_are_not_guessed_at() {
    let paths = ["/rollout", "/rollout/records"];
    let reports = State::new().with_pools(&[3]).visited(&paths);
    says(&reports["/rollout"], &["No sign-in is on record"]);
    says(&State::new().visited(&["/rollout"])["/rollout"], &["No user pool is listed yet"]);
}
