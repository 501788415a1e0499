//! Every headline figure: how it is counted, what it rests on, and the question behind it.

use super::figures::{Cell, FigurePage, Table, words};
use super::format::instant;
use crate::model::Stream;
use crate::snapshot::Snapshot;

/// What a figure rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Listings, look-ups and records, each user's strongest.
    States,
    /// CloudTrail records.
    Records,
    /// Receipts of carriers.
    Receipts,
    /// What users did, read from records.
    Behaviour,
    /// Errors of calls, and Cognito's own log.
    SendErrors,
}

impl Evidence {
    /// Words for it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::States => "Listings, look-ups and records",
            Self::Records => "CloudTrail records",
            Self::Receipts => "Carrier receipts",
            Self::Behaviour => "Inferred from behaviour",
            Self::SendErrors => "Send errors",
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::States => "the strongest evidence about each user; those without any are unknown, and left out",
            Self::Records => "what Cognito's own API recorded; determined answers only",
            Self::Receipts => "what carriers and phones reported, up to 72 hours late; sampled where AWS samples it",
            Self::Behaviour => "codes that were asked for and answered: use, not delivery",
            Self::SendErrors => "refused calls, and Cognito's log where it is read: without that a lower bound",
        }
    }

    /// Streams that bring it.
    pub(super) const fn streams(self) -> &'static [Stream] {
        match self {
            Self::States => &[Stream::Listing, Stream::Cloudtrail],
            Self::Records | Self::Behaviour => &[Stream::Cloudtrail],
            Self::Receipts => &[Stream::Sms],
            Self::SendErrors => &[Stream::Cloudtrail, Stream::CognitoLogs],
        }
    }
}

/// A headline figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figure {
    /// Names it in addresses and in JSON.
    pub(super) key: &'static str,
    title: &'static str,
    /// Numerator, denominator, and what is left out.
    counted: &'static str,
    pub(super) evidence: Evidence,
    /// The saved question that answers it.
    pub(super) query: &'static str,
}

const fn figure(
    key: &'static str,
    title: &'static str,
    counted: &'static str,
    evidence: Evidence,
    query: &'static str,
) -> Figure {
    Figure { key, title, counted, evidence, query }
}

const FIGURES: &[Figure] = &[
    figure(
        "can_do_mfa",
        "Can do MFA",
        "Eligible users with at least one second factor that the pool allows today, of the eligible users with any \
         evidence. Eligible: local, enabled, and confirmed or about to set a password. Users without evidence are \
         unknown; the bounds tell what they could change.",
        Evidence::States,
        "population",
    ),
    figure(
        "failed_answers",
        "Answers that fail",
        "Answers to MFA challenges refused because of the code or the session, of all answers that were accepted or so \
         refused. Throttling, firewalls, triggers, configuration and pages that hide their outcome are left out.",
        Evidence::Records,
        "challenge_total",
    ),
    figure(
        "failed_sessions",
        "Failed challenge sessions",
        "Challenge sessions without a success, of those with at least one determined answer. A session is one user's \
         answers in one app client, at most 15 minutes apart, up to the first success. It counts as failed once it is \
         older than the gap and records can no longer come late.",
        Evidence::Records,
        "challenge_total",
    ),
    figure(
        "first_try",
        "Right at the first try",
        "Sessions whose first determined answer was accepted, of all sessions.",
        Evidence::Records,
        "challenge_total",
    ),
    figure(
        "stuck_users",
        "Users who never got through",
        "Users with failed sessions and no successful one, of users with any session.",
        Evidence::Records,
        "challenge_user",
    ),
    figure(
        "unanswered",
        "Challenges without an answer",
        "Challenges neither answered while their session was valid nor followed by a newer one, of challenges seen being \
         issued. Not measurable where no record names the challenge it issues.",
        Evidence::Records,
        "challenge_total",
    ),
    figure(
        "mfa_sign_ins",
        "Sign-ins that passed MFA",
        "Completed sign-ins through the API with an accepted second factor in the same flow, of all completed ones. \
         Refreshes, federation and the first sign-in of people who just signed up are left out.",
        Evidence::Records,
        "sign_in_coverage",
    ),
    figure(
        "device_sign_ins",
        "Sign-ins from a remembered device",
        "Sign-ins completed by a remembered device instead of a second factor, of all completed API sign-ins.",
        Evidence::Records,
        "challenge_total",
    ),
    figure(
        "recovery_events",
        "Recovery events",
        "Password resets asked for or completed, resets and passwords by administrators, MFA switched off, and codes sent \
         again. Kinds that ask count every attempt, the others what was done.",
        Evidence::Records,
        "recovery_count",
    ),
    figure(
        "resets_completed",
        "Resets completed",
        "Password resets completed within an hour, of those asked for that name a user: Cognito pretends to send a code \
         to users who do not exist.",
        Evidence::Records,
        "recovery_count",
    ),
    figure(
        "mfa_removals",
        "MFA switched off by administrators",
        "Calls that switched a factor off and none on. Protected again: MFA passed or switched on afterwards, or a later \
         look-up lists a factor.",
        Evidence::Records,
        "mfa_removal_count",
    ),
    figure(
        "weakenings",
        "Phone changed, then a new network",
        "Changed phone numbers followed within a day by a sign-in from a network where the user had never been, of changed \
         numbers. Users of whom no network was known are left out.",
        Evidence::Records,
        "weakening_count",
    ),
    figure(
        "sms_delivery",
        "Messages delivered",
        "Messages delivered, of those delivered or failed for good. Unknown fates are left out. Receipts come up to 72 \
         hours late.",
        Evidence::Receipts,
        "sms_count",
    ),
    figure(
        "sms_delay",
        "Time to arrive",
        "Until the phone acknowledged a delivered message, else until the carrier took it; estimated within buckets.",
        Evidence::Receipts,
        "sms_count",
    ),
    figure(
        "sms_price",
        "Cost",
        "The sum of the prices that receipts carry, failed messages included.",
        Evidence::Receipts,
        "sms_count",
    ),
    figure(
        "sms_conversion",
        "Codes answered",
        "Codes answered correctly while they were valid, of codes that apps asked for. It tells use, not delivery.",
        Evidence::Behaviour,
        "sms_count",
    ),
    figure(
        "sms_resends",
        "Codes asked for again",
        "Codes asked for again within 15 minutes or explicitly, for each one asked for first.",
        Evidence::Behaviour,
        "sms_count",
    ),
    figure(
        "sms_send_errors",
        "Not even sent",
        "Messages that Cognito could not hand over: refused calls, and lines of its own log.",
        Evidence::SendErrors,
        "sms_count",
    ),
];

/// The figure of that key.
pub(super) fn figure_of(key: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.key == key)
}

/// Tables and the saved questions that answer them.
const TABLES: &[(&str, &str)] = &[
    ("clients", "challenge_count"),
    ("factors", "challenge_count"),
    ("failures", "challenge_count"),
    ("first_factor", "challenge_count"),
    ("steps", "challenge_count"),
    ("times", "challenge_day"),
    ("told_by_cognito", "challenge_count"),
    ("undetermined", "challenge_count"),
    ("messages", "other_message"),
    ("kinds", "recovery_count"),
    ("listed_pools", "population"),
    ("passwords_by_administrator", "recovery_actor"),
    ("pools", "recovery_count"),
    ("pools_weakened", "pool_weakening"),
    ("refusals", "recovery_count"),
    ("mfa_switched_off", "mfa_removal"),
    ("removals_by_administrator", "mfa_removal_count"),
    ("sim_swaps", "weakening"),
    ("weakened", "weakening"),
    ("codes", "sms_count"),
    ("delivery", "sms_count"),
    ("pumping", "pumping_candidate"),
    ("reasons_by_country", "sms_count"),
    ("send_errors", "sms_count"),
    ("sms_failures", "sms_count"),
];

/// The question behind a table; `None` where no question to the store tells it.
pub(super) fn query_of_table(key: &str) -> Option<&'static str> {
    TABLES.iter().find(|(table, _)| *table == key).map(|(_, query)| *query)
}

/// The page that explains the figures.
pub fn about(snapshot: &Snapshot) -> FigurePage {
    let row = |figure: &Figure| {
        vec![
            Cell::text(figure.title).anchor(figure.key),
            Cell::text(figure.counted),
            Cell::named(figure.evidence.label(), "").sub(figure.evidence.meaning()),
            Cell::text(figure.query).link(format!("/queries/{}", figure.query)),
        ]
    };
    let term = |(term, meaning): &(&'static str, &'static str)| vec![Cell::text(*term), Cell::text(*meaning)];
    FigurePage {
        as_of: instant(snapshot.as_of),
        tables: vec![
            Table {
                key: "figures",
                title: "Headline figures".into(),
                explanation:
                    "A share of fewer than a handful of cases is greyed. Without a case there is no data, and \
                              no zero."
                        .into(),
                columns: vec![
                    words("figure", "Figure"),
                    words("counted", "How it is counted"),
                    words("evidence", "Evidence"),
                    words("query", "Query"),
                ],
                rows: FIGURES.iter().map(row).collect(),
                nothing: String::new(),
                note: String::new(),
            },
            Table {
                key: "glossary",
                title: "Words".into(),
                explanation: String::new(),
                columns: vec![words("term", "Word"), words("meaning", "What it means here")],
                rows: GLOSSARY.iter().map(term).collect(),
                nothing: String::new(),
                note: String::new(),
            },
        ],
        ..FigurePage::new(
            "About the figures",
            "How each figure is counted, what it rests on, and the question to the store that answers it.",
        )
    }
}

const GLOSSARY: &[(&str, &str)] = &[
    ("Eligible", "A local, enabled user who can sign in: confirmed, or about to set a new password."),
    ("Federated", "A user of another identity provider. Cognito's MFA never applies to them: they are in no share."),
    (
        "Known",
        "There is evidence about the user's MFA that is not too old. The others are unknown, never “not enrolled”.",
    ),
    ("Explicit", "A look-up lists a factor, or the newest readable change switched one on."),
    ("Proven", "The user passed a challenge with the factor in the last 90 days."),
    ("Implicit", "The pool requires MFA and the user has a phone number or address that it challenges by."),
    ("None", "Looked up, or the newest change says so: no factor."),
    ("Strong", "An authenticator app, or a passkey where the pool counts it as MFA."),
    ("Challenge session", "One user's answers in one app client, at most 15 minutes apart, up to the first success."),
    ("Determined answer", "An answer that was accepted, or refused because of the code or the session."),
    ("Provisional", "Newer than records or receipts may still come: it can change."),
    ("Data through", "When the newest line that was read had been delivered."),
    ("Before", "The stretch of the same length before, moved by whole weeks, so that the days of the week match."),
    ("Late, stale", "Nothing came for longer than it should: late after an hour without a record, stale after six."),
    ("Carrier receipt", "What a carrier or phone said became of a text message."),
    (
        "Replay",
        "Every completed sign-in of a stretch once more, against another setting of the pool and what is known of its \
         user. Each user and each sign-in comes to one end; nothing is changed.",
    ),
    (
        "Prompted, refused",
        "What becomes of users without a factor once MFA is required. AWS's developer guide has them set one up, its API \
         reference has them refused: the page takes one and shows the other.",
    ),
    (
        "No way in",
        "No factor, no channel that a code could be sent to, and no way to set one up. Users behind an app client that was \
         never seen with MFA are unknown instead.",
    ),
    ("Wave", "Users who are switched together, so few that support can help all whom it stops or holds up."),
    (
        "SMS pumping",
        "Codes asked for to earn from the messages: far above usual, hardly answered, mostly for new users.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::figure_question;

    #[test]
    fn every_figure_and_table_has_a_question() {
        for figure in FIGURES {
            assert!(figure_question(figure.query).is_some(), "{}: {}", figure.key, figure.query);
        }
        for (table, query) in TABLES {
            assert!(figure_question(query).is_some(), "{table}: {query}");
        }
    }
}
