//! A picture for the tests of those who show it.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{GroupHealth, Snapshot, Story, StreamHealth, TREND_DAYS, Trend};
use crate::model::{Actor, Counts, Factor, MfaState, PoolKey, Population, Stream, Strength};
use crate::query::{
    DailyCount, EnrolmentDay, FunnelWeek, PoolChange, PoolFacts, PoolObservation, PoolSettings, Series, SignInCoverage,
    StatusCount,
};
use crate::rollout::{Headline, Outcome, Risk, RiskCount, Tally};

/// Noon of a Tuesday.
pub fn as_of() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().expect("a valid instant")
}

/// One pool with history, one that was never swept, one failing stream.
pub fn snapshot() -> Snapshot {
    let swept = pool("Customers <b>", "us-east-1_Cust", Some(as_of()));
    let listed_only =
        PoolFacts { population: Population::default(), statuses: Vec::new(), ..pool("New", "us-east-1_New", None) };
    Snapshot {
        as_of: as_of(),
        is_stale: false,
        is_ready: true,
        is_history_read: true,
        trends: vec![trend(&swept.key), trend(&listed_only.key)],
        stories: vec![story(&swept.key), Story::default()],
        counters: vec![
            series("challenge_responses", "totp", "", "", "", 120),
            series("challenge_failures", "totp", "code_mismatch", "", "", 9),
            series("challenge_undetermined", "unknown", "undetermined", "", "", 4),
            series("sign_ins", "", "", "", "api", 300),
            series("mfa_sign_ins", "", "", "", "", 100),
            series("recovery_events", "", "", "admin_mfa_disable", "", 2),
            series("recovery_failures", "", "no_channel", "self_reset_requested", "", 1),
        ],
        record_counts: vec![("prod".into(), "cloudtrail".into(), "stored".into(), 1234)],
        streams: vec![
            StreamHealth {
                source: "prod".into(),
                stream: Stream::Cloudtrail,
                is_up: Some(false),
                last_success: Some(as_of() - chrono::TimeDelta::hours(3)),
                data_through: Some(as_of() - chrono::TimeDelta::hours(3)),
                read_through: Some(as_of() - chrono::TimeDelta::hours(3)),
                is_backfilling: false,
                problem: Some("logs:FilterLogEvents in us-east-1: access denied".into()),
                groups: vec![GroupHealth { log_group: "trail".into(), is_caught_up: true, ..GroupHealth::default() }],
            },
            StreamHealth {
                source: "prod".into(),
                stream: Stream::Listing,
                is_up: None,
                last_success: None,
                data_through: None,
                read_through: None,
                is_backfilling: false,
                problem: None,
                groups: Vec::new(),
            },
        ],
        blind_spots: Vec::new(),
        incidents: None,
        headlines: vec![headline(&swept.key)].into(),
        pools: vec![swept, listed_only],
        small_denominator: 20,
        store_bytes: 4096,
    }
}

fn headline(key: &PoolKey) -> Headline {
    let mut users = Tally::default();
    users.add(Outcome::Satisfied, 900);
    users.add(Outcome::Blocked, 40);
    users.add(Outcome::Unknown, 60);
    let risk = |reason, users| RiskCount { reason, users, seen_users: users };
    Headline {
        key: key.clone(),
        users,
        risks: vec![risk(Risk::SingleFactor, Some(700)), risk(Risk::UnprovenPhone, None)],
        dead_end_users: 12,
        target_on: Some(as_of().date_naive() + Days::new(30)),
    }
}

fn pool(name: &str, pool_id: &str, listed_users_at: Option<DateTime<Utc>>) -> PoolFacts {
    PoolFacts {
        key: PoolKey { aws_region: "us-east-1".into(), pool_id: pool_id.into() },
        pool_name: name.into(),
        mfa_configuration: "OPTIONAL".into(),
        tier: "ESSENTIALS".into(),
        source: "prod".into(),
        listed_users_at,
        statuses: vec![StatusCount { status: "CONFIRMED".into(), users: 1_500 }],
        settings: PoolSettings {
            allowed: vec![Factor::Totp, Factor::Sms],
            has_passkeys: false,
            recovery: "verified_phone_number,verified_email".into(),
            sms_route: "sns".into(),
            sms_region: "us-east-1".into(),
            sms_failure: "SNSSandbox".into(),
            devices: "always".into(),
            device_skips_mfa: true,
            replica_regions: String::new(),
        },
        sweep: None,
        population: Population {
            eligible: 1_400,
            active: 700,
            active_known: 600,
            active_capable: 400,
            capable: 600,
            states: Counts(vec![
                (MfaState::Explicit, 500),
                (MfaState::Proven, 100),
                (MfaState::Implicit, 0),
                (MfaState::None, 400),
                (MfaState::Unknown, 400),
            ]),
            factors: Counts(vec![(Factor::Totp, 450), (Factor::Sms, 200), (Factor::Email, 0), (Factor::Passkey, 0)]),
            strengths: Counts(vec![
                (Strength::Strong, 450),
                (Strength::SmsOnly, 150),
                (Strength::EmailOnly, 0),
                (Strength::SmsAndEmail, 0),
            ]),
            preferred: Counts(vec![(Factor::Totp, 300), (Factor::Sms, 100)]),
            totp_and_sms: 50,
            other_factor: 1,
            conflicting: 3,
            direction_unknown: 2,
        },
    }
}

fn story(key: &PoolKey) -> Story {
    let week = |days: u64| as_of().date_naive() - Days::new(1 + days);
    let changed_at = as_of() - chrono::TimeDelta::days(2);
    let observed = PoolObservation {
        observed_at: as_of() - chrono::TimeDelta::days(20),
        key: key.clone(),
        mfa_configuration: "OFF".into(),
        allowed: [true, true, false, false],
        tier: "ESSENTIALS".into(),
        recovery: "verified_phone_number,verified_email".into(),
        sms_route: "sns".into(),
        sms_failure: String::new(),
        devices: "always".into(),
    };
    Story {
        funnel: vec![
            FunnelWeek {
                week: week(7),
                key: key.clone(),
                users: [40, 30, 28, 21],
                median_s: [Some(65.0), Some(4.0), Some(90_000.0)],
                refused: 6,
                unreadable: 2,
            },
            FunnelWeek {
                week: week(0),
                key: key.clone(),
                users: [5, 4, 0, 0],
                median_s: [Some(70.0), None, None],
                refused: 0,
                unreadable: 0,
            },
        ],
        changes: vec![PoolChange {
            changed_at,
            key: key.clone(),
            event_name: "SetUserPoolMfaConfig".into(),
            mfa_configuration: Some("OPTIONAL".into()),
            account_id: Some("123456789012".into()),
            actor: Some(Actor {
                kind: "AssumedRole".into(),
                name: Some("PlatformAdmin".into()),
                session: Some("5f1d0c9a7b3e".into()),
            }),
        }],
        observations: vec![
            observed.clone(),
            PoolObservation {
                observed_at: changed_at + chrono::TimeDelta::minutes(30),
                mfa_configuration: "OPTIONAL".into(),
                sms_failure: "SNSSandbox".into(),
                ..observed
            },
        ],
        sign_ins: Some(SignInCoverage { key: key.clone(), sign_ins: 3_000, mfa_sign_ins: 1_200, first_sign_ins: 40 }),
    }
}

fn series(series: &str, factor: &str, reason: &str, kind: &str, via: &str, total: u64) -> Series {
    Series {
        series: series.into(),
        aws_region: "us-east-1".into(),
        pool_id: "us-east-1_Cust".into(),
        country: String::new(),
        factor: factor.into(),
        reason: reason.into(),
        kind: kind.into(),
        via: via.into(),
        total,
    }
}

fn trend(key: &PoolKey) -> Trend {
    let first = as_of().date_naive() - Days::new(TREND_DAYS - 1);
    let days: Vec<NaiveDate> = first.iter_days().take(TREND_DAYS as usize).collect();
    let rising = |day: usize| day as u64 * 10;
    Trend {
        key: key.clone(),
        before: Some(DailyCount { day: first, key: key.clone(), answers: 2_000, failed_answers: 130, recoveries: 90 }),
        enrolment: days
            .iter()
            .enumerate()
            .map(|(index, day)| {
                (index >= 3).then(|| EnrolmentDay {
                    day: *day,
                    key: key.clone(),
                    eligible_users: 1_400,
                    known_users: 1_000,
                    capable_users: 310 + rising(index),
                    strong_users: (index >= 10).then(|| 200 + rising(index)),
                    states: (index >= 10).then(|| [300 + rising(index), 10, 0, 690 - rising(index), 400]),
                    is_reconstructed: index < 10,
                })
            })
            .collect(),
        counts: days
            .iter()
            .enumerate()
            .map(|(index, day)| {
                (index >= 3).then(|| DailyCount {
                    day: *day,
                    key: key.clone(),
                    answers: 100,
                    failed_answers: 5,
                    recoveries: 7,
                })
            })
            .collect(),
        complete_days: days.len() - 1,
        days,
    }
}
