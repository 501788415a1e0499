//! `mfascope check`: one line a permission, and an exit code that a script can use.

use crate::support::app::{Settings, TestApp};
use crate::world::World;

#[test]
fn a_source_that_works_passes() {
    let world = World::shared();
    let (code, text) = TestApp::prepare(&Settings::new(&world.moto.endpoint)).check();
    assert_eq!(code, Some(0), "{text}");
    for pool in &world.directory.pools {
        for permission in ["DescribeUserPool", "ListUsers", "AdminGetUser"] {
            let is_ok = |line: &str| line.starts_with("ok") && line.contains(permission) && line.contains(&pool.id);
            assert!(text.lines().any(is_ok), "{permission} on {} is not in:\n{text}", pool.id);
        }
    }
    assert!(text.lines().any(|line| line.starts_with("ok") && line.contains("FilterLogEvents")), "{text}");
    assert!(text.contains("no [source.sms]"), "the blind spot is not named:\n{text}");
}

#[test]
fn what_is_missing_is_named() {
    let world = World::shared();
    let pools = Some(vec!["us-east-1_Missing01".to_owned()]);
    let settings = Settings { log_group: "no-such-group".into(), pools, ..Settings::new(&world.moto.endpoint) };
    let (code, text) = TestApp::prepare(&settings).check();
    assert_eq!(code, Some(1), "{text}");
    for name in ["no-such-group", "us-east-1_Missing01"] {
        let is_named = |line: &str| line.starts_with("FAIL") && line.contains(name) && line.contains("does not exist");
        assert!(text.lines().any(is_named), "{name} is not named in:\n{text}");
    }
}

#[test]
fn nobody_at_the_endpoint_is_one_line_a_call() {
    let (code, text) = TestApp::prepare(&Settings::new("http://127.0.0.1:9")).check();
    assert_eq!(code, Some(1), "{text}");
    assert!(text.lines().any(|line| line.starts_with("FAIL") && line.contains("FilterLogEvents")), "{text}");
}
