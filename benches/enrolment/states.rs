//! Part `states`: the MFA state of every user, computed from the store that a daemon left.

use std::path::Path;
use std::time::Instant;

use mfascope::clock::Clock;
use mfascope::query::Questions;
use mfascope::store::Store;

use super::{daemon, line, number};

const ROUNDS: usize = 7;

pub fn run(folder: &Path) -> anyhow::Result<()> {
    let started = Instant::now();
    let store = Store::open(&daemon::store(folder))?;
    line("states: opening the store", started.elapsed().as_secs_f64() * 1000.0, "ms");
    let now = Clock::system().now();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        Questions::of(&store)?.pools(now, now.date_naive())?;
        rounds.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    rounds.sort_by(f64::total_cmp);
    let (median, most) = (rounds[ROUNDS / 2], rounds[ROUNDS - 1]);
    line(
        "states: all users of all pools",
        median,
        &format!("ms median, {most:.0} ms longest   (wanted: 2000 or less)"),
    );
    for pool in Questions::of(&store)?.pools(now, now.date_naive())? {
        let states: Vec<String> =
            pool.population.states.0.iter().map(|(state, users)| format!("{state} {users}")).collect();
        number(&format!("states: {}, eligible", pool.pool_name), pool.population.eligible, &states.join(", "));
    }
    Ok(())
}
