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
    /// Listed under a name that is in no document of AWS.
    Other,
}

impl Factor {
    /// Those that a preference can name.
    pub const ALL: [Self; 4] = [Self::Totp, Self::Sms, Self::Email, Self::Passkey];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Passkey => "passkey",
            Self::Other => "other",
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

/// What a preference change says about one factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    pub factor: Factor,
    pub on: bool,
    pub preferred: bool,
}

/// The settings of a preference change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preference {
    /// The settings are HIDDEN strings or left out.
    Unreadable,
    /// What is not named stays as it is.
    Readable(Vec<Switch>),
}

impl Preference {
    pub fn switches(switches: &[(Factor, bool)]) -> Self {
        Self::Readable(switches.iter().map(|&(factor, on)| Switch { factor, on, preferred: false }).collect())
    }

    /// One factor on, and the one to be asked for.
    pub fn prefers(factor: Factor) -> Self {
        Self::Readable(vec![Switch { factor, on: true, preferred: true }])
    }

    /// Every factor off: the one form that readably leaves nothing on.
    pub fn everything_off() -> Self {
        Self::switches(&Factor::ALL.map(|factor| (factor, false)))
    }
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
    /// VerifySoftwareToken, with the status of its answer: an error comes with HTTP status 200.
    Verify(Option<&'static str>),
    /// A call that makes Cognito send a code, with the medium that its answer names; none where that is HIDDEN.
    Sends(&'static str, Option<&'static str>),
    /// VerifyUserAttribute, with the attribute.
    Verifies(&'static str),
    /// Stored, but without a figure of its own in these metrics.
    Kept(&'static str),
    /// The same, from a page.
    KeptPage(&'static str),
    /// Known and irrelevant.
    Ignored(&'static str),
    /// Not in any list of AWS.
    Unknown(&'static str),
}

impl Deed {
    /// The challenge that is issued, as far as the answer tells.
    pub const fn issues(&self) -> Option<&'static str> {
        match self {
            Self::Initiate { reply: Reply::Challenge(next), .. }
            | Self::Respond { reply: Reply::Challenge(next), .. } => Some(next),
            _ => None,
        }
    }
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

pub const fn failure(code: &'static str, message: &'static str) -> Failure {
    Failure { code, message }
}
