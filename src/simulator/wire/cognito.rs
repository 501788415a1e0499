//! Cognito user pools: pools, clients, users and their factors at the asked instant.

use serde_json::{Value, json};

use super::errors::AwsError;
use crate::simulator::population::User;
use crate::simulator::scenario::{ACCOUNT, ClientPlan, PoolPlan, Surface};
use crate::simulator::time::{DAY, Ms};
use crate::simulator::world::World;

/// Largest page of every listing.
const MOST: u64 = 60;

/// Answers one call of `AWSCognitoIdentityProviderService`.
pub(super) fn call(world: &World, operation: &str, region: &str, body: &Value, now: Ms) -> Result<Value, AwsError> {
    let ask = Ask { world, region, body, now };
    match operation {
        "ListUserPools" => ask.list_user_pools(),
        "DescribeUserPool" => ask.describe_user_pool(),
        "GetUserPoolMfaConfig" => ask.get_user_pool_mfa_config(),
        "ListUserPoolClients" => ask.list_user_pool_clients(),
        "DescribeUserPoolClient" => ask.describe_user_pool_client(),
        "ListUsers" => ask.list_users(),
        "AdminGetUser" => ask.admin_get_user(),
        "AdminGetUserAuthFactors" => ask.admin_get_user_auth_factors(),
        _ => Err(AwsError::new("UnknownOperationException", format!("Unknown operation {operation}"))),
    }
}

struct Ask<'a> {
    world: &'a World,
    region: &'a str,
    body: &'a Value,
    now: Ms,
}

/// Dates travel as seconds with a fraction.
fn date(at: Ms) -> Value {
    json!(at as f64 / 1_000.0)
}

impl<'a> Ask<'a> {
    fn text(&self, member: &str) -> Option<&'a str> {
        self.body.get(member).and_then(Value::as_str)
    }

    fn page_size(&self, member: &str, required: bool) -> Result<usize, AwsError> {
        match self.body.get(member).and_then(Value::as_u64) {
            None if !required => Ok(MOST as usize),
            Some(size @ 1..=MOST) => Ok(size as usize),
            _ => Err(AwsError::invalid(format!("Value at '{member}' failed to satisfy constraint: between 1 and 60"))),
        }
    }

    /// Position where a listing goes on.
    fn offset(&self, member: &str) -> Result<usize, AwsError> {
        match self.text(member) {
            None => Ok(0),
            Some(token) => token
                .strip_prefix("page-")
                .and_then(|offset| usize::from_str_radix(offset, 16).ok())
                .ok_or_else(|| AwsError::invalid("Invalid pagination token given.")),
        }
    }

    fn pool(&self) -> Result<(usize, &'a PoolPlan), AwsError> {
        let id = self.text("UserPoolId").ok_or_else(|| AwsError::invalid("UserPoolId is required"))?;
        self.world
            .scenario
            .pools
            .iter()
            .enumerate()
            .find(|(_, pool)| pool.id == id && pool.region == self.region)
            .ok_or_else(|| AwsError::not_found(format!("User pool {id} does not exist.")))
    }

    fn list_user_pools(&self) -> Result<Value, AwsError> {
        let size = self.page_size("MaxResults", true)?;
        let offset = self.offset("NextToken")?;
        let here: Vec<_> = self.world.scenario.pools.iter().filter(|pool| pool.region == self.region).collect();
        let pools: Vec<_> = here
            .iter()
            .skip(offset)
            .take(size)
            .map(|pool| {
                json!({
                    "Id": pool.id,
                    "Name": pool.name,
                    "LambdaConfig": {},
                    "LastModifiedDate": date(self.world.configured(pool, self.now)),
                    "CreationDate": date(self.world.begin - 900 * DAY),
                })
            })
            .collect();
        Ok(paged(json!({ "UserPools": pools }), "NextToken", offset + size, here.len()))
    }

    fn describe_user_pool(&self) -> Result<Value, AwsError> {
        let (position, pool) = self.pool()?;
        let members = &self.world.users[self.world.members[position].clone()];
        let mut answer = json!({
            "Id": pool.id,
            "Name": pool.name,
            "Arn": format!("arn:aws:cognito-idp:{}:{ACCOUNT}:userpool/{}", pool.region, pool.id),
            "CreationDate": date(self.world.begin - 900 * DAY),
            "LastModifiedDate": date(self.world.configured(pool, self.now)),
            "MfaConfiguration": self.world.mode(pool, self.now).as_str(),
            "EstimatedNumberOfUsers": members.iter().filter(|user| user.created <= self.now).count(),
            "UserPoolTier": pool.tier,
            "AliasAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": !pool.self_sign_up },
            "AccountRecoverySetting": { "RecoveryMechanisms": recovery(pool) },
            "LambdaConfig": {},
            "DeletionProtection": "ACTIVE",
        });
        if pool.self_sign_up {
            answer["DeviceConfiguration"] =
                json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false });
        }
        if pool.tier == "PLUS" {
            answer["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        }
        if pool.sms {
            answer["SmsConfiguration"] = sms_configuration(pool);
        }
        Ok(json!({ "UserPool": answer }))
    }

    fn get_user_pool_mfa_config(&self) -> Result<Value, AwsError> {
        let (_, pool) = self.pool()?;
        let mut answer = json!({
            "MfaConfiguration": self.world.mode(pool, self.now).as_str(),
            "SoftwareTokenMfaConfiguration": { "Enabled": pool.totp },
        });
        if pool.sms {
            answer["SmsMfaConfiguration"] = json!({
                "SmsAuthenticationMessage": "Your code is {####}",
                "SmsConfiguration": sms_configuration(pool),
            });
        }
        if self.world.email_allowed(pool, self.now) {
            answer["EmailMfaConfiguration"] = json!({ "Message": "Your code is {####}", "Subject": "Your code" });
        }
        if pool.passkeys {
            answer["WebAuthnConfiguration"] = json!({
                "RelyingPartyId": "shop.example.com",
                "UserVerification": "preferred",
                "FactorConfiguration": "SINGLE_FACTOR",
            });
        }
        Ok(answer)
    }

    fn list_user_pool_clients(&self) -> Result<Value, AwsError> {
        let (_, pool) = self.pool()?;
        let size = self.page_size("MaxResults", false)?;
        let offset = self.offset("NextToken")?;
        let clients: Vec<_> = pool
            .clients
            .iter()
            .skip(offset)
            .take(size)
            .map(|client| json!({ "ClientId": client.id, "UserPoolId": pool.id, "ClientName": client.name }))
            .collect();
        Ok(paged(json!({ "UserPoolClients": clients }), "NextToken", offset + size, pool.clients.len()))
    }

    fn describe_user_pool_client(&self) -> Result<Value, AwsError> {
        let (_, pool) = self.pool()?;
        let id = self.text("ClientId").unwrap_or_default();
        let client = pool
            .clients
            .iter()
            .find(|client| client.id == id)
            .ok_or_else(|| AwsError::not_found(format!("User pool client {id} does not exist.")))?;
        Ok(json!({ "UserPoolClient": {
            "UserPoolId": pool.id,
            "ClientId": client.id,
            "ClientName": client.name,
            "LastModifiedDate": date(self.world.begin - 300 * DAY),
            "CreationDate": date(self.world.begin - 600 * DAY),
            "RefreshTokenValidity": 30,
            "TokenValidityUnits": {},
            "ExplicitAuthFlows": auth_flows(client),
            "AuthSessionValidity": client.session_minutes,
            "PreventUserExistenceErrors": "ENABLED",
            "EnableTokenRevocation": true,
        } }))
    }

    fn list_users(&self) -> Result<Value, AwsError> {
        let (position, pool) = self.pool()?;
        let size = match self.body.get("Limit").and_then(Value::as_u64) {
            Some(0) => MOST as usize,
            _ => self.page_size("Limit", false)?,
        };
        let wanted = self
            .body
            .get("AttributesToGet")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        let row = |user: &User| {
            let mut row = self.profile(user, pool, "Attributes");
            if let (Some(wanted), Some(Value::Array(attributes))) = (&wanted, row.get_mut("Attributes")) {
                attributes.retain(|attribute| wanted.iter().any(|name| attribute["Name"] == *name));
            }
            row
        };
        if let Some(filter) = self.text("Filter").filter(|filter| !filter.trim().is_empty()) {
            let found = self.filtered(position, filter)?;
            return Ok(json!({ "Users": found.into_iter().map(row).collect::<Vec<_>>() }));
        }
        let offset = self.offset("PaginationToken")?;
        let members = &self.world.users[self.world.members[position].clone()];
        let rest = members.get(offset..).unwrap_or_default();
        let mut next = members.len();
        let mut users = Vec::new();
        for (passed, user) in rest.iter().enumerate().filter(|(_, user)| user.created <= self.now) {
            if users.len() == size {
                next = offset + passed;
                break;
            }
            users.push(row(user));
        }
        Ok(paged(json!({ "Users": users }), "PaginationToken", next, members.len()))
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

    fn user(&self) -> Result<(&'a User, &'a PoolPlan), AwsError> {
        let (position, pool) = self.pool()?;
        let name = self.text("Username").ok_or_else(|| AwsError::invalid("Username is required"))?;
        let user = self
            .world
            .find(position, name, self.now)
            .ok_or_else(|| AwsError::new("UserNotFoundException", "User does not exist."))?;
        Ok((user, pool))
    }

    fn admin_get_user(&self) -> Result<Value, AwsError> {
        let (user, pool) = self.user()?;
        Ok(self.with_settings(self.profile(user, pool, "UserAttributes"), user))
    }

    fn admin_get_user_auth_factors(&self) -> Result<Value, AwsError> {
        let (user, pool) = self.user()?;
        let has = user.factors(self.now);
        let factors: Vec<_> =
            [(!user.federated, "PASSWORD"), (has.passkey && pool.passkeys, "WEB_AUTHN"), (has.totp, "SOFTWARE_TOKEN")]
                .into_iter()
                .filter_map(|(configured, name)| configured.then_some(name))
                .collect();
        let answer = json!({ "Username": user.username(), "ConfiguredUserAuthFactors": factors });
        Ok(self.with_settings(answer, user))
    }

    /// Cognito leaves both members out when there is nothing in the list.
    fn with_settings(&self, mut answer: Value, user: &User) -> Value {
        let settings = user.settings(self.now);
        if let Some(preferred) = settings.first().filter(|_| !(user.undecided && settings.len() > 1)) {
            answer["PreferredMfaSetting"] = json!(preferred);
        }
        if !settings.is_empty() {
            answer["UserMFASettingList"] = json!(settings);
        }
        answer
    }

    fn profile(&self, user: &User, pool: &PoolPlan, attributes: &str) -> Value {
        let mut list = vec![("sub", user.sub.to_string())];
        if user.has_email {
            list.push(("email", user.email_address()));
            list.push(("email_verified", (user.confirmed.is_some() || !pool.self_sign_up).to_string()));
        }
        if user.has_phone {
            list.push(("phone_number", user.phone()));
            let verified = user.factors(self.now).sms || !user.index.is_multiple_of(5);
            list.push(("phone_number_verified", verified.to_string()));
        }
        if user.federated {
            list.push((
                "identities",
                r#"[{"providerName":"CorpSSO","providerType":"SAML","primary":true}]"#.to_owned(),
            ));
        }
        let list: Vec<_> = list.into_iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect();
        json!({
            "Username": user.username(),
            attributes: list,
            "UserCreateDate": date(user.created),
            "UserLastModifiedDate": date(user.modified(self.now)),
            "Enabled": user.enabled(self.now),
            "UserStatus": user.status(self.now, pool.self_sign_up),
        })
    }
}

fn paged(mut answer: Value, token: &str, next: usize, total: usize) -> Value {
    if next < total {
        answer[token] = json!(format!("page-{next:x}"));
    }
    answer
}

fn recovery(pool: &PoolPlan) -> Value {
    if pool.self_sign_up {
        json!([{ "Priority": 1, "Name": "verified_phone_number" }, { "Priority": 2, "Name": "verified_email" }])
    } else if pool.sms {
        json!([{ "Priority": 1, "Name": "verified_email" }, { "Priority": 2, "Name": "verified_phone_number" }])
    } else {
        json!([{ "Priority": 1, "Name": "verified_email" }])
    }
}

fn sms_configuration(pool: &PoolPlan) -> Value {
    json!({
        "SnsCallerArn": format!("arn:aws:iam::{ACCOUNT}:role/CognitoSms"),
        "ExternalId": "northwind-sms",
        "SnsRegion": pool.region,
    })
}

fn auth_flows(client: &ClientPlan) -> Value {
    match client.surface {
        Surface::Password => json!(["ALLOW_USER_PASSWORD_AUTH"]),
        Surface::Admin => json!(["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
        _ => json!(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
    }
}

#[cfg(test)]
mod tests;
