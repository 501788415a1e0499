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
