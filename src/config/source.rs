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
    /// Answers to `CUSTOM_CHALLENGE` count as MFA.
    pub custom_challenge_is_mfa: bool,
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
            custom_challenge_is_mfa: false,
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
    /// SNS delivery status log groups, success and failure, and groups that receive the events of AWS
    /// End User Messaging.
    pub log_groups: Vec<String>,
    /// Share of delivered messages that SNS logs, percent.
    #[serde(default = "every_success")]
    pub success_sample_percent: u8,
}

fn every_success() -> u8 {
    100
}

/// `[source.cognito_logs]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CognitoLogs {
    /// Groups that receive `userNotification` and `userAuthEvents`.
    pub log_groups: Vec<String>,
}

/// Region in the name of an SNS delivery status log group, `sns/<region>/<account>/…`; `None` of any
/// other group.
pub fn sns_region(log_group: &str) -> Option<&str> {
    let (region, rest) = log_group.strip_prefix("sns/")?.split_once('/')?;
    (is_region(region) && !rest.is_empty()).then_some(region)
}

/// Whether a text may be an AWS Region, of today or to come.
pub fn is_region(text: &str) -> bool {
    text.len() <= 32
        && text.contains('-')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

impl Source {
    /// Every log group of the source, whatever it brings.
    pub fn log_groups(&self) -> impl Iterator<Item = &str> {
        let trail = self.cloudtrail.iter().map(|trail| &trail.log_group);
        let sms = self.sms.iter().flat_map(|sms| &sms.log_groups);
        let exported = self.cognito_logs.iter().flat_map(|logs| &logs.log_groups);
        trail.chain(sms).chain(exported).map(String::as_str)
    }

    /// AWS Region that sent the messages of an SMS log group: SNS names it in the group's name.
    pub fn sms_region<'a>(&'a self, log_group: &'a str) -> &'a str {
        sns_region(log_group).unwrap_or(&self.region)
    }

    pub(super) fn validate(&self) -> Result<(), String> {
        let name_ok = !self.name.is_empty()
            && self.name.len() <= 64
            && self.name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if !name_ok {
            return Err(format!("[[source]] name = {:?}: 1 to 64 letters, digits, '-', '_' or '.'", self.name));
        }
        if !is_region(&self.region) {
            return Err(format!("source {:?}: region = {:?} is not an AWS Region", self.name, self.region));
        }
        if self.external_id.is_some() && self.role_arn.is_none() {
            return Err(format!("source {:?}: external_id needs a role_arn", self.name));
        }
        self.validate_log_groups()?;
        if let Some(Sms { success_sample_percent: percent @ 101.., .. }) = &self.sms {
            return Err(format!("source {:?}: [source.sms] success_sample_percent = {percent}: 0 to 100", self.name));
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

    fn validate_log_groups(&self) -> Result<(), String> {
        let trail = self.cloudtrail.as_ref().map(|trail| ("[source.cloudtrail] log_group", vec![&trail.log_group]));
        let sms = self.sms.as_ref().map(|sms| ("[source.sms] log_groups", sms.log_groups.iter().collect()));
        let exported = self.cognito_logs.as_ref();
        let exported = exported.map(|logs| ("[source.cognito_logs] log_groups", logs.log_groups.iter().collect()));
        let mut named: Vec<&str> = Vec::new();
        for (key, log_groups) in [trail, sms, exported].into_iter().flatten() {
            if log_groups.is_empty() {
                return Err(format!("source {:?}: {key} is empty; leave the section out", self.name));
            }
            for log_group in log_groups {
                // The characters that CloudWatch Logs allows.
                let is_name = (1..=512).contains(&log_group.len())
                    && log_group.chars().all(|c| c.is_ascii_alphanumeric() || "-_/.#".contains(c));
                if !is_name {
                    return Err(format!(
                        "source {:?}: {key}: {log_group:?} is not the name of a log group (its name, not an ARN)",
                        self.name
                    ));
                }
                if named.contains(&log_group.as_str()) {
                    return Err(format!(
                        "source {:?}: {key}: {log_group:?} is named twice; each log group is read once",
                        self.name
                    ));
                }
                named.push(log_group);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sns_names_the_sending_region_in_its_groups() {
        for (log_group, region) in [
            ("sns/ap-northeast-1/123456789012/DirectPublishToPhoneNumber", Some("ap-northeast-1")),
            ("sns/us-east-1/123456789012/DirectPublishToPhoneNumber/Failure", Some("us-east-1")),
            ("sns/us-gov-west-1/1/x", Some("us-gov-west-1")),
            ("sns/Tokyo/1/x", None),
            ("sns/us-east-1", None),
            ("sns/us-east-1/", None),
            ("eum/us-east-1/events", None),
            ("", None),
        ] {
            assert_eq!(sns_region(log_group), region, "{log_group}");
        }
    }
}
