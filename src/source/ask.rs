//! One Cognito call: within the budget, tried again where that may help.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use backon::{ExponentialBuilder, Retryable};

use super::budget::Caller;
use super::{Aws, SourceError};

/// Tries after the first, half a second, one and two seconds apart.
const TRIES_MORE: usize = 3;

impl Aws {
    /// Every attempt takes its turn in the budget, so the SDK's own retries are off for Cognito. A
    /// missing resource is called `what`.
    pub(super) async fn ask<T, E, F>(
        &self,
        caller: Caller,
        action: &'static str,
        what: &str,
        call: impl Fn() -> F,
    ) -> Result<T, SourceError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let attempt = || async {
            self.budget.ready(caller).await;
            call().await.map_err(|error| {
                let error = SourceError::of(action, &self.region, error);
                if matches!(error, SourceError::Throttled { .. }) {
                    self.budget.throttled();
                }
                error.naming(what)
            })
        };
        let pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(500))
            .with_max_times(TRIES_MORE)
            .with_jitter();
        attempt.retry(pauses).when(SourceError::may_pass).await
    }
}
