//! One cheap call per permission the source needs.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Aws, Identity, LookupCall, NamedPool, SourceError};
use crate::config;
use crate::model::{Pool, PoolKey, Window};

/// Outcome for one permission.
#[derive(Clone, Debug)]
pub struct CheckedPermission {
    /// IAM action.
    pub action: &'static str,
    /// What it was tried on.
    pub on: String,
    /// How it went.
    pub result: Result<(), SourceError>,
}

/// What a check of one source found.
#[derive(Clone, Debug)]
pub struct Check {
    /// Whose credentials they are.
    pub identity: Result<Identity, SourceError>,
    /// One entry per call.
    pub permissions: Vec<CheckedPermission>,
    /// The pools that could be read.
    pub pools: Vec<Pool>,
}

impl Aws {
    /// Tries every call the configured sections need. Changes nothing and bills nothing.
    pub async fn check(&self, source: &config::Source, now: DateTime<Utc>) -> Check {
        let mut permissions = Vec::new();
        let mut note = |action, on: &str, result: Result<(), SourceError>| {
            permissions.push(CheckedPermission { action, on: on.to_owned(), result });
        };
        for log_group in source.log_groups() {
            let window = Window { from: now - TimeDelta::minutes(1), to: now };
            let page = self.log_page(log_group, window, None, None).await;
            note("logs:FilterLogEvents", log_group, page.map(drop));
        }
        let mut read = Vec::new();
        if let Some(cognito) = &source.cognito {
            let pools = match &cognito.user_pools {
                Some(pools) => pools.iter().map(|pool_id| NamedPool::of_config(pool_id)).collect(),
                None => {
                    let listed = self.named_pools().await;
                    note("cognito-idp:ListUserPools", "*", listed.as_ref().map(drop).map_err(Clone::clone));
                    listed.unwrap_or_default()
                }
            };
            for named in &pools {
                let pool_id = &named.pool_id;
                let pool = self.pool(named).await;
                let action = match &pool {
                    Err(error) => error.action(),
                    Ok(_) => "cognito-idp:DescribeUserPool, GetUserPoolMfaConfig, ListUserPoolClients",
                };
                note(action, pool_id, pool.as_ref().map(drop).map_err(Clone::clone));
                if let Some(client) = pool.as_ref().ok().and_then(|pool| pool.clients.first()) {
                    let validity = self.session_validity(pool_id, &client.client_id).await;
                    note("cognito-idp:DescribeUserPoolClient", pool_id, validity.map(drop));
                }
                read.extend(pool);
                note("cognito-idp:ListUsers", pool_id, self.user_page(pool_id, None, false).await.map(drop));
                if cognito.lookup != config::LookupPolicy::Off {
                    // Nobody has this name, so nobody is billed; the answer still needs the permission.
                    let key = PoolKey { aws_region: self.region.clone(), pool_id: pool_id.clone() };
                    let (action, call) = if cognito.auth_factors {
                        ("cognito-idp:AdminGetUserAuthFactors", LookupCall::AuthFactors)
                    } else {
                        ("cognito-idp:AdminGetUser", LookupCall::User)
                    };
                    note(action, pool_id, self.look_up(&key, Uuid::nil(), call).await.map(drop));
                }
            }
        }
        Check { identity: self.identity().await, permissions, pools: read }
    }
}
