//! Faults of AWS: while they last the last picture stays, and after them the truth is reached.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::app::{Settings, TestApp};
use crate::support::exposition::Series;
use crate::support::front::{Front, Manners, Refusal};
use crate::support::microburst::{Microburst, free_port};
use crate::support::wait;
use crate::truth::{Lookup, differences};
use crate::world::{World, seeding};

fn error(service: &str, code: &str, status: u16) -> Value {
    json!({"service": service, "error": {"code": code, "status": status, "message": "injected"}})
}

/// Nothing of AWS works in one way or the other.
fn outages() -> Vec<(&'static str, Value)> {
    vec![
        ("throttled with 400", json!([error("logs", "ThrottlingException", 400)])),
        ("throttled with 429", json!([error("logs", "ThrottlingException", 429)])),
        ("service unavailable", json!([error("*", "ServiceUnavailableException", 503)])),
        ("internal failure", json!([error("*", "InternalFailure", 500)])),
        ("expired token", json!([error("*", "ExpiredTokenException", 400)])),
        ("clock skew", json!([error("*", "RequestTimeTooSkewed", 403)])),
        ("signature expired", json!([error("*", "InvalidSignatureException", 400)])),
        ("access denied", json!([error("logs", "AccessDeniedException", 400)])),
        ("connection reset", json!([{"service": "*", "reset": true}])),
        ("truncated body", json!([{"service": "logs", "response": {"truncate_frac": 0.5}}])),
        ("cut connection", json!([{"service": "logs", "response": {"abort_frac": 0.3}}])),
        ("corrupt body", json!([{"service": "logs", "response": {"corrupt_bytes": 65_536}}])),
    ]
}

#[test]
fn an_outage_of_any_kind_keeps_the_last_picture_and_passes() {
    let world = World::shared();
    let truth = world.truth(Lookup::All);
    let proxy = Microburst::start(&world.moto.endpoint);
    let mut app = TestApp::start(&Settings::new(&proxy.endpoint));
    app.reaches(&truth);
    for (name, rules) in outages() {
        proxy.rules(&rules);
        app.wait_until(&format!("{name}: the source is down"), || app.source_up("cloudtrail") == Some(0.0));
        assert!(proxy.fired() > 0, "{name}: nothing was injected");
        let wrong = differences(&truth, &app.metrics().expect("the daemon answers"));
        assert!(wrong.is_empty(), "{name}: the last picture is gone:\n{}", wrong.join("\n"));
        proxy.rules(&json!([]));
        app.wait_until(&format!("{name}: the source is up again"), || app.source_up("cloudtrail") == Some(1.0));
    }
    app.stays(&truth);
    assert!(app.is_running(), "the daemon died:\n{}", app.log());
}

/// Faults from the first request on, some of them in every way at once.
fn rough_starts() -> Vec<(&'static str, Value)> {
    let sometimes = |mut rule: Value| {
        rule["probability"] = json!(0.2);
        rule
    };
    let throttles = [
        error("cognito-idp", "TooManyRequestsException", 400),
        error("cognito-idp", "TooManyRequestsException", 429),
        error("logs", "ThrottlingException", 400),
    ];
    let cuts = [
        json!({"service": "*", "reset": true}),
        json!({"service": "*", "response": {"truncate_frac": 0.7}}),
        json!({"service": "*", "response": {"corrupt_bytes": 65_536}}),
        json!({"service": "*", "latency": {"min": 20, "max": 200}}),
        error("*", "InternalFailure", 500),
    ];
    vec![
        ("throttled now and then", throttles.into_iter().map(sometimes).collect()),
        ("cut and late now and then", cuts.into_iter().map(sometimes).collect()),
    ]
}

#[test]
fn a_rough_start_ends_in_the_truth() {
    let world = World::shared();
    let truth = world.truth(Lookup::All);
    let proxy = Microburst::start(&world.moto.endpoint);
    for (name, rules) in rough_starts() {
        proxy.rules(&rules);
        let app = TestApp::start(&Settings::new(&proxy.endpoint));
        app.wait_until(&format!("{name}: faults"), || proxy.fired() >= 5);
        proxy.rules(&json!([]));
        app.reaches(&truth);
        app.stays(&truth);
    }
}

#[test]
fn an_endpoint_that_comes_up_later_is_found() {
    let world = World::shared();
    let port = free_port();
    let app = TestApp::start(&Settings::without_lookups(&format!("http://127.0.0.1:{port}")));
    app.wait_until("the source is down", || app.source_up("cloudtrail") == Some(0.0));
    assert_eq!(app.get("/-/ready").expect("the daemon answers").status(), 503, "nothing to show yet");
    let gauges = app.metrics().expect("the daemon answers");
    let figures: Vec<_> = gauges.keys().filter(|series| series.labels.contains_key("pool_id")).collect();
    assert!(figures.is_empty(), "figures of pools that nobody has seen: {figures:?}");
    let _proxy = Microburst::start_at(port, &world.moto.endpoint);
    app.reaches(&world.truth(Lookup::Off));
}

#[test]
fn a_refusal_in_either_form_names_the_permission() {
    let world = World::shared();
    let truth = world.truth(Lookup::Off);
    let front = Front::start(&world.moto.endpoint, Manners::default());
    for (operation, action, stream, form) in [
        ("FilterLogEvents", "logs:FilterLogEvents", "cloudtrail", Refusal::DeniedJson),
        ("FilterLogEvents", "logs:FilterLogEvents", "cloudtrail", Refusal::DeniedXml),
        ("ListUsers", "cognito-idp:ListUsers", "listing", Refusal::DeniedJson),
        ("ListUsers", "cognito-idp:ListUsers", "listing", Refusal::DeniedXml),
    ] {
        front.change(Manners { refused: vec![(operation, form)], ..Manners::default() });
        let app = TestApp::start(&Settings::without_lookups(&front.endpoint));
        app.wait_until(&format!("{operation} {form:?}: {stream} is down"), || app.source_up(stream) == Some(0.0));
        app.wait_until(&format!("a line names {action}"), || {
            app.log().lines().any(|line| line.contains(action) && !line.contains("level=info"))
        });
        front.change(Manners::default());
        app.reaches(&truth);
    }
}

#[test]
fn a_missing_log_group_is_named_and_read_once_it_is_there() {
    const GROUP: &str = "born-later";
    let world = World::shared();
    let front = Front::start(&world.moto.endpoint, Manners::default());
    let app = TestApp::start(&Settings { log_group: GROUP.into(), ..Settings::without_lookups(&front.endpoint) });
    app.wait_until("the source is down", || app.source_up("cloudtrail") == Some(0.0));
    app.wait_until("a line names the group", || app.log().contains(GROUP));
    app.wait_until("the listing is there", || app.source_up("listing") == Some(1.0));
    // What is delivered with the times of days ago must be there before anybody reads.
    front.change(Manners { refused: vec![("FilterLogEvents", Refusal::DeniedJson)], ..Manners::default() });
    // A request from before may still wait for its answer, and would find half of the group.
    app.wait_until("the refusal is seen", || app.log().contains("access denied"));
    let client = world.logs_client();
    wait(async {
        seeding::log_group(&client, GROUP).await;
        seeding::deliver(&client, GROUP, &world.lines).await;
    });
    front.change(Manners::default());
    app.reaches(&world.truth(Lookup::Off));
}

#[test]
fn an_unknown_pool_is_named_and_stops_no_other() {
    const UNKNOWN: &str = "us-east-1_Unknown01";
    let world = World::shared();
    let mut pools: Vec<String> = world.directory.pools.iter().map(|pool| pool.id.clone()).collect();
    pools.insert(1, UNKNOWN.into());
    let app = TestApp::start(&Settings { pools: Some(pools), ..Settings::without_lookups(&world.moto.endpoint) });
    app.reaches(&world.truth(Lookup::Off));
    assert!(app.log().lines().any(|line| line.contains(UNKNOWN)), "no line names {UNKNOWN}:\n{}", app.log());
}

#[test]
fn a_pool_that_is_gone_leaves_with_its_gauges() {
    let world = World::shared();
    let truth = world.truth(Lookup::Off);
    let front = Front::start(&world.moto.endpoint, Manners::default());
    let app = TestApp::start(&Settings { listing_interval: "1s", ..Settings::without_lookups(&front.endpoint) });
    app.reaches(&truth);
    let gone = &world.directory.pools[2].id;
    front.change(Manners { gone: HashSet::from([gone.clone()]), ..Manners::default() });
    let is_its_gauge = |series: &Series| series.labels.get("pool_id") == Some(gone) && !series.name.ends_with("_total");
    app.wait_until("its gauges are gone", || app.metrics().is_some_and(|shown| !shown.keys().any(is_its_gauge)));
    let mut rest = truth;
    let is_of_another = |series: &Series| series.labels.get("pool_id") != Some(gone);
    rest.retain(|series, _| is_of_another(series));
    app.reaches_where(&rest, is_of_another);
}
