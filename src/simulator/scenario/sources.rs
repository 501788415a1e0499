//! Where the account's logs are: what a daemon needs to be told to see everything.

use super::{ACCOUNT, REGION_EU, REGION_US, Scenario, SmsRoute};

/// Log group of the multi-Region trail; it exists in [`REGION_US`] only.
pub const CLOUDTRAIL_LOG_GROUP: &str = "aws-cloudtrail-logs";
/// Log group of the End User Messaging events, in each Region with a pool that texts that way.
pub const END_USER_MESSAGING_LOG_GROUP: &str = "/aws/eum/sms-events";
/// Log group of Cognito's own log export, in each Region with a pool that exports.
pub const COGNITO_LOG_GROUP: &str = "/aws/vendedlogs/cognito";

/// What a source section of the daemon's configuration needs to read one Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the source.
    pub name: String,
    /// AWS Region.
    pub region: String,
    /// CloudTrail log group; the trail is multi-Region, so one source has it.
    pub cloudtrail_log_group: Option<String>,
    /// SNS delivery status log groups and, where a pool texts that way, the one of End User Messaging.
    pub sms_log_groups: Vec<String>,
    /// Log groups of Cognito's own log export.
    pub cognito_log_groups: Vec<String>,
}

impl Scenario {
    /// The sources that see everything in the scenario, one per Region, the trail's Region first.
    pub fn sources(&self) -> Vec<Source> {
        [("demo-us", REGION_US), ("demo-eu", REGION_EU)]
            .into_iter()
            .filter(|(_, region)| *region == REGION_US || self.pools.iter().any(|pool| pool.region == *region))
            .map(|(name, region)| {
                let direct = self.texts_directly(region).then(|| END_USER_MESSAGING_LOG_GROUP.to_owned());
                Source {
                    name: name.to_owned(),
                    region: region.to_owned(),
                    cloudtrail_log_group: (region == REGION_US).then(|| CLOUDTRAIL_LOG_GROUP.to_owned()),
                    sms_log_groups: sms_log_groups(region).into_iter().chain(direct).collect(),
                    cognito_log_groups: self
                        .exports_logs(region)
                        .then(|| COGNITO_LOG_GROUP.to_owned())
                        .into_iter()
                        .collect(),
                }
            })
            .collect()
    }

    /// A pool of the Region texts through End User Messaging.
    pub(in crate::simulator) fn texts_directly(&self, region: &str) -> bool {
        let direct = SmsRoute::EndUserMessaging;
        self.pools.iter().any(|pool| pool.region == region && pool.sms && pool.sms_route == direct)
    }

    /// Cognito exports logs of a pool of the Region.
    pub(in crate::simulator) fn exports_logs(&self, region: &str) -> bool {
        self.pools.iter().any(|pool| pool.region == region && pool.exports_logs)
    }
}

/// The delivery status log groups of a Region: accepted messages, then failures.
pub fn sms_log_groups(region: &str) -> [String; 2] {
    let accepted = format!("sns/{region}/{ACCOUNT}/DirectPublishToPhoneNumber");
    let failed = format!("{accepted}/Failure");
    [accepted, failed]
}
