//! User pools.

use super::challenge::words;

/// A pool is known by its Region and id: replicas in several Regions share one id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// App client ids.
    pub client_ids: Vec<String>,
}
