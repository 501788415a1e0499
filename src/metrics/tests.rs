use prometheus::Registry;

use super::*;
use crate::instrument::Instruments;
use crate::snapshot::sample;

#[test]
fn names_labels_and_help_are_what_users_hold_on_to() {
    let process = Registry::new();
    let instruments = Instruments::register(&process).expect("registered once");
    instruments.aws_requests.with_label_values(&["prod", "ListUsers"]).inc();
    let text = exposition(Some(&sample::snapshot()), &process, Format::Text).expect("encodes");
    insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn without_a_picture_only_the_process_speaks() {
    let process = Registry::new();
    Instruments::register(&process).expect("registered once");
    let text = exposition(None, &process, Format::Text).expect("encodes");
    assert!(!text.contains("mfascope_users"), "{text}");
}

#[test]
fn nothing_is_said_about_a_pool_that_was_never_swept() {
    let families = families(&sample::snapshot());
    // But what the pool itself is.
    let of_users = |name: &str| !["mfascope_pool_info", "mfascope_pool_mfa_enforcement"].contains(&name);
    for family in families.iter().filter(|family| of_users(family.name())) {
        for metric in family.get_metric() {
            let pool = metric.get_label().iter().find(|label| label.name() == "pool_id");
            assert!(pool.is_none_or(|label| label.value() != "us-east-1_New"), "{}", family.name());
        }
    }
}
