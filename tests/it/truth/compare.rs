//! Holds what the daemon shows against the truth.

use super::buckets::{self, BUCKET};
use crate::support::exposition::{Samples, Series};

/// Families of which every series must be right and no other may exist.
const COUNTERS: [&str; 21] = [
    "mfascope_challenge_responses_total",
    "mfascope_challenge_failures_total",
    "mfascope_challenge_undetermined_total",
    "mfascope_challenge_sessions_total",
    "mfascope_challenge_session_failures_total",
    ISSUES[0],
    ISSUES[1],
    "mfascope_sign_ins_total",
    "mfascope_mfa_sign_ins_total",
    "mfascope_recovery_events_total",
    "mfascope_recovery_failures_total",
    "mfascope_sms_requests_total",
    "mfascope_sms_conversions_total",
    "mfascope_sms_send_errors_total",
    "mfascope_sms_messages_total",
    "mfascope_sms_failures_total",
    SUMS[0],
    SUMS[1],
    "mfascope_sms_delivery_seconds_count",
    BUCKET,
    "mfascope_records_total",
];
/// Added up from fractions.
const SUMS: [&str; 2] = ["mfascope_sms_price_usd_total", "mfascope_sms_delivery_seconds_sum"];
/// Not even 0 where no record of the pool names a challenge that is issued.
const ISSUES: [&str; 2] = ["mfascope_challenges_issued_total", "mfascope_challenges_abandoned_total"];
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
    // The truth has more buckets than anybody would show.
    let expected = truth.keys().filter(|series| series.name != BUCKET);
    for series in expected.chain(shown.keys()).filter(|series| is_compared(series)) {
        let [expected, found] = [value(series, truth), value(series, shown)];
        if !is_same(series, expected, found) {
            wrong.push(format!("{series}: expected {expected:?}, found {found:?}"));
        } else if shown.contains_key(series) && !is_measurable(series, truth) {
            wrong.push(format!("{series}: found {found:?} where it cannot be measured"));
        }
    }
    wrong.extend(buckets::without_end(shown));
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Counters that show more than will ever be true.
pub fn overshoots(truth: &Samples, shown: &Samples) -> Vec<String> {
    let mut over = Vec::new();
    for (series, found) in shown.iter().filter(|(series, _)| is_counter(series)) {
        let most = value(series, truth).unwrap_or(0.0);
        if *found > most + leeway(series, most) {
            over.push(format!("{series}: {found} of {most}"));
        }
    }
    over
}

/// Counters that have gone down.
pub fn declines(before: &Samples, after: &Samples) -> Vec<String> {
    // The buckets of the truth end where the daemon's do not.
    let is_held = |series: &Series| is_counter(series) && (series.name != BUCKET || after.contains_key(series));
    let counters = before.iter().filter(|(series, value)| is_held(series) && **value > 0.0);
    let down = counters.filter(|(series, before)| {
        let now = value(series, after).unwrap_or(0.0);
        now + leeway(series, now) < **before
    });
    down.map(|(series, before)| format!("{series}: {before}, then {:?}", value(series, after))).collect()
}

fn is_counter(series: &Series) -> bool {
    COUNTERS.contains(&series.name.as_str())
}

fn is_compared(series: &Series) -> bool {
    let name = series.name.as_str();
    COUNTERS.contains(&name) || BREAKDOWNS.contains(&name) || EXACT.contains(&name)
}

/// What is counted is 0 where it is absent; what is measured is not.
fn value(series: &Series, samples: &Samples) -> Option<f64> {
    if series.name == BUCKET {
        return Some(buckets::up_to(series, samples));
    }
    let exact = EXACT.contains(&series.name.as_str());
    samples.get(series).copied().or((!exact).then_some(0.0))
}

/// Whether the truth knows anything of this family and pool.
fn is_measurable(series: &Series, truth: &Samples) -> bool {
    let place = |series: &Series| ["aws_region", "pool_id"].map(|label| series.labels.get(label).cloned());
    let is_there = |other: &Series| other.name == series.name && place(other) == place(series);
    !ISSUES.contains(&series.name.as_str()) || truth.keys().any(is_there)
}

fn is_same(series: &Series, expected: Option<f64>, found: Option<f64>) -> bool {
    match (expected, found) {
        (Some(expected), Some(found)) => (expected - found).abs() <= leeway(series, expected),
        (None, None) => true,
        _ => false,
    }
}

/// A sum of fractions depends on the order in which they are added.
fn leeway(series: &Series, expected: f64) -> f64 {
    if SUMS.contains(&series.name.as_str()) { 1e-6 * expected.abs().max(1.0) } else { 1e-9 }
}
