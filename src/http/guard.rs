//! Everything that happens to a request before and after its page: who asks, how often, what he may see, what is
//! logged of it.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tracing::{debug, info};

use crate::config::Role;
use crate::gate::{Answer, Gate};
use crate::query::{figure_question, saved_question};

/// The router behind the gate.
pub(super) fn apply(router: Router, gate: Gate) -> Router {
    router.layer(from_fn_with_state(gate, guard))
}

/// Who asks, where anybody is asked who he is.
#[derive(Clone, Debug, Default)]
pub(super) struct Visitor(pub(super) Option<String>);

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

async fn guard(
    State(gate): State<Gate>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    gate.refresh();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let needed = needed(&path, request.uri().query().unwrap_or_default());
    let given = credentials(request.headers());
    let (user, mut answer) = match admit(&gate, client.ip().to_canonical(), needed, given).await {
        Ok(user) => {
            request.extensions_mut().insert(Visitor(user.clone()));
            (user, next.run(request).await)
        }
        Err(refusal) => (None, refusal),
    };
    for (name, value) in gate.headers() {
        // In the place of our own.
        answer.headers_mut().insert(name, value);
    }
    let (status, milliseconds) = (answer.status().as_u16(), begun.elapsed().as_millis() as u64);
    let (network, user) = (network(client.ip().to_canonical()), user.unwrap_or_default());
    // What asks all the time tells nothing.
    if is_routine(&path) && answer.status().is_success() {
        debug!(%method, path, status, milliseconds, user, network, "request");
    } else {
        info!(%method, path, status, milliseconds, user, network, "request");
    }
    answer
}

/// Who asks, where anybody is asked who he is; or why the request is refused.
async fn admit(
    gate: &Gate,
    address: IpAddr,
    needed: Option<Role>,
    given: Option<(String, String)>,
) -> Result<Option<String>, Response> {
    if !gate.welcomes(address) {
        return Err(later());
    }
    let Some(needed) = needed.filter(|_| gate.has_users()) else { return Ok(None) };
    let Some((user, password)) = given else { return Err(unknown()) };
    match gate.verify(&user, &password, address).await {
        Answer::Known(user) if gate.role(&user) >= needed => Ok(Some(user)),
        Answer::Known(_) => {
            let reason = format!("this needs the role {}; [web.roles] gives it\n", word(needed));
            Err((StatusCode::FORBIDDEN, reason).into_response())
        }
        Answer::Unknown => Err(unknown()),
        Answer::Later => Err(later()),
    }
}

/// What it takes to see an address; nothing for what tells only whether the daemon is there.
fn needed(path: &str, query: &str) -> Option<Role> {
    let of_question = |name: Option<&str>| {
        let is_harmless = name.is_some_and(|name| {
            figure_question(name).is_some_and(|question| !question.tells_of_users())
                || saved_question(name).is_some_and(|question| !question.tells_of_people())
        });
        if is_harmless { Role::Viewer } else { Role::Analyst }
    };
    let page = path.strip_prefix("/api/v1").unwrap_or(path);
    let words: Vec<&str> = page.split('/').skip(1).collect();
    match words.as_slice() {
        ["-", ..] => None,
        ["metrics"] => Some(Role::Metrics),
        ["backup" | "import", ..] => Some(Role::Admin),
        ["export", ..] | ["audit" | "sql"] | ["pools", _, _, "users"] | ["rollout", "users" | "freeze"] => {
            Some(Role::Analyst)
        }
        ["queries", name] => Some(of_question(Some(name))),
        ["query"] => {
            let names = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == "name");
            Some(names.map(|(_, name)| of_question(Some(&name))).max().unwrap_or(Role::Analyst))
        }
        _ => Some(Role::Viewer),
    }
}

const fn word(role: Role) -> &'static str {
    match role {
        Role::Metrics => "metrics",
        Role::Viewer => "viewer",
        Role::Analyst => "analyst",
        Role::Admin => "admin",
    }
}

/// Name and password of basic authentication.
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, encoded) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let decoded = BASE64_STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(decoded).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}

fn unknown() -> Response {
    let realm = HeaderValue::from_static("Basic realm=\"mfascope\", charset=\"UTF-8\"");
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, realm)], "who are you?\n").into_response()
}

fn later() -> Response {
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")], "too many requests\n").into_response()
}

fn is_routine(path: &str) -> bool {
    path == "/metrics" || path.starts_with("/-/") || path.starts_with("/assets/")
}

/// The network of an address: whole ones are personal data.
fn network(address: IpAddr) -> String {
    match address {
        address if address.is_loopback() => "loopback".to_owned(),
        IpAddr::V4(address) => {
            let [one, two, three, _] = address.octets();
            format!("{one}.{two}.{three}.0/24")
        }
        IpAddr::V6(address) => {
            let [one, two, three, ..] = address.segments();
            format!("{one:x}:{two:x}:{three:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sees_what() {
        for (path, query, role) in [
            ("/-/healthy", "", None),
            ("/-/ready", "", None),
            ("/metrics", "", Some(Role::Metrics)),
            ("/metrics/", "", Some(Role::Viewer)),
            ("/", "", Some(Role::Viewer)),
            ("/challenges", "", Some(Role::Viewer)),
            ("/api/v1/recovery", "", Some(Role::Viewer)),
            ("/pools/us-east-1/us-east-1_a", "", Some(Role::Viewer)),
            ("/pools/us-east-1/us-east-1_a/users", "", Some(Role::Analyst)),
            ("/api/v1/pools/us-east-1/us-east-1_a/users", "format=csv", Some(Role::Analyst)),
            ("/audit", "", Some(Role::Analyst)),
            ("/api/v1/audit", "", Some(Role::Analyst)),
            ("/queries", "", Some(Role::Viewer)),
            ("/queries/challenge_total", "", Some(Role::Viewer)),
            ("/queries/mfa_removal", "", Some(Role::Analyst)),
            ("/queries/nothing", "", Some(Role::Analyst)),
            ("/api/v1/query", "name=challenge_total", Some(Role::Viewer)),
            ("/api/v1/query", "name=weakening", Some(Role::Analyst)),
            ("/api/v1/query", "name=weakenin%67", Some(Role::Analyst)),
            ("/api/v1/query", "name=challenge_total&name=weakening", Some(Role::Analyst)),
            ("/api/v1/query", "", Some(Role::Analyst)),
            ("/sql", "", Some(Role::Analyst)),
            ("/api/v1/backup", "", Some(Role::Admin)),
            ("/api/v1/export", "", Some(Role::Analyst)),
            ("/api/v1/export/users", "", Some(Role::Analyst)),
            ("/api/v1/import", "", Some(Role::Admin)),
            ("/api/v1/import/known", "", Some(Role::Admin)),
            ("/api/v1/import/end", "", Some(Role::Admin)),
            ("/api/v1/sql", "", Some(Role::Analyst)),
            ("/rollout", "", Some(Role::Viewer)),
            ("/api/v1/rollout/users", "reason=no_recovery", Some(Role::Analyst)),
            ("/rollout/freeze", "", Some(Role::Analyst)),
            ("/rollout/records", "", Some(Role::Viewer)),
        ] {
            assert_eq!(needed(path, query), role, "{path}?{query}");
        }
    }

    #[test]
    fn only_networks_are_told() {
        for (address, told) in
            [("192.0.2.17", "192.0.2.0/24"), ("2001:db8:1:2::17", "2001:db8:1::/48"), ("127.0.0.1", "loopback")]
        {
            assert_eq!(network(address.parse().expect("an address")), told);
        }
    }
}
