//! The way to TOTP, sign-ins that passed MFA, and how a pool was configured.

use serde_json::json;
use tempfile::tempdir;
use uuid::Uuid;

use super::{STREAM, instant, key, line, store_with_users};
use crate::model::{LookedUpUser, Lookup, MfaConfiguration, Pool};
use crate::query::{Questions, Range, Scope, UserList, View};

const YEAR: std::time::Duration = std::time::Duration::from_secs(31_536_000);

#[test]
fn the_way_to_totp_is_told_step_by_step() {
    let folder = tempdir().expect("a folder");
    let store = store_with_users(folder.path(), 4);
    let on = json!({"requestParameters": {"softwareTokenMfaSettings": {"enabled": true}}});
    let answer = json!({"requestParameters": {"challengeName": "SOFTWARE_TOKEN_MFA", "clientId": "app"}});
    let refused = json!({"errorCode": "EnableSoftwareTokenMFAException"});
    let (ok, none) = (json!({"responseElements": {"status": "SUCCESS"}}), json!({}));
    let steps = [
        // All the way, with one refused code.
        (1, 100, "AssociateSoftwareToken", &none),
        (1, 130, "VerifySoftwareToken", &refused),
        (1, 160, "VerifySoftwareToken", &ok),
        (1, 170, "SetUserMFAPreference", &on),
        (1, 1_170, "RespondToAuthChallenge", &answer),
        // In the hosted pages: no preference is set, yet it is used.
        (2, 200, "AssociateSoftwareToken", &none),
        (2, 240, "VerifySoftwareToken", &ok),
        (2, 740, "RespondToAuthChallenge", &answer),
        // Given up.
        (3, 300, "AssociateSoftwareToken", &none),
        // A refused code that comes with HTTP status 200.
        (4, 400, "AssociateSoftwareToken", &none),
        (4, 420, "VerifySoftwareToken", &json!({"responseElements": {"status": "ERROR"}})),
    ];
    let lines: Vec<_> = steps
        .iter()
        .enumerate()
        .map(|(number, (user, second, name, members))| line(number, Uuid::from_u128(*user), *second, name, members))
        .rev()
        .collect();
    store.ingest(STREAM, &lines, None).expect("stored");
    let weeks = Questions::of(&store).expect("readable").totp_funnel(instant(0).date_naive()).expect("answered");
    let [week] = weeks.as_slice() else { panic!("one week of one pool: {weeks:?}") };
    assert_eq!(week.users, [4, 2, 2, 2]);
    assert_eq!(week.refused, 2);
    assert_eq!(week.median_s, [Some(50.0), Some(10.0), Some(750.0)]);
}

#[test]
fn a_first_sign_in_after_signing_up_is_no_bypass() {
    let folder = tempdir().expect("a folder");
    let store = store_with_users(folder.path(), 3);
    let tokens = json!({"authenticationResult": {"expiresIn": 3600}});
    let sign_in =
        json!({"requestParameters": {"authFlow": "USER_SRP_AUTH", "clientId": "app"}, "responseElements": tokens});
    let passed =
        json!({"requestParameters": {"challengeName": "SMS_MFA", "clientId": "app"}, "responseElements": tokens});
    let steps = [
        // Signed up: the first sign-in is left out, the second is not.
        (1, 100, "ConfirmSignUp", &json!({"requestParameters": {"clientId": "app"}})),
        (1, 110, "InitiateAuth", &sign_in),
        (1, 5_000, "InitiateAuth", &sign_in),
        // Created by somebody else.
        (2, 200, "InitiateAuth", &sign_in),
        (3, 300, "RespondToAuthChallenge", &passed),
    ];
    let lines: Vec<_> = steps
        .iter()
        .enumerate()
        .map(|(number, (user, second, name, members))| line(number, Uuid::from_u128(*user), *second, name, members))
        .collect();
    store.ingest(STREAM, &lines, None).expect("stored");
    let questions = Questions::of(&store).expect("readable");
    let coverage =
        questions.sign_in_coverage(&View::ending_at(instant(5_000), Range::Day, Scope::default())).expect("answered");
    let [coverage] = coverage.as_slice() else { panic!("one pool: {coverage:?}") };
    assert_eq!((coverage.sign_ins, coverage.mfa_sign_ins, coverage.first_sign_ins), (4, 1, 1));
}

#[test]
fn a_timeline_has_calls_and_what_listings_then_saw() {
    let folder = tempdir().expect("a folder");
    let store = store_with_users(folder.path(), 1);
    let required = Pool { mfa_configuration: MfaConfiguration::On, ..Pool::sample(key()) };
    for second in [100, 200] {
        store.list_pools("test", std::slice::from_ref(&required), YEAR, instant(second)).expect("listed");
    }
    let call = json!({
        "userIdentity": {"type": "IAMUser", "userName": "break-glass"},
        "requestParameters": {"userPoolId": key().pool_id, "mfaConfiguration": "ON"},
    });
    let denied = json!({"errorCode": "AccessDenied", "requestParameters": {"userPoolId": key().pool_id}});
    let lines = [
        line(0, Uuid::nil(), 50, "SetUserPoolMfaConfig", &call),
        line(1, Uuid::nil(), 60, "SetUserPoolMfaConfig", &denied),
    ];
    store.ingest(STREAM, &lines, None).expect("stored");
    let questions = Questions::of(&store).expect("readable");
    let seen = questions.pool_observations().expect("answered");
    let seen: Vec<_> = seen.iter().map(|seen| (seen.observed_at, seen.mfa_configuration.as_str())).collect();
    assert_eq!(seen, [(instant(0), "OPTIONAL"), (instant(100), "ON")]);
    let changes = questions.pool_changes(10).expect("answered");
    let [change] = changes.as_slice() else { panic!("a refused call changed nothing: {changes:?}") };
    assert_eq!(change.mfa_configuration.as_deref(), Some("ON"));
    assert_eq!(change.actor.as_ref().and_then(|actor| actor.name.as_deref()), Some("break-glass"));
}

#[test]
fn a_look_up_takes_away_only_what_it_could_list() {
    let folder = tempdir().expect("a folder");
    let store = store_with_users(folder.path(), 2);
    let on = json!({"requestParameters": {"softwareTokenMfaSettings": {"enabled": true}}});
    let mut lines = Vec::new();
    for user in [1, 2] {
        let sub = Uuid::from_u128(user);
        lines.push(line(user as usize * 2, sub, 100, "CompleteWebAuthnRegistration", &json!({})));
        lines.push(line(user as usize * 2 + 1, sub, 100, "SetUserMFAPreference", &on));
    }
    store.ingest(STREAM, &lines, None).expect("stored");
    let empty = |user, tells_passkeys| Lookup {
        pool_id: key().pool_id,
        sub: Uuid::from_u128(user),
        looked_up_at: instant(200),
        user: LookedUpUser { tells_passkeys, ..LookedUpUser::default() },
    };
    store.keep_lookups(&[empty(1, false), empty(2, true)]).expect("kept");
    let questions = Questions::of(&store).expect("readable");
    let users = questions.users(&key(), UserList::All, instant(1_000), None).expect("gathered");
    let users = users.part(0, 10).expect("readable");
    let states: Vec<_> = users.iter().map(|user| (user.state.as_str(), user.factors.as_slice())).collect();
    assert_eq!(states, [("explicit", ["passkey"].as_slice()), ("none", [].as_slice())]);
}

#[test]
fn a_look_up_outlives_what_was_switched_off_before_it_and_what_is_seen_after() {
    let folder = tempdir().expect("a folder");
    let store = store_with_users(folder.path(), 1);
    let sub = Uuid::from_u128(1);
    let off = json!({"requestParameters": {"softwareTokenMfaSettings": {"enabled": false}}});
    store.ingest(STREAM, &[line(0, sub, 100, "SetUserMFAPreference", &off)], None).expect("stored");
    let user = LookedUpUser { totp: true, ..LookedUpUser::default() };
    store.keep_lookups(&[Lookup { pool_id: key().pool_id, sub, looked_up_at: instant(200), user }]).expect("kept");
    let states = || {
        let questions = Questions::of(&store).expect("readable");
        let users = questions.users(&key(), UserList::All, instant(1_000), None).expect("gathered");
        let users = users.part(0, 10).expect("readable");
        users.into_iter().map(|user| (user.state, user.factors)).collect::<Vec<_>>()
    };
    assert_eq!(states(), [("explicit".to_owned(), vec!["totp"])]);
    store.ingest(STREAM, &[line(1, sub, 300, "GetUser", &json!({}))], None).expect("stored");
    assert_eq!(states(), [("explicit".to_owned(), vec!["totp"])]);
}
