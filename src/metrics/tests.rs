use chrono::TimeDelta;
use prometheus::Registry;

use super::*;
use crate::instrument::Instruments;
use crate::model::Ratio;
use crate::query::Series;
use crate::snapshot::pumping::Pumping;
use crate::snapshot::{Incidents, sample};

/// With something to say under every name.
fn whole() -> Snapshot {
    let mut snapshot = sample::snapshot();
    let key = snapshot.pools[0].key.clone();
    let series = |name: &str| Series {
        series: name.into(),
        aws_region: key.aws_region.clone(),
        pool_id: key.pool_id.clone(),
        country: "BR".into(),
        factor: "sms".into(),
        reason: "other".into(),
        kind: "mfa".into(),
        via: "api".into(),
        total: 7,
    };
    let more = ["sms_price_micro_usd", "sms_delivery_ms"].map(series);
    let bucket = Series { kind: "5".into(), ..series("sms_delivery_bucket") };
    let told: Vec<String> = snapshot.counters.iter().map(|series| series.series.clone()).collect();
    let untold = totals::TOTALS.iter().map(|(name, ..)| *name).filter(|name| !told.iter().any(|told| told == name));
    snapshot.counters.extend(untold.map(series).chain(more).chain([bucket]));
    let pumping = Pumping {
        key: key.clone(),
        country: "BR".into(),
        begin: sample::as_of() - TimeDelta::hours(5),
        end: sample::as_of() - TimeDelta::hours(1),
        is_going_on: false,
        requests: 900,
        usual_requests: 3.0,
        weeks: 4,
        answered: Ratio::new(9, 900),
        usually_answered: Ratio::new(80, 100),
        is_new_country: false,
        by_new_users: Ratio::new(890, 900),
        price_micro_usd: None,
    };
    snapshot.incidents = Some(Incidents::sample(Vec::new(), vec![pumping]));
    snapshot
}

#[test]
fn names_labels_and_help_are_what_users_hold_on_to() {
    let process = Registry::new();
    let instruments = Instruments::register(&process).expect("registered once");
    instruments.aws_requests.with_label_values(&["prod", "ListUsers"]).inc();
    instruments.aws_throttles.with_label_values(&["prod", "ListUsers"]);
    instruments.billable_lookups.with_label_values(&["prod"]);
    let text = exposition(Some(&whole()), &process, Format::Text).expect("encodes");
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
