//! What stands round the answers: set-ups and choices, Cognito's own word, and messages nobody knows.

use super::Issuing;
use crate::dashboard::figures::{Cell, Table, figures, words};
use crate::dashboard::messages;
use crate::model::{Outcome, Ratio};
use crate::query::ChallengesFigures;

pub(super) fn tables(figures: &ChallengesFigures, issuing: &Issuing, small: u64) -> Vec<Table> {
    let mut tables = vec![plumbing(figures, issuing)];
    tables.extend(told_by_cognito(figures, small));
    tables.push(messages::table(&figures.messages));
    tables
}

fn plumbing(figures_of: &ChallengesFigures, issuing: &Issuing) -> Table {
    let row = |name: &str, label: &str, explanation: &str, events: u64| {
        vec![Cell::named(label, name).sub(explanation), Cell::count(events)]
    };
    let rows = vec![
        row(
            "mfa_setup_issued",
            "Had to set up a factor",
            "The pool requires MFA and the user had none (MFA_SETUP)",
            figures_of.total.setups_issued,
        ),
        row(
            "select_mfa_issued",
            "Had to choose a factor",
            "The user has several (SELECT_MFA_TYPE)",
            figures_of.total.choices_issued,
        ),
    ];
    Table {
        key: "steps",
        title: "On the way to a challenge".into(),
        explanation: "Steps that ask for no code; they count as no challenge.".into(),
        columns: vec![words("step", "Step"), figures("times", "Times")],
        rows: if issuing.is_measurable() { rows } else { Vec::new() },
        nothing: "Not measurable: no record names the challenge that it issues.".into(),
        note: String::new(),
    }
}

/// The Plus plan's word on MFA; nothing where it says none.
fn told_by_cognito(figures_of: &ChallengesFigures, small: u64) -> Option<Table> {
    let told: Vec<(&str, u64)> = figures_of
        .reasons
        .iter()
        .filter(|each| each.series == "auth_events_mfa")
        .map(|each| (each.kind.as_str(), each.events))
        .collect();
    let whole: u64 = told.iter().map(|(_, events)| events).sum();
    let row = |(label, outcome): (&str, Outcome)| {
        let of_outcome = told.iter().filter(|(kind, _)| *kind == outcome.as_str());
        let events = of_outcome.map(|(_, events)| events).sum();
        vec![Cell::named(label, outcome.as_str()), Cell::count(events), Cell::share(Ratio::new(events, whole), small)]
    };
    (whole > 0).then(|| Table {
        key: "told_by_cognito",
        title: "MFA as Cognito's own log tells it".into(),
        explanation: "Exported sign-ins with an MFA challenge (userAuthEvents), hosted pages included. They stand \
                      beside the figures above and enter none of them."
            .into(),
        columns: vec![words("outcome", "Outcome"), figures("sign_ins", "Sign-ins"), figures("share", "Share")],
        rows: [("Passed", Outcome::Success), ("Failed", Outcome::Failure)].map(row).into(),
        nothing: String::new(),
        note: String::new(),
    })
}
