//! Refusals, in the forms that AWS and its stand-ins give them.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Inner, Manners, json_type};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Both forms have been seen where JSON was expected.
    DeniedJson,
    DeniedXml,
    /// Cognito throttles with 400.
    Throttled,
    /// The endpoint does not know the operation.
    UnknownOperation,
    /// Nobody of that name.
    NoUser,
    /// No pool of that id.
    NoPool,
}

impl Inner {
    /// Why this call is refused, if it is.
    pub(super) fn refusal(&self, manners: &Manners, operation: &str, request: &Value) -> Option<Refusal> {
        if request["UserPoolId"].as_str().is_some_and(|pool| manners.gone.contains(pool)) {
            return Some(Refusal::NoPool);
        }
        if request["Username"].as_str().is_some_and(|name| manners.vanished.contains(name)) {
            return Some(Refusal::NoUser);
        }
        let refusal = manners.refused.iter().find(|(refused, _)| *refused == operation)?.1;
        let mut spared = self.spared.lock().expect("nobody panicked");
        let calls = spared.entry(operation.to_owned()).or_insert(0);
        *calls += 1;
        (*calls > manners.spared).then_some(refusal)
    }
}

pub(super) fn refuse(operation: &str, refusal: Refusal) -> Response {
    let denied = format!("User: arn:aws:iam::123456789012:user/test is not authorized to perform: {operation}");
    let (code, message) = match refusal {
        Refusal::DeniedJson => ("AccessDeniedException", denied.as_str()),
        Refusal::DeniedXml => {
            let body = format!(
                "<ErrorResponse><Errors><Error><Code>AccessDenied</Code><Message>{denied}</Message></Error></Errors></ErrorResponse>"
            );
            return (StatusCode::FORBIDDEN, [("content-type", "text/xml")], body).into_response();
        }
        Refusal::Throttled => ("TooManyRequestsException", "Rate exceeded"),
        Refusal::UnknownOperation => ("UnknownOperationException", ""),
        Refusal::NoUser => ("UserNotFoundException", "User does not exist."),
        Refusal::NoPool => ("ResourceNotFoundException", "User pool does not exist."),
    };
    invalid(code, message)
}

/// An error of the JSON protocol; the spelling of its message is not the same everywhere.
pub(super) fn invalid(code: &str, message: &str) -> Response {
    let member = if code == "AccessDeniedException" { "Message" } else { "message" };
    let body = json!({"__type": code, member: message}).to_string();
    (StatusCode::BAD_REQUEST, json_type(), body).into_response()
}
