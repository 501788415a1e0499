//! Challenges and the fate of their answers.

/// Declares an enum whose variants have one fixed spelling in the store, labels and pages.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling used in the store, in labels and in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value with this spelling.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(word: &str) -> Result<Self, ()> {
                Self::from_word(word).ok_or(())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::from_word(&word).ok_or_else(|| {
                    let words: Vec<&str> = Self::ALL.iter().map(|value| value.as_str()).collect();
                    serde::de::Error::custom(format!("{word:?} is not one of {}", words.join(", ")))
                })
            }
        }
    };
}
pub(crate) use words;

words! {
    /// A second factor.
    Factor {
        /// Time-based one-time password, `SOFTWARE_TOKEN_MFA`.
        Totp = "totp",
        /// Text message, `SMS_MFA`.
        Sms = "sms",
        /// E-mail code, `EMAIL_OTP` after a password step.
        Email = "email",
        /// Passkey, `WEB_AUTHN` where the pool counts it as MFA.
        Passkey = "passkey",
        /// A `CUSTOM_CHALLENGE` that the configuration counts as MFA.
        Custom = "custom",
        /// `Mfa_POST` of the classic hosted UI names no factor.
        Unknown = "unknown",
    }
}

words! {
    /// How a step of a sign-in or recovery ended.
    Outcome {
        /// Accepted.
        Success = "success",
        /// Rejected because of the code or the session.
        Failure = "failure",
        /// Not decided by the user's answer, or not shown by CloudTrail.
        Undetermined = "undetermined",
    }
}

words! {
    /// Why an answer or a recovery step did not succeed.
    Reason {
        /// Wrong code.
        CodeMismatch = "code_mismatch",
        /// Code too old.
        CodeExpired = "code_expired",
        /// TOTP code used a second time.
        CodeReplayed = "code_replayed",
        /// Answered after the session's validity.
        SessionExpired = "session_expired",
        /// Session unknown or already used.
        SessionInvalid = "session_invalid",
        /// Locked out after repeated attempts.
        AttemptsExceeded = "attempts_exceeded",
        /// Account-wide request quota.
        Throttled = "throttled",
        /// Blocked by AWS WAF.
        Waf = "waf",
        /// A Lambda trigger failed.
        Lambda = "lambda",
        /// The pool or its delivery roles are misconfigured.
        Config = "config",
        /// The user cannot pass in this state (disabled, unconfirmed, reset required, wrong password).
        UserState = "user_state",
        /// A UI page whose outcome CloudTrail does not show.
        Undetermined = "undetermined",
        /// Per-user limit of a recovery call.
        LimitExceeded = "limit_exceeded",
        /// No valid recovery channel.
        NoChannel = "no_channel",
        /// Refused by IAM or WAF.
        Denied = "denied",
        /// An error the tables do not know.
        Other = "other",
    }
}

impl Reason {
    /// Those that make an answer to a challenge a failure.
    pub const OF_FAILURES: &'static [Self] = &[
        Self::CodeMismatch,
        Self::CodeExpired,
        Self::CodeReplayed,
        Self::SessionExpired,
        Self::SessionInvalid,
        Self::AttemptsExceeded,
    ];

    /// Those of answers that say nothing about the user's code.
    pub const OF_UNDETERMINED: &'static [Self] =
        &[Self::Throttled, Self::Waf, Self::Lambda, Self::Config, Self::UserState, Self::Undetermined, Self::Other];
}

words! {
    /// The part a record plays in a sign-in.
    Step {
        /// A password was, or is being, checked: what follows is a second factor.
        Password = "password",
        /// Choice-based sign-in: a one-time code that follows is a first factor.
        Choice = "choice",
        /// An answer that is always to an MFA challenge.
        MfaAnswer = "mfa_answer",
        /// An `EMAIL_OTP` answer: second factor only after a password step.
        EmailAnswer = "email_answer",
        /// A `WEB_AUTHN` answer: MFA only where the pool counts it.
        PasskeyAnswer = "passkey_answer",
        /// An `SMS_OTP` answer: always a first factor.
        SmsOtpAnswer = "sms_otp_answer",
        /// A `MFA_SETUP` answer: the user enrolled on the way.
        MfaSetup = "mfa_setup",
        /// A `CUSTOM_CHALLENGE` answer.
        CustomAnswer = "custom_answer",
        /// Remembered device steps.
        Device = "device",
        /// `SELECT_MFA_TYPE`, `NEW_PASSWORD_REQUIRED` and other plumbing.
        Plumbing = "plumbing",
        /// A token refresh: activity, but no sign-in.
        Refresh = "refresh",
    }
}
