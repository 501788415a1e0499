//! Pools, users and enrolment.

use super::family::Family;
use crate::model::Ratio;
use crate::query::PoolFacts;
use crate::snapshot::Snapshot;

type Count = fn(&PoolFacts) -> u64;
type Share = fn(&PoolFacts) -> Ratio;

const COUNTS: &[(&str, &str, Count)] = &[
    (
        "mfascope_eligible_users",
        "Local, enabled users with status CONFIRMED, RESET_REQUIRED or FORCE_CHANGE_PASSWORD: the headline denominator. ListUsers, pulled on a timer.",
        |pool| pool.population.eligible,
    ),
    (
        "mfascope_active_users",
        "Eligible users with a completed sign-in in the last 30 days. ListUsers and CloudTrail, pulled on a timer.",
        |pool| pool.population.active,
    ),
    (
        "mfascope_capable_users",
        "Eligible users with a factor that the pool allows now. Listing, look-ups and CloudTrail, pulled on a timer.",
        |pool| pool.population.capable,
    ),
    (
        "mfascope_active_capable_users",
        "Active users with a factor that the pool allows now. Listing, look-ups and CloudTrail, pulled on a timer.",
        |pool| pool.population.active_capable,
    ),
    (
        "mfascope_conflicting_users",
        "Eligible users who passed MFA and whose later look-up lists nothing, in a pool that does not require MFA. Look-ups and CloudTrail, pulled on a timer.",
        |pool| pool.population.conflicting,
    ),
    (
        "mfascope_direction_unknown_users",
        "Eligible users with an MFA preference change that CloudTrail does not show and no look-up since. CloudTrail, pulled on a timer.",
        |pool| pool.population.direction_unknown,
    ),
];

const RATIOS: &[(&str, &str, Share)] = &[
    (
        "mfascope_enrolment_ratio",
        "capable / (eligible with evidence), 0 to 1; absent when nobody has evidence. Read it beside mfascope_evidence_coverage_ratio. Pulled on a timer.",
        enrolment_ratio,
    ),
    (
        "mfascope_active_enrolment_ratio",
        "active and capable / (active with evidence), 0 to 1; absent when nobody has evidence. Pulled on a timer.",
        |pool| Ratio::new(pool.population.active_capable, pool.population.active_known),
    ),
    (
        "mfascope_evidence_coverage_ratio",
        "eligible with evidence / eligible, 0 to 1; absent in an empty pool. Pulled on a timer.",
        |pool| Ratio::new(pool.population.known(), pool.population.eligible),
    ),
];

pub(super) fn families(snapshot: &Snapshot) -> Vec<Family> {
    let pools = &snapshot.pools;
    // Until a pool's users were swept once, head counts would be false zeros.
    let swept = || pools.iter().filter(|pool| pool.listed_users_at.is_some());

    let mut info = Family::gauge(
        "mfascope_pool_info",
        "1 per listed user pool; MFA configuration and feature plan from GetUserPoolMfaConfig and DescribeUserPool, pulled on a timer.",
    );
    let mut users =
        Family::gauge("mfascope_users", "Users of the last complete ListUsers sweep by UserStatus, pulled on a timer.");
    let mut states = Family::gauge(
        "mfascope_user_states",
        "Eligible users by what is known about their MFA (explicit, proven, implicit, none, unknown); sums to mfascope_eligible_users. Listing, look-ups and CloudTrail, pulled on a timer.",
    );
    let mut enrolled = Family::gauge(
        "mfascope_enrolled_users",
        "Capable users by factor; a user with two factors counts in both. Listing, look-ups and CloudTrail, pulled on a timer.",
    );
    let mut strengths = Family::gauge(
        "mfascope_user_strengths",
        "Capable users by the best of their factors: strong (authenticator app, or a passkey that counts as MFA), sms_only, email_only, sms_and_email; sums to mfascope_capable_users. Listing, look-ups and CloudTrail, pulled on a timer.",
    );
    let mut enforcement = Family::gauge(
        "mfascope_pool_mfa_enforcement",
        "What the pool asks of its users: 0 = MFA off, 1 = optional, 2 = required. GetUserPoolMfaConfig, pulled on a timer.",
    );
    for pool in pools {
        let level = ["OFF", "OPTIONAL", "ON"].iter().position(|mfa| *mfa == pool.mfa_configuration);
        if let Some(level) = level {
            enforcement.set(&of(pool), level as f64);
        }
        info.set(
            &[
                ("aws_region", &pool.key.aws_region),
                ("pool_id", &pool.key.pool_id),
                ("pool_name", &pool.pool_name),
                ("mfa_configuration", &pool.mfa_configuration),
                ("tier", &pool.tier),
            ],
            1.0,
        );
    }
    for pool in swept() {
        for status in &pool.statuses {
            users.set(&with(pool, ("status", &status.status)), status.users as f64);
        }
        for (state, count) in &pool.population.states.0 {
            states.set(&with(pool, ("state", state.as_str())), *count as f64);
        }
        for (factor, count) in &pool.population.factors.0 {
            enrolled.set(&with(pool, ("factor", factor.as_str())), *count as f64);
        }
        for (strength, count) in &pool.population.strengths.0 {
            strengths.set(&with(pool, ("strength", strength.as_str())), *count as f64);
        }
    }

    let mut families = vec![info, enforcement, users, states, enrolled, strengths];
    for (name, help, count) in COUNTS {
        let mut family = Family::gauge(name, help);
        swept().for_each(|pool| family.set(&of(pool), count(pool) as f64));
        families.push(family);
    }
    for (name, help, ratio) in RATIOS {
        let mut family = Family::gauge(name, help);
        for pool in swept() {
            if let Some(value) = ratio(pool).value() {
                family.set(&of(pool), value);
            }
        }
        families.push(family);
    }
    families
}

fn enrolment_ratio(pool: &PoolFacts) -> Ratio {
    Ratio::new(pool.population.capable, pool.population.known())
}

fn of(pool: &PoolFacts) -> [(&'static str, &str); 2] {
    [("aws_region", &pool.key.aws_region), ("pool_id", &pool.key.pool_id)]
}

fn with<'a>(pool: &'a PoolFacts, label: (&'a str, &'a str)) -> [(&'a str, &'a str); 3] {
    [("aws_region", &pool.key.aws_region), ("pool_id", &pool.key.pool_id), label]
}
