//! Why messages fail, and what to do about it.

use std::collections::BTreeMap;

use crate::dashboard::figures::{Cell, Column, Table, figures as figure, words};
use crate::dashboard::format::{count, country};
use crate::model::{Ratio, SmsFailure};
use crate::query::{SmsFigures, SmsReceipts};

/// A reason in words, and what to do.
struct Advice {
    reason: SmsFailure,
    words: &'static str,
    remedy: &'static str,
}

const fn advice(reason: SmsFailure, words: &'static str, remedy: &'static str) -> Advice {
    Advice { reason, words, remedy }
}

/// Not the carrier's doing: the account, or the owner of the number, does not want the message.
const LIMITS: &[Advice] = &[
    advice(
        SmsFailure::SpendLimit,
        "The month's spend limit is reached: nothing is sent",
        "Rule out SMS pumping first; then ask AWS Support for a higher limit and raise MonthlySpendLimit with sns:SetSMSAttributes.",
    ),
    advice(
        SmsFailure::OptedOut,
        "The owner of the number opted out",
        "Only with the owner's consent: sns:OptInPhoneNumber, or sms-voice:DeleteOptedOutNumber. Another factor is the better way.",
    ),
    advice(
        SmsFailure::MaxPrice,
        "Dearer than the highest price allowed",
        "Meant to be so, or the highest price of a message is set too low for this country.",
    ),
    advice(
        SmsFailure::ProtectBlocked,
        "Blocked by a protect configuration of the account",
        "Meant to be so, or allow the country: sms-voice:UpdateProtectConfigurationCountryRuleSet.",
    ),
];

const CARRIERS: &[Advice] = &[
    advice(
        SmsFailure::Spam,
        "The carrier takes it for spam",
        "Send from a registered sender of that country, and keep links and changing words out of the template.",
    ),
    advice(
        SmsFailure::BlockedDestination,
        "The number is on a list of blocked destinations",
        "Single numbers: offer another factor. Many: ask AWS Support.",
    ),
    advice(
        SmsFailure::InvalidNumber,
        "No such number",
        "Check numbers where users enter them. Many at once can be SMS pumping.",
    ),
    advice(
        SmsFailure::InvalidMessage,
        "The text was refused",
        "Shorten the pool's message templates and keep to plain characters.",
    ),
    advice(
        SmsFailure::CarrierBlocked,
        "The carrier blocked it",
        "Often a sender that is not registered in that country, or not at all: US numbers need a registered origination identity.",
    ),
    advice(
        SmsFailure::CarrierUnreachable,
        "The carrier cannot be reached",
        "An outage there. Offer an authenticator app or a passkey meanwhile.",
    ),
    advice(
        SmsFailure::PhoneBlocked,
        "The phone blocks text messages",
        "The user has to allow them, or use another factor.",
    ),
    advice(
        SmsFailure::PhoneBlocklist,
        "The phone is on a blocked list",
        "The user's carrier can tell; offer another factor.",
    ),
    advice(
        SmsFailure::PhoneUnreachable,
        "The phone is off or out of reach",
        "Ordinary in small numbers. A jump in one country is an outage.",
    ),
    advice(
        SmsFailure::TtlExpired,
        "Not delivered while it was worth delivering",
        "The code is void by then. A jump in one country is an outage.",
    ),
    advice(
        SmsFailure::Unknown,
        "The carrier gives no reason",
        "Nothing, unless they are many in one country: ask AWS Support.",
    ),
    advice(
        SmsFailure::Other,
        "Something that mfascope has no name for",
        "See what was said under \"Messages that mfascope does not know\".",
    ),
];

/// Reasons that are not the carrier's, the others, and all by country.
pub(super) fn tables(figures: &SmsFigures) -> Vec<Table> {
    vec![
        by_reason(
            figures,
            LIMITS,
            "limits",
            "Held back by the account or the owner of the number",
            "Evidence: carrier receipts. These messages fail however well the carriers work; the remedy is yours. The SMS sandbox is under \"Not even sent\".",
            "No message of this time was held back.",
        ),
        by_reason(
            figures,
            CARRIERS,
            "reasons",
            "Why carriers did not deliver",
            "Evidence: carrier receipts. Every reason by its messages, and where most of them were bound for.",
            "No message of this time is known to have failed at a carrier.",
        ),
        by_country(figures),
    ]
}

fn by_reason(
    figures: &SmsFigures,
    advices: &[Advice],
    key: &'static str,
    title: &str,
    explanation: &str,
    nothing: &str,
) -> Table {
    let failed: u64 = figures.now.receipts.iter().map(SmsReceipts::failed).sum();
    let mut found: Vec<(&Advice, Places<'_>)> =
        advices.iter().map(|advice| (advice, places(figures, advice.reason))).collect();
    found.retain(|(_, places)| !places.is_empty());
    found.sort_by_key(|(_, places)| std::cmp::Reverse(places.values().sum::<u64>()));
    let row = |(advice, places): (&Advice, Places<'_>)| {
        let messages = places.values().sum();
        vec![
            Cell::named(advice.words, advice.reason.as_str()),
            Cell::count(messages),
            // A part of few failures is no less a part: nothing is inferred from it.
            Cell::share(Ratio::new(messages, failed), 0).sub(""),
            Cell::text(most(places)),
            Cell::text(advice.remedy),
        ]
    };
    Table {
        key,
        title: title.into(),
        explanation: explanation.into(),
        columns: vec![
            words("reason", "Reason"),
            figure("failed_messages", "Messages"),
            figure("share_of_failed", "Of all failed"),
            words("mostly", "Most of them"),
            words("remedy", "What to do"),
        ],
        rows: found.into_iter().map(row).collect(),
        nothing: nothing.into(),
        note: String::new(),
    }
}

/// Messages by AWS Region and country.
type Places<'a> = BTreeMap<(&'a str, &'a str), u64>;

/// Messages that failed for a reason.
fn places(figures: &SmsFigures, reason: SmsFailure) -> Places<'_> {
    let of = |each: &str| SmsFailure::from_word(each).unwrap_or(SmsFailure::Other) == reason;
    let mut places = Places::new();
    for receipts in &figures.now.receipts {
        for (_, messages) in receipts.failures.iter().filter(|(each, _)| of(each)) {
            *places.entry((receipts.aws_region.as_str(), receipts.country.as_str())).or_default() += messages;
        }
    }
    places
}

/// Places that are named in one cell.
const MOST_PLACES: usize = 3;

fn most(places: Places<'_>) -> String {
    let mut places: Vec<((&str, &str), u64)> = places.into_iter().collect();
    places.sort_by_key(|(_, messages)| std::cmp::Reverse(*messages));
    let named = places
        .iter()
        .take(MOST_PLACES)
        .map(|((region, code), messages)| format!("{} from {region}: {}", country(code), count(*messages)));
    let more = places.len().saturating_sub(MOST_PLACES);
    let more = (more > 0).then(|| format!("{more} more"));
    named.chain(more).collect::<Vec<_>>().join("; ")
}

const BY_COUNTRY: [Column; 5] = [
    words("country", "To"),
    words("aws_region", "Sent from"),
    words("reason", "Reason"),
    figure("failed_messages", "Messages"),
    figure("share_of_failed", "Of what failed there"),
];

/// Rows of this table.
const MOST_ROWS: usize = 100;

fn by_country(figures: &SmsFigures) -> Table {
    let failures = figures
        .now
        .receipts
        .iter()
        .flat_map(|each| each.failures.iter().map(move |(reason, messages)| (each, reason.as_str(), *messages)));
    let mut failures: Vec<_> = failures.collect();
    failures.sort_by(|(one, reason, messages), (other, other_reason, more)| {
        more.cmp(messages).then_with(|| {
            (&one.country, &one.aws_region, reason).cmp(&(&other.country, &other.aws_region, other_reason))
        })
    });
    let note = match failures.len().saturating_sub(MOST_ROWS) {
        0 => String::new(),
        more => format!("{more} more rows with fewer messages are left out."),
    };
    let row = |(receipts, reason, messages): &(&SmsReceipts, &str, u64)| {
        vec![
            Cell::country(&receipts.country),
            Cell::text(receipts.aws_region.clone()),
            Cell::named(in_words(reason), reason),
            Cell::count(*messages),
            Cell::share(Ratio::new(*messages, receipts.failed()), 0),
        ]
    };
    Table {
        key: "reasons_by_country",
        title: "Reasons by country".into(),
        explanation: "Evidence: carrier receipts. Most messages first.".into(),
        columns: BY_COUNTRY.to_vec(),
        rows: failures.iter().take(MOST_ROWS).map(row).collect(),
        nothing: "No message of this time is known to have failed.".into(),
        note,
    }
}

fn in_words(reason: &str) -> &str {
    let mut known = LIMITS.iter().chain(CARRIERS);
    known.find(|advice| advice.reason.as_str() == reason).map_or(reason, |advice| advice.words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words_and_a_remedy() {
        for reason in SmsFailure::ALL {
            let found = LIMITS.iter().chain(CARRIERS).filter(|advice| advice.reason == *reason);
            assert_eq!(found.count(), 1, "{reason}");
        }
    }
}
