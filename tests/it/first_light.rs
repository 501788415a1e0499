//! The main job: every figure from the wire to `/metrics`, and the same after any number of deaths.

use std::collections::HashSet;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::app::{Settings, TestApp};
use crate::support::exposition::{Samples, Series};
use crate::support::front::{Front, Manners, Refusal};
use crate::support::poll;
use crate::truth::{self, Lookup, declines, overshoots};
use crate::world::directory::{Directory, UNKNOWN_SESSION_MINUTES};
use crate::world::phones::{self, COUNTRIES};
use crate::world::plan::SILENT_POOL;
use crate::world::{SEED, SOURCE, World};

#[test]
fn every_figure_is_right_and_stays_so() {
    let world = World::shared();
    let truth = world.truth(Lookup::All);
    let mut app = TestApp::start(&Settings::new(&world.moto.endpoint));
    app.reaches(&truth);
    app.stays(&truth);
    names_nobody(&app, world);
    for stream in ["cloudtrail", "sms", "cognito_logs", "listing", "lookup"] {
        assert_eq!(app.source_up(stream), Some(1.0), "source_up of {stream}");
    }
    let labels = [("source", SOURCE), ("stream", "cloudtrail")];
    let through = app.metric("mfascope_source_data_through_timestamp_seconds", &labels).expect("data through");
    let newest = world.lines.iter().map(|line| line.delivered.timestamp_millis()).max().expect("there are lines");
    assert_eq!(through, newest as f64 / 1000.0, "data through is the delivery of the newest line");
    tells_of_malformed_lines_once(&app);
    // A restart changes nothing either, and the first sample has the totals.
    app.kill9();
    app.restart();
    let first = poll(Duration::from_secs(60), || app.metrics().filter(|shown| !shown.is_empty()));
    let lower = declines(&truth, &first.expect("the daemon answers"));
    assert!(lower.is_empty(), "the first sample after a restart lacks:\n{}", lower.join("\n"));
    app.reaches(&truth);
    assert_eq!(app.sigterm().0, Some(0));
    keeps_secrets(&app, world);
}

/// The log speaks of as many malformed lines as were counted, although the overlap is read every second.
fn tells_of_malformed_lines_once(app: &TestApp) {
    let log = app.log();
    let told = log.lines().filter(|line| line.contains("are not CloudTrail records"));
    let lines = told.filter_map(|line| line.split(" lines=").nth(1)?.split_whitespace().next()?.parse::<f64>().ok());
    let labels = [("source", SOURCE), ("stream", "cloudtrail"), ("outcome", "malformed")];
    let counted = app.metric("mfascope_records_total", &labels).expect("some are malformed");
    assert_eq!(lines.sum::<f64>(), counted, "{log}");
}

/// Neither a label nor a log line tells who somebody is or repeats what an attacker wrote.
fn names_nobody(app: &TestApp, world: &World) {
    let metrics = app.metrics_text().expect("the daemon answers");
    let users = world.directory.pools.iter().flat_map(|pool| &pool.users);
    let words = users.flat_map(|user| [user.sub.as_str(), user.login.as_str()]);
    for word in words.chain(phones::secrets()).chain(["@example.com", "192.0.2.17", "<script>", "HYPERLINK", "pigeon"])
    {
        assert!(!metrics.contains(word), "{word} is in the metrics");
        assert!(!app.log().contains(word), "{word} is in the log");
    }
}

/// Whoever reads the store file finds no mailbox, no number, no address.
fn keeps_secrets(app: &TestApp, world: &World) {
    let bytes = std::fs::read(app.folder.path().join("mfascope.duckdb")).expect("the store is there");
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    for secret in phones::secrets().chain(["@example.com", "192.0.2.17"]) {
        assert!(!holds(secret), "the store holds {secret}");
    }
    assert!(holds(&world.directory.pools[0].id), "the search above can find nothing");
}

#[test]
fn without_lookups_the_unknown_stay_unknown() {
    let world = World::shared();
    let truth = world.truth(Lookup::Off);
    let settings = Settings::without_lookups(&world.moto.endpoint);
    let app = TestApp::start(&settings);
    app.reaches(&truth);
    let unknown: f64 = truth
        .iter()
        .filter(|(series, _)| series.labels.get("state").is_some_and(|state| state == "unknown"))
        .map(|(_, users)| users)
        .sum();
    assert!(unknown > 10.0, "the world has too few unknown users to show anything");
    let billed = app.metric("mfascope_billable_lookups_total", &[("source", SOURCE)]);
    assert_eq!(billed.unwrap_or(0.0), 0.0, "users were made billable");
}

/// The world behind a front that pages small, federates some users and knows e-mail MFA.
fn dressed(world: &World) -> (Manners, Directory) {
    let mut directory = world.directory.clone();
    let mut federated = HashSet::new();
    for user in directory.pools[0].users.iter_mut().step_by(11) {
        federated.insert(user.login.clone());
        user.status = "EXTERNAL_PROVIDER";
    }
    directory.pools[0].allowed.push(crate::world::event::Factor::Email);
    let email_mfa = HashSet::from([directory.pools[0].id.clone()]);
    let pause = Duration::from_millis(30);
    (Manners { page: Some(400), pause, federated, email_mfa, ..Manners::default() }, directory)
}

/// Nobody tells how long a session lives: a quarter of an hour, wherever that matters.
#[test]
fn clients_that_cannot_be_described_give_a_quarter_of_an_hour() {
    let world = World::shared();
    let mut directory = world.directory.clone();
    let unknown = [UNKNOWN_SESSION_MINUTES; 2];
    directory.pools.iter_mut().for_each(|pool| pool.session_minutes = unknown);
    let truth = truth::figures(&directory, &world.log(), SOURCE, Lookup::Off);
    assert!(truth != world.truth(Lookup::Off), "the world has nobody whose time matters");
    let refused = vec![("DescribeUserPoolClient", Refusal::DeniedJson)];
    let front = Front::start(&world.moto.endpoint, Manners { refused, ..Manners::default() });
    let app = TestApp::start(&Settings::without_lookups(&front.endpoint));
    app.reaches(&truth);
    assert_eq!(app.source_up("listing"), Some(1.0), "the rest of the listing goes on");
}

#[test]
fn twenty_kills_lose_and_double_nothing() {
    let world = World::shared();
    let (manners, directory) = dressed(world);
    let truth = truth::figures(&directory, &world.log(), SOURCE, Lookup::All);
    let front = Front::start(&world.moto.endpoint, manners);
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut app = TestApp::prepare(&Settings::new(&front.endpoint));
    let mut last = Samples::new();
    for round in 0..20 {
        let moment = Duration::from_millis(rng.random_range(20..1_500));
        if round % 2 == 0 {
            app.spawn();
        } else {
            app.restart();
        }
        let fault = poll(moment, || {
            let shown = app.metrics()?;
            let wrong = [declines(&last, &shown), overshoots(&truth, &shown)].concat();
            last = shown;
            (!wrong.is_empty()).then(|| wrong.join("\n"))
        });
        assert!(fault.is_none(), "after {round} kills:\n{}", fault.unwrap_or_default());
        app.kill9();
    }
    app.restart();
    app.reaches(&truth);
    app.stays(&truth);
    assert!(front.pages() > 50, "the log was read in {} pages: too few to be cut", front.pages());
}

/// A world without a case shows nothing about it.
#[test]
fn the_world_has_something_of_everything() {
    let world = World::shared();
    let truth = [world.truth(Lookup::All), world.truth(Lookup::Off)];
    for (family, label, values) in [
        ("challenge_responses_total", "factor", "sms totp email unknown"),
        (
            "challenge_failures_total",
            "reason",
            "code_mismatch code_expired code_replayed session_expired session_invalid attempts_exceeded",
        ),
        ("challenge_undetermined_total", "reason", "throttled waf lambda config user_state undetermined other"),
        ("sign_ins_total", "via", "api ui"),
        (
            "recovery_events_total",
            "kind",
            "self_reset_requested self_reset_completed admin_reset admin_set_password admin_mfa_disable self_mfa_disable code_resent",
        ),
        (
            "recovery_failures_total",
            "reason",
            "limit_exceeded no_channel code_mismatch code_expired user_state throttled denied lambda config other",
        ),
        ("user_states", "state", "explicit proven implicit none unknown"),
        ("users", "status", "CONFIRMED FORCE_CHANGE_PASSWORD UNCONFIRMED RESET_REQUIRED"),
        ("records_total", "outcome", "stored duplicate ignored unclassified malformed"),
        ("challenge_sessions_total", "factor", "sms totp email unknown"),
        ("challenge_session_failures_total", "factor", "sms totp email unknown"),
        ("challenges_issued_total", "factor", "sms totp email"),
        ("challenges_abandoned_total", "factor", "sms totp email"),
        ("sms_requests_total", "purpose", "mfa sign_in sign_up recovery attribute"),
        ("sms_conversions_total", "purpose", "mfa sign_in sign_up recovery attribute"),
        ("sms_requests_total", "country", "US CA JM RU KZ GB DE BR IN SG FR JP unknown"),
        ("sms_conversions_total", "country", "US CA JM RU KZ GB DE BR IN SG FR JP unknown"),
        ("sms_send_errors_total", "reason", "role_policy role_trust delivery_failure notification"),
        ("sms_messages_total", "aws_region", "us-east-1 ap-northeast-1"),
        (
            "sms_failures_total",
            "reason",
            "spam blocked_destination invalid_number invalid_message carrier_blocked carrier_unreachable phone_blocked \
             phone_blocklist phone_unreachable opted_out max_price spend_limit ttl_expired protect_blocked unknown other",
        ),
    ] {
        for value in values.split_whitespace() {
            let total = total(&truth, family, &[(label, value)]);
            assert!(total > 0.0, "{family} has no {label}={value}");
        }
    }
    for family in ["sms_messages_total", "sms_failures_total", "sms_price_usd_total", "sms_delivery_seconds_count"] {
        for country in &COUNTRIES {
            assert!(total(&truth, family, &[("country", country.code)]) > 0.0, "{family} has no {}", country.code);
        }
    }
    for outcome in ["stored", "duplicate", "malformed"] {
        for stream in ["sms", "cognito_logs"] {
            let labels = [("stream", stream), ("outcome", outcome)];
            assert!(total(&truth, "records_total", &labels) > 0.0, "no line of {stream} is {outcome}");
        }
    }
    assert!(total(&truth, "records_total", &[("stream", "sms"), ("outcome", "ignored")]) > 0.0);
    is_silent_where_nothing_is_issued(&truth[0], world);
    assert!(world.directory.pools.iter().map(|pool| pool.users.len()).sum::<usize>() >= 500);
    assert!(world.lines.len() >= 5_000);
}

fn total(truth: &[Samples], family: &str, labels: &[(&str, &str)]) -> f64 {
    let is_it = |series: &Series| {
        let mut labels = labels.iter();
        series.name == format!("mfascope_{family}") && labels.all(|(label, value)| series.labels[*label] == *value)
    };
    truth.iter().flatten().filter(|(series, _)| is_it(series)).map(|(_, count)| count).sum()
}

/// Two pools without one issue: one has answers all the same, and one has nobody.
fn is_silent_where_nothing_is_issued(truth: &Samples, world: &World) {
    let of = |family: &str, pool: &str| {
        let is_it = |series: &&Series| series.name == format!("mfascope_{family}") && series.labels["pool_id"] == pool;
        truth.keys().filter(is_it).count()
    };
    let empty = &world.directory.pools[4].id;
    assert!(of("challenge_sessions_total", SILENT_POOL) > 0, "nobody answers in the silent pool");
    for family in ["challenges_issued_total", "challenges_abandoned_total"] {
        assert_eq!(of(family, SILENT_POOL) + of(family, empty), 0, "{family} of pools that tell of no issue");
        assert!(of(family, &world.directory.pools[0].id) > 0, "{family} of no pool at all");
    }
}
