//! What the AWS CLI prints, as far as it matters here.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct User<'a> {
    #[serde(borrow)]
    pub(super) username: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) attributes: Vec<Attribute<'a>>,
    pub(super) user_create_date: Option<Instant<'a>>,
    pub(super) enabled: Option<bool>,
    #[serde(borrow)]
    pub(super) user_status: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attribute<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) value: Option<Cow<'a, str>>,
}

/// Seconds, or text: the versions of the CLI differ.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Instant<'a> {
    Seconds(f64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GotUser<'a> {
    #[serde(borrow)]
    pub(super) user_attributes: Vec<Attribute<'a>>,
    #[serde(borrow, rename = "UserMFASettingList")]
    pub(super) list: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow)]
    pub(super) preferred_mfa_setting: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    pub(super) user_pool: UserPool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserPool {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) mfa_configuration: Option<String>,
    pub(super) enabled_mfas: Option<Vec<String>>,
    pub(super) user_pool_tier: Option<String>,
    pub(super) sms_configuration: Option<SmsConfiguration>,
    pub(super) sms_configuration_failure: Option<String>,
    pub(super) lambda_config: Option<LambdaConfig>,
    pub(super) account_recovery_setting: Option<Recovery>,
    pub(super) device_configuration: Option<Devices>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SmsConfiguration {
    pub(super) sns_region: Option<String>,
    pub(super) eums_sms: Option<Direct>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Direct {
    pub(super) region: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct LambdaConfig {
    #[serde(rename = "CustomSMSSender")]
    pub(super) custom_sender: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Recovery {
    pub(super) recovery_mechanisms: Option<Vec<Mechanism>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Mechanism {
    #[serde(default)]
    pub(super) priority: i64,
    pub(super) name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Devices {
    #[serde(default)]
    pub(super) challenge_required_on_new_device: bool,
    #[serde(default)]
    pub(super) device_only_remembered_on_user_prompt: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MfaConfig {
    /// A pool itself has one, and says who is asked for MFA, too.
    pub(super) id: Option<IgnoredAny>,
    pub(super) sms_mfa_configuration: Option<SmsMfa>,
    pub(super) software_token_mfa_configuration: Option<SoftwareToken>,
    pub(super) email_mfa_configuration: Option<EmailMfa>,
    pub(super) mfa_configuration: Option<String>,
    pub(super) web_authn_configuration: Option<WebAuthn>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SmsMfa {
    pub(super) sms_configuration: Option<SmsConfiguration>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SoftwareToken {
    #[serde(default)]
    pub(super) enabled: bool,
}

/// Its presence is all that counts.
#[derive(Deserialize)]
pub(super) struct EmailMfa {}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WebAuthn {
    pub(super) factor_configuration: Option<String>,
}

impl Instant<'_> {
    /// Years that a calendar of today has, and milliseconds, which is what Cognito tells.
    pub(super) fn read(&self) -> Option<DateTime<Utc>> {
        let instant = match self {
            Self::Seconds(seconds) => DateTime::from_timestamp_micros((seconds * 1e6) as i64)?,
            Self::Text(text) => DateTime::parse_from_rfc3339(text).ok()?.to_utc(),
        };
        (1970..=9999).contains(&instant.year()).then(|| instant.round_subsecs(3))
    }
}
