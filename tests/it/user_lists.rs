//! The lists that people work through: who is not protected, who is in conflict; on the screen and as CSV.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use crate::support::app::{Settings, TestApp};
use crate::support::users::{self, Shown};
use crate::support::{aws, wait};
use crate::truth::{Row, instant};
use crate::world::World;
use crate::world::directory::{Directory, pool, user};
use crate::world::dressed::Dressed;
use crate::world::phones;
use crate::world::seeding;

/// Nobody else looks at this Region of the emulator.
const REGION: &str = "eu-central-1";

/// A list holds the right users of every pool, in either form and without a name.
pub fn hold(app: &TestApp, world: &World, dressed: &Dressed, rows: &[Row], list: &str) {
    let region = dressed.directory.region;
    for pool in &dressed.directory.pools {
        let rows = rows.iter().filter(|row| row.pool_id == pool.id && belongs(list, row));
        let expected: HashSet<&str> = rows.map(|row| row.sub.as_str()).collect();
        let shown = users::list(app, region, &pool.id, list, 41).expect("nothing moves");
        let found: HashSet<&str> = shown.iter().map(|user| user.sub.as_str()).collect();
        assert_eq!(found.len(), shown.len(), "{list} of {} shows users twice", pool.name);
        let [more, fewer] = [&found - &expected, &expected - &found];
        assert!(more.is_empty() && fewer.is_empty(), "{list} of {}: too many {more:?}, missing {fewer:?}", pool.name);
        if list == "not-protected" {
            is_newest_first(&shown);
        }
        let (text, cells) = users::csv(app, region, &pool.id, list);
        is_same(&shown, &cells);
        names_nobody(&text, world);
        let path = format!("{}&limit=10000", users::path(region, &pool.id, list));
        names_nobody(&wait(app.get(&path).expect("the daemon answers").text()).expect("a text"), world);
    }
}

fn belongs(list: &str, row: &Row) -> bool {
    match list {
        "not-protected" => row.is_eligible && matches!(row.state, "none" | "unknown"),
        "conflicts" => row.is_conflict,
        _ => true,
    }
}

/// Who has never signed in comes last.
fn is_newest_first(shown: &[Shown]) {
    let times: Vec<Option<DateTime<Utc>>> =
        shown.iter().map(|user| user.last_sign_in_at.as_deref().map(instant)).collect();
    assert!(times.is_sorted_by(|before, after| before >= after), "not the most recent first: {times:?}");
}

/// Row by row what JSON says. Nothing is an empty cell, a list has any separator.
fn is_same(shown: &[Shown], cells: &[HashMap<String, String>]) {
    assert_eq!(cells.len(), shown.len(), "rows");
    for (user, cells) in shown.iter().zip(cells) {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        for (column, expected) in [
            ("sub", user.sub.clone()),
            ("username", text(&user.username)),
            ("status", user.status.clone()),
            ("is_enabled", user.is_enabled.to_string()),
            ("is_eligible", user.is_eligible.to_string()),
            ("is_active", user.is_active.to_string()),
            ("state", user.state.clone()),
            ("preferred", text(&user.preferred)),
            ("is_capable", user.is_capable.to_string()),
            ("strength", text(&user.strength)),
            ("is_conflict", user.is_conflict.to_string()),
            ("last_sign_in_at", text(&user.last_sign_in_at)),
            ("evidence_at", text(&user.evidence_at)),
            ("looked_up_at", text(&user.looked_up_at)),
        ] {
            assert_eq!(cells[column], expected, "{column} of {}", user.sub);
        }
        for (column, expected) in [("factors", &user.factors), ("usable_factors", &user.usable_factors)] {
            let found = cells[column].split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
            assert_eq!(&found.collect::<Vec<_>>(), expected, "{column} of {}", user.sub);
        }
    }
}

fn names_nobody(text: &str, world: &World) {
    let logins = world.directory.pools.iter().flat_map(|pool| &pool.users).map(|user| user.login.as_str());
    for word in logins.chain(phones::secrets()).chain(["@example.com"]) {
        assert!(!text.contains(word), "{word} is in the list");
    }
}

#[test]
fn a_kept_user_name_is_no_formula_in_a_spreadsheet() {
    let names =
        ["=1+1", "+1", "-2+3", "@SUM(A1)", "plain", "comma,quote\"", "=HYPERLINK(\"http://example.com\";\"x\")", "é=1"];
    let world = World::shared();
    let people = names.map(user).to_vec();
    let mut directory = Directory { region: REGION, pools: vec![pool("formulas", "OFF", None, Vec::new(), people)] };
    wait(seeding::users(&aws::cognito_client(&world.moto.endpoint, REGION), &mut directory));
    let id = &directory.pools[0].id;
    let settings = Settings::of_pool(&world.moto.endpoint, REGION, id);
    let app = TestApp::start(&Settings { keeps_usernames: true, lookup: "off", ..settings });
    let is_filled = || users::page(&app, REGION, id, "all", 1, 0).is_some_and(|page| page.total > 0);
    app.wait_until("the users are listed", is_filled);
    let by_sub: HashMap<&str, &str> =
        directory.pools[0].users.iter().map(|user| (user.sub.as_str(), user.login.as_str())).collect();
    let shown = users::list(&app, REGION, id, "all", 3).expect("nothing moves");
    assert_eq!(shown.len(), names.len());
    for user in &shown {
        assert_eq!(user.username.as_deref(), Some(by_sub[user.sub.as_str()]), "JSON shows the name as it is");
    }
    let (_, cells) = users::csv(&app, REGION, id, "all");
    assert_eq!(cells.len(), names.len());
    for row in cells {
        let name = by_sub[row["sub"].as_str()];
        let expected = if name.starts_with(['=', '+', '-', '@']) { format!("'{name}") } else { name.to_owned() };
        assert_eq!(row["username"], expected);
    }
}
