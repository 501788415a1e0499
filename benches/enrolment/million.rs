//! Part `sweep`: a million users through listing, back-fill, look-ups and pictures; the parts `scrapes`
//! and `states` go on with the store that it leaves.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use mfascope::simulator::{Quotas, Scenario};

use super::account::Account;
use super::daemon::{Daemon, Settings, sum};
use super::{line, number, scrapes, settled, states, until};

/// The most resident memory that the daemon should need, in MB.
const WANTED_MB: f64 = 400.0;

pub async fn run(scrape: bool, compute: bool) -> anyhow::Result<()> {
    let started = Instant::now();
    let account = Account::open(Scenario::million(), Quotas::unlimited(), TimeDelta::zero())?;
    line("sweep: making a million users", started.elapsed().as_secs_f64(), "s");
    let folder = tempfile::tempdir()?;
    let settings =
        Settings { endpoint: account.endpoint.clone(), cognito: Some((2_000, "active")), trail: Some("15m") };
    let daemon = Daemon::start(folder.path(), &settings).await?;
    sweep(&account, &daemon).await;
    if scrape {
        scrapes::run(&daemon, "while pictures are drawn").await?;
        remember("sweep: memory after the scrapes", &daemon);
    }
    line("sweep: the daemon ended within", daemon.stop()?.as_secs_f64(), "s");
    if scrape {
        // The same store and nothing to do.
        let idle = Settings { endpoint: account.endpoint.clone(), ..Settings::default() };
        let daemon = Daemon::start(folder.path(), &idle).await?;
        until(Duration::from_secs(30), async || daemon.sum("mfascope_eligible_users").await.is_some()).await;
        scrapes::run(&daemon, "while the daemon is idle").await?;
        daemon.stop()?;
    }
    if compute {
        states::run(folder.path())?;
    }
    Ok(())
}

async fn sweep(account: &Account, daemon: &Daemon) {
    let started = Instant::now();
    let swept = until(Duration::from_secs(170), async || {
        // Both pools have figures.
        let text = daemon.metrics().await.unwrap_or_default();
        text.lines().filter(|line| line.starts_with("mfascope_eligible_users{")).count() == 2
    });
    let shown = swept.await;
    let listed = account.simulator.tally("ListUsers");
    let took = listed.last.saturating_sub(listed.first).as_secs_f64();
    number("sweep: pages of users", listed.answered, "calls");
    line("sweep: first to last page", took, "s");
    line("sweep: users listed", listed.answered as f64 * 60.0 / took.max(0.001), "users/s");
    line("sweep: calls", listed.per_second(), "calls/s");
    match shown {
        Some(took) => line("sweep: figures of both pools after", took.as_secs_f64(), "s"),
        None => println!("sweep: not complete after {:.0} s", started.elapsed().as_secs_f64()),
    }
    remember("sweep: memory after the sweep", daemon);

    let filled = until(Duration::from_secs(90), async || daemon.sum("mfascope_sign_ins_total").await.is_some()).await;
    let text = daemon.metrics().await.unwrap_or_default();
    number("sweep: records read", sum(&text, "mfascope_records_total").unwrap_or_default() as u64, "records");
    match filled {
        Some(more) => line("sweep: back-fill complete, after that", more.as_secs_f64(), "s"),
        None => println!("sweep: the back-fill was not complete after 90 more seconds"),
    }
    remember("sweep: memory after the back-fill", daemon);

    let calls = || account.simulator.tally("AdminGetUser").calls();
    let is_done = settled(Duration::from_secs(5), Duration::from_secs(40), calls).await;
    number(if is_done { "sweep: look-ups" } else { "sweep: look-ups, unfinished" }, calls(), "calls");
    remember("sweep: memory after the look-ups", daemon);
}

fn remember(when: &str, daemon: &Daemon) {
    match daemon.memory_mb() {
        Some((peak, present)) => {
            line(when, peak, &format!("MB peak, {present:.1} MB now   (wanted: {WANTED_MB:.0} or less)"))
        }
        None => println!("{when}: this system does not tell"),
    }
}
