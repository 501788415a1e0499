//! The config file: one struct per section, defaults, validation.

mod example;
mod rollout;
mod source;
mod span;
mod web;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use example::EXAMPLE;
pub use rollout::{Campaign, Rollout, SmsPrices};
pub use source::{Cloudtrail, Cognito, CognitoLogs, LookupPolicy, Sms, Source, is_region, sns_region};
pub use span::Span;
pub use web::{ClientAuth, Curve, PasswordHash, RateLimit, TlsServer, TlsVersion, WebConfig, WebConfigError};

/// Everything the daemon is told by its file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The embedded database.
    #[serde(default)]
    pub store: Store,
    /// How often and how far back to read.
    #[serde(default)]
    pub collect: Collect,
    /// What may be kept about a person.
    #[serde(default)]
    pub privacy: Privacy,
    /// What the pages show.
    #[serde(default)]
    pub dashboard: Dashboard,
    /// How much may be asked.
    #[serde(default)]
    pub query: Query,
    /// What a decision about MFA rests on.
    #[serde(default)]
    pub rollout: Rollout,
    /// Where SQL clients are answered.
    #[serde(default)]
    pub postgres: Postgres,
    /// Who may see what.
    #[serde(default)]
    pub web: Web,
    /// AWS accounts and Regions.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
}

/// `[store]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// DuckDB file; created when missing.
    pub path: PathBuf,
    /// How long raw rows stay. Totals and hourly counts stay for good.
    pub retention: Span,
}

impl Default for Store {
    fn default() -> Self {
        Self { path: PathBuf::from("mfascope.duckdb"), retention: Span::days(400) }
    }
}

/// `[collect]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Collect {
    /// Pause between two pulls.
    pub interval: Span,
    /// Re-read for late delivery.
    pub overlap: Span,
    /// How far back a first run reads.
    pub backfill: Span,
}

impl Default for Collect {
    fn default() -> Self {
        Self { interval: Span::seconds(60), overlap: Span::minutes(15), backfill: Span::days(7) }
    }
}

/// `[privacy]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Privacy {
    /// What happens to user names.
    pub usernames: Usernames,
}

/// Whether user names are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Usernames {
    /// Never.
    #[default]
    Drop,
    /// In the users table, for worklists.
    Keep,
}

/// `[dashboard]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dashboard {
    /// Ratios of fewer cases are greyed.
    pub small_denominator: u64,
}

impl Default for Dashboard {
    fn default() -> Self {
        Self { small_denominator: 20 }
    }
}

/// `[query]`: limits of ad-hoc questions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Query {
    /// How long one may take, waiting for others included.
    pub timeout: Span,
    /// Rows of an answer, at most.
    pub rows: u64,
    /// Memory of one beside the daemon's own, megabytes.
    pub memory_mb: u64,
    /// How many are answered at once.
    pub at_once: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self { timeout: Span::seconds(30), rows: 100_000, memory_mb: 256, at_once: 2 }
    }
}

/// `[postgres]`: the marts for clients of PostgreSQL.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Postgres {
    /// Where to listen; nowhere unless named.
    pub listen: Option<SocketAddr>,
}

/// `[web]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    /// What users of the web config file may see. Without the section all of them see everything; with it those
    /// that it does not name see metrics.
    pub roles: Option<BTreeMap<String, Role>>,
}

/// What a user may see. Each sees what the ones before see, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// `/metrics`.
    Metrics,
    /// Pages of figures, which tell of nobody by name.
    Viewer,
    /// Lists of users, audits and queries.
    Analyst,
    /// Copies of the whole store, and files of history.
    Admin,
}

/// Why a config file cannot be used. One line: file, line, what, what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read config file {path}: {reason}; `mfascope config` prints an example to start from")]
    Unreadable {
        /// As given on the command line.
        path: String,
        /// The operating system's words.
        reason: std::io::Error,
    },
    /// The file is not TOML, or a key is unknown or of the wrong type.
    #[error("{path}:{line}: {message}")]
    Invalid {
        /// As given on the command line.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// Values that do not fit together.
    #[error("{path}: {message}")]
    Contradiction {
        /// As given on the command line.
        path: String,
        /// Section, key and what to change.
        message: String,
    },
}

impl Config {
    /// Reads and validates a file.
    ///
    /// # Errors
    /// One line naming file, line and key.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|reason| ConfigError::Unreadable { path: name.clone(), reason })?;
        Self::parse(&text, &name)
    }

    /// Parses and validates a text; `name` stands for the file in errors.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(text: &str, name: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| invalid(text, name, &error))?;
        config.validate().map_err(|message| ConfigError::Contradiction { path: name.to_owned(), message })?;
        Ok(config)
    }

    /// Regions whose pools some source lists.
    pub fn listed_regions(&self) -> BTreeSet<&str> {
        let listing = self.sources.iter().filter(|source| source.cognito.is_some());
        listing.map(|source| source.region.as_str()).collect()
    }

    /// The source that lists a pool itself, if one does.
    pub fn lister(&self, aws_region: &str, pool_id: &str) -> Option<&Source> {
        self.sources.iter().filter(|source| source.region == aws_region).find(|source| {
            let pools = source.cognito.as_ref().map(|cognito| &cognito.user_pools);
            pools.is_some_and(|pools| pools.as_ref().is_none_or(|pools| pools.iter().any(|known| known == pool_id)))
        })
    }

    /// Whether answers to `CUSTOM_CHALLENGE` count as MFA. A trail may hold the records of any Region,
    /// so what one source says holds for all.
    pub fn custom_challenge_is_mfa(&self) -> bool {
        self.sources.iter().filter_map(|source| source.cognito.as_ref()).any(|cognito| cognito.custom_challenge_is_mfa)
    }

    fn validate(&self) -> Result<(), String> {
        if self.sources.is_empty() {
            return Err("no [[source]]: name at least one AWS account and Region to read".into());
        }
        if self.query.timeout < Span::seconds(1) {
            return Err("[query] timeout: must be at least 1s".into());
        }
        if self.query.at_once == 0 || self.query.at_once > 16 {
            return Err("[query] at_once: must be 1 to 16".into());
        }
        if self.query.rows == 0 || self.query.memory_mb < 32 {
            return Err("[query] rows must be at least 1, memory_mb at least 32".into());
        }
        if self.collect.interval < Span::seconds(1) {
            return Err("[collect] interval: at least 1s".into());
        }
        if self.store.retention < Span::days(1) {
            return Err("[store] retention: at least 1d".into());
        }
        if self.collect.backfill > self.store.retention {
            return Err("[collect] backfill: must not be longer than [store] retention".into());
        }
        self.rollout.validate()?;
        for (index, source) in self.sources.iter().enumerate() {
            source.validate()?;
            if self.sources[..index].iter().any(|earlier| earlier.name == source.name) {
                return Err(format!("[[source]] name = {:?}: used twice; names must differ", source.name));
            }
        }
        Ok(())
    }
}

/// The parser's words, with the line and the key they are about.
fn invalid(text: &str, name: &str, error: &toml::de::Error) -> ConfigError {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..start].iter().filter(|&&byte| byte == b'\n').count();
    let message = error.message().replace('\n', " ");
    let key = text.lines().nth(line).and_then(|line| line.split_once('=')).map(|(key, _)| key.trim());
    let message = match key {
        Some(key) if !message.contains(key) => format!("{key}: {message}"),
        _ => message,
    };
    ConfigError::Invalid { path: name.to_owned(), line: line + 1, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Config::parse(text, "mfascope.toml").expect_err("must be refused").to_string()
    }

    #[test]
    fn the_example_is_a_valid_config_with_the_defaults() {
        let config = Config::parse(EXAMPLE, "example").expect("valid");
        assert_eq!(config.collect.interval, Collect::default().interval);
        assert_eq!(config.collect.overlap, Collect::default().overlap);
        assert_eq!(config.collect.backfill, Collect::default().backfill);
        assert_eq!(config.store.retention, Store::default().retention);
        assert_eq!(config.sources.len(), 1);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let message = error("[collect]\ninterval = \"60s\"\nintervall = \"5s\"\n");
        assert!(message.starts_with("mfascope.toml:3: "), "{message}");
        assert!(message.contains("`intervall`"), "{message}");
    }

    #[test]
    fn a_bad_duration_says_what_is_expected() {
        let message = error("[collect]\ninterval = \"soon\"\n");
        assert!(message.starts_with("mfascope.toml:2: "), "{message}");
        assert!(message.contains("15m"), "{message}");
        assert_eq!(message.lines().count(), 1);
    }

    #[test]
    fn contradictions_are_named() {
        assert!(error("").contains("[[source]]"));
        let twice = "[[source]]\nname = \"a\"\nregion = \"us-east-1\"\n".repeat(2);
        assert!(error(&twice).contains("used twice"));
    }

    /// A config with this below its one source.
    fn with_source(section: &str) -> String {
        format!("[[source]]\nname = \"a\"\nregion = \"us-east-1\"\n{section}\n")
    }

    #[test]
    fn sections_of_issue_4_have_the_defaults_of_the_example() {
        let text = with_source(
            "[source.cognito]\n[source.sms]\nlog_groups = [\"sns/us-east-1/1/DirectPublishToPhoneNumber\"]",
        );
        let config = Config::parse(&text, "test").expect("valid");
        assert_eq!(config.dashboard.small_denominator, 20);
        assert!(!config.custom_challenge_is_mfa());
        assert_eq!(config.sources[0].sms.as_ref().map(|sms| sms.success_sample_percent), Some(100));
        let example = Config::parse(EXAMPLE, "example").expect("valid");
        assert_eq!(example.dashboard.small_denominator, 20);
        assert!(!example.custom_challenge_is_mfa());
        // What the example only shows is valid, too.
        let shown: Vec<&str> = EXAMPLE.lines().skip_while(|line| *line != "# [source.sms]").collect();
        let shown: Vec<&str> = shown.iter().map(|line| line.strip_prefix("# ").unwrap_or("")).collect();
        let shown: Vec<&str> = shown.into_iter().filter(|line| line.contains(['[', ']', '=', '"'])).collect();
        let config = Config::parse(&with_source(&shown.join("\n")), "example").expect("valid");
        assert_eq!(config.sources[0].sms.as_ref().map(|sms| sms.log_groups.len()), Some(2));
        assert_eq!(config.sources[0].cognito_logs.as_ref().map(|logs| logs.log_groups.len()), Some(1));
    }

    #[test]
    fn what_one_source_says_of_custom_challenges_holds_for_all() {
        let mut text = with_source("[source.cognito]");
        text.push_str(
            "[[source]]\nname = \"b\"\nregion = \"eu-west-1\"\n[source.cognito]\ncustom_challenge_is_mfa = true\n",
        );
        assert!(Config::parse(&text, "test").expect("valid").custom_challenge_is_mfa());
    }

    #[test]
    fn log_groups_that_cannot_be_are_named() {
        for (section, words) in [
            ("[source.sms]\nlog_groups = []", ["[source.sms] log_groups", "empty"]),
            ("[source.cognito_logs]\nlog_groups = []", ["[source.cognito_logs] log_groups", "empty"]),
            ("[source.sms]\nlog_groups = [\"sns/a\", \"\"]", ["[source.sms] log_groups", "\"\""]),
            ("[source.sms]\nlog_groups = [\"sns/a\", \"sns/a\"]", ["\"sns/a\"", "twice"]),
            ("[source.cloudtrail]\nlog_group = \"x\"\n[source.sms]\nlog_groups = [\"x\"]", ["\"x\"", "twice"]),
            (
                "[source.sms]\nlog_groups = [\"arn:aws:logs:us-east-1:1:log-group:x\"]",
                ["arn:aws:logs:us-east-1:1:log-group:x", "name, not an ARN"],
            ),
            (
                "[source.sms]\nlog_groups = [\"sns/a\"]\nsuccess_sample_percent = 101",
                ["success_sample_percent = 101", "0 to 100"],
            ),
        ] {
            let message = error(&with_source(section));
            assert_eq!(message.lines().count(), 1, "{message}");
            for word in words {
                assert!(message.contains(word), "{word:?} is not in: {message}");
            }
        }
        let message = error(&with_source("[source.sms]\nlog_groups = [\"sns/a\"]\nsuccess_sample_percent = -1"));
        assert!(message.starts_with("mfascope.toml:6: ") && message.contains("success_sample_percent"), "{message}");
    }
}
