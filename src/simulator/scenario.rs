//! What the simulated account looks like and what happens in it.

use chrono::{DateTime, Utc};

/// The one simulated AWS account.
pub const ACCOUNT: &str = "123456789012";
/// Region of the trail and of most users.
pub const REGION_US: &str = "us-east-1";
/// The second Region.
pub const REGION_EU: &str = "eu-west-1";
/// Log group of the multi-Region trail; it exists in [`REGION_US`] only.
pub const CLOUDTRAIL_LOG_GROUP: &str = "aws-cloudtrail-logs";

/// `MfaConfiguration` of a pool before any switch of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MfaMode {
    /// No challenge at all.
    Off,
    /// Challenged when enrolled.
    Optional,
    /// Challenged always.
    On,
}

impl MfaMode {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::Optional => "OPTIONAL",
            Self::On => "ON",
        }
    }
}

/// When people of a pool use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Evenings and weekends.
    Leisure,
    /// Office hours.
    Office,
}

/// How a client of a pool signs people in, which decides the vocabulary of its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// `InitiateAuth` with SRP.
    Srp,
    /// `InitiateAuth` with `USER_PASSWORD_AUTH`.
    Password,
    /// `AdminInitiateAuth` from a backend.
    Admin,
    /// The classic hosted UI.
    HostedUi,
    /// The newer managed login pages.
    ManagedLogin,
}

/// One app client.
#[derive(Debug, Clone)]
pub struct ClientPlan {
    /// `ClientId`.
    pub id: &'static str,
    /// `ClientName`.
    pub name: &'static str,
    /// How it signs people in.
    pub surface: Surface,
    /// `userAgent` of its calls; for web surfaces a browser is drawn instead.
    pub agent: &'static str,
    /// `AuthSessionValidity` in minutes.
    pub session_minutes: u32,
    /// Share of the pool's users who come through it, relative to its siblings.
    pub weight: u32,
}

/// How enrolment of a pool grows, as shares of its users.
#[derive(Debug, Clone, Copy)]
pub struct Enrolment {
    /// Enrolled when the history begins.
    pub initial: f64,
    /// Joining per day until the campaign.
    pub per_day: f64,
    /// Won by the campaign, most of it within five days.
    pub campaign: f64,
    /// Joining per day after the campaign.
    pub per_day_after: f64,
    /// Share of the enrolled who choose TOTP; the rest choose SMS or e-mail where the pool has them.
    pub totp_share: f64,
}

/// Somebody switched a pool from ON to OPTIONAL, and it was switched back.
#[derive(Debug, Clone, Copy)]
pub struct Lapse {
    /// Days before the start instant.
    pub days_ago: f64,
    /// Duration in hours.
    pub hours: f64,
}

/// One user pool.
#[derive(Debug, Clone)]
pub struct PoolPlan {
    /// `Id`.
    pub id: &'static str,
    /// `Name`.
    pub name: &'static str,
    /// AWS Region.
    pub region: &'static str,
    /// `UserPoolTier`.
    pub tier: &'static str,
    /// Users at the start instant.
    pub users: u32,
    /// `MfaConfiguration` when the history begins.
    pub mfa: MfaMode,
    /// Days before the start instant at which the pool was switched to ON.
    pub switched_on_days_ago: Option<f64>,
    /// A while in which a pool that is ON was OPTIONAL.
    pub lapse: Option<Lapse>,
    /// TOTP is allowed.
    pub totp: bool,
    /// SMS MFA is allowed.
    pub sms: bool,
    /// Days before the start instant at which e-mail MFA was allowed.
    pub email_days_ago: Option<f64>,
    /// Passkeys can be registered.
    pub passkeys: bool,
    /// People sign themselves up; otherwise an administrator creates them.
    pub self_sign_up: bool,
    /// Mean sign-ins of a user per day.
    pub sign_ins_per_day: f64,
    /// When they happen.
    pub habit: Habit,
    /// Growth of enrolment.
    pub enrolment: Enrolment,
    /// Share of users from an external identity provider.
    pub federated: f64,
    /// `SmsConfigurationFailure`: why Cognito cannot text from this pool.
    pub sms_failure: Option<&'static str>,
    /// `ReplicaRegions`: where the pool has secondary replicas.
    pub replicas: &'static [&'static str],
    /// App clients.
    pub clients: Vec<ClientPlan>,
    /// ISO country code and weight.
    pub countries: Vec<(&'static str, u32)>,
}

impl PoolPlan {
    /// Ways to recover an account, the first one first.
    pub(super) fn recovery(&self) -> &'static [&'static str] {
        match (self.self_sign_up, self.sms) {
            (true, _) => &["verified_phone_number", "verified_email"],
            (false, true) => &["verified_email", "verified_phone_number"],
            (false, false) => &["verified_email"],
        }
    }
}

/// Text messages to one country stop arriving for a while.
#[derive(Debug, Clone, Copy)]
pub struct SmsOutage {
    /// ISO country code.
    pub country: &'static str,
    /// Days before the start instant.
    pub days_ago: f64,
    /// Duration in hours.
    pub hours: f64,
}

/// A release of one app sends TOTP codes wrongly.
#[derive(Debug, Clone, Copy)]
pub struct BadRelease {
    /// `ClientId`.
    pub client_id: &'static str,
    /// `userAgent` of the release.
    pub agent: &'static str,
    /// Days before the start instant.
    pub days_ago: f64,
    /// Duration in hours.
    pub hours: f64,
}

/// A whole simulated account: population, configuration and story.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Everything random follows from it.
    pub seed: u64,
    /// Where history ends and live time begins; `None` takes the clock when the simulator is made.
    /// Records are a pure function of seed, start and hour: give it to have the same ones in another run.
    pub start: Option<DateTime<Utc>>,
    /// Days of history before the start instant.
    pub history_days: u32,
    /// Days after the start instant for which sign-ups and enrolments are planned.
    pub future_days: u32,
    /// Days before the start instant at which the enrolment campaign began.
    pub campaign_days_ago: f64,
    /// The pools.
    pub pools: Vec<PoolPlan>,
    /// The SMS outage, if any.
    pub outage: Option<SmsOutage>,
    /// The bad app release, if any.
    pub bad_release: Option<BadRelease>,
}

/// What a source section of the daemon's configuration needs to read one Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the source.
    pub name: String,
    /// AWS Region.
    pub region: String,
    /// CloudTrail log group; the trail is multi-Region, so one source has it.
    pub cloudtrail_log_group: Option<String>,
    /// SNS delivery status log groups.
    pub sms_log_groups: Vec<String>,
}

impl Scenario {
    /// The sources that see everything in the scenario, one per Region, the trail's Region first.
    pub fn sources(&self) -> Vec<Source> {
        [("demo-us", REGION_US), ("demo-eu", REGION_EU)]
            .into_iter()
            .filter(|(_, region)| *region == REGION_US || self.pools.iter().any(|pool| pool.region == *region))
            .map(|(name, region)| Source {
                name: name.to_owned(),
                region: region.to_owned(),
                cloudtrail_log_group: (region == REGION_US).then(|| CLOUDTRAIL_LOG_GROUP.to_owned()),
                sms_log_groups: sms_log_groups(region).to_vec(),
            })
            .collect()
    }
}

/// The delivery status log groups of a Region: accepted messages, then failures.
pub fn sms_log_groups(region: &str) -> [String; 2] {
    let accepted = format!("sns/{region}/{ACCOUNT}/DirectPublishToPhoneNumber");
    let failed = format!("{accepted}/Failure");
    [accepted, failed]
}
