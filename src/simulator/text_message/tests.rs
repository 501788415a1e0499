use serde_json::Value;

use super::*;
use crate::simulator::country;
use crate::simulator::scenario::Scenario;
use crate::simulator::time::rng;

fn pool(route: SmsRoute) -> PoolPlan {
    let pools = Scenario::demo().pools;
    pools.into_iter().find(|pool| pool.sms && pool.sms_route == route).expect("a pool of that route")
}

/// Messages sent at the instant of the SNS documentation's sample.
fn messages(route: SmsRoute, to: &str, road: Road, sends: usize) -> Vec<TextMessage> {
    let (mut draw, pool, country) = (rng(&[2]), pool(route), country::position(to));
    let number = COUNTRIES[usize::from(country)].number(123_456_789);
    (0..sends).map(|_| TextMessage::send(&mut draw, 1_467_074_434_558, &pool, country, number.clone(), road)).collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("a record is JSON")
}

fn share(messages: &[TextMessage], is: impl Fn(&TextMessage) -> bool) -> f64 {
    messages.iter().filter(|message| is(message)).count() as f64 / messages.len() as f64
}

#[test]
fn an_outage_fails_nearly_everything() {
    let failed = |road| share(&messages(SmsRoute::Sns, "BR", road, 2_000), TextMessage::failed);
    assert!(failed(Road::CutOff) > 0.9);
    assert!(failed(Road::Open) < 0.08);
    assert!(failed(Road::Eager) < 0.05);
    assert_eq!(failed(Road::NoQuota), 1.0);
}

#[test]
fn receipts_have_the_documented_members_and_some_lack_them() {
    let sent = messages(SmsRoute::Sns, "US", Road::Open, 3_000);
    let receipts: Vec<_> = sent.iter().map(|message| json(&message.receipt())).collect();
    for (message, receipt) in sent.iter().zip(&receipts) {
        assert_eq!(receipt["notification"]["timestamp"], "2016-06-28 00:40:34.558");
        assert_eq!(receipt["status"] == "FAILURE", message.failed());
        let delivery = &receipt["delivery"];
        assert!(delivery["mcc"].is_u64() || delivery["providerResponse"] == "Delivered", "{receipt}");
        assert!(delivery["destination"].as_str().is_some_and(|number| number.starts_with("+1")));
    }
    let lack = |is: &dyn Fn(&Value) -> bool| {
        receipts.iter().filter(|receipt| is(&receipt["delivery"])).count() as f64 / receipts.len() as f64
    };
    assert!((0.04..0.1).contains(&lack(&|delivery| delivery.get("mcc").is_none())));
    assert!((0.005..0.03).contains(&lack(&|delivery| delivery.get("priceInUSD").is_none())));
    let masked = |style: &str| lack(&|delivery| delivery["destination"].as_str().is_some_and(|to| to.contains(style)));
    assert!((0.01..0.03).contains(&masked("+1XXX555")) && (0.01..0.03).contains(&masked("+1xxx")));
}

#[test]
fn without_quota_a_receipt_tells_neither_price_nor_network() {
    for message in messages(SmsRoute::Sns, "DE", Road::NoQuota, 20) {
        let receipt = json(&message.receipt());
        assert_eq!(receipt["delivery"]["providerResponse"], "No quota left for account");
        for member in ["priceInUSD", "mcc", "mnc", "dwellTimeMsUntilDeviceAck"] {
            assert_eq!(receipt["delivery"].get(member), None);
        }
    }
}

#[test]
fn a_small_share_of_receipts_is_hours_late_and_none_later_than_three_days() {
    let sent = messages(SmsRoute::Sns, "US", Road::Open, 5_000);
    let late = share(&sent, |message| message.logged - message.sent > HOUR && message.fate != Fate::Unknown);
    assert!((0.006..0.02).contains(&late), "{late}");
    assert!(sent.iter().all(|message| message.logged - message.sent <= 72 * HOUR + 10 * MINUTE));
}

#[test]
fn each_message_has_several_events_and_one_final_one_that_comes_last() {
    let sent = messages(SmsRoute::EndUserMessaging, "CA", Road::Open, 2_000);
    let (mut nameless, mut netless) = (0, 0);
    for message in &sent {
        let events: Vec<_> = message.events().iter().map(|event| json(&event.body)).collect();
        let ends: Vec<_> = events.iter().filter(|event| event["isFinal"] == true).collect();
        assert_eq!((ends.len(), events.first().map(|event| &event["eventType"])), (1, Some(&"TEXT_QUEUED".into())));
        let times: Vec<_> = events.iter().map(|event| event["eventTimestamp"].as_i64()).collect();
        assert!(times.is_sorted() && Some(ends[0]) == events.last(), "{events:?}");
        let good = ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"].contains(&ends[0]["eventType"].as_str().expect("eventType"));
        assert_eq!(good, message.arrives());
        assert_eq!(ends[0]["messageRequestTimestamp"], 1_467_074_434_558_i64);
        assert!(ends[0]["mcc"].is_string() || ends[0].get("mcc").is_none());
        assert!(message.events().iter().zip(&times).all(|(event, at)| event.logged > at.expect("a time")));
        nameless += usize::from(ends[0].get("isoCountryCode").is_none());
        netless += usize::from(ends[0].get("mcc").is_none());
    }
    assert!((200..400).contains(&nameless) && (300..500).contains(&netless), "{nameless} {netless}");
}

#[test]
fn every_final_event_type_has_a_documented_name() {
    const DOCUMENTED: &[&str] = &[
        "DELIVERED",
        "SUCCESSFUL",
        "BLOCKED",
        "TTL_EXPIRED",
        "CARRIER_UNREACHABLE",
        "INVALID",
        "CARRIER_BLOCKED",
        "UNREACHABLE",
        "SPAM",
        "UNKNOWN",
        "PROTECT_BLOCKED",
    ];
    let mut seen = std::collections::BTreeSet::new();
    for message in messages(SmsRoute::EndUserMessaging, "NG", Road::Open, 5_000) {
        let end = json(&message.events().last().expect("a final event").body);
        let status = end["messageStatus"].as_str().expect("messageStatus").to_owned();
        assert_eq!(end["eventType"], format!("TEXT_{status}"));
        assert!(DOCUMENTED.contains(&status.as_str()), "{status}");
        seen.insert(status);
    }
    assert_eq!(seen.len(), DOCUMENTED.len(), "{seen:?}");
}
