//! One user-pool record of CloudTrail, decoded.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::challenge::words;
use super::{Actor, Factor, MfaConfiguration, Outcome, Reason, RecoveryKind, SendError, SmsPurpose, Step};

words! {
    /// Which of Cognito's three ways of naming things a record uses.
    Vocabulary {
        /// User pools API, `AwsApiCall`.
        Api = "api",
        /// Classic hosted UI.
        HostedUi = "hosted_ui",
        /// Managed login.
        ManagedLogin = "managed_login",
        /// A user-pool event name nobody has told us about.
        Unclassified = "unclassified",
    }
}

words! {
    /// Where a completed sign-in was seen.
    SignIn {
        /// Tokens in the answer of an API call.
        Api = "api",
        /// An authorization code exchanged by a UI client; may be federated, usually names no user.
        Ui = "ui",
    }
}

/// What a preference call or a deletion says about one factor. `None` says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactorSetting {
    /// Switched on or off.
    pub enabled: Option<bool>,
    /// Made the preferred factor, or no longer.
    pub preferred: Option<bool>,
}

impl FactorSetting {
    /// The factor went on or off; which one is preferred is not said.
    pub const fn switched(enabled: bool) -> Self {
        Self { enabled: Some(enabled), preferred: None }
    }
}

/// What a preference call or a deletion says about a user's factors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PreferenceChange {
    /// Software token.
    pub totp: FactorSetting,
    /// Text message.
    pub sms: FactorSetting,
    /// E-mail code.
    pub email: FactorSetting,
    /// Passkey.
    pub passkey: FactorSetting,
    /// The record hides what was switched.
    pub direction_unknown: bool,
}

impl PreferenceChange {
    /// The four switches: TOTP, SMS, e-mail, passkey.
    pub const fn switches(&self) -> [Option<bool>; 4] {
        [self.totp.enabled, self.sms.enabled, self.email.enabled, self.passkey.enabled]
    }

    /// Whether at least one factor went off and none went on.
    pub fn only_off(&self) -> bool {
        let switches = self.switches();
        switches.contains(&Some(false)) && !switches.contains(&Some(true))
    }

    /// Whether factors went off and nothing is said of the others: what is left is not known.
    pub fn leaves_open(&self) -> bool {
        self.only_off() && self.switches().contains(&None)
    }

    /// Whether no factor's new setting could be read.
    pub fn is_unreadable(&self) -> bool {
        self.switches() == [None; 4]
    }
}

/// One user-pool record. Holds no user name of a pool, phone number, e-mail address, IP address, token or
/// code: the decoder drops them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// CloudTrail's `eventID`; of a line that has none, derived from the log event id.
    pub event_id: Uuid,
    /// When the request completed, UTC, second resolution.
    pub event_time: DateTime<Utc>,
    /// `recipientAccountId`.
    pub account_id: Option<String>,
    /// `awsRegion`: where the call ran, not where the trail lives.
    pub aws_region: String,
    /// `eventName`.
    pub event_name: String,
    /// Which dialect the name belongs to.
    pub vocabulary: Vocabulary,
    /// User pool named by the record itself.
    pub pool_id: Option<String>,
    /// App client named by the record.
    pub client_id: Option<String>,
    /// The user's `sub`.
    pub sub: Option<Uuid>,
    /// `requestParameters.challengeName`: the challenge that was answered.
    pub challenge_name: Option<String>,
    /// `responseElements.challengeName`: the challenge that was issued.
    pub issued_challenge: Option<String>,
    /// `requestParameters.authFlow` or the OAuth grant type.
    pub auth_flow: Option<String>,
    /// The part played in a sign-in.
    pub step: Option<Step>,
    /// The factor answered, before the context is known (see [`Step`]).
    pub factor: Option<Factor>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it did not succeed.
    pub reason: Option<Reason>,
    /// The exception name, as recorded.
    pub error_code: Option<String>,
    /// Tokens were issued to an interactive client.
    pub sign_in: Option<SignIn>,
    /// The recovery kind attempted.
    pub recovery_kind: Option<RecoveryKind>,
    /// Factors switched.
    pub preference: PreferenceChange,
    /// The user's factors may have changed in a way that records do not tell: only a look-up does.
    pub lookup_hint: bool,
    /// AWS counts this activity towards monthly active users.
    pub is_billable: bool,
    /// `MfaConfiguration` that a call asked for.
    pub mfa_configuration: Option<MfaConfiguration>,
    /// The IAM principal that called.
    pub actor: Option<Actor>,
    /// Product and release of the client software, like `NorthwindShop/7.3.0`; what anybody may write into
    /// a user agent, made harmless.
    pub agent: Option<String>,
    /// Keyed hash of the caller's network (/24 or /48); of completed API sign-ins only.
    pub network: Option<u32>,
    /// The record certainly asked for an SMS code.
    pub sms_purpose: Option<SmsPurpose>,
    /// An explicit request to send a code again.
    pub is_resend: bool,
    /// A code of this purpose was answered correctly.
    pub code_accepted: Option<SmsPurpose>,
    /// A text message could not even be sent.
    pub send_error: Option<SendError>,
    /// The user's phone number was changed.
    pub is_phone_change: bool,
    /// The error message, made harmless, where the tables do not know the error.
    pub other_message: Option<String>,
}
