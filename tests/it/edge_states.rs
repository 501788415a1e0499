//! States in which a dashboard likes to lie: nothing yet, one user, nobody known, very many pools, sources that stopped.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mfascope::clock::Clock;
use mfascope::config::Config;
use mfascope::dashboard::Setting;
use mfascope::gate::Gate;
use mfascope::http::{self, FirstPage, Scrapes, Site};
use mfascope::import::Importer;
use mfascope::model::{Devices, ListedUser, MfaConfiguration, Pool, PoolKey, SmsRoute, Stream, UserStatus};
use mfascope::query::ask::{Desk, Limits};
use mfascope::snapshot::{Gallery, Health, Snapshot};
use mfascope::store::Store;
use prometheus::Registry;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::browser::{is_sound, says, visit};
use crate::support::{background, tools, wait};

pub const SOURCE: &str = "edge";
const REGION: &str = "us-east-1";

pub fn now() -> DateTime<Utc> {
    "2026-03-04T10:20:30Z".parse().expect("an instant")
}

/// The pages of a store and of how its sources are.
pub struct State {
    store: Store,
    health: Health,
    folder: TempDir,
    stop: CancellationToken,
}

impl State {
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let store = Store::open(&folder.path().join("edge.duckdb")).expect("a store");
        let health = Health::default();
        health.expect(SOURCE, Stream::Cloudtrail, ["trail"]);
        health.expect(SOURCE, Stream::Listing, []);
        health.group_succeeded(SOURCE, Stream::Cloudtrail, "trail", now());
        health.succeeded(SOURCE, Stream::Listing, now());
        Self { store, health, folder, stop: CancellationToken::new() }
    }

    /// Pools of so many users each.
    pub fn with_pools(self, users: &[u32]) -> Self {
        let pools: Vec<Pool> = (0..users.len()).map(pool).collect();
        self.store.list_pools(SOURCE, &pools, Duration::from_secs(90 * 86_400), now()).expect("listed");
        for (number, (pool, users)) in pools.iter().zip(users).enumerate() {
            let mut sweep = self.store.begin_sweep(SOURCE, &pool.key, now()).expect("begun");
            let listed: Vec<ListedUser> = (0..*users).map(|user| listed(number as u128, user)).collect();
            self.store.sweep_users(&mut sweep, &listed, None).expect("swept");
            self.store.publish_sweep(&sweep, now()).expect("published");
        }
        self
    }

    pub fn config() -> Config {
        let config = format!("[[source]]\nname = \"{SOURCE}\"\nregion = \"{REGION}\"\n");
        Config::parse(&config, "edge").expect("a config")
    }

    /// What it is a state of.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Where anything may be asked of it.
    pub fn desk(&self) -> Desk {
        Desk::new(self.store.clone(), Limits::default())
    }

    /// What ends the serving of it.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    fn picture(&self) -> Snapshot {
        Snapshot::build(&self.store, &self.health, &Self::config(), now(), None).expect("a picture")
    }

    /// Serves it; where, and the picture on the wall.
    fn served(&self) -> (String, Gallery) {
        let (address, gallery) = self.served_behind(Gate::open());
        (format!("http://{address}"), gallery)
    }

    /// Serves it behind a gate.
    pub fn served_behind(&self, gate: Gate) -> (SocketAddr, Gallery) {
        let gallery = Gallery::default();
        gallery.publish(self.picture());
        let site = Site {
            gallery: gallery.clone(),
            process: Registry::new(),
            setting: Setting::default(),
            store: self.store.clone(),
            clock: Clock::of(now),
            first_page: FirstPage::default(),
            scrapes: Scrapes::default(),
            turns: Arc::new(Semaphore::new(http::LISTS_AT_ONCE)),
            desk: self.desk(),
            config: Arc::new(Self::config()),
            importer: Importer::new(
                self.store.clone(),
                Clock::of(now),
                Arc::new(Self::config()),
                Arc::default(),
                Arc::default(),
            ),
            imports: Arc::default(),
        };
        let listener = wait(TcpListener::bind(("127.0.0.1", 0))).expect("a port");
        let address = listener.local_addr().expect("an address");
        let stop = self.stop.clone();
        background(async move { http::serve(listener, http::router(site), gate, stop).await.expect("served") });
        (address, gallery)
    }

    /// What the browser finds on the pages.
    pub fn visited(&self, paths: &[&str]) -> Value {
        let (address, _) = self.served();
        let folder = std::env::var_os("MFASCOPE_SCREENSHOTS").map_or_else(|| self.folder.path().into(), PathBuf::from);
        let reports = visit(&address, paths, &folder);
        for path in paths {
            is_sound(path, &reports[path]);
        }
        reports
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub fn pool(number: usize) -> Pool {
    Pool {
        key: PoolKey { aws_region: REGION.into(), pool_id: format!("{REGION}_Edge{number:04}") },
        pool_name: format!("Pool number {number}"),
        mfa_configuration: MfaConfiguration::Optional,
        tier: None,
        allows_totp: true,
        allows_sms: true,
        allows_email: false,
        passkey_is_mfa: false,
        has_passkeys: false,
        recovery: Vec::new(),
        sms_route: SmsRoute::Sns,
        sms_region: None,
        sms_failure: None,
        devices: Devices::Off,
        device_skips_mfa: false,
        replica_regions: Vec::new(),
        clients: Vec::new(),
    }
}

fn listed(pool: u128, user: u32) -> ListedUser {
    ListedUser {
        sub: Uuid::from_u128((pool << 64) + u128::from(user) + 1),
        username: None,
        status: UserStatus::Confirmed,
        enabled: true,
        created_at: Some(now() - TimeDelta::days(3)),
        has_phone: true,
        has_email: false,
        phone_verified: true,
        email_verified: false,
        country: Some("US".into()),
    }
}

const PAGES: [&str; 7] = ["/", "/pools", "/challenges", "/recovery", "/sms", "/audit", "/sources"];

/// What a page says without JavaScript.
fn text<'a>(reports: &'a Value, path: &str) -> &'a str {
    reports[path]["text_without_javascript"].as_str().expect("a text")
}

#[test]
fn an_empty_store_says_that_nothing_was_read() {
    let reports = State::new().visited(&PAGES);
    says(&reports["/"], &["No user pool is listed yet"]);
    says(&reports["/pools"], &["No user pool is listed yet"]);
    for path in PAGES {
        assert!(!text(&reports, path).contains("0.0\u{a0}%"), "{path} shows a share of nothing");
    }
}

#[test]
fn users_of_whom_nothing_is_known_are_no_share() {
    for users in [1, 50] {
        let reports = State::new().with_pools(&[users]).visited(&["/", "/pools", "/challenges"]);
        let words = format!("Counting the {users} unknown: between 0.0\u{a0}% and 100.0\u{a0}%");
        says(&reports["/"], &["Pool number 0", &words, "Evidence covers 0.0\u{a0}%"]);
        let page = text(&reports, "/");
        let tile = page.split("Can do MFA").nth(1).expect("the tile");
        assert!(tile.trim_start().starts_with('—'), "unknown users are taken for users without MFA: {tile}");
    }
}

#[test]
fn fifty_pools_are_a_table_and_the_largest_stand_on_the_first_page() {
    let users: Vec<u32> = (1..=50).collect();
    let reports = State::new().with_pools(&users).visited(&["/", "/pools"]);
    says(&reports["/"], &["Pool number 49", "Pool number 42", "42 more pools"]);
    // One to choose from is no section.
    let told = |name: &str| text(&reports, "/").matches(name).count();
    assert!(told("Pool number 41") < told("Pool number 42"), "more than the largest are on the first page");
    let names: Vec<String> = (0..50).map(|pool| format!("Pool number {pool}")).collect();
    says(&reports["/pools"], &names.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn hostile_names_stand_as_what_they_are() {
    let names = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "=HYPERLINK(\"http://example.com\")"];
    let state = State::new();
    let pools: Vec<Pool> = names
        .iter()
        .enumerate()
        .map(|(number, name)| Pool { pool_name: (*name).to_owned(), tier: Some((*name).to_owned()), ..pool(number) })
        .collect();
    state.store.list_pools(SOURCE, &pools, Duration::from_secs(90 * 86_400), now()).expect("listed");
    let page = format!("/pools/{REGION}/{}", pools[1].key.pool_id);
    // A page whose policy refused a script, or that asked for an image, is not sound.
    let reports = state.visited(&["/", "/pools", &page, "/challenges", "/sms", "/queries/pool"]);
    for path in ["/", "/pools", "/queries/pool"] {
        says(&reports[path], &names);
    }
    says(&reports[&page], &[names[1]]);
    let (address, _) = state.served();
    let csv = wait(async { reqwest::get(format!("{address}/api/v1/query?name=pool&format=csv")).await?.text().await });
    let csv = csv.expect("an answer");
    assert!(csv.contains("\"'=HYPERLINK(") && !csv.contains(",\"=HYPERLINK("), "{csv}");
}

#[test]
fn sources_that_stopped_turn_their_tiles() {
    for (hours, status, words) in
        [(1, "Late", "What it rests on comes late"), (7, "Stale", "What it rests on stopped coming")]
    {
        let state = State::new().with_pools(&[30]);
        state.health.group_succeeded(SOURCE, Stream::Cloudtrail, "trail", now() - TimeDelta::minutes(hours * 60 - 10));
        let reports = state.visited(&["/", "/challenges", "/sources"]);
        says(&reports["/"], &[words]);
        says(&reports["/challenges"], &[words]);
        says(&reports["/sources"], &[status]);
    }
}

#[test]
fn a_page_keeps_itself_current_and_the_reader_in_place() {
    let state = State::new().with_pools(&[30]);
    let (address, gallery) = state.served();
    let mut browser = Command::new("node")
        .arg(tools::test_file("live.mjs"))
        .args([&address, "Pool number 1"])
        .env("MFASCOPE_NODE_MODULES", tools::tool("node_modules"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let mut lines = BufReader::new(browser.stdout.take().expect("its output")).lines();
    let mut line = || lines.next().expect("the browser says more").expect("a line");
    assert_eq!(line(), "ready");
    let state = state.with_pools(&[30, 20]);
    gallery.publish(state.picture());
    let found: Value = serde_json::from_str(&line()).expect("a report");
    assert!(browser.wait().expect("it ends").success());
    assert_eq!(found["problems"], Value::Array(Vec::new()));
    assert_eq!((&found["open"], &found["focused"]), (&Value::from(1), &Value::from("A")), "{found}");
    assert_eq!(found["scrolled"], 120, "{found}");
}
