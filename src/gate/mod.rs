//! Who may ask, and how often: what the web config file says, read again when it changes.

mod tls;

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use arc_swap::ArcSwap;
use axum::http::{HeaderName, HeaderValue};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use rustls::ServerConfig;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tracing::{error, info};
use uuid::Uuid;

use crate::config::{PasswordHash, RateLimit, Role, WebConfig, WebConfigError};

/// Requests of one address a second; those of this machine are not counted: a proxy speaks for many.
const REQUESTS: Quota = Quota::per_second(several(100)).allow_burst(several(200));

/// Passwords of one address a second that were never seen before: each costs what a bcrypt hash costs.
const PASSWORDS: Quota = Quota::per_second(several(2)).allow_burst(several(10));

const fn several(number: u32) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(number - 1)
}

/// Users whose password was right once, at most.
const MOST_REMEMBERED: usize = 100;

/// Addresses of which the last requests are remembered before the quiet ones are forgotten.
const MOST_ADDRESSES: usize = 10_000;

/// The gate. Cheap to clone.
#[derive(Clone)]
pub struct Gate(Arc<Inner>);

struct Inner {
    path: Option<PathBuf>,
    roles: Option<BTreeMap<String, Role>>,
    rules: ArcSwap<Rules>,
    seen: Mutex<Vec<Stamp>>,
    /// Keyed hashes of users with passwords that were right.
    remembered: Mutex<HashSet<[u8; 32]>>,
    key: Uuid,
    /// One at a time, so that guessing takes at most one core.
    hashing: Semaphore,
    requests: DefaultKeyedRateLimiter<IpAddr>,
    passwords: DefaultKeyedRateLimiter<IpAddr>,
}

/// When a file was last changed, and its size.
type Stamp = Option<(SystemTime, u64)>;

/// What the file says.
struct Rules {
    users: BTreeMap<String, PasswordHash>,
    headers: Vec<(HeaderName, HeaderValue)>,
    all_requests: Option<DefaultDirectRateLimiter>,
    tls: Option<Arc<ServerConfig>>,
    files: Vec<PathBuf>,
}

/// What came of a name and a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Who it is.
    Known(String),
    /// Nobody we know by that password.
    Unknown,
    /// Too many were tried.
    Later,
}

impl Gate {
    /// Nobody is asked anything.
    pub fn open() -> Self {
        Self::of(None, None, Rules::of(&WebConfig::default(), Vec::new(), None))
    }

    /// As the file says; `roles` are those of the users in it.
    ///
    /// # Errors
    /// One line: what is wrong with the file, and where.
    pub fn load(path: &Path, roles: Option<BTreeMap<String, Role>>) -> Result<Self, WebConfigError> {
        let rules = Rules::load(path)?;
        let gate = Self::of(Some(path.to_owned()), roles, rules);
        *lock(&gate.0.seen) = stamps(path, &gate.0.rules.load().files);
        Ok(gate)
    }

    fn of(path: Option<PathBuf>, roles: Option<BTreeMap<String, Role>>, rules: Rules) -> Self {
        Self(Arc::new(Inner {
            path,
            roles,
            rules: ArcSwap::from_pointee(rules),
            seen: Mutex::default(),
            remembered: Mutex::default(),
            key: Uuid::new_v4(),
            hashing: Semaphore::new(1),
            requests: RateLimiter::keyed(REQUESTS),
            passwords: RateLimiter::keyed(PASSWORDS),
        }))
    }

    /// Users of whom no role is known, and roles of whom no user is: a slip of somebody's pen.
    pub fn strays(&self) -> Vec<String> {
        let (rules, Some(roles)) = (self.0.rules.load(), &self.0.roles) else { return Vec::new() };
        let roleless = rules.users.keys().filter(|user| !roles.contains_key(*user));
        let userless = roles.keys().filter(|user| !rules.users.contains_key(*user));
        roleless
            .map(|user| format!("user {user:?} has no role in [web.roles] and sees metrics only"))
            .chain(userless.map(|user| format!("[web.roles] names {user:?}, whom the web config file does not know")))
            .collect()
    }

    /// Reads the file again if it or a file it names has changed. One that cannot be used changes nothing.
    pub fn refresh(&self) {
        let Some(path) = &self.0.path else { return };
        let now = stamps(path, &self.0.rules.load().files);
        let mut seen = lock(&self.0.seen);
        if *seen == now {
            return;
        }
        match Rules::load(path) {
            Ok(rules) if rules.tls.is_some() != self.0.rules.load().tls.is_some() => {
                error!("{}: TLS cannot be switched on or off while the daemon runs; restart it", path.display());
            }
            Ok(rules) => {
                self.0.rules.store(Arc::new(rules));
                lock(&self.0.remembered).clear();
                info!(file = %path.display(), "the web config file has changed and is used");
            }
            Err(error) => error!("what was read before stays in use: {error}"),
        }
        *seen = stamps(path, &self.0.rules.load().files);
    }

    /// TLS as it is now; `None` for plain HTTP.
    pub fn tls(&self) -> Option<Arc<ServerConfig>> {
        self.0.rules.load().tls.clone()
    }

    /// Whether somebody has to say who he is.
    pub fn has_users(&self) -> bool {
        !self.0.rules.load().users.is_empty()
    }

    /// What every answer carries.
    pub fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        self.0.rules.load().headers.clone()
    }

    /// Whether one more request is welcome.
    pub fn welcomes(&self, address: IpAddr) -> bool {
        if self.0.requests.len() > MOST_ADDRESSES {
            self.0.requests.retain_recent();
        }
        let of_all = self.0.rules.load().all_requests.as_ref().is_none_or(|limit| limit.check().is_ok());
        of_all && (address.is_loopback() || self.0.requests.check_key(&address).is_ok())
    }

    /// What a user may see.
    pub fn role(&self, user: &str) -> Role {
        let roles = self.0.roles.as_ref();
        roles.map_or(Role::Admin, |roles| roles.get(user).copied().unwrap_or(Role::Metrics))
    }

    /// Whether the password is the user's. It takes as long for users whom nobody knows, and no time for those
    /// who were right before.
    pub async fn verify(&self, user: &str, password: &str, address: IpAddr) -> Answer {
        let rules = self.0.rules.load_full();
        let known = rules.users.get(user);
        let Some(hash) = known.or_else(|| rules.users.values().max_by_key(|hash| hash.cost)).cloned() else {
            return Answer::Unknown;
        };
        let token = self.token(user, password, hash.as_str());
        if known.is_some() && lock(&self.0.remembered).contains(&token) {
            return Answer::Known(user.to_owned());
        }
        if self.0.passwords.len() > MOST_ADDRESSES {
            self.0.passwords.retain_recent();
        }
        if self.0.passwords.check_key(&address).is_err() {
            return Answer::Later;
        }
        let Ok(_turn) = self.0.hashing.acquire().await else { return Answer::Later };
        let password = password.to_owned();
        let compared = tokio::task::spawn_blocking(move || bcrypt::verify(&password, hash.as_str()).unwrap_or(false));
        if !compared.await.unwrap_or(false) || known.is_none() {
            return Answer::Unknown;
        }
        let mut remembered = lock(&self.0.remembered);
        if remembered.len() >= MOST_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(token);
        Answer::Known(user.to_owned())
    }

    fn token(&self, user: &str, password: &str, hash: &str) -> [u8; 32] {
        let mut digest = Sha256::new_with_prefix(self.0.key.as_bytes());
        for part in [user, password, hash] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
        digest.finalize().into()
    }
}

impl Rules {
    fn load(path: &Path) -> Result<Self, WebConfigError> {
        let config = WebConfig::load(path)?;
        let tls = config.tls_server_config.as_ref();
        let files = tls.map(|tls| tls.files().map(Path::to_owned).collect()).unwrap_or_default();
        let tls = tls.map(|tls| tls::server_config(tls, config.http_server_config.http2)).transpose()?;
        Ok(Self::of(&config, files, tls))
    }

    fn of(config: &WebConfig, files: Vec<PathBuf>, tls: Option<Arc<ServerConfig>>) -> Self {
        // Checked where the file was read.
        let header = |(name, value): (&String, &String)| {
            Some((name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?))
        };
        let headers = config.http_server_config.headers.iter().filter(|(_, value)| !value.is_empty());
        Self {
            users: config.basic_auth_users.clone(),
            headers: headers.filter_map(header).collect(),
            all_requests: limit(config.rate_limit),
            tls,
            files,
        }
    }
}

fn limit(limit: RateLimit) -> Option<DefaultDirectRateLimiter> {
    let quota = Quota::with_period(limit.interval)?;
    Some(RateLimiter::direct(limit.burst.map_or(quota, |burst| quota.allow_burst(burst))))
}

fn stamps(path: &Path, files: &[PathBuf]) -> Vec<Stamp> {
    let stamp = |file: &Path| {
        let metadata = std::fs::metadata(file).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    std::iter::once(path).chain(files.iter().map(PathBuf::as_path)).map(stamp).collect()
}

/// What is behind it is whole at any time.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
