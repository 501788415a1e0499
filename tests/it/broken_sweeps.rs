//! Sweeps that are cut: the daemon dies in the middle, or AWS forgets where it was.

use std::time::Duration;

use crate::bad_directory::{is_whole, whole_until};
use crate::support::app::{Settings, TestApp};
use crate::support::exposition::Series;
use crate::support::front::{Crowd, Front, Manners};
use crate::support::{aws, wait};
use crate::world::directory::{Directory, pool};
use crate::world::{SOURCE, World, seeding};

const USERS: usize = 900;
const PAGE: &str = "ListUsers";

/// A pool of many users who exist only in the front.
fn crowded(region: &'static str) -> (String, Manners) {
    let mut directory = Directory { region, pools: vec![pool("crowded", "OFF", None, Vec::new(), Vec::new())] };
    wait(seeding::users(&aws::cognito_client(&World::shared().moto.endpoint, region), &mut directory));
    let id = directory.pools[0].id.clone();
    // As slow as a shared quota: what is stored keeps up with what is read.
    let crowd = Some(Crowd { pool: id.clone(), users: USERS });
    (id, Manners { crowd, user_pause: Duration::from_millis(300), ..Manners::default() })
}

fn listed_at(app: &TestApp) -> f64 {
    let labels = [("source", SOURCE), ("stream", "listing")];
    let series = Series::new("mfascope_source_last_success_timestamp_seconds", &labels);
    app.metrics().and_then(|metrics| metrics.get(&series).copied()).unwrap_or(0.0)
}

#[test]
fn a_sweep_that_is_killed_goes_on_where_it_was() {
    const REGION: &str = "ca-central-1";
    let (id, manners) = crowded(REGION);
    let pages = manners.crowd.as_ref().expect("a crowd was planned").pages();
    let front = Front::start(&World::shared().moto.endpoint, manners);
    let settings = Settings::of_pool(&front.endpoint, REGION, &id);
    let mut app = TestApp::start(&Settings { lookup: "off", listing_interval: "20s", ..settings });
    let whole = |app: &TestApp| is_whole(app, REGION, &id, USERS);
    // Twice: without a complete sweep before it, and with one.
    for round in 0..2 {
        let before = front.calls(PAGE);
        whole_until(&app, "half of a sweep", || whole(&app), || front.calls(PAGE) >= before + pages / 2);
        assert!(front.calls(PAGE) < before + pages - 3, "round {round}: the sweep was over before the kill");
        // Known before the restart: under load the rest of the sweep may be over before anybody asks.
        let last = listed_at(&app);
        app.kill9();
        app.restart();
        whole_until(&app, "the end of the sweep", || whole(&app), || listed_at(&app) > last && whole(&app));
        let calls = front.calls(PAGE) - before;
        assert!((pages..=pages + 3).contains(&calls), "round {round}: {calls} pages of {pages} were read");
    }
}

#[test]
fn a_page_token_that_turns_invalid_starts_the_sweep_anew() {
    const REGION: &str = "sa-east-1";
    let (id, manners) = crowded(REGION);
    let pages = manners.crowd.as_ref().expect("a crowd was planned").pages();
    let front = Front::start(&World::shared().moto.endpoint, manners.clone());
    let settings = Settings::of_pool(&front.endpoint, REGION, &id);
    let mut app = TestApp::start(&Settings { lookup: "off", ..settings });
    let whole = |app: &TestApp| is_whole(app, REGION, &id, USERS);
    whole_until(&app, "a third of a sweep", || whole(&app), || front.calls(PAGE) >= pages / 3);
    // Under a daemon that runs.
    front.change(Manners { epoch: 1, ..manners.clone() });
    whole_until(&app, "half of a sweep", || whole(&app), || front.calls(PAGE) >= pages);
    // And under one that comes back to a token that it had kept.
    app.kill9();
    front.change(Manners { epoch: 2, ..manners });
    app.restart();
    whole_until(&app, "a whole sweep", || whole(&app), || whole(&app));
    assert_eq!(app.source_up("listing"), Some(1.0));
    assert!(front.calls(PAGE) <= 3 * pages, "{} pages were read", front.calls(PAGE));
}
