//! What Cognito answers about users and pools, in its own names → the domain's words. An answer may come from the
//! API or from a file: what it means is said here once.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Devices, Factor, ListedUser, LookedUpUser, MfaConfiguration, Pool, PoolKey, SmsRoute, UserStatus};

impl ListedUser {
    /// What a user's attributes tell; `None` where no sub is among them. Addresses and numbers go no further.
    pub fn of_attributes<'a>(
        attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
        country_of: impl FnOnce(&str) -> Option<String>,
    ) -> Option<Self> {
        let (mut sub, mut phone) = (None, "");
        let mut user = Self {
            sub: Uuid::nil(),
            username: None,
            status: UserStatus::Unknown,
            enabled: false,
            created_at: None,
            has_phone: false,
            has_email: false,
            phone_verified: false,
            email_verified: false,
            country: None,
        };
        let is_true = |value: &str| value.eq_ignore_ascii_case("true");
        for (name, value) in attributes {
            match name {
                "sub" => sub = Uuid::parse_str(value).ok(),
                "phone_number" => phone = value,
                "email" => user.has_email = !value.is_empty(),
                "phone_number_verified" => user.phone_verified = is_true(value),
                "email_verified" => user.email_verified = is_true(value),
                _ => {}
            }
        }
        Some(Self { sub: sub?, has_phone: !phone.is_empty(), country: country_of(phone), ..user })
    }
}

impl LookedUpUser {
    /// The factors of `UserMFASettingList` and `PreferredMfaSetting`, which may be absent or empty.
    pub fn of_settings<T: AsRef<str>>(list: impl IntoIterator<Item = T>, preferred: Option<&str>) -> Self {
        let mut user = Self { preferred: preferred.and_then(factor), ..Self::default() };
        for name in list {
            match factor(name.as_ref()) {
                Some(Factor::Totp) => user.totp = true,
                Some(Factor::Sms) => user.sms = true,
                Some(Factor::Email) => user.email = true,
                Some(Factor::Passkey) => user.passkey = true,
                _ => user.other |= !name.as_ref().is_empty(),
            }
        }
        user
    }
}

fn factor(name: &str) -> Option<Factor> {
    match name {
        "SOFTWARE_TOKEN_MFA" => Some(Factor::Totp),
        "SMS_MFA" => Some(Factor::Sms),
        "EMAIL_OTP" => Some(Factor::Email),
        "WEB_AUTHN" => Some(Factor::Passkey),
        _ => None,
    }
}

/// Who sends a pool's text messages: `SmsConfiguration`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsSender {
    /// AWS End User Messaging sends them, not SNS.
    pub is_direct: bool,
    /// AWS Region that sends them, where it is named.
    pub aws_region: Option<String>,
}

/// What `DescribeUserPool` tells of a pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolDescription {
    /// `Name`.
    pub pool_name: Option<String>,
    /// `MfaConfiguration`.
    pub mfa_configuration: Option<MfaConfiguration>,
    /// `EnabledMfas`, where the answer has it.
    pub allowed: Option<NamedFactors>,
    /// `UserPoolTier`.
    pub tier: Option<String>,
    /// `SmsConfiguration`.
    pub sms: Option<SmsSender>,
    /// `LambdaConfig.CustomSMSSender` is set.
    pub has_custom_sender: bool,
    /// `SmsConfigurationFailure`.
    pub sms_failure: Option<String>,
    /// `AccountRecoverySetting`: names of the mechanisms, most wanted first.
    pub recovery: Vec<String>,
    /// `DeviceConfiguration`.
    pub devices: Option<RememberedDevices>,
}

/// Factors that an answer names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedFactors {
    /// `SOFTWARE_TOKEN_MFA`.
    pub totp: bool,
    /// `SMS_MFA`.
    pub sms: bool,
    /// `EMAIL_OTP`.
    pub email: bool,
    /// `WEB_AUTHN`.
    pub passkey: bool,
}

/// `DeviceConfiguration` of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedDevices {
    /// `DeviceOnlyRememberedOnUserPrompt`.
    pub on_prompt: bool,
    /// `ChallengeRequiredOnNewDevice`: a remembered device passes without MFA.
    pub skips_mfa: bool,
}

/// What `GetUserPoolMfaConfig` tells of a pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolFactors {
    /// `MfaConfiguration`.
    pub mfa_configuration: Option<MfaConfiguration>,
    /// `SoftwareTokenMfaConfiguration.Enabled`.
    pub allows_totp: bool,
    /// `SmsMfaConfiguration` is present.
    pub allows_sms: bool,
    /// `SmsMfaConfiguration.SmsConfiguration`.
    pub sms: Option<SmsSender>,
    /// `EmailMfaConfiguration` is present.
    pub allows_email: bool,
    /// `WebAuthnConfiguration` is present.
    pub has_passkeys: bool,
    /// `WebAuthnConfiguration.FactorConfiguration` is `MULTI_FACTOR_WITH_USER_VERIFICATION`.
    pub passkey_is_mfa: bool,
}

impl PoolFactors {
    /// `WebAuthnConfiguration.FactorConfiguration` of a pool where a passkey counts as MFA.
    pub const PASSKEY_IS_MFA: &str = "MULTI_FACTOR_WITH_USER_VERIFICATION";
}

impl NamedFactors {
    /// Those that a list names.
    pub fn of_names<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Self {
        let LookedUpUser { totp, sms, email, passkey, .. } = LookedUpUser::of_settings(names, None);
        Self { totp, sms, email, passkey }
    }
}

impl Pool {
    /// A pool of which nothing is known: no factor is allowed, and OFF is what the API documents as the default.
    pub fn unknown(key: PoolKey) -> Self {
        Self {
            pool_name: key.pool_id.clone(),
            key,
            mfa_configuration: MfaConfiguration::Off,
            tier: None,
            allows_totp: false,
            allows_sms: false,
            allows_email: false,
            passkey_is_mfa: false,
            has_passkeys: false,
            recovery: Vec::new(),
            sms_route: SmsRoute::None,
            sms_region: None,
            sms_failure: None,
            devices: Devices::Off,
            device_skips_mfa: false,
            replica_regions: Vec::new(),
            clients: Vec::new(),
        }
    }

    /// The pool as the two answers tell it; what neither tells stays. Both tell who is asked for MFA: the newer
    /// one holds.
    #[must_use]
    pub fn as_told(
        mut self,
        description: Option<&PoolDescription>,
        factors: Option<&PoolFactors>,
        is_description_newer: bool,
    ) -> Self {
        let described = description.and_then(|description| description.mfa_configuration);
        let configured = factors.and_then(|factors| factors.mfa_configuration);
        let told = if is_description_newer { described.or(configured) } else { configured.or(described) };
        self.mfa_configuration = told.unwrap_or(self.mfa_configuration);
        if let Some(description) = description {
            self.describe(description);
        }
        match (factors, description.and_then(|description| description.allowed)) {
            (Some(factors), _) => self.allow(factors),
            (None, Some(NamedFactors { totp, sms, email, passkey })) => {
                (self.allows_totp, self.allows_sms, self.allows_email) = (totp, sms, email);
                (self.has_passkeys, self.passkey_is_mfa) = (passkey, passkey);
            }
            (None, None) => {}
        }
        let sender = factors.and_then(|factors| factors.sms.as_ref());
        if let Some(sender) = sender.or(description.and_then(|description| description.sms.as_ref())) {
            self.sms_region.clone_from(&sender.aws_region);
            if self.sms_route != SmsRoute::CustomSender {
                self.sms_route = if sender.is_direct { SmsRoute::EndUserMessaging } else { SmsRoute::Sns };
            }
        }
        self
    }

    fn describe(&mut self, description: &PoolDescription) {
        if let Some(name) = &description.pool_name {
            self.pool_name.clone_from(name);
        }
        self.tier.clone_from(&description.tier);
        self.sms_route = if description.has_custom_sender { SmsRoute::CustomSender } else { SmsRoute::None };
        self.sms_region = None;
        self.sms_failure.clone_from(&description.sms_failure);
        self.recovery.clone_from(&description.recovery);
        self.devices = match description.devices {
            None => Devices::Off,
            Some(RememberedDevices { on_prompt: true, .. }) => Devices::OptIn,
            Some(_) => Devices::Always,
        };
        self.device_skips_mfa = description.devices.is_some_and(|devices| devices.skips_mfa);
    }

    fn allow(&mut self, factors: &PoolFactors) {
        self.allows_totp = factors.allows_totp;
        self.allows_sms = factors.allows_sms;
        self.allows_email = factors.allows_email;
        self.has_passkeys = factors.has_passkeys;
        self.passkey_is_mfa = factors.passkey_is_mfa;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_we_do_not_know_are_other_and_empty_ones_nothing() {
        let user = LookedUpUser::of_settings(["SOFTWARE_TOKEN_MFA", "CARRIER_PIGEON", ""], Some("SMS_MFA"));
        let expected =
            LookedUpUser { totp: true, other: true, preferred: Some(Factor::Sms), ..LookedUpUser::default() };
        assert_eq!(user, expected);
        assert_eq!(LookedUpUser::of_settings([] as [&str; 0], None), LookedUpUser::default());
        assert_eq!(LookedUpUser::of_settings([""], Some("")), LookedUpUser::default());
    }

    #[test]
    fn an_answer_tells_what_it_tells_and_nothing_else() {
        let key = PoolKey { aws_region: "eu-west-1".into(), pool_id: "eu-west-1_a".into() };
        let description = PoolDescription {
            pool_name: Some("Customers".into()),
            mfa_configuration: Some(MfaConfiguration::On),
            sms: Some(SmsSender::default()),
            ..PoolDescription::default()
        };
        let factors = PoolFactors {
            mfa_configuration: Some(MfaConfiguration::Optional),
            allows_totp: true,
            sms: Some(SmsSender { is_direct: true, aws_region: Some("eu-west-2".into()) }),
            ..PoolFactors::default()
        };
        let told = |description, factors, is_newer| Pool::unknown(key.clone()).as_told(description, factors, is_newer);
        let described = told(Some(&description), None, true);
        assert_eq!((described.mfa_configuration, described.allows_totp), (MfaConfiguration::On, false));
        assert_eq!((described.pool_name.as_str(), described.sms_route), ("Customers", SmsRoute::Sns));
        let both = told(Some(&description), Some(&factors), false);
        assert_eq!((both.mfa_configuration, both.allows_totp), (MfaConfiguration::Optional, true));
        assert_eq!((both.sms_route, both.sms_region.as_deref()), (SmsRoute::EndUserMessaging, Some("eu-west-2")));
        let newer = told(Some(&description), Some(&factors), true);
        assert_eq!((newer.mfa_configuration, newer.allows_totp), (MfaConfiguration::On, true));
        assert_eq!(told(None, Some(&factors), false).pool_name, "eu-west-1_a");
        let custom = PoolDescription { has_custom_sender: true, ..description.clone() };
        assert_eq!(told(Some(&custom), Some(&factors), false).sms_route, SmsRoute::CustomSender);
        let listed = NamedFactors { sms: true, ..NamedFactors::default() };
        let enabled = PoolDescription { allowed: Some(listed), ..custom.clone() };
        assert!(told(Some(&enabled), None, true).allows_sms);
    }
}
