//! The main job: every figure from the wire to `/metrics`, and the same after any number of deaths.

use std::collections::HashSet;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::app::{Settings, TestApp};
use crate::support::exposition::Samples;
use crate::support::front::{Front, Manners};
use crate::support::poll;
use crate::truth::{self, Lookup, declines, overshoots};
use crate::world::directory::Directory;
use crate::world::{SEED, SOURCE, World};

#[test]
fn every_figure_is_right_and_stays_so() {
    let world = World::shared();
    let truth = world.truth(Lookup::All);
    let mut app = TestApp::start(&Settings::new(&world.moto.endpoint));
    app.reaches(&truth);
    app.stays(&truth);
    names_nobody(&app, world);
    for stream in ["cloudtrail", "listing", "lookup"] {
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
    let first = poll(Duration::from_secs(20), || app.metrics().filter(|shown| !shown.is_empty()));
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
    for word in words.chain(["@example.com", "+1206555", "192.0.2.17", "<script>", "HYPERLINK"]) {
        assert!(!metrics.contains(word), "{word} is in the metrics");
        assert!(!app.log().contains(word), "{word} is in the log");
    }
}

/// Whoever reads the store file finds no mailbox, no number, no address.
fn keeps_secrets(app: &TestApp, world: &World) {
    let bytes = std::fs::read(app.folder.path().join("mfascope.duckdb")).expect("the store is there");
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    for secret in ["@example.com", "+1206555", "192.0.2.17"] {
        assert!(!holds(secret), "the store holds {secret}");
    }
    assert!(holds(&world.directory.pools[0].id), "the search above can find nothing");
}

#[test]
fn without_lookups_the_unknown_stay_unknown() {
    let world = World::shared();
    let truth = world.truth(Lookup::Off);
    let settings = Settings { lookup: "off", ..Settings::new(&world.moto.endpoint) };
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

#[test]
fn twenty_kills_lose_and_double_nothing() {
    let world = World::shared();
    let (manners, directory) = dressed(world);
    let truth = truth::figures(&directory, &world.events, &world.lines, SOURCE, Lookup::All);
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
    ] {
        for value in values.split(' ') {
            let name = format!("mfascope_{family}");
            let series = truth.iter().flatten().filter(|(series, _)| series.name == name);
            let total: f64 = series.filter(|(series, _)| series.labels[label] == value).map(|(_, count)| count).sum();
            assert!(total > 0.0, "{family} has no {label}={value}");
        }
    }
    assert!(world.directory.pools.iter().map(|pool| pool.users.len()).sum::<usize>() >= 500);
    assert!(world.lines.len() > 10_000, "moto would give all lines in one page");
}
