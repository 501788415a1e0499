//! The page of a roll-out: what breaks if MFA is switched, when it can be, and what it takes.

mod enrolment;
mod load;
mod outcomes;
mod records;
mod risks;
mod tiles;
mod waves;
mod words;

use std::collections::BTreeMap;

use form_urlencoded::Serializer;

use super::address;
use super::figures::{Action, Choice, FigurePage, Filter, Filters};
use super::format::instant;
use super::pool::Notice;
use crate::config::Rollout as Config;
use crate::decision::{Decision, Wanted};
use crate::model::{Factor, MfaConfiguration};
use crate::query::{Grouping, PoolFacts};
use crate::rollout::Assumption;
use crate::snapshot::Snapshot;

pub use records::{comparison, record, records};
pub use risks::{RISK_HEADER, risk_row};

const TITLE: &str = "Roll-out";

const EXPLANATION: &str = "What would have happened in the time shown had the pool been switched: every completed \
    sign-in once more, against what is known of its user. Nothing is changed by looking.";

/// Stretches that may be replayed.
const DAYS: &[u64] = &[7, 14, 28, 56, 90];

/// The page of a decision; `small_denominator`: shares of fewer cases say little.
pub fn rollout(snapshot: &Snapshot, wanted: &Wanted, config: &Config, decision: &Decision) -> FigurePage {
    let query = query_of(wanted);
    let subject = Subject { decision, small_denominator: snapshot.small_denominator, query: &query };
    FigurePage {
        filters: Some(filters(&snapshot.pools, wanted, config, decision)),
        action: Some(Action { address: format!("/rollout/freeze?{query}"), label: "Keep this decision" }),
        ..page_of(&subject, &format!("/rollout/sql?{query}"))
    }
}

/// The page before any pool is listed.
pub fn rollout_of_nobody(snapshot: &Snapshot) -> FigurePage {
    let nobody = Notice {
        text: "No user pool is listed yet.".into(),
        link: "/sources".into(),
        link_text: "See what is being read and what is missing".into(),
    };
    FigurePage { as_of: instant(snapshot.as_of), notices: vec![nobody], ..FigurePage::new(TITLE, EXPLANATION) }
}

/// The figures, each with the address of its SQL.
fn page_of(subject: &Subject<'_>, sql: &str) -> FigurePage {
    let decision = subject.decision;
    let tables = vec![
        outcomes::table(subject),
        outcomes::gate(subject),
        outcomes::clients(subject),
        waves::groups(subject),
        waves::waves(subject),
        risks::table(subject),
        enrolment::table(subject),
        enrolment::campaigns(subject),
        load::table(subject),
        load::countries(subject),
    ];
    FigurePage {
        as_of: instant(decision.as_of),
        notices: notices(subject),
        tiles: tiles::tiles(subject),
        lines: enrolment::lines(subject).map(|lines| (enrolment::KEY, lines)).into_iter().collect(),
        queries: tables.iter().map(|table| (table.key, sql.to_owned())).collect::<BTreeMap<_, _>>(),
        tables,
        ..FigurePage::new(TITLE, EXPLANATION)
    }
}

/// What the parts of the page are about.
struct Subject<'a> {
    decision: &'a Decision,
    small_denominator: u64,
    /// What the address asks for.
    query: &'a str,
}

/// What asks for the same again.
pub fn query_of(wanted: &Wanted) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("pool", &address::of_pool(&wanted.key));
    query.append_pair("target", wanted.mfa_configuration.as_str());
    let optional = [
        ("factors", wanted.factors.map(|factors| factors.to_string())),
        ("without", Some(wanted.without).filter(|factors| !factors.is_empty()).map(|factors| factors.to_string())),
        ("days", wanted.days.map(|days| days.to_string())),
        ("assume", Some(wanted.assumption.to_string())),
        ("group", Some(wanted.grouping.to_string()).filter(|_| wanted.cohort.is_none())),
        ("cohort", wanted.cohort.clone()),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    query.finish()
}

fn filters(pools: &[PoolFacts], wanted: &Wanted, config: &Config, decision: &Decision) -> Filters {
    let hours = decision.simulation.hours;
    let pool = address::of_pool(&wanted.key);
    let of_pool =
        |pool: &PoolFacts| (address::of_pool(&pool.key), format!("{} ({})", pool.pool_name, pool.key.aws_region));
    let days = wanted.days.unwrap_or(config.days);
    let mut stretches: Vec<u64> = DAYS.iter().copied().chain([days]).collect();
    stretches.sort_unstable();
    stretches.dedup();
    let word = |word: &str, label: &str| (word.to_owned(), label.to_owned());
    let by = |by: &Grouping| word(by.as_str(), words::grouping(*by));
    let groupings = Grouping::ALL.iter().filter(|grouping| **grouping != Grouping::Cohort).map(by);
    let cohorts = config.cohorts.keys().map(|name| (name.clone(), name.clone()));
    let mut choices = vec![
        one_of("pool", "Pool", pools.iter().map(of_pool), &pool),
        one_of(
            "target",
            "Switch to",
            MfaConfiguration::ALL.iter().rev().map(|each| word(each.as_str(), each.as_str())),
            wanted.mfa_configuration.as_str(),
        ),
        one_of(
            "without",
            "Factors",
            [
                word("", "As the pool allows"),
                word(Factor::Sms.as_str(), "Without text messages"),
                word(Factor::Email.as_str(), "Without e-mail"),
                word("sms,email", "Without either"),
            ],
            &wanted.without.to_string(),
        ),
        one_of(
            "days",
            "Replay",
            stretches.iter().map(|days| (days.to_string(), format!("{days} days"))),
            &days.to_string(),
        ),
        one_of(
            "assume",
            "Users without a factor",
            [
                word(Assumption::Prompted.as_str(), "are asked to set one up"),
                word(Assumption::Refused.as_str(), "are refused"),
            ],
            wanted.assumption.as_str(),
        ),
    ];
    if config.cohorts.is_empty() {
        choices.push(one_of("group", "Waves by", groupings, wanted.grouping.as_str()));
    } else {
        let shown = if wanted.cohort.is_some() { "" } else { wanted.grouping.as_str() };
        choices.push(one_of("group", "Waves by", groupings, shown));
        let cohorts = std::iter::once(word("", "none")).chain(cohorts);
        choices.push(one_of("cohort", "Cohort", cohorts, wanted.cohort.as_deref().unwrap_or_default()));
    }
    Filters { from: hours.from, to: hours.to, choices, ranges: Vec::new(), range: "" }
}

/// Something of which exactly one is chosen.
fn one_of(
    name: &'static str,
    label: &'static str,
    choices: impl IntoIterator<Item = (String, String)>,
    chosen: &str,
) -> Filter {
    let choice = |(value, label): (String, String)| Choice { is_chosen: value == chosen, value, label };
    Filter { name, label, choices: choices.into_iter().map(choice).collect() }
}

fn notices(subject: &Subject<'_>) -> Vec<Notice> {
    let decision = subject.decision;
    let simulation = &decision.simulation;
    let plain = |text: String| Notice { text, link: String::new(), link_text: String::new() };
    let mut notices = vec![outcomes::verdict(subject)];
    notices.extend(decision.notes.iter().cloned().map(plain));
    if let Some(client) = simulation.unseen_clients.first() {
        let text = match simulation.unseen_clients.len() {
            1 => format!(
                "App client {} was never seen with MFA: it may hang after the password.",
                outcomes::client(client)
            ),
            several => format!("{several} app clients were never seen with MFA: they may hang after the password."),
        };
        notices.push(Notice { text, link: format!("#{}", outcomes::CLIENTS), link_text: "Which".into() });
    }
    notices
}
