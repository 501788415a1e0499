//! Words for outcomes, reasons and groups.

use crate::dashboard::format::country;
use crate::dashboard::shares::factor_label;
use crate::model::Factor;
use crate::query::Grouping;
use crate::rollout::{Assumption, FactorSet, Outcome, Risk, Target};

/// An outcome, for people.
pub(super) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Satisfied => "Pass with a factor they have",
        Outcome::AutomaticSms => "Challenged by text message at once",
        Outcome::AutomaticEmail => "Challenged by e-mail at once",
        Outcome::PromptedToSetUp => "Asked to set up a factor",
        Outcome::Blocked => "No way in",
        Outcome::Exempt => "Not asked",
        Outcome::Unknown => "Not known",
    }
}

/// What an outcome rests on.
pub(super) const fn outcome_meaning(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Satisfied => "A factor that is listed, switched on or proven, and that stays allowed",
        Outcome::AutomaticSms => "Nothing is listed, but there is a phone number: Cognito sends a code there",
        Outcome::AutomaticEmail => "Nothing is listed, but there is an e-mail address: Cognito sends a code there",
        Outcome::PromptedToSetUp => "No factor and no channel; an authenticator app can be set up on the way in",
        Outcome::Blocked => "No factor, no channel, and no way to set one up",
        Outcome::Exempt => "Federated, a remembered device, a first sign-in, or MFA is not required of them",
        Outcome::Unknown => "Nobody looked, the record names no user, or the app was never seen with MFA",
    }
}

/// A reason, for people.
pub(super) const fn risk(risk: Risk) -> &'static str {
    match risk {
        Risk::SingleFactor => "One factor and no other",
        Risk::NoRecovery => "Nothing left to recover by",
        Risk::TemporaryPassword => "Temporary password never changed",
        Risk::UnprovenPhone => "Phone without an answered code in 180 days",
        Risk::PoorDelivery => "Text messages alone, where few arrive",
        Risk::RepeatedFailures => "Failed again and again",
    }
}

/// What a reason rests on.
pub(super) const fn risk_meaning(risk: Risk) -> &'static str {
    match risk {
        Risk::SingleFactor => "Whoever loses it calls support",
        Risk::NoRecovery => "No verified channel that the pool recovers by, once MFA takes the phone or the mailbox",
        Risk::TemporaryPassword => "FORCE_CHANGE_PASSWORD: the first sign-in is still to come",
        Risk::UnprovenPhone => "Text messages alone; the number may belong to somebody else by now",
        Risk::PoorDelivery => "Delivery to the country is surely below 90 % in the last 90 days",
        Risk::RepeatedFailures => "Three failed challenge sessions or more, and no accepted code since",
    }
}

/// What users of a group have in common, for people.
pub(super) const fn grouping(grouping: Grouping) -> &'static str {
    match grouping {
        Grouping::Client => "App client",
        Grouping::Country => "Country",
        Grouping::LastFactor => "Factor passed last",
        Grouping::AccountAge => "Age of the account",
        Grouping::Cohort => "Cohort",
    }
}

/// A group, for people.
pub(super) fn group(by: Grouping, name: &str) -> String {
    match (by, name) {
        (Grouping::Client, "") => "No sign-in in the time".into(),
        (Grouping::Country, "") => "No phone number that tells".into(),
        (Grouping::LastFactor, "") => "None passed".into(),
        (Grouping::AccountAge, "") => "Age not known".into(),
        (Grouping::Country, code) => country(code).to_owned(),
        (Grouping::LastFactor, word) => {
            Factor::from_word(word).map_or_else(|| word.to_owned(), |factor| factor_label(factor).to_owned())
        }
        (Grouping::Cohort, "member") => "In the cohort".into(),
        (Grouping::Cohort, _) => "Everybody else".into(),
        (_, name) => name.to_owned(),
    }
}

/// Factors, for people.
pub(super) fn factors(set: FactorSet) -> String {
    let names: Vec<&str> = set.iter().map(factor_label).collect();
    if names.is_empty() { "no factor".into() } else { names.join(", ") }
}

/// A target, for people.
pub(super) fn target(target: Target) -> String {
    format!("{} with {}", target.mfa_configuration, factors(target.factors))
}

/// What Cognito is taken to do, for people.
pub(super) const fn assumption(assumption: Assumption) -> &'static str {
    match assumption {
        Assumption::Prompted => "Users without a factor are asked to set one up (developer guide)",
        Assumption::Refused => "Users without a factor are refused (API reference)",
    }
}
