//! User pools.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::challenge::words;

/// A pool is known by its Region and id: replicas in several Regions share one id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct PoolKey {
    /// AWS Region of the pool or replica.
    pub aws_region: String,
    /// User pool id.
    pub pool_id: String,
}

words! {
    /// `MfaConfiguration` of a pool.
    MfaConfiguration {
        /// Nobody is challenged.
        Off = "OFF",
        /// Users who enrolled are challenged.
        Optional = "OPTIONAL",
        /// Everybody is challenged.
        On = "ON",
    }
}

words! {
    /// How a pool's text messages leave AWS.
    SmsRoute {
        /// No SMS configuration.
        None = "none",
        /// Amazon SNS; its delivery logs tell the fate.
        Sns = "sns",
        /// AWS End User Messaging, directly.
        EndUserMessaging = "end_user_messaging",
        /// A Lambda function of the application (`CustomSMSSender`).
        CustomSender = "custom_sender",
    }
}

words! {
    /// Which devices a pool remembers.
    Devices {
        /// None.
        Off = "off",
        /// Those that the user agrees to.
        OptIn = "opt_in",
        /// Every one.
        Always = "always",
    }
}

/// What Cognito says about a pool now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Region and id.
    pub key: PoolKey,
    /// Display name.
    pub pool_name: String,
    /// MFA enforcement.
    pub mfa_configuration: MfaConfiguration,
    /// Feature plan (`LITE`, `ESSENTIALS`, `PLUS`), absent when AWS omits it.
    pub tier: Option<String>,
    /// `SoftwareTokenMfaConfiguration.Enabled`.
    pub allows_totp: bool,
    /// `SmsMfaConfiguration` is present.
    pub allows_sms: bool,
    /// `EmailMfaConfiguration` is present.
    pub allows_email: bool,
    /// `WebAuthnConfiguration.FactorConfiguration` is `MULTI_FACTOR_WITH_USER_VERIFICATION`.
    pub passkey_is_mfa: bool,
    /// `WebAuthnConfiguration` is present: passkeys can be registered.
    pub has_passkeys: bool,
    /// `AccountRecoverySetting`: names of the mechanisms, most wanted first.
    pub recovery: Vec<String>,
    /// How text messages are sent.
    pub sms_route: SmsRoute,
    /// Region that sends them, where it is named.
    pub sms_region: Option<String>,
    /// `SmsConfigurationFailure`: what Cognito itself finds wrong with the SMS set-up.
    pub sms_failure: Option<String>,
    /// `DeviceConfiguration`.
    pub devices: Devices,
    /// A remembered device passes without MFA.
    pub device_skips_mfa: bool,
    /// Regions with a replica under the same id.
    pub replica_regions: Vec<String>,
    /// App clients.
    pub clients: Vec<Client>,
}

/// An app client of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub client_id: String,
    /// Display name.
    pub name: String,
    /// `AuthSessionValidity`: how long a challenge may be answered, whole minutes. A listing does not
    /// tell it.
    pub session_validity: Option<Duration>,
    /// When it was described; `None` while only a listing names it.
    pub described_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
impl Client {
    /// A client of which only the id matters.
    pub(crate) fn sample(client_id: &str) -> Self {
        Self { client_id: client_id.to_owned(), name: client_id.to_owned(), session_validity: None, described_at: None }
    }
}

#[cfg(test)]
impl Pool {
    /// An ordinary pool for tests: optional MFA with codes of every kind.
    pub(crate) fn sample(key: PoolKey) -> Self {
        Self {
            pool_name: key.pool_id.clone(),
            key,
            mfa_configuration: MfaConfiguration::Optional,
            tier: None,
            allows_totp: true,
            allows_sms: true,
            allows_email: true,
            passkey_is_mfa: false,
            has_passkeys: false,
            recovery: Vec::new(),
            sms_route: SmsRoute::Sns,
            sms_region: None,
            sms_failure: None,
            devices: Devices::Off,
            device_skips_mfa: false,
            replica_regions: Vec::new(),
            clients: Vec::new(),
        }
    }
}
