//! A picture for the tests of those who show it.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{Snapshot, StreamHealth, TREND_DAYS, Trend};
use crate::model::{Factor, MfaState, PoolKey, Stream};
use crate::query::{DailyCount, EnrolmentDay, PoolFacts, Series, StatusCount};

/// Noon of a Tuesday.
pub fn as_of() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().expect("a valid instant")
}

/// One pool with history, one that was never swept, one failing stream.
pub fn snapshot() -> Snapshot {
    let swept = pool("Customers <b>", "us-east-1_Cust", Some(as_of()));
    let listed_only = PoolFacts { eligible_users: 0, statuses: Vec::new(), ..pool("New", "us-east-1_New", None) };
    Snapshot {
        as_of: as_of(),
        is_stale: false,
        is_ready: true,
        trends: vec![trend(&swept.key), trend(&listed_only.key)],
        pools: vec![swept, listed_only],
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
            },
        ],
        store_bytes: 4096,
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
        eligible_users: 1_400,
        active_users: 700,
        capable_users: 600,
        active_capable_users: 400,
        active_known_users: 600,
        states: vec![
            (MfaState::Explicit, 500),
            (MfaState::Proven, 100),
            (MfaState::Implicit, 0),
            (MfaState::None, 400),
            (MfaState::Unknown, 400),
        ],
        factors: vec![(Factor::Totp, 450), (Factor::Sms, 200), (Factor::Email, 0), (Factor::Passkey, 0)],
    }
}

fn series(series: &str, factor: &str, reason: &str, kind: &str, via: &str, total: u64) -> Series {
    Series {
        series: series.into(),
        aws_region: "us-east-1".into(),
        pool_id: "us-east-1_Cust".into(),
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
