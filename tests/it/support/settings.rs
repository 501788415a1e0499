//! The config files of the daemons under test.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::world::{LOG_GROUP, SOURCE, receipts};

/// What a config file says; the rest is fixed.
#[derive(Clone, Debug)]
pub struct Settings {
    pub endpoint: String,
    pub region: &'static str,
    /// Empty: the source has no trail.
    pub log_group: String,
    /// The account whose SMS and Cognito log groups are read; none: the source has no such sections.
    pub receipts: Option<&'static str>,
    pub lookup: &'static str,
    pub listing_interval: &'static str,
    pub pools: Option<Vec<String>>,
    pub store: Option<PathBuf>,
    pub keeps_usernames: bool,
    pub asks_auth_factors: bool,
    /// The directory is somewhere else: a source of its own, with this name and endpoint.
    pub directory: Option<(&'static str, String)>,
    /// Access key id and secret.
    pub keys: (String, String),
}

impl Settings {
    pub fn new(endpoint: &str) -> Self {
        Self {
            endpoint: endpoint.into(),
            region: "us-east-1",
            log_group: LOG_GROUP.into(),
            receipts: Some(receipts::ACCOUNT),
            lookup: "all",
            listing_interval: "1h",
            pools: None,
            store: None,
            keeps_usernames: false,
            asks_auth_factors: false,
            directory: None,
            keys: ("test".into(), "test".into()),
        }
    }

    /// Nobody is looked up: for tests that are not about look-ups, which take most of the stand-in's time.
    pub fn without_lookups(endpoint: &str) -> Self {
        Self { lookup: "off", ..Self::new(endpoint) }
    }

    /// A source that lists one pool and has no trail.
    pub fn of_pool(endpoint: &str, region: &'static str, pool: &str) -> Self {
        Self { region, log_group: String::new(), receipts: None, pools: Some(vec![pool.into()]), ..Self::new(endpoint) }
    }

    pub(super) fn text(&self, folder: &Path) -> String {
        let store = self.store.clone().unwrap_or_else(|| folder.join("mfascope.duckdb"));
        let mut text = format!(
            r#"[store]
path = {store:?}

[collect]
interval = "1s"
overlap = "15m"
backfill = "7d"
"#
        );
        if self.keeps_usernames {
            text.push_str("\n[privacy]\nusernames = \"keep\"\n");
        }
        self.source(&mut text, SOURCE, &self.endpoint);
        if !self.log_group.is_empty() {
            let _ = write!(text, "\n[source.cloudtrail]\nlog_group = \"{}\"\n", self.log_group);
        }
        if let Some(account) = self.receipts {
            let _ = write!(text, "\n[source.sms]\nlog_groups = {:?}\n", receipts::sms_groups(account));
            let groups = receipts::cognito_groups(account);
            let _ = write!(text, "\n[source.cognito_logs]\nlog_groups = {groups:?}\n");
        }
        if let Some((name, endpoint)) = &self.directory {
            self.source(&mut text, name, endpoint);
        }
        self.cognito(&mut text);
        text
    }

    fn source(&self, text: &mut String, name: &str, endpoint: &str) {
        let region = self.region;
        let _ = write!(text, "\n[[source]]\nname = \"{name}\"\nregion = \"{region}\"\nendpoint_url = \"{endpoint}\"\n");
    }

    fn cognito(&self, text: &mut String) {
        let pools = self.pools.as_ref().map_or_else(String::new, |pools| format!("user_pools = {pools:?}\n"));
        let auth_factors = if self.asks_auth_factors { "auth_factors = true\n" } else { "" };
        let _ = write!(
            text,
            "\n[source.cognito]\n{pools}listing_interval = \"{}\"\nrequests_per_second = 500\nlookup = \"{}\"\n{auth_factors}",
            self.listing_interval, self.lookup,
        );
    }
}
