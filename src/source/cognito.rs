//! User pools, app clients, users and their factors. Every call waits for the source's budget.

use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::types::{
    AttributeType, UserPoolMfaType, UserType, WebAuthnFactorConfigurationType,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Aws, SourceError};
use crate::model::{ListedUser, LookedUpUser, MfaConfiguration, Pool, PoolKey, UserStatus};

impl Aws {
    /// Ids of every pool of the account and Region.
    ///
    /// # Errors
    /// When a page cannot be read.
    pub async fn pool_ids(&self) -> Result<Vec<String>, SourceError> {
        let mut ids = Vec::new();
        let mut token = None;
        loop {
            self.budget.until_ready().await;
            let page = self
                .cognito
                .list_user_pools()
                .max_results(60)
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| SourceError::of("cognito-idp:ListUserPools", &self.region, error))?;
            ids.extend(page.user_pools.unwrap_or_default().into_iter().filter_map(|pool| pool.id));
            token = page.next_token;
            if token.is_none() {
                return Ok(ids);
            }
        }
    }

    /// A pool as it is configured now.
    ///
    /// # Errors
    /// When one of the calls fails; [`SourceError::NotFound`] names the pool.
    pub async fn pool(&self, pool_id: &str) -> Result<Pool, SourceError> {
        self.budget.until_ready().await;
        let description = self
            .cognito
            .describe_user_pool()
            .user_pool_id(pool_id)
            .send()
            .await
            .map_err(self.about_pool("cognito-idp:DescribeUserPool", pool_id))?
            .user_pool
            .unwrap_or_else(|| aws_sdk_cognitoidentityprovider::types::UserPoolType::builder().build());
        self.budget.until_ready().await;
        let mfa = self
            .cognito
            .get_user_pool_mfa_config()
            .user_pool_id(pool_id)
            .send()
            .await
            .map_err(self.about_pool("cognito-idp:GetUserPoolMfaConfig", pool_id))?;
        let configuration = mfa.mfa_configuration.or(description.mfa_configuration);
        Ok(Pool {
            key: PoolKey { aws_region: self.region.clone(), pool_id: pool_id.to_owned() },
            pool_name: description.name.unwrap_or_else(|| pool_id.to_owned()),
            mfa_configuration: match configuration {
                Some(UserPoolMfaType::On) => MfaConfiguration::On,
                Some(UserPoolMfaType::Optional) => MfaConfiguration::Optional,
                // The API documents OFF as the default.
                _ => MfaConfiguration::Off,
            },
            tier: description.user_pool_tier.map(|tier| tier.as_str().to_owned()),
            allows_totp: mfa.software_token_mfa_configuration.is_some_and(|totp| totp.enabled),
            allows_sms: mfa.sms_mfa_configuration.is_some(),
            allows_email: mfa.email_mfa_configuration.is_some(),
            passkey_is_mfa: mfa.web_authn_configuration.and_then(|passkey| passkey.factor_configuration)
                == Some(WebAuthnFactorConfigurationType::MultiFactorWithUserVerification),
            client_ids: self.client_ids(pool_id).await?,
        })
    }

    async fn client_ids(&self, pool_id: &str) -> Result<Vec<String>, SourceError> {
        let mut ids = Vec::new();
        let mut token = None;
        loop {
            self.budget.until_ready().await;
            let page = self
                .cognito
                .list_user_pool_clients()
                .user_pool_id(pool_id)
                .max_results(60)
                .set_next_token(token)
                .send()
                .await
                .map_err(self.about_pool("cognito-idp:ListUserPoolClients", pool_id))?;
            ids.extend(page.user_pool_clients.unwrap_or_default().into_iter().filter_map(|client| client.client_id));
            token = page.next_token;
            if token.is_none() {
                return Ok(ids);
            }
        }
    }

    /// One page of a pool's users, and the token of the next. A page may be empty and have a next.
    ///
    /// # Errors
    /// When the page cannot be read.
    pub async fn user_page(
        &self,
        pool_id: &str,
        token: Option<String>,
        keep_usernames: bool,
    ) -> Result<(Vec<ListedUser>, Option<String>), SourceError> {
        self.budget.until_ready().await;
        let page = self
            .cognito
            .list_users()
            .user_pool_id(pool_id)
            .limit(60)
            .set_pagination_token(token)
            .send()
            .await
            .map_err(self.about_pool("cognito-idp:ListUsers", pool_id))?;
        let users =
            page.users.unwrap_or_default().into_iter().filter_map(|user| listed_user(user, keep_usernames)).collect();
        Ok((users, page.pagination_token))
    }

    /// The factors `AdminGetUser` lists for a user; `None` when the user is gone.
    ///
    /// A local user is known by its sub. Where that is not accepted as a user name, the name is
    /// looked up first with a listing, which AWS does not bill.
    ///
    /// # Errors
    /// When a call fails.
    pub async fn look_up(&self, key: &PoolKey, sub: Uuid) -> Result<Option<LookedUpUser>, SourceError> {
        if let Some(user) = self.admin_get_user(key, sub, &sub.to_string()).await? {
            return Ok(Some(user));
        }
        match self.username_of(key, sub).await? {
            Some(username) => self.admin_get_user(key, sub, &username).await,
            None => Ok(None),
        }
    }

    async fn admin_get_user(
        &self,
        key: &PoolKey,
        sub: Uuid,
        username: &str,
    ) -> Result<Option<LookedUpUser>, SourceError> {
        self.budget.until_ready().await;
        let answer = self.cognito.admin_get_user().user_pool_id(&key.pool_id).username(username).send().await;
        let user = match answer {
            Ok(user) => user,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_user_not_found_exception()) => {
                return Ok(None);
            }
            Err(error) => return Err(self.about_pool("cognito-idp:AdminGetUser", &key.pool_id)(error)),
        };
        let mut factors = LookedUpUser { sub, totp: false, sms: false, email: false, passkey: false, other: false };
        for name in user.user_mfa_setting_list.unwrap_or_default() {
            match name.as_str() {
                "SOFTWARE_TOKEN_MFA" => factors.totp = true,
                "SMS_MFA" => factors.sms = true,
                "EMAIL_OTP" => factors.email = true,
                "WEB_AUTHN" => factors.passkey = true,
                "" => {}
                _ => factors.other = true,
            }
        }
        Ok(Some(factors))
    }

    async fn username_of(&self, key: &PoolKey, sub: Uuid) -> Result<Option<String>, SourceError> {
        self.budget.until_ready().await;
        let page = self
            .cognito
            .list_users()
            .user_pool_id(&key.pool_id)
            .filter(format!("sub = \"{sub}\""))
            .limit(1)
            .send()
            .await
            .map_err(self.about_pool("cognito-idp:ListUsers", &key.pool_id))?;
        Ok(page.users.unwrap_or_default().into_iter().find_map(|user| user.username))
    }

    /// Sorts the error of a call about a pool, and names the pool where that is what is missing.
    fn about_pool<E>(&self, action: &'static str, pool_id: &str) -> impl Fn(SdkError<E, HttpResponse>) -> SourceError
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let (region, what) = (self.region.clone(), format!("user pool {pool_id:?}"));
        move |error| match SourceError::of(action, &region, error) {
            SourceError::NotFound { action, region, .. } => {
                SourceError::NotFound { action, region, what: what.clone() }
            }
            other => other,
        }
    }
}

fn listed_user(user: UserType, keep_usernames: bool) -> Option<ListedUser> {
    let attributes: HashMap<String, String> = user
        .attributes
        .unwrap_or_default()
        .into_iter()
        .filter_map(|AttributeType { name, value, .. }| Some((name, value?)))
        .collect();
    let has = |name: &str| attributes.get(name).is_some_and(|value| !value.is_empty());
    Some(ListedUser {
        sub: attributes.get("sub").and_then(|sub| Uuid::parse_str(sub).ok())?,
        username: user.username.filter(|_| keep_usernames),
        status: user
            .user_status
            .and_then(|status| UserStatus::from_word(status.as_str()))
            .unwrap_or(UserStatus::Unknown),
        enabled: user.enabled,
        created_at: user.user_create_date.and_then(|date| instant(&date)),
        has_phone: has("phone_number"),
        has_email: has("email"),
    })
}

fn instant(date: &aws_smithy_types::DateTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(date.secs(), date.subsec_nanos())
}
