//! The one place that chooses an HTTP status for a failure.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tracing::error;

use crate::store::StoreError;

/// Why a request has no ordinary answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// No such page.
    NotFound,
    /// The request asks for something that cannot be: one line says what.
    BadRequest(String),
    /// Nothing has been read from AWS yet.
    NotReady,
    /// A page or the exposition could not be made.
    Broken(String),
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<prometheus::Error> for Failure {
    fn from(error: prometheus::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not found\n").into_response(),
            Self::BadRequest(reason) => (StatusCode::BAD_REQUEST, format!("{reason}\n")).into_response(),
            Self::NotReady => {
                (StatusCode::SERVICE_UNAVAILABLE, "not ready: the first pull is under way\n").into_response()
            }
            Self::Broken(reason) => {
                error!("an answer could not be made: {reason}");
                (StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be made; the log says why\n").into_response()
            }
        }
    }
}
