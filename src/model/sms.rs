//! Text messages and what becomes of them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Outcome;
use super::challenge::words;

words! {
    /// What is known about a message's fate.
    SmsStatus {
        /// A carrier or phone accepted it.
        Delivered = "delivered",
        /// It will not arrive.
        Failed = "failed",
        /// Nobody ever said.
        Unknown = "unknown",
        /// Not decided yet.
        Pending = "pending",
    }
}

words! {
    /// Why a message was not delivered.
    SmsFailure {
        /// The carrier takes it for spam.
        Spam = "spam",
        /// The destination is on a blocked list.
        BlockedDestination = "blocked_destination",
        /// No such number.
        InvalidNumber = "invalid_number",
        /// The text was refused.
        InvalidMessage = "invalid_message",
        /// The carrier blocked it.
        CarrierBlocked = "carrier_blocked",
        /// The carrier could not be reached.
        CarrierUnreachable = "carrier_unreachable",
        /// The phone blocks text messages.
        PhoneBlocked = "phone_blocked",
        /// The phone is on a blocked list.
        PhoneBlocklist = "phone_blocklist",
        /// The phone could not be reached.
        PhoneUnreachable = "phone_unreachable",
        /// The owner of the number opted out.
        OptedOut = "opted_out",
        /// Dearer than the highest allowed price.
        MaxPrice = "max_price",
        /// The account's monthly spend limit is reached.
        SpendLimit = "spend_limit",
        /// Not delivered within its time to live.
        TtlExpired = "ttl_expired",
        /// Blocked by a protect configuration of the account.
        ProtectBlocked = "protect_blocked",
        /// The carrier gave no reason.
        Unknown = "unknown",
        /// A reason the tables do not know.
        Other = "other",
    }
}

words! {
    /// What an SMS code is for.
    SmsPurpose {
        /// A second factor.
        Mfa = "mfa",
        /// A first factor.
        SignIn = "sign_in",
        /// Confirming a new account.
        SignUp = "sign_up",
        /// Resetting a password.
        Recovery = "recovery",
        /// Verifying a phone number.
        Attribute = "attribute",
    }
}

words! {
    /// Why a message was not even sent.
    SendError {
        /// The pool's role may not publish.
        RolePolicy = "role_policy",
        /// Cognito may not take the pool's role.
        RoleTrust = "role_trust",
        /// `CodeDeliveryFailureException`.
        DeliveryFailure = "delivery_failure",
        /// Told by Cognito's own `userNotification` log.
        Notification = "notification",
        /// The account is in the SMS sandbox.
        Sandbox = "sandbox",
    }
}

words! {
    /// Who reports on a message.
    SmsService {
        /// Amazon SNS delivery status logs.
        Sns = "sns",
        /// AWS End User Messaging events.
        EndUserMessaging = "end_user_messaging",
    }
}

/// Upper bounds of the buckets of delivery delay, seconds, as `delay_bucket` in the store has them. One more bucket
/// holds what took longer.
pub const DELAY_BOUNDS_S: [u32; 11] = [1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 900];

/// What a carrier said about one message so far. The number is gone: only its country is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsReceipt {
    /// `messageId`.
    pub message_id: Uuid,
    /// Who reports.
    pub service: SmsService,
    /// AWS Region that sent the message.
    pub aws_region: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// When this was reported; of SNS, when the line was delivered.
    pub reported_at: DateTime<Utc>,
    /// Nothing more will be said.
    pub is_final: bool,
    /// The fate.
    pub status: SmsStatus,
    /// Why it failed.
    pub reason: Option<SmsFailure>,
    /// ISO 3166 alpha-2 of the destination.
    pub country: Option<String>,
    /// Milliseconds until the device acknowledged, else until the carrier took it; delivered ones only.
    pub delay_ms: Option<u32>,
    /// Millionths of a US dollar.
    pub price_micro_usd: Option<i64>,
    /// Sent as transactional rather than promotional.
    pub is_transactional: Option<bool>,
    /// What the carrier said, sanitised, when the reason is [`SmsFailure::Other`].
    pub unknown_response: Option<String>,
}

/// A line of Cognito's `userNotification` log: a message could not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryNotice {
    /// Id of the line.
    pub notice_id: Uuid,
    /// `eventTimestamp`.
    pub noticed_at: DateTime<Utc>,
    /// User pool.
    pub pool_id: String,
    /// What Cognito says, sanitised.
    pub details: Option<String>,
    /// The text speaks of SMS.
    pub mentions_sms: bool,
}

/// A line of Cognito's `userAuthEvents` log (Plus plan).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthEvent {
    /// `eventId`; of a line that has none, the line's id.
    pub auth_event_id: Uuid,
    /// When it happened.
    pub happened_at: DateTime<Utc>,
    /// User pool.
    pub pool_id: String,
    /// App client.
    pub client_id: Option<String>,
    /// The user's `sub`.
    pub sub: Option<Uuid>,
    /// `eventType`: `SignIn`, `SignUp`, `ForgotPassword`, …
    pub kind: String,
    /// `eventResponse`: `Pass`, `Fail` or `InProgress`.
    pub response: String,
    /// How the MFA challenge of this sign-in ended.
    pub mfa: Option<Outcome>,
}
