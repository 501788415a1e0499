//! Parts of a whole, as bars.

use serde::Serialize;

use super::format::{count, percent};
use crate::model::{Factor, MfaState, Population, Ratio, Strength};

/// A part of some users.
#[derive(Debug, Serialize)]
pub struct Share {
    /// Machine name, also a CSS class.
    pub key: String,
    /// Words.
    pub label: String,
    /// Users.
    pub users: String,
    /// Of the whole; a dash without data.
    pub share: String,
    /// 0 to 100, for the bar.
    pub percent: f64,
}

const FACTORS: &[(Factor, &str)] = &[
    (Factor::Totp, "Authenticator app"),
    (Factor::Sms, "Text message"),
    (Factor::Email, "E-mail code"),
    (Factor::Passkey, "Passkey"),
];

pub(super) const STATES: &[(MfaState, &str)] = &[
    (MfaState::Explicit, "Set up: Cognito lists a factor"),
    (MfaState::Proven, "Proven: passed a challenge in the last 90 days"),
    (MfaState::Implicit, "Implicit: challenged because the pool requires MFA"),
    (MfaState::None, "None: looked, nothing found"),
    (MfaState::Unknown, "Unknown: no evidence yet"),
];

const STRENGTHS: &[(Strength, &str)] = &[
    (Strength::Strong, "Authenticator app or passkey"),
    (Strength::SmsOnly, "Text message only"),
    (Strength::EmailOnly, "E-mail code only"),
    (Strength::SmsAndEmail, "Text message and e-mail code"),
];

/// Words for a factor.
pub(super) fn factor_label(factor: Factor) -> &'static str {
    let other = if factor == Factor::Custom { "Custom challenge" } else { "Not named" };
    FACTORS.iter().find(|(each, _)| *each == factor).map_or(other, |(_, label)| label)
}

/// Capable users by factor, of the eligible; factors that nobody has are left out.
pub(super) fn factors(users: &Population) -> Vec<Share> {
    let mut shares: Vec<Share> = FACTORS
        .iter()
        .map(|(factor, label)| (factor.as_str(), label, users.factors.of(*factor)))
        .filter(|(_, _, with)| *with > 0)
        .map(|(key, label, with)| share(key, label, with, users.eligible))
        .collect();
    if users.other_factor > 0 {
        shares.push(share("other", "A factor that mfascope does not know", users.other_factor, users.eligible));
    }
    shares
}

/// Eligible users by state; nothing while nobody is listed.
pub(super) fn states(users: &Population) -> Vec<Share> {
    if users.eligible == 0 {
        return Vec::new();
    }
    let shares = STATES.iter();
    shares.map(|(state, label)| share(state.as_str(), label, users.states.of(*state), users.eligible)).collect()
}

/// Capable users by the best of their factors.
pub(super) fn strengths(users: &Population) -> Vec<Share> {
    let shares = STRENGTHS.iter().map(|(strength, label)| (strength, label, users.strengths.of(*strength)));
    let mut shares: Vec<Share> = shares
        .filter(|(_, _, with)| *with > 0)
        .map(|(strength, label, with)| share(strength.as_str(), label, with, users.capable))
        .collect();
    if users.totp_and_sms > 0 {
        shares.push(share("both", "Both authenticator app and text message", users.totp_and_sms, users.capable));
    }
    shares
}

/// Capable users by the factor they prefer, as far as it is known.
pub(super) fn preferred(users: &Population) -> Vec<Share> {
    let known: u64 = users.preferred.0.iter().map(|(_, with)| with).sum();
    let mut shares: Vec<Share> = FACTORS
        .iter()
        .map(|(factor, label)| (factor, label, users.preferred.of(*factor)))
        .filter(|(_, _, with)| *with > 0)
        .map(|(factor, label, with)| share(factor.as_str(), label, with, users.capable))
        .collect();
    if users.capable > known && known > 0 {
        shares.push(share("unknown", "No preference seen", users.capable - known, users.capable));
    }
    shares
}

fn share(key: &str, label: &str, users: u64, whole: u64) -> Share {
    let ratio = Ratio::new(users, whole);
    Share {
        key: key.to_owned(),
        label: label.to_owned(),
        users: count(users),
        share: percent(ratio),
        percent: ratio.value().unwrap_or_default() * 100.0,
    }
}
