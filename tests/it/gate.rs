//! The web config file against clients that nobody here wrote: curl and openssl.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use mfascope::config::Role;
use mfascope::gate::Gate;
use tempfile::TempDir;

use crate::edge_states::State;
use crate::support::{poll, tools};

/// Passwords are the names and `-secret`. Cheap to compare: tests need not wait.
const USERS: &str = "basic_auth_users:
  scraper: SCRAPER
  viewer: VIEWER
  analyst: ANALYST
";

pub fn users() -> String {
    ["SCRAPER", "VIEWER", "ANALYST"].iter().fold(USERS.to_owned(), |text, name| {
        let password = format!("{}-secret", name.to_lowercase());
        text.replace(name, &bcrypt::hash(password, 5).expect("a hash"))
    })
}

pub fn roles() -> Option<BTreeMap<String, Role>> {
    let roles = [("scraper", Role::Metrics), ("viewer", Role::Viewer), ("analyst", Role::Analyst)];
    Some(roles.map(|(user, role)| (user.to_owned(), role)).into())
}

/// A folder with a web config file, and pages behind it.
struct Gated {
    folder: TempDir,
    address: SocketAddr,
    _state: State,
}

impl Gated {
    fn new(prepare: impl FnOnce(&Path) -> String, roles: Option<BTreeMap<String, Role>>) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let text = prepare(folder.path());
        let path = folder.path().join("web.yml");
        std::fs::write(&path, text).expect("written");
        let gate = Gate::load(&path, roles).unwrap_or_else(|error| panic!("{error}"));
        let state = State::new().with_pools(&[30]);
        let (address, _) = state.served_behind(gate);
        Self { folder, address, _state: state }
    }

    /// Replaces a file as editors do: at once.
    fn write(&self, name: &str, text: &str) {
        let (new, path) = (self.folder.path().join("new"), self.folder.path().join(name));
        std::fs::write(&new, text).expect("written");
        std::fs::rename(new, path).expect("replaced");
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().expect("UTF-8").to_owned()
    }

    /// Status and text of an answer of HTTP; 0 where there is none.
    fn http(&self, path: &str, more: &[&str]) -> (u16, String) {
        curl(&[&[format!("http://{}{path}", self.address).as_str()], more].concat())
    }

    /// The same of HTTPS, for the name in the certificate.
    fn https(&self, path: &str, more: &[&str]) -> (u16, String) {
        let port = self.address.port();
        let (url, resolve) = (format!("https://mfascope.test:{port}{path}"), format!("mfascope.test:{port}:127.0.0.1"));
        curl(&[&[url.as_str(), "--resolve", &resolve], more].concat())
    }
}

/// Status, then `version of HTTP` and the text.
pub fn curl(arguments: &[&str]) -> (u16, String) {
    let output = Command::new(tools::program("/usr/bin/curl"))
        .args(["--silent", "--show-error", "--max-time", "30", "--write-out", "\n%{http_code} %{http_version}"])
        .args(arguments)
        .output()
        .expect("curl runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (text, last) = text.rsplit_once('\n').unwrap_or_default();
    let (status, version) = last.split_once(' ').unwrap_or_default();
    (status.parse().unwrap_or_default(), format!("{version} {text}{}", String::from_utf8_lossy(&output.stderr)))
}

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new(tools::program("/usr/bin/openssl"))
        .current_dir(folder)
        .args(arguments.split(' '))
        .output()
        .expect("openssl runs");
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// An authority `{name}.crt`.
pub fn authority(folder: &Path, name: &str) {
    openssl(
        folder,
        &format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN={name} -keyout {name}.key -out {name}.crt"
        ),
    );
}

/// A certificate `{name}.crt` for a name, signed by an authority.
pub fn certificate(folder: &Path, name: &str, of: &str, authority: &str) {
    std::fs::write(folder.join("san"), format!("subjectAltName=DNS:{of}\n")).expect("written");
    openssl(
        folder,
        &format!(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={name} -keyout {name}.key -out {name}.csr"
        ),
    );
    openssl(
        folder,
        &format!(
            "x509 -req -in {name}.csr -CA {authority}.crt -CAkey {authority}.key -CAcreateserial -days 2 -extfile san -out {name}.crt"
        ),
    );
}

#[test]
fn each_role_sees_its_own() {
    let gated = Gated::new(|_| users(), roles());
    let status = |path: &str, user: &str| gated.http(path, &["--user", &format!("{user}:{user}-secret")]).0;
    let list = "/pools/us-east-1/us-east-1_Edge0000/users";
    for (path, wanted) in [
        ("/metrics", [200, 200, 200]),
        ("/", [403, 200, 200]),
        ("/challenges", [403, 200, 200]),
        ("/api/v1/query?name=challenge_total", [403, 200, 200]),
        (list, [403, 403, 200]),
        ("/audit", [403, 403, 200]),
        ("/api/v1/query?name=mfa_removal", [403, 403, 200]),
        ("/queries/weakening", [403, 403, 200]),
    ] {
        let found = ["scraper", "viewer", "analyst"].map(|user| status(path, user));
        assert_eq!(found, wanted, "{path}");
        assert_eq!(gated.http(path, &[]).0, 401, "{path} without a name");
    }
    // Who only wants to know whether it is there gets an answer.
    assert_eq!((gated.http("/-/healthy", &[]).0, gated.http("/-/ready", &["--head"]).0), (200, 200));
    let (_, refusal) = gated.http("/audit", &["--user", "viewer:viewer-secret"]);
    assert!(refusal.contains("this needs the role analyst"), "{refusal}");
}

#[test]
fn guessing_tells_nothing_and_is_slowed() {
    let gated = Gated::new(|_| users(), None);
    let mut took = [Vec::new(), Vec::new()];
    for round in 0..4 {
        for (of, user) in ["analyst", "nobody"].into_iter().enumerate() {
            let begun = Instant::now();
            let (status, text) = gated.http("/", &["--user", &format!("{user}:guess-{round}")]);
            took[of].push(begun.elapsed());
            assert_eq!(status, 401, "{text}");
        }
    }
    let best = took.map(|took| took.into_iter().min().expect("some").as_secs_f64());
    let ratio = best[0] / best[1];
    assert!((0.4..2.5).contains(&ratio), "the time tells whether a user is known: {best:?}");
    // The limit is for guesses: who was right once is not held up by them.
    let right = || gated.http("/", &["--user", "viewer:viewer-secret"]).0;
    assert_eq!(right(), 200);
    let refused = (0..30).map(|round| gated.http("/", &["--user", &format!("analyst:more-{round}")]).0);
    assert!(refused.into_iter().any(|status| status == 429), "guesses are not slowed");
    assert_eq!(right(), 200);
    for header in ["Basic", "Basic ????", "Basic Zm9v", "Bearer abc", "Basic OnNlY3JldA=="] {
        let status = gated.http("/", &["--header", &format!("Authorization: {header}")]).0;
        assert!([401, 429].contains(&status), "{header}: {status}");
    }
}

#[test]
fn the_file_is_read_again_when_it_changes() {
    let gated = Gated::new(|_| users(), None);
    let status = |user: &str, password: &str| gated.http("/", &["--user", &format!("{user}:{password}")]).0;
    assert_eq!(status("viewer", "viewer-secret"), 200);
    let hash = bcrypt::hash("changed", 5).expect("a hash");
    gated.write(
        "web.yml",
        &format!("http_server_config:\n  headers:\n    X-Frame-Options: deny\nbasic_auth_users:\n  viewer: {hash}\n"),
    );
    assert_eq!((status("viewer", "viewer-secret"), status("viewer", "changed")), (401, 200));
    let (_, head) = gated.http("/", &["--head", "--user", "viewer:changed"]);
    assert!(head.to_lowercase().contains("x-frame-options: deny"), "{head}");
    // A file that cannot be used changes nothing.
    gated.write("web.yml", "basic_auth_users: [\n");
    assert_eq!((status("viewer", "changed"), status("viewer", "other")), (200, 401));
    std::fs::remove_file(gated.folder.path().join("web.yml")).expect("removed");
    assert_eq!(
        (status("viewer", "changed"), status("viewer", "other")),
        (200, 401),
        "not open, only because it is gone"
    );
    gated.write("web.yml", "rate_limit:\n  interval: 1h\n  burst: 2\n");
    let answers = [(); 4].map(|()| gated.http("/", &[]).0);
    assert_eq!(answers, [200, 200, 429, 429]);
}

#[test]
fn certificates_of_both_sides_are_checked() {
    let gated = Gated::new(
        |folder| {
            for name in ["ca", "clients", "strangers"] {
                authority(folder, name);
            }
            certificate(folder, "server", "mfascope.test", "ca");
            certificate(folder, "prometheus", "prometheus.test", "clients");
            certificate(folder, "other", "other.test", "clients");
            certificate(folder, "stranger", "prometheus.test", "strangers");
            "tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: clients.crt
  client_allowed_sans: [prometheus.test]
"
            .to_owned()
        },
        None,
    );
    let ca = gated.file("ca.crt");
    let with = |name: &str, more: &[&str]| {
        let (certificate, key) = (gated.file(&format!("{name}.crt")), gated.file(&format!("{name}.key")));
        gated.https("/metrics", &[&["--cacert", &ca, "--cert", &certificate, "--key", &key], more].concat())
    };
    let (status, text) = with("prometheus", &[]);
    assert_eq!(status, 200, "{text}");
    assert!(text.starts_with("2 "), "HTTP/2 is spoken: {}", &text[..40.min(text.len())]);
    for name in ["stranger", "other"] {
        assert_eq!(with(name, &[]).0, 0, "{name} is let in");
    }
    assert_eq!(gated.https("/metrics", &["--cacert", &ca]).0, 0, "nobody is let in");
    assert_eq!(gated.https("/metrics", &[]).0, 0, "the certificate is known to everybody");
    assert_eq!(gated.http("/metrics", &[]).0, 0, "plain HTTP is answered");
    assert_eq!(with("prometheus", &["--tls-max", "1.1"]).0, 0, "TLS 1.1 is spoken");
    assert_eq!(with("prometheus", &["--tls-max", "1.2"]).0, 200);

    // A new certificate is shown at once, and what the file forbids from now on is forbidden.
    authority(gated.folder.path(), "newca");
    certificate(gated.folder.path(), "newserver", "mfascope.test", "newca");
    let (certificate, key) = (gated.file("newserver.crt"), gated.file("newserver.key"));
    gated.write(
        "web.yml",
        &format!("tls_server_config:\n  cert_file: {certificate}\n  key_file: {key}\n  min_version: TLS13\nhttp_server_config:\n  http2: false\n"),
    );
    let new_ca = gated.file("newca.crt");
    assert_eq!(gated.https("/metrics", &["--cacert", &ca]).0, 0, "the old certificate is still shown");
    let (status, text) = gated.https("/metrics", &["--cacert", &new_ca]);
    assert_eq!((status, &text[..4]), (200, "1.1 "));
    assert_eq!(gated.https("/metrics", &["--cacert", &new_ca, "--tls-max", "1.2"]).0, 0);
}

/// What comes back for some bytes, until the server ends the connection.
fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
    // The server may hang up before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn hostile_requests_are_turned_away_and_the_next_is_answered() {
    let gated = Gated::new(|_| String::new(), None);
    let close = "Host: a\r\nConnection: close\r\n\r\n";
    let long = "a".repeat(1_000_000);
    let table: Vec<(&str, String, &[&str])> = vec![
        ("wrong method", format!("DELETE /metrics HTTP/1.1\r\n{close}"), &["405"]),
        ("unknown method", format!("BREW / HTTP/1.1\r\n{close}"), &["405"]),
        ("path upwards", format!("GET /assets/../../etc/passwd HTTP/1.1\r\n{close}"), &["404"]),
        ("encoded path upwards", format!("GET /assets/%2e%2e/%2e%2e%2fetc%2fpasswd HTTP/1.1\r\n{close}"), &["404"]),
        ("bad escape", format!("GET /pools/%ff%00/x HTTP/1.1\r\n{close}"), &["400", "404"]),
        ("header injection", format!("GET /challenges?range=24h%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\n{close}"), &["400"]),
        ("not HTTP", "\u{16}\u{3}\u{1}hello\r\n\r\n".to_owned(), &["400"]),
        ("no version", "GET /\r\n\r\n".to_owned(), &["400"]),
        ("long address", format!("GET /{long} HTTP/1.1\r\n{close}"), &["414", "431", "400"]),
        ("long header", format!("GET / HTTP/1.1\r\nX: {long}\r\n{close}"), &["431", "400"]),
        ("two lengths", format!("POST / HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n{close}abcd"), &["400"]),
        (
            "smuggling",
            format!("POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n{close}0\r\n\r\n"),
            &["400", "405"],
        ),
        (
            "large body",
            format!("POST /api/v1/overview HTTP/1.1\r\nContent-Length: 1000000\r\n{close}{long}"),
            &["413", "405"],
        ),
        ("endless head", "GET / HTTP/1.1\r\nHost: a\r\n".to_owned(), &["408", ""]),
    ];
    for (what, request, statuses) in table {
        let answer = raw(gated.address, request.as_bytes());
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(statuses.contains(&status), "{what}: {status:?} of {statuses:?}: {}", &answer[..200.min(answer.len())]);
        assert!(!answer.to_lowercase().contains("\r\nset-cookie"), "{what}: {answer}");
        assert_eq!(gated.http("/-/healthy", &[]).0, 200, "after {what}");
    }
}

#[test]
fn connections_that_say_nothing_keep_nobody_out() {
    let gated = Gated::new(|_| String::new(), None);
    let mut silent: Vec<TcpStream> = (0..500).map(|_| TcpStream::connect(gated.address).expect("connected")).collect();
    assert_eq!(gated.http("/-/healthy", &[]).0, 200);
    // They are closed once they have been silent for too long.
    let is_closed = |stream: &mut TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(1))).expect("set");
        matches!(stream.read(&mut [0; 512]), Ok(0))
    };
    let closed = poll(Duration::from_secs(30), || silent.iter_mut().all(is_closed).then_some(()));
    assert!(closed.is_some(), "silent connections stay");
}
