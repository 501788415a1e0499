//! The web config file: TLS, users and headers, in the format that Prometheus' exporters share (exporter-toolkit,
//! docs/web-configuration.md).

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use bcrypt::HashParts;
use serde::{Deserialize, Deserializer, de};

/// What the file says. An empty one asks for nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebConfig {
    /// HTTPS; plain HTTP without it.
    pub tls_server_config: Option<TlsServer>,
    /// HTTP/2 and headers of every answer.
    pub http_server_config: HttpServer,
    /// Users and the bcrypt hashes of their passwords; nobody is asked when there are none.
    pub basic_auth_users: BTreeMap<String, PasswordHash>,
    /// How often anybody may ask.
    pub rate_limit: RateLimit,
}

/// `tls_server_config`. Of each pair one is given: the text itself or its file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TlsServer {
    cert: String,
    cert_file: PathBuf,
    key: Secret,
    key_file: PathBuf,
    client_ca: String,
    client_ca_file: PathBuf,
    /// Whether clients show a certificate.
    pub client_auth_type: ClientAuth,
    /// The client's certificate must name one of these; empty for any.
    pub client_allowed_sans: Vec<String>,
    /// Lowest protocol that is spoken.
    pub min_version: TlsVersion,
    /// Highest protocol that is spoken.
    #[serde(default = "newest")]
    pub max_version: TlsVersion,
    /// Suites of TLS 1.2 by their IANA names; empty for all that are safe.
    pub cipher_suites: Vec<String>,
    /// Whether their order decides.
    #[serde(default = "yes")]
    pub prefer_server_cipher_suites: bool,
    /// Key exchange groups, best first; empty for the usual ones.
    pub curve_preferences: Vec<Curve>,
}

/// `http_server_config`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpServer {
    /// HTTP/2, over TLS only.
    pub http2: bool,
    /// Headers of every answer.
    pub headers: BTreeMap<String, String>,
}

impl Default for HttpServer {
    fn default() -> Self {
        Self { http2: true, headers: BTreeMap::new() }
    }
}

/// `rate_limit`
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateLimit {
    /// Between two requests; zero for any.
    #[serde(deserialize_with = "duration")]
    pub interval: Duration,
    /// So many at once all the same.
    pub burst: Option<NonZeroU32>,
}

/// Whether clients show a certificate, in Go's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum ClientAuth {
    /// Nobody is asked.
    #[default]
    NoClientCert,
    /// It is asked for and not looked at.
    RequestClientCert,
    /// There must be one, whoever signed it.
    RequireAnyClientCert,
    /// Where there is one, a known authority must have signed it.
    VerifyClientCertIfGiven,
    /// There must be one that a known authority signed.
    RequireAndVerifyClientCert,
}

/// A protocol version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum TlsVersion {
    /// No longer safe: refused.
    #[serde(rename = "TLS10")]
    Tls10,
    /// No longer safe: refused.
    #[serde(rename = "TLS11")]
    Tls11,
    /// TLS 1.2
    #[default]
    #[serde(rename = "TLS12")]
    Tls12,
    /// TLS 1.3
    #[serde(rename = "TLS13")]
    Tls13,
}

/// A key exchange group, in Go's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Curve {
    CurveP256,
    CurveP384,
    CurveP521,
    X25519,
    X25519MLKEM768,
}

/// A bcrypt hash. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    text: String,
    /// Logarithm of the work that a comparison takes.
    pub cost: u32,
}

impl PasswordHash {
    /// For comparing.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(…)")
    }
}

impl<'de> Deserialize<'de> for PasswordHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = HashParts::from_str(&text).map_err(|_| {
            de::Error::custom("a password is not a bcrypt hash; make one with `htpasswd -nBC 10 \"\" | tr -d ':\\n'`")
        })?;
        Ok(Self { text, cost: parts.get_cost() })
    }
}

/// A text that is never shown.
#[derive(Clone, Default, Deserialize)]
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// Why the file cannot be used. One line: file, line, what, what to do.
#[derive(Debug, thiserror::Error)]
pub enum WebConfigError {
    /// A file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// Which.
        path: String,
        /// The operating system's words.
        reason: std::io::Error,
    },
    /// What it says makes no sense.
    #[error("{path}: {reason}")]
    Invalid {
        /// Which, with the line where it is known.
        path: String,
        /// What, and what to do.
        reason: String,
    },
}

/// Headers that may be set, and the values they take; any where none are named.
const HEADERS: &[(&str, &[&str])] = &[
    ("Content-Security-Policy", &[]),
    ("X-Frame-Options", &["deny", "sameorigin"]),
    ("X-Content-Type-Options", &["nosniff"]),
    ("X-XSS-Protection", &[]),
    ("Strict-Transport-Security", &[]),
];

impl WebConfig {
    /// Reads and checks the file. Paths in it are relative to it.
    ///
    /// # Errors
    /// One line: where and what is wrong.
    pub fn load(path: &Path) -> Result<Self, WebConfigError> {
        let text = read(path)?;
        let mut config = Self::parse(&text, &path.display().to_string())?;
        if let (Some(tls), Some(folder)) = (&mut config.tls_server_config, path.parent()) {
            for file in [&mut tls.cert_file, &mut tls.key_file, &mut tls.client_ca_file] {
                if !file.as_os_str().is_empty() {
                    *file = folder.join(&*file);
                }
            }
        }
        Ok(config)
    }

    fn parse(text: &str, path: &str) -> Result<Self, WebConfigError> {
        let has_content = text.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        if !has_content {
            return Ok(Self::default());
        }
        let config: Self = serde_saphyr::from_str(text).map_err(|error| {
            let error = error.without_snippet();
            let line = error.location().map_or_else(String::new, |location| format!(":{}", location.line()));
            let reason = one_line(&error.to_string());
            // The line stands before it.
            let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
            WebConfigError::Invalid { path: format!("{path}{line}"), reason }
        })?;
        config.problem().map_or(Ok(config), |reason| Err(WebConfigError::Invalid { path: path.to_owned(), reason }))
    }

    /// Whether somebody who connects has to show who they are.
    pub fn asks_who(&self) -> bool {
        let shows_certificate = |tls: &TlsServer| tls.client_auth_type == ClientAuth::RequireAndVerifyClientCert;
        !self.basic_auth_users.is_empty() || self.tls_server_config.as_ref().is_some_and(shows_certificate)
    }

    fn problem(&self) -> Option<String> {
        let header = |(name, value): (&String, &String)| {
            let known = HEADERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            match known {
                None => Some(format!(
                    "http_server_config.headers: {name:?} may not be set; these may: {}",
                    HEADERS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
                )),
                Some((name, values))
                    if !values.is_empty() && !values.contains(&value.to_ascii_lowercase().as_str()) =>
                {
                    Some(format!("http_server_config.headers: {name} is {value:?}, not one of {}", values.join(", ")))
                }
                Some((name, _)) if value.chars().any(char::is_control) => {
                    Some(format!("http_server_config.headers: {name} holds a line break or another control character"))
                }
                Some(_) => None,
            }
        };
        let user = |name: &String| {
            (name.is_empty() || name.contains(':'))
                .then(|| format!("basic_auth_users: {name:?} cannot be a user name: it is empty or holds a colon"))
        };
        self.tls_server_config
            .as_ref()
            .and_then(TlsServer::problem)
            .or_else(|| self.http_server_config.headers.iter().find_map(header))
            .or_else(|| self.basic_auth_users.keys().find_map(user))
    }
}

impl TlsServer {
    /// The certificate chain, PEM.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn certificate(&self) -> Result<String, WebConfigError> {
        text_or_file(&self.cert, &self.cert_file)
    }

    /// The private key, PEM.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn private_key(&self) -> Result<String, WebConfigError> {
        text_or_file(&self.key.0, &self.key_file)
    }

    /// The authorities that sign clients' certificates, PEM; `None` where none are given.
    ///
    /// # Errors
    /// When their file cannot be read.
    pub fn client_authorities(&self) -> Result<Option<String>, WebConfigError> {
        if self.has_client_authorities() {
            text_or_file(&self.client_ca, &self.client_ca_file).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Files whose change changes what is served.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        [&self.cert_file, &self.key_file, &self.client_ca_file]
            .into_iter()
            .map(PathBuf::as_path)
            .filter(|file| !file.as_os_str().is_empty())
    }

    fn has_client_authorities(&self) -> bool {
        !self.client_ca.is_empty() || !self.client_ca_file.as_os_str().is_empty()
    }

    fn problem(&self) -> Option<String> {
        let one_of = |text: &str, file: &Path, name: &str| match (text.is_empty(), file.as_os_str().is_empty()) {
            (true, true) => Some(format!("tls_server_config: {name}_file is missing")),
            (false, false) => Some(format!("tls_server_config: {name} and {name}_file are both given: keep one")),
            _ => None,
        };
        let verifies = [ClientAuth::VerifyClientCertIfGiven, ClientAuth::RequireAndVerifyClientCert]
            .contains(&self.client_auth_type);
        let requires =
            [ClientAuth::RequireAnyClientCert, ClientAuth::RequireAndVerifyClientCert].contains(&self.client_auth_type);
        let told = |is_so: bool, text: &str| is_so.then(|| format!("tls_server_config: {text}"));
        one_of(&self.cert, &self.cert_file, "cert")
            .or_else(|| one_of(&self.key.0, &self.key_file, "key"))
            .or_else(|| {
                let is_twice = !self.client_ca.is_empty() && !self.client_ca_file.as_os_str().is_empty();
                told(is_twice, "client_ca and client_ca_file are both given: keep one")
            })
            .or_else(|| {
                told(
                    self.has_client_authorities() && self.client_auth_type == ClientAuth::NoClientCert,
                    "client_ca_file is given and nobody is asked for a certificate: set client_auth_type, \
                     RequireAndVerifyClientCert for example",
                )
            })
            .or_else(|| {
                told(
                    verifies && !self.has_client_authorities(),
                    "client_auth_type verifies certificates against client_ca_file, which is missing",
                )
            })
            .or_else(|| {
                told(
                    !self.client_allowed_sans.is_empty() && !requires,
                    "client_allowed_sans needs client_auth_type RequireAndVerifyClientCert or RequireAnyClientCert",
                )
            })
            .or_else(|| {
                told(self.min_version < TlsVersion::Tls12, "min_version below TLS12 is no longer safe and not offered")
            })
            .or_else(|| told(self.max_version < self.min_version, "max_version is below min_version"))
    }
}

const fn newest() -> TlsVersion {
    TlsVersion::Tls13
}

const fn yes() -> bool {
    true
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    humantime::parse_duration(&text)
        .map_err(|error| de::Error::custom(format!("{text:?} is not a duration like 100ms or 1s ({error})")))
}

fn text_or_file(text: &str, file: &Path) -> Result<String, WebConfigError> {
    if text.is_empty() { read(file) } else { Ok(text.to_owned()) }
}

fn read(path: &Path) -> Result<String, WebConfigError> {
    std::fs::read_to_string(path)
        .map_err(|reason| WebConfigError::Unreadable { path: path.display().to_string(), reason })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "$2b$10$tDqxGqudpPng.x14H5DiDueL6Ui5PeF9sin42weKXstFT0buuO4A.";

    fn refused(text: &str) -> String {
        let error = WebConfig::parse(text, "web.yml").expect_err(text).to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.starts_with("web.yml"), "{error}");
        error
    }

    #[test]
    fn everything_that_the_format_knows_is_read() {
        let text = format!(
            "tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus.example]
  min_version: TLS13
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: false
  headers:
    X-Frame-Options: deny
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  scraper: {HASH}
rate_limit:
  interval: 1s
  burst: 20
"
        );
        let config = WebConfig::parse(&text, "web.yml").expect("valid");
        let tls = config.tls_server_config.as_ref().expect("TLS");
        assert_eq!((tls.min_version, tls.files().count()), (TlsVersion::Tls13, 3));
        assert!(config.asks_who() && !config.http_server_config.http2);
        assert_eq!(config.basic_auth_users["scraper"].cost, 10);
        assert!(!format!("{config:?}").contains(&HASH[10..]), "a hash is shown");
    }

    #[test]
    fn an_empty_file_asks_for_nothing() {
        for text in ["", "\n\n", "# nothing yet\n"] {
            let config = WebConfig::parse(text, "web.yml").expect("valid");
            assert!(!config.asks_who() && config.tls_server_config.is_none() && config.http_server_config.http2);
        }
    }

    #[test]
    fn what_cannot_be_is_refused_in_one_line() {
        let tls = |more: &str| format!("tls_server_config:\n  cert_file: a\n  key_file: b\n{more}");
        for (text, words) in [
            ("basic_auth_user:\n  a: b\n".to_owned(), "web.yml:1: "),
            (format!("basic_auth_users:\n  a: {HASH}\n  b: secret\n"), "web.yml:3: "),
            ("basic_auth_users:\n  a: secret\n".to_owned(), "not a bcrypt hash"),
            (format!("basic_auth_users:\n  \"a:b\": {HASH}\n"), "colon"),
            ("tls_server_config:\n  cert_file: a\n".to_owned(), "key_file is missing"),
            (tls("  cert: c\n"), "both given"),
            (tls("  client_ca_file: c\n"), "set client_auth_type"),
            (tls("  client_auth_type: RequireAndVerifyClientCert\n"), "client_ca_file, which is missing"),
            (tls("  client_auth_type: Sometimes\n"), "Sometimes"),
            (tls("  client_allowed_sans: [a]\n"), "client_allowed_sans needs"),
            (tls("  min_version: TLS10\n"), "no longer safe"),
            (tls("  min_version: TLS13\n  max_version: TLS12\n"), "below min_version"),
            (tls("  min_version: SSL3\n"), "SSL3"),
            ("http_server_config:\n  headers:\n    Server: mine\n".to_owned(), "may not be set"),
            ("http_server_config:\n  headers:\n    X-Frame-Options: maybe\n".to_owned(), "not one of"),
            (
                "http_server_config:\n  headers:\n    X-XSS-Protection: \"0\\r\\nSet-Cookie: a=b\"\n".to_owned(),
                "control",
            ),
            ("a: [".to_owned(), "web.yml:"),
        ] {
            let error = refused(&text);
            assert!(error.contains(words), "{words:?} is not in {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
