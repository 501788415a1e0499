//! A record, as far as other records of its user matter to it.

use std::collections::{HashMap, HashSet};

use super::SESSION_GAP_US;
use crate::model::{Factor, Outcome, Reason, RecoveryKind, SendError, SignIn, SmsPurpose, Step};

/// A record, as far as other records of its user matter to it, and what it says alone.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// `eventID`: decides between records of the same instant.
    pub event_id: u128,
    /// When the request completed.
    pub at_us: i64,
    /// Where the call ran.
    pub aws_region: &'a str,
    /// User pool, or `unknown`.
    pub pool_id: &'a str,
    /// App client.
    pub client_id: Option<&'a str>,
    /// The user.
    pub sub: Option<u128>,
    /// Of the user pools API rather than of hosted pages.
    pub is_api: bool,
    /// The part played in a sign-in.
    pub step: Option<Step>,
    /// The factor answered, before the context is known.
    pub factor: Option<Factor>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it did not succeed.
    pub reason: Option<Reason>,
    /// Tokens were issued.
    pub sign_in: Option<SignIn>,
    /// The recovery kind attempted.
    pub recovery_kind: Option<RecoveryKind>,
    /// The challenge issued, as Cognito names it.
    pub issued_challenge: Option<&'a str>,
    /// A code was asked for by text message.
    pub sms_purpose: Option<SmsPurpose>,
    /// An explicit request to send it again.
    pub is_resend: bool,
    /// A code was answered correctly.
    pub code_accepted: Option<SmsPurpose>,
    /// A text message could not even be sent.
    pub send_error: Option<SendError>,
    /// Client software; may be empty.
    pub agent: &'a str,
    /// The store does not hold it yet.
    pub is_new: bool,
}

impl<'a> Record<'a> {
    /// Where it stands among all records.
    pub(super) fn place(&self) -> (&'a str, Option<u128>, i64, u128) {
        (self.pool_id, self.sub, self.at_us, self.event_id)
    }

    /// The app client as a label: who has no pool has none.
    pub(super) fn client_label(&self) -> &'a str {
        if self.pool_id == "unknown" { "" } else { self.client_id.unwrap_or_default() }
    }
}

/// What pools and app clients say about all their records.
#[derive(Debug, Default)]
pub struct Setting<'a> {
    /// Region and id of pools where a passkey counts as MFA.
    pub passkey_pools: HashSet<(&'a str, &'a str)>,
    /// `AuthSessionValidity` by app client, microseconds; only what is known.
    pub session_validity_us: HashMap<&'a str, i64>,
}

impl Setting<'_> {
    pub(super) fn passkey_is_mfa(&self, record: &Record<'_>) -> bool {
        self.passkey_pools.contains(&(record.aws_region, record.pool_id))
    }

    /// How long a challenge may wait for its answer, and an MFA code is valid.
    pub(super) fn validity_us(&self, client_id: Option<&str>) -> i64 {
        client_id.and_then(|client| self.session_validity_us.get(client)).copied().unwrap_or(SESSION_GAP_US)
    }
}
