//! Counters kept in the store.

use super::family::Family;
use crate::query::Series;
use crate::snapshot::Snapshot;

/// Name of a series in the store, name of its metric, help, and its own labels.
type Total = (&'static str, &'static str, &'static str, &'static [Label]);

/// A label and where a series keeps its value.
type Label = (&'static str, fn(&Series) -> &str);

const FACTOR: Label = ("factor", |series| &series.factor);
const REASON: Label = ("reason", |series| &series.reason);
const KIND: Label = ("kind", |series| &series.kind);
const VIA: Label = ("via", |series| &series.via);

const TOTALS: &[Total] = &[
    (
        "challenge_responses",
        "mfascope_challenge_responses_total",
        "Answers to MFA challenges whose outcome is determined (accepted, or refused because of code or session). CloudTrail, pulled on a timer.",
        &[FACTOR],
    ),
    (
        "challenge_failures",
        "mfascope_challenge_failures_total",
        "Answers to MFA challenges refused because of the code or the session, by reason; divide by mfascope_challenge_responses_total. CloudTrail, pulled on a timer.",
        &[FACTOR, REASON],
    ),
    (
        "challenge_undetermined",
        "mfascope_challenge_undetermined_total",
        "Answers to MFA challenges that say nothing about the user's code (throttles, triggers, configuration, UI pages without a shown outcome). CloudTrail, pulled on a timer.",
        &[FACTOR, REASON],
    ),
    (
        "sign_ins",
        "mfascope_sign_ins_total",
        "Completed interactive sign-ins: tokens issued, refreshes left out; via=\"ui\" may be federated. CloudTrail, pulled on a timer.",
        &[VIA],
    ),
    (
        "mfa_sign_ins",
        "mfascope_mfa_sign_ins_total",
        "Completed API sign-ins that passed MFA at most 15 minutes before; divide by mfascope_sign_ins_total{via=\"api\"}. CloudTrail, pulled on a timer.",
        &[],
    ),
    (
        "recovery_events",
        "mfascope_recovery_events_total",
        "Account recovery by kind: every attempt of kinds that ask, successes of the others. CloudTrail, pulled on a timer.",
        &[KIND],
    ),
    (
        "recovery_failures",
        "mfascope_recovery_failures_total",
        "Refused recovery attempts by kind and reason. CloudTrail, pulled on a timer.",
        &[KIND, REASON],
    ),
];

pub(super) fn families(snapshot: &Snapshot) -> Vec<Family> {
    TOTALS
        .iter()
        .map(|(series_name, name, help, labels)| {
            let mut family = Family::counter(name, help);
            for series in snapshot.counters.iter().filter(|series| series.series == *series_name) {
                let mut pairs = vec![("aws_region", series.aws_region.as_str()), ("pool_id", series.pool_id.as_str())];
                pairs.extend(labels.iter().map(|(label, value)| (*label, value(series))));
                family.set(&pairs, series.total as f64);
            }
            family
        })
        .collect()
}
