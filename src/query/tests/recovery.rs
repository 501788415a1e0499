//! Recovery: volume, MFA switched off, protection weakened.

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use uuid::Uuid;

use super::{STREAM, instant, key, line, store_with_users};
use crate::model::{LookedUpUser, Lookup, Reason, RecoveryKind};
use crate::query::{Questions, Range, Recovered, RecoveryFigures, Scope, View};
use crate::store::{Mark, Store};

/// Seconds of the story after which nothing is under way any more.
const NOW: u32 = 200_000;

fn user(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

/// A store that was told all of this: user (0: nobody), second, call, members.
fn store_of(story: &[(u128, u32, &str, Value)]) -> (TempDir, Store) {
    let folder = tempdir().expect("a folder");
    let store = store_with_users(folder.path(), 20);
    // The newest first: the order of arrival must not matter.
    let lines: Vec<_> = story
        .iter()
        .enumerate()
        .map(|(number, (user, second, name, members))| line(number, Uuid::from_u128(*user), *second, name, members))
        .rev()
        .collect();
    let mark = Mark { read_through: instant(NOW), forget_before: instant(NOW - 900), is_caught_up: true };
    store.ingest(STREAM, &lines, Some(mark)).expect("stored");
    (folder, store)
}

fn figures(store: &Store) -> RecoveryFigures {
    let view = View::ending_at(instant(NOW), Range::Week, Scope::of_pool(&key()));
    let questions = Questions::of(store).expect("readable");
    questions.recovery(&view, instant(NOW)).expect("answered")
}

fn by(name: &str, request: Value) -> Value {
    let mut request = request;
    request["userPoolId"] = json!(key().pool_id);
    json!({"userIdentity": {"type": "IAMUser", "userName": name}, "requestParameters": request})
}

fn fails(code: &str, message: &str) -> Value {
    json!({"requestParameters": {"clientId": "app"}, "errorCode": code, "errorMessage": message})
}

#[test]
fn recovery_is_counted_by_kind_and_by_what_became_of_it() {
    let plain = || json!({"requestParameters": {"clientId": "app"}});
    let mut wrong = fails("CodeMismatchException", "Invalid code");
    wrong["requestParameters"]["challengeName"] = json!("SMS_MFA");
    let (_folder, store) = store_of(&[
        // In time, after a password that was not accepted; then stuck at MFA.
        (1, 1_000, "ForgotPassword", plain()),
        (1, 1_500, "ConfirmForgotPassword", fails("InvalidPasswordException", "Must have <b>symbols</b>")),
        (1, 1_600, "ConfirmForgotPassword", plain()),
        (1, 2_600, "RespondToAuthChallenge", wrong),
        // A second more than an hour.
        (2, 2_000, "ForgotPassword", plain()),
        (2, 5_601, "ConfirmForgotPassword", plain()),
        (0, 3_000, "ForgotPassword", plain()),
        (3, 4_000, "ForgotPassword", fails("LimitExceededException", "Attempt limit exceeded")),
        (8, 7_600, "AdminResetUserPassword", by("ben", json!({}))),
        (8, 7_700, "AdminResetUserPassword", by("ben", json!({}))),
        (9, 7_800, "AdminSetUserPassword", {
            let mut denied = by("ben", json!({}));
            denied["errorCode"] = json!("AccessDeniedException");
            denied
        }),
    ]);
    let figures = figures(&store);
    let counts = &figures.counts;
    let events = RecoveryKind::ALL.iter().map(|kind| counts.events(*kind)).collect::<Vec<_>>();
    assert_eq!(events, [4, 2, 2, 0, 0, 0, 0]);
    assert_eq!(figures.days.iter().map(|(_, events)| events).sum::<u64>(), counts.all_events());
    let sum = |wanted: Recovered| counts.sum(|what| what == wanted);
    assert_eq!((sum(Recovered::WithoutUser), sum(Recovered::CompletedInTime)), (1, 1));
    assert_eq!(sum(Recovered::Refused(RecoveryKind::SelfResetRequested, Reason::LimitExceeded)), 1);
    assert_eq!(sum(Recovered::Refused(RecoveryKind::SelfResetCompleted, Reason::Other)), 1);
    assert_eq!(counts.refused(RecoveryKind::AdminSetPassword), 1);
    let then = figures.resets_then_failed;
    assert_eq!((then.users, then.failed_users), (2, 1));
    let [ben] = figures.admin_calls.as_slice() else { panic!("one administrator: {:?}", figures.admin_calls) };
    assert_eq!((ben.resets, ben.passwords_set, ben.refused, ben.users), (2, 0, 1, 1));
    assert_eq!(figures.messages.len(), 1);
    assert_eq!(figures.counts_before, Default::default());
}

#[test]
fn mfa_switched_off_is_told_with_who_and_until_when() {
    let off = json!({"softwareTokenMfaSettings": {"enabled": false}});
    let hidden = json!({"softwareTokenMfaSettings": "HIDDEN_DUE_TO_SECURITY_REASONS"});
    let answer = json!({"requestParameters": {"challengeName": "SOFTWARE_TOKEN_MFA", "clientId": "app"}});
    let (_folder, store) = store_of(&[
        (4, 5_000, "AdminSetUserMFAPreference", by("ana", off.clone())),
        (4, 9_000, "RespondToAuthChallenge", answer),
        (5, 6_000, "AdminDeleteSoftwareToken", by("ana", json!({}))),
        (6, 7_000, "AdminSetUserMFAPreference", by("ben", hidden.clone())),
        (7, 7_500, "SetUserMFAPreference", json!({"requestParameters": off})),
        // Less than a day ago.
        (8, NOW - 80_000, "AdminSetUserMFAPreference", by("ben", hidden)),
    ]);
    let listed = |sub, second, sms| Lookup {
        pool_id: key().pool_id,
        sub: Uuid::from_u128(sub),
        looked_up_at: instant(second),
        user: LookedUpUser { sms, ..LookedUpUser::default() },
    };
    // The second look-up is older than what was switched off.
    store.keep_lookups(&[listed(6, 8_000, true), listed(5, 5_999, true)]).expect("kept");
    let figures = figures(&store);
    let told: Vec<_> = figures
        .removals
        .iter()
        .map(|removal| {
            let after = removal.protected_at.map(|at| (at - removal.removed_at).num_seconds());
            (removal.sub.clone().unwrap_or_default(), removal.direction_unknown, after, removal.is_bound)
        })
        .collect();
    assert_eq!(
        told,
        [
            (user(8), true, None, false),
            (user(7), false, None, false),
            (user(6), false, Some(1_000), true),
            (user(5), false, None, false),
            (user(4), false, Some(4_000), false),
        ]
    );
    let of_administrators: Vec<_> = figures
        .removal_counts
        .iter()
        .filter(|count| count.kind == Some(RecoveryKind::AdminMfaDisable))
        .map(|count| {
            let name = count.actor.as_ref().and_then(|actor| actor.name.as_deref()).unwrap_or_default();
            let numbers = (count.removals, count.users, count.unprotected_users, count.open_users);
            (count.is_total, name, numbers, count.unreadable_removals, count.protected_s)
        })
        .collect();
    assert_eq!(
        of_administrators,
        [
            (true, "", (4, 4, 2, 1), 1, Some(4_000.0)),
            (false, "ana", (2, 2, 1, 1), 0, Some(4_000.0)),
            (false, "ben", (2, 2, 1, 0), 1, None),
        ]
    );
}

#[test]
fn a_new_phone_number_is_serious_only_with_a_network_new_to_the_user() {
    let sign_in = |address: &str| {
        json!({
            "sourceIPAddress": address,
            "requestParameters": {"authFlow": "USER_PASSWORD_AUTH", "clientId": "app"},
            "responseElements": {"authenticationResult": {"expiresIn": 3600}},
        })
    };
    let (home, away) = ("198.51.100.7", "203.0.113.9");
    let phone = || json!({"requestParameters": {"userAttributes": [{"name": "phone_number"}]}});
    let to_sms = json!({"requestParameters": {
        "softwareTokenMfaSettings": {"enabled": false}, "sMSMfaSettings": {"enabled": true, "preferredMfa": true},
    }});
    let on = |factor: &str, preferred: bool| json!({"requestParameters": {(factor): {"enabled": true, "preferredMfa": preferred}}});
    let day = 86_400;
    let (_folder, store) = store_of(&[
        (1, 100, "InitiateAuth", sign_in(home)),
        (1, 10_000, "UpdateUserAttributes", phone()),
        (1, 10_000 + day, "InitiateAuth", sign_in(away)),
        // No network was known before.
        (2, 10_000, "UpdateUserAttributes", phone()),
        (2, 11_000, "InitiateAuth", sign_in(away)),
        // From where the user always was.
        (3, 100, "InitiateAuth", sign_in(home)),
        (3, 10_000, "UpdateUserAttributes", phone()),
        (3, 12_000, "InitiateAuth", sign_in(home)),
        // Too late.
        (4, 100, "InitiateAuth", sign_in(home)),
        (4, 10_000, "UpdateUserAttributes", phone()),
        (4, 10_001 + day, "InitiateAuth", sign_in(away)),
        (5, 20_000, "SetUserMFAPreference", to_sms),
        // Text messages preferred: by somebody with an app, and by somebody who never had one.
        (6, 100, "SetUserMFAPreference", on("softwareTokenMfaSettings", false)),
        (6, 20_000, "SetUserMFAPreference", on("sMSMfaSettings", true)),
        (7, 20_000, "SetUserMFAPreference", on("sMSMfaSettings", true)),
    ]);
    let figures = figures(&store);
    let swaps: Vec<_> = figures.weakenings.iter().filter(|weakening| weakening.is_sim_swap).collect();
    let [swap] = swaps.as_slice() else { panic!("one number was stolen: {swaps:?}") };
    assert_eq!((swap.sub.clone(), swap.new_network_at), (user(1), Some(instant(10_000 + day))));
    let counts: Vec<_> =
        figures.weakening_counts.iter().map(|count| (count.kind.as_str(), count.changes, count.sim_swaps)).collect();
    assert_eq!(counts, [("phone_changed", 4, 1), ("sms_preferred", 1, 0), ("totp_to_sms", 1, 0)]);
    assert_eq!(figures.weakenings.len(), 6);
}

#[test]
fn a_pool_that_requires_less_is_told_until_it_is_restored() {
    let config = |name, mfa: Option<&str>| match mfa {
        Some(mfa) => by(name, json!({"mfaConfiguration": mfa})),
        None => by(name, json!({})),
    };
    // The pool was listed as OPTIONAL before.
    let (_folder, store) = store_of(&[
        (0, 1_000, "SetUserPoolMfaConfig", config("ana", Some("ON"))),
        (0, 2_000, "SetUserPoolMfaConfig", config("break-glass", Some("OFF"))),
        (0, 2_600, "SetUserPoolMfaConfig", config("ana", Some("OPTIONAL"))),
        (0, 4_000, "SetUserPoolMfaConfig", config("ana", Some("ON"))),
        // A call that leaves the setting out puts it back; only the listing tells.
        (0, 5_000, "UpdateUserPool", config("stack", None)),
    ]);
    let pool = crate::model::Pool::sample(key());
    store.list_pools("test", &[pool], std::time::Duration::from_secs(60), instant(6_000)).expect("listed");
    let told = figures(&store).pool_weakenings;
    let told: Vec<_> = told
        .iter()
        .map(|pool| {
            let name = pool.actor.as_ref().and_then(|actor| actor.name.as_deref()).unwrap_or_default();
            (pool.lowered_at, pool.mfa_before.as_deref(), pool.mfa_now.as_str(), name, pool.restored_at)
        })
        .collect();
    assert_eq!(
        told,
        [
            (instant(6_000), Some("ON"), "OPTIONAL", "stack", None),
            (instant(2_000), Some("ON"), "OFF", "break-glass", Some(instant(4_000))),
        ]
    );
}
