//! The write path, step by step.

mod backup;
mod order;
mod upgrade;

use chrono::{DateTime, TimeDelta, Utc};
use duckdb::named_params;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use uuid::Uuid;

use super::*;
use crate::decode::cloudtrail::decode;
use crate::decode::{Pseudonyms, Reading};
use crate::model::{Client, DecodedLine, ListedUser, Pool, PoolKey, Stream, UserStatus};

const STREAM: LogStream<'static> = LogStream { source: "test", stream: Stream::Cloudtrail, log_group: "trail" };
const SUB: &str = "87a42a58-6051-7076-79e2-fe9208b6ae3c";

fn store() -> (TempDir, Store) {
    let folder = tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("test.duckdb")).expect("a store");
    (folder, store)
}

fn instant(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + second, 0).expect("in range")
}

fn day(days: i64) -> chrono::NaiveDate {
    (instant(0) + TimeDelta::days(days)).date_naive()
}

/// A line of one app client and user, `second` seconds after the start.
fn line(second: i64, name: &str, members: Value) -> DecodedLine {
    let mut record = json!({
        "eventSource": "cognito-idp.amazonaws.com",
        "eventName": name,
        "eventTime": instant(second).to_rfc3339(),
        "awsRegion": "us-east-1",
        "eventID": Uuid::from_u128(second as u128).to_string(),
        "additionalEventData": {"sub": SUB},
    });
    record.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    let line_id = Uuid::from_u128(1 << 64 | second as u128);
    DecodedLine {
        line_id,
        delivered_at: instant(second),
        decoded: decode(
            &record.to_string(),
            line_id,
            &Reading { pseudonyms: Pseudonyms::Names, custom_is_mfa: false, networks: Uuid::nil() },
        ),
    }
}

fn respond(second: i64, challenge: &str) -> DecodedLine {
    line(
        second,
        "RespondToAuthChallenge",
        json!({"requestParameters": {"challengeName": challenge, "clientId": "app"}}),
    )
}

fn list_pool(store: &Store) {
    let key = PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_a".into() };
    let pool = Pool { clients: vec![Client::sample("app")], ..Pool::sample(key) };
    store.list_pools("test", &[pool], std::time::Duration::from_secs(7_776_000), instant(0)).expect("listed");
}

/// `series/pool/factor = shown` of every counter of answers.
fn counters(store: &Store) -> Vec<String> {
    store
        .read()
        .expect("a reader")
        .rows("metrics/counter", &[], |row| {
            let [series, pool, factor]: [String; 3] = [row.get("series")?, row.get("pool_id")?, row.get("factor")?];
            Ok(format!("{series}/{pool}/{factor} = {}", row.get::<_, i64>("total")?))
        })
        .expect("readable")
        .into_iter()
        .filter(|counter| counter.starts_with("challenge_"))
        .collect()
}

#[test]
fn storing_a_line_again_changes_nothing() {
    let (_folder, store) = store();
    list_pool(&store);
    let lines = [respond(1, "SMS_MFA"), respond(2, "SOFTWARE_TOKEN_MFA")];
    store.ingest(STREAM, &lines, None).expect("stored");
    let once = counters(&store);
    assert_eq!(once, ["challenge_responses/us-east-1_a/sms = 1", "challenge_responses/us-east-1_a/totp = 1"]);
    store.ingest(STREAM, &lines, None).expect("stored");
    assert_eq!(counters(&store), once);
}

#[test]
fn quiet_pulls_follow_one_another() {
    let (_folder, store) = store();
    for minute in 0..10 {
        let read_through = instant(60 * minute);
        let mark = Mark { read_through, forget_before: read_through - TimeDelta::minutes(15), is_caught_up: true };
        store.ingest(STREAM, &[], Some(mark)).expect("stored");
    }
}

#[test]
fn a_record_without_a_pool_waits_for_a_listing() {
    let (_folder, store) = store();
    store.ingest(STREAM, &[respond(1, "SMS_MFA")], None).expect("stored");
    assert!(counters(&store).is_empty(), "counted before its pool is known");
    list_pool(&store);
    store.settle_listed().expect("settled");
    assert_eq!(counters(&store), ["challenge_responses/us-east-1_a/sms = 1"]);
}

#[test]
fn a_record_that_no_listing_settles_has_no_pool() {
    let (_folder, store) = store();
    store.ingest(STREAM, &[respond(10, "SMS_MFA")], None).expect("stored");
    store.settle_unknown(instant(10)).expect("settled");
    assert!(counters(&store).is_empty(), "the listing began before the record");
    store.settle_unknown(instant(11)).expect("settled");
    assert_eq!(counters(&store), ["challenge_responses/unknown/sms = 1"]);
}

#[test]
fn an_email_code_is_a_second_factor_only_after_a_password_and_seen_totals_never_fall() {
    let (_folder, store) = store();
    list_pool(&store);
    store.ingest(STREAM, &[respond(100, "EMAIL_OTP")], None).expect("stored");
    assert!(counters(&store).is_empty(), "without context it is a first factor");
    store.ingest(STREAM, &[respond(50, "PASSWORD_VERIFIER")], None).expect("stored");
    let second_factor = ["challenge_responses/us-east-1_a/email = 1"];
    assert_eq!(counters(&store), second_factor);
    store.show_totals().expect("noted");
    // A late record says that it was a choice after all: the hour follows, the total stays.
    store.ingest(STREAM, &[respond(70, "SELECT_CHALLENGE")], None).expect("stored");
    assert_eq!(counters(&store), second_factor);
    let hours: Vec<i64> = store
        .read()
        .expect("a reader")
        .rows("dashboard/daily_count", named_params! {"from": day(0), "to": day(2)}, |row| row.get("answers"))
        .expect("readable");
    assert!(hours.is_empty(), "the hour still counts it: {hours:?}");
}

/// While history is read nobody has seen a total: it follows what records that come later say.
#[test]
fn totals_follow_their_records_until_somebody_may_have_seen_them() {
    let (_folder, store) = store();
    list_pool(&store);
    // A picture before the first record, as where AWS refused to have the log groups read, shows none.
    store.show_totals().expect("noted");
    for (second, challenge) in [(50, "PASSWORD_VERIFIER"), (100, "EMAIL_OTP")] {
        store.ingest(STREAM, &[respond(second, challenge)], None).expect("stored");
    }
    assert_eq!(counters(&store), ["challenge_responses/us-east-1_a/email = 1"]);
    store.ingest(STREAM, &[respond(70, "SELECT_CHALLENGE")], None).expect("stored");
    assert_eq!(counters(&store), ["challenge_responses/us-east-1_a/email = 0"]);
}

#[test]
fn totals_outlive_their_events() {
    let (_folder, store) = store();
    list_pool(&store);
    store.ingest(STREAM, &[respond(1, "SMS_MFA")], None).expect("stored");
    let before = counters(&store);
    store.retain(instant(0) + TimeDelta::days(1)).expect("dropped");
    assert_eq!(counters(&store), before);
    store.ingest(STREAM, &[respond(200_000, "SMS_MFA")], None).expect("stored");
    assert_eq!(counters(&store), ["challenge_responses/us-east-1_a/sms = 2"]);
}

#[test]
fn an_interrupted_sweep_is_found_where_it_stood_and_none_after_it_is_published() {
    let (_folder, store) = store();
    list_pool(&store);
    let key = PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_a".into() };
    let found = || store.interrupted_sweep("test", &key, instant(0)).expect("readable");
    let mut sweep = store.begin_sweep("test", &key, instant(10)).expect("begun");
    assert_eq!(found(), None, "nothing was read yet");
    let user = ListedUser {
        sub: SUB.parse().expect("a sub"),
        username: None,
        status: UserStatus::Confirmed,
        enabled: true,
        created_at: None,
        has_phone: false,
        has_email: false,
        phone_verified: false,
        email_verified: false,
        country: None,
    };
    store.sweep_users(&mut sweep, std::slice::from_ref(&user), Some("page-2".into())).expect("stored");
    assert_eq!(found().as_ref(), Some(&sweep));
    store.sweep_users(&mut sweep, &[], None).expect("stored");
    assert_eq!(found().map(|sweep| (sweep.next_token, sweep.users)), Some((None, 1)), "read to the end, not published");
    assert_eq!(store.interrupted_sweep("test", &key, instant(11)).expect("readable"), None, "too old");
    store.publish_sweep(&sweep, instant(20)).expect("published");
    assert_eq!(found(), None);
}
