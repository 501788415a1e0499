use chrono::TimeDelta;
use serde_json::Value;

use super::*;
use crate::dashboard::{Setting, figures as render};
use crate::query::{OtherMessage, Range, Scope, SmsCounts, SmsDay, SmsRequests, SmsSendErrors};
use crate::snapshot::sample;

const HOSTILE: &str = "<b>=cmd()</b>";

fn view() -> View {
    View::ending_at(sample::as_of(), Range::Week, Scope::default())
}

fn receipts(aws_region: &str, country: &str, delivered: u64, failures: &[(&str, u64)]) -> SmsReceipts {
    SmsReceipts {
        aws_region: aws_region.into(),
        country: country.into(),
        delivered,
        failures: failures.iter().map(|(reason, messages)| ((*reason).to_owned(), *messages)).collect(),
        unknown: delivered / 100,
        price_micro_usd: delivered * 8_310,
        delays: if delivered == 0 {
            Vec::new()
        } else {
            vec![(Some(3), delivered - delivered / 10), (Some(10), delivered / 10)]
        },
    }
}

fn asked(country: &str, purpose: &str, app_requests: u64, answers: u64) -> SmsRequests {
    SmsRequests {
        requests: app_requests + 10,
        app_requests,
        answers,
        resends: app_requests / 10,
        by_new_users: app_requests / 5,
        ..SmsRequests::none(sample::snapshot().pools[0].key.clone(), country.into(), purpose.into())
    }
}

fn known() -> SmsFigures {
    let today = sample::as_of().date_naive();
    let day = |days: i64, delivered: u64| SmsDay {
        day: today - TimeDelta::days(days),
        delivered,
        failed: 10,
        requests: 120,
        resends: 20,
        app_requests: 100,
        answers: 70,
        send_errors: 1,
    };
    let customers = sample::snapshot().pools[0].key.clone();
    let elsewhere = PoolKey { aws_region: "us-west-2".into(), ..customers.clone() };
    let now = SmsCounts {
        receipts: vec![
            receipts("us-east-1", "US", 4_000, &[("phone_unreachable", 40), ("opted_out", 2)]),
            receipts("us-east-1", "BR", 300, &[("carrier_unreachable", 150), (HOSTILE, 1)]),
            receipts("us-east-1", "NG", 1, &[("spam", 1)]),
            receipts("eu-west-1", "DE", 0, &[("spend_limit", 80)]),
            SmsReceipts { unknown: 3, ..receipts("eu-west-1", HOSTILE, 0, &[]) },
        ],
        requests: vec![
            asked("US", "mfa", 4_000, 3_600),
            asked("BR", "sign_up", 500, 100),
            asked("unknown", "recovery", 0, 0),
            SmsRequests { key: elsewhere, ..asked("US", "mfa", 10, 9) },
        ],
        send_errors: vec![
            SmsSendErrors { key: customers.clone(), reason: "role_policy".into(), errors: 5 },
            SmsSendErrors { key: customers, reason: "notification".into(), errors: 2 },
        ],
    };
    let before = SmsCounts {
        receipts: vec![receipts("us-east-1", "US", 3_800, &[("phone_unreachable", 38)])],
        requests: vec![asked("US", "mfa", 3_000, 2_700)],
        ..SmsCounts::default()
    };
    let provisional = SmsCounts {
        receipts: vec![receipts("us-east-1", "BR", 200, &[("carrier_unreachable", 140)])],
        ..SmsCounts::default()
    };
    SmsFigures {
        now,
        before: Some(before),
        provisional,
        provisional_from: sample::as_of() - TimeDelta::hours(72),
        days: vec![day(6, 700), day(2, 90), day(0, 100)],
        messages: vec![OtherMessage {
            origin: "sms".into(),
            error_code: String::new(),
            message: HOSTILE.into(),
            events: 7,
            first_seen_at: sample::as_of() - TimeDelta::days(9),
            last_seen_at: sample::as_of(),
        }],
        suspects: Vec::new(),
        first_day: Some(today - TimeDelta::days(40)),
    }
}

fn json(figures: &SmsFigures) -> Value {
    let snapshot = sample::snapshot();
    serde_json::to_value(sms(&snapshot, &view(), sample::as_of(), figures)).expect("serialises")
}

#[test]
fn the_page_reads_as_designed() {
    let page = json(&known());
    insta::assert_snapshot!(serde_json::to_string_pretty(&page).expect("serialises"));
}

#[test]
fn what_records_say_is_text() {
    let snapshot = sample::snapshot();
    let page = sms(&snapshot, &view(), sample::as_of(), &known());
    let html = render(&page, "/sms", "", Setting::default()).expect("renders");
    assert!(!html.contains("<b>=") && html.contains("&#60;b&#62;=cmd()"), "markup must be escaped");
    for forbidden in ["<style", "style=", "<script>", "https://"] {
        assert!(!html.contains(forbidden), "the page holds {forbidden}");
    }
}

#[test]
fn without_receipts_nothing_is_nought() {
    let snapshot = sample::snapshot();
    let figures = SmsFigures {
        now: SmsCounts { requests: known().now.requests, ..SmsCounts::default() },
        ..SmsFigures::default()
    };
    let page = sms(&snapshot, &view(), sample::as_of(), &figures);
    for tile in page.tiles.iter().take(3) {
        assert_eq!(tile.figure, "—", "{}", tile.title);
        assert!(tile.details[0].starts_with("Not measurable"), "{:?}", tile.details);
    }
    let delivery = page.tables.iter().find(|table| table.key == "delivery").expect("the table");
    assert!(delivery.rows.is_empty() && delivery.nothing.starts_with("Not measurable"));
    // Of an empty store nothing at all is told.
    let empty = sms(&snapshot, &view(), sample::as_of(), &SmsFigures::default());
    assert!(empty.tiles.iter().all(|tile| tile.figure == "—"), "{:?}", empty.tiles);
    let html = render(&empty, "/sms", "", Setting::default()).expect("renders");
    assert!(!html.contains("0.0\u{a0}%"), "0/0 is shown as nought");
}

#[test]
fn surely_bad_leads_and_a_handful_does_not() {
    let page = json(&known());
    let rows = page["tables"].as_array().expect("tables").iter().find(|table| table["key"] == "delivery");
    let rows = rows.expect("the table")["rows"].as_array().expect("rows");
    let countries: Vec<&str> = rows.iter().filter_map(|row| row["country"].as_str()).collect();
    assert_eq!(&countries[..3], ["DE", "BR", "NG"], "all 80 failed; 300 of 451; 1 of 2");
    assert!(rows.iter().any(|row| row["aws_region"] == "us-west-2" && row["delivery"]["ratio"].is_null()));
}

#[test]
fn a_pumped_country_is_told_in_words() {
    let snapshot = sample::snapshot();
    let pumped = crate::snapshot::pumping::Pumping {
        key: snapshot.pools[0].key.clone(),
        country: "NG".into(),
        begin: sample::as_of() - TimeDelta::hours(80),
        end: sample::as_of() - TimeDelta::hours(74),
        is_going_on: false,
        requests: 1_100,
        usual_requests: 3.5,
        weeks: 4,
        answered: Ratio::new(22, 1_100),
        usually_answered: Ratio::new(70, 100),
        is_new_country: false,
        by_new_users: Ratio::new(1_078, 1_100),
        price_micro_usd: Some(350_240_000),
    };
    insta::assert_snapshot!(pumping_notice(&pumped, &snapshot).text);
    let going_on = crate::snapshot::pumping::Pumping { is_going_on: true, price_micro_usd: None, ..pumped };
    let text = pumping_notice(&going_on, &snapshot).text;
    assert!(text.contains("until now") && text.contains("No receipt tells what it cost"), "{text}");
}
