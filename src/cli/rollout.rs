//! `mfascope rollout`: the gate in front of a switch. It says whether, and never makes it.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use chrono::{DateTime, Utc};
use clap::ValueEnum;
use indicatif::HumanCount;
use serde_json::json;

use super::daemon::{Daemon, Holder};
use super::{RolloutArgs, inert, runtime};
use crate::clock::Clock;
use crate::config::Config;
use crate::decision::{Context, Decision, Wanted, Words, decide, members};
use crate::query::Questions;
use crate::query::ask::Desk;
use crate::rollout::{Judgement, Limits, Outcome, Simulation, Verdict, judge};
use crate::snapshot::{Health, Snapshot};
use crate::store::Store;

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    /// For people and logs.
    Text,
    /// One object, for programs.
    Json,
}

/// A large pool is gathered in seconds, a busy daemon takes its turns.
const PATIENCE: Duration = Duration::from_secs(300);

pub(super) fn run(args: &RolloutArgs) -> anyhow::Result<Verdict> {
    let decision = runtime()?.block_on(async {
        match Holder::find(&args.daemon).await? {
            Holder::Daemon(daemon) => of_daemon(&daemon, args).await,
            Holder::Nobody(store, config) => of_store(store, &config, args).await,
        }
    })?;
    let limits = args.limits(decision.judgement.limits);
    let judgement = judge(&decision.simulation, limits);
    let answer = Answer { judgement: &judgement, decision: &decision };
    let text = match args.format {
        Shape::Text => answer.text(),
        Shape::Json => answer.json()? + "\n",
    };
    io::stdout().lock().write_all(text.as_bytes()).context("cannot write the answer")?;
    Ok(judgement.verdict)
}

impl RolloutArgs {
    /// What is asked for, in the words of the address of a page.
    fn words(&self) -> Words {
        let days = self.days.map(|days| days.to_string());
        let asked = [
            ("target", self.mfa.as_ref()),
            ("factors", self.factors.as_ref()),
            ("without", self.without.as_ref()),
            ("days", days.as_ref()),
            ("assume", self.assume.as_ref()),
        ];
        asked.into_iter().filter_map(|(name, word)| Some((name.to_owned(), word?.clone()))).collect()
    }

    /// What has to hold: what is given, else what the daemon's config and custom say.
    fn limits(&self, usual: Limits) -> Limits {
        Limits {
            target: self.target.unwrap_or(usual.target),
            max_blocked: self.max_blocked.unwrap_or(usual.max_blocked),
            max_unknown: self.max_unknown.unwrap_or(usual.max_unknown),
            min_coverage: self.min_coverage.unwrap_or(usual.min_coverage),
        }
    }
}

async fn of_daemon(daemon: &Daemon, args: &RolloutArgs) -> anyhow::Result<Decision> {
    let request = daemon.get("/api/v1/rollout").query(&[("pool", &args.pool)]).query(&args.words()).timeout(PATIENCE);
    let answer = daemon.send(request).await?.json().await;
    answer.context("the daemon's answer is not understood: is it of another version?")
}

async fn of_store(store: Store, config: &Config, args: &RolloutArgs) -> anyhow::Result<Decision> {
    let as_of = Clock::system().now();
    let snapshot = Snapshot::build(&store, &Health::default(), config, as_of, None)?;
    let key = snapshot.pool(&args.pool).with_context(|| format!("--pool {:?} {}", args.pool, Snapshot::NO_POOL))?;
    let wanted = Wanted::of_words(key, &args.words()).map_err(|line| anyhow!(line))?;
    let desk = Desk::new(store.clone(), (&config.query).into());
    let members = members(&desk, &config.rollout, &wanted, as_of).await;
    let context = Context {
        config: &config.rollout,
        small_denominator: snapshot.small_denominator,
        data_through: snapshot.trail_through(&wanted.key),
        as_of,
    };
    Ok(decide(Questions::of(&store)?, &wanted, members, &context)?)
}

/// What the gate says, and by what.
struct Answer<'a> {
    judgement: &'a Judgement,
    decision: &'a Decision,
}

impl Answer<'_> {
    fn json(&self) -> serde_json::Result<String> {
        let Decision { as_of, data_through, listed_at, simulation, notes, .. } = self.decision;
        let Judgement { verdict, criteria, limits, call } = self.judgement;
        serde_json::to_string_pretty(&json!({
            "verdict": verdict,
            "criteria": criteria,
            "limits": limits,
            "call": call,
            "notes": notes,
            "as_of": as_of,
            "data_through": data_through,
            "listed_at": listed_at,
            "simulation": simulation,
        }))
    }

    fn text(&self) -> String {
        let Decision { data_through, listed_at, notes, .. } = self.decision;
        let Simulation { pool, target, hours, assumption, .. } = &self.decision.simulation;
        let factors: Vec<&str> = target.factors.iter().map(|factor| factor.as_str()).collect();
        let mut lines = vec![
            format!(
                "{}/{} {}: MFA {} -> {}, by {}",
                pool.aws_region,
                pool.pool_id,
                inert(&pool.pool_name),
                pool.mfa_configuration,
                target.mfa_configuration,
                if factors.is_empty() { "no factor".to_owned() } else { factors.join(", ") }
            ),
            format!(
                "replayed: {:.1} days of sign-ins; last record: {}; users listed: {}; without a factor: {assumption}",
                hours.recorded_days(),
                minute(*data_through),
                minute(*listed_at)
            ),
            String::new(),
        ];
        lines.extend(self.table());
        lines.push(String::new());
        lines.extend(notes.iter().map(|note| format!("note: {}", inert(note))));
        let criteria = &self.judgement.criteria;
        lines
            .extend(criteria.iter().map(|held| format!("{:<14}{:<10}{}", held.verdict.as_str(), held.name, held.line)));
        lines.push(format!("verdict: {}", self.judgement.verdict));
        lines.push("the switch, which nobody makes here:".into());
        lines.push(format!("  {}", self.judgement.call));
        lines.join("\n") + "\n"
    }

    /// Users and sign-ins by outcome.
    fn table(&self) -> impl Iterator<Item = String> {
        let Simulation { users, seen_users, sign_ins, peaks, .. } = &self.decision.simulation;
        let row = |name: &str, cells: [String; 4]| {
            let mut line = format!("{name:<20}");
            // Writing to a string cannot fail.
            cells.iter().for_each(|cell| write!(line, "{cell:>14}").unwrap_or_default());
            line
        };
        let head = row("", ["users", "of them seen", "sign-ins", "busiest hour"].map(str::to_owned));
        let number = |number: u64| HumanCount(number).to_string();
        let of = move |outcome: Outcome| {
            let peak = peaks.iter().find(|peak| peak.outcome == outcome);
            let cells = [
                number(users.of(outcome)),
                number(seen_users.of(outcome)),
                number(sign_ins.of(outcome)),
                peak.map_or_else(|| "-".to_owned(), |peak| number(peak.sign_ins)),
            ];
            row(outcome.as_str(), cells)
        };
        std::iter::once(head).chain(Outcome::ALL.iter().map(move |outcome| of(*outcome)))
    }
}

fn minute(instant: Option<DateTime<Utc>>) -> String {
    instant.map_or_else(|| "never".to_owned(), |instant| instant.format("%Y-%m-%dT%H:%MZ").to_string())
}
