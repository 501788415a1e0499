//! The order in which records arrive, and in what batches, changes nothing.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::{Decoded, SmsPurpose};
use crate::store::Mark;

/// One record. Several may fall into one second, and share user and client.
#[derive(Clone, Debug)]
struct Piece {
    user: u128,
    client: &'static str,
    second: i64,
    name: &'static str,
    members: Value,
    asks: Option<SmsPurpose>,
    accepts: Option<SmsPurpose>,
}

fn piece() -> impl Strategy<Value = Piece> {
    let challenge = prop_oneof![
        3 => Just("SMS_MFA"),
        2 => Just("SOFTWARE_TOKEN_MFA"),
        3 => Just("EMAIL_OTP"),
        1 => Just("WEB_AUTHN"),
        2 => Just("PASSWORD_VERIFIER"),
        1 => Just("SELECT_CHALLENGE"),
    ];
    let fate = prop_oneof![
        2 => Just(json!({"responseElements": {"authenticationResult": {"expiresIn": 3600}}})),
        2 => Just(json!({"responseElements": {"challengeName": "SMS_MFA"}})),
        1 => Just(json!({"responseElements": {"challengeName": "EMAIL_OTP"}})),
        3 => Just(json!({"errorCode": "CodeMismatchException", "errorMessage": "Invalid code received for user"})),
        1 => Just(json!({"errorCode": "TooManyRequestsException"})),
    ];
    let answer = (challenge, fate).prop_map(|(challenge, fate)| {
        let mut members = json!({"requestParameters": {"challengeName": challenge}});
        members.as_object_mut().expect("an object").extend(fate.as_object().expect("an object").clone());
        let accepts = (challenge == "SMS_MFA" && members.get("errorCode").is_none()).then_some(SmsPurpose::Mfa);
        let asks = (members["responseElements"]["challengeName"] == "SMS_MFA").then_some(SmsPurpose::Mfa);
        ("RespondToAuthChallenge", members, asks, accepts)
    });
    let other = prop_oneof![
        Just(("ForgotPassword", json!({}), Some(SmsPurpose::Recovery), None)),
        Just(("ConfirmForgotPassword", json!({}), None, Some(SmsPurpose::Recovery))),
        Just(("AssociateSoftwareToken", json!({}), None, None)),
        Just(("VerifySoftwareToken", json!({}), None, None)),
        Just(("AdminDeleteSoftwareToken", json!({}), None, None)),
    ];
    // Few instants, so that ties and neighbours at and round a quarter of an hour are common.
    let second = (0_i64..60, prop_oneof![Just(0_i64), Just(1), Just(299)]).prop_map(|(step, more)| step * 300 + more);
    (0_u128..3, prop_oneof![3 => Just("app"), 1 => Just("web")], second, prop_oneof![5 => answer, 1 => other]).prop_map(
        |(user, client, second, (name, mut members, asks, accepts))| {
            members["requestParameters"]["clientId"] = json!(client);
            Piece { user, client, second, name, members, asks, accepts }
        },
    )
}

fn decoded(number: usize, piece: &Piece) -> DecodedLine {
    let mut line = line(piece.second, piece.name, piece.members.clone());
    line.line_id = Uuid::from_u128(number as u128 + 1);
    if let Decoded::Event(event) = &mut line.decoded {
        event.event_id = Uuid::from_u128(number as u128 + 1);
        event.sub = Some(Uuid::from_u128(piece.user + 1));
        event.client_id = Some(piece.client.to_owned());
        (event.sms_purpose, event.code_accepted) = (piece.asks, piece.accepts);
    }
    line
}

/// Lists the pool, whose clients are described only then.
fn list(store: &Store, is_described: bool) {
    let key = PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_a".into() };
    let session_validity = is_described.then_some(Duration::from_secs(5 * 60));
    let clients = ["app", "web"]
        .map(|id| Client { session_validity, described_at: is_described.then(|| instant(0)), ..Client::sample(id) })
        .to_vec();
    let pool = Pool { clients, passkey_is_mfa: true, ..Pool::sample(key) };
    store.list_pools("test", &[pool], Duration::from_secs(7_776_000), instant(0)).expect("listed");
}

/// Everything the store derived, after it was told everything in this order, `together` at a time, and after
/// some of it how long challenges of the clients may be answered.
fn derived(pieces: &[(usize, Piece)], together: usize, before_described: usize) -> Vec<String> {
    let (_folder, store) = store();
    list(&store, before_described == 0);
    let mark = |hours| Mark {
        read_through: instant(0) + TimeDelta::hours(hours),
        forget_before: instant(0) + TimeDelta::hours(hours) - TimeDelta::minutes(15),
        is_caught_up: false,
    };
    for (number, part) in pieces.chunks(together).enumerate() {
        let lines: Vec<DecodedLine> = part.iter().map(|(number, piece)| decoded(*number, piece)).collect();
        // The clock moves on in between: what comes later comes late.
        store.ingest(STREAM, &lines, (number % 3 == 2).then(|| mark(number as i64 / 4))).expect("stored");
        if number + 1 == before_described {
            list(&store, true);
        }
    }
    list(&store, true);
    store.ingest(STREAM, &[], Some(mark(100))).expect("settled");
    rows(&store)
}

/// What is counted, and the rows behind it.
fn rows(store: &Store) -> Vec<String> {
    let writer = store.lock();
    [
        "select concat_ws(' ', hour, series, client_id, country, factor, reason, kind, via, events) from hourly_count where events <> 0",
        "select concat_ws(' ', day, series, client_id, country, factor, reason, kind, via, events) from daily_count where events <> 0",
        "select concat_ws(' ', series, country, factor, reason, kind, via, truth) from counter where truth <> 0",
        "select concat_ws(' ', 'failed', sub, client_id, started_at, ended_at, factor, reason, answers) from failed_session",
        "select concat_ws(' ', 'passed', sub, client_id, started_at, ended_at, factor, answers) from passed_session",
        "select concat_ws(' ', 'email', sub, proven_at) from email_proof",
        "select concat_ws(' ', 'code', sub, requested_at, purpose, is_resend, is_converted, country) from code_request",
        "select concat_ws(' ', 'removal', sub, removed_at, protected_at) from mfa_removal",
        "select concat_ws(' ', 'password', sub, called_at, kind, outcome) from password_call",
        "select concat_ws(' ', 'step', sub, stepped_at, step, passed_at) from enrolment_step",
    ]
    .iter()
    .flat_map(|sql| {
        let mut statement = writer.prepare(sql).expect("prepared");
        let mut rows: Vec<String> =
            statement.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a text")).collect();
        rows.sort();
        rows
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, max_shrink_iters: 40, ..ProptestConfig::default() })]
    #[test]
    fn the_order_of_arrival_never_decides_a_count(
        (orderly, shuffled) in proptest::collection::vec(piece(), 20..90)
            .prop_map(|pieces| pieces.into_iter().enumerate().collect::<Vec<_>>())
            .prop_flat_map(|pieces| (Just(pieces.clone()), Just(pieces).prop_shuffle())),
        together in 1_usize..30,
        before_described in 0_usize..6,
    ) {
        let (expected, found) = (derived(&orderly, orderly.len(), 0), derived(&shuffled, together, before_described));
        let missing: Vec<_> = expected.iter().filter(|row| !found.contains(row)).collect();
        let surplus: Vec<_> = found.iter().filter(|row| !expected.contains(row)).collect();
        prop_assert!(expected == found, "missing {missing:#?}\nsurplus {surplus:#?}");
    }
}

/// One session of wrong answers every ten minutes, through an afternoon, and its oldest answer comes last.
#[test]
fn a_late_answer_reaches_the_far_end_of_its_session() {
    let answer = |step: i64| Piece {
        user: 0,
        client: "app",
        second: step * 600,
        name: "RespondToAuthChallenge",
        members: match step {
            40 => json!({"requestParameters": {"challengeName": "SMS_MFA"}}),
            _ => json!({"requestParameters": {"challengeName": "SMS_MFA"}, "errorCode": "CodeMismatchException"}),
        },
        asks: None,
        accepts: None,
    };
    let orderly: Vec<(usize, Piece)> = (0..=40).map(|step| (step as usize, answer(step))).collect();
    let mut late = orderly.clone();
    late.rotate_left(1);
    assert_eq!(derived(&orderly, 100, 0), derived(&late, 40, 0));
}

/// Many slices come to what one comes to: nothing that a slice tells is told again with the next.
#[test]
fn records_are_judged_again_slice_by_slice() {
    let judged = |slices: u64| {
        let (_folder, store) = store();
        list(&store, false);
        let step = |user: u128, second, asks, accepts| Piece {
            user,
            client: "app",
            second,
            name: "RespondToAuthChallenge",
            members: json!({"requestParameters": {"challengeName": "PASSWORD_VERIFIER"},
                            "responseElements": {"challengeName": "SMS_MFA"}}),
            asks,
            accepts,
        };
        let users = (0..8).map(|user: u128| user << 125);
        // A code asked for and answered after eight minutes: in time by default, too late once the client is known.
        let pieces = users.flat_map(|user| {
            [step(user, 0, Some(SmsPurpose::Mfa), None), step(user, 480, None, Some(SmsPurpose::Mfa))]
        });
        let lines: Vec<DecodedLine> = pieces.enumerate().map(|(number, piece)| decoded(number, &piece)).collect();
        let read_through = instant(0) + TimeDelta::hours(10);
        let mark = Mark { read_through, forget_before: read_through, is_caught_up: false };
        store.ingest(STREAM, &lines, Some(mark)).expect("stored");
        let described = "update client set session_validity_s = 300";
        let judge = |connection: &duckdb::Connection| {
            connection.execute_batch(described)?;
            writer::run(connection, "staging/first_setting", &[])?;
            let before = settings::rows(connection)?;
            writer::run(connection, "staging/note_validity", &[])?;
            settings::judge_again(connection, &before, crate::store::slices(slices))
        };
        store.write(judge).expect("judged");
        rows(&store)
    };
    let expected = judged(1);
    let codes: Vec<&String> = expected.iter().filter(|row| row.starts_with("code ")).collect();
    assert!(codes.len() == 8 && codes.iter().all(|row| row.contains(" mfa false false")), "{codes:#?}");
    assert_eq!(judged(1_000_000), expected);
}
