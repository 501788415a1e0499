//! Users: listed page by page, filtered, looked up one by one.
//!
//! Written straight into text: a sweep of a million users asks for seventeen thousand pages.

use serde::Serialize;
use serde_json::Value;

use super::{Ask, AwsError, MOST, page_token};
use crate::simulator::population::User;
use crate::simulator::scenario::PoolPlan;
use crate::simulator::time::Ms;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    users: Vec<Profile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination_token: Option<String>,
}

/// `UserType`, and what `AdminGetUser` tells in addition.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Profile {
    username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<Vec<Attribute>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_attributes: Option<Vec<Attribute>>,
    user_create_date: f64,
    user_last_modified_date: f64,
    enabled: bool,
    user_status: &'static str,
    #[serde(flatten)]
    settings: Settings,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: &'static str,
    value: String,
}

/// Cognito leaves both members out when there is nothing in the list.
#[derive(Default, Serialize)]
struct Settings {
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    list: Vec<&'static str>,
    #[serde(rename = "PreferredMfaSetting", skip_serializing_if = "Option::is_none")]
    preferred: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AuthFactors {
    username: String,
    configured_user_auth_factors: Vec<&'static str>,
    #[serde(flatten)]
    settings: Settings,
}

impl<'a> Ask<'a> {
    pub(super) fn list_users(&self) -> Result<String, AwsError> {
        let (position, pool) = self.pool()?;
        let size = match self.body.get("Limit").and_then(Value::as_u64) {
            Some(0) => MOST as usize,
            _ => self.page_size("Limit", false)?,
        };
        let wanted = self.body.get("AttributesToGet").and_then(Value::as_array);
        let wanted = wanted.map(|names| names.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        let row = |user: &User| {
            let mut attributes = self.attributes(user, pool);
            if let Some(wanted) = &wanted {
                attributes.retain(|attribute| wanted.contains(&attribute.name));
            }
            Profile { attributes: Some(attributes), ..self.profile(user, pool) }
        };
        if let Some(filter) = self.text("Filter").filter(|filter| !filter.trim().is_empty()) {
            let found = self.filtered(position, filter)?;
            return text(&Page { users: found.into_iter().map(row).collect(), pagination_token: None });
        }
        let offset = self.offset("PaginationToken")?;
        let members = &self.world.users[self.world.members[position].clone()];
        let rest = members.get(offset..).unwrap_or_default();
        let mut next = members.len();
        let mut users = Vec::with_capacity(size);
        for (passed, user) in rest.iter().enumerate().filter(|(_, user)| user.created <= self.now) {
            if users.len() == size {
                next = offset + passed;
                break;
            }
            users.push(row(user));
        }
        text(&Page { users, pagination_token: page_token(next, members.len()) })
    }

    /// Supports `sub = "…"` and `username = "…"`.
    fn filtered(&self, pool: usize, filter: &str) -> Result<Option<&'a User>, AwsError> {
        let (attribute, value) =
            filter.split_once('=').ok_or_else(|| AwsError::invalid("One or more requests errored: bad filter."))?;
        let value = value.trim().trim_matches('"');
        match attribute.trim() {
            "sub" => Ok(self.world.by_sub(pool, value, self.now)),
            "username" => Ok(self.world.by_username(pool, value, self.now)),
            other => Err(AwsError::invalid(format!("One or more requests errored: cannot filter by {other}"))),
        }
    }

    pub(super) fn user(&self) -> Result<(&'a User, &'a PoolPlan), AwsError> {
        let (position, pool) = self.pool()?;
        let name = self.text("Username").ok_or_else(|| AwsError::invalid("Username is required"))?;
        let user = self
            .world
            .find(position, name, self.now)
            .ok_or_else(|| AwsError::new("UserNotFoundException", "User does not exist."))?;
        Ok((user, pool))
    }

    pub(super) fn admin_get_user(&self) -> Result<String, AwsError> {
        let (user, pool) = self.user()?;
        text(&Profile {
            user_attributes: Some(self.attributes(user, pool)),
            settings: self.settings(user),
            ..self.profile(user, pool)
        })
    }

    pub(super) fn admin_get_user_auth_factors(&self) -> Result<String, AwsError> {
        let (user, pool) = self.user()?;
        let has = user.factors(self.now);
        let factors =
            [(!user.federated, "PASSWORD"), (has.passkey && pool.passkeys, "WEB_AUTHN"), (has.totp, "SOFTWARE_TOKEN")];
        text(&AuthFactors {
            username: user.username(),
            configured_user_auth_factors: factors.iter().filter(|(has, _)| *has).map(|(_, name)| *name).collect(),
            settings: self.settings(user),
        })
    }

    fn settings(&self, user: &User) -> Settings {
        Settings { list: user.settings(self.now), preferred: user.preferred(self.now) }
    }

    fn attributes(&self, user: &User, pool: &PoolPlan) -> Vec<Attribute> {
        let attribute = |name, value| Attribute { name, value };
        let mut list = vec![attribute("sub", user.sub.to_string())];
        let usable = user.confirmed.is_some() || !pool.self_sign_up;
        if user.has_email {
            list.push(attribute("email", user.email_address()));
            list.push(attribute("email_verified", usable.to_string()));
        }
        if user.has_phone {
            let changed = user.new_phone().is_some_and(|phone| phone.at <= self.now);
            let verified = user.factors(self.now).sms || changed || usable && !user.index.is_multiple_of(5);
            list.push(attribute("phone_number", user.phone(self.now)));
            list.push(attribute("phone_number_verified", verified.to_string()));
        }
        if user.federated {
            let provider = r#"[{"providerName":"CorpSSO","providerType":"SAML","primary":true}]"#;
            list.push(attribute("identities", provider.to_owned()));
        }
        list
    }

    /// A user without attributes and settings.
    fn profile(&self, user: &User, pool: &PoolPlan) -> Profile {
        Profile {
            username: user.username(),
            attributes: None,
            user_attributes: None,
            user_create_date: seconds(user.created),
            user_last_modified_date: seconds(user.modified(self.now)),
            enabled: user.enabled(self.now),
            user_status: user.status(self.now, pool.self_sign_up),
            settings: Settings::default(),
        }
    }
}

/// Dates travel as seconds with a fraction.
fn seconds(at: Ms) -> f64 {
    at as f64 / 1_000.0
}

fn text(answer: &impl Serialize) -> Result<String, AwsError> {
    serde_json::to_string(answer).map_err(|error| AwsError::new("InternalErrorException", error.to_string()))
}
