//! Questions to stores whose content is known.

mod challenges;
mod enrolment;
mod incidents;
mod order;
mod recovery;
mod rollout;
mod sms;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::decode::cloudtrail::decode;
use crate::decode::{Pseudonyms, Reading};
use crate::model::{Client, DecodedLine, ListedUser, Pool, PoolKey, Stream, UserStatus};
use crate::store::LogStream;

const STREAM: LogStream<'static> = LogStream { source: "test", stream: Stream::Cloudtrail, log_group: "trail" };

fn instant(second: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + i64::from(second), 0).expect("in range")
}

fn key() -> PoolKey {
    PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_a".into() }
}

/// Confirmed users 1 to `count` of one pool with everything allowed.
fn store_with_users(folder: &std::path::Path, count: u128) -> Store {
    let store = Store::open(&folder.join("test.duckdb")).expect("a store");
    let pool = Pool { passkey_is_mfa: true, clients: vec![Client::sample("app")], ..Pool::sample(key()) };
    store.list_pools("test", &[pool], std::time::Duration::from_secs(7_776_000), instant(0)).expect("listed");
    let users: Vec<ListedUser> = (0..count)
        .map(|user| ListedUser {
            sub: Uuid::from_u128(user + 1),
            username: None,
            status: UserStatus::Confirmed,
            enabled: true,
            created_at: Some(instant(0)),
            has_phone: true,
            has_email: true,
            phone_verified: true,
            email_verified: true,
            country: None,
        })
        .collect();
    let mut sweep = store.begin_sweep("test", &key(), instant(0)).expect("begun");
    store.sweep_users(&mut sweep, &users, None).expect("stored");
    store.publish_sweep(&sweep, instant(1)).expect("published");
    store
}

/// A record of one user; of nobody for the nil one.
fn line(number: usize, sub: Uuid, second: u32, name: &str, members: &Value) -> DecodedLine {
    let mut record = json!({
        "eventSource": "cognito-idp.amazonaws.com",
        "eventName": name,
        "eventTime": instant(second).to_rfc3339(),
        "awsRegion": "us-east-1",
        "eventID": Uuid::from_u128(number as u128 + 1).to_string(),
        "additionalEventData": {"userPoolId": key().pool_id},
    });
    if !sub.is_nil() {
        record["additionalEventData"]["sub"] = json!(sub.to_string());
    }
    record.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    let line_id = Uuid::from_u128(1 << 64 | number as u128);
    let decoded = decode(
        &record.to_string(),
        line_id,
        &Reading { pseudonyms: Pseudonyms::Names, custom_is_mfa: false, networks: Uuid::nil() },
    );
    DecodedLine { line_id, delivered_at: instant(second), decoded }
}
