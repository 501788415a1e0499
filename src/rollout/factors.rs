//! Sets of second factors.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::Factor;

/// Second factors, packed as the store packs them: app 1, text message 2, e-mail 4, passkey 8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FactorSet(u8);

/// The factors that a pool can allow, lowest bit first.
const PACKED: [Factor; 4] = [Factor::Totp, Factor::Sms, Factor::Email, Factor::Passkey];

impl FactorSet {
    /// No factor.
    pub const NONE: Self = Self(0);

    /// The set of these bits; others are left out.
    pub const fn of_bits(bits: u8) -> Self {
        Self(bits & 15)
    }

    /// Its bits.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set that words separated by commas name.
    ///
    /// # Errors
    /// The word that names none of them.
    pub fn of_words(words: &str) -> Result<Self, &str> {
        words.split(',').map(str::trim).filter(|word| !word.is_empty()).try_fold(Self::NONE, |set, word| {
            let factor = PACKED.into_iter().find(|factor| factor.as_str() == word).ok_or(word)?;
            Ok(set.with(factor))
        })
    }

    /// Whether it holds nothing.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it holds the factor.
    pub fn contains(self, factor: Factor) -> bool {
        self.0 & bit(factor) != 0
    }

    /// The set with the factor.
    #[must_use]
    pub fn with(self, factor: Factor) -> Self {
        Self(self.0 | bit(factor))
    }

    /// The set without the factor.
    #[must_use]
    pub fn without(self, factor: Factor) -> Self {
        Self(self.0 & !bit(factor))
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Its factors.
    pub fn iter(self) -> impl Iterator<Item = Factor> {
        PACKED.into_iter().filter(move |factor| self.contains(*factor))
    }
}

/// Factors that no pool allows as MFA have no bit.
fn bit(factor: Factor) -> u8 {
    PACKED.iter().position(|packed| *packed == factor).map_or(0, |position| 1 << position)
}

impl FromIterator<Factor> for FactorSet {
    fn from_iter<I: IntoIterator<Item = Factor>>(factors: I) -> Self {
        factors.into_iter().fold(Self::NONE, Self::with)
    }
}

impl std::fmt::Display for FactorSet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<&str> = self.iter().map(Factor::as_str).collect();
        formatter.write_str(&words.join(","))
    }
}

impl Serialize for FactorSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Factor::as_str))
    }
}

impl<'de> Deserialize<'de> for FactorSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        Self::of_words(&words.join(",")).map_err(|word| serde::de::Error::custom(format!("{word:?} is no factor")))
    }
}
