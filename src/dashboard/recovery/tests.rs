use chrono::{DateTime, Days, TimeDelta, Utc};

use super::*;
use crate::dashboard::{Setting, figures as html};
use crate::model::{Actor, Reason, RecoveryKind};
use crate::query::{
    AdminCalls, OtherMessage, PoolWeakening, Range, Recovered, RecoveryCount, RecoveryCounts, Removal, RemovalCount,
    ResetsThenFailed, Scope, Weakening, WeakeningCount,
};
use crate::snapshot::sample;

fn ago(hours: i64) -> DateTime<Utc> {
    sample::as_of() - TimeDelta::hours(hours)
}

fn key() -> PoolKey {
    PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_Cust".into() }
}

fn counts(scale: u64) -> RecoveryCounts {
    let of = |pool_id: &str, what, events: u64| RecoveryCount {
        key: PoolKey { pool_id: pool_id.into(), ..key() },
        what,
        events: events * scale,
    };
    RecoveryCounts(vec![
        of("us-east-1_Cust", Recovered::Event(RecoveryKind::SelfResetRequested), 50),
        of("us-east-1_Cust", Recovered::Event(RecoveryKind::SelfResetCompleted), 30),
        of("us-east-1_Cust", Recovered::Event(RecoveryKind::AdminMfaDisable), 3),
        of("us-east-1_Cust", Recovered::Refused(RecoveryKind::SelfResetRequested, Reason::NoChannel), 4),
        of("us-east-1_Cust", Recovered::Refused(RecoveryKind::SelfResetCompleted, Reason::Other), 10),
        of("us-east-1_Cust", Recovered::WithoutUser, 6),
        of("us-east-1_Cust", Recovered::CompletedInTime, 29),
        of("unknown", Recovered::Event(RecoveryKind::CodeResent), 1),
    ])
}

/// An administrator whose name says whatever somebody made it say.
fn helper() -> Actor {
    Actor { kind: "AssumedRole".into(), name: Some("Desk<i>".into()), session: Some("5f1d0c9a7b3e".into()) }
}

fn removal(hours: i64, protected_after: Option<i64>) -> Removal {
    let removed_at = ago(hours);
    Removal {
        removed_at,
        key: key(),
        sub: Some("87a42a58-6051-7076-79e2-fe9208b6ae3c".into()),
        event_name: "AdminSetUserMFAPreference".into(),
        kind: Some(RecoveryKind::AdminMfaDisable),
        direction_unknown: false,
        actor: Some(helper()),
        protected_at: protected_after.map(|hours| removed_at + TimeDelta::hours(hours)),
        is_bound: false,
        looked_up_at: None,
    }
}

fn weakening(kind: &str, new_network_after: Option<i64>, is_sim_swap: bool) -> Weakening {
    Weakening {
        happened_at: ago(40),
        key: key(),
        sub: "87a42a58-6051-7076-79e2-fe9208b6ae3c".into(),
        kind: kind.into(),
        actor: None,
        new_network_at: new_network_after.map(|hours| ago(40 - hours)),
        is_sim_swap,
    }
}

fn figures_of_a_week() -> RecoveryFigures {
    let by_helper = RemovalCount {
        kind: Some(RecoveryKind::AdminMfaDisable),
        is_total: false,
        actor: Some(helper()),
        removals: 3,
        nameless_removals: 0,
        unreadable_removals: 1,
        users: 3,
        unprotected_users: 2,
        open_users: 1,
        protected_s: Some(7_200.0),
    };
    let lowered = PoolWeakening {
        lowered_at: ago(60),
        key: key(),
        mfa_before: Some("ON".into()),
        mfa_now: "OFF".into(),
        event_name: Some("SetUserPoolMfaConfig".into()),
        account_id: Some("123456789012".into()),
        actor: Some(helper()),
        restored_at: Some(ago(59)),
    };
    RecoveryFigures {
        counts: counts(1),
        counts_before: counts(2),
        days: (1..=5).map(|days| (sample::as_of().date_naive() - Days::new(days), 10 + days)).collect(),
        first_day: Some(sample::as_of().date_naive() - Days::new(10)),
        resets_then_failed: ResetsThenFailed { users: 28, failed_users: 2 },
        admin_calls: vec![AdminCalls { actor: None, resets: 4, passwords_set: 1, refused: 2, users: 5 }],
        removal_counts: vec![RemovalCount { is_total: true, actor: None, ..by_helper.clone() }, by_helper],
        removals: vec![
            Removal { direction_unknown: true, ..removal(5, None) },
            removal(30, None),
            Removal { is_bound: true, ..removal(50, Some(2)) },
        ],
        weakening_counts: vec![
            WeakeningCount { kind: "phone_changed".into(), changes: 2, sim_swaps: 1 },
            WeakeningCount { kind: "totp_to_sms".into(), changes: 1, sim_swaps: 0 },
        ],
        weakening_counts_before: Vec::new(),
        weakenings: vec![
            weakening("phone_changed", Some(3), true),
            weakening("phone_changed", Some(1), false),
            weakening("totp_to_sms", None, false),
        ],
        pool_weakenings: vec![
            lowered.clone(),
            PoolWeakening { mfa_before: None, mfa_now: "OPTIONAL".into(), restored_at: None, ..lowered },
        ],
        messages: vec![OtherMessage {
            origin: "recovery".into(),
            error_code: "InvalidPasswordException".into(),
            message: "Must hold <script>symbols</script>".into(),
            events: 10,
            first_seen_at: ago(9),
            last_seen_at: ago(2),
        }],
    }
}

#[test]
fn the_page_reads_as_designed() {
    let view = View::ending_at(sample::as_of(), Range::Week, Scope::default());
    let page = recovery(&sample::snapshot(), &view, sample::as_of(), &figures_of_a_week());
    insta::assert_snapshot!(serde_json::to_string_pretty(&page).expect("serialises"));
    is_escaped(&page, "/recovery", &["Customers &#60;b&#62;", "&#60;script&#62;symbols"]);
}

#[test]
fn the_audit_reads_as_designed() {
    let view = View::ending_at(sample::as_of(), Range::Week, Scope::default());
    let page = audit(&sample::snapshot(), &view, sample::as_of(), &figures_of_a_week());
    insta::assert_snapshot!(serde_json::to_string_pretty(&page).expect("serialises"));
    is_escaped(&page, "/audit", &["Customers &#60;b&#62;", "Desk&#60;i&#62;"]);
}

#[track_caller]
fn is_escaped(page: &FigurePage, address: &str, written: &[&str]) {
    let html = html(page, address, "", Setting::default()).expect("renders");
    for written in written {
        assert!(html.contains(written), "{written} is not on the page");
    }
    for forbidden in ["Customers <b>", "Desk<i>", "<script>", "style="] {
        assert!(!html.contains(forbidden), "the page holds {forbidden}");
    }
}

#[test]
fn nothing_recorded_is_no_zero() {
    let view = View::ending_at(sample::as_of(), Range::Week, Scope::of_pool(&key()));
    let page = recovery(&sample::snapshot(), &view, sample::as_of(), &RecoveryFigures::default());
    let tiles: Vec<&str> = page.tiles.iter().map(|tile| tile.figure.as_str()).collect();
    assert_eq!(tiles, ["—"; 4]);
    assert!(page.notices.is_empty());
}
