//! Counters kept in the store.

use std::collections::{BTreeSet, HashSet};

use chrono::TimeDelta;

use super::family::Family;
use crate::model::DELAY_BOUNDS_S;
use crate::query::Series;
use crate::snapshot::Snapshot;

/// Name of a series in the store, name of its metric, help, and its labels.
pub(super) type Total = (&'static str, &'static str, &'static str, &'static [Label]);

/// A label and where a series keeps its value.
pub(super) type Label = (&'static str, fn(&Series) -> &str);

const REGION: Label = ("aws_region", |series| &series.aws_region);
const POOL: Label = ("pool_id", |series| &series.pool_id);
const FACTOR: Label = ("factor", |series| &series.factor);
const REASON: Label = ("reason", |series| &series.reason);
const KIND: Label = ("kind", |series| &series.kind);
const VIA: Label = ("via", |series| &series.via);
const COUNTRY: Label = ("country", |series| &series.country);
const PURPOSE: Label = ("purpose", |series| &series.kind);

pub(super) const TOTALS: &[Total] = &[
    (
        "challenge_responses",
        "mfascope_challenge_responses_total",
        "Answers to MFA challenges whose outcome is determined (accepted, or refused because of code or session). CloudTrail, pulled on a timer.",
        &[REGION, POOL, FACTOR],
    ),
    (
        "challenge_failures",
        "mfascope_challenge_failures_total",
        "Answers to MFA challenges refused because of the code or the session, by reason; divide by mfascope_challenge_responses_total. CloudTrail, pulled on a timer.",
        &[REGION, POOL, FACTOR, REASON],
    ),
    (
        "challenge_undetermined",
        "mfascope_challenge_undetermined_total",
        "Answers to MFA challenges that say nothing about the user's code (throttles, triggers, configuration, UI pages without a shown outcome). CloudTrail, pulled on a timer.",
        &[REGION, POOL, FACTOR, REASON],
    ),
    (
        "sign_ins",
        "mfascope_sign_ins_total",
        "Completed interactive sign-ins: tokens issued, refreshes left out; via=\"ui\" may be federated. CloudTrail, pulled on a timer.",
        &[REGION, POOL, VIA],
    ),
    (
        "mfa_sign_ins",
        "mfascope_mfa_sign_ins_total",
        "Completed API sign-ins that passed MFA at most 15 minutes before; divide by mfascope_sign_ins_total{via=\"api\"}. CloudTrail, pulled on a timer.",
        &[REGION, POOL],
    ),
    (
        "recovery_events",
        "mfascope_recovery_events_total",
        "Account recovery by kind: every attempt of kinds that ask, successes of the others. CloudTrail, pulled on a timer.",
        &[REGION, POOL, KIND],
    ),
    (
        "recovery_failures",
        "mfascope_recovery_failures_total",
        "Refused recovery attempts by kind and reason. CloudTrail, pulled on a timer.",
        &[REGION, POOL, KIND, REASON],
    ),
    (
        "recovery_completions",
        "mfascope_recovery_completions_total",
        "Password resets completed within an hour of the request, by the user's sub, counted at the request. CloudTrail, pulled on a timer.",
        &[REGION, POOL],
    ),
    (
        "first_factor_failures",
        "mfascope_first_factor_failures_total",
        "Refused passwords, choices and one-time codes that are a first factor; they enter no MFA ratio. CloudTrail, pulled on a timer.",
        &[REGION, POOL, REASON],
    ),
    (
        "sessions",
        "mfascope_challenge_sessions_total",
        "Challenge sessions: answers of one client and user in a row, at most 15 minutes apart, ended by a success or settled without one; factor of the last answer. CloudTrail, pulled on a timer.",
        &[REGION, POOL, FACTOR],
    ),
    (
        "session_failures",
        "mfascope_challenge_session_failures_total",
        "Challenge sessions without a success; divide by mfascope_challenge_sessions_total. CloudTrail, pulled on a timer.",
        &[REGION, POOL, FACTOR],
    ),
    (
        "first_try_sessions",
        "mfascope_challenge_first_try_sessions_total",
        "Challenge sessions whose first determined answer was accepted; divide by mfascope_challenge_sessions_total. CloudTrail, pulled on a timer.",
        &[REGION, POOL, FACTOR],
    ),
    (
        "issued",
        "mfascope_challenges_issued_total",
        "MFA challenges that records show being issued (responseElements.challengeName); absent in a pool whose records never do. CloudTrail, pulled on a timer.",
        &[REGION, POOL, FACTOR],
    ),
    (
        "abandoned",
        "mfascope_challenges_abandoned_total",
        "MFA challenges neither answered within the client's session validity nor followed by a newer one; absent while mfascope_challenges_issued_total is. CloudTrail, pulled on a timer.",
        &[REGION, POOL, FACTOR],
    ),
    (
        "device_sign_ins",
        "mfascope_device_sign_ins_total",
        "Completed API sign-ins in which a remembered device stood in for MFA. CloudTrail, pulled on a timer.",
        &[REGION, POOL],
    ),
    (
        "sms_requests",
        "mfascope_sms_requests_total",
        "SMS codes certainly asked for, by the country of the user's listed number and by purpose. CloudTrail and ListUsers, pulled on a timer.",
        &[REGION, POOL, COUNTRY, PURPOSE],
    ),
    (
        "sms_conversions",
        "mfascope_sms_conversions_total",
        "SMS codes answered correctly in their validity, counted at the request; behaviour, not delivery. Answers on hosted pages cannot be seen. CloudTrail and ListUsers, pulled on a timer.",
        &[REGION, POOL, COUNTRY, PURPOSE],
    ),
    (
        "sms_send_errors",
        "mfascope_sms_send_errors_total",
        "Messages that could not even be sent, by reason: CloudTrail errors and Cognito's own userNotification log, pulled on a timer.",
        &[REGION, POOL, REASON],
    ),
    (
        "sms_messages",
        "mfascope_sms_messages_total",
        "Text messages whose final fate is known, delivered or failed, by AWS Region that sent them and destination country; these logs name no pool. SNS delivery logs and End User Messaging events, up to 72 hours late, pulled on a timer.",
        &[REGION, COUNTRY],
    ),
    (
        "sms_failures",
        "mfascope_sms_failures_total",
        "Text messages that were not delivered, by reason; divide by mfascope_sms_messages_total. SNS delivery logs and End User Messaging events, pulled on a timer.",
        &[REGION, COUNTRY, REASON],
    ),
    (
        "sms_unknown",
        "mfascope_sms_unknown_total",
        "Text messages whose fate nobody told within 72 hours; in no ratio. SNS delivery logs and End User Messaging events, pulled on a timer.",
        &[REGION, COUNTRY],
    ),
];

pub(super) fn families(snapshot: &Snapshot) -> Vec<Family> {
    let mut families: Vec<Family> = TOTALS
        .iter()
        .map(|(series_name, name, help, labels)| {
            let mut family = Family::counter(name, help);
            for series in of_name(snapshot, series_name) {
                family.set(&values(labels, series), series.total as f64);
            }
            if *series_name == "abandoned" {
                none_abandoned(snapshot).for_each(|series| family.set(&values(labels, series), 0.0));
            }
            family
        })
        .collect();
    let mut price = Family::counter(
        "mfascope_sms_price_usd_total",
        "Price of text messages as the carriers' receipts tell it, US dollars; receipts without a price add nothing. SNS delivery logs and End User Messaging events, pulled on a timer.",
    );
    for series in of_name(snapshot, "sms_price_micro_usd") {
        price.set(&values(&[REGION, COUNTRY], series), series.total as f64 / 1e6);
    }
    families.push(price);
    families.push(pumping_suspected(snapshot));
    families.push(delivery_seconds(snapshot));
    families
}

fn delivery_seconds(snapshot: &Snapshot) -> Family {
    let mut family = Family::histogram(
        "mfascope_sms_delivery_seconds",
        "Seconds until a delivered message was acknowledged by the device, else taken by the carrier. SNS delivery logs and End User Messaging events, pulled on a timer.",
    );
    let mut places: Vec<(&str, &str)> =
        of_name(snapshot, "sms_delivery_bucket").map(|series| (&*series.aws_region, &*series.country)).collect();
    places.sort_unstable();
    places.dedup();
    for place in places {
        let here = |name: &'static str| {
            of_name(snapshot, name).filter(move |series| (&*series.aws_region, &*series.country) == place)
        };
        let count = |bound: &str| -> u64 {
            here("sms_delivery_bucket").filter(|series| series.kind == bound).map(|series| series.total).sum()
        };
        let bounded = DELAY_BOUNDS_S.iter().map(|bound| (f64::from(*bound), count(&bound.to_string())));
        let buckets: Vec<(f64, u64)> = bounded.chain([(f64::INFINITY, count("+Inf"))]).collect();
        let sum_ms: u64 = here("sms_delivery_ms").map(|series| series.total).sum();
        family.observe(&[("aws_region", place.0), ("country", place.1)], &buckets, sum_ms as f64 / 1000.0);
    }
    family
}

/// Where text messages were pumped in the last day. A country without a label of its own is `other` here, too.
fn pumping_suspected(snapshot: &Snapshot) -> Family {
    let mut family = Family::gauge(
        "mfascope_sms_pumping_suspected",
        "1 while SMS codes of the last 24 hours look pumped: far more than usual are asked for, hardly any is answered, most are for new users; absent otherwise. CloudTrail and ListUsers, pulled on a timer.",
    );
    let pumped = snapshot.incidents.iter().flat_map(|incidents| &incidents.pumped);
    let recent = pumped.filter(|pumping| pumping.end > snapshot.as_of - TimeDelta::days(1));
    let labelled: HashSet<&str> = of_name(snapshot, "sms_requests").map(|series| series.country.as_str()).collect();
    let places: BTreeSet<(&str, &str, &str)> = recent
        .map(|pumping| {
            let country = if labelled.contains(pumping.country.as_str()) { &pumping.country } else { "other" };
            (pumping.key.aws_region.as_str(), pumping.key.pool_id.as_str(), country)
        })
        .collect();
    for (aws_region, pool_id, country) in places {
        family.set(&[("aws_region", aws_region), ("pool_id", pool_id), ("country", country)], 1.0);
    }
    family
}

/// Challenges are seen being issued, and none was abandoned: that is a measured zero.
fn none_abandoned(snapshot: &Snapshot) -> impl Iterator<Item = &Series> {
    let place = |series: &Series| (series.aws_region.clone(), series.pool_id.clone(), series.factor.clone());
    let abandoned: HashSet<_> = of_name(snapshot, "abandoned").map(place).collect();
    of_name(snapshot, "issued").filter(move |series| !abandoned.contains(&place(series)))
}

fn of_name<'a>(snapshot: &'a Snapshot, name: &'a str) -> impl Iterator<Item = &'a Series> {
    snapshot.counters.iter().filter(move |series| series.series == name)
}

fn values<'a>(labels: &[Label], series: &'a Series) -> Vec<(&'static str, &'a str)> {
    labels.iter().map(|(label, value)| (*label, value(series))).collect()
}
