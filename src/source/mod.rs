//! AWS calls. Nothing else knows the SDK.

mod ask;
mod attempts;
mod budget;
mod check;
mod connect;
mod error;
mod logs;
mod pools;
mod users;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::sync::Semaphore;

pub use check::{Check, CheckedPermission};
pub use connect::Identity;
pub use error::SourceError;
pub use logs::{Page, PageToken};
pub use pools::NamedPool;
pub use users::{LookupCall, UserPage};

/// One AWS account and Region.
#[derive(Clone)]
pub struct Aws {
    /// Name of the source in the config.
    pub name: String,
    /// AWS Region the calls go to.
    pub region: String,
    logs: aws_sdk_cloudwatchlogs::Client,
    /// Groups that ask for a page take turns.
    log_turns: Arc<Semaphore>,
    cognito: aws_sdk_cognitoidentityprovider::Client,
    security_tokens: aws_sdk_sts::Client,
    /// All Cognito calls of the source together: the quota is shared with the application.
    budget: Arc<budget::Budget>,
    /// `AdminGetUserAuthFactors` was refused once: it is not asked again.
    lacks_auth_factors: Arc<AtomicBool>,
}
