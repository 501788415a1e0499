//! Part `budget`: how much of an allowance of 30 requests a second a sweep uses, and whether AWS refuses any.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use mfascope::simulator::{Quotas, Scenario};

use super::account::Account;
use super::daemon::{Daemon, Settings};
use super::{line, number, ratio, until};

/// AWS's own quota of `ListUsers`.
const ALLOWED: u32 = 30;
/// Long enough for a hundredth of the budget to be six calls.
const WATCHED: Duration = Duration::from_secs(20);

pub async fn run() -> anyhow::Result<()> {
    // Enough for 50 seconds at the quota.
    let account = Account::open(Scenario::sized(120_000, 1), Quotas::aws(), TimeDelta::zero())?;
    let folder = tempfile::tempdir()?;
    let settings =
        Settings { endpoint: account.endpoint.clone(), cognito: Some((ALLOWED, "off")), ..Settings::default() };
    let daemon = Daemon::start(folder.path(), &settings).await?;
    let listed = || account.simulator.tally("ListUsers");
    if until(Duration::from_secs(30), async || listed().calls() > 5).await.is_none() {
        anyhow::bail!("the daemon lists no users");
    }
    let (before, started) = (listed(), Instant::now());
    tokio::time::sleep(WATCHED).await;
    let (after, seconds) = (listed(), started.elapsed().as_secs_f64());
    let rate = (after.calls() - before.calls()) as f64 / seconds;
    let throttled: u64 = account.simulator.tallies().values().map(|tally| tally.throttled).sum();
    line("budget: ListUsers calls at 30/s allowed", rate, "calls/s");
    ratio("budget: share used", rate / f64::from(ALLOWED), "of 1   (wanted: 0.95 or more)");
    number("budget: calls that were throttled", throttled, "calls   (wanted: 0)");
    let counted = daemon.sum("mfascope_aws_throttles_total").await.unwrap_or_default();
    number("budget: throttles the daemon counted", counted as u64, "calls");
    Ok(())
}
