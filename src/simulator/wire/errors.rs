//! Answers of the AWS JSON 1.1 protocol that are not successes.

use axum::http::StatusCode;
use serde_json::json;

/// An AWS error: status, `__type` and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AwsError {
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

    /// The body of the answer.
    pub(super) fn body(&self) -> String {
        json!({ "__type": self.code, "message": self.message }).to_string()
    }
}
