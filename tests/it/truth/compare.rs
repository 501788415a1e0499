//! Holds what the daemon shows against the truth.

use crate::support::exposition::{Samples, Series};

/// Families of which every series must be right and no other may exist.
const COUNTERS: [&str; 8] = [
    "mfascope_challenge_responses_total",
    "mfascope_challenge_failures_total",
    "mfascope_challenge_undetermined_total",
    "mfascope_sign_ins_total",
    "mfascope_mfa_sign_ins_total",
    "mfascope_recovery_events_total",
    "mfascope_recovery_failures_total",
    "mfascope_records_total",
];
/// One series per status, state or factor: nobody there may be 0 or absent.
const BREAKDOWNS: [&str; 3] = ["mfascope_users", "mfascope_user_states", "mfascope_enrolled_users"];
/// One series per listed pool; a ratio without a denominator is absent.
const EXACT: [&str; 8] = [
    "mfascope_pool_info",
    "mfascope_eligible_users",
    "mfascope_active_users",
    "mfascope_capable_users",
    "mfascope_active_capable_users",
    "mfascope_enrolment_ratio",
    "mfascope_active_enrolment_ratio",
    "mfascope_evidence_coverage_ratio",
];

/// One line per series that is wrong.
pub fn differences(truth: &Samples, shown: &Samples) -> Vec<String> {
    let mut wrong = Vec::new();
    for series in truth.keys().chain(shown.keys()).filter(|series| is_compared(series)) {
        let expected = value(series, truth);
        let found = value(series, shown);
        if !is_same(expected, found) {
            wrong.push(format!("{series}: expected {expected:?}, found {found:?}"));
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Counters that show more than will ever be true.
pub fn overshoots(truth: &Samples, shown: &Samples) -> Vec<String> {
    let counters = shown.iter().filter(|(series, _)| COUNTERS.contains(&series.name.as_str()));
    let over = counters.filter(|(series, value)| **value > truth.get(series).copied().unwrap_or(0.0));
    over.map(|(series, value)| format!("{series}: {value} of {:?}", truth.get(series))).collect()
}

/// Counters that have gone down.
pub fn declines(before: &Samples, after: &Samples) -> Vec<String> {
    let counters = before.iter().filter(|(series, _)| COUNTERS.contains(&series.name.as_str()));
    let down = counters.filter(|(series, value)| after.get(series).is_none_or(|now| now < value));
    down.map(|(series, value)| format!("{series}: {value}, then {:?}", after.get(series))).collect()
}

fn is_compared(series: &Series) -> bool {
    let name = series.name.as_str();
    let cloudtrail = series.labels.get("stream").is_none_or(|stream| stream == "cloudtrail");
    cloudtrail && (COUNTERS.contains(&name) || BREAKDOWNS.contains(&name) || EXACT.contains(&name))
}

/// What is counted is 0 where it is absent; what is measured is not.
fn value(series: &Series, samples: &Samples) -> Option<f64> {
    let exact = EXACT.contains(&series.name.as_str());
    samples.get(series).copied().or((!exact).then_some(0.0))
}

fn is_same(expected: Option<f64>, found: Option<f64>) -> bool {
    match (expected, found) {
        (Some(expected), Some(found)) => (expected - found).abs() <= 1e-9,
        (None, None) => true,
        _ => false,
    }
}
