//! Start, serve, stop.

use std::time::Duration;

use crate::support::app::{Settings, TestApp};
use crate::support::front::{Front, Manners};
use crate::support::wait;
use crate::truth::Lookup;
use crate::world::World;

const DRAIN: Duration = Duration::from_secs(10);

#[test]
fn a_signal_drains_and_ends_well() {
    let world = World::shared();
    let mut app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.reaches(&world.truth(Lookup::Off));
    let (code, took) = app.sigterm();
    assert_eq!(code, Some(0), "{}", app.log());
    assert!(took < DRAIN, "it took {took:?}");
}

#[test]
fn a_signal_in_the_middle_of_a_back_fill_ends_well_and_loses_nothing() {
    let world = World::shared();
    let manners = Manners { page: Some(100), pause: Duration::from_millis(100), ..Manners::default() };
    let front = Front::start(&world.moto.endpoint, manners);
    let mut app = TestApp::start(&Settings::without_lookups(&front.endpoint));
    app.wait_until("the back-fill runs", || front.pages() >= 6);
    let (code, took) = app.sigterm();
    assert_eq!(code, Some(0), "{}", app.log());
    assert!(took < DRAIN, "it took {took:?}");
    assert!(front.pages() < 200, "the back-fill was over before the signal");
    front.change(Manners::default());
    app.restart();
    app.reaches(&world.truth(Lookup::Off));
}

fn status(app: &TestApp, path: &str, head: bool) -> u16 {
    let client = reqwest::Client::new();
    let request = if head { client.head(app.url(path)) } else { client.get(app.url(path)) };
    wait(request.send()).expect("the daemon answers").status().as_u16()
}

#[test]
fn ready_follows_the_first_picture() {
    let world = World::shared();
    let manners = Manners { page: Some(2_000), pause: Duration::from_millis(200), ..Manners::default() };
    let front = Front::start(&world.moto.endpoint, manners);
    let mut app = TestApp::start(&Settings::without_lookups(&front.endpoint));
    for head in [false, true] {
        assert_eq!(status(&app, "/-/healthy", head), 200, "healthy from the start");
    }
    assert_eq!(status(&app, "/-/ready", false), 503, "there is no picture yet");
    assert_eq!(status(&app, "/-/ready", true), 503);
    app.wait_until("ready", || status(&app, "/-/ready", false) == 200);
    assert_eq!(status(&app, "/-/ready", true), 200);
    app.reaches(&world.truth(Lookup::Off));
    // A store with a picture in it is ready at once, whatever AWS does.
    app.kill9();
    front.change(Manners { pause: Duration::from_secs(60), page: Some(10), ..Manners::default() });
    app.restart();
    app.wait_until("ready from the store", || status(&app, "/-/ready", false) == 200);
    assert_eq!(status(&app, "/nothing/here", false), 404);
    assert_eq!(status(&app, "/nothing/here", true), 404);
}

#[test]
fn the_page_is_sent_with_every_protection() {
    let world = World::shared();
    let app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.wait_until("ready", || status(&app, "/-/ready", false) == 200);
    let page = app.get("/").expect("the daemon answers");
    assert_eq!(page.status(), 200);
    let header = |name: &str| page.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'") || policy.contains("default-src 'self'"), "policy: {policy}");
    for weak in ["unsafe-inline", "unsafe-eval", "*"] {
        assert!(!policy.contains(weak), "the policy allows {weak}: {policy}");
    }
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(!header("referrer-policy").is_empty(), "no referrer policy");
    assert!(header("content-type").starts_with("text/html"), "{}", header("content-type"));
    let metrics = app.get("/metrics").expect("the daemon answers");
    let kind = metrics.headers()["content-type"].to_str().expect("a header in ASCII");
    assert!(kind.starts_with("text/plain; version=0.0.4"), "without an Accept header: {kind}");
}

#[test]
fn metrics_come_in_every_form_a_scraper_asks_for() {
    let world = World::shared();
    let app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.wait_until("ready", || status(&app, "/-/ready", false) == 200);
    let ask = |name: &str, value: &str| {
        let request = reqwest::Client::new().get(app.url("/metrics")).header(name, value);
        wait(request.send()).expect("the daemon answers")
    };
    let kind = |answer: &reqwest::Response, name: &str| {
        answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let open = ask("accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5");
    let found = kind(&open, "content-type");
    assert!(found.starts_with("application/openmetrics-text; version=1.0.0"), "{found}");
    let text = wait(open.text()).expect("a text");
    assert!(text.ends_with("# EOF\n"), "OpenMetrics ends with EOF");
    let packed = ask("accept-encoding", "gzip");
    assert_eq!(kind(&packed, "content-encoding"), "gzip");
    let bytes = wait(packed.bytes()).expect("a body");
    assert_eq!(bytes[..2], [0x1f, 0x8b], "the body is not gzip");
}
