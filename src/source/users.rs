//! Users and their factors.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFactorType, UserType};
use chrono::{DateTime, Utc};
use tracing::warn;
use uuid::Uuid;

use super::budget::Caller;
use super::{Aws, SourceError};
use crate::country;
use crate::model::{Factor, ListedUser, LookedUpUser, PoolKey, UserStatus};

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

/// The two members may be absent or empty.
fn listed_factors(list: Option<Vec<String>>, preferred: Option<String>) -> LookedUpUser {
    let mut user = LookedUpUser { preferred: preferred.as_deref().and_then(factor), ..LookedUpUser::default() };
    for name in list.unwrap_or_default() {
        match factor(&name) {
            Some(Factor::Totp) => user.totp = true,
            Some(Factor::Sms) => user.sms = true,
            Some(Factor::Email) => user.email = true,
            Some(Factor::Passkey) => user.passkey = true,
            _ => user.other |= !name.is_empty(),
        }
    }
    user
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

fn listed_user(user: UserType, keep_usernames: bool) -> Option<ListedUser> {
    let attributes: HashMap<String, String> = user
        .attributes
        .unwrap_or_default()
        .into_iter()
        .filter_map(|AttributeType { name, value, .. }| Some((name, value?)))
        .collect();
    let has = |name: &str| attributes.get(name).is_some_and(|value| !value.is_empty());
    let is_true = |name: &str| attributes.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
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
        phone_verified: is_true("phone_number_verified"),
        email_verified: is_true("email_verified"),
        // The number goes no further.
        country: attributes.get("phone_number").and_then(|number| country::of_number(number)),
    })
}

fn instant(date: &aws_smithy_types::DateTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(date.secs(), date.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_we_do_not_know_are_other_and_empty_ones_nothing() {
        let list = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        let user = listed_factors(list(&["SOFTWARE_TOKEN_MFA", "CARRIER_PIGEON", ""]), Some("SMS_MFA".into()));
        let expected =
            LookedUpUser { totp: true, other: true, preferred: Some(Factor::Sms), ..LookedUpUser::default() };
        assert_eq!(user, expected);
        for nothing in [None, list(&[]), list(&[""])] {
            assert_eq!(listed_factors(nothing, Some(String::new())), LookedUpUser::default());
        }
    }
}
