//! AWS calls. Nothing else knows the SDK.

mod attempts;
mod check;
mod cognito;
mod connect;
mod error;
mod logs;

use std::sync::Arc;

use governor::DefaultDirectRateLimiter;

pub use check::{Check, CheckedPermission};
pub use connect::Identity;
pub use error::SourceError;
pub use logs::{Page, PageToken};

/// One AWS account and Region.
#[derive(Clone)]
pub struct Aws {
    /// Name of the source in the config.
    pub name: String,
    /// AWS Region the calls go to.
    pub region: String,
    logs: aws_sdk_cloudwatchlogs::Client,
    cognito: aws_sdk_cognitoidentityprovider::Client,
    security_tokens: aws_sdk_sts::Client,
    /// All Cognito calls of the source together: the quota is shared with the application.
    budget: Arc<DefaultDirectRateLimiter>,
}
