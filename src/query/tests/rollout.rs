//! What a switch of MFA would do to users and sign-ins that are known one by one.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tempfile::tempdir;
use uuid::Uuid;

use super::{STREAM, instant, key, line};
use crate::model::{
    Client, Decoded, DecodedLine, Factor, ListedUser, LookedUpUser, Lookup, MfaConfiguration, Pool, PoolKey,
    SmsFailure, SmsReceipt, SmsService, SmsStatus, Stream, UserStatus,
};
use crate::query::{Decided, Grouping, Questions, Rollout, replayed};
use crate::rollout::{
    Assumption, ClientUse, FactorSet, Outcome, Risk, Simulation, SimulationFacts, Tally, Target, simulate,
};
use crate::store::{LogStream, Mark, Store};

const DAY: u32 = 86_400;
/// When the world is looked at.
const NOW: u32 = 20 * DAY;

/// Users of the world, by name.
const APP: u128 = 1; // authenticator app, looked up
const PROVEN_SMS: u128 = 2; // passed by text message, never looked up
const PHONE: u128 = 3; // a phone and nothing else
const MAILBOX: u128 = 4; // looked up: nothing but a mailbox
const OLD_CLIENT: u128 = 5; // the same, in an app that never showed MFA
const NOBODY_KNOWS: u128 = 6; // a mailbox, never looked up
const FEDERATED: u128 = 7;
const TEMPORARY: u128 = 8; // FORCE_CHANGE_PASSWORD, looked up, an app; nothing to recover by
const NEWCOMER: u128 = 9; // signed up, one sign-in, looked up: nothing but a mailbox
const DISABLED: u128 = 10;
const FAILING: u128 = 11; // an app, and three failed sessions

fn listed(sub: u128) -> ListedUser {
    let has_phone = [PROVEN_SMS, PHONE, TEMPORARY].contains(&sub);
    let has_email = ![PHONE, TEMPORARY].contains(&sub);
    ListedUser {
        sub: Uuid::from_u128(sub),
        username: None,
        status: match sub {
            FEDERATED => UserStatus::ExternalProvider,
            TEMPORARY => UserStatus::ForceChangePassword,
            _ => UserStatus::Confirmed,
        },
        enabled: sub != DISABLED,
        created_at: Some(instant(0) - TimeDelta::days(if sub == APP { 400 } else { 15 })),
        has_phone,
        has_email,
        phone_verified: has_phone && sub != TEMPORARY,
        email_verified: has_email,
        country: has_phone.then(|| if sub == PHONE { "BR" } else { "US" }.to_owned()),
    }
}

fn sign_in(client: &str) -> Value {
    json!({
        "requestParameters": {"authFlow": "USER_SRP_AUTH", "clientId": client},
        "responseElements": {"authenticationResult": {"expiresIn": 3600}},
    })
}

fn answer(challenge: &str, client: &str) -> Value {
    json!({
        "requestParameters": {"challengeName": challenge, "clientId": client},
        "responseElements": {"authenticationResult": {"expiresIn": 3600}},
    })
}

fn store(folder: &std::path::Path) -> Store {
    let store = Store::open(&folder.join("test.duckdb")).expect("a store");
    let pool = Pool {
        allows_totp: true,
        allows_sms: true,
        allows_email: false,
        passkey_is_mfa: false,
        recovery: vec!["verified_phone_number".into(), "verified_email".into()],
        clients: vec![Client::sample("newapp"), Client::sample("oldapp")],
        ..Pool::sample(key())
    };
    store.list_pools("test", &[pool], Duration::from_secs(7_776_000), instant(0)).expect("listed");
    let users: Vec<ListedUser> = (APP..=FAILING).map(listed).collect();
    let mut sweep = store.begin_sweep("test", &key(), instant(0)).expect("begun");
    store.sweep_users(&mut sweep, &users, None).expect("stored");
    store.publish_sweep(&sweep, instant(1)).expect("published");
    let look_up = |sub, totp| Lookup {
        pool_id: key().pool_id,
        sub: Uuid::from_u128(sub),
        looked_up_at: instant(2),
        user: LookedUpUser { totp, preferred: totp.then_some(Factor::Totp), ..LookedUpUser::default() },
    };
    let looked_up = [
        look_up(APP, true),
        look_up(MAILBOX, false),
        look_up(OLD_CLIENT, false),
        look_up(TEMPORARY, true),
        look_up(NEWCOMER, false),
        look_up(FAILING, true),
    ];
    store.keep_lookups(&looked_up).expect("kept");
    let wrong = json!({
        "errorCode": "CodeMismatchException",
        "requestParameters": {"challengeName": "SOFTWARE_TOKEN_MFA", "clientId": "newapp"},
    });
    let steps = [
        (APP, 10 * DAY, "RespondToAuthChallenge", answer("SOFTWARE_TOKEN_MFA", "newapp")),
        (APP, 10 * DAY + 5_000, "RespondToAuthChallenge", answer("DEVICE_PASSWORD_VERIFIER", "newapp")),
        (PROVEN_SMS, 11 * DAY, "RespondToAuthChallenge", answer("SMS_MFA", "newapp")),
        (PHONE, 12 * DAY, "InitiateAuth", sign_in("newapp")),
        (PHONE, 12 * DAY + 60, "InitiateAuth", sign_in("oldapp")),
        (PHONE, 12 * DAY + 61, "InitiateAuth", sign_in("oldapp")),
        (MAILBOX, 13 * DAY, "InitiateAuth", sign_in("newapp")),
        (OLD_CLIENT, 13 * DAY, "InitiateAuth", sign_in("oldapp")),
        (NOBODY_KNOWS, 13 * DAY, "InitiateAuth", sign_in("newapp")),
        (NEWCOMER, 14 * DAY, "ConfirmSignUp", json!({"requestParameters": {"clientId": "newapp"}})),
        (NEWCOMER, 14 * DAY + 10, "InitiateAuth", sign_in("newapp")),
        (99, 15 * DAY, "InitiateAuth", sign_in("newapp")),
        // Before the stretch that is replayed.
        (APP, DAY, "InitiateAuth", sign_in("newapp")),
        (FAILING, 16 * DAY, "RespondToAuthChallenge", wrong.clone()),
        (FAILING, 17 * DAY, "RespondToAuthChallenge", wrong.clone()),
        (FAILING, 18 * DAY, "RespondToAuthChallenge", wrong),
    ];
    let mut lines: Vec<_> = steps
        .iter()
        .enumerate()
        .map(|(number, (user, second, name, members))| line(number, Uuid::from_u128(*user), *second, name, members))
        .collect();
    // A hosted page names no user, and the clock of the store moves on.
    let page = json!({"eventType": "AwsServiceEvent", "additionalEventData": {
        "userPoolId": key().pool_id, "requestParameters": {"grant_type": ["authorization_code"], "client_id": ["newapp"]},
        "responseParameters": {"status": 200},
    }});
    lines.push(line(90, Uuid::nil(), 15 * DAY, "Token_POST", &page));
    lines.push(line(91, Uuid::from_u128(APP), NOW, "ChangePassword", &json!({})));
    let read_through = instant(NOW);
    let mark = Mark { read_through, forget_before: read_through - TimeDelta::minutes(15), is_caught_up: true };
    store.ingest(STREAM, &lines, Some(mark)).expect("stored");
    store
}

fn target(configuration: MfaConfiguration, words: &str) -> Target {
    Target { mfa_configuration: configuration, factors: FactorSet::of_words(words).expect("factors") }
}

fn gathered(store: &Store) -> Rollout {
    let questions = Questions::of(store).expect("readable");
    questions.rollout(&key(), replayed(14, instant(NOW)), instant(NOW)).expect("gathered").expect("a pool")
}

fn simulated(store: &Store, target: Target, assumption: Assumption) -> (Simulation, SimulationFacts, Decided) {
    let gathered = gathered(store);
    let facts = gathered.facts().expect("facts");
    let simulation = simulate(gathered.setting(), target, assumption, gathered.hours, &facts);
    let decided = gathered.decide(&facts, target, assumption).expect("decided");
    (simulation, facts, decided)
}

fn numbers(tally: &Tally) -> Vec<(Outcome, u64)> {
    tally.iter().filter(|(_, number)| *number > 0).collect()
}

#[test]
fn every_user_and_sign_in_fares_as_worked_out_by_hand() {
    use Outcome::{AutomaticEmail, AutomaticSms, Blocked, Exempt, PromptedToSetUp, Satisfied, Unknown};
    let folder = tempdir().expect("a folder");
    let store = store(folder.path());
    let (simulation, ..) = simulated(&store, target(MfaConfiguration::On, "totp,sms"), Assumption::Prompted);
    // Satisfied: APP, PROVEN_SMS, TEMPORARY, FAILING. Unknown: OLD_CLIENT for its app, NOBODY_KNOWS.
    let users = [(Satisfied, 4), (AutomaticSms, 1), (PromptedToSetUp, 2), (Exempt, 1), (Unknown, 2)];
    assert_eq!(numbers(&simulation.users), users);
    // Without FEDERATED, TEMPORARY and FAILING, who have no sign-in.
    assert_eq!(
        numbers(&simulation.seen_users),
        [(Satisfied, 2), (AutomaticSms, 1), (PromptedToSetUp, 2), (Unknown, 2)]
    );
    assert_eq!((simulation.left_out, simulation.users_behind_unseen_clients), (1, 1));
    // Exempt: a device and a first sign-in. Unknown: OLD_CLIENT, NOBODY_KNOWS, user 99, and the hosted page.
    let sign_ins = [(Satisfied, 2), (AutomaticSms, 3), (PromptedToSetUp, 1), (Exempt, 2), (Unknown, 4)];
    assert_eq!(numbers(&simulation.sign_ins), sign_ins);
    assert_eq!((simulation.unnamed_sign_ins, simulation.unlisted_sign_ins), (1, 1));
    let busiest = simulation.peaks.iter().find(|peak| peak.outcome == AutomaticSms).expect("a peak");
    assert_eq!((busiest.sign_ins, busiest.hour.timestamp() / 3600), (3, instant(12 * DAY).timestamp() / 3600));
    // The trail was read up to now; the stretch ends with the hour.
    assert!((simulation.hours.recorded_days() - 14.0).abs() < 0.1, "{:?}", simulation.hours);
    // Known: looked up, or proven. Not federated.
    assert_eq!((simulation.coverage.known, simulation.coverage.eligible), (7, 9));
    let old_app =
        ClientUse { client_id: "oldapp".into(), client_name: "oldapp".into(), knows_mfa: false, users: 2, sign_ins: 3 };
    assert_eq!(simulation.unseen_clients, [old_app]);
    // The other reading: who would be prompted is blocked, and so is who would be prompted by an app nobody knows.
    assert_eq!(
        numbers(&simulation.users_otherwise),
        [(Satisfied, 4), (AutomaticSms, 1), (Blocked, 3), (Exempt, 1), (Unknown, 1)]
    );
    // E-mail instead of text messages: everybody with a mailbox has a way in.
    let (by_mail, ..) = simulated(&store, target(MfaConfiguration::On, "totp,email"), Assumption::Prompted);
    assert_eq!(numbers(&by_mail.users), [(Satisfied, 3), (AutomaticEmail, 5), (Exempt, 1), (Unknown, 1)]);
    let (optional, ..) = simulated(&store, target(MfaConfiguration::Optional, "totp,sms"), Assumption::Prompted);
    assert_eq!(numbers(&optional.users), [(Satisfied, 4), (Exempt, 4), (Unknown, 2)]);
    let (off, ..) = simulated(&store, target(MfaConfiguration::Off, ""), Assumption::Prompted);
    assert_eq!(numbers(&off.users), [(Exempt, 10)]);
    assert_eq!(off.sign_ins.of(Exempt), 12);
}

#[test]
fn groups_are_told_by_what_their_users_have_in_common() {
    let folder = tempdir().expect("a folder");
    let store = store(folder.path());
    let (.., mut decided) = simulated(&store, target(MfaConfiguration::On, "totp,sms"), Assumption::Prompted);
    let names = |decided: &mut Decided, by| -> Vec<(String, u64, u64)> {
        let groups = decided.groups(by).expect("groups");
        groups.into_iter().map(|group| (group.name, group.users.total(), group.seen_users.total())).collect()
    };
    let group = |name: &str, users, seen_users| (name.to_owned(), users, seen_users);
    // The newest sign-in of PHONE came through the old app.
    assert_eq!(names(&mut decided, Grouping::Client), [group("", 3, 0), group("newapp", 5, 5), group("oldapp", 2, 2)]);
    assert_eq!(names(&mut decided, Grouping::Country), [group("", 7, 5), group("BR", 1, 1), group("US", 2, 1)]);
    assert_eq!(names(&mut decided, Grouping::LastFactor), [group("", 8, 5), group("sms", 1, 1), group("totp", 1, 1)]);
    assert_eq!(names(&mut decided, Grouping::AccountAge), [group("30-180 days", 9, 6), group("over 365 days", 1, 1)]);
    let cohort = [APP, PHONE, DISABLED, 99].map(Uuid::from_u128);
    assert_eq!(decided.set_members(&cohort).expect("named"), 1);
    assert_eq!(names(&mut decided, Grouping::Cohort), [group("member", 2, 2), group("other", 8, 5)]);
}

/// Twenty messages to Brazil, of which five arrived.
fn receipts() -> Vec<DecodedLine> {
    let receipt = |number: u128| {
        let status = if number < 5 { SmsStatus::Delivered } else { SmsStatus::Failed };
        let receipt = SmsReceipt {
            message_id: Uuid::from_u128(1_000 + number),
            service: SmsService::Sns,
            aws_region: "us-east-1".into(),
            sent_at: instant(15 * DAY),
            reported_at: instant(15 * DAY + 1),
            is_final: true,
            status,
            reason: (status == SmsStatus::Failed).then_some(SmsFailure::CarrierBlocked),
            country: Some("BR".into()),
            delay_ms: None,
            price_micro_usd: Some(50_000),
            is_transactional: None,
            unknown_response: None,
        };
        DecodedLine {
            line_id: Uuid::from_u128(2_000 + number),
            delivered_at: instant(15 * DAY + 2),
            decoded: Decoded::Receipt(Box::new(receipt)),
        }
    };
    (0..20).map(receipt).collect()
}

#[test]
fn every_reason_is_found_at_whom_it_is_planted() {
    let folder = tempdir().expect("a folder");
    let store = store(folder.path());
    let messages = LogStream { source: "test", stream: Stream::Sms, log_group: "messages" };
    store.ingest(messages, &receipts(), None).expect("stored");
    let (_, facts, mut decided) = simulated(&store, target(MfaConfiguration::On, "totp,sms"), Assumption::Prompted);
    let (counts, ways) = decided.risks(20).expect("risks");
    let users = |reason| counts.iter().find(|count| count.reason == reason).expect("told").users;
    // APP, PROVEN_SMS, PHONE, TEMPORARY, FAILING.
    assert_eq!(users(Risk::SingleFactor), Some(5));
    // PROVEN_SMS still has a mailbox; PHONE has not, TEMPORARY never verified anything.
    assert_eq!(users(Risk::NoRecovery), Some(2));
    assert_eq!(users(Risk::TemporaryPassword), Some(1));
    assert_eq!(users(Risk::PoorDelivery), Some(1));
    assert_eq!(users(Risk::RepeatedFailures), Some(1));
    // Twenty days of records do not tell what happened in half a year.
    assert_eq!(users(Risk::UnprovenPhone), None);
    assert_eq!((ways.dead_end_users, ways.colliding_users), (1, 1));
    let worst = decided.risk_users(Risk::ALL, 10, 0).expect("users");
    let of = |sub: u128| {
        let sub = Uuid::from_u128(sub).to_string();
        worst.iter().find(|user| user.sub == sub).map(|user| user.reasons.clone())
    };
    assert_eq!(of(PHONE), Some(vec![Risk::SingleFactor, Risk::NoRecovery, Risk::PoorDelivery]));
    assert_eq!(of(TEMPORARY), Some(vec![Risk::SingleFactor, Risk::NoRecovery, Risk::TemporaryPassword]));
    assert_eq!(of(MAILBOX), None);
    let by_delivery = decided.risk_users(&[Risk::PoorDelivery], 10, 0).expect("users");
    assert_eq!(by_delivery.len(), 1);
    assert_eq!((by_delivery[0].country.as_deref(), by_delivery[0].client_id.as_deref()), (Some("BR"), Some("oldapp")));
    let load = decided.load_facts(&facts, target(MfaConfiguration::On, "totp,sms")).expect("facts");
    let brazil = load.countries.iter().find(|country| country.country == "BR").expect("Brazil");
    assert_eq!((brazil.new_sign_ins, brazil.present_sign_ins), (3, 0));
    assert_eq!((brazil.priced_messages, brazil.price_micro_usd), (20, 1_000_000));
    // Two of the three within a minute of each other, and one in the minute before.
    assert_eq!(load.busiest_minute, 2);
    // APP and PROVEN_SMS pass MFA today; PHONE would be challenged.
    assert_eq!((load.mfa_users, load.new_mfa_users), (2, 1));
    assert_eq!((load.answers, load.failed_answers), (5, 3));
}

#[test]
fn a_passkey_that_only_signs_in_is_no_second_factor() {
    let folder = tempdir().expect("a folder");
    let store = store(folder.path());
    let passkey =
        line(96, Uuid::from_u128(FAILING), 19 * DAY, "RespondToAuthChallenge", &answer("WEB_AUTHN", "newapp"));
    store.ingest(STREAM, &[passkey], None).expect("stored");
    let (.., mut decided) = simulated(&store, target(MfaConfiguration::On, "totp,sms"), Assumption::Prompted);
    let groups = decided.groups(Grouping::LastFactor).expect("groups");
    assert_eq!(groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["", "sms", "totp"]);
    // Three failed sessions, and no challenge passed since.
    let (counts, _) = decided.risks(20).expect("risks");
    assert_eq!(counts.iter().find(|count| count.reason == Risk::RepeatedFailures).expect("told").users, Some(1));
}

#[test]
fn only_who_recovers_today_can_lose_the_last_way() {
    use MfaConfiguration::{On, Optional};
    let folder = tempdir().expect("a folder");
    let store = store(folder.path());
    let ways = |configuration| {
        let (.., mut decided) = simulated(&store, target(configuration, "totp,sms"), Assumption::Prompted);
        decided.risks(20).expect("risks").1
    };
    // PHONE, whom nobody asks today; TEMPORARY has no way to lose.
    assert_eq!((ways(On).dead_end_users, ways(On).colliding_users), (1, 1));
    assert_eq!((ways(Optional).dead_end_users, ways(Optional).colliding_users), (1, 0));
    let required = Pool {
        mfa_configuration: On,
        allows_email: false,
        recovery: vec!["verified_phone_number".into(), "verified_email".into()],
        ..Pool::sample(key())
    };
    store.list_pools("test", &[required], Duration::from_secs(7_776_000), instant(NOW)).expect("listed");
    // Where MFA is required already, PHONE lost it long ago.
    assert_eq!((ways(On).dead_end_users, ways(On).colliding_users), (2, 0));
    // Were it switched off, everybody would keep what there is.
    assert_eq!(ways(MfaConfiguration::Off).colliding_users, 0);
}

#[test]
fn half_a_year_of_records_tells_which_phones_nobody_proved() {
    let folder = tempdir().expect("a folder");
    let store = store(folder.path());
    let late: DateTime<Utc> = instant(NOW) + TimeDelta::days(200);
    let moved = line(95, Uuid::from_u128(APP), NOW + 200 * DAY, "ChangePassword", &json!({}));
    store.ingest(STREAM, &[moved], None).expect("stored");
    let questions = Questions::of(&store).expect("readable");
    let gathered = questions.rollout(&key(), replayed(14, late), late).expect("gathered").expect("a pool");
    let facts = gathered.facts().expect("facts");
    let mut decided =
        gathered.decide(&facts, target(MfaConfiguration::On, "totp,sms"), Assumption::Prompted).expect("decided");
    let (counts, _) = decided.risks(20).expect("risks");
    let unproven = counts.iter().find(|count| count.reason == Risk::UnprovenPhone).expect("told");
    // PHONE and TEMPORARY never answered a code, PROVEN_SMS not for 209 days. Look-ups are too old to count by then: the
    // phone is all that is known of the three.
    assert_eq!(unproven.users, Some(3));
}

#[test]
fn the_statements_that_are_shown_run() {
    let folder = tempdir().expect("a folder");
    let store = store(folder.path());
    let (.., decided) = simulated(&store, target(MfaConfiguration::On, "totp,sms"), Assumption::Prompted);
    let sql = decided.gathered().sql(&["rollout/outcome_table", "rollout/hour"]);
    let code: Vec<&str> = sql.lines().filter_map(|line| line.split("--").next()).collect();
    assert!(!code.join("\n").contains('$'), "{sql}");
    Questions::of(&store).expect("readable").reader.run(&sql).expect("as it is shown");
    let unlisted = PoolKey { aws_region: "eu-west-1".into(), pool_id: "eu-west-1_x".into() };
    let questions = Questions::of(&store).expect("readable");
    assert!(questions.rollout(&unlisted, replayed(14, instant(NOW)), instant(NOW)).expect("asked").is_none());
}
