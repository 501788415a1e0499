//! How users and sign-ins fare, and whether the switch may be made.

use super::{Subject, words};
use crate::dashboard::figures::{Cell, Table, figures, words as column};
use crate::dashboard::format::{NO_DATA, count, instant};
use crate::dashboard::pool::Notice;
use crate::model::Ratio;
use crate::rollout::{ClientUse, Outcome, Verdict};

pub(super) const CLIENTS: &str = "unseen_clients";
const GATE: &str = "gate";

/// Users, sign-ins and the busiest hour by outcome.
pub(super) fn table(subject: &Subject<'_>) -> Table {
    let simulation = &subject.decision.simulation;
    let row = |outcome: Outcome| {
        let seen = simulation.seen_users.of(outcome);
        let peak = simulation.peaks.iter().find(|peak| peak.outcome == outcome);
        let otherwise = simulation.seen_users_otherwise.of(outcome);
        vec![
            Cell::named(words::outcome(outcome), outcome.as_str()).sub(words::outcome_meaning(outcome)),
            Cell::share(Ratio::new(seen, simulation.seen_users.total()), subject.small_denominator),
            Cell::count(simulation.users.of(outcome)),
            Cell::share(
                Ratio::new(simulation.sign_ins.of(outcome), simulation.sign_ins.total()),
                subject.small_denominator,
            ),
            peak.map_or_else(|| Cell::count(0), |peak| Cell::count(peak.sign_ins).sub(instant(peak.hour))),
            Cell::count(otherwise).class(if otherwise == seen { "" } else { "bad" }),
        ]
    };
    let mut note = Vec::new();
    if simulation.unnamed_sign_ins > 0 {
        note.push(format!(
            "{} sign-ins name no user, as those of hosted pages: they count as not known.",
            count(simulation.unnamed_sign_ins)
        ));
    }
    if simulation.unlisted_sign_ins > 0 {
        note.push(format!(
            "{} sign-ins are of users who are not in the last listing: they count as not known.",
            count(simulation.unlisted_sign_ins)
        ));
    }
    if simulation.left_out > 0 {
        note.push(format!(
            "{} listed users cannot sign in at all (disabled, unconfirmed): they are left out.",
            count(simulation.left_out)
        ));
    }
    Table {
        key: "outcomes",
        title: format!("If the pool were {}", words::target(simulation.target)),
        explanation: format!(
            "{}. AWS says both; the last column shows the other reading.",
            words::assumption(simulation.assumption)
        ),
        columns: vec![
            column("outcome", "What happens"),
            figures("seen_users", "Users who sign in"),
            figures("users", "All users"),
            figures("sign_ins", "Sign-ins"),
            figures("busiest_hour", "Busiest hour"),
            figures("seen_users_otherwise", "Users, other reading"),
        ],
        rows: Outcome::ALL.iter().map(|outcome| row(*outcome)).collect(),
        nothing: String::new(),
        note: note.join(" "),
    }
}

/// The criteria of the gate.
pub(super) fn gate(subject: &Subject<'_>) -> Table {
    let judgement = &subject.decision.judgement;
    let verdict = |verdict: Verdict| {
        let (text, class) = match verdict {
            Verdict::Passed => ("holds", "good"),
            Verdict::Failed => ("does not hold", "bad"),
            Verdict::Undecidable => ("cannot be decided", "small"),
        };
        Cell::named(text, verdict.as_str()).class(class)
    };
    let row = |criterion: &crate::rollout::Criterion| {
        vec![Cell::text(criterion.name.clone()), verdict(criterion.verdict), Cell::text(criterion.line.clone())]
    };
    Table {
        key: GATE,
        title: verdict_of(subject).into(),
        explanation: "As `mfascope rollout` judges with its usual limits, for CI and Terraform.".into(),
        columns: vec![column("criterion", "Criterion"), column("verdict", "Verdict"), column("line", "Why")],
        rows: judgement.criteria.iter().map(row).collect(),
        nothing: String::new(),
        note: format!(
            "mfascope never makes the switch. Somebody would call: {} UpdateUserPool cannot require MFA of a pool that \
             is there.",
            judgement.call
        ),
    }
}

fn verdict_of(subject: &Subject<'_>) -> &'static str {
    let simulation = &subject.decision.simulation;
    let is_made = simulation.target == simulation.pool.as_is();
    match subject.decision.judgement.verdict {
        Verdict::Passed if is_made => "The pool as it stands meets what is asked of it",
        Verdict::Failed if is_made => "The pool as it stands misses what is asked of it",
        Verdict::Undecidable if is_made => {
            "Nobody can tell yet whether the pool as it stands meets what is asked of it"
        }
        Verdict::Passed => "The switch may be made",
        Verdict::Failed => "The switch would hurt",
        Verdict::Undecidable => "Nobody can tell yet whether the switch may be made",
    }
}

/// The verdict and what stands against it, in one line.
pub(super) fn verdict(subject: &Subject<'_>) -> Notice {
    let judgement = &subject.decision.judgement;
    let against = judgement.criteria.iter().filter(|criterion| criterion.verdict == judgement.verdict);
    let reasons: Vec<&str> = match judgement.verdict {
        Verdict::Passed => Vec::new(),
        Verdict::Failed | Verdict::Undecidable => against.map(|criterion| criterion.line.as_str()).collect(),
    };
    let colon = if reasons.is_empty() { "." } else { ": " };
    Notice {
        text: format!("{}{colon}{}", verdict_of(subject), reasons.join("; ")),
        link: format!("#{GATE}"),
        link_text: "Every criterion".into(),
    }
}

/// App clients that nobody ever saw with MFA.
pub(super) fn clients(subject: &Subject<'_>) -> Table {
    let row = |client: &ClientUse| {
        vec![
            Cell::named(self::client(client), &client.client_id),
            Cell::count(client.users),
            Cell::count(client.sign_ins),
        ]
    };
    let simulation = &subject.decision.simulation;
    let behind = simulation.users_behind_unseen_clients;
    Table {
        key: CLIENTS,
        title: "App clients never seen with MFA".into(),
        explanation:
            "No record shows that they ever answered a challenge or a set-up. Sign in with a test user who has \
                      a factor before everybody has to."
                .into(),
        columns: vec![
            column("client_id", "App client"),
            figures("users", "Users, newest sign-in"),
            figures("sign_ins", "Sign-ins"),
        ],
        rows: simulation.unseen_clients.iter().map(row).collect(),
        nothing: "Every app client with sign-ins was seen with MFA.".into(),
        note: if behind > 0 {
            format!(
                "{} users without a factor count as not known because of their app: it would have to show them the way.",
                count(behind)
            )
        } else {
            String::new()
        },
    }
}

/// Name or id.
pub(super) fn client(client: &ClientUse) -> String {
    match (client.client_name.as_str(), client.client_id.as_str()) {
        ("", "") => NO_DATA.to_owned(),
        ("", id) => id.to_owned(),
        (name, _) => name.to_owned(),
    }
}
