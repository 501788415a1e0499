//! What decides how a user fares, packed into a number so that users of one kind are counted once.

use super::{Assumption, FactorSet, Outcome, Target};
use crate::model::{Factor, MfaConfiguration};

/// What decides how a user fares. `queries/rollout/user.sql` packs it: factors with standing evidence in the four
/// lowest bits, then a bit each for what the methods tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Profile(u16);

const PHONE: u16 = 1 << 4;
const EMAIL: u16 = 1 << 5;
const LOOKED_UP: u16 = 1 << 6;
const FEDERATED: u16 = 1 << 7;
const CLIENT_KNOWS_MFA: u16 = 1 << 8;
const KNOWN: u16 = 1 << 9;

impl Profile {
    /// As the store packed it.
    pub const fn of_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// As the store packs it.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Factors with standing evidence: listed, switched on or proven.
    pub const fn held(self) -> FactorSet {
        FactorSet::of_bits((self.0 & 15) as u8)
    }

    /// A phone number is listed.
    pub const fn has_phone(self) -> bool {
        self.0 & PHONE != 0
    }

    /// An e-mail address is listed.
    pub const fn has_email(self) -> bool {
        self.0 & EMAIL != 0
    }

    /// A factor without evidence is not there: somebody looked.
    pub const fn is_looked_up(self) -> bool {
        self.0 & LOOKED_UP != 0
    }

    /// Signs in through another identity provider.
    pub const fn is_federated(self) -> bool {
        self.0 & FEDERATED != 0
    }

    /// The app client was seen to answer MFA challenges or `MFA_SETUP`.
    pub const fn client_knows_mfa(self) -> bool {
        self.0 & CLIENT_KNOWS_MFA != 0
    }

    /// There is evidence about MFA: in the denominator of coverage.
    pub const fn is_known(self) -> bool {
        self.0 & KNOWN != 0
    }

    /// The same user through an app client that knows MFA, or does not.
    #[must_use]
    pub const fn through(self, client_knows_mfa: bool) -> Self {
        Self(if client_knows_mfa { self.0 | CLIENT_KNOWS_MFA } else { self.0 & !CLIENT_KNOWS_MFA })
    }

    /// How such a user fares at a sign-in once the pool is switched.
    pub fn outcome(self, target: Target, assumption: Assumption) -> Outcome {
        let has_factor = !self.held().and(target.factors).is_empty();
        match target.mfa_configuration {
            _ if self.is_federated() => Outcome::Exempt,
            MfaConfiguration::Off => Outcome::Exempt,
            _ if has_factor => Outcome::Satisfied,
            MfaConfiguration::Optional if self.is_looked_up() => Outcome::Exempt,
            MfaConfiguration::Optional => Outcome::Unknown,
            MfaConfiguration::On => self.without_factor(target, assumption),
        }
    }

    /// Where MFA is required and no factor that counts is on record.
    fn without_factor(self, target: Target, assumption: Assumption) -> Outcome {
        // Challenged although nothing is listed; whoever has a better factor is asked for that.
        if target.factors.contains(Factor::Sms) && self.has_phone() {
            return Outcome::AutomaticSms;
        }
        if target.factors.contains(Factor::Email) && self.has_email() {
            return Outcome::AutomaticEmail;
        }
        if !self.is_looked_up() {
            return Outcome::Unknown;
        }
        match assumption {
            Assumption::Prompted if target.has_set_up() && self.client_knows_mfa() => Outcome::PromptedToSetUp,
            // Whether the app can show the way to a factor nobody has seen.
            Assumption::Prompted if target.has_set_up() => Outcome::Unknown,
            Assumption::Prompted | Assumption::Refused => Outcome::Blocked,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn target(configuration: MfaConfiguration, words: &str) -> Target {
        Target { mfa_configuration: configuration, factors: FactorSet::of_words(words).expect("factors") }
    }

    #[test]
    fn every_outcome_is_reached_by_whom_it_is_for() {
        use Assumption::{Prompted, Refused};
        use MfaConfiguration::{Off, On, Optional};
        const TOTP: u16 = 1;
        const SMS: u16 = 2;
        let both = "totp,sms";
        for (bits, configuration, factors, assumption, expected) in [
            (FEDERATED | TOTP, On, both, Prompted, Outcome::Exempt),
            (TOTP, On, both, Prompted, Outcome::Satisfied),
            (TOTP, Off, both, Prompted, Outcome::Exempt),
            (SMS, On, both, Refused, Outcome::Satisfied),
            // Text messages switched off: the phone is no way in any more.
            (SMS | PHONE | LOOKED_UP | CLIENT_KNOWS_MFA, On, "totp", Prompted, Outcome::PromptedToSetUp),
            (SMS | PHONE | LOOKED_UP | CLIENT_KNOWS_MFA, On, "totp", Refused, Outcome::Blocked),
            (SMS | PHONE | LOOKED_UP, On, "totp", Prompted, Outcome::Unknown),
            // An app may be registered beside what an event told.
            (SMS | PHONE | CLIENT_KNOWS_MFA, On, "totp", Prompted, Outcome::Unknown),
            (PHONE, On, both, Refused, Outcome::AutomaticSms),
            (PHONE | EMAIL, On, "totp,email", Refused, Outcome::AutomaticEmail),
            (EMAIL | LOOKED_UP | CLIENT_KNOWS_MFA, On, both, Prompted, Outcome::PromptedToSetUp),
            // Without authenticator apps nobody can set up anything alone.
            (EMAIL | LOOKED_UP | CLIENT_KNOWS_MFA, On, "sms", Prompted, Outcome::Blocked),
            (0, On, both, Refused, Outcome::Unknown),
            (0, Optional, both, Prompted, Outcome::Unknown),
            (LOOKED_UP, Optional, both, Prompted, Outcome::Exempt),
            (TOTP, Optional, both, Prompted, Outcome::Satisfied),
            (TOTP | LOOKED_UP, Optional, "sms", Prompted, Outcome::Exempt),
        ] {
            let found = Profile::of_bits(bits).outcome(target(configuration, factors), assumption);
            assert_eq!(found, expected, "{bits:#b} {configuration} {factors} {assumption}");
        }
    }

    fn targets() -> impl Strategy<Value = Target> {
        let configurations = prop::sample::select(MfaConfiguration::ALL);
        (configurations, 0..16_u8)
            .prop_map(|(mfa_configuration, bits)| Target { mfa_configuration, factors: FactorSet::of_bits(bits) })
    }

    proptest! {
        /// What a look-up, a proof or an app client's first answer adds.
        #[test]
        fn more_evidence_never_blocks_and_never_adds_to_the_unknown(
            bits in 0..1024_u16,
            more in prop::sample::select(vec![1, 2, 4, 8, LOOKED_UP, CLIENT_KNOWS_MFA, KNOWN]),
            target in targets(),
            assumption in prop::sample::select(Assumption::ALL),
        ) {
            let before = Profile::of_bits(bits).outcome(target, assumption);
            let after = Profile::of_bits(bits | more).outcome(target, assumption);
            prop_assert!(before != Outcome::Satisfied || after == Outcome::Satisfied);
            prop_assert!(after != Outcome::Unknown || before == Outcome::Unknown);
        }

        /// The careful reading moves nobody but those who would be asked to set up, or might be.
        #[test]
        fn the_assumption_decides_about_nobody_with_a_way_in(bits in 0..1024_u16, target in targets()) {
            let profile = Profile::of_bits(bits);
            let (prompted, refused) =
                (profile.outcome(target, Assumption::Prompted), profile.outcome(target, Assumption::Refused));
            let is_moved = matches!(prompted, Outcome::PromptedToSetUp | Outcome::Unknown) && refused == Outcome::Blocked;
            prop_assert!(prompted == refused || is_moved);
        }
    }
}
