//! Settings of a connection. Clients set many of them; none changes what is answered.

use std::collections::BTreeMap;

use super::error::Failure;

/// What tools take decisions by, and what is really here.
pub(super) const VERSION: &str = concat!("PostgreSQL 16.0 (mfascope ", env!("CARGO_PKG_VERSION"), ", read only)");

/// Most settings of a client's own, and their longest value, bytes.
const MOST: usize = 100;
const LONGEST: usize = 1000;

/// Those that every connection has.
const DEFAULTS: &[(&str, &str)] = &[
    ("application_name", ""),
    ("bytea_output", "hex"),
    ("client_encoding", "UTF8"),
    ("client_min_messages", "notice"),
    ("datestyle", "ISO, MDY"),
    ("default_transaction_isolation", "repeatable read"),
    ("default_transaction_read_only", "on"),
    ("extra_float_digits", "1"),
    ("in_hot_standby", "off"),
    ("integer_datetimes", "on"),
    ("intervalstyle", "postgres"),
    ("is_superuser", "off"),
    ("lc_collate", "C"),
    ("lc_ctype", "C"),
    ("lc_messages", "C"),
    ("lc_monetary", "C"),
    ("lc_numeric", "C"),
    ("lc_time", "C"),
    ("lock_timeout", "0"),
    ("max_identifier_length", "63"),
    ("max_index_keys", "32"),
    ("search_path", "public"),
    ("server_encoding", "UTF8"),
    ("server_version", "16.0"),
    ("server_version_num", "160000"),
    ("session_authorization", ""),
    ("standard_conforming_strings", "on"),
    ("statement_timeout", "0"),
    ("timezone", "UTC"),
    ("transaction_isolation", "repeatable read"),
    ("transaction_read_only", "on"),
    ("xmlbinary", "base64"),
];

/// Those that clients are told of, with the case that they know.
pub(super) const REPORTED: &[&str] = &[
    "server_version",
    "server_encoding",
    "client_encoding",
    "application_name",
    "default_transaction_read_only",
    "in_hot_standby",
    "is_superuser",
    "session_authorization",
    "DateStyle",
    "IntervalStyle",
    "TimeZone",
    "integer_datetimes",
    "standard_conforming_strings",
];

/// Those that stay what they are: answers are written so.
const FIXED: &[&str] =
    &["bytea_output", "client_encoding", "datestyle", "intervalstyle", "standard_conforming_strings", "timezone"];

/// The settings of a connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings(BTreeMap<String, String>);

impl Settings {
    /// A setting's value; none for one that nobody knows.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let name = name.to_lowercase();
        let default = || DEFAULTS.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        self.0.get(&name).cloned().or_else(default)
    }

    /// Sets it. Whether answers stay as they are all the same.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<bool, Failure> {
        let name = name.to_lowercase();
        if name == "client_encoding" && !["utf8", "utf-8", "unicode"].contains(&value.to_lowercase().as_str()) {
            return Err(Failure::new("22023", format!("client_encoding {value:?} is not offered: only UTF8")));
        }
        if FIXED.contains(&name.as_str()) {
            let is_same = name == "client_encoding"
                || self.get(&name).is_some_and(|now| now.to_lowercase().starts_with(&value.to_lowercase()));
            return Ok(is_same);
        }
        if value.len() > LONGEST || (self.0.len() >= MOST && !self.0.contains_key(&name)) {
            return Err(Failure::new("53400", "too many settings, or too long a value"));
        }
        self.0.insert(name, value.to_owned());
        Ok(true)
    }

    /// Back to how it was.
    pub(super) fn reset(&mut self, name: &str) {
        if name == "all" {
            self.0.clear();
        } else {
            self.0.remove(&name.to_lowercase());
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> BTreeMap<String, String> {
        let mut all: BTreeMap<_, _> =
            DEFAULTS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        all.extend(self.0.clone());
        all
    }
}
