//! Decisions that were kept, as pages.

use serde_json::Value;

use super::{Subject, page_of};
use crate::dashboard::address;
use crate::dashboard::figures::{Cell, FigurePage, Table, words as column};
use crate::dashboard::format::{NO_DATA, count, instant};
use crate::dashboard::pool::Notice;
use crate::decision::Decision;
use crate::query::KeptDecision;
use crate::rollout::Difference;

/// Differences that are told.
const MOST: usize = 500;

/// Characters of a value that are told.
const LONGEST: usize = 120;

/// Every decision that was kept.
pub fn records(kept: &[KeptDecision]) -> FigurePage {
    let row = |(index, record): (usize, &KeptDecision)| {
        let earlier = kept[index + 1..].iter().find(|earlier| earlier.key == record.key);
        let compared = match earlier {
            Some(earlier) => {
                Cell::text("With the one before").link(format!("{}/against/{}", address(record), earlier.record_id))
            }
            None => Cell::text(""),
        };
        vec![
            Cell::instant(Some(record.made_at)).link(address(record)),
            Cell::text(address::of_pool(&record.key)),
            Cell::text(record.made_by.clone().unwrap_or_else(|| NO_DATA.to_owned())),
            Cell::named(record.fingerprint.chars().take(12).collect::<String>(), &record.fingerprint),
            compared,
        ]
    };
    let table = Table {
        key: "records",
        title: "Kept decisions".into(),
        explanation: "What was known when somebody decided. They are never changed and outlive the raw records.".into(),
        columns: vec![
            column("made_at", "When"),
            column("pool", "Pool"),
            column("made_by", "By"),
            column("fingerprint", "Fingerprint"),
            column("compare", "Compare"),
        ],
        rows: kept.iter().enumerate().map(row).collect(),
        nothing: "None yet: keep one on the page Roll-out.".into(),
        note: String::new(),
    };
    FigurePage { tables: vec![table], ..FigurePage::new("Kept decisions", "") }
}

/// A decision as it was kept; `is_intact`: its document still has the fingerprint.
pub fn record(kept: &KeptDecision, decision: &Decision, is_intact: bool, small_denominator: u64) -> FigurePage {
    let subject = Subject { decision, small_denominator, query: "" };
    let text = if is_intact {
        format!(
            "Kept {}{}, as of {}. Fingerprint {}.",
            instant(kept.made_at),
            kept.made_by.as_ref().map(|user| format!(" by {user}")).unwrap_or_default(),
            instant(decision.as_of),
            kept.fingerprint
        )
    } else {
        "The document does not have the fingerprint it was kept with: somebody changed it in the store.".to_owned()
    };
    let notice = Notice { text, link: "/rollout/records".into(), link_text: "All decisions".into() };
    let mut page = page_of(&subject, &format!("/api/v1{}", address(kept)));
    page.notices.insert(0, notice);
    page
}

/// What two decisions say differently.
pub fn comparison(first: &KeptDecision, second: &KeptDecision, differences: &[Difference]) -> FigurePage {
    // What follows from the rest, and thousands of days of curves.
    let is_told =
        |difference: &&Difference| !["sql", "enrolment.curve"].iter().any(|place| difference.place.starts_with(place));
    let told: Vec<&Difference> = differences.iter().filter(is_told).collect();
    let value = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let short: String = text.chars().take(LONGEST).collect();
        if short.len() < text.len() { format!("{short}…") } else { short }
    };
    let row = |difference: &&Difference| {
        vec![
            Cell::text(difference.place.clone()),
            Cell::text(value(&difference.first)),
            Cell::text(value(&difference.second)),
        ]
    };
    let left = told.len().saturating_sub(MOST);
    let table = Table {
        key: "differences",
        title: format!("{} and {}", instant(first.made_at), instant(second.made_at)),
        explanation: "By place in the document.".into(),
        columns: vec![column("place", "Place"), column("first", "First"), column("second", "Second")],
        rows: told.iter().take(MOST).map(row).collect(),
        nothing: "They say the same.".into(),
        note: if left > 0 { format!("{} more are not shown.", count(left as u64)) } else { String::new() },
    };
    FigurePage { tables: vec![table], ..FigurePage::new("Two decisions", "") }
}

fn address(record: &KeptDecision) -> String {
    format!("/rollout/records/{}", record.record_id)
}
