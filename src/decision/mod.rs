//! Whether to switch the MFA of a pool, as one document: what would break, for whom, when it can be, and what it takes.
//!
//! The same document is the page, its JSON, what the gate judges and what is kept as a record.

mod campaign;
mod enrolment;
mod headline;
mod members;
mod record;
mod wanted;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::config::{Rollout as Config, SmsPrices};
use crate::model::PoolKey;
use crate::query::{Decided, Grouping, Questions, RecoveryWays, replayed};
use crate::rollout::{Given, Group, Judgement, Limits, Load, RiskCount, Simulation, Wave, judge, load, plan, simulate};
use crate::store::StoreError;

pub use campaign::CampaignEffect;
pub use enrolment::Enrolment;
pub use headline::headline;
pub use members::members;
pub use wanted::Wanted;

/// What is asked of what was gathered, in the order of the tables.
const SHOWN: &[&str] = &[
    "rollout/profile",
    "rollout/hour",
    "rollout/client",
    "rollout/outcome_table",
    "rollout/member_table",
    "rollout/group_count",
    "rollout/risk_table",
    "rollout/risk_count",
    "rollout/recovery_count",
    "rollout/enrolment_day",
    "rollout/country_load",
    "rollout/busiest_minute",
    "rollout/burden",
];

/// Prices this old say little about today.
const PRICES_LAST: Days = Days::new(365);

/// Figures of less than this are of today.
const OLD: TimeDelta = TimeDelta::hours(36);

/// What there is to decide by.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Decision {
    /// When the store was read.
    pub as_of: DateTime<Utc>,
    /// Up to when records were read; `None` before the first.
    pub data_through: Option<DateTime<Utc>>,
    /// When the listing of the users began; `None` before the first.
    pub listed_at: Option<DateTime<Utc>>,
    /// What would have happened in the stretch that is replayed.
    pub simulation: Simulation,
    /// What users of a group have in common.
    pub grouping: Grouping,
    /// The cohort, where users are grouped by one.
    pub cohort: Option<Cohort>,
    /// Whether the switch may be made, by the usual limits.
    pub judgement: Judgement,
    /// How the users of each group fare.
    pub groups: Vec<Group>,
    /// Groups in the order in which to switch them.
    pub waves: Vec<Wave>,
    /// Users a day whom a wave may stop or hold up.
    pub support_limit_per_day: u64,
    /// Users by reason why they may be locked out.
    pub risks: Vec<RiskCount>,
    /// Users without a way to recover.
    pub recovery: RecoveryWays,
    /// Eligible users who did not sign in for 30 days and cannot pass MFA: no campaign inside the app reaches them.
    pub absent_users: u64,
    /// When enrolment reaches the target.
    pub enrolment: Enrolment,
    /// What was done about enrolment, before and after.
    pub campaigns: Vec<CampaignEffect>,
    /// What the switch adds.
    pub load: Load,
    /// The day of the table that prices are taken from where no receipt tells one; `None` without a table.
    pub prices_as_of: Option<NaiveDate>,
    /// What to know before reading on, one sentence each.
    pub notes: Vec<String>,
    /// The statements behind users and sign-ins, as they run on a copy of the store.
    pub sql: String,
}

/// Users that a question of the config names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Cohort {
    /// Its name.
    pub name: String,
    /// Users that the question names.
    pub users: u64,
    /// Of them, those whom the pool does not list: they count nowhere.
    pub foreign_users: u64,
}

/// What nobody can read off the store.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// `[rollout]`
    pub config: &'a Config,
    /// Ratios of fewer cases say little.
    pub small_denominator: u64,
    /// Up to when records were read.
    pub data_through: Option<DateTime<Utc>>,
    /// The instant.
    pub as_of: DateTime<Utc>,
}

/// Answers of the questions of cohorts: subs, or the line that says why not.
pub type Members = Result<Vec<Uuid>, String>;

/// Why there is no decision to be made.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No listing knows the pool.
    #[error("pool {}/{} is not listed", .0.aws_region, .0.pool_id)]
    Unlisted(PoolKey),
    /// The question of a cohort failed.
    #[error("cohort {0:?}: {1}")]
    Cohort(String, String),
}

/// Gathers everything there is to decide by. `members` are the users of the cohort that is wanted.
///
/// # Errors
/// When the store cannot be read, nobody lists the pool, or the cohort's question failed.
pub fn decide(
    questions: Questions,
    wanted: &Wanted,
    members: Option<Members>,
    context: &Context<'_>,
) -> Result<Decision, DecisionError> {
    let Context { config, as_of, .. } = *context;
    let members = named_members(wanted, members)?;
    let enrolment = Enrolment::of(&questions, &wanted.key, config, as_of)?;
    let gathered = questions
        .rollout(&wanted.key, replayed(wanted.days.unwrap_or(config.days), as_of), as_of)?
        .ok_or_else(|| DecisionError::Unlisted(wanted.key.clone()))?;
    let setting = gathered.setting();
    let target = wanted.target(&setting);
    let facts = gathered.facts()?;
    let simulation = simulate(setting, target, wanted.assumption, gathered.hours, &facts);
    let listed_at = gathered.pool.listed_users_at;
    let sms_failure = gathered.pool.settings.sms_failure.clone();
    let sms_route = gathered.pool.settings.sms_route.clone();
    let absent_users = gathered.absent_users()?;
    let mut decided = gathered.decide(&facts, target, wanted.assumption)?;
    let cohort = members.map(|(name, subs)| cohort(&mut decided, name, &subs)).transpose()?;
    let groups = decided.groups(wanted.grouping)?;
    let (risks, recovery) = decided.risks(context.small_denominator)?;
    let prices = config.sms_prices.as_ref().filter(|prices| prices.as_of + PRICES_LAST >= as_of.date_naive());
    let load = load(&decided.load_facts(&facts, target)?, &given(config, prices));
    let mut sql = decided.gathered().sql(SHOWN);
    if let Some(cohort) = &cohort {
        sql.insert_str(
            0,
            &format!("-- users of cohort {}: those whom its question in the config names\n", cohort.name),
        );
    }
    let mut decision = Decision {
        as_of,
        data_through: context.data_through,
        listed_at,
        waves: plan(&groups, config.support_limit_per_day),
        campaigns: campaign::effects(&config.campaigns, &enrolment.points),
        prices_as_of: prices.map(|prices| prices.as_of),
        support_limit_per_day: config.support_limit_per_day,
        grouping: wanted.grouping,
        notes: Vec::new(),
        judgement: judge(&simulation, Limits::usual(config.target_percent)),
        simulation,
        cohort,
        groups,
        risks,
        recovery,
        absent_users,
        enrolment,
        load,
        sql,
    };
    decision.notes = notes(&decision, config, &sms_route, &sms_failure);
    Ok(decision)
}

/// The cohort that is wanted, with its users: a question that failed is told before anything is gathered.
fn named_members(wanted: &Wanted, members: Option<Members>) -> Result<Option<(String, Vec<Uuid>)>, DecisionError> {
    let Some(name) = wanted.cohort.clone() else { return Ok(None) };
    let no_question = || Err("the config has none of that name; see [rollout.cohorts]".to_owned());
    match members.unwrap_or_else(no_question) {
        Ok(subs) => Ok(Some((name, subs))),
        Err(line) => Err(DecisionError::Cohort(name, line)),
    }
}

fn cohort(decided: &mut Decided, name: String, subs: &[Uuid]) -> Result<Cohort, StoreError> {
    let foreign_users = decided.set_members(subs)?;
    Ok(Cohort { name, users: subs.len() as u64, foreign_users })
}

fn given(config: &Config, prices: Option<&SmsPrices>) -> Given {
    let table = |prices: &SmsPrices| prices.usd.iter().map(|(country, usd)| (country.clone(), *usd)).collect();
    Given {
        quota_per_second: config.answers_per_second,
        limit_usd_per_month: config.sms_limit_usd_per_month,
        prices: prices.map(table).unwrap_or_default(),
    }
}

/// What somebody has to know before reading on.
fn notes(decision: &Decision, config: &Config, sms_route: &str, sms_failure: &str) -> Vec<String> {
    use crate::model::{Factor, MfaConfiguration};
    let simulation = &decision.simulation;
    let (pool, target) = (&simulation.pool, simulation.target);
    let mut notes = Vec::new();
    let mut note = |is_so: bool, text: String| {
        if is_so {
            notes.push(text);
        }
    };
    let recorded = simulation.hours.recorded_days();
    note(!target.contradiction().is_empty(), format!("{}.", target.contradiction()));
    note(
        pool.as_is() == target,
        format!("The pool is {} with these factors already: this is how it stands.", pool.mfa_configuration),
    );
    note(
        pool.mfa_configuration != MfaConfiguration::Off && pool.factors.is_empty(),
        format!(
            "The pool is {}, yet it allows no factor: its configuration contradicts itself.",
            pool.mfa_configuration
        ),
    );
    note(
        decision.listed_at.is_none(),
        "The users of the pool were never listed to the end: nobody is simulated.".into(),
    );
    for (what, until) in
        [("listing of the users was", decision.listed_at), ("record that was read is of", decision.data_through)]
    {
        if let Some(until) = until.filter(|until| *until + OLD < decision.as_of) {
            let until = until.format("%Y-%m-%d %H:%M");
            note(true, format!("The last {what} {until} UTC: whatever changed since is not in these figures."));
        }
    }
    note(recorded <= 0.0, "No sign-in is on record: only users are simulated.".into());
    note(
        recorded > 0.0 && recorded < 7.0,
        format!("Only {recorded:.1} days are on record: a week has days that are unlike each other."),
    );
    let uses_sms = target.factors.contains(Factor::Sms) && target.mfa_configuration != MfaConfiguration::Off;
    note(
        uses_sms && sms_route == "none",
        "The pool has no SMS configuration: text messages cannot be sent as it stands.".into(),
    );
    note(
        uses_sms && !sms_failure.is_empty(),
        format!("Cognito finds fault with the pool's SMS set-up ({sms_failure}): text messages may not be sent."),
    );
    if let Some(cohort) = &decision.cohort {
        note(
            cohort.foreign_users > 0,
            format!(
                "{} of the {} users of cohort {} are not listed in this pool: they count nowhere.",
                cohort.foreign_users, cohort.users, cohort.name
            ),
        );
    }
    if let Some(prices) = &config.sms_prices {
        note(
            decision.prices_as_of.is_none(),
            format!("The price table is of {}, more than a year ago: it is not used.", prices.as_of),
        );
    }
    notes
}

/// Words of an address, or of a command, that ask for a decision.
pub type Words = BTreeMap<String, String>;
