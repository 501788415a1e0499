//! What a decision about a large pool costs: a million users and ten million events: `make bench`.
//!
//! The store is filled by one process and asked by another, so that memory is counted from a daemon at rest.

#[path = "../history/records.rs"]
#[expect(dead_code, reason = "of the records of that bench only those of the trail are taken")]
mod records;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, TimeDelta, Utc};
use mfascope::clock::Clock;
use mfascope::config::Config;
use mfascope::decision::{Context, Wanted, decide};
use mfascope::decode::{Pseudonyms, Reading, cloudtrail};
use mfascope::model::{DecodedLine, ListedUser, LookedUpUser, Lookup, PoolKey, Stream, UserStatus};
use mfascope::query::{Questions, replayed};
use mfascope::rollout::forecast::{Point, forecast};
use mfascope::rollout::{Assumption, simulate};
use mfascope::snapshot::{Health, Snapshot};
use mfascope::store::{LogStream, Mark, Store};
use rayon::prelude::*;
use records::{Records, sub};
use uuid::Uuid;

const EVENTS: usize = 10_000_000;
const USERS: u32 = 1_000_000;
const BATCH: usize = 50_000;
const TIMES: usize = 5;
const STREAM: LogStream<'static> = LogStream { source: "bench", stream: Stream::Cloudtrail, log_group: "trail" };

fn main() -> anyhow::Result<()> {
    if let Some(path) = std::env::var_os("MFASCOPE_BENCH_STORE") {
        return measure(&PathBuf::from(path));
    }
    let share: usize = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(1).max(1);
    let (events, users) = (EVENTS / share, USERS / share as u32);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bench.duckdb");
    let started = Instant::now();
    fill(&path, events, users)?;
    println!("{users} users and {events} events stored in {:.0} s", started.elapsed().as_secs_f64());
    let done = Command::new(std::env::current_exe()?).env("MFASCOPE_BENCH_STORE", &path).status()?;
    anyhow::ensure!(done.success(), "the measuring process failed");
    trend();
    Ok(())
}

fn key() -> PoolKey {
    PoolKey { aws_region: records::REGION.into(), pool_id: records::POOL.into() }
}

fn fill(path: &Path, events: usize, users: u32) -> anyhow::Result<()> {
    let now = Clock::system().now();
    let store = Store::open(path)?;
    store.list_pools("bench", &[records::pool(key())], Duration::from_secs(90 * 86_400), now)?;
    let mut sweep = store.begin_sweep("bench", &key(), now)?;
    for first in (0..users).step_by(BATCH) {
        let page: Vec<ListedUser> = (first..users.min(first + BATCH as u32)).map(|user| listed(user, now)).collect();
        store.sweep_users(&mut sweep, &page, None)?;
    }
    store.publish_sweep(&sweep, now)?;
    // Every third user was looked up; sign-ins tell of others.
    let looked_up: Vec<u32> = (0..users).step_by(3).collect();
    for page in looked_up.chunks(BATCH) {
        store.keep_lookups(&page.iter().map(|user| lookup(*user, now)).collect::<Vec<_>>())?;
    }
    let reading = Reading { pseudonyms: Pseudonyms::Hashes(Uuid::nil()), custom_is_mfa: false, networks: Uuid::nil() };
    let mut records = Records::new(now, events, users);
    for _ in 0..events / BATCH {
        let texts = records.batch(BATCH);
        let decode = |(line_id, delivered_at, text): &(Uuid, DateTime<Utc>, String)| DecodedLine {
            line_id: *line_id,
            delivered_at: *delivered_at,
            decoded: cloudtrail::decode(text, *line_id, &reading),
        };
        let lines: Vec<DecodedLine> = texts.par_iter().map(decode).collect();
        let read_through = texts[texts.len() - 1].1;
        let mark = Mark { read_through, forget_before: read_through - TimeDelta::minutes(15), is_caught_up: false };
        store.ingest(STREAM, &lines, Some(mark))?;
    }
    Ok(())
}

fn listed(user: u32, now: DateTime<Utc>) -> ListedUser {
    ListedUser {
        sub: sub(user),
        username: None,
        status: if user.is_multiple_of(50) { UserStatus::ForceChangePassword } else { UserStatus::Confirmed },
        enabled: true,
        created_at: Some(now - Days::new(u64::from(user % 900))),
        has_phone: user.is_multiple_of(2),
        has_email: true,
        phone_verified: true,
        email_verified: true,
        country: Some(records::COUNTRIES[user as usize % records::COUNTRIES.len()].to_owned()),
    }
}

fn lookup(number: u32, now: DateTime<Utc>) -> Lookup {
    let (totp, sms) = (number.is_multiple_of(5), number.is_multiple_of(4));
    let user = LookedUpUser { totp, sms, ..LookedUpUser::default() };
    Lookup { pool_id: records::POOL.into(), sub: sub(number), looked_up_at: now, user }
}

/// In a process of its own: what it holds before is what a daemon holds that draws pictures.
fn measure(path: &Path) -> anyhow::Result<()> {
    let now = Clock::system().now();
    let store = Store::open(path)?;
    let config = Config::parse("[[source]]\nname = \"bench\"\nregion = \"us-east-1\"\n", "bench")?;
    Snapshot::build(&store, &Health::default(), &config, now, None)?;
    let before = memory("VmRSS:");
    forget_peak()?;
    let days = records::DAYS as u64;
    times("simulation, 28 days", "wanted: 3000 or less", || simulation(&store, now, 28))?;
    times("simulation, all records", "35 days", || simulation(&store, now, days))?;
    println!(
        "memory {:.0} MB more than a daemon at rest, {before:.0} MB   (wanted: 300 or less)",
        memory("VmHWM:") - before
    );
    forget_peak()?;
    times("the whole page", "28 days", || {
        let context = Context { config: &config.rollout, small_denominator: 20, data_through: Some(now), as_of: now };
        decide(Questions::of(&store)?, &Wanted::of_pool(key()), None, &context)?;
        Ok(())
    })?;
    println!("memory {:.0} MB more", memory("VmHWM:") - before);
    Ok(())
}

fn simulation(store: &Store, now: DateTime<Utc>, days: u64) -> anyhow::Result<()> {
    let gathered = Questions::of(store)?.rollout(&key(), replayed(days, now), now)?;
    let gathered = gathered.ok_or_else(|| anyhow::anyhow!("the pool is not listed"))?;
    let (setting, target) = (gathered.setting(), Wanted::of_pool(key()).target(&gathered.setting()));
    let simulated = simulate(setting, target, Assumption::Prompted, gathered.hours, &gathered.facts()?);
    anyhow::ensure!(simulated.sign_ins.total() > 0, "nothing was replayed");
    Ok(())
}

fn times(what: &str, wanted: &str, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut took = Vec::new();
    for _ in 0..TIMES {
        let started = Instant::now();
        work()?;
        took.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    println!("{what:<26}{:>8.0} ms median, {:.0} ms longest   ({wanted})", took[TIMES / 2], took[TIMES - 1]);
    Ok(())
}

/// A forecast of as many days as count.
fn trend() {
    let first = Clock::system().now().date_naive() - Days::new(89);
    let point =
        |day: u64| Point { day: first + Days::new(day), capable: 20_000 + 400 * day + day * 37 % 211, known: 100_000 };
    let points: Vec<Point> = (0..90).map(point).collect();
    let done = times("forecast of 90 days", "wanted: 100 or less", || {
        std::hint::black_box(forecast(&points, 0.95, first + Days::new(90)));
        Ok(())
    });
    done.unwrap_or_default();
}

fn memory(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|text| text.strip_prefix(line)).unwrap_or_default();
    found.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
}

/// The most that was held is counted from now on.
fn forget_peak() -> anyhow::Result<()> {
    Ok(std::fs::write("/proc/self/clear_refs", "5")?)
}
