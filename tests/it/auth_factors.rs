//! AdminGetUserAuthFactors: the fuller answer where AWS gives it, the shorter one where it does not.

use std::collections::HashMap;

use crate::support::app::{Settings, TestApp};
use crate::support::front::{Front, Manners, Refusal};
use crate::truth::{self, Lookup, Row};
use crate::world::World;
use crate::world::event::Factor;
use crate::world::small::Small;

const FULL: &str = "AdminGetUserAuthFactors";
const SHORT: &str = "AdminGetUser";

/// What is configured, and what of it says that a second factor is there.
const CONFIGURED: [(&[&str], &[Factor]); 6] = [
    (&["PASSWORD", "SOFTWARE_TOKEN"], &[Factor::Totp]),
    (&["PASSWORD", "WEB_AUTHN"], &[Factor::Passkey]),
    (&["SOFTWARE_TOKEN", "WEB_AUTHN", "PASSWORD"], &[Factor::Totp, Factor::Passkey]),
    // First factors.
    (&["PASSWORD", "EMAIL_OTP", "SMS_OTP"], &[]),
    (&["PASSWORD"], &[]),
    (&[], &[]),
];

#[test]
fn configured_factors_count_as_listed() {
    let mut directory = Small::shared().directory.clone();
    let mut configured = HashMap::new();
    let mut manners = Manners::default();
    for pool in &mut directory.pools {
        manners.passkey_mfa.insert(pool.id.clone());
        pool.allowed.push(Factor::Passkey);
        for number in 0..pool.users.len() {
            let (words, factors) = CONFIGURED[number % CONFIGURED.len()];
            configured.insert(pool.username(&pool.users[number]).to_owned(), words.to_vec());
            let listed = &mut pool.users[number].listed;
            listed.extend(factors);
            listed.sort_unstable();
            listed.dedup();
        }
    }
    let front = Front::start(&World::shared().moto.endpoint, Manners { auth_factors: Some(configured), ..manners });
    let app = TestApp::start(&Settings { asks_auth_factors: true, ..Small::settings(&front.endpoint) });
    app.reaches_users(directory.region, &truth::rows(&directory, &[], Lookup::All));
    assert_eq!(front.calls(SHORT), 0, "{SHORT} was called although {FULL} answers");
}

#[test]
fn where_aws_refuses_or_does_not_know_the_call_the_shorter_one_is_made() {
    let directory = &Small::shared().directory;
    let pool = Small::shared().by_email();
    let mut rows: Vec<Row> = truth::rows(directory, &[], Lookup::All);
    rows.retain(|row| row.pool_id == pool.id);
    let eligible = rows.iter().filter(|row| row.is_eligible).count();
    for refusal in [Refusal::DeniedJson, Refusal::DeniedXml, Refusal::UnknownOperation] {
        let manners = Manners { refused: vec![(FULL, refusal)], ..Manners::default() };
        let front = Front::start(&World::shared().moto.endpoint, manners);
        let pools = Some(vec![pool.id.clone()]);
        let app = TestApp::start(&Settings { asks_auth_factors: true, pools, ..Small::settings(&front.endpoint) });
        app.reaches_users(directory.region, &rows);
        assert_eq!(front.answered(SHORT), eligible, "{refusal:?}: everybody is asked for once");
        // Not a second call a user.
        assert!((1..eligible / 2).contains(&front.calls(FULL)), "{refusal:?}: {} calls", front.calls(FULL));
        let log = app.log();
        let told = log.lines().filter(|line| line.contains(FULL)).count();
        assert_eq!(told, 1, "{refusal:?}: lines about {FULL}:\n{log}");
        app.wait_until("the look-up works", || app.source_up("lookup") == Some(1.0));
    }
}
