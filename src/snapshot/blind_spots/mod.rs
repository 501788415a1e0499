//! What cannot be told with these sources: why, which figures suffer, and what to switch on. Pure.
//!
//! `mfascope check` knows the config and the pools; the running daemon also knows how its streams do
//! and what the store saw.

mod sms;

use chrono::{DateTime, TimeDelta, Utc};

use super::{GroupHealth, StreamHealth};
use crate::config::{Config, LookupPolicy, Source};
use crate::model::{Pool, PoolKey, SmsRoute, Stream, words};
use crate::query::{PoolFacts, Seen};

words! {
    /// What kind of thing is missing.
    Blindness {
        /// No trail.
        NoTrail = "no_trail",
        /// The trail brings nothing.
        TrailSilent = "trail_silent",
        /// No listing of pools and users.
        NoCognito = "no_cognito",
        /// Nobody is looked up.
        LookupOff = "lookup_off",
        /// Nothing tells the fate of text messages.
        SmsUnread = "sms_unread",
        /// Only delivered, or only failed, messages are told.
        SmsHalf = "sms_half",
        /// Not every delivered message is logged.
        SmsSampled = "sms_sampled",
        /// The application sends text messages itself.
        SmsCustomSender = "sms_custom_sender",
        /// Cognito finds something wrong with a pool's text messages.
        SmsSetUp = "sms_set_up",
        /// A log group brings nothing although it should.
        GroupSilent = "group_silent",
        /// No log export of Cognito.
        NoCognitoLogs = "no_cognito_logs",
        /// Records do not name the challenges they issue.
        IssuanceUnseen = "issuance_unseen",
        /// Records of hosted pages do not tell how they ended.
        PagesUndetermined = "pages_undetermined",
    }
}

/// Something that cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlindSpot {
    /// What kind it is.
    pub kind: Blindness,
    /// Name of the source concerned.
    pub source: String,
    /// Pools concerned; none: the whole source.
    pub pools: Vec<PoolKey>,
    /// What is missing.
    pub missing: String,
    /// Which figures are absent or approximate.
    pub consequence: String,
    /// The AWS call or the setting that fixes it.
    pub remedy: String,
}

/// How a pool's messages leave AWS, and what else decides what can be told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolRoute {
    /// Source that lists it.
    pub source: String,
    /// Region and id.
    pub key: PoolKey,
    /// How text messages are sent.
    pub route: SmsRoute,
    /// AWS Region that sends them; the pool's own where Cognito names none.
    pub sending_region: String,
    /// `SmsConfigurationFailure`; may be empty.
    pub failure: String,
    /// It is on the Plus plan.
    pub is_plus: bool,
}

impl PoolRoute {
    /// Of a pool that was just read.
    pub fn of(source: &str, pool: &Pool) -> Self {
        Self {
            source: source.to_owned(),
            key: pool.key.clone(),
            route: pool.sms_route,
            sending_region: sending_region(pool.sms_region.as_deref().unwrap_or_default(), &pool.key),
            failure: pool.sms_failure.clone().unwrap_or_default(),
            is_plus: pool.tier.as_deref() == Some(PLUS),
        }
    }
}

impl From<&PoolFacts> for PoolRoute {
    fn from(pool: &PoolFacts) -> Self {
        Self {
            source: pool.source.clone(),
            key: pool.key.clone(),
            route: SmsRoute::from_word(&pool.settings.sms_route).unwrap_or(SmsRoute::None),
            sending_region: sending_region(&pool.settings.sms_region, &pool.key),
            failure: pool.settings.sms_failure.clone(),
            is_plus: pool.tier == PLUS,
        }
    }
}

const PLUS: &str = "PLUS";

fn sending_region(named: &str, key: &PoolKey) -> String {
    if named.is_empty() { key.aws_region.clone() } else { named.to_owned() }
}

/// What only a running daemon knows.
#[derive(Clone, Copy, Debug)]
pub struct Running<'a> {
    /// Now.
    pub as_of: DateTime<Utc>,
    /// Every stream of every source.
    pub streams: &'a [StreamHealth],
    /// What the store saw.
    pub seen: &'a Seen,
}

/// A trail without a Cognito record for so long is silent: the daemon's own listings are in it.
const SILENT_TRAIL: TimeDelta = TimeDelta::hours(24);

/// Another log group without a line for so long is silent.
const SILENT_GROUP: TimeDelta = TimeDelta::days(7);

/// Every blind spot, by source in the order of the config.
pub fn find(config: &Config, pools: &[PoolRoute], running: Option<&Running<'_>>) -> Vec<BlindSpot> {
    let mut finder = Finder { config, pools, running, spots: Vec::new() };
    for source in &config.sources {
        finder.trail(source);
        finder.cognito(source);
        finder.sms(source);
        finder.cognito_logs(source);
        finder.records(source);
    }
    finder.spots
}

struct Finder<'a> {
    config: &'a Config,
    pools: &'a [PoolRoute],
    running: Option<&'a Running<'a>>,
    spots: Vec<BlindSpot>,
}

impl<'a> Finder<'a> {
    fn note(
        &mut self,
        kind: Blindness,
        source: &Source,
        pools: &[&PoolRoute],
        [missing, consequence, remedy]: [String; 3],
    ) {
        let pools = pools.iter().map(|pool| pool.key.clone()).collect();
        self.spots.push(BlindSpot { kind, source: source.name.clone(), pools, missing, consequence, remedy });
    }

    fn trail(&mut self, source: &Source) {
        let region = &source.region;
        if source.cloudtrail.is_none() {
            let others: Vec<&str> = self
                .config
                .sources
                .iter()
                .filter(|other| other.cloudtrail.is_some())
                .map(|other| other.name.as_str())
                .collect();
            let brings_region = |running: &Running<'_>| {
                running.seen.activity.iter().any(|(key, count)| key.aws_region == *region && *count > 0)
            };
            // Until it is read to the present, another source's trail may still bring this Region.
            let is_open = self.running.is_some() && !others.is_empty() && !self.trails_are_read();
            if is_open || self.running.is_some_and(brings_region) {
                return;
            }
            let elsewhere = match others.as_slice() {
                [] => String::new(),
                names => {
                    format!(", and no record of {region} is certain to come from the trail of {}", names.join(", "))
                }
            };
            self.note(Blindness::NoTrail, source, &[], [
                format!("no [source.cloudtrail]{elsewhere}"),
                format!("challenges, sign-ins, recovery and SMS conversion of {region} are not measurable, and no user is proven or active"),
                "cloudtrail:UpdateTrail with CloudWatchLogsLogGroupArn sends a trail to a log group, and IsMultiRegionTrail brings every Region; name the group in [source.cloudtrail]".into(),
            ]);
        }
        for (group, since) in self.silent_groups(source, Stream::Cloudtrail, SILENT_TRAIL) {
            self.note(Blindness::TrailSilent, source, &[], [
                format!("log group {group} has brought no Cognito record {since}"),
                "challenges, sign-ins and recovery stand still although reading succeeds".into(),
                "cloudtrail:GetTrailStatus tells whether the trail is logging and what keeps it from delivering (IsLogging, LatestCloudWatchLogsDeliveryError)".into(),
            ]);
        }
    }

    fn cognito(&mut self, source: &Source) {
        let Some(cognito) = &source.cognito else {
            if !self.config.listed_regions().contains(source.region.as_str()) {
                self.note(Blindness::NoCognito, source, &[], [
                    "no [source.cognito]".into(),
                    format!("enrolment in {} is not measurable, and records that name only an app client or a user have no pool", source.region),
                    "add [source.cognito]; its permissions are in the README, \"IAM policy\"".into(),
                ]);
            }
            return;
        };
        if cognito.lookup == LookupPolicy::Off {
            self.note(
                Blindness::LookupOff,
                source,
                &[],
                [
                    "nobody is looked up (lookup = \"off\")".into(),
                    "users without evidence in records stay unknown: the enrolment ratio covers fewer of them".into(),
                    "set lookup = \"active\": it allows cognito-idp:AdminGetUser for users whom AWS bills this month anyway"
                        .into(),
                ],
            );
        }
    }

    fn cognito_logs(&mut self, source: &Source) {
        let exports = |other: &Source| other.cognito_logs.is_some() && other.region == source.region;
        if source.cognito.is_some() && !self.config.sources.iter().any(exports) {
            self.note(Blindness::NoCognitoLogs, source, &[], [
                "no [source.cognito_logs]".into(),
                "a message that Cognito accepts and then cannot send is not told: SMS send errors are a lower bound".into(),
                "cognito-idp:SetLogDeliveryConfiguration with EventSource userNotification, LogLevel ERROR and a CloudWatch Logs group on each pool; name the group in [source.cognito_logs]".into(),
            ]);
        }
        let region = &source.region;
        let is_active = self.seen().activity.iter().any(|(key, count)| key.aws_region == *region && *count > 0);
        if !is_active {
            return;
        }
        let has_plus = self.pools.iter().any(|pool| pool.is_plus && pool.key.aws_region == *region);
        for (group, since) in self.silent_groups(source, Stream::CognitoLogs, SILENT_GROUP) {
            let consequence = if has_plus {
                "users sign in, so the export of user activity (userAuthEvents) is off or goes elsewhere: outcomes of hosted pages and send errors may be missing"
            } else {
                "either no message failed to be sent or the export is off: an absence of send errors proves nothing"
            };
            self.note(
                Blindness::GroupSilent,
                source,
                &[],
                [
                    format!("log group {group} has brought no line {since}"),
                    consequence.into(),
                    "cognito-idp:GetLogDeliveryConfiguration tells where each pool's log goes".into(),
                ],
            );
        }
    }

    /// What records of CloudTrail do not tell.
    fn records(&mut self, source: &Source) {
        if self.running.is_none() || !self.trails_are_read() {
            return;
        }
        let (pools, seen) = (self.pools_of(source), self.seen());
        let active = pools.iter().copied().filter(|pool| count_of(&seen.activity, &pool.key) > 0);
        let unseen: Vec<&PoolRoute> = active.filter(|pool| !seen.issuing_pools.contains(&pool.key)).collect();
        if !unseen.is_empty() {
            self.note(
                Blindness::IssuanceUnseen,
                source,
                &unseen,
                [
                    format!("no record of {} names the challenge that it issues", names(&unseen)),
                    "challenges issued and abandoned are not measurable there".into(),
                    "nothing to switch on: CloudTrail does not document that it tells".into(),
                ],
            );
        }
        for is_plus in [true, false] {
            let open = |pool: &&PoolRoute| {
                pool.is_plus == is_plus
                    && count_of(&seen.undetermined_pages, &pool.key) > 0
                    && !seen.exporting_pools.contains(&pool.key)
            };
            let open: Vec<&PoolRoute> = pools.iter().copied().filter(open).collect();
            if open.is_empty() {
                continue;
            }
            let answers: u64 = open.iter().map(|pool| count_of(&seen.undetermined_pages, &pool.key)).sum();
            let remedy = if is_plus {
                "cognito-idp:SetLogDeliveryConfiguration with EventSource userAuthEvents and LogLevel INFO; name its log group in [source.cognito_logs]"
            } else {
                "userAuthEvents would tell (cognito-idp:SetLogDeliveryConfiguration); AWS exports them on the Plus plan only"
            };
            self.note(
                Blindness::PagesUndetermined,
                source,
                &open,
                [
                    format!("{answers} answers on hosted pages of {} in 7 days have no known outcome", names(&open)),
                    "the failure ratios leave them out".into(),
                    remedy.into(),
                ],
            );
        }
    }

    fn pools_of(&self, source: &Source) -> Vec<&'a PoolRoute> {
        self.pools.iter().filter(|pool| pool.source == source.name).collect()
    }

    fn seen(&self) -> &'a Seen {
        static NOTHING: Seen = Seen {
            activity: Vec::new(),
            sms_requests: Vec::new(),
            sms_receipts: Vec::new(),
            undetermined_pages: Vec::new(),
            issuing_pools: Vec::new(),
            exporting_pools: Vec::new(),
        };
        self.running.map_or(&NOTHING, |running| running.seen)
    }

    fn groups(&self, source: &Source, stream: Stream) -> &'a [GroupHealth] {
        let streams = self.running.map_or(&[][..], |running| running.streams);
        let health = streams.iter().find(|health| health.source == source.name && health.stream == stream);
        health.map_or(&[], |health| &health.groups)
    }

    /// Whether every trail was read to the present once: what is missing then is not on its way.
    fn trails_are_read(&self) -> bool {
        self.config
            .sources
            .iter()
            .flat_map(|source| self.groups(source, Stream::Cloudtrail))
            .all(|group| group.is_caught_up)
    }

    /// Groups that are read without a fault and bring nothing, with the words for how long.
    fn silent_groups(&self, source: &Source, stream: Stream, longest: TimeDelta) -> Vec<(&'a str, String)> {
        let Some(as_of) = self.running.map(|running| running.as_of) else { return Vec::new() };
        let silent = |group: &'a GroupHealth| {
            if group.is_up != Some(true) || !group.is_caught_up {
                return None;
            }
            let since = match group.data_through {
                None => "yet".to_owned(),
                Some(newest) if newest < as_of - longest => format!("since {}", newest.format("%Y-%m-%d %H:%M UTC")),
                Some(_) => return None,
            };
            Some((group.log_group.as_str(), since))
        };
        self.groups(source, stream).iter().filter_map(silent).collect()
    }
}

fn count_of(counts: &[(PoolKey, u64)], key: &PoolKey) -> u64 {
    counts.iter().find(|(each, _)| each == key).map_or(0, |(_, count)| *count)
}

/// Pools named in a sentence.
const MOST_NAMES: usize = 3;

fn names(pools: &[&PoolRoute]) -> String {
    let some: Vec<&str> = pools.iter().take(MOST_NAMES).map(|pool| pool.key.pool_id.as_str()).collect();
    let more = if pools.len() > MOST_NAMES { ", …" } else { "" };
    match pools {
        [pool] => format!("user pool {}", pool.key.pool_id),
        _ => format!("{} user pools ({}{more})", pools.len(), some.join(", ")),
    }
}

#[cfg(test)]
mod tests;
