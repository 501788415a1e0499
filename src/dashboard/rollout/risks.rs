//! Who may be locked out, and why.

use super::{Subject, words};
use crate::dashboard::figures::{Cell, Table, figures, words as column};
use crate::query::{RiskUser, inert};
use crate::rollout::RiskCount;

/// Users by reason.
pub(super) fn table(subject: &Subject<'_>) -> Table {
    let link = |risk: &str| format!("/api/v1/rollout/users?{}&reason={risk}&format=csv", subject.query);
    let number = |users: Option<u64>| users.map_or_else(|| Cell::number(None, 0), Cell::count);
    let row = |count: &RiskCount| {
        let list = match count.users {
            Some(users) if users > 0 => Cell::text("CSV").link(link(count.reason.as_str())),
            _ => Cell::text(""),
        };
        vec![
            Cell::named(words::risk(count.reason), count.reason.as_str()).sub(words::risk_meaning(count.reason)),
            number(count.users),
            number(count.seen_users),
            list,
        ]
    };
    Table {
        key: "risks",
        title: "Who may be locked out".into(),
        explanation: "Eligible users by reason; somebody with several is in each. There is no score: read the reasons."
            .into(),
        columns: vec![
            column("reason", "Reason"),
            figures("users", "Users"),
            figures("seen_users", "Of them, with a sign-in"),
            column("list", "Worklist"),
        ],
        rows: subject.decision.risks.iter().map(row).collect(),
        nothing: String::new(),
        note: "A dash: records do not reach back far enough to tell. Users who rely on text messages where few arrive \
               are the first to move to an authenticator app."
            .into(),
    }
}

/// Columns of the worklist.
pub const RISK_HEADER: [&str; 7] = ["sub", "outcome", "reasons", "usable_factors", "country", "client_id", "sign_ins"];

/// A user of the worklist, made harmless for spreadsheets.
pub fn risk_row(user: &RiskUser) -> [String; 7] {
    let reasons: Vec<&str> = user.reasons.iter().map(|reason| reason.as_str()).collect();
    [
        user.sub.clone(),
        user.outcome.clone(),
        reasons.join(" "),
        user.usable_factors.to_string().replace(',', " "),
        user.country.clone().unwrap_or_default(),
        inert(user.client_id.as_deref().unwrap_or_default()),
        user.sign_ins.to_string(),
    ]
}
