//! Whose failures make a jump: the slice that explains it best.
//!
//! Every combination of client, client software, factor and country is asked how much better the failures
//! fit when only this slice failed more than normal. Naming more costs more, so that a specific slice wins
//! only over a simpler one that explains less. The whole is a slice too: nothing in particular.

use std::collections::{BTreeMap, BTreeSet};

use super::scan::{CLUMP, LEAST_EXCESS};
use super::{Cause, Slice};
use crate::model::Ratio;
use crate::query::SliceCount;

/// A slice that explains less than most of the excess is no explanation.
const LEAST_SHARE: f64 = 0.5;

/// Less of the excess left when everybody is measured by what is normal for them: it was not the ratios
/// that rose, there was only more of what always fails more.
const LEAST_REAL: f64 = 0.5;

/// The normal ratio of a place counts like this many cases of everybody in it, so that a new release
/// has a normal ratio too.
const PRIOR_CASES: f64 = 20.0;

/// What naming one more property costs, beside the choice among its values.
const NAMING: f64 = 2.0;

/// Rows of the store by what they have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells(BTreeMap<Labels, Cell>);

/// Client, agent, country, factor: as in the store.
type Labels = [String; 4];

#[derive(Clone, Debug, Default)]
struct Cell {
    client_name: Option<String>,
    cases: u64,
    failures: u64,
    reasons: BTreeMap<String, u64>,
}

impl Cells {
    /// Sorts rows of the store.
    pub(super) fn of(rows: &[SliceCount]) -> Self {
        let mut cells: BTreeMap<Labels, Cell> = BTreeMap::new();
        for row in rows {
            let labels = [&row.client_id, &row.agent, &row.country, &row.factor].map(Clone::clone);
            let cell = cells.entry(labels).or_default();
            cell.client_name = row.client_name.clone();
            cell.cases += row.cases;
            cell.failures += row.failures;
            if row.failures > 0 {
                *cell.reasons.entry(row.reason.clone()).or_default() += row.failures;
            }
        }
        Self(cells)
    }

    /// What is left without those of a part of the time.
    pub(super) fn without(mut self, part: &Self) -> Self {
        for (labels, inside) in &part.0 {
            let Some(cell) = self.0.get_mut(labels) else { continue };
            cell.cases = cell.cases.saturating_sub(inside.cases);
            cell.failures = cell.failures.saturating_sub(inside.failures);
            for (reason, failures) in &inside.reasons {
                if let Some(all) = cell.reasons.get_mut(reason) {
                    *all = all.saturating_sub(*failures);
                }
            }
        }
        self
    }
}

/// The slice that explains a jump best, from the cells during the jump and those outside of any;
/// `None` when the ratios did not rise.
pub(super) fn explain(during: &Cells, outside: &Cells) -> Option<Cause> {
    let normal = Normal::of(outside);
    let mut sums: BTreeMap<Properties<'_>, Sum> = BTreeMap::new();
    for (labels, cell) in &during.0 {
        let expected = normal.failures(labels, cell.cases);
        for properties in Properties::all(labels) {
            sums.entry(properties).or_default().add(cell, expected);
        }
    }
    let whole = sums.get(&Properties::default())?;
    let excess = whole.excess();
    let apparent = whole.failures as f64 - whole.cases as f64 * normal.ratio();
    if excess < LEAST_EXCESS || excess <= LEAST_REAL * apparent {
        return None;
    }
    let choices = Choices::of(sums.keys());
    let gain = |(properties, sum): &(&Properties<'_>, &Sum)| sum.gain() - choices.cost(properties);
    let (properties, sum) = sums
        .iter()
        .filter(|(properties, sum)| properties.is_whole() || sum.excess() >= LEAST_SHARE * excess)
        .max_by(|one, other| gain(one).total_cmp(&gain(other)))?;
    Some(Cause {
        slice: properties.slice(during),
        ratio: Ratio::new(sum.failures, sum.cases),
        normal_ratio: sum.normal_ratio(),
        excess,
        share: (sum.excess() / excess).min(1.0),
        reason: main_reason(properties, sum, during, &normal),
    })
}

/// The reason that has most of a slice's failures above normal, and its share of them.
fn main_reason(properties: &Properties<'_>, sum: &Sum, during: &Cells, normal: &Normal<'_>) -> Option<(String, f64)> {
    let mut excesses: BTreeMap<&str, f64> = BTreeMap::new();
    let reasons: BTreeSet<&str> = during.0.values().flat_map(|cell| cell.reasons.keys().map(String::as_str)).collect();
    for (labels, cell) in during.0.iter().filter(|(labels, _)| properties.hold(labels)) {
        for reason in &reasons {
            let failures = cell.reasons.get(*reason).copied().unwrap_or_default();
            *excesses.entry(reason).or_default() +=
                failures as f64 - normal.failures_because(labels, cell.cases, reason);
        }
    }
    let (reason, excess) = excesses.into_iter().max_by(|one, other| one.1.total_cmp(&other.1))?;
    Some((reason.to_owned(), (excess / sum.excess()).clamp(0.0, 1.0)))
}

/// What is normal for everybody.
struct Normal<'a> {
    outside: &'a Cells,
    cases: u64,
    failures: u64,
    reasons: BTreeMap<&'a str, u64>,
}

impl<'a> Normal<'a> {
    fn of(outside: &'a Cells) -> Self {
        let mut normal = Self { outside, cases: 0, failures: 0, reasons: BTreeMap::new() };
        for cell in outside.0.values() {
            normal.cases += cell.cases;
            normal.failures += cell.failures;
            for (reason, failures) in &cell.reasons {
                *normal.reasons.entry(reason).or_default() += failures;
            }
        }
        normal
    }

    fn ratio(&self) -> f64 {
        self.share(self.failures)
    }

    fn share(&self, failures: u64) -> f64 {
        (failures as f64 + 0.5) / (self.cases as f64 + 1.0)
    }

    /// Failures that are normal for so many cases of a cell.
    fn failures(&self, labels: &Labels, cases: u64) -> f64 {
        let cell = self.outside.0.get(labels);
        expected(cases, cell.map_or((0, 0), |cell| (cell.cases, cell.failures)), self.ratio())
    }

    fn failures_because(&self, labels: &Labels, cases: u64, reason: &str) -> f64 {
        let cell = self.outside.0.get(labels);
        let seen = cell.map_or((0, 0), |cell| (cell.cases, cell.reasons.get(reason).copied().unwrap_or_default()));
        expected(cases, seen, self.share(self.reasons.get(reason).copied().unwrap_or_default()))
    }
}

fn expected(cases: u64, (seen_cases, seen_failures): (u64, u64), ratio: f64) -> f64 {
    cases as f64 * (seen_failures as f64 + PRIOR_CASES * ratio) / (seen_cases as f64 + PRIOR_CASES)
}

/// What names a slice; `None` where it takes all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Properties<'a> {
    client: Option<&'a str>,
    /// A product, or one release of it.
    agent: Option<&'a str>,
    country: Option<&'a str>,
    factor: Option<&'a str>,
}

impl<'a> Properties<'a> {
    /// Every slice that a cell belongs to.
    fn all([client, agent, country, factor]: &'a Labels) -> impl Iterator<Item = Self> {
        let product = agent.split_once('/').map(|(product, _)| product);
        let agents: Vec<Option<&str>> = choices(agent).chain(product.map(Some)).collect();
        choices(client).flat_map(move |client| {
            let agents = agents.clone();
            agents.into_iter().flat_map(move |agent| {
                choices(country)
                    .flat_map(move |country| choices(factor).map(move |factor| Self { client, agent, country, factor }))
            })
        })
    }

    fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    fn hold(&self, [client, agent, country, factor]: &Labels) -> bool {
        let is_of = |wanted: Option<&str>, label: &str| wanted.is_none_or(|wanted| wanted == label);
        let product = agent.split_once('/').map_or("", |(product, _)| product);
        is_of(self.client, client)
            && (is_of(self.agent, agent) || is_of(self.agent, product))
            && is_of(self.country, country)
            && is_of(self.factor, factor)
    }

    fn slice(&self, cells: &Cells) -> Slice {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let name = |(labels, cell): (&Labels, &Cell)| {
            cell.client_name.clone().filter(|_| Some(labels[0].as_str()) == self.client)
        };
        Slice {
            client: cells.0.iter().find_map(name).or_else(|| owned(self.client)),
            agent: owned(self.agent),
            country: owned(self.country),
            factor: owned(self.factor),
        }
    }
}

/// All, or this one. What is not known has no name to tell.
fn choices(label: &str) -> impl Iterator<Item = Option<&str>> {
    let is_name = !matches!(label, "" | "other" | "unknown");
    std::iter::once(None).chain(is_name.then_some(Some(label)))
}

/// Among how many values a property chooses.
struct Choices {
    clients: usize,
    agents: usize,
    countries: usize,
    factors: usize,
}

impl Choices {
    fn of<'a>(all: impl Iterator<Item = &'a Properties<'a>> + Clone) -> Self {
        let count = |of: fn(&'a Properties<'a>) -> Option<&'a str>| {
            all.clone().filter_map(of).collect::<BTreeSet<&str>>().len()
        };
        Self {
            clients: count(|properties| properties.client),
            agents: count(|properties| properties.agent),
            countries: count(|properties| properties.country),
            factors: count(|properties| properties.factor),
        }
    }

    fn cost(&self, properties: &Properties<'_>) -> f64 {
        let cost = |named: Option<&str>, values: usize| named.map_or(0.0, |_| NAMING + (values as f64).ln());
        cost(properties.client, self.clients)
            + cost(properties.agent, self.agents)
            + cost(properties.country, self.countries)
            + cost(properties.factor, self.factors)
    }
}

/// A slice during the jump.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    cases: u64,
    failures: u64,
    expected: f64,
}

impl Sum {
    fn add(&mut self, cell: &Cell, expected: f64) {
        self.cases += cell.cases;
        self.failures += cell.failures;
        self.expected += expected;
    }

    fn excess(&self) -> f64 {
        self.failures as f64 - self.expected
    }

    fn normal_ratio(&self) -> f64 {
        self.expected / self.cases.max(1) as f64
    }

    /// How much better the failures fit their own ratio than the normal one (log likelihood).
    fn gain(&self) -> f64 {
        if self.excess() <= 0.0 {
            return 0.0;
        }
        let term = |part: f64, normal: f64| if part > 0.0 { part * (part / normal).ln() } else { 0.0 };
        let (cases, failures) = (self.cases as f64, self.failures as f64);
        (term(failures, self.expected) + term(cases - failures, cases - self.expected)) / CLUMP
    }
}
