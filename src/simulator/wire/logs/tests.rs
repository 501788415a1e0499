use std::collections::HashSet;
use std::time::Instant;

use super::*;
use crate::simulator::scenario::{
    CLOUDTRAIL_LOG_GROUP, COGNITO_LOG_GROUP, END_USER_MESSAGING_LOG_GROUP, REGION_EU, REGION_US, Scenario,
    sms_log_groups,
};
use crate::simulator::tests::{START, small_world};
use crate::simulator::time::MINUTE;
use crate::simulator::world::World;

fn journal() -> Journal {
    Journal::new(small_world())
}

fn ask(from: Ms, until: Ms, limit: usize) -> Value {
    json!({ "logGroupName": CLOUDTRAIL_LOG_GROUP, "startTime": from, "endTime": until, "limit": limit })
}

/// Ids of a whole paging chain, and how many of its pages were empty.
fn chain(journal: &Journal, region: &str, mut request: Value, now: Ms) -> (Vec<String>, usize) {
    let (mut ids, mut empty) = (Vec::new(), 0);
    loop {
        let page = call(journal, "FilterLogEvents", region, &request, now).expect("a page");
        let events = page["events"].as_array().expect("events");
        empty += usize::from(events.is_empty() && page.get("nextToken").is_some());
        ids.extend(events.iter().map(|event| event["eventId"].as_str().expect("eventId").to_owned()));
        match page.get("nextToken") {
            Some(token) => request["nextToken"] = token.clone(),
            None => return (ids, empty),
        }
    }
}

#[test]
fn any_page_size_and_any_split_returns_each_event_once() {
    let journal = journal();
    let (from, until) = (START - 3 * DAY + 7 * MINUTE, START - DAY + 1);
    let (whole, _) = chain(&journal, REGION_US, ask(from, until, 10_000), START);
    assert!(whole.len() > 300);
    assert_eq!(whole.iter().collect::<HashSet<_>>().len(), whole.len());
    for limit in [1, 7, 100] {
        assert_eq!(chain(&journal, REGION_US, ask(from, until, limit), START).0, whole, "limit {limit}");
    }
    for split in [from, from + 12_345_678, until - 1] {
        let (mut parts, _) = chain(&journal, REGION_US, ask(from, split, 50), START);
        parts.extend(chain(&journal, REGION_US, ask(split + 1, until, 50), START).0);
        assert_eq!(parts, whole, "split at {split}");
    }
}

#[test]
fn some_pages_are_empty_and_go_on() {
    let journal = journal();
    let (_, empty) = chain(&journal, REGION_US, ask(START - 2 * DAY, START, 20), START);
    assert!(empty > 0);
}

#[test]
fn both_ends_of_the_window_are_inclusive() {
    let journal = journal();
    let events = journal.delivered(Group::CloudTrail, START - DAY);
    let at = events[0].timestamp;
    let (ids, _) = chain(&journal, REGION_US, ask(at, at, 10), START);
    assert!(ids.contains(&events[0].event_id));
}

#[test]
fn nothing_of_the_future_is_shown_and_time_brings_it() {
    let journal = journal();
    let window = ask(START - HOUR, START + DAY, 10_000);
    let (early, _) = chain(&journal, REGION_US, window.clone(), START);
    let (late, _) = chain(&journal, REGION_US, window, START + 10 * MINUTE);
    assert!(early.iter().all(|id| late.contains(id)));
    assert!(late.len() > early.len());
}

#[test]
fn records_are_not_in_the_order_of_their_event_time() {
    let journal = journal();
    let times: Vec<_> = journal
        .delivered(Group::CloudTrail, START - 8 * HOUR)
        .iter()
        .map(|entry| {
            let record: Value = serde_json::from_str(entry.message()).expect("JSON");
            record["eventTime"].as_str().expect("eventTime").to_owned()
        })
        .collect();
    assert!(!times.is_sorted());
}

#[test]
fn the_pattern_keeps_other_services_out() {
    let journal = journal();
    let mut request = ask(START - DAY, START, 10_000);
    let everything = chain(&journal, REGION_US, request.clone(), START).0.len();
    request["filterPattern"] = json!("{ $.eventSource = \"s3.amazonaws.com\" }");
    assert_eq!(chain(&journal, REGION_US, request.clone(), START).0.len(), everything);
    request["filterPattern"] = json!(COGNITO_PATTERN);
    let cognito = chain(&journal, REGION_US, request, START).0.len();
    assert!(cognito < everything && cognito > everything / 2);
}

#[test]
fn groups_are_of_their_region() {
    let journal = journal();
    let error = |region: &str, name: &str| {
        let request = json!({ "logGroupName": name });
        call(&journal, "FilterLogEvents", region, &request, START).map_err(|error| error.code)
    };
    assert_eq!(error(REGION_EU, CLOUDTRAIL_LOG_GROUP), Err("ResourceNotFoundException"));
    assert_eq!(error(REGION_US, "nothing"), Err("ResourceNotFoundException"));
    for name in sms_log_groups(REGION_EU) {
        assert!(error(REGION_EU, &name).is_ok());
        assert!(error(REGION_US, &name).is_err());
    }
    for name in [END_USER_MESSAGING_LOG_GROUP, COGNITO_LOG_GROUP] {
        assert!(error(REGION_US, name).is_ok());
        assert!(error(REGION_EU, name).is_err());
    }
}

#[test]
fn every_group_of_the_sources_exists_and_fills() {
    let journal = journal();
    for source in journal.world.scenario.sources() {
        let mut names = source.sms_log_groups.clone();
        names.extend(source.cloudtrail_log_group.clone());
        names.extend(source.cognito_log_groups.clone());
        for name in names {
            let mut request = ask(START - 4 * DAY, START, 10_000);
            request["logGroupName"] = json!(name);
            let (ids, _) = chain(&journal, &source.region, request, START);
            assert!(!ids.is_empty(), "{name} is empty");
        }
    }
}

#[test]
fn tokens_are_of_one_request_and_one_day() {
    let journal = journal();
    let mut request = ask(START - DAY, START, 5);
    let page = call(&journal, "FilterLogEvents", REGION_US, &request, START).expect("a page");
    request["nextToken"] = page["nextToken"].clone();
    let code =
        |request: &Value, now| call(&journal, "FilterLogEvents", REGION_US, request, now).map_err(|error| error.code);
    assert!(code(&request, START + DAY).is_ok());
    assert_eq!(code(&request, START + DAY + 1), Err("InvalidParameterException"));
    let mut other = request.clone();
    other["endTime"] = json!(START - 1);
    assert_eq!(code(&other, START), Err("InvalidParameterException"));
    request["nextToken"] = json!("garbage");
    assert_eq!(code(&request, START), Err("InvalidParameterException"));
}

#[test]
fn a_page_of_the_demo_is_quick() {
    let journal = Journal::new(World::new(Scenario::demo(), START));
    let (mut pages, mut slowest) = (0, std::time::Duration::ZERO);
    let mut request = ask(START - 3 * DAY, START, 10_000);
    loop {
        let begun = Instant::now();
        let page = call(&journal, "FilterLogEvents", REGION_US, &request, START).expect("a page");
        let page = (page.to_string(), page.get("nextToken").cloned());
        slowest = slowest.max(begun.elapsed());
        pages += 1;
        match page {
            (_, Some(token)) => request["nextToken"] = token,
            (_, None) => break,
        }
    }
    println!("{pages} pages, the slowest {slowest:?}");
    // Generous beside the planned 50 ms, because tests share the machine.
    assert!(slowest.as_millis() < 400, "{slowest:?}");
}

#[test]
fn listings_name_groups_and_streams() {
    let journal = journal();
    let groups = call(&journal, "DescribeLogGroups", REGION_US, &json!({}), START).expect("groups");
    assert_eq!(groups["logGroups"].as_array().map(Vec::len), Some(5));
    let request = json!({ "logGroupName": CLOUDTRAIL_LOG_GROUP });
    let streams = call(&journal, "DescribeLogStreams", REGION_US, &request, START).expect("streams");
    assert_eq!(streams["logStreams"].as_array().map(Vec::len), Some(3));
}
