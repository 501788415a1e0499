//! Answers of the AWS JSON 1.1 protocol that are not successes.

use axum::http::StatusCode;
use serde_json::json;

/// An AWS error: status, `__type` and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simulator) struct AwsError {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
}

impl AwsError {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    /// A quota is used up; each service has its own word for it.
    pub(super) fn throttled(code: &'static str) -> Self {
        Self::new(code, "Rate exceeded")
    }

    pub(super) fn is_throttle(&self) -> bool {
        matches!(self.code, "ThrottlingException" | "TooManyRequestsException")
    }

    /// The body of the answer.
    pub(super) fn body(&self) -> String {
        json!({ "__type": self.code, "message": self.message }).to_string()
    }
}
