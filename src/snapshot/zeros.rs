//! Counters that nothing was counted under yet. A series that first appears with a case loses that case to every
//! rate: what can be known to come starts at zero.

use std::collections::{BTreeSet, HashSet};

use crate::model::{Factor, Reason, RecoveryKind};
use crate::query::{PoolFacts, Series};

const SEND_ERRORS: &[&str] = &["role_policy", "role_trust", "delivery_failure", "notification", "sandbox"];

/// The counters with zeros for the factors that each pool allows and everything else that is known to be counted of
/// a pool, and of a destination that messages went to. Of a Region without any record nothing is known: its trail
/// may not be read.
pub(super) fn with_zeros(mut counters: Vec<Series>, pools: &[PoolFacts]) -> Vec<Series> {
    let zeros: Vec<Series> = {
        let counted: HashSet<Labels<'_>> = counters.iter().map(labels).collect();
        let of_records = counters.iter().filter(|series| !series.pool_id.is_empty());
        let regions: BTreeSet<&str> = of_records.map(|series| series.aws_region.as_str()).collect();
        let told = pools.iter().filter(|pool| pool.listed_users_at.is_some());
        let of_pools = told.filter(|pool| regions.contains(pool.key.aws_region.as_str())).flat_map(of_pool);
        let of_messages = counters.iter().filter(|series| series.series == "sms_messages").map(spend_limit);
        of_pools.chain(of_messages).filter(|zero| !counted.contains(&labels(zero))).collect()
    };
    counters.extend(zeros);
    counters
}

type Labels<'a> = [&'a str; 8];

fn labels(series: &Series) -> Labels<'_> {
    [
        &series.series,
        &series.aws_region,
        &series.pool_id,
        &series.country,
        &series.factor,
        &series.reason,
        &series.kind,
        &series.via,
    ]
}

fn of_pool(pool: &PoolFacts) -> Vec<Series> {
    let of = |series: &str| Series {
        series: series.to_owned(),
        aws_region: pool.key.aws_region.clone(),
        pool_id: pool.key.pool_id.clone(),
        ..Series::default()
    };
    let with_factor = |series, factor: Factor| Series { factor: factor.to_string(), ..of(series) };
    let mut zeros = vec![of("mfa_sign_ins"), of("device_sign_ins"), of("recovery_completions")];
    zeros.extend(["api", "ui"].map(|via| Series { via: via.to_owned(), ..of("sign_ins") }));
    zeros.extend(RecoveryKind::ALL.iter().map(|kind| Series { kind: kind.to_string(), ..of("recovery_events") }));
    zeros.extend(SEND_ERRORS.iter().map(|reason| Series { reason: (*reason).to_owned(), ..of("sms_send_errors") }));
    for factor in &pool.settings.allowed {
        let by_factor = ["challenge_responses", "sessions", "session_failures", "first_try_sessions"];
        zeros.extend(by_factor.map(|series| with_factor(series, *factor)));
        for (series, reasons) in
            [("challenge_failures", Reason::OF_FAILURES), ("challenge_undetermined", Reason::OF_UNDETERMINED)]
        {
            zeros.extend(
                reasons.iter().map(|reason| Series { reason: reason.to_string(), ..with_factor(series, *factor) }),
            );
        }
    }
    zeros
}

/// What stops every message of a month is watched for where messages go.
fn spend_limit(messages: &Series) -> Series {
    Series {
        series: "sms_failures".to_owned(),
        reason: "spend_limit".to_owned(),
        aws_region: messages.aws_region.clone(),
        country: messages.country.clone(),
        ..Series::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::sample;

    #[test]
    fn what_is_known_to_come_starts_at_zero() {
        let pools = sample::snapshot().pools;
        let pool = pools.iter().find(|pool| pool.listed_users_at.is_some()).expect("a listed pool");
        let counted = Series {
            series: "recovery_events".into(),
            aws_region: pool.key.aws_region.clone(),
            pool_id: pool.key.pool_id.clone(),
            kind: "admin_reset".into(),
            total: 7,
            ..Series::default()
        };
        let found = with_zeros(vec![counted.clone()], &pools);
        let of_pool = |series: &str| {
            found.iter().filter(|each| each.series == series && each.pool_id == pool.key.pool_id).collect::<Vec<_>>()
        };
        assert_eq!(of_pool("recovery_events").len(), RecoveryKind::ALL.len());
        assert_eq!(of_pool("recovery_events")[0], &counted, "what was counted stays");
        assert_eq!(of_pool("sessions").len(), pool.settings.allowed.len());
        assert_eq!(of_pool("challenge_failures").len(), pool.settings.allowed.len() * Reason::OF_FAILURES.len());
        let unique: HashSet<Labels<'_>> = found.iter().map(labels).collect();
        assert_eq!(unique.len(), found.len(), "a series stands there twice");
        assert!(with_zeros(Vec::new(), &pools).is_empty(), "without a record of the Region nothing is known");
    }
}
