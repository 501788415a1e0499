//! The one place that chooses an HTTP status for a failure.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use tracing::error;

use super::Site;
use crate::dashboard;
use crate::query::ask::Refusal;
use crate::store::StoreError;

/// Why a request has no ordinary answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// No such page.
    NotFound,
    /// The request asks for something that cannot be: one line says what.
    BadRequest(String),
    /// What it builds on is not there any more: one line says what to do.
    Conflict(String),
    /// A question that is not answered.
    Refused(Refusal),
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

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Broken(reason) => Self::Broken(reason),
            refusal => Self::Refused(refusal),
        }
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
        let (status, reason) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not found".to_owned()),
            Self::BadRequest(reason) => (StatusCode::BAD_REQUEST, reason),
            Self::Conflict(reason) => (StatusCode::CONFLICT, reason),
            Self::Refused(refusal) => (status_of(&refusal), refusal.to_string()),
            Self::NotReady => (StatusCode::SERVICE_UNAVAILABLE, "not ready: the first pull is under way".to_owned()),
            Self::Broken(reason) => {
                error!("an answer could not be made: {reason}");
                (StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be made; the log says why".to_owned())
            }
        };
        (status, Extension(Told(reason.clone())), format!("{reason}\n")).into_response()
    }
}

const fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Mistaken(_) => StatusCode::BAD_REQUEST,
        Refusal::NotAllowed(_) => StatusCode::FORBIDDEN,
        Refusal::TooLong(_) | Refusal::TooLarge => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Busy => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What an answer without content tells, for those who make a page of it.
#[derive(Clone)]
struct Told(String);

/// A failure as a page: people asked for one.
pub(super) async fn as_page(State(site): State<Arc<Site>>, answer: Response) -> Response {
    let Some(Told(reason)) = answer.extensions().get() else { return answer };
    let status = answer.status();
    let (title, message) = match status {
        StatusCode::NOT_FOUND => ("Not found", "There is no page at this address."),
        StatusCode::SERVICE_UNAVAILABLE => ("Not ready", "The first pull is under way. This page will be there soon."),
        StatusCode::BAD_REQUEST
        | StatusCode::CONFLICT
        | StatusCode::FORBIDDEN
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::TOO_MANY_REQUESTS => ("Nothing to show", reason.as_str()),
        _ => ("Something went wrong", "The page could not be made. The log says why."),
    };
    match dashboard::message(title, message, site.setting) {
        Ok(page) => (status, [(header::CACHE_CONTROL, "no-store")], Html(page)).into_response(),
        Err(_) => answer,
    }
}
