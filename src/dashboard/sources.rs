//! How the sources are doing, what cannot be told with them, and what to switch on.

use chrono::{DateTime, Utc};

use super::figures::{Cell, FigurePage, Table, words};
use super::format::{ago, instant};
use super::pool::Notice;
use crate::model::Stream;
use crate::snapshot::blind_spots::Blindness;
use crate::snapshot::{BlindSpot, Freshness, Snapshot};

/// The page of sources.
pub fn sources(snapshot: &Snapshot) -> FigurePage {
    FigurePage {
        as_of: instant(snapshot.as_of),
        notices: notices(snapshot),
        tables: vec![
            streams(snapshot),
            Table {
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
            },
        ],
        ..FigurePage::new(
            "Sources",
            "What is read and how current it is; and what these sources cannot tell, which figures suffer, and the AWS \
             call or setting that mends it.",
        )
    }
}

/// Every stream, and the log groups that it reads.
fn streams(snapshot: &Snapshot) -> Table {
    let when = |then: Option<DateTime<Utc>>| {
        let cell = Cell::instant(then);
        match then {
            Some(then) => cell.sub(ago(then, snapshot.as_of)),
            None => cell,
        }
    };
    let status = |is_up: Option<bool>, freshness: Freshness| match (is_up, freshness) {
        (Some(false), _) => Cell::named("Failing", "failing").class("bad"),
        (None, _) => Cell::named("Waiting", "waiting"),
        (Some(true), Freshness::Stale) => Cell::named("Stale", "stale").class("bad"),
        (Some(true), Freshness::Late) => Cell::named("Late", "late").class("bad"),
        (Some(true), Freshness::Fresh) => Cell::named("Up to date", "ok").class("good"),
    };
    let rows = snapshot.streams.iter().flat_map(|health| {
        let whole = vec![
            Cell::text(health.source.as_str()).class("whole"),
            Cell::named(brings(health.stream), health.stream.as_str()),
            Cell::text(""),
            status(health.is_up, health.freshness(snapshot.as_of)),
            when(health.last_success),
            when(health.data_through),
            Cell::text(health.problem.clone().unwrap_or_default()),
        ];
        // One group alone is the stream.
        let groups = health.groups.iter().filter(|_| health.groups.len() > 1).map(move |group| {
            vec![
                Cell::text(health.source.as_str()).class("whole"),
                Cell::named(brings(health.stream), health.stream.as_str()),
                Cell::text(group.log_group.as_str()),
                status(group.is_up, Freshness::Fresh),
                when(group.last_success),
                when(group.data_through),
                Cell::text(group.problem.clone().unwrap_or_default()),
            ]
        });
        std::iter::once(whole).chain(groups)
    });
    Table {
        key: "streams",
        title: "What is read".into(),
        explanation:
            "Late: no pull for 15 minutes, no listing for three hours, or no record for an hour. Stale: an hour, \
                      a day, six hours."
                .into(),
        columns: vec![
            words("source", "Source"),
            words("stream", "Brings"),
            words("log_group", "Log group"),
            words("status", "Status"),
            words("last_success", "Last success"),
            words("data_through", "Data through"),
            words("problem", "Problem"),
        ],
        rows: rows.collect(),
        nothing: "No source is configured.".into(),
        note: String::new(),
    }
}

/// Words for what a stream brings.
fn brings(stream: Stream) -> &'static str {
    match stream {
        Stream::Cloudtrail => "CloudTrail records",
        Stream::Sms => "Fate of text messages",
        Stream::CognitoLogs => "Cognito's own log",
        Stream::Listing => "Pools and users",
        Stream::Lookup => "Factor look-ups",
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
        let page = sources(&Snapshot { blind_spots: vec![spot()], ..sample::snapshot() });
        let cells: Vec<&str> = page.tables[1].rows[0].iter().map(|cell| cell.text.as_str()).collect();
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
        let html = crate::dashboard::figures(&page, "/sources", "", crate::dashboard::Setting::default());
        assert!(!html.expect("renders").contains("<script>"));
    }

    #[test]
    fn without_a_blind_spot_the_page_says_so_only_when_all_is_read() {
        let whole = sources(&sample::snapshot());
        assert!(whole.notices.is_empty() && whole.tables[1].rows.is_empty());
        let reading = sources(&Snapshot { is_history_read: false, ..sample::snapshot() });
        assert_eq!(reading.notices.len(), 1);
    }
}
