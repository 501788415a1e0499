//! How users and sign-ins fare.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::words;

words! {
    /// How a user, or a sign-in, fares once the pool is switched.
    Outcome {
        /// Passes with a factor that is listed or proven.
        Satisfied = "satisfied",
        /// Challenged by text message although no factor is listed: the phone number is enough.
        AutomaticSms = "automatic_sms",
        /// Challenged by e-mail although no factor is listed.
        AutomaticEmail = "automatic_email",
        /// Asked to set up a factor on the way in.
        PromptedToSetUp = "prompted_to_set_up",
        /// No way in.
        Blocked = "blocked",
        /// Not asked: federated, a remembered device, a first sign-in, or MFA is not required of them.
        Exempt = "exempt",
        /// No evidence.
        Unknown = "unknown",
    }
}

impl Outcome {
    /// Whether somebody has to answer an MFA challenge.
    pub const fn is_challenged(self) -> bool {
        matches!(self, Self::Satisfied | Self::AutomaticSms | Self::AutomaticEmail)
    }
}

/// Users or sign-ins by outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "BTreeMap<Outcome, u64>", into = "BTreeMap<Outcome, u64>")]
pub struct Tally([u64; Outcome::ALL.len()]);

impl Tally {
    /// Adds some.
    pub fn add(&mut self, outcome: Outcome, number: u64) {
        self.0[outcome as usize] += number;
    }

    /// Those with the outcome.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.0[outcome as usize]
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Those whom MFA concerns: all but the exempt.
    pub fn concerned(&self) -> u64 {
        self.total() - self.of(Outcome::Exempt)
    }

    /// Every outcome with its number.
    pub fn iter(&self) -> impl Iterator<Item = (Outcome, u64)> {
        Outcome::ALL.iter().map(|outcome| (*outcome, self.of(*outcome)))
    }
}

impl From<BTreeMap<Outcome, u64>> for Tally {
    fn from(numbers: BTreeMap<Outcome, u64>) -> Self {
        numbers.into_iter().fold(Self::default(), |mut tally, (outcome, number)| {
            tally.add(outcome, number);
            tally
        })
    }
}

impl From<Tally> for BTreeMap<Outcome, u64> {
    fn from(tally: Tally) -> Self {
        tally.iter().collect()
    }
}
