//! Why answers were refused, and what to do about it.

use crate::dashboard::figures::{Cell, Table, figures, words};
use crate::model::{Ratio, Reason};
use crate::query::ReasonCount;

pub(super) fn tables(counts: &[ReasonCount], small: u64) -> Vec<Table> {
    let of = |series: &str| Reasons { counts: counts.iter().filter(|each| each.series == series).collect(), small };
    vec![
        Table {
            key: "failures",
            title: "Why answers fail".into(),
            explanation: "Only these enter the ratios of failures.".into(),
            nothing: "No answer failed in this time.".into(),
            ..of("challenge_failures").answers(Reason::OF_FAILURES)
        },
        Table {
            key: "undetermined",
            title: "Not the user's doing, or not told".into(),
            explanation: "Answers that say nothing about the user's code. They enter no ratio.".into(),
            nothing: "Every answer in this time is determined.".into(),
            ..of("challenge_undetermined").answers(Reason::OF_UNDETERMINED)
        },
        of("first_factor_failures").first_factor(),
    ]
}

/// The reasons of one series.
struct Reasons<'a> {
    counts: Vec<&'a ReasonCount>,
    small: u64,
}

impl Reasons<'_> {
    /// Every one of the reasons, with what to do about it.
    fn answers(&self, reasons: &[Reason]) -> Table {
        let row = |reason: &Reason| {
            let (label, remedy) = words_of(*reason);
            vec![Cell::named(label, reason.as_str()), self.events(*reason), self.share(*reason), Cell::text(remedy)]
        };
        let has_any = !self.counts.is_empty();
        Table {
            key: "",
            title: String::new(),
            explanation: String::new(),
            columns: vec![
                words("reason", "Reason"),
                figures("answers", "Answers"),
                figures("share", "Share"),
                words("remedy", "What to do"),
            ],
            rows: if has_any { reasons.iter().map(row).collect() } else { Vec::new() },
            nothing: String::new(),
            note: String::new(),
        }
    }

    /// The reasons that came up before any second factor.
    fn first_factor(&self) -> Table {
        let label = |reason: Reason| match reason {
            Reason::UserState => "Wrong user name or password, or a user who may not sign in now",
            Reason::AttemptsExceeded => "Locked out after repeated attempts",
            _ => words_of(reason).0,
        };
        let row = |reason: &Reason| {
            vec![Cell::named(label(*reason), reason.as_str()), self.events(*reason), self.share(*reason)]
        };
        Table {
            key: "first_factor",
            title: "First factor refused".into(),
            explanation: "Passwords, choices and one-time codes that are a first factor. They enter no ratio of MFA."
                .into(),
            columns: vec![words("reason", "Reason"), figures("attempts", "Attempts"), figures("share", "Share")],
            rows: Reason::ALL.iter().filter(|reason| self.count(**reason) > 0).map(row).collect(),
            nothing: "No first factor was refused in this time.".into(),
            note: String::new(),
        }
    }

    fn events(&self, reason: Reason) -> Cell {
        Cell::count(self.count(reason))
    }

    fn share(&self, reason: Reason) -> Cell {
        let whole = self.counts.iter().map(|each| each.events).sum();
        Cell::share(Ratio::new(self.count(reason), whole), self.small)
    }

    fn count(&self, reason: Reason) -> u64 {
        self.counts.iter().filter(|each| each.reason == reason.as_str()).map(|each| each.events).sum()
    }
}

/// A reason in plain words, and what the reader should do about it. Facts: Cognito developer guide,
/// "Managing errors", "Quotas" and the pages on MFA.
fn words_of(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::CodeMismatch => (
            "Wrong code",
            "Some are typos. Many from one app client: look at its newest release. Many with authenticator apps: \
             phones whose clock is off by more than 30 seconds.",
        ),
        Reason::CodeExpired => (
            "Code too old",
            "Codes come late or people are slow: see the delay under Text messages. A longer AuthSessionValidity of \
             the app client (3 to 15 minutes) also keeps the code valid for longer.",
        ),
        Reason::CodeReplayed => (
            "Authenticator code used a second time",
            "Each code works once. Most often the application sends the same answer twice: look for double taps and \
             automatic retries.",
        ),
        Reason::SessionExpired => (
            "Answered too late",
            "Raise AuthSessionValidity of the app client: 3 minutes unless set, at most 15. Managed login always \
             allows 3 minutes.",
        ),
        Reason::SessionInvalid => (
            "Session not known, or used before",
            "The application answers with an old Session value: every response brings a new one. Look for parallel \
             tabs and retries.",
        ),
        Reason::AttemptsExceeded => (
            "Locked out after repeated attempts",
            "After five wrong codes Cognito makes the user wait, up to 15 minutes. A few users: somebody may be \
             guessing. Many: first find out why codes are wrong.",
        ),
        Reason::Throttled => (
            "AWS request quota reached",
            "All pools of the account and Region share the quota. Ask for more in Service Quotas, or space out the \
             application's retries.",
        ),
        Reason::Waf => (
            "Blocked by AWS WAF",
            "Look at the sampled requests of the web ACL on the pool: a rule may catch ordinary users.",
        ),
        Reason::Lambda => {
            ("A Lambda trigger failed", "Look at the log groups of the pool's trigger functions at that time.")
        }
        Reason::Config => (
            "The set-up does not allow it",
            "The factor is not switched on in the pool, or the pool's role may not send: compare \
             cognito-idp:GetUserPoolMfaConfig with what the application offers.",
        ),
        Reason::UserState => (
            "The user may not sign in now",
            "Disabled, not confirmed, must reset the password, or a wrong password at this step: a matter for \
             support, user by user.",
        ),
        Reason::Undetermined => (
            "Records do not tell how it ended",
            "Answers on hosted pages without an error code, and custom challenges that ask again. The Plus plan can \
             export userAuthEvents, which tell: see Sources.",
        ),
        Reason::Other => (
            "An error that mfascope does not know",
            "See the messages at the end of this page, and please report them.",
        ),
        // Reasons of recovery: no answer to a challenge has them.
        Reason::LimitExceeded => ("Limit of attempts reached", ""),
        Reason::NoChannel => ("No channel to recover by", ""),
        Reason::Denied => ("Refused by IAM or WAF", ""),
    }
}
