//! A real browser opens the pages.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::{Settings, TestApp};
use crate::support::{tools, users};
use crate::truth::Lookup;
use crate::world::World;

#[test]
fn every_page_is_sound_in_a_real_browser() {
    let world = World::shared();
    let app = TestApp::start(&Settings::new(&world.moto.endpoint));
    app.reaches_users(world.directory.region, &world.rows(Lookup::All));
    let spare = TempDir::new().expect("a temporary folder");
    let folder = std::env::var_os("MFASCOPE_SCREENSHOTS").map_or_else(|| spare.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("the folder for screenshots");

    let (pool, region) = (&world.directory.pools[0], world.directory.region);
    let of_pool = format!("/pools/{region}/{}", pool.id);
    let of_users = format!("{of_pool}/users?list=not-protected");
    let paths = [
        "/",
        &of_pool,
        &of_users,
        "/pools",
        "/challenges?range=400d",
        "/recovery?range=400d",
        "/sms?range=400d",
        "/rollout",
        "/rollout/records",
        "/audit?range=90d",
        "/sources",
        "/queries",
        "/queries/sms_delivery_by_country?range=30d",
        "/queries/users_by_status",
        "/sql",
        "/queries/population",
        "/queries/other_message?range=400d",
        "/about",
    ];
    let reports = visit(&app.url(""), &paths, &folder);
    for path in paths {
        is_sound(path, &reports[path]);
    }
    // The text is there without JavaScript, too.
    let every_pool = world.directory.pools.iter().map(|pool| pool.name).collect::<Vec<_>>();
    says(&reports["/"], &every_pool);
    says(&reports[&of_pool], &[pool.name]);
    let shown = users::list(&app, region, &pool.id, "not-protected", 100).expect("nothing moves");
    let subs: Vec<&str> = shown.iter().take(20).map(|user| user.sub.as_str()).collect();
    assert!(subs.len() > 10, "too few users are not protected");
    says(&reports[&of_users], &subs);
    let titles: HashSet<Option<&str>> = paths.iter().map(|path| reports[path]["title"].as_str()).collect();
    assert_eq!(titles.len(), paths.len(), "pages share a title: {titles:?}");
}

#[test]
fn a_reader_finds_the_way_by_links_filters_keys_and_the_back_button() {
    let world = World::shared();
    let app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.reaches(&world.truth(Lookup::Off));
    let pool = format!("/pools/{}/{}", world.directory.region, world.directory.pools[0].id);
    let paths = ["/", "/pools", &pool, "/challenges?range=400d", "/recovery?range=400d", "/sms?range=400d"];
    let more = [
        "/rollout",
        "/audit?range=400d",
        "/sources",
        "/queries",
        "/queries/enrolment_by_pool",
        "/sql",
        "/queries/challenge_total?range=400d",
        "/about",
    ];
    let report = run("reader.mjs", &[&[app.url("").as_str()], &paths[..], &more[..]].concat());
    assert_eq!(report["problems"], json!([]));
    assert_eq!(report["links"]["broken"], json!([]));
    assert!(report["links"]["followed"].as_u64() > Some(40), "{}", report["links"]);

    let Value::Array(steps) = &report["filters"]["steps"] else { panic!("no steps: {report}") };
    let chosen = |step: &Value| (step["range"].clone(), step["factor"].clone());
    assert_eq!(chosen(&steps[0]), (json!("7 days"), json!("")));
    assert_eq!(chosen(&steps[1]), (json!("400 days"), json!("")));
    assert_eq!(chosen(&steps[2]), (json!("400 days"), json!("totp")));
    assert_ne!(steps[1]["sessions"], steps[2]["sessions"], "one factor fails as often as all of them");
    let along = report["filters"]["along"].as_str().expect("an address");
    assert!(along.contains("range=400d"), "the choice is lost on the way: {along}");
    assert_eq!(steps[3..], [&steps[2], &steps[1], &steps[0]].map(Value::clone), "back is not where it was");

    let keyboard = &report["keyboard"];
    assert_eq!((&keyboard["skip"], &keyboard["main"]), (&json!("Skip to the figures"), &json!("content")));
    assert_eq!(keyboard["outlined"], true, "one cannot see where one is");
    assert!(keyboard["sql"].as_str().is_some_and(|sql| sql.contains("select")), "{keyboard}");

    let print = &report["print"];
    assert_eq!((&print["navigation"], &print["filters"]), (&json!(false), &json!(false)), "paper has no links");
    assert_eq!((&print["figures"], &print["cut"]), (&json!(true), &json!(0)), "{print}");
    assert!(print["bytes"].as_u64() > Some(10_000), "{print}");
    assert_eq!(report["right_to_left"], json!([]));
    assert_eq!(report["moving"], 0);
}

#[track_caller]
pub fn is_sound(path: &str, report: &Value) {
    for complaint in ["console", "policy", "failed", "overflow", "accessibility"] {
        let found = report[complaint].as_array().unwrap_or_else(|| panic!("{path}: no {complaint} in {report}"));
        assert!(found.is_empty(), "{path}: {complaint}: {found:#?}");
    }
    assert!(!report["title"].as_str().unwrap_or_default().is_empty(), "{path} has no title");
}

#[track_caller]
pub fn says(report: &Value, words: &[&str]) {
    let text = report["text_without_javascript"].as_str().expect("the text of the page");
    for word in words {
        assert!(text.contains(word), "{word} is not on the page without JavaScript:\n{text}");
    }
}

pub fn visit(origin: &str, paths: &[&str], folder: &Path) -> Value {
    let folder = folder.to_str().expect("a folder in UTF-8");
    run("browser.mjs", &[&[folder, origin], paths].concat())
}

/// What a script in a real browser reports.
fn run(script: &str, arguments: &[&str]) -> Value {
    tools::program("/usr/bin/chromium");
    tools::tool("node_modules/playwright-core/package.json");
    let done = Command::new("node")
        .arg(tools::test_file(script))
        .args(arguments)
        .env("MFASCOPE_NODE_MODULES", tools::tool("node_modules"))
        .output()
        .expect("node starts");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "the visit failed: {errors}");
    serde_json::from_slice(&done.stdout).unwrap_or_else(|error| panic!("no report: {error}\n{errors}"))
}
