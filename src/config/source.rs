//! `[[source]]`: one AWS account and Region.

use std::num::NonZeroU32;

use serde::Deserialize;

use super::Span;

/// One AWS account and Region. May lack any of its sections.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Label of the source in metrics, logs and pages.
    pub name: String,
    /// AWS Region the calls go to.
    pub region: String,
    /// Named profile of the shared AWS config.
    pub profile: Option<String>,
    /// Role to assume.
    pub role_arn: Option<String>,
    /// External id of that role's trust policy.
    pub external_id: Option<String>,
    /// Another endpoint for every service, for tests and private networks.
    pub endpoint_url: Option<String>,
    /// Sign with made-up keys: the endpoint is the demo's own simulated AWS.
    #[serde(skip)]
    pub is_simulated: bool,
    /// The trail's log group.
    pub cloudtrail: Option<Cloudtrail>,
    /// User pools.
    pub cognito: Option<Cognito>,
    /// SMS delivery status.
    pub sms: Option<Sms>,
    /// Cognito's own log export.
    pub cognito_logs: Option<CognitoLogs>,
}

/// `[source.cloudtrail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cloudtrail {
    /// Log group the trail delivers to.
    pub log_group: String,
}

/// `[source.cognito]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cognito {
    /// Only these pools; left out, every pool of the account and Region.
    pub user_pools: Option<Vec<String>>,
    /// Pause between two listings.
    pub listing_interval: Span,
    /// All Cognito calls of this source together.
    pub requests_per_second: NonZeroU32,
    /// Whom to look up.
    pub lookup: LookupPolicy,
    /// Look users up with `AdminGetUserAuthFactors`, which also tells registered software tokens and
    /// passkeys. Whether AWS bills it like `AdminGetUser` is not documented.
    pub auth_factors: bool,
    /// Evidence older than this does not count.
    pub max_evidence_age: Span,
}

impl Default for Cognito {
    fn default() -> Self {
        Self {
            user_pools: None,
            listing_interval: Span::minutes(60),
            requests_per_second: NonZeroU32::MIN.saturating_add(2),
            lookup: LookupPolicy::Active,
            auth_factors: false,
            max_evidence_age: Span::days(90),
        }
    }
}

/// Whose factors `AdminGetUser` may be asked for. AWS bills a looked-up user as active this month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LookupPolicy {
    /// Nobody.
    Off,
    /// Users already active this calendar month: adds nothing to the bill.
    #[default]
    Active,
    /// Everybody: bills the whole directory.
    All,
}

/// `[source.sms]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// SNS delivery status log groups, success and failure.
    pub log_groups: Vec<String>,
}

/// `[source.cognito_logs]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CognitoLogs {
    /// Groups that receive `userNotification` and `userAuthEvents`.
    pub log_groups: Vec<String>,
}

impl Source {
    pub(super) fn validate(&self) -> Result<(), String> {
        let name_ok = !self.name.is_empty()
            && self.name.len() <= 64
            && self.name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if !name_ok {
            return Err(format!("[[source]] name = {:?}: 1 to 64 letters, digits, '-', '_' or '.'", self.name));
        }
        let region_ok = self.region.len() <= 32
            && self.region.contains('-')
            && self.region.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !region_ok {
            return Err(format!("source {:?}: region = {:?} is not an AWS Region", self.name, self.region));
        }
        if self.external_id.is_some() && self.role_arn.is_none() {
            return Err(format!("source {:?}: external_id needs a role_arn", self.name));
        }
        if let Some(Cloudtrail { log_group }) = &self.cloudtrail
            && log_group.is_empty()
        {
            return Err(format!("source {:?}: [source.cloudtrail] log_group is empty", self.name));
        }
        if let Some(pools) = self.cognito.as_ref().and_then(|cognito| cognito.user_pools.as_ref()) {
            if pools.is_empty() {
                return Err(format!(
                    "source {:?}: [source.cognito] user_pools is empty; leave it out to read every pool",
                    self.name
                ));
            }
            if let Some(bad) = pools.iter().find(|pool| !pool.contains('_')) {
                return Err(format!(
                    "source {:?}: [source.cognito] user_pools: {bad:?} is not a user pool id like us-east-1_AbC123",
                    self.name
                ));
            }
        }
        Ok(())
    }
}
