//! The wire: `POST /` in AWS JSON 1.1, or a form for STS; the `Authorization` header names the Region.

pub(super) mod cognito;
mod errors;
mod logs;
mod sts;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;

use super::Simulator;
use super::scenario::REGION_US;
use super::traffic::Ending;
use errors::AwsError;

/// Routes of the simulated AWS.
pub(super) fn router(simulator: Arc<Simulator>) -> Router {
    Router::new().route("/", post(answer)).with_state(simulator)
}

async fn answer(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, body: Bytes) -> Response {
    let region = region(&headers).unwrap_or(REGION_US);
    let Some(target) = headers.get("x-amz-target").and_then(|target| target.to_str().ok()) else {
        return by_query(&simulator, region, &body);
    };
    let (service, operation) = target.split_once('.').unwrap_or(("", target));
    if let Some((status, body)) = simulator.faults().due(operation, region) {
        simulator.count(operation, Ending::Failed);
        return json(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body);
    }
    let answer = dispatch(&simulator, service, operation, region, &body);
    simulator.count(
        operation,
        match &answer {
            Ok(_) => Ending::Answered,
            Err(error) if error.is_throttle() => Ending::Throttled,
            Err(_) => Ending::Failed,
        },
    );
    match answer {
        Ok(answer) => json(StatusCode::OK, answer),
        Err(error) => json(error.status, error.body()),
    }
}

fn dispatch(
    simulator: &Simulator,
    service: &str,
    operation: &str,
    region: &str,
    body: &[u8],
) -> Result<String, AwsError> {
    let body: Value = match body {
        [] => Value::Object(serde_json::Map::new()),
        body => {
            serde_json::from_slice(body).map_err(|error| AwsError::new("SerializationException", error.to_string()))?
        }
    };
    let pool = body.get("UserPoolId").and_then(Value::as_str).unwrap_or_default();
    let allowed = simulator.allow(operation, region, pool);
    let now = simulator.now();
    match service {
        "Logs_20140328" if !allowed => Err(AwsError::throttled("ThrottlingException")),
        "Logs_20140328" => {
            logs::call(&simulator.journal, operation, region, &body, now).map(|answer| answer.to_string())
        }
        "AWSCognitoIdentityProviderService" if !allowed => Err(AwsError::throttled("TooManyRequestsException")),
        "AWSCognitoIdentityProviderService" => {
            let world = &simulator.journal.world;
            let answer = cognito::call(world, operation, region, &body, now)?;
            if let Some(sub) = cognito::looked_up(world, operation, region, &body, now) {
                simulator.traffic.look_up(operation, sub);
            }
            Ok(answer)
        }
        _ => Err(AwsError::new("UnknownOperationException", format!("Unknown target {service}.{operation}"))),
    }
}

fn by_query(simulator: &Simulator, region: &str, body: &[u8]) -> Response {
    let action = sts::action(body).unwrap_or_default();
    if let Some((status, body)) = simulator.faults().due(action, region) {
        return xml(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body);
    }
    match sts::call(action) {
        Ok(answer) => xml(StatusCode::OK, answer),
        Err(error) => xml(error.status, sts::error(&error)),
    }
}

/// The Region in `Credential=AKID/date/REGION/service/aws4_request`.
fn region(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (_, credential) = authorization.split_once("Credential=")?;
    credential.split('/').nth(2)
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/x-amz-json-1.1")], body).into_response()
}

fn xml(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "text/xml")], body).into_response()
}

#[cfg(test)]
mod tests;
