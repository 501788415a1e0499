//! What the page of challenges asks, and what was seen lately.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use uuid::Uuid;

use super::{STREAM, instant, key, line, store_with_users};
use crate::model::PoolKey;
use crate::query::{ChallengeCounts, ChallengesFigures, Questions, Range, Scope, SignInCoverage, View};
use crate::store::{Mark, Store};

/// The second up to which the trail was read.
const READ_THROUGH: u32 = 20_000;

fn answer(challenge: &str) -> Value {
    json!({
        "requestParameters": {"challengeName": challenge, "clientId": "app"},
        "responseElements": {"authenticationResult": {"expiresIn": 3600}},
    })
}

fn refused(challenge: &str, code: &str, message: &str) -> Value {
    json!({
        "requestParameters": {"challengeName": challenge, "clientId": "app"},
        "errorCode": code, "errorMessage": message,
    })
}

fn wrong(challenge: &str) -> Value {
    refused(challenge, "CodeMismatchException", "Invalid code received for user")
}

fn initiate(issued: Option<&str>) -> Value {
    json!({
        "requestParameters": {"authFlow": "USER_PASSWORD_AUTH", "clientId": "app"},
        "responseElements": {"challengeName": issued},
    })
}

/// Six users, told by hand.
fn store() -> (TempDir, Store) {
    let folder = tempdir().expect("a folder");
    let store = store_with_users(folder.path(), 6);
    const RESPOND: &str = "RespondToAuthChallenge";
    let page = json!({
        "eventType": "AwsServiceEvent",
        "additionalEventData": {
            "userPoolId": key().pool_id, "responseParameters": {"status": 302}, "requestParameters": {"client_id": ["app"]},
        },
    });
    let steps = [
        // A typo; later a session without a success.
        (1, 90, "InitiateAuth", initiate(Some("SMS_MFA"))),
        (1, 100, RESPOND, wrong("SMS_MFA")),
        (1, 130, RESPOND, answer("SMS_MFA")),
        (1, 4_000, RESPOND, wrong("SMS_MFA")),
        // Right at once; later a remembered device.
        (2, 200, RESPOND, answer("SOFTWARE_TOKEN_MFA")),
        (2, 5_000, RESPOND, answer("DEVICE_PASSWORD_VERIFIER")),
        // Never gets through.
        (3, 300, RESPOND, wrong("SOFTWARE_TOKEN_MFA")),
        (
            3,
            320,
            RESPOND,
            refused(
                "SOFTWARE_TOKEN_MFA",
                "NotAuthorizedException",
                "Invalid session for the user, session is expired.",
            ),
        ),
        // Nothing of this is the user's doing, and the last challenge is abandoned.
        (4, 450, RESPOND, refused("PASSWORD_VERIFIER", "NotAuthorizedException", "Incorrect username or password.")),
        (4, 500, RESPOND, refused("SMS_MFA", "TooManyRequestsException", "Rate exceeded")),
        (4, 600, "InitiateAuth", initiate(Some("SMS_MFA"))),
        (5, 700, RESPOND, refused("SMS_MFA", "BrandNewException", "challenge not available")),
        (5, 710, "Mfa_POST", page),
        // Passes by e-mail, fails by text message later: not stuck.
        (6, 800, "InitiateAuth", initiate(None)),
        (6, 820, RESPOND, answer("EMAIL_OTP")),
        (6, 6_000, RESPOND, wrong("SMS_MFA")),
    ];
    let lines: Vec<_> = steps
        .iter()
        .enumerate()
        .map(|(number, (user, second, name, members))| line(number, Uuid::from_u128(*user), *second, name, members))
        .collect();
    let read_through = instant(READ_THROUGH);
    let mark = Mark { read_through, forget_before: read_through - TimeDelta::minutes(15), is_caught_up: true };
    store.ingest(STREAM, &lines, Some(mark)).expect("stored");
    (folder, store)
}

fn asked(store: &Store, view: &View) -> ChallengesFigures {
    Questions::of(store).expect("readable").challenges(view).expect("answered")
}

#[test]
fn challenges_are_cut_by_factor_client_reason_and_hour() {
    let (_folder, store) = store();
    let figures = asked(&store, &View::ending_at(instant(READ_THROUGH), Range::Day, Scope::default()));
    let total = ChallengeCounts {
        sessions: 6,
        failed_sessions: 3,
        first_try_sessions: 2,
        session_answers: 4,
        session_seconds: 30,
        answers: 8,
        failed_answers: 5,
        undetermined_answers: 3,
        issued: 2,
        abandoned: 1,
        device_sign_ins: 1,
        ..ChallengeCounts::default()
    };
    // What succeeded is told by factor only.
    assert_eq!(figures.total, total);
    let sessions: Vec<_> =
        figures.factors.iter().map(|(factor, of)| (factor.as_str(), of.sessions, of.failed_sessions)).collect();
    assert_eq!(
        sessions.into_iter().filter(|(_, sessions, _)| *sessions > 0).collect::<Vec<_>>(),
        [("email", 1, 0), ("sms", 3, 2), ("totp", 2, 1)]
    );
    let [client] = figures.clients.as_slice() else { panic!("one client: {:?}", figures.clients) };
    assert_eq!((client.client_id.as_str(), client.client_name.as_deref()), ("app", Some("app")));
    assert_eq!(client.counts, total);
    let of = |series: &str, reason: &str| {
        let found = figures.reasons.iter().find(|each| each.series == series && each.reason == reason);
        found.map_or(0, |each| each.events)
    };
    assert_eq!(of("challenge_failures", "code_mismatch"), 4);
    assert_eq!(of("challenge_failures", "session_expired"), 1);
    assert_eq!(of("challenge_undetermined", "throttled"), 1);
    assert_eq!(of("challenge_undetermined", "other"), 1);
    assert_eq!(of("first_factor_failures", "user_state"), 1);
    // 14:13:20 and 6,000 seconds on.
    let hours: Vec<_> = figures.hours.totals().map(|(at, of)| (at.format("%H:%M").to_string(), of.sessions)).collect();
    assert_eq!(hours, [("14:00".into(), 4), ("15:00".into(), 2)]);
    assert_eq!(figures.days.totals().map(|(_, of)| of.failed_sessions).collect::<Vec<_>>(), [3]);
}

#[test]
fn challenges_come_with_their_users_sign_ins_and_messages() {
    let (_folder, store) = store();
    let figures = asked(&store, &View::ending_at(instant(READ_THROUGH), Range::Week, Scope::of_pool(&key())));
    assert_eq!((figures.challenged_users, figures.stuck_users), (4, 1));
    assert_eq!(figures.sign_ins, [SignInCoverage { key: key(), sign_ins: 4, mfa_sign_ins: 3, first_sign_ins: 0 }]);
    assert_eq!(figures.before, None, "the week before is not on record");
    assert_eq!(figures.issuing_pools, [key()]);
    assert_eq!(figures.settled_until, Some(instant(READ_THROUGH) - TimeDelta::minutes(30)));
    let [message] = figures.messages.as_slice() else { panic!("one message: {:?}", figures.messages) };
    assert_eq!((message.origin.as_str(), message.error_code.as_str()), ("challenge", "BrandNewException"));
    assert_eq!((message.message.as_str(), message.events), ("challenge not available", 1));
    let elsewhere = PoolKey { aws_region: "eu-west-1".into(), ..key() };
    let figures = asked(&store, &View::ending_at(instant(READ_THROUGH), Range::Week, Scope::of_pool(&elsewhere)));
    assert_eq!(figures.total, ChallengeCounts::default());
    assert!(figures.factors.is_empty() && figures.sign_ins.is_empty() && figures.hours.is_empty());
}

#[test]
fn the_stretch_before_is_told_once_it_is_on_record() {
    let (_folder, store) = store();
    let a_day_later = instant(READ_THROUGH) + TimeDelta::days(1);
    let figures = asked(&store, &View::ending_at(a_day_later, Range::Day, Scope::default()));
    assert_eq!(figures.total, ChallengeCounts::default());
    assert_eq!(figures.before, None, "the same day a week before came before the first record's day");
    let a_week_later = a_day_later + TimeDelta::days(8);
    let before = asked(&store, &View::ending_at(a_week_later, Range::Day, Scope::default())).before;
    assert_eq!(before, Some(ChallengeCounts::default()));
}

#[test]
fn complete_days_tell_what_was_seen() {
    let (_folder, store) = store();
    let questions = Questions::of(&store).expect("readable");
    let today = questions.seen(instant(READ_THROUGH)).expect("answered");
    assert!(today.activity.is_empty(), "today is not over");
    let tomorrow = questions.seen(instant(0) + TimeDelta::days(1)).expect("answered");
    // Sign-ins, determined and undetermined answers, and a refused password.
    assert_eq!(tomorrow.activity, [(key(), 4 + 8 + 3 + 1)]);
    assert_eq!(tomorrow.undetermined_pages, [(key(), 1)]);
    assert_eq!(tomorrow.issuing_pools, [key()]);
    assert!(tomorrow.exporting_pools.is_empty() && tomorrow.sms_receipts.is_empty());
    let later = questions.seen(instant(0) + TimeDelta::days(9)).expect("answered");
    assert!(later.activity.is_empty() && later.issuing_pools == [key()]);
}
