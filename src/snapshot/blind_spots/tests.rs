use super::*;

const NOW: &str = "2026-11-24T12:00:00Z";
const SUCCESS: &str = "sns/us-east-1/123456789012/DirectPublishToPhoneNumber";
const FAILED: &str = "sns/us-east-1/123456789012/DirectPublishToPhoneNumber/Failure";

/// Every section there is, in one source.
const WHOLE: &str = r#"
[source.cloudtrail]
log_group = "trail"
[source.cognito]
[source.sms]
log_groups = ["sns/us-east-1/123456789012/DirectPublishToPhoneNumber", "sns/us-east-1/123456789012/DirectPublishToPhoneNumber/Failure"]
[source.cognito_logs]
log_groups = ["vended"]
"#;

fn now() -> DateTime<Utc> {
    NOW.parse().expect("an instant")
}

fn config(sections: &str) -> Config {
    let text = format!("[[source]]\nname = \"prod\"\nregion = \"us-east-1\"\n{sections}");
    Config::parse(&text, "test").expect("a config")
}

fn key() -> PoolKey {
    PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_a".into() }
}

fn route(route: SmsRoute) -> PoolRoute {
    PoolRoute {
        source: "prod".into(),
        key: key(),
        route,
        sending_region: "us-east-1".into(),
        failure: String::new(),
        is_plus: false,
    }
}

/// A group that is read to the present, with a newest line so many hours ago.
fn group(name: &str, hours: i64) -> GroupHealth {
    GroupHealth {
        log_group: name.into(),
        is_up: Some(true),
        data_through: Some(now() - TimeDelta::hours(hours)),
        is_caught_up: true,
        ..GroupHealth::default()
    }
}

fn stream(stream: Stream, groups: Vec<GroupHealth>) -> StreamHealth {
    StreamHealth {
        source: "prod".into(),
        stream,
        is_up: Some(true),
        last_success: Some(now()),
        data_through: None,
        read_through: None,
        is_backfilling: false,
        problem: None,
        groups,
    }
}

fn streams(trail_hours: i64, sms_hours: i64, logs_hours: i64) -> Vec<StreamHealth> {
    vec![
        stream(Stream::Cloudtrail, vec![group("trail", trail_hours)]),
        stream(Stream::Sms, vec![group(SUCCESS, sms_hours), group(FAILED, sms_hours)]),
        stream(Stream::CognitoLogs, vec![group("vended", logs_hours)]),
    ]
}

/// An ordinary week.
fn seen() -> Seen {
    Seen {
        activity: vec![(key(), 5_000)],
        sms_requests: vec![(key(), 300)],
        sms_receipts: vec![("us-east-1".into(), 290)],
        undetermined_pages: Vec::new(),
        issuing_pools: vec![key()],
        exporting_pools: Vec::new(),
    }
}

fn found(config: &Config, pools: &[PoolRoute], streams: &[StreamHealth], seen: &Seen) -> Vec<BlindSpot> {
    find(config, pools, Some(&Running { as_of: now(), streams, seen }))
}

fn kinds(spots: &[BlindSpot]) -> Vec<Blindness> {
    spots.iter().map(|spot| spot.kind).collect()
}

#[test]
fn nothing_is_blind_where_all_is_there_and_alive() {
    let spots = found(&config(WHOLE), &[route(SmsRoute::Sns)], &streams(1, 1, 1), &seen());
    assert_eq!(spots, []);
}

#[test]
fn a_source_without_any_section_tells_nothing() {
    let spots = find(&config(""), &[], None);
    assert_eq!(kinds(&spots), [Blindness::NoTrail, Blindness::NoCognito, Blindness::SmsUnread]);
    assert!(spots[0].consequence.starts_with("challenges, sign-ins, recovery and SMS conversion of us-east-1"));
}

#[test]
fn the_doctor_knows_how_messages_leave_aws() {
    let config = config("[source.cloudtrail]\nlog_group = \"trail\"\n[source.cognito]\nlookup = \"off\"\n");
    let sandboxed =
        PoolRoute { failure: "SNSSandbox".into(), sending_region: "us-west-2".into(), ..route(SmsRoute::Sns) };
    let own = PoolRoute { key: PoolKey { pool_id: "us-east-1_b".into(), ..key() }, ..route(SmsRoute::CustomSender) };
    let spots = find(&config, &[sandboxed, own, route(SmsRoute::None)], None);
    assert_eq!(
        kinds(&spots),
        [
            Blindness::LookupOff,
            Blindness::SmsUnread,
            Blindness::SmsCustomSender,
            Blindness::SmsSetUp,
            Blindness::NoCognitoLogs,
        ]
    );
    assert_eq!(
        spots[1].missing,
        "no [source.sms] for the text messages that user pool us-east-1_a sends through SNS in us-west-2"
    );
    assert!(spots[1].remedy.contains("sns/us-west-2/ACCOUNT/DirectPublishToPhoneNumber"), "{}", spots[1].remedy);
    assert!(spots[3].consequence.contains("sandbox"), "{}", spots[3].consequence);
}

#[test]
fn a_silent_trail_is_told_but_a_failing_or_unread_one_is_not_silent() {
    let pools = [route(SmsRoute::Sns)];
    let told = |streams: &[StreamHealth]| kinds(&found(&config(WHOLE), &pools, streams, &seen()));
    assert_eq!(told(&streams(25, 1, 1)), [Blindness::TrailSilent]);
    assert_eq!(told(&streams(23, 1, 1)), []);
    let mut failing = streams(25, 1, 1);
    failing[0].groups[0].is_up = Some(false);
    assert_eq!(told(&failing), []);
    let mut unread = streams(25, 1, 1);
    unread[0].groups[0].is_caught_up = false;
    assert_eq!(told(&unread), []);
}

#[test]
fn a_silent_log_of_cognito_proves_nothing_where_nobody_signs_in() {
    let pools = [route(SmsRoute::Sns)];
    let a_week = streams(1, 1, 24 * 8);
    assert_eq!(kinds(&found(&config(WHOLE), &pools, &a_week, &seen())), [Blindness::GroupSilent]);
    let idle = Seen { activity: Vec::new(), ..seen() };
    assert_eq!(kinds(&found(&config(WHOLE), &pools, &a_week, &idle)), []);
}

#[test]
fn another_trail_may_bring_the_region() {
    let text = format!("{}\n[[source]]\nname = \"second\"\nregion = \"eu-west-1\"\n[source.cognito]\n", WHOLE);
    let config = config(&text);
    let there = PoolKey { aws_region: "eu-west-1".into(), pool_id: "unknown".into() };
    let trail_of_second = |seen: &Seen, streams: &[StreamHealth]| {
        let spots = found(&config, &[route(SmsRoute::Sns)], streams, seen);
        spots.into_iter().find(|spot| spot.source == "second" && spot.kind == Blindness::NoTrail)
    };
    let mut brought = seen();
    brought.activity.push((there, 1));
    assert_eq!(trail_of_second(&brought, &streams(1, 1, 1)), None);
    let mut unread = streams(1, 1, 1);
    unread[0].groups[0].is_caught_up = false;
    assert_eq!(trail_of_second(&seen(), &unread), None);
    let spot = trail_of_second(&seen(), &streams(1, 1, 1)).expect("nothing brings eu-west-1");
    assert!(spot.missing.contains("no record of eu-west-1 is certain to come from the trail of prod"));
}

#[test]
fn receipts_that_are_halved_sampled_or_silent_are_told_apart() {
    let pools = [route(SmsRoute::Sns)];
    let half = config(&WHOLE.replace(&format!(", \"{FAILED}\""), ""));
    let mut one_group = streams(1, 1, 1);
    one_group[1].groups.truncate(1);
    let spots = found(&half, &pools, &one_group, &seen());
    assert_eq!(kinds(&spots), [Blindness::SmsHalf]);
    assert_eq!(spots[0].consequence, "failed messages are not counted: the delivery ratio is always 100 %");

    let sampled = config(&WHOLE.replace("[source.cognito_logs]", "success_sample_percent = 10\n[source.cognito_logs]"));
    assert_eq!(kinds(&found(&sampled, &pools, &streams(1, 1, 1), &seen())), [Blindness::SmsSampled]);

    // Nobody says that it is sampled, yet fewer than half of the messages have a receipt.
    let few = |receipts| Seen { sms_receipts: vec![("us-east-1".into(), receipts)], ..seen() };
    assert_eq!(kinds(&found(&config(WHOLE), &pools, &streams(1, 1, 1), &few(149))), [Blindness::SmsSampled]);
    assert_eq!(kinds(&found(&config(WHOLE), &pools, &streams(1, 1, 1), &few(150))), []);

    let silent = found(&config(WHOLE), &pools, &streams(1, 24 * 8, 1), &few(0));
    assert_eq!(kinds(&silent), [Blindness::GroupSilent]);
    assert!(silent[0].missing.contains("while pools asked for 300 text messages in us-east-1"));
}

#[test]
fn what_records_do_not_tell_is_told_by_pool() {
    let pages = |is_plus| {
        let pool = PoolRoute { is_plus, ..route(SmsRoute::Sns) };
        let seen = Seen { issuing_pools: Vec::new(), undetermined_pages: vec![(key(), 40)], ..seen() };
        found(&config(WHOLE), &[pool], &streams(1, 1, 1), &seen)
    };
    let spots = pages(false);
    assert_eq!(kinds(&spots), [Blindness::IssuanceUnseen, Blindness::PagesUndetermined]);
    assert_eq!(spots[0].missing, "no record of user pool us-east-1_a names the challenge that it issues");
    assert!(spots[1].remedy.contains("on the Plus plan only"), "{}", spots[1].remedy);
    assert!(pages(true)[1].remedy.starts_with("cognito-idp:SetLogDeliveryConfiguration"));

    let exported = Seen { undetermined_pages: vec![(key(), 40)], exporting_pools: vec![key()], ..seen() };
    assert_eq!(kinds(&found(&config(WHOLE), &[route(SmsRoute::Sns)], &streams(1, 1, 1), &exported)), []);
}
