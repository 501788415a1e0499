//! What the AWS CLI prints about users and pools → what it tells. Everything in it may be made up: texts are
//! bounded, and kept only where they look like what AWS writes.

mod printed;

use uuid::Uuid;

use super::files::{is_region, pool_key};
use crate::country;
use crate::model::{
    ListedUser, LookedUpUser, MfaConfiguration, NamedFactors, PoolDescription, PoolFactors, PoolKey, RememberedDevices,
    SmsSender, UserStatus,
};
use printed::{Attribute, Described, GotUser, Mechanism, MfaConfig, SmsConfiguration, User, UserPool};

/// What an answer tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A user of a listing.
    User(ListedUser),
    /// An entry of a listing that is no user, or a file that breaks off: the listing lacks something.
    Gap,
    /// A page of a listing is whole.
    Page {
        /// There is a next one.
        has_more: bool,
    },
    /// `admin-get-user`
    Lookup(Uuid, LookedUpUser),
    /// `describe-user-pool`, which names its pool.
    Description(PoolKey, Box<PoolDescription>),
    /// `get-user-pool-mfa-config`
    Factors(PoolFactors),
}

/// Longest texts, characters: as AWS allows.
const LONGEST_NAME: usize = 128;
const LONGEST_WORD: usize = 64;

/// A user of `list-users`; `None` where it is none.
pub(super) fn listed_user(text: &str, keep_usernames: bool) -> Option<ListedUser> {
    let user: User<'_> = serde_json::from_str(text).ok()?;
    Some(ListedUser {
        username: user.username.filter(|_| keep_usernames).and_then(|name| legible(&name, LONGEST_NAME)),
        status: user.user_status.and_then(|status| UserStatus::from_word(&status)).unwrap_or(UserStatus::Unknown),
        enabled: user.enabled.unwrap_or_default(),
        created_at: user.user_create_date.and_then(|date| date.read()),
        ..ListedUser::of_attributes(pairs(&user.attributes), country_of)?
    })
}

/// What a value tells that stands alone; `None` where it is none of the answers.
pub(super) fn alone(text: &str) -> Option<Told> {
    looked_up(text).or_else(|| description(text)).or_else(|| factors(text).map(Told::Factors))
}

fn looked_up(text: &str) -> Option<Told> {
    let user: GotUser<'_> = serde_json::from_str(text).ok()?;
    let ListedUser { sub, .. } = ListedUser::of_attributes(pairs(&user.user_attributes), |_| None)?;
    let preferred = user.preferred_mfa_setting.as_deref();
    Some(Told::Lookup(sub, LookedUpUser::of_settings(user.list.unwrap_or_default(), preferred)))
}

fn description(text: &str) -> Option<Told> {
    let pool = serde_json::from_str(text).map(|Described { user_pool }| user_pool).ok().or_else(|| unwrapped(text))?;
    let recovery = pool.account_recovery_setting.and_then(|setting| setting.recovery_mechanisms).unwrap_or_default();
    let description = PoolDescription {
        pool_name: pool.name.and_then(|name| legible(&name, LONGEST_NAME)),
        mfa_configuration: pool.mfa_configuration.and_then(|word| MfaConfiguration::from_word(&word)),
        allowed: pool.enabled_mfas.map(NamedFactors::of_names),
        tier: pool.user_pool_tier.and_then(word),
        sms: pool.sms_configuration.map(sender),
        has_custom_sender: pool.lambda_config.is_some_and(|triggers| triggers.custom_sender.is_some()),
        sms_failure: pool.sms_configuration_failure.and_then(word),
        recovery: mechanisms(recovery),
        devices: pool.device_configuration.map(|devices| RememberedDevices {
            on_prompt: devices.device_only_remembered_on_user_prompt,
            skips_mfa: devices.challenge_required_on_new_device,
        }),
    };
    Some(Told::Description(pool_key(&pool.id)?, Box::new(description)))
}

/// What `--query UserPool` leaves of it. An entry of `list-user-pools` does not say who is asked for MFA.
fn unwrapped(text: &str) -> Option<UserPool> {
    serde_json::from_str(text).ok().filter(|pool: &UserPool| pool.mfa_configuration.is_some())
}

fn factors(text: &str) -> Option<PoolFactors> {
    let config: MfaConfig = serde_json::from_str(text).ok().filter(|config: &MfaConfig| config.id.is_none())?;
    let mfa_configuration = config.mfa_configuration.and_then(|word| MfaConfiguration::from_word(&word));
    let passkeys = config.web_authn_configuration;
    let factors = PoolFactors {
        mfa_configuration,
        allows_totp: config.software_token_mfa_configuration.as_ref().is_some_and(|token| token.enabled),
        allows_sms: config.sms_mfa_configuration.is_some(),
        allows_email: config.email_mfa_configuration.is_some(),
        has_passkeys: passkeys.is_some(),
        passkey_is_mfa: passkeys
            .and_then(|passkeys| passkeys.factor_configuration)
            .is_some_and(|factor| factor == PoolFactors::PASSKEY_IS_MFA),
        sms: config.sms_mfa_configuration.and_then(|sms| sms.sms_configuration).map(sender),
    };
    let says_something = mfa_configuration.is_some()
        || config.software_token_mfa_configuration.is_some()
        || factors.allows_sms
        || factors.allows_email
        || factors.has_passkeys;
    says_something.then_some(factors)
}

/// Names of recovery mechanisms, most wanted first. There are three.
fn mechanisms(mut mechanisms: Vec<Mechanism>) -> Vec<String> {
    mechanisms.sort_by_key(|mechanism| mechanism.priority);
    let known = ["verified_email", "verified_phone_number", "admin_only"];
    let mut names: Vec<String> = Vec::new();
    for Mechanism { name, .. } in mechanisms {
        if known.contains(&name.as_str()) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn sender(sms: SmsConfiguration) -> SmsSender {
    let is_direct = sms.eums_sms.is_some();
    let aws_region = sms.eums_sms.and_then(|direct| direct.region).or(sms.sns_region);
    SmsSender { is_direct, aws_region: aws_region.filter(|region| is_region(region)) }
}

fn pairs<'a>(attributes: &'a [Attribute<'_>]) -> impl Iterator<Item = (&'a str, &'a str)> {
    attributes.iter().filter_map(|attribute| Some((&*attribute.name, attribute.value.as_deref()?)))
}

/// Numbers have 15 digits at most; what is much longer is none.
fn country_of(number: &str) -> Option<String> {
    (number.len() <= 32).then(|| country::of_number(number)).flatten()
}

/// A name that people chose: shortened, without what a terminal would obey.
fn legible(text: &str, longest: usize) -> Option<String> {
    let legible: String = text.chars().filter(|char| !char.is_control()).take(longest).collect();
    Some(legible).filter(|text| !text.is_empty())
}

/// A constant of the API.
fn word(text: String) -> Option<String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (!text.is_empty() && text.len() <= LONGEST_WORD && text.bytes().all(is_word)).then_some(text)
}
