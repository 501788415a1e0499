use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tempfile::tempdir;
use uuid::Uuid;

use super::*;
use crate::decode::Pseudonyms;
use crate::decode::cloudtrail::decode;
use crate::model::{
    DecodedLine, Devices, ListedUser, LookedUpUser, Lookup, MfaConfiguration, Pool, PoolKey, SmsRoute, Stream,
    UserStatus,
};
use crate::store::LogStream;

const USERS: u128 = 12;

fn instant(second: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + i64::from(second), 0).expect("in range")
}

fn key() -> PoolKey {
    PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_a".into() }
}

/// One thing that is learned about a user. Several may fall into one second.
#[derive(Clone, Debug)]
enum Evidence {
    /// A call, with its members.
    Record {
        second: u32,
        name: &'static str,
        members: Value,
    },
    LookUp {
        second: u32,
        user: LookedUpUser,
    },
}

fn evidence() -> impl Strategy<Value = Evidence> {
    // Few instants, so that ties and neighbours within the quarter of an hour are common.
    let second = (0_u32..40).prop_map(|step| step * 200);
    let challenge = prop_oneof![
        Just("SOFTWARE_TOKEN_MFA"),
        Just("SMS_MFA"),
        Just("EMAIL_OTP"),
        Just("WEB_AUTHN"),
        Just("PASSWORD_VERIFIER"),
        Just("SELECT_CHALLENGE"),
    ];
    let answer = challenge.prop_map(|name| {
        let request = json!({"challengeName": name, "clientId": "app"});
        let response = json!({"authenticationResult": {"expiresIn": 3600}});
        ("RespondToAuthChallenge", json!({"requestParameters": request, "responseElements": response}))
    });
    let setting = proptest::option::of((any::<bool>(), proptest::option::of(any::<bool>())));
    let preference = proptest::array::uniform4(setting).prop_map(|settings| {
        let names = ["softwareTokenMfaSettings", "sMSMfaSettings", "emailMfaSettings", "webAuthnMfaSettings"];
        let named = names.into_iter().zip(settings).filter_map(|(name, setting)| {
            let (enabled, preferred) = setting?;
            Some((name.to_owned(), json!({"enabled": enabled, "preferredMfa": preferred})))
        });
        ("SetUserMFAPreference", json!({"requestParameters": Value::Object(named.collect::<Map<_, _>>())}))
    });
    let call = prop_oneof![
        Just(("AdminDeleteSoftwareToken", json!({}))),
        Just(("CompleteWebAuthnRegistration", json!({}))),
        Just(("VerifySoftwareToken", json!({}))),
        Just(("ConfirmSignUp", json!({}))),
    ];
    let record = (second.clone(), prop_oneof![3 => answer, 3 => preference, 1 => call])
        .prop_map(|(second, (name, members))| Evidence::Record { second, name, members });
    let look_up = (second, any::<(bool, bool, bool, bool)>()).prop_map(|(second, (totp, sms, email, passkey))| {
        Evidence::LookUp { second, user: LookedUpUser { totp, sms, email, passkey, ..LookedUpUser::default() } }
    });
    prop_oneof![6 => record, 1 => look_up]
}

fn store_with_users(folder: &std::path::Path) -> Store {
    let store = Store::open(&folder.join("test.duckdb")).expect("a store");
    let pool = Pool {
        key: key(),
        pool_name: "a".into(),
        mfa_configuration: MfaConfiguration::Optional,
        tier: None,
        allows_totp: true,
        allows_sms: true,
        allows_email: true,
        passkey_is_mfa: true,
        has_passkeys: true,
        recovery: Vec::new(),
        sms_route: SmsRoute::None,
        sms_region: None,
        sms_failure: None,
        devices: Devices::Off,
        device_skips_mfa: false,
        replica_regions: Vec::new(),
        client_ids: vec!["app".into()],
    };
    store.list_pools("test", &[pool], std::time::Duration::from_secs(7_776_000), instant(0)).expect("listed");
    let users: Vec<ListedUser> = (0..USERS)
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
        })
        .collect();
    let mut sweep = store.begin_sweep("test", &key(), instant(0)).expect("begun");
    store.sweep_users(&mut sweep, &users, None).expect("stored");
    store.publish_sweep(&sweep, instant(1)).expect("published");
    store
}

/// What the store says of everybody after it was told everything in this order, `together` at a time.
fn states(pieces: &[(usize, u128, Evidence)], together: usize) -> Vec<UserRow> {
    let folder = tempdir().expect("a folder");
    let store = store_with_users(folder.path());
    for part in pieces.chunks(together) {
        let (mut lines, mut lookups) = (Vec::new(), Vec::new());
        for (number, user, evidence) in part {
            let sub = Uuid::from_u128(user + 1);
            match evidence {
                Evidence::Record { second, name, members } => lines.push(line(*number, sub, *second, name, members)),
                Evidence::LookUp { second, user } => lookups.push(Lookup {
                    pool_id: key().pool_id,
                    sub,
                    // Two look-ups of one user never happen at the same instant.
                    looked_up_at: instant(*second) + chrono::TimeDelta::microseconds(*number as i64),
                    user: user.clone(),
                }),
            }
        }
        let stream = LogStream { source: "test", stream: Stream::Cloudtrail };
        store.ingest(stream, &lines, None).expect("stored");
        store.keep_lookups(&lookups).expect("kept");
    }
    let questions = Questions::of(&store).expect("readable");
    let users = questions.users(&key(), UserList::All, instant(100_000), None).expect("gathered");
    users.part(0, u64::MAX >> 2).expect("readable")
}

fn line(number: usize, sub: Uuid, second: u32, name: &str, members: &Value) -> DecodedLine {
    let mut record = json!({
        "eventSource": "cognito-idp.amazonaws.com",
        "eventName": name,
        "eventTime": instant(second).to_rfc3339(),
        "awsRegion": "us-east-1",
        "eventID": Uuid::from_u128(number as u128 + 1).to_string(),
        "additionalEventData": {"sub": sub.to_string(), "userPoolId": key().pool_id},
    });
    record.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    let line_id = Uuid::from_u128(1 << 64 | number as u128);
    let decoded = decode(&record.to_string(), line_id, &Pseudonyms::Names);
    DecodedLine { line_id, delivered_at: instant(second), decoded }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_order_of_arrival_never_decides_a_state(
        (orderly, shuffled) in proptest::collection::vec((0..USERS, evidence()), 60..140)
            .prop_map(|pieces| pieces.into_iter().enumerate().map(|(number, (user, evidence))| (number, user, evidence)).collect())
            .prop_flat_map(|pieces: Vec<_>| (Just(pieces.clone()), Just(pieces).prop_shuffle())),
        together in 1_usize..60,
    ) {
        prop_assert_eq!(states(&orderly, orderly.len()), states(&shuffled, together));
    }
}
