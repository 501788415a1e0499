//! Users and their factors.

use std::sync::atomic::Ordering;

use aws_sdk_cognitoidentityprovider::types::{AuthFactorType, UserType};
use chrono::{DateTime, Utc};
use tracing::warn;
use uuid::Uuid;

use super::budget::Caller;
use super::{Aws, SourceError};
use crate::country;
use crate::model::{ListedUser, LookedUpUser, PoolKey, UserStatus};

/// Which call tells a user's factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupCall {
    /// `AdminGetUser`: what the user set as MFA. Bills the user as active this month.
    User,
    /// `AdminGetUserAuthFactors`: the same, and what is registered. Whether it bills is not documented.
    AuthFactors,
}

/// One page of a listing.
#[derive(Clone, Debug)]
pub struct UserPage {
    /// Users; there may be none although there is a next page.
    pub users: Vec<ListedUser>,
    /// Token of the next page; `None` on the last.
    pub next_token: Option<String>,
}

impl Aws {
    /// One page of a pool's users.
    ///
    /// # Errors
    /// When the page cannot be read; [`SourceError::ExpiredToken`] when the token is not accepted.
    pub async fn user_page(
        &self,
        pool_id: &str,
        token: Option<&str>,
        keep_usernames: bool,
    ) -> Result<UserPage, SourceError> {
        let list = || {
            let request = self.cognito.list_users().user_pool_id(pool_id).limit(60);
            request.set_pagination_token(token.map(str::to_owned)).send()
        };
        let page = self
            .ask(Caller::Listing, "cognito-idp:ListUsers", &of_pool(pool_id), list)
            .await
            .map_err(|error| if token.is_some() { error.about_token() } else { error })?;
        let users = page.users.unwrap_or_default();
        Ok(UserPage {
            users: users.into_iter().filter_map(|user| listed_user(user, keep_usernames)).collect(),
            // Some endpoints end with an empty token.
            next_token: page.pagination_token.filter(|token| !token.is_empty()),
        })
    }

    /// The factors listed for a user; `None` when the user is gone.
    ///
    /// A local user is known by its sub. Where that is not accepted as a user name, the name is
    /// looked up first with a listing, which AWS does not bill.
    ///
    /// # Errors
    /// When a call fails.
    pub async fn look_up(
        &self,
        key: &PoolKey,
        sub: Uuid,
        call: LookupCall,
    ) -> Result<Option<LookedUpUser>, SourceError> {
        if let Some(user) = self.factors(key, &sub.to_string(), call).await? {
            return Ok(Some(user));
        }
        match self.username_of(key, sub).await? {
            Some(username) if username != sub.to_string() => self.factors(key, &username, call).await,
            _ => Ok(None),
        }
    }

    async fn factors(
        &self,
        key: &PoolKey,
        username: &str,
        call: LookupCall,
    ) -> Result<Option<LookedUpUser>, SourceError> {
        if call == LookupCall::User || self.lacks_auth_factors.load(Ordering::Relaxed) {
            return found(self.admin_get_user(key, username).await);
        }
        match self.auth_factors(key, username).await {
            Err(error @ (SourceError::Denied { .. } | SourceError::Refused { .. })) => {
                let user = found(self.admin_get_user(key, username).await)?;
                if !self.lacks_auth_factors.swap(true, Ordering::Relaxed) {
                    warn!(source = %self.name, "{error}; AdminGetUser is asked instead, which does not tell registered passkeys");
                }
                Ok(user)
            }
            answer => found(answer),
        }
    }

    async fn admin_get_user(&self, key: &PoolKey, username: &str) -> Result<LookedUpUser, SourceError> {
        let get = || self.cognito.admin_get_user().user_pool_id(&key.pool_id).username(username).send();
        let user = self.ask(Caller::Lookup, "cognito-idp:AdminGetUser", &of_pool(&key.pool_id), get).await?;
        Ok(listed_factors(user.user_mfa_setting_list, user.preferred_mfa_setting))
    }

    async fn auth_factors(&self, key: &PoolKey, username: &str) -> Result<LookedUpUser, SourceError> {
        let get = || self.cognito.admin_get_user_auth_factors().user_pool_id(&key.pool_id).username(username).send();
        let what = of_pool(&key.pool_id);
        let user = self.ask(Caller::Lookup, "cognito-idp:AdminGetUserAuthFactors", &what, get).await?;
        let mut factors = listed_factors(user.user_mfa_setting_list, user.preferred_mfa_setting);
        // The others are first factors: a password, one-time codes in place of it.
        let registered = user.configured_user_auth_factors.unwrap_or_default();
        factors.totp |= registered.contains(&AuthFactorType::SoftwareToken);
        factors.passkey |= registered.contains(&AuthFactorType::WebAuthn);
        factors.tells_passkeys = true;
        Ok(factors)
    }

    async fn username_of(&self, key: &PoolKey, sub: Uuid) -> Result<Option<String>, SourceError> {
        let filter = format!("sub = \"{sub}\"");
        let list = || self.cognito.list_users().user_pool_id(&key.pool_id).filter(&filter).limit(1).send();
        let page = self.ask(Caller::Lookup, "cognito-idp:ListUsers", &of_pool(&key.pool_id), list).await?;
        Ok(page.users.unwrap_or_default().into_iter().find_map(|user| user.username))
    }
}

/// How a pool is called where it, or a user of it, does not exist.
pub(super) fn of_pool(pool_id: &str) -> String {
    format!("user pool {pool_id:?}")
}

/// Users vanish, and so do pools: neither is a failure.
fn found(answer: Result<LookedUpUser, SourceError>) -> Result<Option<LookedUpUser>, SourceError> {
    match answer {
        Ok(user) => Ok(Some(user)),
        Err(SourceError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn listed_factors(list: Option<Vec<String>>, preferred: Option<String>) -> LookedUpUser {
    LookedUpUser::of_settings(list.unwrap_or_default(), preferred.as_deref())
}

fn listed_user(user: UserType, keep_usernames: bool) -> Option<ListedUser> {
    let attributes = user.attributes().iter().filter_map(|attribute| Some((attribute.name(), attribute.value()?)));
    let of_attributes = ListedUser::of_attributes(attributes, country::of_number)?;
    Some(ListedUser {
        status: user
            .user_status()
            .and_then(|status| UserStatus::from_word(status.as_str()))
            .unwrap_or(UserStatus::Unknown),
        enabled: user.enabled,
        created_at: user.user_create_date().and_then(instant),
        username: user.username.filter(|_| keep_usernames),
        ..of_attributes
    })
}

/// Cognito tells milliseconds, as fractions that are read a microsecond off now and then.
fn instant(date: &aws_smithy_types::DateTime) -> Option<DateTime<Utc>> {
    let milliseconds = (i64::from(date.subsec_nanos()) + 500_000) / 1_000_000;
    DateTime::from_timestamp_millis(date.secs().checked_mul(1_000)?.checked_add(milliseconds)?)
}
