//! Text of one record → values of the model. Pure, and total: any bytes give an answer.

pub mod cloudtrail;
pub mod cognito_log;
#[cfg(test)]
mod hostile;
mod lenient;
mod pseudonym;
mod sanitise;
pub mod sms;
mod vocabulary;

pub use pseudonym::Pseudonyms;
use uuid::Uuid;

use crate::config::{Config, Usernames};

/// How records are read.
#[derive(Clone)]
pub struct Reading {
    /// What becomes of the names of people who administer.
    pub pseudonyms: Pseudonyms,
    /// Answers to `CUSTOM_CHALLENGE` count as MFA.
    pub custom_is_mfa: bool,
    /// Key under which a caller's network becomes a number.
    pub networks: Uuid,
}

impl Reading {
    /// As the config says, with the key of the store.
    pub fn new(config: &Config, key: Uuid) -> Self {
        let pseudonyms = match config.privacy.usernames {
            Usernames::Keep => Pseudonyms::Names,
            Usernames::Drop => Pseudonyms::Hashes(key),
        };
        Self { pseudonyms, custom_is_mfa: config.custom_challenge_is_mfa(), networks: key }
    }
}
