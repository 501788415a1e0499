//! The gauges counted from the states of the users.

use std::collections::BTreeMap;

use super::Tally;
use super::table::Row;
use crate::world::directory::{Directory, Pool};

pub fn count(tally: &mut Tally, directory: &Directory, rows: &[Row]) {
    for pool in &directory.pools {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.pool_id == pool.id).collect();
        gauges(tally, directory.region, pool, &rows);
    }
}

fn gauges(tally: &mut Tally, region: &str, pool: &Pool, rows: &[&Row]) {
    let info = [("pool_name", pool.name), ("mfa_configuration", pool.mfa), ("tier", pool.tier.unwrap_or("unknown"))];
    tally.set(region, &pool.id, "pool_info", &info, 1.0);
    let mut statuses: BTreeMap<&str, f64> = BTreeMap::new();
    let mut states: BTreeMap<&str, f64> = BTreeMap::new();
    let mut enrolled: BTreeMap<&str, f64> = BTreeMap::new();
    rows.iter().for_each(|row| *statuses.entry(row.status).or_default() += 1.0);
    let eligible: Vec<&&Row> = rows.iter().filter(|row| row.is_eligible).collect();
    for row in &eligible {
        *states.entry(row.state).or_default() += 1.0;
        row.usable_factors.iter().for_each(|factor| *enrolled.entry(factor.label()).or_default() += 1.0);
    }
    for (name, label, counts) in
        [("users", "status", statuses), ("user_states", "state", states), ("enrolled_users", "factor", enrolled)]
    {
        for (value, count) in counts {
            tally.set(region, &pool.id, name, &[(label, value)], count);
        }
    }
    let number = |matters: &dyn Fn(&Row) -> bool| eligible.iter().filter(|row| matters(row)).count() as f64;
    let is_known = |row: &Row| row.state != "unknown";
    let [capable, active_capable] = [number(&|row| row.is_capable), number(&|row| row.is_active && row.is_capable)];
    let all = number(&|_| true);
    for (name, count) in [
        ("eligible_users", all),
        ("active_users", number(&|row| row.is_active)),
        ("capable_users", capable),
        ("active_capable_users", active_capable),
    ] {
        tally.set(region, &pool.id, name, &[], count);
    }
    for (name, numerator, denominator) in [
        ("enrolment_ratio", capable, number(&is_known)),
        ("active_enrolment_ratio", active_capable, number(&|row| row.is_active && is_known(row))),
        ("evidence_coverage_ratio", number(&is_known), all),
    ] {
        if denominator > 0.0 {
            tally.set(region, &pool.id, name, &[], numerator / denominator);
        }
    }
}
