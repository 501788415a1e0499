//! The order in which evidence arrives.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tempfile::tempdir;
use uuid::Uuid;

use super::{STREAM, instant, key, line, store_with_users};
use crate::model::{LookedUpUser, Lookup};
use crate::query::{Questions, UserList, UserRow};

const USERS: u128 = 12;

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
    let look_up = (second, any::<(bool, bool, bool, bool, bool)>()).prop_map(
        |(second, (totp, sms, email, passkey, tells_passkeys))| Evidence::LookUp {
            second,
            user: LookedUpUser { totp, sms, email, passkey, tells_passkeys, ..LookedUpUser::default() },
        },
    );
    prop_oneof![6 => record, 1 => look_up]
}

/// What the store says of everybody after it was told everything in this order, `together` at a time.
fn states(pieces: &[(usize, u128, Evidence)], together: usize) -> Vec<UserRow> {
    let folder = tempdir().expect("a folder");
    let store = store_with_users(folder.path(), USERS);
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
        store.ingest(STREAM, &lines, None).expect("stored");
        store.keep_lookups(&lookups).expect("kept");
    }
    let questions = Questions::of(&store).expect("readable");
    let users = questions.users(&key(), UserList::All, instant(100_000), None).expect("gathered");
    users.part(0, u64::MAX >> 2).expect("readable")
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
