//! Users and the evidence about their factors.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Factor;
use super::challenge::words;

words! {
    /// `UserStatus` as Cognito spells it.
    UserStatus {
        /// Signed up, not confirmed.
        Unconfirmed = "UNCONFIRMED",
        /// Confirmed.
        Confirmed = "CONFIRMED",
        /// Signs in with an external provider.
        ExternalProvider = "EXTERNAL_PROVIDER",
        /// Must reset the password.
        ResetRequired = "RESET_REQUIRED",
        /// Must change the temporary password.
        ForceChangePassword = "FORCE_CHANGE_PASSWORD",
        /// Anything else the API may answer.
        Unknown = "UNKNOWN",
    }
}

words! {
    /// What is known about a user's MFA; the strongest evidence wins.
    MfaState {
        /// A factor is listed, or the last readable preference event switched it on.
        Explicit = "explicit",
        /// Passed an MFA challenge within 90 days.
        Proven = "proven",
        /// The pool challenges everybody and the user has the channel.
        Implicit = "implicit",
        /// Looked for, and nothing found.
        None = "none",
        /// No evidence.
        Unknown = "unknown",
    }
}

words! {
    /// The best of what a capable user can pass MFA with.
    Strength {
        /// Authenticator app, or a passkey that counts as MFA.
        Strong = "strong",
        /// Text message alone.
        SmsOnly = "sms_only",
        /// E-mail code alone.
        EmailOnly = "email_only",
        /// Text message and e-mail code.
        SmsAndEmail = "sms_and_email",
    }
}

/// One user of a listing. Attributes are reduced to what the figures need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUser {
    /// Stable id.
    pub sub: Uuid,
    /// Only with `usernames = "keep"`.
    pub username: Option<String>,
    /// Account status.
    pub status: UserStatus,
    /// Not disabled.
    pub enabled: bool,
    /// Creation.
    pub created_at: Option<DateTime<Utc>>,
    /// A phone number is set (the number itself is dropped).
    pub has_phone: bool,
    /// An e-mail address is set (the address itself is dropped).
    pub has_email: bool,
    /// The phone number is verified.
    pub phone_verified: bool,
    /// The e-mail address is verified.
    pub email_verified: bool,
    /// Country of the phone number, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// Factors that a look-up lists for a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookedUpUser {
    /// `SOFTWARE_TOKEN_MFA` is listed, or a software token is registered.
    pub totp: bool,
    /// `SMS_MFA` is listed.
    pub sms: bool,
    /// `EMAIL_OTP` is listed.
    pub email: bool,
    /// A passkey is listed or registered.
    pub passkey: bool,
    /// A factor name we do not know is listed.
    pub other: bool,
    /// `PreferredMfaSetting`.
    pub preferred: Option<Factor>,
    /// A passkey that is not listed is not there: `AdminGetUser` lists none.
    pub tells_passkeys: bool,
}

/// One answer of a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Id of the user's pool; replicas share their users.
    pub pool_id: String,
    /// The user.
    pub sub: Uuid,
    /// When the answer came.
    pub looked_up_at: DateTime<Utc>,
    /// What it lists.
    pub user: LookedUpUser,
}
