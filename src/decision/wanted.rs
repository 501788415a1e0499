//! What somebody wants to decide.

use super::Words;
use crate::model::{Factor, MfaConfiguration, PoolKey};
use crate::query::Grouping;
use crate::rollout::{Assumption, FactorSet, PoolSetting, Target};

/// A switch, and how to look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The pool.
    pub key: PoolKey,
    /// Who is to be challenged.
    pub mfa_configuration: MfaConfiguration,
    /// By which factors; `None` for those that the pool allows.
    pub factors: Option<FactorSet>,
    /// Factors to take away.
    pub without: FactorSet,
    /// Days of sign-ins that are replayed; `None` for as many as the config says.
    pub days: Option<u64>,
    /// What Cognito is taken to do with users without a factor.
    pub assumption: Assumption,
    /// What users of a wave have in common.
    pub grouping: Grouping,
    /// The cohort, where users are grouped by one.
    pub cohort: Option<String>,
}

/// Words that may be asked with, beside the pool.
pub const KNOWN: [&str; 7] = ["assume", "cohort", "days", "factors", "group", "target", "without"];

impl Wanted {
    /// MFA for everybody, by the factors that the pool allows.
    pub fn of_pool(key: PoolKey) -> Self {
        Self {
            key,
            mfa_configuration: MfaConfiguration::On,
            factors: None,
            without: FactorSet::NONE,
            days: None,
            assumption: Assumption::Prompted,
            grouping: Grouping::Client,
            cohort: None,
        }
    }

    /// What words ask for: `target` (`OFF`, `OPTIONAL`, `ON`), `factors` or `without` (words separated by commas), `days`,
    /// `assume`, `group`, `cohort`. Empty ones ask for nothing.
    ///
    /// # Errors
    /// One line that says which word cannot be.
    pub fn of_words(key: PoolKey, words: &Words) -> Result<Self, String> {
        let mut wanted = Self::of_pool(key);
        for (name, word) in words.iter().filter(|(_, word)| !word.is_empty()) {
            let none_of = |all: &[&str]| format!("{name}={:?} is not one of {}", shortened(word), all.join(", "));
            let factors = || FactorSet::of_words(word).map_err(|_| none_of(&["totp", "sms", "email", "passkey"]));
            match name.as_str() {
                "target" => {
                    wanted.mfa_configuration = MfaConfiguration::from_word(&word.to_ascii_uppercase())
                        .ok_or_else(|| none_of(&["OFF", "OPTIONAL", "ON"]))?;
                }
                "factors" => wanted.factors = Some(factors()?),
                "without" => wanted.without = factors()?,
                "days" => {
                    let days = word.parse().ok().filter(|days| (1..=400).contains(days));
                    wanted.days = Some(days.ok_or_else(|| format!("days={:?} is not 1 to 400", shortened(word)))?);
                }
                "assume" => {
                    wanted.assumption = Assumption::from_word(word).ok_or_else(|| none_of(&["prompted", "refused"]))?;
                }
                "group" => {
                    let all: Vec<&str> = Grouping::ALL.iter().map(|grouping| grouping.as_str()).collect();
                    wanted.grouping = Grouping::from_word(word).ok_or_else(|| none_of(&all))?;
                }
                "cohort" => wanted.cohort = Some(word.clone()),
                _ => {
                    return Err(format!("{:?} is no parameter; there are pool, {}", shortened(name), KNOWN.join(", ")));
                }
            }
        }
        match (&wanted.cohort, wanted.grouping) {
            (Some(_), _) => wanted.grouping = Grouping::Cohort,
            (None, Grouping::Cohort) => {
                return Err("group=cohort needs cohort= with a name of [rollout.cohorts]".into());
            }
            (None, _) => {}
        }
        Ok(wanted)
    }

    /// What the pool is to be switched to.
    pub fn target(&self, setting: &PoolSetting) -> Target {
        let usual = Target::required(setting.factors).factors;
        let factors = self.factors.unwrap_or(usual);
        let factors = [Factor::Totp, Factor::Sms, Factor::Email, Factor::Passkey]
            .into_iter()
            .filter(|factor| factors.contains(*factor) && !self.without.contains(*factor))
            .collect();
        Target { mfa_configuration: self.mfa_configuration, factors }
    }
}

fn shortened(word: &str) -> String {
    word.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PoolKey {
        PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_a".into() }
    }

    fn wanted(words: &[(&str, &str)]) -> Result<Wanted, String> {
        let words = words.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())).collect();
        Wanted::of_words(key(), &words)
    }

    #[test]
    fn words_say_what_is_wanted() {
        assert_eq!(wanted(&[("target", ""), ("days", "")]), Ok(Wanted::of_pool(key())));
        let found = wanted(&[("target", "optional"), ("without", "sms,email"), ("days", "14"), ("assume", "refused")]);
        let found = found.expect("fine");
        assert_eq!((found.mfa_configuration, found.days), (MfaConfiguration::Optional, Some(14)));
        let setting = PoolSetting {
            aws_region: "us-east-1".into(),
            pool_id: "us-east-1_a".into(),
            pool_name: String::new(),
            mfa_configuration: MfaConfiguration::Off,
            factors: FactorSet::of_words("totp,sms").expect("factors"),
        };
        assert_eq!(found.target(&setting).factors.to_string(), "totp");
        let nothing = PoolSetting { factors: FactorSet::NONE, ..setting };
        assert_eq!(Wanted::of_pool(key()).target(&nothing).factors.to_string(), "totp");
        assert_eq!(wanted(&[("cohort", "staff")]).expect("fine").grouping, Grouping::Cohort);
    }

    #[test]
    fn what_cannot_be_is_said_in_a_line() {
        for (name, word, line) in [
            ("target", "maybe", "target=\"maybe\" is not one of OFF, OPTIONAL, ON"),
            ("factors", "totp,pigeon", "factors=\"totp,pigeon\" is not one of totp, sms, email, passkey"),
            ("days", "0", "days=\"0\" is not 1 to 400"),
            ("days", "x", "days=\"x\" is not 1 to 400"),
            ("assume", "luck", "assume=\"luck\" is not one of prompted, refused"),
            ("group", "cohort", "group=cohort needs cohort= with a name of [rollout.cohorts]"),
        ] {
            assert_eq!(wanted(&[(name, word)]), Err(line.to_owned()));
        }
        assert!(wanted(&[("colour", "red")]).expect_err("refused").contains("\"colour\" is no parameter"));
    }
}
