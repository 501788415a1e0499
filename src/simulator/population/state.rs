//! A user at an instant: factors, settings, status.

use super::User;
use crate::simulator::time::Ms;

/// Factors of a user at an instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::simulator) struct Factors {
    pub totp: bool,
    pub sms: bool,
    pub email: bool,
    pub passkey: bool,
}

impl User {
    /// Factors that are set up at `at`, whether or not a list shows them.
    pub(in crate::simulator) fn factors(&self, at: Ms) -> Factors {
        let reached = |instant: Option<Ms>| instant.is_some_and(|instant| instant <= at);
        let removed = self.removal.filter(|removal| removal.at <= at && removal.back.is_none_or(|back| at < back));
        // What was switched off together with the app does not come back with it.
        let lost = |instant: Option<Ms>| {
            self.removal.is_some_and(|removal| {
                removal.every_factor && removal.at <= at && instant.is_some_and(|instant| instant <= removal.at)
            })
        };
        Factors {
            totp: reached(self.totp) && removed.is_none() && !reached(self.weakened()),
            sms: (reached(self.sms) && !lost(self.sms)) || reached(self.weakened()),
            email: reached(self.email) && !lost(self.email),
            passkey: reached(self.passkey) && !reached(self.passkey_deleted()),
        }
    }

    /// `UserMFASettingList`, the preferred one first.
    pub(in crate::simulator) fn settings(&self, at: Ms) -> Vec<&'static str> {
        if !self.listed && self.removal.is_none_or(|removal| removal.back.is_none_or(|back| at < back)) {
            return Vec::new();
        }
        let factors = self.factors(at);
        [(factors.totp, "SOFTWARE_TOKEN_MFA"), (factors.sms, "SMS_MFA"), (factors.email, "EMAIL_OTP")]
            .into_iter()
            .filter_map(|(has, name)| has.then_some(name))
            .collect()
    }

    /// `PreferredMfaSetting`: what the user's last preference call preferred and has not lost since.
    pub(in crate::simulator) fn preferred(&self, at: Ms) -> Option<&'static str> {
        let settings = self.settings(at);
        let has = |name: &str| settings.contains(&name);
        // A phone or mailbox is made the preferred factor only where there is no app.
        let alone = |instant: Option<Ms>| instant.is_some_and(|instant| !self.factors(instant).totp);
        if has("SOFTWARE_TOKEN_MFA") {
            (!self.undecided || settings.len() == 1).then_some("SOFTWARE_TOKEN_MFA")
        } else if has("SMS_MFA") {
            (alone(self.sms) || self.weakened().is_some_and(|weakened| weakened <= at)).then_some("SMS_MFA")
        } else if has("EMAIL_OTP") {
            alone(self.email).then_some("EMAIL_OTP")
        } else {
            None
        }
    }

    /// `UserStatus`.
    pub(in crate::simulator) fn status(&self, at: Ms, self_sign_up: bool) -> &'static str {
        if self.federated {
            return "EXTERNAL_PROVIDER";
        }
        if self.reset.is_some_and(|reset| reset.at <= at && reset.done.is_none_or(|done| at < done)) {
            return "RESET_REQUIRED";
        }
        match self.confirmed {
            Some(confirmed) if confirmed <= at => "CONFIRMED",
            _ if self_sign_up => "UNCONFIRMED",
            _ => "FORCE_CHANGE_PASSWORD",
        }
    }

    pub(in crate::simulator) fn enabled(&self, at: Ms) -> bool {
        self.disabled.is_none_or(|disabled| at < disabled)
    }

    /// `UserLastModifiedDate`: the latest turning point that touches the account itself.
    pub(in crate::simulator) fn modified(&self, at: Ms) -> Ms {
        let reset = self.reset.map(|reset| reset.at);
        let done = self.reset.and_then(|reset| reset.done);
        [self.confirmed, reset, done, self.disabled, self.new_phone().map(|phone| phone.at)]
            .into_iter()
            .flatten()
            .filter(|instant| *instant <= at)
            .max()
            .unwrap_or(self.created)
    }
}
