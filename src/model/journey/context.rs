//! What only the records before it tell about a record.

use super::{EmailProof, Record, SESSION_GAP_US, Setting};
use crate::model::{Factor, Outcome, SignIn, Step};

/// A record with what its context tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct InContext<'a, 'r> {
    pub(super) record: &'r Record<'a>,
    /// The factor, when it answers an MFA challenge.
    pub(super) mfa_factor: Option<Factor>,
    /// The factor, when it issued an MFA challenge.
    pub(super) issued_factor: Option<Factor>,
    /// A sign-in through the API with an MFA answer passed in it or shortly before.
    pub(super) passed_mfa: bool,
}

impl<'a> InContext<'a, '_> {
    pub(super) fn email_proof(&self) -> Option<EmailProof<'a>> {
        let record = self.record;
        let is_proof = record.step == Some(Step::EmailAnswer)
            && self.mfa_factor == Some(Factor::Email)
            && record.outcome == Outcome::Success;
        Some(EmailProof { pool_id: record.pool_id, sub: record.sub.filter(|_| is_proof)?, at_us: record.at_us })
    }
}

/// The newest steps of one app client that decide what an e-mail code is.
#[derive(Clone, Copy, Debug, Default)]
struct Client<'a> {
    client_id: Option<&'a str>,
    password_us: Option<i64>,
    choice_us: Option<i64>,
}

/// One user's records, in the order of time. Records of one instant see each other.
pub(super) fn told<'a, 'r>(records: &[&'r Record<'a>], setting: &Setting<'a>) -> Vec<InContext<'a, 'r>> {
    let mut clients: Vec<Client<'a>> = Vec::new();
    let mut passed_us: Option<i64> = None;
    let mut told = Vec::with_capacity(records.len());
    for instant in records.chunk_by(|one, other| one.at_us == other.at_us) {
        for record in instant.iter().filter(|record| record.outcome == Outcome::Success) {
            let client = client_of(&mut clients, record);
            match record.step {
                Some(Step::Password) => client.password_us = Some(record.at_us),
                Some(Step::Choice) => client.choice_us = Some(record.at_us),
                _ => {}
            }
        }
        let first = told.len();
        for record in instant {
            let follows_password = follows_password(record, *client_of(&mut clients, record));
            told.push(InContext {
                record,
                mfa_factor: mfa_factor(record, follows_password, setting),
                issued_factor: issued_factor(record, follows_password, setting),
                passed_mfa: false,
            });
        }
        let passes = |each: &InContext<'_, '_>| {
            each.record.outcome == Outcome::Success
                && (each.mfa_factor.is_some() || each.record.step == Some(Step::MfaSetup))
        };
        if let Some(pass) = told[first..].iter().find(|each| passes(each)) {
            passed_us = Some(pass.record.at_us);
        }
        for each in &mut told[first..] {
            let follows_pass = each.record.sub.is_some()
                && passed_us.is_some_and(|passed| passed >= each.record.at_us - SESSION_GAP_US);
            each.passed_mfa = each.record.sign_in == Some(SignIn::Api) && (passes(each) || follows_pass);
        }
    }
    told
}

fn client_of<'c, 'a>(clients: &'c mut Vec<Client<'a>>, record: &Record<'a>) -> &'c mut Client<'a> {
    let position = clients.iter().position(|client| client.client_id == record.client_id).unwrap_or_else(|| {
        clients.push(Client { client_id: record.client_id, ..Client::default() });
        clients.len() - 1
    });
    &mut clients[position]
}

/// The last error-free step of the same client and user before a code is a password, not a choice.
fn follows_password(record: &Record<'_>, client: Client<'_>) -> bool {
    record.sub.is_some()
        && record.client_id.is_some()
        && client.password_us.is_some_and(|password| {
            password >= record.at_us - SESSION_GAP_US && client.choice_us.is_none_or(|choice| password >= choice)
        })
}

fn mfa_factor(record: &Record<'_>, follows_password: bool, setting: &Setting<'_>) -> Option<Factor> {
    match record.step {
        Some(Step::MfaAnswer) => record.factor,
        Some(Step::EmailAnswer) if follows_password => Some(Factor::Email),
        Some(Step::PasskeyAnswer) if setting.passkey_is_mfa(record) => Some(Factor::Passkey),
        _ => None,
    }
}

fn issued_factor(record: &Record<'_>, follows_password: bool, setting: &Setting<'_>) -> Option<Factor> {
    let issued = record.issued_challenge.filter(|_| record.outcome == Outcome::Success)?;
    match issued {
        "SMS_MFA" => Some(Factor::Sms),
        "SOFTWARE_TOKEN_MFA" => Some(Factor::Totp),
        "EMAIL_MFA" => Some(Factor::Email),
        "EMAIL_OTP" if follows_password => Some(Factor::Email),
        "WEB_AUTHN" if setting.passkey_is_mfa(record) => Some(Factor::Passkey),
        _ => None,
    }
}
