//! What cannot be told with the configured sources, and what to switch on.

use super::figures::{Cell, FigurePage, Table, words};
use super::format::instant;
use super::pool::Notice;
use crate::snapshot::blind_spots::Blindness;
use crate::snapshot::{BlindSpot, Snapshot};

/// The page of blind spots.
pub fn blind_spots(snapshot: &Snapshot) -> FigurePage {
    FigurePage {
        title: "Blind spots",
        explanation: "What these sources cannot tell, which figures suffer, and the AWS call or setting that mends it.",
        as_of: instant(snapshot.as_of),
        filters: None,
        notices: notices(snapshot),
        tiles: Vec::new(),
        tables: vec![Table {
            key: "blind_spots",
            title: "What cannot be told".into(),
            explanation: String::new(),
            columns: vec![
                words("kind", "What"),
                words("source", "Source"),
                words("pools", "User pools"),
                words("missing", "What is missing"),
                words("consequence", "Which figures suffer"),
                words("remedy", "What to do"),
            ],
            rows: snapshot.blind_spots.iter().map(row).collect(),
            nothing: "Nothing: every source is there, whole and alive.".into(),
            note: String::new(),
        }],
    }
}

/// What was not read yet may still come: until then, silence proves nothing.
fn notices(snapshot: &Snapshot) -> Vec<Notice> {
    if snapshot.is_history_read {
        return Vec::new();
    }
    vec![Notice {
        text: "History is still being read: blind spots that show in the records are told once it is complete.".into(),
        link: "/".into(),
        link_text: "How far it is".into(),
    }]
}

fn row(spot: &BlindSpot) -> Vec<Cell> {
    let pools: Vec<String> = spot.pools.iter().map(|key| format!("{} ({})", key.pool_id, key.aws_region)).collect();
    let whole = if pools.is_empty() { "all of the source".to_owned() } else { pools.join(", ") };
    vec![
        Cell::named(kind(spot.kind), spot.kind.as_str()),
        Cell::text(spot.source.as_str()),
        Cell::named(whole, &pools.join(", ")),
        Cell::text(sentence(&spot.missing)),
        Cell::text(sentence(&spot.consequence)),
        Cell::text(sentence(&spot.remedy)),
    ]
}

/// With a capital, unless the first word is a name that is written as it is.
fn sentence(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    match text.chars().next() {
        Some(first) if word.chars().all(|letter| letter.is_ascii_lowercase()) => {
            format!("{}{}", first.to_ascii_uppercase(), &text[first.len_utf8()..])
        }
        _ => text.to_owned(),
    }
}

fn kind(kind: Blindness) -> &'static str {
    match kind {
        Blindness::NoTrail => "No trail",
        Blindness::TrailSilent => "Silent trail",
        Blindness::NoCognito => "Pools and users not listed",
        Blindness::LookupOff => "Nobody is looked up",
        Blindness::SmsUnread => "Fate of text messages not read",
        Blindness::SmsHalf => "Half of the receipts",
        Blindness::SmsSampled => "Sampled receipts",
        Blindness::SmsCustomSender => "Text messages sent by the application",
        Blindness::SmsSetUp => "Text messages not set up well",
        Blindness::GroupSilent => "Silent log group",
        Blindness::NoCognitoLogs => "No log of Cognito's own",
        Blindness::IssuanceUnseen => "Challenges issued unseen",
        Blindness::PagesUndetermined => "Hosted pages without an outcome",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PoolKey;
    use crate::snapshot::sample;

    fn spot() -> BlindSpot {
        BlindSpot {
            kind: Blindness::SmsHalf,
            source: "prod".into(),
            pools: vec![PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_Cust".into() }],
            missing: "<script>".into(),
            consequence: "failed messages are not counted".into(),
            remedy: "sns:SetSMSAttributes in us-east-1".into(),
        }
    }

    #[test]
    fn a_blind_spot_reads_as_sentences_and_stays_text() {
        let page = blind_spots(&Snapshot { blind_spots: vec![spot()], ..sample::snapshot() });
        let cells: Vec<&str> = page.tables[0].rows[0].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(
            cells,
            [
                "Half of the receipts",
                "prod",
                "us-east-1_Cust (us-east-1)",
                "<script>",
                "Failed messages are not counted",
                "sns:SetSMSAttributes in us-east-1",
            ]
        );
        let html = crate::dashboard::figures(&page, "/blind-spots", "", crate::dashboard::Setting::default());
        assert!(!html.expect("renders").contains("<script>"));
    }

    #[test]
    fn without_a_blind_spot_the_page_says_so_only_when_all_is_read() {
        let whole = blind_spots(&sample::snapshot());
        assert!(whole.notices.is_empty() && whole.tables[0].rows.is_empty());
        let reading = blind_spots(&Snapshot { is_history_read: false, ..sample::snapshot() });
        assert_eq!(reading.notices.len(), 1);
    }
}
