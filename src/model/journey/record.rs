//! A record, as far as other records of its user matter to it.

use std::collections::HashMap;

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
    pub(super) fn place(&self) -> (Option<u128>, &'a str, i64, u128) {
        (self.sub, self.pool_id, self.at_us, self.event_id)
    }

    /// Where the call ran, and by which app client.
    pub(super) fn way(&self) -> (&'a str, Option<&'a str>) {
        (self.aws_region, self.client_id)
    }

    /// The app client as a label: who has no pool has none.
    pub(super) fn client_label(&self) -> &'a str {
        if self.pool_id == "unknown" { "" } else { self.client_id.unwrap_or_default() }
    }
}

/// What pools and app clients say about records. A setting holds for the records from some instant on, so that
/// a change of it changes nothing that was told before.
#[derive(Debug, Default)]
pub struct Setting<'a> {
    passkey_is_mfa: HashMap<(&'a str, &'a str), Since<bool>>,
    session_validity_us: HashMap<&'a str, Since<i64>>,
}

impl<'a> Setting<'a> {
    /// Whether a passkey counts as MFA in a pool (Region and id), from `since_us` on. In the order of time.
    pub fn note_passkey(&mut self, pool: (&'a str, &'a str), since_us: i64, is_mfa: bool) {
        self.passkey_is_mfa.entry(pool).or_default().0.push((since_us, is_mfa));
    }

    /// `AuthSessionValidity` of an app client, from `since_us` on. In the order of time.
    pub fn note_validity(&mut self, client_id: &'a str, since_us: i64, validity_us: i64) {
        self.session_validity_us.entry(client_id).or_default().0.push((since_us, validity_us));
    }

    pub(super) fn passkey_is_mfa(&self, record: &Record<'_>) -> bool {
        let changes = self.passkey_is_mfa.get(&(record.aws_region, record.pool_id));
        changes.and_then(|changes| changes.at(record.at_us)).unwrap_or(false)
    }

    /// How long a challenge that the record issued may wait for its answer, and an MFA code is valid.
    pub(super) fn validity_us(&self, record: &Record<'_>) -> i64 {
        let changes = record.client_id.and_then(|client| self.session_validity_us.get(client));
        changes.and_then(|changes| changes.at(record.at_us)).unwrap_or(SESSION_GAP_US)
    }
}

/// A setting by the instants from which it holds, in the order of time.
#[derive(Debug)]
struct Since<T>(Vec<(i64, T)>);

impl<T> Default for Since<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Since<T> {
    fn at(&self, at_us: i64) -> Option<T> {
        self.0.iter().rev().find(|(since_us, _)| *since_us <= at_us).map(|(_, value)| *value)
    }
}
