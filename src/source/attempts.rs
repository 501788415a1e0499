//! Counts every attempt the SDK makes, its own retries included.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::error::is_throttle;
use crate::instrument::Instruments;

#[derive(Clone)]
pub(super) struct CountAttempts {
    source: String,
    instruments: Instruments,
}

impl CountAttempts {
    pub(super) fn new(source: &str, instruments: &Instruments) -> Self {
        Self { source: source.to_owned(), instruments: instruments.clone() }
    }
}

impl std::fmt::Debug for CountAttempts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CountAttempts").field("source", &self.source).finish()
    }
}

impl Intercept for CountAttempts {
    fn name(&self) -> &'static str {
        "CountAttempts"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().map_or("unknown", Metadata::name).to_owned();
        let labels = [self.source.as_str(), operation.as_str()];
        self.instruments.aws_requests.with_label_values(&labels).inc();
        // What is throttled for the first time rises from a zero.
        let throttles = self.instruments.aws_throttles.with_label_values(&labels);
        let throttled = context.response().is_some_and(|response| {
            let status = response.status().as_u16();
            status == 429 || (status >= 400 && response.body().bytes().is_some_and(is_throttle))
        });
        if throttled {
            throttles.inc();
        }
        Ok(())
    }
}
