//! A front before a stand-in, for what the stand-in cannot do: small and empty pages, pulls that take
//! their time, refusals in every form, and parts of Cognito that it lacks. It counts what is asked.

mod calls;
mod dress;
mod listing;
mod refuse;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{background, wait};
use calls::Calls;
pub use calls::FILTERED;
pub use dress::Listed;
pub use listing::Crowd;
pub use refuse::Refusal;

/// What the front changes on the way.
#[derive(Clone, Debug, Default)]
pub struct Manners {
    /// Log events in a page; before every page comes an empty one with a token.
    pub page: Option<usize>,
    /// Before every page of log events.
    pub pause: Duration,
    /// User names that the listing shows as federated.
    pub federated: HashSet<String>,
    /// Pool ids that have e-mail MFA.
    pub email_mfa: HashSet<String>,
    /// Pool ids in which a passkey is a second factor.
    pub passkey_mfa: HashSet<String>,
    /// Pool ids that are no longer there.
    pub gone: HashSet<String>,
    /// Operations that are refused, and in which form.
    pub refused: Vec<(&'static str, Refusal)>,
    /// How many calls of each refused operation are still answered.
    pub spared: usize,
    /// What AdminGetUser lists, by user name.
    pub listed: HashMap<String, Listed>,
    /// What AdminGetUserAuthFactors adds, by user name; nothing in it: the call goes on to the stand-in.
    pub auth_factors: Option<HashMap<String, Vec<&'static str>>>,
    /// User names that the listing shows although nobody knows them any more.
    pub vanished: HashSet<String>,
    /// User names that the listing does not show any more.
    pub hidden: HashSet<String>,
    /// Users in a page of the listing.
    pub user_page: Option<usize>,
    /// Before every page of users comes an empty one with a token.
    pub has_empty_user_pages: bool,
    /// Before every page of users.
    pub user_pause: Duration,
    /// Tokens of a listing that were given out in another epoch are invalid.
    pub epoch: usize,
    /// A pool of which only the front knows the users.
    pub crowd: Option<Crowd>,
}

pub struct Front {
    pub endpoint: String,
    inner: Arc<Inner>,
}

struct Inner {
    upstream: String,
    client: reqwest::Client,
    manners: Mutex<Manners>,
    spared: Mutex<HashMap<String, usize>>,
    calls: Calls,
}

impl Front {
    pub fn start(upstream: &str, manners: Manners) -> Self {
        let inner = Arc::new(Inner {
            upstream: upstream.to_owned(),
            client: reqwest::Client::new(),
            manners: Mutex::new(manners),
            spared: Mutex::default(),
            calls: Calls::default(),
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
        self.inner.spared.lock().expect("nobody panicked").clear();
        *self.inner.manners.lock().expect("nobody panicked") = manners;
    }

    /// Pages of log events handed out so far, the empty ones too.
    pub fn pages(&self) -> usize {
        self.calls("FilterLogEvents")
    }

    /// Calls of an operation so far, whatever they were answered.
    pub fn calls(&self, operation: &str) -> usize {
        self.inner.calls.count(operation, false)
    }

    /// Calls of an operation that got what they asked for.
    pub fn answered(&self, operation: &str) -> usize {
        self.inner.calls.count(operation, true)
    }

    /// The user names that an operation was called with.
    pub fn asked(&self, operation: &str) -> HashSet<String> {
        self.inner.calls.usernames(operation)
    }
}

async fn answer(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let is_filtered = operation == "ListUsers" && request["Filter"].is_string();
    // Counted before it is answered: whoever is killed while waiting has asked.
    let place = inner.calls.note(if is_filtered { FILTERED } else { &operation }, &request);
    let answer = respond(&inner, &operation, is_filtered, &headers, request).await;
    if answer.status().is_success() {
        inner.calls.mark_answered(place);
    }
    answer
}

async fn respond(
    inner: &Inner,
    operation: &str,
    is_filtered: bool,
    headers: &HeaderMap,
    mut request: Value,
) -> Response {
    let manners = inner.manners.lock().expect("nobody panicked").clone();
    if let Some(refusal) = inner.refusal(&manners, operation, &request) {
        return refuse::refuse(operation, refusal);
    }
    if operation == "FilterLogEvents" {
        tokio::time::sleep(manners.pause).await;
        if let Some(page) = manners.page {
            let token = request.get("nextToken").and_then(Value::as_str).unwrap_or_default().to_owned();
            let Some(inside) = token.strip_prefix("empty:") else {
                return json_answer(&json!({"events": [], "nextToken": format!("empty:{token}")}));
            };
            set_token(&mut request, "nextToken", inside);
            request["limit"] = json!(page);
        }
    }
    let is_page = operation == "ListUsers" && !is_filtered;
    if is_page {
        tokio::time::sleep(manners.user_pause).await;
        if let Some(answer) = listing::before(&manners, &mut request) {
            return answer;
        }
    }
    if operation == "AdminGetUserAuthFactors" && manners.auth_factors.is_some() {
        return dress::auth_factors(inner, &manners, headers, &request).await;
    }
    match forward(inner, headers, None, request.to_string()).await {
        Ok((status, answer)) if status.is_success() => match serde_json::from_slice::<Value>(&answer) {
            Ok(mut answer) => {
                dress::dress(operation, &request, &manners, &mut answer);
                if is_page {
                    listing::after(&manners, &mut answer);
                }
                json_answer(&answer)
            }
            Err(_) => (json_type(), answer).into_response(),
        },
        Ok((status, answer)) => (status, json_type(), answer).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

/// The token of the stand-in was kept inside ours; none for its first page.
fn set_token(request: &mut Value, member: &str, token: &str) {
    let fields = request.as_object_mut().expect("a request is an object");
    fields.remove(member);
    if !token.is_empty() {
        fields.insert(member.into(), json!(token));
    }
}

/// Asks the stand-in, under another operation where one is given.
async fn forward(
    inner: &Inner,
    headers: &HeaderMap,
    target: Option<&str>,
    body: String,
) -> reqwest::Result<(StatusCode, Bytes)> {
    let mut request = inner.client.post(&inner.upstream).body(body);
    for name in ["authorization", "x-amz-target", "x-amz-date", "content-type"] {
        match (headers.get(name), target) {
            (Some(_), Some(target)) if name == "x-amz-target" => request = request.header(name, target),
            (Some(value), _) => request = request.header(name, value),
            (None, _) => {}
        }
    }
    let answer = request.send().await?;
    Ok((answer.status(), answer.bytes().await?))
}

fn json_answer(answer: &Value) -> Response {
    (json_type(), answer.to_string()).into_response()
}

fn json_type() -> [(&'static str, &'static str); 1] {
    [("content-type", "application/x-amz-json-1.1")]
}
