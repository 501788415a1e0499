//! What happened, typed: the truth is counted from these, the records are rendered from them.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// A second factor as the metrics name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    Totp,
    Sms,
    Email,
    Passkey,
}

impl Factor {
    pub const ALL: [Self; 4] = [Self::Totp, Self::Sms, Self::Email, Self::Passkey];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Passkey => "passkey",
        }
    }
}

/// Which identifiers the record carries; any may be missing.
#[derive(Clone, Debug, Default)]
pub struct Who {
    pub sub: Option<String>,
    pub client: Option<String>,
    pub pool: Option<String>,
}

/// An AWS error as CloudTrail writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: &'static str,
    pub message: &'static str,
}

/// What `responseElements` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `null`, as for every failed call.
    Nothing,
    /// An object with an `authenticationResult` object: tokens were issued.
    Tokens,
    /// `authenticationResult` is the HIDDEN string: not readable as tokens.
    HiddenTokens,
    /// The next challenge.
    Challenge(&'static str),
}

/// The settings of a preference change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preference {
    /// The settings are HIDDEN strings or left out.
    Unreadable,
    /// One `enabled` per factor named.
    Readable(Vec<(Factor, bool)>),
}

#[derive(Clone, Debug)]
pub enum Deed {
    /// (Admin)InitiateAuth; no flow when `requestParameters` is a HIDDEN string.
    Initiate { admin: bool, flow: Option<&'static str>, reply: Reply },
    /// (Admin)RespondToAuthChallenge; no name when `requestParameters` is a HIDDEN string.
    Respond { admin: bool, challenge: Option<&'static str>, reply: Reply },
    /// A page that takes an MFA code.
    Page(&'static str),
    /// Token_POST.
    Token { grant: &'static str, status: Option<Value> },
    /// A recovery record of the API.
    Recovery(&'static str),
    /// A recovery record of a page, with its HTTP status.
    RecoveryPage(&'static str, Option<Value>),
    /// (Admin)SetUserMFAPreference.
    Prefer { admin: bool, settings: Preference },
    /// Stored, but without a figure of its own in these metrics.
    Kept(&'static str),
    /// The same, from a page.
    KeptPage(&'static str),
    /// Known and irrelevant.
    Ignored(&'static str),
    /// Not in any list of AWS.
    Unknown(&'static str),
}

/// One CloudTrail record of a user pool.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub region: &'static str,
    pub who: Who,
    pub deed: Deed,
    pub failure: Option<Failure>,
    /// Chooses among the spellings of the same meaning.
    pub dialect: u32,
    /// Events that belong to one flow.
    pub flow: usize,
}

/// `enabled` of every factor: the one form that readably leaves nothing on.
pub fn everything_off() -> Preference {
    Preference::Readable(Factor::ALL.map(|factor| (factor, false)).to_vec())
}

pub const fn failure(code: &'static str, message: &'static str) -> Failure {
    Failure { code, message }
}
