//! Every pool in one table.

use super::address;
use super::figures::{Cell, FigurePage, Table, figures, words};
use super::format::{count, instant};
use super::overview::{enforcement, page};
use super::tiles::failed_answers;
use crate::model::Ratio;
use crate::query::PoolFacts;
use crate::snapshot::{Snapshot, Trend};

/// The page of pools.
pub fn pools(snapshot: &Snapshot) -> FigurePage {
    let mut pools: Vec<(&PoolFacts, &Trend)> = snapshot.pools.iter().zip(&snapshot.trends).collect();
    pools.sort_by_key(|(pool, _)| std::cmp::Reverse(pool.population.eligible));
    FigurePage {
        as_of: instant(snapshot.as_of),
        tables: vec![Table {
            key: "listed_pools",
            title: "Pools".into(),
            explanation: "Largest first. Shares are of eligible users with evidence; unknown users are in none.".into(),
            columns: vec![
                words("pool", "Pool"),
                words("mfa_configuration", "Enforcement"),
                figures("eligible_users", "Eligible users"),
                figures("can_do_mfa", "Can do MFA"),
                figures("coverage", "Evidence covers"),
                figures("active_can_do_mfa", "Active, can do MFA"),
                figures("failed_answers", "Failed answers, 30 days"),
                figures("recoveries_per_day", "Recoveries a day"),
                words("listed_users_at", "Users listed"),
            ],
            rows: pools.into_iter().map(|(pool, trend)| row(pool, trend, snapshot.small_denominator)).collect(),
            nothing: "No user pool is listed yet. Sources tells what is being read and what is missing.".into(),
            note: String::new(),
        }],
        ..FigurePage::new(
            "Pools",
            "Every listed pool: who can do MFA, how often answers fail, and how much is recovered.",
        )
    }
}

fn row(pool: &PoolFacts, trend: &Trend, small: u64) -> Vec<Cell> {
    let users = &pool.population;
    let week: Vec<u64> =
        trend.counts[..trend.complete_days].iter().rev().take(7).flatten().map(|day| day.recoveries).collect();
    let recoveries = (!week.is_empty()).then(|| week.iter().sum::<u64>() as f64 / week.len() as f64);
    vec![
        Cell::named(pool.pool_name.as_str(), &address::of_pool(&pool.key))
            .sub(format!("{} · {}", pool.key.aws_region, pool.key.pool_id))
            .link(page(&pool.key)),
        Cell::named(enforcement(&pool.mfa_configuration), &pool.mfa_configuration),
        match pool.listed_users_at {
            Some(_) => Cell::count(users.eligible).sub(format!("{} active", count(users.active))),
            None => Cell::number(None, 0),
        },
        Cell::share(Ratio::new(users.capable, users.known()), small),
        Cell::share(Ratio::new(users.known(), users.eligible), small),
        Cell::share(Ratio::new(users.active_capable, users.active_known), small),
        Cell::share(failed_answers(trend), small),
        Cell::number(recoveries, 1),
        Cell::instant(pool.listed_users_at),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::sample;

    #[test]
    fn a_pool_that_was_never_swept_shows_no_zero() {
        let page = pools(&sample::snapshot());
        let rows = &page.tables[0].rows;
        assert_eq!(rows.len(), sample::snapshot().pools.len());
        let unswept: Vec<&str> = rows[1][2..5].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(unswept, ["—", "—", "—"]);
    }
}
