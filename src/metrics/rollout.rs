//! What requiring MFA would come to.

use chrono::NaiveTime;

use super::family::Family;
use crate::rollout::Headline;
use crate::snapshot::Snapshot;

pub(super) fn families(snapshot: &Snapshot) -> Vec<Family> {
    let mut users = Family::gauge(
        "mfascope_rollout_users",
        "Listed users who can sign in, by how they would fare if the pool required MFA today with the factors that it allows: satisfied, automatic_sms, automatic_email, prompted_to_set_up, blocked, exempt, unknown. Replayed from CloudTrail, listing and look-ups every ten minutes or more.",
    );
    let mut risks = Family::gauge(
        "mfascope_lockout_risk_users",
        "Eligible users by reason why they may be locked out once the pool requires MFA; a user with two reasons counts in both. A reason that the records cannot tell is absent. Replayed every ten minutes or more.",
    );
    let mut dead_ends = Family::gauge(
        "mfascope_recovery_dead_end_users",
        "Eligible users without a verified channel that the pool recovers by, after MFA takes the phone or the mailbox that it uses. Listing, look-ups and CloudTrail, every ten minutes or more.",
    );
    let mut reached = Family::gauge(
        "mfascope_enrolment_target_timestamp_seconds",
        "When enrolment reaches [rollout] target_percent at the pace of the last weeks, midnight UTC; in the past once it did. Absent while no trend tells. Forecast every ten minutes or more.",
    );
    for Headline { key, users: tally, risks: counts, dead_end_users, target_on } in snapshot.headlines.iter() {
        let pool = [("aws_region", key.aws_region.as_str()), ("pool_id", key.pool_id.as_str())];
        let with = |name, value| [pool[0], pool[1], (name, value)];
        tally.iter().for_each(|(outcome, number)| users.set(&with("outcome", outcome.as_str()), number as f64));
        for count in counts {
            if let Some(number) = count.users {
                risks.set(&with("reason", count.reason.as_str()), number as f64);
            }
        }
        dead_ends.set(&pool, *dead_end_users as f64);
        if let Some(day) = target_on {
            reached.set(&pool, day.and_time(NaiveTime::MIN).and_utc().timestamp() as f64);
        }
    }
    vec![users, risks, dead_ends, reached]
}
