//! Codes that records ask for, the messages that carry them, and what Cognito's own log says about both.

use std::collections::{BTreeMap, HashMap};

use super::*;
use crate::simulator::scenario::SmsRoute;
use crate::simulator::tests::hours;
use crate::simulator::text_message::TextMessage;
use crate::simulator::time::{DAY, Ms, rfc3339};

/// The record says that Cognito texts a code.
fn asks_for_a_text(record: &Value) -> bool {
    let answer = &record["responseElements"];
    let medium = |details: &Value| details["deliveryMedium"] == "SMS";
    answer["challengeName"] == "SMS_MFA"
        || medium(&answer["codeDeliveryDetails"])
        || answer["codeDeliveryDetailsList"].as_array().is_some_and(|list| list.iter().any(medium))
}

#[test]
fn every_code_that_a_record_asks_for_is_one_text_to_its_user() {
    let world = World::new(Scenario::demo(), START);
    let phones = |sub: &str, at: Ms| {
        let user = world.users.iter().find(|user| user.sub.to_string() == sub).expect("a user of the account");
        user.phone(at)
    };
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    let (mut texts, mut unasked) = (0, 0);
    for output in hours(&world, START - 12 * DAY, START) {
        let mut sent: HashMap<(String, String), Vec<&TextMessage>> = HashMap::new();
        for text in &output.texts {
            sent.entry((text.region.to_owned(), rfc3339(text.sent))).or_default().push(text);
        }
        for record in output.records.iter().map(|record| serde_json::from_str::<Value>(&record.body).expect("JSON")) {
            if !asks_for_a_text(&record) {
                continue;
            }
            assert!(record.get("errorCode").is_none(), "{record}");
            *asked.entry(record["eventName"].as_str().expect("eventName").to_owned()).or_default() += 1;
            let member = |name: &str| record[name].as_str().expect("a member").to_owned();
            let of = (member("awsRegion"), member("eventTime"));
            let candidates = sent.get_mut(&of).expect("a text of that second");
            let sub = record["additionalEventData"]["sub"].as_str();
            let position =
                candidates.iter().position(|text| sub.is_none_or(|sub| phones(sub, text.sent) == text.number));
            candidates.swap_remove(position.expect("a text to the user's phone"));
        }
        texts += output.texts.len();
        unasked += sent.values().map(Vec::len).sum::<usize>();
    }
    println!("{asked:?}, {texts} texts, {unasked} of them asked for on pages, by helpers or by Cognito itself");
    for name in [
        "RespondToAuthChallenge",
        "AdminInitiateAuth",
        "SignUp",
        "ResendConfirmationCode",
        "ForgotPassword",
        "GetUserAttributeVerificationCode",
        "UpdateUserAttributes",
    ] {
        assert!(asked.contains_key(name), "no {name}");
    }
    assert!(asked.values().sum::<usize>() + unasked == texts && unasked * 2 < texts);
}

#[test]
fn the_money_for_texts_runs_out_in_the_second_region_only_and_comes_back() {
    let world = World::new(Scenario::demo(), START);
    let limit = world.scenario.spend_limit.expect("the demo has one");
    let window = limit.window(utc(START));
    let window = window.start.timestamp_millis()..window.end.timestamp_millis();
    assert!(window.end < START && START - window.start < 35 * DAY);
    let mut refused = 0;
    for text in hours(&world, window.start - DAY, window.end + DAY.min(START - window.end)).flat_map(|hour| hour.texts)
    {
        let spent = text.receipt().contains("No quota left for account");
        assert_eq!(spent, text.region == limit.region && window.contains(&text.sent), "{text:?}");
        refused += usize::from(spent);
    }
    println!("{refused} refused");
    assert!(refused >= 20, "{refused}");
}

#[test]
fn one_pool_texts_through_end_user_messaging() {
    let world = World::new(Scenario::demo(), START);
    let (direct, by_sns): (Vec<_>, Vec<_>) = hours(&world, START - 7 * DAY, START)
        .flat_map(|output| output.texts)
        .partition(|text| text.route == SmsRoute::EndUserMessaging);
    println!("{} directly, {} by SNS", direct.len(), by_sns.len());
    assert!(direct.len() > 100 && direct.iter().all(|text| text.region == "us-east-1"));
    assert!(by_sns.len() > 5 * direct.len() / 2);
}

#[test]
fn threat_protection_saw_the_answers_that_the_records_show() {
    let world = World::new(Scenario::demo(), START);
    let workforce = &world.scenario.pools[2];
    let ours = |id: &Value| workforce.clients.iter().any(|client| *id == client.id);
    let (mut recorded, mut seen) = ([0; 2], [0; 2]);
    let (mut sources, mut as_text) = (BTreeMap::<String, usize>::new(), 0);
    for output in hours(&world, START - 10 * DAY, START) {
        for record in output.records.iter().map(|record| serde_json::from_str::<Value>(&record.body).expect("JSON")) {
            let (asked, extra) = (&record["requestParameters"], &record["additionalEventData"]);
            let code = record["errorCode"].as_str().unwrap_or_default();
            if record["eventName"] == "Mfa_POST" && ours(&extra["requestParameters"]["client_id"][0]) {
                recorded[usize::from(extra["responseParameters"]["status"] == 302.0)] += 1;
            } else if asked["challengeName"] == "SOFTWARE_TOKEN_MFA" && ours(&asked["clientId"]) {
                match code {
                    "" => recorded[1] += 1,
                    "CodeMismatchException" | "ExpiredCodeException" => recorded[0] += 1,
                    _ => {}
                }
            }
        }
        for line in output.lines.iter().map(|line| serde_json::from_str::<Value>(&line.body).expect("JSON")) {
            let source = line["eventSource"].as_str().expect("eventSource");
            *sources.entry(source.to_owned()).or_default() += 1;
            assert!(line["eventTimestamp"].as_str().is_some_and(|at| at.parse::<i64>().is_ok()));
            if line["message"]["userPoolId"] != workforce.id {
                assert_eq!((source, &line["logLevel"]), ("USER_NOTIFICATION", &"ERROR".into()));
                continue;
            }
            for challenge in line["message"]["challenges"].as_array().expect("challenges") {
                as_text += usize::from(challenge.is_string());
                let text = challenge.as_str().map(str::to_owned).unwrap_or_else(|| {
                    let member = |name: &str| challenge[name].as_str().expect("a member").to_owned();
                    format!("{}:{}", member("challengeName"), member("challengeResponse"))
                });
                match text.as_str() {
                    "Mfa:Success" => seen[1] += 1,
                    "Mfa:Failure" => seen[0] += 1,
                    other => assert!(other.starts_with("Password:"), "{other}"),
                }
            }
        }
    }
    println!("{seen:?} {sources:?} {as_text}");
    assert_eq!(recorded, seen);
    assert!(seen[0] > 50 && seen[1] > 1_000 && as_text > 100);
    assert!(sources["USER_AUTH_EVENTS"] > 3 * sources["USER_ACTIVITY"] && sources["USER_ACTIVITY"] > 50);
    assert!(sources["USER_NOTIFICATION"] > 10, "{sources:?}");
}

#[test]
fn notifications_name_pools_that_lost_messages() {
    let world = World::new(Scenario::demo(), START);
    let mut details = Vec::new();
    for output in hours(&world, START - 20 * DAY, START) {
        let lost: Vec<_> = output.texts.iter().filter(|text| !text.arrives()).collect();
        for line in output.lines.iter().filter(|line| line.body.contains("USER_NOTIFICATION")) {
            let line: Value = serde_json::from_str(&line.body).expect("JSON");
            let pool = world.scenario.pools.iter().find(|pool| line["logSourceId"]["userPoolId"] == pool.id);
            assert!(pool.is_some_and(|pool| pool.exports_logs), "{line}");
            let text = line["message"]["details"].as_str().map(str::to_owned);
            if text.as_ref().is_some_and(|text| text.contains("SMS")) {
                let at = line["eventTimestamp"].as_str().and_then(|at| at.parse().ok());
                assert!(pool.is_some_and(|pool| pool.sms) && lost.iter().any(|text| Some(text.sent) == at), "{line}");
            }
            details.push(text);
        }
    }
    println!("{} notifications", details.len());
    assert!(details.len() > 20 && details.iter().flatten().any(|text| text.contains('+')));
}
