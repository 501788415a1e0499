//! Whether a switch may be made.

use serde::{Deserialize, Serialize};

use super::{Outcome, Simulation};
use crate::model::{Factor, MfaConfiguration, Ratio, words};

words! {
    /// What a criterion, or all of them, come to.
    Verdict {
        /// It may.
        Passed = "passed",
        /// It may not.
        Failed = "failed",
        /// Nobody can tell.
        Undecidable = "not_decidable",
    }
}

impl Verdict {
    /// Exit code of a command that ends with it.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Undecidable => 2,
        }
    }
}

/// What has to hold, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct Limits {
    /// Users who pass with a factor, at least; of those with a sign-in whom MFA concerns.
    pub target: f64,
    /// Users without a way in, at most.
    pub max_blocked: f64,
    /// Users of whom nothing is known, at most.
    pub max_unknown: f64,
    /// Eligible users with evidence about MFA, at least.
    pub min_coverage: f64,
}

impl Limits {
    /// What holds unless somebody asks for something else.
    pub const fn usual(target: f64) -> Self {
        Self { target, max_blocked: 0.5, max_unknown: 5.0, min_coverage: 80.0 }
    }
}

/// What a gate says.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Judgement {
    /// Whether the switch may be made.
    pub verdict: Verdict,
    /// Why.
    pub criteria: Vec<Criterion>,
    /// What had to hold.
    pub limits: Limits,
    /// The call of the AWS CLI that would make the switch. Nobody makes it here.
    pub call: String,
}

/// Days on record, at least: shorter than a week, days of the week are missing.
const LEAST_DAYS: f64 = 7.0;

/// Something that has to hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Criterion {
    /// Its name.
    pub name: String,
    /// Whether it does.
    pub verdict: Verdict,
    /// What was found, and what was wanted.
    pub line: String,
}

/// Whether the switch may be made, and why. Without a history and evidence nothing is decided; after that a criterion
/// that fails whatever the unknown turn out to be decides, before those that the unknown could decide either way.
pub fn judge(simulation: &Simulation, limits: Limits) -> Judgement {
    let contradiction = simulation.target.contradiction();
    let judgement = |verdict, criteria| Judgement { verdict, criteria, limits, call: call(simulation) };
    if !contradiction.is_empty() {
        let line = criterion("target", Verdict::Undecidable, contradiction.to_owned());
        return judgement(Verdict::Undecidable, vec![line]);
    }
    let ground = [history(simulation), coverage(simulation, limits)];
    let figures = [unknown(simulation, limits), enrolment(simulation, limits), blocked(simulation, limits)];
    let is_any = |criteria: &[Criterion], verdict| criteria.iter().any(|criterion| criterion.verdict == verdict);
    let verdict = if is_any(&ground, Verdict::Undecidable) {
        Verdict::Undecidable
    } else if is_any(&figures, Verdict::Failed) {
        Verdict::Failed
    } else if is_any(&figures, Verdict::Undecidable) {
        Verdict::Undecidable
    } else {
        Verdict::Passed
    };
    judgement(verdict, ground.into_iter().chain(figures).collect())
}

/// What somebody would have to call. `UpdateUserPool` cannot require MFA of a pool that is there, and
/// `SetUserPoolMfaConfig` switches off what it is not given: what is set now is read, changed and written back.
fn call(simulation: &Simulation) -> String {
    let (pool, target) = (&simulation.pool, simulation.target);
    let mut change =
        format!(". + {{UserPoolId: \"{}\", MfaConfiguration: \"{}\"}}", pool.pool_id, target.mfa_configuration);
    if target.factors.contains(Factor::Totp) {
        change.push_str(" + {SoftwareTokenMfaConfiguration: {Enabled: true}}");
    }
    for (factor, member) in [
        (Factor::Totp, "SoftwareTokenMfaConfiguration"),
        (Factor::Sms, "SmsMfaConfiguration"),
        (Factor::Email, "EmailMfaConfiguration"),
    ] {
        if !target.factors.contains(factor) {
            change.push_str(&format!(" | del(.{member})"));
        }
    }
    format!(
        "aws cognito-idp get-user-pool-mfa-config --region {region} --user-pool-id {pool_id} | jq '{change}' > mfa.json && \
         aws cognito-idp set-user-pool-mfa-config --region {region} --cli-input-json file://mfa.json",
        region = pool.aws_region,
        pool_id = pool.pool_id,
    )
}

fn criterion(name: &str, verdict: Verdict, line: String) -> Criterion {
    Criterion { name: name.to_owned(), verdict, line }
}

fn history(simulation: &Simulation) -> Criterion {
    let days = simulation.hours.recorded_days();
    let verdict = if days >= LEAST_DAYS { Verdict::Passed } else { Verdict::Undecidable };
    criterion("history", verdict, format!("{days:.1} days of sign-ins on record, {LEAST_DAYS:.0} wanted"))
}

fn coverage(simulation: &Simulation, limits: Limits) -> Criterion {
    let ratio = Ratio::new(simulation.coverage.known, simulation.coverage.eligible);
    let Some(share) = percent(ratio) else {
        return criterion("coverage", Verdict::Undecidable, "no eligible user is listed".into());
    };
    let verdict = if share >= limits.min_coverage { Verdict::Passed } else { Verdict::Undecidable };
    let line = format!("evidence about {share:.1} % of eligible users, {} % wanted", limits.min_coverage);
    criterion("coverage", verdict, line)
}

fn unknown(simulation: &Simulation, limits: Limits) -> Criterion {
    let users = &simulation.seen_users;
    let Some(share) = percent(Ratio::new(users.of(Outcome::Unknown), users.concerned())) else {
        return nobody("unknown");
    };
    let verdict = if share <= limits.max_unknown { Verdict::Passed } else { Verdict::Undecidable };
    let behind = match simulation.users_behind_unseen_clients {
        0 => String::new(),
        users => format!("; of {users} of all users the app client decides, which was never seen with MFA"),
    };
    criterion("unknown", verdict, format!("{share:.1} % of users unknown, at most {} %{behind}", limits.max_unknown))
}

fn enrolment(simulation: &Simulation, limits: Limits) -> Criterion {
    let users = &simulation.seen_users;
    let satisfied = users.of(Outcome::Satisfied);
    let (Some(low), Some(high)) = (
        percent(Ratio::new(satisfied, users.concerned())),
        percent(Ratio::new(satisfied + users.of(Outcome::Unknown), users.concerned())),
    ) else {
        return nobody("target");
    };
    let verdict = between(low >= limits.target, high >= limits.target);
    criterion(
        "target",
        verdict,
        format!("{} of users pass with a factor, at least {} %", band(low, high), limits.target),
    )
}

fn blocked(simulation: &Simulation, limits: Limits) -> Criterion {
    let users = &simulation.seen_users;
    let blocked = users.of(Outcome::Blocked);
    let (Some(low), Some(high), Some(otherwise)) = (
        percent(Ratio::new(blocked, users.concerned())),
        percent(Ratio::new(blocked + users.of(Outcome::Unknown), users.concerned())),
        percent(Ratio::new(simulation.seen_users_otherwise.of(Outcome::Blocked), users.concerned())),
    ) else {
        return nobody("blocked");
    };
    let verdict = between(high <= limits.max_blocked, low <= limits.max_blocked);
    let other = match simulation.target.mfa_configuration {
        MfaConfiguration::On => format!(
            "; {otherwise:.1} % where users without a factor are {} instead of {}",
            simulation.assumption.other(),
            simulation.assumption
        ),
        MfaConfiguration::Off | MfaConfiguration::Optional => String::new(),
    };
    let line = format!("{} of users have no way in, at most {} %{other}", band(low, high), limits.max_blocked);
    criterion("blocked", verdict, line)
}

/// Held whatever the unknown turn out to be, held if they turn out well, or not at all.
fn between(surely: bool, at_best: bool) -> Verdict {
    match (surely, at_best) {
        (true, _) => Verdict::Passed,
        (false, true) => Verdict::Undecidable,
        (false, false) => Verdict::Failed,
    }
}

fn band(low: f64, high: f64) -> String {
    if high - low < 0.05 { format!("{low:.1} %") } else { format!("{low:.1} to {high:.1} %") }
}

fn percent(ratio: Ratio) -> Option<f64> {
    ratio.value().map(|value| value * 100.0)
}

fn nobody(name: &str) -> Criterion {
    criterion(name, Verdict::Undecidable, "no user whom MFA concerns has a sign-in on record".into())
}

#[cfg(test)]
mod tests;
