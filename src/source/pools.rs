//! User pools and their app clients.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::operation::get_user_pool_mfa_config::GetUserPoolMfaConfigOutput;
use aws_sdk_cognitoidentityprovider::types::{SmsConfigurationType, UserPoolType};

use super::budget::Caller;
use super::users::of_pool;
use super::{Aws, SourceError};
use crate::model::{
    Client, MfaConfiguration, Pool, PoolDescription, PoolFactors, PoolKey, RememberedDevices, SmsSender,
};

/// A pool that a listing of the account names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPool {
    /// Its id.
    pub pool_id: String,
    /// Regions with a replica under the same id; not told where the pool is named by the config.
    pub replica_regions: Vec<String>,
}

impl NamedPool {
    /// A pool that the config names.
    pub fn of_config(pool_id: &str) -> Self {
        Self { pool_id: pool_id.to_owned(), replica_regions: Vec::new() }
    }
}

impl Aws {
    /// Every pool of the account and Region.
    ///
    /// # Errors
    /// When a page cannot be read.
    pub async fn named_pools(&self) -> Result<Vec<NamedPool>, SourceError> {
        let mut pools = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let list = || self.cognito.list_user_pools().max_results(60).set_next_token(token.clone()).send();
            let page = self.ask(Caller::Listing, "cognito-idp:ListUserPools", "the account", list).await?;
            pools.extend(page.user_pools.unwrap_or_default().into_iter().filter_map(|pool| {
                Some(NamedPool { pool_id: pool.id?, replica_regions: pool.replica_regions.unwrap_or_default() })
            }));
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(pools);
            }
        }
    }

    /// A pool as it is configured now.
    ///
    /// # Errors
    /// When one of the calls fails; [`SourceError::NotFound`] names the pool.
    pub async fn pool(&self, named: &NamedPool) -> Result<Pool, SourceError> {
        let pool_id = &named.pool_id;
        let what = of_pool(pool_id);
        let describe = || self.cognito.describe_user_pool().user_pool_id(pool_id).send();
        let described = self
            .ask(Caller::Listing, "cognito-idp:DescribeUserPool", &what, describe)
            .await?
            .user_pool
            .unwrap_or_else(|| UserPoolType::builder().build());
        let configure = || self.cognito.get_user_pool_mfa_config().user_pool_id(pool_id).send();
        let mfa = self.ask(Caller::Listing, "cognito-idp:GetUserPoolMfaConfig", &what, configure).await?;
        let key = PoolKey { aws_region: self.region.clone(), pool_id: pool_id.clone() };
        // Both answers are of now; the second is about MFA alone.
        let pool = Pool::unknown(key).as_told(Some(&description(described)), Some(&factors(&mfa)), false);
        let clients = self.clients(pool_id).await?;
        Ok(Pool { replica_regions: named.replica_regions.clone(), clients, ..pool })
    }

    /// What a listing does not tell of an app client: how long its challenges may be answered.
    ///
    /// # Errors
    /// When the call fails; [`SourceError::NotFound`] when the client was deleted.
    pub async fn session_validity(&self, pool_id: &str, client_id: &str) -> Result<Option<Duration>, SourceError> {
        let describe = || self.cognito.describe_user_pool_client().user_pool_id(pool_id).client_id(client_id).send();
        let what = format!("app client {client_id:?} of {}", of_pool(pool_id));
        let answer = self.ask(Caller::Listing, "cognito-idp:DescribeUserPoolClient", &what, describe).await?;
        Ok(answer.user_pool_client.and_then(|client| session_validity(client.auth_session_validity?)))
    }

    async fn clients(&self, pool_id: &str) -> Result<Vec<Client>, SourceError> {
        let mut clients = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let list = || {
                let request = self.cognito.list_user_pool_clients().user_pool_id(pool_id).max_results(60);
                request.set_next_token(token.clone()).send()
            };
            let page = self.ask(Caller::Listing, "cognito-idp:ListUserPoolClients", &of_pool(pool_id), list).await?;
            clients.extend(page.user_pool_clients.unwrap_or_default().into_iter().filter_map(|client| {
                let name = client.client_name.unwrap_or_default();
                Some(Client { client_id: client.client_id?, name, session_validity: None, described_at: None })
            }));
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(clients);
            }
        }
    }
}

/// AWS allows 3 to 15 minutes.
fn session_validity(minutes: i32) -> Option<Duration> {
    let minutes = u64::try_from(minutes).ok().filter(|minutes| *minutes > 0)?;
    Some(Duration::from_secs(minutes * 60))
}

fn description(described: UserPoolType) -> PoolDescription {
    PoolDescription {
        mfa_configuration: described.mfa_configuration().and_then(|word| MfaConfiguration::from_word(word.as_str())),
        // The API does not name the factors here.
        allowed: None,
        tier: described.user_pool_tier().map(|tier| tier.as_str().to_owned()),
        sms: described.sms_configuration().map(sender),
        has_custom_sender: described.lambda_config().is_some_and(|triggers| triggers.custom_sms_sender.is_some()),
        devices: described.device_configuration().map(|devices| RememberedDevices {
            on_prompt: devices.device_only_remembered_on_user_prompt,
            skips_mfa: devices.challenge_required_on_new_device,
        }),
        pool_name: described.name,
        sms_failure: described.sms_configuration_failure.filter(|failure| !failure.is_empty()),
        recovery: described
            .account_recovery_setting
            .and_then(|setting| setting.recovery_mechanisms)
            .map(|mut mechanisms| {
                mechanisms.sort_by_key(|mechanism| mechanism.priority);
                mechanisms.iter().map(|mechanism| mechanism.name.as_str().to_owned()).collect()
            })
            .unwrap_or_default(),
    }
}

fn factors(mfa: &GetUserPoolMfaConfigOutput) -> PoolFactors {
    let passkeys = mfa.web_authn_configuration();
    let factor_configuration = passkeys.and_then(|passkeys| passkeys.factor_configuration());
    PoolFactors {
        mfa_configuration: mfa.mfa_configuration().and_then(|word| MfaConfiguration::from_word(word.as_str())),
        allows_totp: mfa.software_token_mfa_configuration().is_some_and(|totp| totp.enabled),
        allows_sms: mfa.sms_mfa_configuration().is_some(),
        sms: mfa.sms_mfa_configuration().and_then(|sms| sms.sms_configuration()).map(sender),
        allows_email: mfa.email_mfa_configuration().is_some(),
        has_passkeys: passkeys.is_some(),
        passkey_is_mfa: factor_configuration.is_some_and(|factor| factor.as_str() == PoolFactors::PASSKEY_IS_MFA),
    }
}

/// Where no Region is named the pool's own sends, or an older one near it: not told.
fn sender(sms: &SmsConfigurationType) -> SmsSender {
    let direct = sms.eums_sms();
    SmsSender {
        is_direct: direct.is_some(),
        aws_region: direct.and_then(|direct| direct.region.clone()).or_else(|| sms.sns_region.clone()),
    }
}
