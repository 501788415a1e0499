//! What the simulated account looks like and what happens in it.

mod episode;
mod sources;

use chrono::{DateTime, Utc};

pub use episode::{BadRelease, Lapse, PhoneChanges, SmsOutage, SmsPumping, SpendLimit, Weakening};
pub use sources::{CLOUDTRAIL_LOG_GROUP, COGNITO_LOG_GROUP, END_USER_MESSAGING_LOG_GROUP, Source, sms_log_groups};

/// The one simulated AWS account.
pub const ACCOUNT: &str = "123456789012";
/// Region of the trail and of most users.
pub const REGION_US: &str = "us-east-1";
/// The second Region.
pub const REGION_EU: &str = "eu-west-1";

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

/// One release of a client's software; people move to it within days.
#[derive(Debug, Clone, Copy)]
pub struct Release {
    /// `userAgent` of its calls.
    pub agent: &'static str,
    /// Days before the start instant at which it came out.
    pub days_ago: f64,
}

/// What carries a pool's text messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsRoute {
    /// Amazon SNS: one delivery status record per message.
    Sns,
    /// AWS End User Messaging, directly: several events per message.
    EndUserMessaging,
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
    /// Releases of the client software, the oldest first; for web surfaces a browser is drawn instead.
    pub releases: Vec<Release>,
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
    /// What carries its text messages.
    pub sms_route: SmsRoute,
    /// Cognito exports its logs of the pool: notifications that failed and, on the `PLUS` tier, sign-ins.
    pub exports_logs: bool,
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
    /// The attack on the SMS bill, if any.
    pub pumping: Option<SmsPumping>,
    /// People who give TOTP up for SMS, if any.
    pub weakening: Option<Weakening>,
    /// People who change their phone number, if any.
    pub phone_changes: Option<PhoneChanges>,
    /// The time without SMS quota, if any.
    pub spend_limit: Option<SpendLimit>,
}
