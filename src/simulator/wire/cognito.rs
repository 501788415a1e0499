//! Cognito user pools: pools, clients, users and their factors at the asked instant.

mod users;

use serde_json::{Value, json};
use uuid::Uuid;

use super::errors::AwsError;
use crate::simulator::scenario::{ACCOUNT, ClientPlan, PoolPlan, SmsRoute, Surface};
use crate::simulator::time::{DAY, Ms};
use crate::simulator::world::World;

/// Largest page of every listing.
const MOST: u64 = 60;

/// Answers one call of `AWSCognitoIdentityProviderService`.
pub(in crate::simulator) fn call(
    world: &World,
    operation: &str,
    region: &str,
    body: &Value,
    now: Ms,
) -> Result<String, AwsError> {
    let ask = Ask { world, region, body, now };
    let answer = match operation {
        "ListUsers" => return ask.list_users(),
        "AdminGetUser" => return ask.admin_get_user(),
        "AdminGetUserAuthFactors" => return ask.admin_get_user_auth_factors(),
        "ListUserPools" => ask.list_user_pools(),
        "DescribeUserPool" => ask.describe_user_pool(),
        "GetUserPoolMfaConfig" => ask.get_user_pool_mfa_config(),
        "ListUserPoolClients" => ask.list_user_pool_clients(),
        "DescribeUserPoolClient" => ask.describe_user_pool_client(),
        _ => Err(AwsError::new("UnknownOperationException", format!("Unknown operation {operation}"))),
    };
    Ok(answer?.to_string())
}

/// The user whom an answered call looked up, if it is one of the calls that do.
pub(super) fn looked_up(world: &World, operation: &str, region: &str, body: &Value, now: Ms) -> Option<Uuid> {
    let looks_up = matches!(operation, "AdminGetUser" | "AdminGetUserAuthFactors");
    looks_up.then(|| Ask { world, region, body, now }.user().ok().map(|(user, _)| user.sub))?
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
                let mut row = json!({
                    "Id": pool.id,
                    "Name": pool.name,
                    "LambdaConfig": {},
                    "LastModifiedDate": date(self.world.configured(pool, self.now)),
                    "CreationDate": date(self.world.begin - 900 * DAY),
                });
                if !pool.replicas.is_empty() {
                    row["ReplicaRegions"] = json!(pool.replicas);
                }
                row
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
        if pool.self_sign_up || pool.tier == "PLUS" {
            answer["DeviceConfiguration"] = json!({
                "ChallengeRequiredOnNewDevice": pool.self_sign_up,
                "DeviceOnlyRememberedOnUserPrompt": !pool.self_sign_up,
            });
        }
        if pool.tier == "PLUS" {
            answer["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        }
        if pool.sms || pool.sms_failure.is_some() {
            answer["SmsConfiguration"] = sms_configuration(pool);
        }
        if let Some(failure) = pool.sms_failure {
            answer["SmsConfigurationFailure"] = json!(failure);
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
            "AccessTokenValidity": 60,
            "IdTokenValidity": 60,
            "RefreshTokenValidity": 30,
            "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days" },
            "ExplicitAuthFlows": auth_flows(client),
            "AuthSessionValidity": client.session_minutes,
            "PreventUserExistenceErrors": "ENABLED",
            "EnableTokenRevocation": true,
        } }))
    }
}

fn paged(mut answer: Value, token: &str, next: usize, total: usize) -> Value {
    if let Some(value) = page_token(next, total) {
        answer[token] = json!(value);
    }
    answer
}

/// Token of the page that begins at `next`, while there is one.
fn page_token(next: usize, total: usize) -> Option<String> {
    (next < total).then(|| format!("page-{next:x}"))
}

fn recovery(pool: &PoolPlan) -> Vec<Value> {
    let ways = pool.recovery().iter().enumerate();
    ways.map(|(position, name)| json!({ "Priority": position + 1, "Name": name })).collect()
}

fn sms_configuration(pool: &PoolPlan) -> Value {
    let role = format!("arn:aws:iam::{ACCOUNT}:role/CognitoSms");
    if pool.sms_route == SmsRoute::EndUserMessaging {
        return json!({ "EumsSms": {
            "CallerArn": role,
            "ExternalId": "northwind-sms",
            "OriginationIdentity": "+12065550152",
            "ConfigurationSetName": "cognito-sms",
            "Region": pool.region,
        } });
    }
    json!({
        "SnsCallerArn": role,
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
