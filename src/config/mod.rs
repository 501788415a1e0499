//! The config file: one struct per section, defaults, validation.

mod example;
mod source;
mod span;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use example::EXAMPLE;
pub use source::{Cloudtrail, Cognito, CognitoLogs, LookupPolicy, Sms, Source};
pub use span::Span;

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

    fn validate(&self) -> Result<(), String> {
        if self.sources.is_empty() {
            return Err("no [[source]]: name at least one AWS account and Region to read".into());
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
}
