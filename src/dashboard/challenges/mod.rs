//! The page of challenges: how often users fail, where, and why.

mod headlines;
mod reasons;
mod slices;
mod steps;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use super::figures::{self, FigurePage};
use crate::model::PoolKey;
use crate::query::{ChallengesFigures, View};
use crate::snapshot::Snapshot;

/// The page of challenges in a view.
pub fn challenges(snapshot: &Snapshot, view: &View, as_of: DateTime<Utc>, figures: &ChallengesFigures) -> FigurePage {
    let small = snapshot.small_denominator;
    let issuing = Issuing::of(snapshot, view, figures);
    let mut tables = slices::tables(view, figures, &issuing, small);
    tables.extend(reasons::tables(&figures.reasons, small));
    tables.extend(steps::tables(figures, &issuing, small));
    if view.scope.factor.is_some() {
        // Steps without a factor are of no one factor.
        tables.retain(|table| !["first_factor", "steps", "told_by_cognito"].contains(&table.key));
    }
    FigurePage {
        tiles: headlines::tiles(view, figures, &issuing, small),
        tables,
        lines: slices::failed_by_factor(view, figures, small).map(|lines| ("factors", lines)).into_iter().collect(),
        ..figures::page(
            "Challenges",
            "What happens when users are asked for a second factor. A challenge session is one user's answers in a row, \
             at most 15 minutes apart; it fails when none of them is accepted.",
            snapshot,
            view,
            as_of,
        )
    }
}

/// Of how many pools in the view records tell which challenges were issued.
struct Issuing {
    pools: usize,
    all: usize,
}

impl Issuing {
    fn of(snapshot: &Snapshot, view: &View, figures: &ChallengesFigures) -> Self {
        let issues = |key: &PoolKey| figures.issuing_pools.contains(key);
        let listed = snapshot.pools.iter().map(|pool| &pool.key);
        let in_view: Vec<&PoolKey> = listed.filter(|key| view.scope.holds(key)).collect();
        Self { pools: in_view.iter().filter(|key| issues(key)).count(), all: in_view.len() }
    }

    fn is_measurable(&self) -> bool {
        self.pools > 0
    }

    /// What is missing; empty where every pool tells.
    fn note(&self) -> String {
        match self {
            Self { pools: 0, .. } => {
                "Issued and abandoned challenges are not measurable: no record names the challenge that it issues. \
                 There is nothing to switch on: CloudTrail does not document that it tells."
                    .to_owned()
            }
            Self { pools, all } if pools < all => format!(
                "Issued and abandoned challenges are those of {pools} of {all} pools: records of the others do not \
                 name the challenge that they issue."
            ),
            _ => String::new(),
        }
    }
}
