//! Request rates: a token bucket per quota and Region, as AWS counts them.

use std::collections::HashMap;
use std::time::Duration;

/// Requests per second that each quota allows; `None` is no limit.
///
/// Defaults of the AWS pages "Quotas in Amazon Cognito" and "CloudWatch Logs quotas".
/// Cognito counts per account and Region, over all pools and all callers together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quotas {
    /// `FilterLogEvents` in us-east-1.
    pub filter_log_events_us_east_1: Option<f64>,
    /// `FilterLogEvents` in the other Regions.
    pub filter_log_events: Option<f64>,
    /// `DescribeLogGroups` and `DescribeLogStreams`, each.
    pub describe_logs: Option<f64>,
    /// `ListUsers`.
    pub user_list: Option<f64>,
    /// `AdminGetUser` and `AdminGetUserAuthFactors` together.
    pub user_read: Option<f64>,
    /// `ListUserPools` and `DescribeUserPool` together.
    pub user_pool_read: Option<f64>,
    /// `GetUserPoolMfaConfig`.
    pub user_pool_resource_read: Option<f64>,
    /// `ListUserPoolClients` and `DescribeUserPoolClient` together.
    pub user_pool_client_read: Option<f64>,
    /// The inner limit of the two categories above, per operation and pool.
    pub per_operation_and_pool: Option<f64>,
}

impl Quotas {
    /// What a new AWS account has.
    pub fn aws() -> Self {
        Self {
            filter_log_events_us_east_1: Some(25.0),
            filter_log_events: Some(10.0),
            describe_logs: Some(10.0),
            user_list: Some(30.0),
            user_read: Some(120.0),
            user_pool_read: Some(15.0),
            user_pool_resource_read: Some(20.0),
            user_pool_client_read: Some(15.0),
            per_operation_and_pool: Some(5.0),
        }
    }

    /// No limit at all, for tests of something else.
    pub fn unlimited() -> Self {
        Self {
            filter_log_events_us_east_1: None,
            filter_log_events: None,
            describe_logs: None,
            user_list: None,
            user_read: None,
            user_pool_read: None,
            user_pool_resource_read: None,
            user_pool_client_read: None,
            per_operation_and_pool: None,
        }
    }

    /// The buckets that a request draws from: name and rate.
    fn of(&self, operation: &str, region: &str, pool: &str) -> Vec<(String, f64)> {
        let (category, rate, per_pool) = match operation {
            "FilterLogEvents" if region == "us-east-1" => ("logs", self.filter_log_events_us_east_1, false),
            "FilterLogEvents" => ("logs", self.filter_log_events, false),
            "DescribeLogGroups" | "DescribeLogStreams" => (operation, self.describe_logs, false),
            "ListUsers" => ("UserList", self.user_list, false),
            "AdminGetUser" | "AdminGetUserAuthFactors" => ("UserRead", self.user_read, false),
            "ListUserPools" | "DescribeUserPool" => ("UserPoolRead", self.user_pool_read, false),
            "GetUserPoolMfaConfig" => ("UserPoolResourceRead", self.user_pool_resource_read, true),
            "ListUserPoolClients" | "DescribeUserPoolClient" => {
                ("UserPoolClientRead", self.user_pool_client_read, true)
            }
            _ => return Vec::new(),
        };
        let mut buckets = Vec::new();
        if let Some(rate) = rate {
            buckets.push((format!("{region}/{category}"), rate));
        }
        if let Some(rate) = self.per_operation_and_pool.filter(|_| per_pool) {
            buckets.push((format!("{region}/{operation}/{pool}"), rate));
        }
        buckets
    }
}

/// Sums of fractions fall short of a whole token by less than this.
const ROUNDING: f64 = 1e-6;

/// Buckets filled at construction with one second's worth.
#[derive(Debug)]
pub(super) struct Buckets {
    quotas: Quotas,
    /// Tokens left and when they were counted.
    levels: HashMap<String, (f64, Duration)>,
}

impl Buckets {
    pub(super) fn new(quotas: Quotas) -> Self {
        Self { quotas, levels: HashMap::new() }
    }

    /// Takes a token from every bucket of the request; false when one is empty, and then none is taken.
    pub(super) fn allow(&mut self, operation: &str, region: &str, pool: &str, at: Duration) -> bool {
        let needed = self.quotas.of(operation, region, pool);
        let mut filled = Vec::new();
        for (bucket, rate) in needed {
            let (level, since) = self.levels.get(&bucket).copied().unwrap_or((rate.max(1.0), at));
            let level = (level + at.saturating_sub(since).as_secs_f64() * rate).min(rate.max(1.0));
            filled.push((bucket, level));
        }
        let allowed = filled.iter().all(|(_, level)| *level >= 1.0 - ROUNDING);
        for (bucket, level) in filled {
            self.levels.insert(bucket, (if allowed { level - 1.0 } else { level }, at));
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(buckets: &mut Buckets, operation: &str, pool: &str, at: Duration, requests: usize) -> usize {
        (0..requests).filter(|_| buckets.allow(operation, "eu-west-1", pool, at)).count()
    }

    #[test]
    fn a_burst_is_cut_at_one_seconds_worth_and_refills() {
        let mut buckets = Buckets::new(Quotas::aws());
        assert_eq!(allowed(&mut buckets, "ListUsers", "p", Duration::ZERO, 100), 30);
        assert_eq!(allowed(&mut buckets, "ListUsers", "p", Duration::from_millis(500), 100), 15);
        assert_eq!(allowed(&mut buckets, "ListUsers", "p", Duration::from_secs(60), 100), 30);
    }

    #[test]
    fn operations_of_a_category_share_and_pools_have_their_own_inner_limit() {
        let mut buckets = Buckets::new(Quotas::aws());
        assert_eq!(allowed(&mut buckets, "GetUserPoolMfaConfig", "one", Duration::ZERO, 9), 5);
        assert_eq!(allowed(&mut buckets, "GetUserPoolMfaConfig", "two", Duration::ZERO, 9), 5);
        assert_eq!(allowed(&mut buckets, "ListUserPools", "", Duration::ZERO, 10), 10);
        assert_eq!(allowed(&mut buckets, "DescribeUserPool", "one", Duration::ZERO, 10), 5);
    }

    #[test]
    fn a_client_that_paces_itself_at_the_quota_is_never_refused() {
        let mut buckets = Buckets::new(Quotas { user_list: Some(30.0), ..Quotas::unlimited() });
        // A burst first, so that no reserve hides what rounding and a late tick do.
        assert_eq!(allowed(&mut buckets, "ListUsers", "p", Duration::ZERO, 30), 30);
        let late = |tick: u64| Duration::from_micros(tick * 7_919 % 20_000);
        for tick in 1..100_000 {
            let due = Duration::from_secs(1).mul_f64(tick as f64 / 30.0);
            assert_eq!(allowed(&mut buckets, "ListUsers", "p", due, 1), 1, "tick {tick}");
        }
        // With one call in reserve, ticks may come late and the ones after them early.
        let start = Duration::from_secs(4_000);
        for tick in 1..100_000 {
            let due = start + Duration::from_secs(1).mul_f64(tick as f64 / 30.0);
            assert_eq!(allowed(&mut buckets, "ListUsers", "p", due + late(tick), 1), 1, "tick {tick}");
        }
    }

    #[test]
    fn a_client_a_little_over_the_quota_is_refused_in_the_end() {
        let mut buckets = Buckets::new(Quotas { user_list: Some(30.0), ..Quotas::unlimited() });
        let refused = (0..3_000)
            .filter(|tick| {
                !buckets.allow("ListUsers", "eu-west-1", "p", Duration::from_secs_f64(f64::from(*tick) / 31.0))
            })
            .count();
        assert!((50..110).contains(&refused), "{refused} refused");
    }

    #[test]
    fn unlimited_never_refuses() {
        let mut buckets = Buckets::new(Quotas::unlimited());
        assert_eq!(allowed(&mut buckets, "ListUsers", "p", Duration::ZERO, 10_000), 10_000);
    }
}
