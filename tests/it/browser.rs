//! A real browser opens the page.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::app::{Settings, TestApp};
use crate::support::tools;
use crate::truth::Lookup;
use crate::world::World;

#[test]
fn the_page_is_sound_in_a_real_browser() {
    let world = World::shared();
    let app = TestApp::start(&Settings::new(&world.moto.endpoint));
    app.reaches(&world.truth(Lookup::All));
    let spare = TempDir::new().expect("a temporary folder");
    let folder = std::env::var_os("MFASCOPE_SCREENSHOTS").map_or_else(|| spare.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("the folder for screenshots");
    let report = visit(&app.url("/"), &folder);
    for complaint in ["console", "policy", "failed", "overflow", "accessibility"] {
        let found = report[complaint].as_array().unwrap_or_else(|| panic!("no {complaint} in {report}"));
        assert!(found.is_empty(), "{complaint}: {found:#?}");
    }
    let text = report["text_without_javascript"].as_str().expect("the text of the page");
    for pool in &world.directory.pools {
        assert!(text.contains(pool.name), "{} is not on the page without JavaScript:\n{text}", pool.name);
    }
    let title = report["title"].as_str().unwrap_or_default();
    assert!(!title.is_empty(), "the page has no title");
}

fn visit(url: &str, folder: &std::path::Path) -> Value {
    tools::program("/usr/bin/chromium");
    tools::tool("node_modules/playwright-core/package.json");
    let done = Command::new("node")
        .arg(tools::test_file("browser.mjs"))
        .arg(url)
        .arg(folder)
        .env("MFASCOPE_NODE_MODULES", tools::tool("node_modules"))
        .output()
        .expect("node starts");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "the visit failed: {errors}");
    serde_json::from_slice(&done.stdout).unwrap_or_else(|error| panic!("no report: {error}\n{errors}"))
}
