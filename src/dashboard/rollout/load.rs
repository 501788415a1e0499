//! What the switch adds.

use chrono::NaiveDate;

use super::Subject;
use crate::dashboard::figures::{Cell, Table, figures, words as column};
use crate::rollout::{CountryLoad, PerDay, Price};

/// Countries that are told.
const MOST: usize = 30;

/// Requests, messages, money and work.
pub(super) fn table(subject: &Subject<'_>) -> Table {
    let load = &subject.decision.load;
    let row = |key: &str, what: &str, value: Cell, meaning: &str| vec![Cell::named(what, key).sub(meaning), value];
    let per_day = |value: Option<PerDay>| match value {
        Some(PerDay { expected, low, high }) => Cell::number(Some(expected), 1).sub(format!("{low:.1} to {high:.1}")),
        None => Cell::number(None, 1),
    };
    let peak = Cell::number(load.peak_answers_per_second, 1);
    let peak = match load.peak_answers_per_second {
        Some(peak_answers) if peak_answers > load.quota_per_second => peak.class("bad"),
        _ => peak,
    };
    let money = |value: Option<f64>| Cell::usd(value);
    Table {
        key: "load",
        title: "What it adds".into(),
        explanation: "From the sign-ins that were replayed and the rates seen today.".into(),
        columns: vec![column("what", "What"), figures("value", "Expected")],
        rows: vec![
            row(
                "peak_answers_per_second",
                "Answers to challenges a second",
                peak.sub(format!("quota {:.0}", load.quota_per_second)),
                "In the busiest minute, wrong ones included",
            ),
            row(
                "new_messages_per_day",
                "More text messages a day",
                Cell::number(load.new_messages_per_day, 0),
                "Of users who are not challenged today",
            ),
            row(
                "new_usd_per_month",
                "More for text messages a month",
                money(load.new_usd_per_month),
                "Countries with a known price",
            ),
            row(
                "spent_usd_per_month",
                "Spent on text messages in 30 days",
                money(load.spent_usd_per_month),
                "By receipts, of the Region that sends them, for everybody",
            ),
            row(
                "limit_usd_per_month",
                "Spend limit a month",
                money(load.limit_usd_per_month),
                "sms_limit_usd_per_month of the config",
            ),
            row(
                "resets_per_day",
                "Passwords reset a day",
                per_day(load.resets),
                "By the newly challenged, at today's rate of users with MFA, with its 95 % interval",
            ),
            row(
                "admin_cases_per_day",
                "Administrators' cases a day",
                per_day(load.admin_cases),
                "Passwords reset and factors removed for them, likewise",
            ),
        ],
        nothing: String::new(),
        note:
            "A dash: nothing tells. Today's rates of users who chose MFA may be lower than those of users who had to."
                .into(),
    }
}

/// Text messages by country.
pub(super) fn countries(subject: &Subject<'_>) -> Table {
    let decision = subject.decision;
    let row = |country: &CountryLoad| {
        let price = match &country.price {
            Some(price) => Cell::number(Some(price.usd), 4).sub(price_of(price, decision.prices_as_of)),
            None => Cell::number(None, 4),
        };
        vec![
            Cell::country(&country.country),
            Cell::number(Some(country.new_messages_per_day), 1),
            Cell::number(Some(country.present_messages_per_day), 1),
            price,
            Cell::usd(country.new_usd_per_day.map(|usd| usd * 30.0)),
        ]
    };
    let shown = decision
        .load
        .countries
        .iter()
        .filter(|country| country.new_messages_per_day > 0.0 || country.present_messages_per_day > 0.0);
    Table {
        key: "sms_by_country",
        title: "Text messages by country".into(),
        explanation: "Sign-ins a day that a text message would let in, and what one costs.".into(),
        columns: vec![
            column("country", "Country"),
            figures("new_messages_per_day", "More a day"),
            figures("present_messages_per_day", "Today"),
            figures("price_usd", "US$ each"),
            figures("new_usd_per_month", "More a month"),
        ],
        rows: shown.take(MOST).map(row).collect(),
        nothing: "Nobody would be let in by a text message.".into(),
        note: String::new(),
    }
}

/// Who says so.
fn price_of(price: &Price, table_of: Option<NaiveDate>) -> String {
    match (price.from.as_str(), table_of) {
        ("table", Some(day)) => format!("price table of {day}"),
        _ => "receipts of 90 days".to_owned(),
    }
}
