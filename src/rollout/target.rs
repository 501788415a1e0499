//! What a pool is to be switched to.

use serde::{Deserialize, Serialize};

use super::FactorSet;
use crate::model::{Factor, MfaConfiguration, words};

words! {
    /// What Cognito does with users without a factor once a pool requires MFA. Its texts disagree.
    Assumption {
        /// They are asked to set one up: the developer guide ("Adding MFA to a user pool") says that Cognito prompts
        /// users to register a factor where the pool requires MFA.
        Prompted = "prompted",
        /// They cannot sign in: the reference of `SetUserPoolMfaConfig` says that with `ON` only users who have set
        /// up a factor can.
        Refused = "refused",
    }
}

/// The MFA of a pool after the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Target {
    /// Who is challenged.
    pub mfa_configuration: MfaConfiguration,
    /// By which factors.
    pub factors: FactorSet,
}

impl Target {
    /// MFA for everybody, by the factors that the pool allows now; where it allows none, by an authenticator app,
    /// which needs no set-up in AWS.
    pub fn required(allowed: FactorSet) -> Self {
        let factors = if allowed.is_empty() { allowed.with(Factor::Totp) } else { allowed };
        Self { mfa_configuration: MfaConfiguration::On, factors }
    }

    /// Whether Cognito can let somebody set up a factor on the way in. `MFA_SETUP` leads to an authenticator app; for
    /// text messages or e-mail somebody has to give the user a number or an address first.
    pub fn has_set_up(self) -> bool {
        self.factors.contains(Factor::Totp)
    }

    /// What AWS would refuse or what could never work; empty if nothing.
    pub fn contradiction(self) -> &'static str {
        if self.mfa_configuration != MfaConfiguration::Off && self.factors.is_empty() {
            "MFA without any factor: Cognito refuses it; choose at least one factor"
        } else {
            ""
        }
    }
}
