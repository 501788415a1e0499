//! Clients of one source: credentials, endpoint, retries, time limits.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use tokio::sync::Semaphore;

use super::attempts::CountAttempts;
use super::budget::Budget;
use super::{Aws, SourceError, logs};
use crate::config;
use crate::instrument::Instruments;

/// Who the credentials belong to.
#[derive(Clone, Debug)]
pub struct Identity {
    /// AWS account id.
    pub account_id: String,
    /// ARN of the caller.
    pub arn: String,
}

impl Aws {
    /// Builds the clients of a source. Calls nothing yet.
    pub async fn connect(source: &config::Source, instruments: &Instruments) -> Self {
        let shared = shared_config(source).await;
        let counting = CountAttempts::new(&source.name, instruments);
        let requests_per_second =
            source.cognito.as_ref().map_or(NonZeroU32::MIN, |cognito| cognito.requests_per_second);
        Self {
            name: source.name.clone(),
            region: source.region.clone(),
            logs: aws_sdk_cloudwatchlogs::Client::from_conf(
                aws_sdk_cloudwatchlogs::config::Builder::from(&shared).interceptor(counting.clone()).build(),
            ),
            log_turns: Arc::new(Semaphore::new(logs::PAGES_AT_ONCE)),
            cognito: aws_sdk_cognitoidentityprovider::Client::from_conf(
                aws_sdk_cognitoidentityprovider::config::Builder::from(&shared)
                    .retry_config(RetryConfig::disabled())
                    .interceptor(counting.clone())
                    .build(),
            ),
            security_tokens: aws_sdk_sts::Client::from_conf(
                aws_sdk_sts::config::Builder::from(&shared).interceptor(counting).build(),
            ),
            budget: Arc::new(Budget::new(requests_per_second)),
            lacks_auth_factors: Arc::default(),
        }
    }

    /// Asks who the credentials belong to; needs no permission.
    ///
    /// # Errors
    /// When there are no credentials or AWS refuses them.
    pub async fn identity(&self) -> Result<Identity, SourceError> {
        let answer = self
            .security_tokens
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| SourceError::of("sts:GetCallerIdentity", &self.region, error))?;
        Ok(Identity {
            account_id: answer.account().unwrap_or_default().to_owned(),
            arn: answer.arn().unwrap_or_default().to_owned(),
        })
    }
}

async fn shared_config(source: &config::Source) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(source.region.clone()))
        .retry_config(RetryConfig::adaptive().with_max_attempts(4).with_max_backoff(Duration::from_secs(10)))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(5))
                .operation_attempt_timeout(Duration::from_secs(30))
                .build(),
        );
    if let Some(profile) = &source.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(endpoint) = &source.endpoint_url {
        loader = loader.endpoint_url(endpoint);
    }
    if source.is_simulated {
        loader = loader.credentials_provider(Credentials::new("simulated", "simulated", None, None, "mfascope demo"));
    }
    let base = loader.load().await;
    let Some(role) = &source.role_arn else { return base };
    let mut provider = AssumeRoleProvider::builder(role).session_name("mfascope").configure(&base);
    if let Some(external_id) = &source.external_id {
        provider = provider.external_id(external_id);
    }
    let provider = provider.build().await;
    base.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}
