//! What a simulation of a switch asks: the users and sign-ins of one pool, gathered once and then asked about.

mod decided;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use duckdb::{Row, named_params};
use uuid::Uuid;

pub use decided::{Decided, RecoveryWays, RiskUser};

use super::counts::count;
use super::pools::{facts, instant};
use super::view::whole_hour;
use super::{PoolFacts, Questions, Value, Values};
use crate::model::{MfaConfiguration, PoolKey, words};
use crate::rollout::{
    Assumption, Circumstance, ClientUse, Hours, PoolSetting, Profile, ProfileUsers, Replayed, SimulationFacts, Target,
};
use crate::store::{Slice, StoreError, query, slices};

words! {
    /// What users of a wave have in common.
    Grouping {
        /// The app client of the newest sign-in.
        Client = "client",
        /// Country of the phone number.
        Country = "country",
        /// The factor passed last.
        LastFactor = "last_factor",
        /// Age of the account.
        AccountAge = "account_age",
        /// Whether they are in a cohort of the config.
        Cohort = "cohort",
    }
}

/// The stretch that is replayed: so many days up to the current hour, which is not over.
pub fn replayed(days: u64, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let to = whole_hour(now) + TimeDelta::hours(1);
    (to - Days::new(days), to)
}

/// How far back an answered code proves that a phone is at hand.
const PHONE_PROOF: TimeDelta = TimeDelta::days(180);

/// How far back prices and delivery are looked at.
const QUARTER: Days = Days::new(90);

/// Memory for users at once, megabytes, beside what the engine has.
const MEMORY_MB: u64 = 172;

/// So many slices of the daemon's other questions fit in it: of sign-ins, and of users with all that is known of them.
const SLICES_OF_SIGN_INS: u64 = 8;
const SLICES_OF_USERS: u64 = 4;

/// A pool of which users and sign-ins are gathered. Sees one instant of the store.
pub struct Rollout {
    questions: Questions,
    values: Values,
    /// The pool, without head counts.
    pub pool: PoolFacts,
    /// The stretch that is replayed.
    pub hours: Hours,
    as_of: DateTime<Utc>,
    has_answers: bool,
}

/// A day's enrolment of active users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveDay {
    /// UTC day.
    pub day: NaiveDate,
    /// Active users who can pass MFA.
    pub capable: u64,
    /// Active users with evidence.
    pub known: u64,
}

impl Questions {
    /// Gathers the users of a pool and what they did in a stretch; `None` where the pool is not listed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn rollout(
        mut self,
        key: &PoolKey,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        as_of: DateTime<Utc>,
    ) -> Result<Option<Rollout>, StoreError> {
        let pools = self.reader.rows("metrics/pool", &[], facts)?;
        let Some(pool) = pools.into_iter().find(|pool| pool.key == *key) else { return Ok(None) };
        let recorded = self
            .reader
            .rows("rollout/recorded_hour", &[], |row| Ok((instant(row, "began_at")?, instant(row, "ended_at")?)))?;
        let (recorded_from, recorded_to) = recorded.into_iter().next().unwrap_or_default();
        let hours = Hours { from, to, recorded_from, recorded_to };
        let values = Values::default()
            .text("aws_region", Some(&key.aws_region))
            .text("pool_id", Some(&key.pool_id))
            .instant("from", from)
            .instant("to", to)
            .instant("as_of", as_of)
            .day("since", (as_of - QUARTER).date_naive())
            .day("month_from", (as_of - Days::new(30)).date_naive());
        self.reader.bring_share(MEMORY_MB)?;
        let gathered = Rollout { questions: self, values, pool, hours, as_of, has_answers: false };
        gathered.gather()?;
        Ok(Some(gathered))
    }

    /// Enrolment of a pool's active users by day, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn active_days(&self, key: &PoolKey) -> Result<Vec<ActiveDay>, StoreError> {
        let PoolKey { aws_region, pool_id } = key;
        let parameters = named_params! {"aws_region": aws_region, "pool_id": pool_id};
        self.reader.rows("rollout/enrolment_day", parameters, |row| {
            Ok(ActiveDay {
                day: row.get("day")?,
                capable: count(row.get("capable_users")?),
                known: count(row.get("known_users")?),
            })
        })
    }
}

/// Files that gather users, in their order.
const GATHERING: [&str; 9] = [
    "rollout/client_table",
    "rollout/sign_in_table",
    "rollout/behaviour_table",
    "rollout/behaviour",
    "rollout/user_table",
    "rollout/user",
    "rollout/hour_table",
    "rollout/answer_table",
    "rollout/answer",
];

impl Rollout {
    fn gather(&self) -> Result<(), StoreError> {
        let [clients, sign_ins, behaviour_table, behaviour, user_table, user, _, answer_table, _] = GATHERING;
        for table in [clients, sign_ins, behaviour_table, user_table, answer_table] {
            self.fill(table, &self.values)?;
        }
        self.fill_by_slices(behaviour, SLICES_OF_SIGN_INS)?;
        self.fill_by_slices(user, SLICES_OF_USERS)
    }

    /// Codes that were answered, once somebody asks about them.
    fn gather_answers(&mut self) -> Result<(), StoreError> {
        if !self.has_answers {
            let [.., answer] = GATHERING;
            self.fill_by_slices(answer, SLICES_OF_USERS)?;
            self.has_answers = true;
        }
        Ok(())
    }

    fn fill_by_slices(&self, file: &str, at_once: u64) -> Result<(), StoreError> {
        let mut slices = slices(self.questions.listed_users()?.div_ceil(at_once));
        slices.try_for_each(|slice| self.fill(file, &of_slice(&self.values, slice)))
    }

    fn fill(&self, file: &str, values: &Values) -> Result<(), StoreError> {
        self.questions.reader.fill(file, &values.named())
    }

    fn rows<T>(
        &self,
        file: &str,
        values: &Values,
        row: impl Fn(&Row<'_>) -> duckdb::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.questions.reader.rows(file, &values.named(), row)
    }

    /// The pool's MFA as listed.
    pub fn setting(&self) -> PoolSetting {
        PoolSetting::of(&self.pool)
    }

    /// Users by kind, and without their sign-ins.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn users(&self) -> Result<SimulationFacts, StoreError> {
        let users = self.rows("rollout/profile", &self.values, |row| {
            Ok(ProfileUsers {
                profile: Profile::of_bits(row.get("profile")?),
                users: count(row.get("users")?),
                seen_users: count(row.get("seen_users")?),
                sign_ins: count(row.get("sign_ins")?),
            })
        })?;
        let left_out = self.rows("rollout/left_out", &self.values, |row| row.get::<_, i64>("users"))?;
        Ok(SimulationFacts { users, left_out: left_out.into_iter().map(count).sum(), ..SimulationFacts::default() })
    }

    /// Everything that a simulation rests on.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn facts(&self) -> Result<SimulationFacts, StoreError> {
        self.fill("rollout/hour_table", &self.values)?;
        let replayed = self.rows("rollout/hour", &self.values, |row| {
            Ok(Replayed {
                hour: instant(row, "hour")?.unwrap_or_default(),
                profile: Profile::of_bits(row.get("profile")?),
                circumstance: circumstance(&row.get::<_, String>("circumstance")?),
                sign_ins: count(row.get("sign_ins")?),
            })
        })?;
        let clients = self.rows("rollout/client", &self.values, |row| {
            Ok(ClientUse {
                client_id: row.get("client_id")?,
                client_name: row.get("client_name")?,
                knows_mfa: row.get("knows_mfa")?,
                users: count(row.get("users")?),
                sign_ins: count(row.get("sign_ins")?),
            })
        })?;
        Ok(SimulationFacts { replayed, clients, ..self.users()? })
    }

    /// Fixes how each kind of user fares: what is asked from now on rests on it.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn decide(
        mut self,
        facts: &SimulationFacts,
        target: Target,
        assumption: Assumption,
    ) -> Result<Decided, StoreError> {
        let mut profiles: Vec<Profile> = facts.users.iter().map(|kind| kind.profile).collect();
        profiles.extend(facts.replayed.iter().map(|replayed| replayed.profile));
        profiles.sort_unstable();
        profiles.dedup();
        let words = profiles
            .iter()
            .map(|profile| format!("{}:{}", profile.bits(), profile.outcome(target, assumption)))
            .collect::<Vec<_>>();
        self.values = self
            .values
            .clone()
            .text("outcomes", Some(&words.join(",")))
            .number("factors", i64::from(target.factors.bits()));
        self.fill("rollout/outcome_table", &self.values)?;
        Ok(Decided { gathered: self, countries: None })
    }

    /// The statements that the figures come from, with every value in place, as they run on a copy of the store.
    pub fn sql(&self, files: &[&str]) -> String {
        let values = of_slice(&self.values, Slice { first: Uuid::nil(), last: Uuid::max() });
        let literal = |name: &str| values.of(name).map_or_else(|| Value::Null.literal(), Value::literal);
        let files = GATHERING.iter().chain(files).filter_map(|name| query(name));
        files.map(|file| format!("{};\n", file.bound(literal).trim_end())).collect::<Vec<_>>().join("\n")
    }

    /// Eligible users who did not sign in for 30 days and cannot pass MFA.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn absent_users(&self) -> Result<u64, StoreError> {
        let users = self.rows("rollout/absent_count", &self.values, |row| row.get::<_, i64>("users"))?;
        Ok(users.into_iter().map(count).sum())
    }

    /// Whether records reach back far enough to say that a phone was not used.
    fn knows_half_a_year(&self) -> bool {
        self.hours.recorded_from.is_some_and(|first| first <= self.as_of - PHONE_PROOF)
    }
}

impl PoolSetting {
    /// What the store tells of a pool.
    pub fn of(pool: &PoolFacts) -> Self {
        Self {
            aws_region: pool.key.aws_region.clone(),
            pool_id: pool.key.pool_id.clone(),
            pool_name: pool.pool_name.clone(),
            // The store holds none but the three.
            mfa_configuration: MfaConfiguration::from_word(&pool.mfa_configuration).unwrap_or(MfaConfiguration::Off),
            factors: pool.settings.allowed.iter().copied().collect(),
        }
    }
}

fn of_slice(values: &Values, slice: Slice) -> Values {
    let (first, last) = (slice.first.to_string(), slice.last.to_string());
    values.clone().text("first_sub", Some(&first)).text("last_sub", Some(&last))
}

fn circumstance(word: &str) -> Circumstance {
    match word {
        "usual" => Circumstance::Usual,
        "device" => Circumstance::Device,
        "newcomer" => Circumstance::Newcomer,
        "unlisted" => Circumstance::Unlisted,
        _ => Circumstance::Unnamed,
    }
}
