use chrono::{NaiveTime, TimeDelta};

use super::*;
use crate::dashboard::{Setting, figures as render};
use crate::query::{
    ChallengeCounts, ClientChallenges, OtherMessage, OverTime, Range, ReasonCount, Scope, SignInCoverage,
};
use crate::snapshot::sample;

fn view(range: Range) -> View {
    View::ending_at(sample::as_of(), range, Scope::default())
}

fn counts(scale: u64) -> ChallengeCounts {
    ChallengeCounts {
        sessions: 40 * scale,
        failed_sessions: 4 * scale,
        first_try_sessions: 30 * scale,
        session_answers: 45 * scale,
        session_seconds: 180 * scale,
        answers: 60 * scale,
        failed_answers: 24 * scale,
        undetermined_answers: 3 * scale,
        issued: 50 * scale,
        abandoned: 5 * scale,
        setups_issued: scale,
        choices_issued: 0,
        device_sign_ins: 7 * scale,
    }
}

fn reason(series: &str, reason: &str, kind: &str, events: u64) -> ReasonCount {
    ReasonCount { series: series.into(), reason: reason.into(), kind: kind.into(), events }
}

/// A week with hours, of which the newest may still change.
fn week(snapshot: &Snapshot) -> ChallengesFigures {
    let key = snapshot.pools[0].key.clone();
    let hour = view(Range::Week).to - TimeDelta::hours(1);
    let midnight = |days| (hour - TimeDelta::days(days)).date_naive().and_time(NaiveTime::MIN).and_utc();
    let sign_ins = |sign_ins| vec![SignInCoverage { key: key.clone(), sign_ins, mfa_sign_ins: 90, first_sign_ins: 10 }];
    let client = |client_id: &str, name: Option<&str>, scale| ClientChallenges {
        client_id: client_id.into(),
        client_name: name.map(str::to_owned),
        counts: counts(scale),
    };
    ChallengesFigures {
        total: counts(10),
        before: Some(ChallengeCounts { failed_sessions: 20, ..counts(10) }),
        factors: vec![
            ("sms".into(), counts(7)),
            ("unknown".into(), ChallengeCounts { sessions: 0, failed_sessions: 0, first_try_sessions: 0, ..counts(3) }),
        ],
        clients: vec![client("1web", Some("Shop <i>web</i>"), 2), client("2gone", None, 7), client("", None, 1)],
        days: OverTime::from_iter([
            (midnight(3), "sms".into(), counts(2)),
            (midnight(2), "sms".into(), counts(1)),
            (midnight(2), "totp".into(), counts(1)),
            (midnight(0), "sms".into(), counts(6)),
        ]),
        hours: OverTime::from_iter([
            (hour - TimeDelta::hours(2), "sms".into(), counts(9)),
            (hour, "sms".into(), counts(1)),
        ]),
        reasons: vec![
            reason("challenge_failures", "code_mismatch", "", 200),
            reason("challenge_failures", "session_expired", "", 40),
            reason("challenge_undetermined", "throttled", "", 30),
            reason("first_factor_failures", "user_state", "", 12),
            reason("auth_events_mfa", "", "success", 30),
            reason("auth_events_mfa", "", "failure", 2),
        ],
        challenged_users: 300,
        stuck_users: 12,
        sign_ins: sign_ins(400),
        sign_ins_before: sign_ins(200),
        issuing_pools: vec![key],
        settled_until: Some(hour - TimeDelta::minutes(10)),
        messages: vec![OtherMessage {
            origin: "challenge".into(),
            error_code: "BrandNewException".into(),
            message: "<script>=1+1".into(),
            events: 3,
            first_seen_at: hour - TimeDelta::days(1),
            last_seen_at: hour,
        }],
    }
}

#[test]
fn the_page_reads_as_designed() {
    let snapshot = sample::snapshot();
    let page = challenges(&snapshot, &view(Range::Week), sample::as_of(), &week(&snapshot));
    insta::assert_snapshot!(serde_json::to_string_pretty(&page).expect("serialises"));
    let html = render(&page, "/challenges", "", Setting::default()).expect("renders");
    for hostile in ["<script>", "<i>web", "style="] {
        assert!(!html.contains(hostile), "the page holds {hostile}");
    }
    assert!(html.contains("Shop &#60;i&#62;web"));
}

#[test]
fn nothing_is_no_data_and_never_a_zero_share() {
    let snapshot = sample::snapshot();
    let page = challenges(&snapshot, &view(Range::Month), sample::as_of(), &ChallengesFigures::default());
    assert!(page.tiles.iter().all(|tile| tile.figure == "—"), "{:?}", page.tiles);
    let abandoned = page.tiles.iter().find(|tile| tile.title == "Challenges without an answer").expect("the tile");
    assert_eq!(abandoned.figure_of, "not measurable");
    assert!(abandoned.details[0].contains("no record names the challenge"), "{:?}", abandoned.details);
    assert!(page.tables.iter().all(|table| table.rows.is_empty() && !table.nothing.is_empty()));
}

#[test]
fn what_is_not_settled_is_marked_provisional() {
    let snapshot = sample::snapshot();
    let page = challenges(&snapshot, &view(Range::Week), sample::as_of(), &week(&snapshot));
    let times = page.tables.iter().find(|table| table.key == "times").expect("the table");
    let marks: Vec<&str> = times.rows.iter().map(|row| row[0].sub.as_str()).collect();
    assert_eq!(marks, ["provisional", ""], "newest first");
}
