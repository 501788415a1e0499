//! Text messages, codes and pumping, out of a store that was told of them.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use tempfile::tempdir;

use super::*;
use crate::model::{Decoded, SmsFailure, SmsReceipt, SmsService, SmsStatus};
use crate::snapshot::pumping;

const RECEIPTS: LogStream<'static> = LogStream { source: "test", stream: Stream::Sms, log_group: "sms" };

/// Days before there is anything to look for.
const HISTORY_DAYS: u32 = 30;

const DAY: u32 = 86_400;

/// A store with the users of `countries`, made at the given seconds.
fn store_with(folder: &std::path::Path, users: &[(u128, &str, u32)], sms_region: Option<&str>) -> Store {
    let store = Store::open(&folder.join("test.duckdb")).expect("a store");
    let pool =
        Pool { clients: vec![Client::sample("app")], sms_region: sms_region.map(str::to_owned), ..Pool::sample(key()) };
    store.list_pools("test", &[pool], std::time::Duration::from_secs(7_776_000), instant(0)).expect("listed");
    let users: Vec<ListedUser> = users
        .iter()
        .map(|(user, country, created)| ListedUser {
            sub: Uuid::from_u128(*user),
            username: None,
            status: UserStatus::Confirmed,
            enabled: true,
            created_at: Some(instant(*created)),
            has_phone: true,
            has_email: true,
            phone_verified: true,
            email_verified: true,
            country: Some((*country).to_owned()),
        })
        .collect();
    let mut sweep = store.begin_sweep("test", &key(), instant(50 * DAY)).expect("begun");
    store.sweep_users(&mut sweep, &users, None).expect("stored");
    store.publish_sweep(&sweep, instant(50 * DAY)).expect("published");
    store
}

fn sms_line(number: u128, receipt: SmsReceipt) -> DecodedLine {
    let line_id = Uuid::from_u128(2 << 64 | number);
    DecodedLine { line_id, delivered_at: receipt.reported_at, decoded: Decoded::Receipt(Box::new(receipt)) }
}

fn receipt(number: u128, second: u32, country: &str, status: SmsStatus) -> SmsReceipt {
    SmsReceipt {
        message_id: Uuid::from_u128(number),
        service: SmsService::Sns,
        aws_region: "us-east-1".into(),
        sent_at: instant(second),
        reported_at: instant(second + 5),
        is_final: true,
        status,
        reason: (status == SmsStatus::Failed).then_some(SmsFailure::SpendLimit),
        country: Some(country.to_owned()).filter(|country| !country.is_empty()),
        delay_ms: (status == SmsStatus::Delivered).then_some(2_400),
        price_micro_usd: None,
        is_transactional: None,
        unknown_response: None,
    }
}

/// The 24 hours of which the given second is in the last.
fn day_until(second: u32, pool: Option<PoolKey>) -> View {
    View::ending_at(instant(second), Range::Day, pool.as_ref().map(Scope::of_pool).unwrap_or_default())
}

#[test]
fn text_messages_are_told_by_region_country_fate_and_delay() {
    let folder = tempdir().expect("a folder");
    let store = store_with(folder.path(), &[], Some("eu-west-1"));
    let delivered = |number, country| receipt(number, 100, country, SmsStatus::Delivered);
    let lines = [
        SmsReceipt { price_micro_usd: Some(6_450), ..delivered(1, "BR") },
        SmsReceipt { price_micro_usd: Some(6_450), delay_ms: Some(950_000), ..delivered(2, "BR") },
        SmsReceipt { delay_ms: None, ..delivered(3, "BR") },
        receipt(4, 200, "BR", SmsStatus::Failed),
        receipt(5, 200, "BR", SmsStatus::Failed),
        SmsReceipt { reason: Some(SmsFailure::Spam), ..receipt(6, 200, "BR", SmsStatus::Failed) },
        receipt(7, 200, "BR", SmsStatus::Unknown),
        SmsReceipt { is_final: false, status: SmsStatus::Pending, ..delivered(8, "BR") },
        SmsReceipt { aws_region: "eu-west-1".into(), ..delivered(9, "DE") },
        delivered(10, ""),
        // A week earlier.
        receipt(11, 300, "BR", SmsStatus::Failed),
    ];
    let later = |receipt: SmsReceipt| SmsReceipt { sent_at: receipt.sent_at + TimeDelta::days(7), ..receipt };
    let lines: Vec<DecodedLine> = lines
        .into_iter()
        .map(|receipt| if receipt.message_id == Uuid::from_u128(11) { receipt } else { later(receipt) })
        // From then on it is on record.
        .chain([SmsReceipt { sent_at: instant(300) - TimeDelta::days(1), ..delivered(12, "BR") }])
        .enumerate()
        .map(|(number, receipt)| sms_line(number as u128, receipt))
        .collect();
    store.ingest(RECEIPTS, &lines, None).expect("stored");

    let questions = Questions::of(&store).expect("readable");
    let view = day_until(7 * DAY + 1_000, None);
    let figures = questions.sms(&view, view.to).expect("told");
    let place = |aws_region: &str, country: &str| SmsReceipts {
        aws_region: aws_region.into(),
        country: country.into(),
        delivered: 1,
        delays: vec![(Some(3), 1)],
        ..SmsReceipts::default()
    };
    let brazil = SmsReceipts {
        delivered: 3,
        failures: vec![("spend_limit".into(), 2), ("spam".into(), 1)],
        unknown: 1,
        price_micro_usd: 12_900,
        delays: vec![(Some(3), 1), (None, 1)],
        ..place("us-east-1", "BR")
    };
    assert_eq!(figures.now.receipts, [place("eu-west-1", "DE"), brazil, place("us-east-1", "unknown")]);
    assert_eq!(figures.provisional, figures.now, "younger than 72 hours");
    let before = figures.before.as_ref().expect("the day a week before is on record");
    assert_eq!(before.receipts.iter().map(SmsReceipts::failed).sum::<u64>(), 1);
    let days: Vec<(u64, u64)> = figures.days.iter().map(|day| (day.delivered, day.failed)).collect();
    assert_eq!(days, [(1, 0), (0, 1), (5, 3)]);

    let later = questions.sms(&view, view.to + TimeDelta::days(3)).expect("told");
    assert_eq!((later.now, later.provisional), (figures.now, SmsCounts::default()), "nothing more will come");

    let view = day_until(7 * DAY + 1_000, Some(key()));
    let of_pool = questions.sms(&view, view.to).expect("told");
    assert_eq!(of_pool.now.receipts, [place("eu-west-1", "DE")], "the pool sends from there");
    assert_eq!(of_pool.days.iter().map(|day| day.delivered).sum::<u64>(), 1);
}

/// A call that sends an SMS code for a new account, by its medium.
fn asks(name: &str, medium: &str) -> (&'static str, Value) {
    let delivery = json!({"codeDeliveryDetails": {"deliveryMedium": medium}});
    let name = if name == "SignUp" { "SignUp" } else { "ResendConfirmationCode" };
    (name, json!({"requestParameters": {"clientId": "app"}, "responseElements": delivery}))
}

#[test]
fn codes_are_told_by_pool_country_and_purpose() {
    let folder = tempdir().expect("a folder");
    let store = store_with(folder.path(), &[(1, "BR", 0), (2, "BR", 2 * DAY), (3, "KZ", 0)], None);
    let confirm = ("ConfirmSignUp", json!({"requestParameters": {"clientId": "app"}}));
    let refused = json!({"requestParameters": {"clientId": "app"}, "errorCode": "CodeDeliveryFailureException"});
    let on_page = json!({"eventType": "AwsServiceEvent",
        "additionalEventData": {"sub": Uuid::from_u128(3).to_string(), "userPoolId": key().pool_id}});
    let at = 2 * DAY;
    let calls: Vec<(u128, u32, (&str, Value))> = vec![
        (1, at + 10, asks("SignUp", "SMS")),
        (1, at + 60, asks("Resend", "SMS")),
        (1, at + 90, confirm.clone()),
        (2, at + 100, asks("SignUp", "SMS")),
        (3, at + 110, asks("SignUp", "EMAIL")),
        (3, at + 120, ("mfa_phone_register_POST", on_page)),
        (3, at + 130, ("SignUp", refused)),
    ];
    let lines: Vec<DecodedLine> = calls
        .iter()
        .enumerate()
        .map(|(number, (user, second, (name, members)))| line(number, Uuid::from_u128(*user), *second, name, members))
        .collect();
    store.ingest(STREAM, &lines, None).expect("stored");
    let view = day_until(at + 200, None);
    let figures = Questions::of(&store).expect("readable").sms(&view, view.to).expect("told");
    let asked = |country: &str, purpose: &str| SmsRequests::none(key(), country.into(), purpose.into());
    let brazil =
        SmsRequests { requests: 3, app_requests: 3, answers: 1, resends: 1, by_new_users: 1, ..asked("BR", "sign_up") };
    let kazakhstan = SmsRequests { requests: 1, ..asked("KZ", "mfa") };
    assert_eq!(figures.now.requests, [brazil, kazakhstan]);
    assert_eq!(figures.before, None, "not on record");
    let errors = SmsSendErrors { key: key(), reason: "delivery_failure".into(), errors: 1 };
    assert_eq!(figures.now.send_errors, [errors]);
}

#[test]
fn a_pumped_country_is_found_in_a_real_store() {
    // Five people of old ask for a code each on every day, and get in; then a script makes forty accounts.
    let old = 1..=5_u128;
    let strangers = 100..140_u128;
    let attack = HISTORY_DAYS * DAY;
    let users: Vec<(u128, &str, u32)> =
        old.clone().map(|user| (user, "NG", 0)).chain(strangers.clone().map(|user| (user, "NG", attack))).collect();
    let folder = tempdir().expect("a folder");
    let store = store_with(folder.path(), &users, None);
    let confirm = json!({"requestParameters": {"clientId": "app"}});
    let mut calls: BTreeMap<(u32, u128), (&str, Value)> = BTreeMap::new();
    for day in 2..HISTORY_DAYS + 2 {
        for user in old.clone() {
            calls.insert((day * DAY + 60, user), asks("SignUp", "SMS"));
            calls.insert((day * DAY + 90, user), ("ConfirmSignUp", confirm.clone()));
        }
    }
    for user in strangers {
        calls.insert((attack + 120, user), asks("SignUp", "SMS"));
        calls.insert((attack + 160, user), asks("Resend", "SMS"));
    }
    let lines: Vec<DecodedLine> = calls
        .iter()
        .enumerate()
        .map(|(number, ((second, user), (name, members)))| line(number, Uuid::from_u128(*user), *second, name, members))
        .collect();
    store.ingest(STREAM, &lines, None).expect("stored");
    let message = |number: u128| SmsReceipt {
        price_micro_usd: Some(300_000),
        ..receipt(number, attack + 121, "NG", SmsStatus::Delivered)
    };
    let receipts: Vec<DecodedLine> = (0..80).map(|number| sms_line(number, message(number))).collect();
    store.ingest(RECEIPTS, &receipts, None).expect("stored");

    let questions = Questions::of(&store).expect("readable");
    let view = View::ending_at(instant(attack + 2 * DAY), Range::Week, Scope::default());
    let suspects = questions.pumping_suspects(&view).expect("told");
    let found = pumping::find(&suspects, view.from, view.to);
    let [attacked] = found.as_slice() else { panic!("{found:#?} of {suspects:#?}") };
    assert_eq!((attacked.country.as_str(), attacked.requests, attacked.usual_requests), ("NG", 85, 5.0));
    assert_eq!((attacked.answered.numerator, attacked.by_new_users.numerator), (5, 80));
    assert_eq!(attacked.usually_answered.value(), Some(1.0));
    assert_eq!(attacked.price_micro_usd, Some(80 * 300_000));
    assert!((attacked.begin..attacked.end).contains(&instant(attack + 120)), "{attacked:#?}");
    assert!(attacked.end - attacked.begin <= TimeDelta::hours(2), "{attacked:#?}");

    // Before it happened there is nothing to ask.
    let earlier = View::ending_at(instant(attack - DAY), Range::Week, Scope::default());
    assert_eq!(questions.pumping_suspects(&earlier).expect("told"), []);
}
