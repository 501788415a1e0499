//! Text messages: whose fate is not told, or only a part of it.

use std::collections::BTreeMap;

use super::{Blindness, Finder, PoolRoute, SILENT_GROUP, names};
use crate::config::{Sms, Source, sns_region};
use crate::model::{SmsRoute, Stream};

/// What SNS appends to the name of the group of failures.
const FAILURE: &str = "/Failure";

impl<'a> Finder<'a> {
    pub(super) fn sms(&mut self, source: &Source) {
        self.unread(source);
        self.set_up(source);
        let Some(sms) = &source.sms else { return };
        self.halves(source, sms);
        self.sampled(source, sms);
        self.silent(source, sms);
    }

    fn unread(&mut self, source: &Source) {
        let pools = self.pools_of(source);
        let nobody_reads = self.config.sources.iter().all(|source| source.sms.is_none());
        if pools.is_empty() && nobody_reads {
            self.note(
                Blindness::SmsUnread,
                source,
                &[],
                [
                    "no [source.sms]".into(),
                    "SMS delivery, delay and price are absent".into(),
                    format!("{}; name the log groups in [source.sms]", logging(&source.region)),
                ],
            );
        }
        let mut ways: BTreeMap<(SmsRoute, &str), Vec<&PoolRoute>> = BTreeMap::new();
        for pool in pools.iter().filter(|pool| pool.route != SmsRoute::None) {
            ways.entry((pool.route, &pool.sending_region)).or_default().push(pool);
        }
        for ((route, region), pools) in ways {
            if route != SmsRoute::CustomSender && self.is_read(route, region) {
                continue;
            }
            let section = if source.sms.is_none() { "no [source.sms]" } else { "no log group in [source.sms]" };
            let (kind, through, remedy) = match route {
                SmsRoute::EndUserMessaging => (
                    Blindness::SmsUnread,
                    "AWS End User Messaging",
                    format!("sms-voice:CreateEventDestination to a CloudWatch Logs group on a configuration set in {region}, and that set as ConfigurationSetName in the pool's SmsConfiguration (cognito-idp:SetUserPoolMfaConfig); name the group in [source.sms]"),
                ),
                SmsRoute::CustomSender => (
                    Blindness::SmsCustomSender,
                    "the application's own Lambda function",
                    "what the function sends through SNS or End User Messaging is told when its logs are on (sns:SetSMSAttributes; ConfigurationSetName in sms-voice:SendTextMessage) and named in [source.sms]".into(),
                ),
                SmsRoute::Sns | SmsRoute::None => (
                    Blindness::SmsUnread,
                    "SNS",
                    format!("{}; name sns/{region}/ACCOUNT/DirectPublishToPhoneNumber and its {FAILURE} in [source.sms]", logging(region)),
                ),
            };
            let missing = match kind {
                Blindness::SmsCustomSender => format!("text messages of {} are sent by {through}", names(&pools)),
                _ => format!(
                    "{section} for the text messages that {} sends through {through} in {region}",
                    names(&pools)
                ),
            };
            self.note(kind, source, &pools, [
                missing,
                "SMS delivery, delay and price are absent; conversion tells whether codes were used, not whether they arrived".into(),
                remedy,
            ]);
        }
    }

    /// Whether some source reads what a service logs in a Region. A group that does not have SNS's own
    /// name may hold the lines of either service.
    fn is_read(&self, route: SmsRoute, region: &str) -> bool {
        let holds = |source: &Source, group: &String| match sns_region(group) {
            Some(named) => route == SmsRoute::Sns && named == region,
            None => source.region == region,
        };
        let reads =
            |source: &Source| source.sms.iter().flat_map(|sms| &sms.log_groups).any(|group| holds(source, group));
        self.config.sources.iter().any(reads) || self.receipts(region) > 0
    }

    fn set_up(&mut self, source: &Source) {
        for pool in self.pools_of(source) {
            let region = &pool.sending_region;
            for failure in pool.failure.split(',').map(str::trim).filter(|failure| !failure.is_empty()) {
                let (consequence, remedy) = match failure {
                    "SNSSandbox" => (
                        "the account is in the SMS sandbox: only verified numbers get messages, so SMS figures say nothing about ordinary users".into(),
                        format!("leave the sandbox in {region} (AWS Support, \"SNS text messaging\"); sns:GetSMSSandboxAccountStatus tells when it is done"),
                    ),
                    "InvalidSmsRoleAccessPolicyException" => (
                        "Cognito cannot send text messages: SMS figures hold refusals only".into(),
                        "iam:PutRolePolicy: allow sns:Publish to the role in the pool's SmsConfiguration (SnsCallerArn)".into(),
                    ),
                    _ => (
                        "Cognito may not be able to send text messages".into(),
                        "cognito-idp:DescribeUserPool tells more (SmsConfigurationFailure)".into(),
                    ),
                };
                let missing = format!("Cognito reports {failure} for the text messages of {}", names(&[pool]));
                self.note(Blindness::SmsSetUp, source, &[pool], [missing, consequence, remedy]);
            }
        }
    }

    /// SNS has one group for delivered messages and one for failed ones.
    fn halves(&mut self, source: &Source, sms: &Sms) {
        let is_named =
            |name: &str| self.config.sources.iter().any(|source| source.log_groups().any(|group| group == name));
        let mut spots = Vec::new();
        for group in sms.log_groups.iter().filter(|group| sns_region(group).is_some()) {
            match group.strip_suffix(FAILURE) {
                Some(success) if sms.success_sample_percent > 0 && !is_named(success) => {
                    spots.push((
                        success.to_owned(),
                        "delivered messages of it are not counted: the delivery ratio is far too low",
                    ));
                }
                None if !is_named(&format!("{group}{FAILURE}")) => {
                    spots.push((
                        format!("{group}{FAILURE}"),
                        "failed messages are not counted: the delivery ratio is always 100 %",
                    ));
                }
                _ => {}
            }
        }
        for (missing, consequence) in spots {
            self.note(
                Blindness::SmsHalf,
                source,
                &[],
                [
                    format!("{missing} is in no [source.sms]"),
                    consequence.into(),
                    "name both log groups; SNS makes one with its first line, logs:CreateLogGroup makes it before"
                        .into(),
                ],
            );
        }
    }

    fn sampled(&mut self, source: &Source, sms: &Sms) {
        let percent = sms.success_sample_percent;
        if percent == 100 {
            self.evidently_sampled(source, sms);
            return;
        }
        let consequence = if percent == 0 {
            "delivered messages are not told: delivery ratio and delay are absent, failures are complete".to_owned()
        } else {
            format!(
                "delivered messages are a sample of {percent} %: counts and price are too low, delivery ratio and delay approximate"
            )
        };
        let region = sms.log_groups.first().map_or("", |group| source.sms_region(group));
        self.note(
            Blindness::SmsSampled,
            source,
            &[],
            [
                format!("SNS logs {percent} % of delivered messages (success_sample_percent)"),
                consequence,
                format!("{}; then leave success_sample_percent out", logging(region)),
            ],
        );
    }

    /// Far fewer receipts than requests: successes are sampled although nobody says so.
    fn evidently_sampled(&mut self, source: &Source, sms: &Sms) {
        for region in regions(source, sms) {
            let (requests, receipts) = (self.requests(region), self.receipts(region));
            let is_far_fewer = requests >= self.config.dashboard.small_denominator.max(1) && receipts * 2 < requests;
            if !is_far_fewer || !self.is_caught_up(source, region) || self.is_silent(source, region) {
                continue;
            }
            let pools = self.senders(region);
            self.note(Blindness::SmsSampled, source, &pools, [
                format!("{receipts} receipts for {requests} text messages that pools asked for in {region} in 7 days"),
                "success logs look sampled, or messages are sent elsewhere: counts and price are too low, the delivery ratio leans towards failure".into(),
                format!("sns:GetSMSAttributes tells the rate; {}; or declare success_sample_percent", logging(region)),
            ]);
        }
    }

    /// Failures alone may be silent for days, so a Region is silent when all of its groups are.
    fn silent(&mut self, source: &Source, sms: &Sms) {
        for region in regions(source, sms) {
            let requests = self.requests(region);
            let expected = requests * u64::from(sms.success_sample_percent) / 100;
            // Of a sample, some luck is needed.
            let least =
                if sms.success_sample_percent == 100 { 1 } else { self.config.dashboard.small_denominator.max(1) };
            if expected < least || !self.is_silent(source, region) {
                continue;
            }
            let groups: Vec<&str> =
                sms.log_groups.iter().filter(|group| source.sms_region(group) == region).map(String::as_str).collect();
            let pools = self.senders(region);
            self.note(
                Blindness::GroupSilent,
                source,
                &pools,
                [
                    format!(
                        "no line in 7 days in {}, while pools asked for {requests} text messages in {region}",
                        groups.join(" and ")
                    ),
                    "SMS delivery, delay and price stand still although reading succeeds".into(),
                    format!("sns:GetSMSAttributes tells whether delivery status logging is on; {}", logging(region)),
                ],
            );
        }
    }

    fn is_silent(&self, source: &Source, region: &str) -> bool {
        let silent = self.silent_groups(source, Stream::Sms, SILENT_GROUP);
        let mut groups =
            self.groups(source, Stream::Sms).iter().filter(|group| source.sms_region(&group.log_group) == region);
        groups.all(|group| silent.iter().any(|(name, _)| *name == group.log_group))
    }

    fn is_caught_up(&self, source: &Source, region: &str) -> bool {
        let mut groups =
            self.groups(source, Stream::Sms).iter().filter(|group| source.sms_region(&group.log_group) == region);
        groups.all(|group| group.is_caught_up)
    }

    /// Messages that were asked for and go through a service that logs them in this Region.
    fn requests(&self, region: &str) -> u64 {
        self.senders(region).iter().map(|pool| super::count_of(&self.seen().sms_requests, &pool.key)).sum()
    }

    fn receipts(&self, region: &str) -> u64 {
        self.seen().sms_receipts.iter().filter(|(each, _)| each == region).map(|(_, count)| count).sum()
    }

    fn senders(&self, region: &str) -> Vec<&'a PoolRoute> {
        let is_logged = |route| matches!(route, SmsRoute::Sns | SmsRoute::EndUserMessaging);
        self.pools.iter().filter(|pool| is_logged(pool.route) && pool.sending_region == region).collect()
    }
}

/// The call that switches SNS's logs on.
fn logging(region: &str) -> String {
    format!("sns:SetSMSAttributes with DeliveryStatusIAMRole and DeliveryStatusSuccessSamplingRate = 100 in {region}")
}

/// Regions whose messages the source's groups tell of.
fn regions<'s>(source: &'s Source, sms: &'s Sms) -> Vec<&'s str> {
    let mut regions: Vec<&str> = sms.log_groups.iter().map(|group| source.sms_region(group)).collect();
    regions.sort_unstable();
    regions.dedup();
    regions
}
