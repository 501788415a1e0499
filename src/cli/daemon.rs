//! The running daemon, as its own commands reach it.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use reqwest::{Certificate, Client, RequestBuilder, Response};

use super::DaemonArgs;
use crate::config::Config;
use crate::lifecycle::Whereabouts;
use crate::store::{Store, StoreError};

/// A daemon, and who asks it.
pub(super) struct Daemon {
    client: Client,
    url: String,
    credentials: Option<(String, String)>,
}

/// Who holds the store.
pub(super) enum Holder {
    /// A daemon runs: it alone can open the file.
    Daemon(Daemon),
    /// Nobody does.
    Nobody(Store, Box<Config>),
}

impl Holder {
    /// The daemon at the address that is given, else that of the store, else the store itself.
    pub(super) async fn find(args: &DaemonArgs) -> anyhow::Result<Self> {
        Self::search(args, false).await
    }

    /// The same; where there is no store yet, it is made.
    pub(super) async fn find_or_make(args: &DaemonArgs) -> anyhow::Result<Self> {
        Self::search(args, true).await
    }

    async fn search(args: &DaemonArgs, may_make: bool) -> anyhow::Result<Self> {
        if let Some(url) = &args.url {
            return Ok(Self::Daemon(Daemon::new(args, url)?));
        }
        let config = Config::load(&args.config)?;
        let path = config.store.path.clone();
        if let Some(url) = Whereabouts::of(&path) {
            let daemon = Daemon::new(args, &url)?;
            if daemon.is_there().await {
                return Ok(Self::Daemon(daemon));
            }
        }
        if !may_make && !path.exists() {
            bail!("store {}: there is none yet; `mfascope serve` makes it", path.display());
        }
        match tokio::task::spawn_blocking(move || Store::open(&path)).await? {
            Ok(store) => Ok(Self::Nobody(store, Box::new(config))),
            Err(error @ StoreError::InUse { .. }) => {
                bail!("{error}; if it is a daemon, say where with --web.url")
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Daemon {
    fn new(args: &DaemonArgs, url: &str) -> anyhow::Result<Self> {
        // No proxy stands between a daemon and those who name its address.
        let mut client = Client::builder().no_proxy().connect_timeout(Duration::from_secs(10));
        if let Some(path) = &args.ca_file {
            let pem = read(path)?;
            let certificates = Certificate::from_pem_bundle(pem.as_bytes())
                .with_context(|| format!("--web.ca-file {}: no PEM certificates", path.display()))?;
            client = client.tls_certs_merge(certificates);
        }
        let password = match (&args.password_file, std::env::var("MFASCOPE_WEB_PASSWORD")) {
            (Some(path), _) => Some(read(path)?.trim_end_matches(['\r', '\n']).to_owned()),
            (None, password) => password.ok(),
        };
        let credentials = match (args.user.clone(), password) {
            (Some(user), Some(password)) => Some((user, password)),
            (Some(_), None) => bail!("--web.user needs a password: give --web.password-file or MFASCOPE_WEB_PASSWORD"),
            (None, _) => None,
        };
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { client: client.build().context("cannot make an HTTP client")?, url, credentials })
    }

    async fn is_there(&self) -> bool {
        let asked = self.client.get(format!("{}/-/healthy", self.url)).timeout(Duration::from_secs(5)).send().await;
        // One whose certificate is not trusted is there, too: it has to say so itself.
        !asked.is_err_and(|error| error.is_connect() && !format!("{error:?}").contains("ertificate"))
    }

    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }

    /// The daemon's answer; its own words where it refuses.
    pub(super) async fn send(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let request = match &self.credentials {
            Some((user, password)) => request.basic_auth(user, Some(password)),
            None => request,
        };
        let answer = request
            .send()
            .await
            .map_err(|error| anyhow!("the daemon at {} does not answer: {}", self.url, innermost(&error)))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status();
        let reason = answer.text().await.unwrap_or_default();
        match status.as_u16() {
            401 if self.credentials.is_none() => {
                bail!("the daemon at {} asks who you are: give --web.user and a password", self.url)
            }
            401 => bail!("the daemon at {} does not know this user and password", self.url),
            _ if reason.trim().is_empty() => bail!("the daemon at {} answers {status}", self.url),
            _ => bail!("{}", reason.trim()),
        }
    }
}

/// What is behind an error: what stands before says the same in more words.
fn innermost(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), innermost)
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
