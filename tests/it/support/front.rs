//! A front before moto, for what moto cannot do: small and empty pages, pulls that take their time,
//! refusals in both forms, and parts of Cognito that it lacks.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{background, wait};

/// What the front changes on the way.
#[derive(Clone, Debug, Default)]
pub struct Manners {
    /// Log events in a page; before every page comes an empty one with a token.
    pub page: Option<usize>,
    /// Before every page of log events.
    pub pause: Duration,
    /// Logins or subs that the listing shows as federated.
    pub federated: HashSet<String>,
    /// Pool ids that have e-mail MFA.
    pub email_mfa: HashSet<String>,
    /// Pool ids that are no longer there.
    pub gone: HashSet<String>,
    /// Operations that are refused, and in which form.
    pub refused: Vec<(&'static str, Refusal)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    DeniedJson,
    DeniedXml,
}

pub struct Front {
    pub endpoint: String,
    inner: Arc<Inner>,
}

struct Inner {
    upstream: String,
    client: reqwest::Client,
    manners: Mutex<Manners>,
    pages: AtomicUsize,
}

impl Front {
    pub fn start(upstream: &str, manners: Manners) -> Self {
        let inner = Arc::new(Inner {
            upstream: upstream.to_owned(),
            client: reqwest::Client::new(),
            manners: Mutex::new(manners),
            pages: AtomicUsize::new(0),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        let listener = wait(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("loopback has a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("a bound port"));
        background(async move {
            // Ends with the test process.
            let _ = axum::serve(listener, router).await;
        });
        Self { endpoint, inner }
    }

    pub fn change(&self, manners: Manners) {
        *self.inner.manners.lock().expect("nobody panicked") = manners;
    }

    /// Pages of log events handed out so far, the empty ones too.
    pub fn pages(&self) -> usize {
        self.inner.pages.load(Ordering::Relaxed)
    }
}

async fn answer(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> Response {
    let manners = inner.manners.lock().expect("nobody panicked").clone();
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    if let Some((_, form)) = manners.refused.iter().find(|(refused, _)| *refused == operation) {
        return refuse(operation, *form);
    }
    let mut request: Value = serde_json::from_slice(&body).unwrap_or_default();
    if request["UserPoolId"].as_str().is_some_and(|pool| manners.gone.contains(pool)) {
        let body = json!({"__type": "ResourceNotFoundException", "message": "User pool does not exist."});
        return (StatusCode::BAD_REQUEST, json_type(), body.to_string()).into_response();
    }
    if operation == "FilterLogEvents" {
        tokio::time::sleep(manners.pause).await;
        inner.pages.fetch_add(1, Ordering::Relaxed);
        if let Some(page) = manners.page {
            let token = request.get("nextToken").and_then(Value::as_str).unwrap_or_default().to_owned();
            let Some(inside) = token.strip_prefix("empty:") else {
                return json_answer(&json!({"events": [], "nextToken": format!("empty:{token}")}));
            };
            set_token(&mut request, inside);
            request["limit"] = json!(page);
        }
    }
    match forward(&inner, &headers, request.to_string()).await {
        Ok((status, answer)) if status.is_success() => dress(operation, &request, &manners, &answer),
        Ok((status, answer)) => (status, json_type(), answer).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

/// moto's own token was kept inside ours; none for its first page.
fn set_token(request: &mut Value, token: &str) {
    let fields = request.as_object_mut().expect("a request is an object");
    fields.remove("nextToken");
    if !token.is_empty() {
        fields.insert("nextToken".into(), json!(token));
    }
}

async fn forward(inner: &Inner, headers: &HeaderMap, body: String) -> reqwest::Result<(StatusCode, Bytes)> {
    let mut request = inner.client.post(&inner.upstream).body(body);
    for name in ["authorization", "x-amz-target", "x-amz-date", "content-type"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await?;
    Ok((answer.status(), answer.bytes().await?))
}

/// What moto lacks, put into its answers.
fn dress(operation: &str, request: &Value, manners: &Manners, answer: &Bytes) -> Response {
    let Ok(mut answer) = serde_json::from_slice::<Value>(answer) else {
        return (json_type(), answer.clone()).into_response();
    };
    if let ("ListUserPools", Some(pools)) = (operation, answer["UserPools"].as_array_mut()) {
        pools.retain(|pool| !pool["Id"].as_str().is_some_and(|id| manners.gone.contains(id)));
    }
    if operation == "ListUsers" {
        for user in answer["Users"].as_array_mut().into_iter().flatten() {
            if user["Username"].as_str().is_some_and(|name| manners.federated.contains(name)) {
                user["UserStatus"] = json!("EXTERNAL_PROVIDER");
            }
        }
    }
    let pool = request["UserPoolId"].as_str().unwrap_or_default();
    if operation == "GetUserPoolMfaConfig" && manners.email_mfa.contains(pool) {
        answer["EmailMfaConfiguration"] = json!({"Message": "{####}", "Subject": "code"});
    }
    json_answer(&answer)
}

/// Both forms have been seen where JSON was expected.
fn refuse(operation: &str, form: Refusal) -> Response {
    let message = format!("User: arn:aws:iam::123456789012:user/test is not authorized to perform: {operation}");
    match form {
        Refusal::DeniedJson => {
            let body = json!({"__type": "AccessDeniedException", "Message": message}).to_string();
            (StatusCode::BAD_REQUEST, json_type(), body).into_response()
        }
        Refusal::DeniedXml => {
            let body = format!(
                "<ErrorResponse><Errors><Error><Code>AccessDenied</Code><Message>{message}</Message></Error></Errors></ErrorResponse>"
            );
            (StatusCode::FORBIDDEN, [("content-type", "text/xml")], body).into_response()
        }
    }
}

fn json_answer(answer: &Value) -> Response {
    (json_type(), answer.to_string()).into_response()
}

fn json_type() -> [(&'static str, &'static str); 1] {
    [("content-type", "application/x-amz-json-1.1")]
}
