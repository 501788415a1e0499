//! What users do with their codes, by country and purpose.

use std::cmp::Ordering;

use crate::dashboard::figures::{Cell, Column, Table, figures as figure, words};
use crate::dashboard::format::count;
use crate::model::{Ratio, SmsPurpose};
use crate::query::{SmsFigures, SmsRequests};

const COLUMNS: [Column; 8] = [
    words("country", "Country"),
    words("purpose", "For"),
    figure("app_requests", "Codes from apps"),
    figure("conversion", "Answered"),
    figure("conversion_95", "Likely between"),
    figure("page_requests", "Codes from hosted pages"),
    figure("resends", "Asked for again"),
    figure("new_users", "For new users"),
];

pub(super) fn table(figures: &SmsFigures, small_denominator: u64) -> Table {
    let mut asked = of_every_pool(&figures.now.requests);
    asked.sort_by(surely_worse);
    let row = |asked: &SmsRequests| {
        let first = Ratio::new(asked.resends, asked.requests.saturating_sub(asked.resends));
        vec![
            Cell::country(&asked.country),
            Cell::named(purpose(&asked.purpose), &asked.purpose),
            Cell::count(asked.app_requests),
            Cell::share(answered(asked), small_denominator),
            Cell::interval(answered(asked)),
            Cell::count(asked.on_pages()),
            again(first, small_denominator),
            Cell::share(Ratio::new(asked.by_new_users, asked.requests), small_denominator),
        ]
    };
    Table {
        key: "codes",
        title: "Codes by country and purpose".into(),
        explanation: "Evidence: inferred from behaviour. Codes that were certainly sent by text message, and whether they were answered correctly in time: it says nothing about delivery. In the order of the upper end of the 95 % interval. New users were made in the 24 hours before.".into(),
        columns: COLUMNS.to_vec(),
        rows: asked.iter().map(row).collect(),
        nothing: "No code of this time is known to have gone by text message.".into(),
        note: "The country is that of the user's listed number: a code is counted once a listing of the users has told it. Hosted pages never show the right answer, so their codes are in no share of answers.".into(),
    }
}

/// The same country and purpose of every pool together.
fn of_every_pool(requests: &[SmsRequests]) -> Vec<SmsRequests> {
    let mut together: Vec<SmsRequests> = Vec::new();
    for each in requests {
        match together.iter_mut().find(|sum| sum.country == each.country && sum.purpose == each.purpose) {
            Some(sum) => {
                sum.requests += each.requests;
                sum.app_requests += each.app_requests;
                sum.answers += each.answers;
                sum.resends += each.resends;
                sum.by_new_users += each.by_new_users;
            }
            None => together.push(each.clone()),
        }
    }
    together
}

fn answered(asked: &SmsRequests) -> Ratio {
    Ratio::new(asked.answers, asked.app_requests)
}

fn surely_worse(one: &SmsRequests, other: &SmsRequests) -> Ordering {
    let bound = |each: &SmsRequests| answered(each).interval().map_or(2.0, |(_, high)| high);
    bound(one)
        .total_cmp(&bound(other))
        .then_with(|| other.requests.cmp(&one.requests))
        .then_with(|| (&one.country, &one.purpose).cmp(&(&other.country, &other.purpose)))
}

/// Codes asked for again, for each first one. No part of a whole: there may be more of them.
fn again(ratio: Ratio, small_denominator: u64) -> Cell {
    Cell::share(ratio, small_denominator).sub(format!("{} after {}", count(ratio.numerator), count(ratio.denominator)))
}

fn purpose(word: &str) -> &str {
    match SmsPurpose::from_word(word) {
        Some(SmsPurpose::Mfa) => "Second factor",
        Some(SmsPurpose::SignIn) => "Sign-in with a code",
        Some(SmsPurpose::SignUp) => "Sign-up",
        Some(SmsPurpose::Recovery) => "Password reset",
        Some(SmsPurpose::Attribute) => "Verifying a number",
        None => word,
    }
}
