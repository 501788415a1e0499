//! A second emulated Cognito, by other people: what both agree on is more likely to be AWS.

use crate::support::app::{Settings, TestApp};
use crate::support::front::{FILTERED, Front, Manners};
use crate::support::ministack::Ministack;
use crate::support::{aws, users, wait};
use crate::truth::{self, Log, Lookup};
use crate::world::directory::{Directory, pool, user};
use crate::world::event::Factor;
use crate::world::second::{GROUP, SOURCE, Second};
use crate::world::{self, World, seeding};

fn settings(front: &Front, lookup: Lookup) -> Settings {
    Settings {
        log_group: GROUP.into(),
        receipts: None,
        directory: Some((SOURCE, front.endpoint.clone())),
        lookup: lookup.word(),
        ..Settings::new(&World::shared().moto.endpoint)
    }
}

#[track_caller]
fn holds(second: &Second, app: &TestApp, lookup: Lookup) {
    app.reaches_users(second.directory.region, &truth::rows(&second.directory, &second.events, lookup));
    let log = Log { events: &second.events, lines: &second.lines, receipts: &[] };
    app.reaches(&truth::figures(&second.directory, &log, world::SOURCE, lookup));
}

#[test]
fn a_directory_and_a_trail_of_two_sources_make_one_picture() {
    let second = Second::shared();
    let rows = truth::rows(&second.directory, &second.events, Lookup::All);
    for (state, factor) in [("proven", Factor::Passkey), ("implicit", Factor::Email), ("proven", Factor::Email)] {
        let is_one = |row: &&truth::Row| row.state == state && row.usable_factors.contains(&factor);
        assert!(rows.iter().any(|row| is_one(&row)), "nobody is {state} with {factor:?}");
    }
    for lookup in [Lookup::All, Lookup::Active, Lookup::Off] {
        let front = Front::start(&second.ministack.endpoint, Manners::default());
        let app = TestApp::start(&settings(&front, lookup));
        holds(second, &app, lookup);
        let asked =
            truth::rows(&second.directory, &second.events, lookup).iter().filter(|row| row.is_looked_up).count();
        assert_eq!(front.calls("AdminGetUser"), asked, "{lookup:?}: the sub is a user name here, one call is enough");
        assert_eq!(front.calls(FILTERED), 0, "{lookup:?}: no name has to be found");
    }
}

#[test]
fn an_endpoint_that_does_not_know_the_fuller_call_gets_the_shorter_one() {
    let second = Second::shared();
    let front = Front::start(&second.ministack.endpoint, Manners::default());
    let app = TestApp::start(&Settings { asks_auth_factors: true, ..settings(&front, Lookup::All) });
    holds(second, &app, Lookup::All);
    assert!(front.calls("AdminGetUserAuthFactors") > 0, "the fuller call was never tried");
    let told = app.log().lines().filter(|line| line.contains("AdminGetUserAuthFactors")).count();
    assert_eq!(told, 1, "{}", app.log());
}

/// Everything but the look-ups.
const LISTS: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action": [
    "cognito-idp:ListUserPools", "cognito-idp:DescribeUserPool", "cognito-idp:GetUserPoolMfaConfig",
    "cognito-idp:ListUserPoolClients", "cognito-idp:ListUsers"]}]}"#;
const ALL: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action": "cognito-idp:*"}]}"#;

#[test]
fn a_denial_by_real_policies_is_named_and_ends_with_the_permission() {
    let ministack = Ministack::start_strict();
    let people = ["ida", "ivo", "una", "uwe", "zoe"].map(user).to_vec();
    let pools = vec![pool("strict", "OPTIONAL", None, vec![Factor::Totp], people)];
    let mut directory = Directory { region: "us-east-1", pools };
    directory.pools[0].users[0].listed.push(Factor::Totp);
    wait(seeding::users(&aws::cognito_client(&ministack.endpoint, directory.region), &mut directory));
    let keys = ministack.user("mfascope", LISTS);
    let id = &directory.pools[0].id;
    let settings = Settings::of_pool(&ministack.endpoint, directory.region, id);
    let app = TestApp::start(&Settings { keys, ..settings });
    app.wait_until("the look-up is refused", || app.source_up("lookup") == Some(0.0));
    app.wait_until("a line names the permission", || {
        app.log().lines().any(|line| line.contains("cognito-idp:AdminGetUser") && !line.contains("level=info"))
    });
    assert_eq!(app.source_up("listing"), Some(1.0), "the listing goes on");
    let shown = users::list(&app, directory.region, id, "all", 100).expect("the users are listed");
    assert_eq!(shown.len(), directory.pools[0].users.len());
    ministack.allow("mfascope", ALL);
    app.reaches_users(directory.region, &truth::rows(&directory, &[], Lookup::All));
    app.wait_until("the look-up works", || app.source_up("lookup") == Some(1.0));
}
