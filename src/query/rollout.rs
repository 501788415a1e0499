//! What a simulation of a switch asks: the users and sign-ins of one pool, gathered once and then asked about.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use duckdb::{Row, named_params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::counts::count;
use super::pools::{facts, instant};
use super::view::whole_hour;
use super::{PoolFacts, Questions, Value, Values};
use crate::model::{MfaConfiguration, PoolKey, words};
use crate::rollout::{
    Assumption, Circumstance, ClientUse, CountryFacts, FactorSet, Group, Hours, LoadFacts, Outcome, PoolSetting,
    Profile, ProfileUsers, Replayed, Risk, RiskCount, SimulationFacts, SupportFacts, Tally, Target, delivers_poorly,
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
const SLICES_OF_SIGN_INS: u64 = 16;
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

/// Users without a way to recover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct RecoveryWays {
    /// Eligible users who have none today.
    pub dead_end_users: u64,
    /// Those who lose their only one the moment MFA comes.
    pub colliding_users: u64,
}

/// A user who may be locked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RiskUser {
    /// Stable id.
    pub sub: String,
    /// How the user fares.
    pub outcome: String,
    /// Every reason.
    pub reasons: Vec<Risk>,
    /// By what the user would be let in.
    pub usable_factors: FactorSet,
    /// Country of the phone number; `None` where none tells.
    pub country: Option<String>,
    /// App client of the newest sign-in in the stretch that is replayed.
    pub client_id: Option<String>,
    /// Sign-ins in that stretch.
    pub sign_ins: u64,
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
        self.reader.bring_memory(MEMORY_MB)?;
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

/// A pool with how each kind of its users fares.
pub struct Decided {
    gathered: Rollout,
    countries: Option<Vec<CountryFacts>>,
}

impl Decided {
    /// What was gathered.
    pub fn gathered(&self) -> &Rollout {
        &self.gathered
    }

    /// Names the users of a cohort, and returns how many of them the pool does not list.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn set_members(&mut self, subs: &[Uuid]) -> Result<u64, StoreError> {
        let words: Vec<String> = subs.iter().map(Uuid::to_string).collect();
        let values = self.gathered.values.clone().text("subs", Some(&words.join(",")));
        self.gathered.fill("rollout/member_table", &values)?;
        let foreign =
            self.gathered.rows("rollout/foreign_member", &self.gathered.values, |row| row.get::<_, i64>("users"))?;
        Ok(foreign.into_iter().map(count).sum())
    }

    /// How the users of each group fare. Of a cohort, name its users first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn groups(&mut self, by: Grouping) -> Result<Vec<Group>, StoreError> {
        if by == Grouping::LastFactor {
            self.gathered.gather_answers()?;
        }
        let values = self.gathered.values.clone().text("group", Some(by.as_str())).text("subs", Some(""));
        if by != Grouping::Cohort {
            self.gathered.fill("rollout/member_table", &values)?;
        }
        self.gathered.values = values;
        let rows = self.gathered.rows("rollout/group_count", &self.gathered.values, |row| {
            let outcome: String = row.get("outcome")?;
            Ok((
                row.get::<_, String>("name")?,
                Outcome::from_word(&outcome).unwrap_or(Outcome::Unknown),
                count(row.get("users")?),
                count(row.get("seen_users")?),
            ))
        })?;
        let mut groups: Vec<Group> = Vec::new();
        for (name, outcome, users, seen_users) in rows {
            if groups.last().is_none_or(|group| group.name != name) {
                groups.push(Group { name, users: Tally::default(), seen_users: Tally::default() });
            }
            if let Some(group) = groups.last_mut() {
                group.users.add(outcome, users);
                group.seen_users.add(outcome, seen_users);
            }
        }
        Ok(groups)
    }

    /// Users by reason why they may be locked out, and those without a way to recover.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn risks(&mut self, small_denominator: u64) -> Result<(Vec<RiskCount>, RecoveryWays), StoreError> {
        let poor: Vec<String> = self
            .countries()?
            .iter()
            .filter(|country| delivers_poorly(country.delivered, country.failed, small_denominator))
            .map(|country| country.country.clone())
            .collect();
        self.gathered.gather_answers()?;
        let knows_half_a_year = self.gathered.knows_half_a_year();
        self.gathered.values = self
            .gathered
            .values
            .clone()
            .text("poor_countries", Some(&poor.join(",")))
            .number("knows_half_a_year", knows_half_a_year.into());
        self.gathered.fill("rollout/risk_table", &self.gathered.values)?;
        let counted = self.gathered.rows("rollout/risk_count", &self.gathered.values, |row| {
            Ok((row.get::<_, u16>("bit")?, count(row.get("users")?), count(row.get("seen_users")?)))
        })?;
        let is_told = |reason: Risk| match reason {
            Risk::UnprovenPhone => knows_half_a_year,
            _ => true,
        };
        let of = |reason: Risk| counted.iter().find(|(bit, ..)| *bit == reason.bit()).filter(|_| is_told(reason));
        let counts = Risk::ALL.iter().map(|reason| RiskCount {
            reason: *reason,
            users: of(*reason).map(|(_, users, _)| *users),
            seen_users: of(*reason).map(|(.., seen_users)| *seen_users),
        });
        let ways = self.gathered.rows("rollout/recovery_count", &self.gathered.values, |row| {
            Ok(RecoveryWays {
                dead_end_users: count(row.get("dead_end_users")?),
                colliding_users: count(row.get("colliding_users")?),
            })
        })?;
        Ok((counts.collect(), ways.into_iter().next().unwrap_or_default()))
    }

    /// Users with any of some reasons, those with the most first. Ask for [`Decided::risks`] before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn risk_users(&self, reasons: &[Risk], limit: u64, offset: u64) -> Result<Vec<RiskUser>, StoreError> {
        let bits = reasons.iter().fold(0, |bits, reason| bits | reason.bit());
        let values = self
            .gathered
            .values
            .clone()
            .number("reasons", i64::from(bits))
            .number("limit", limit.min(i64::MAX as u64) as i64)
            .number("offset", offset.min(i64::MAX as u64) as i64);
        self.gathered.rows("rollout/risk_user", &values, |row| {
            Ok(RiskUser {
                sub: row.get("sub")?,
                outcome: row.get("outcome")?,
                reasons: Risk::of_bits(row.get("reasons")?),
                usable_factors: FactorSet::of_bits(u8::try_from(row.get::<_, i64>("usable")?).unwrap_or_default()),
                country: row.get("country")?,
                client_id: row.get("client_id")?,
                sign_ins: count(row.get("sign_ins")?),
            })
        })
    }

    /// What load and cost rest on. Sign-ins have to be gathered: ask for [`Rollout::facts`] before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn load_facts(&mut self, users: &SimulationFacts, target: Target) -> Result<LoadFacts, StoreError> {
        let countries = self.countries()?.to_vec();
        let minute =
            self.gathered.rows("rollout/busiest_minute", &self.gathered.values, |row| row.get::<_, i64>("sign_ins"))?;
        let burdens = self.gathered.rows("rollout/burden", &self.gathered.values, |row| {
            Ok(LoadFacts {
                answers: count(row.get("answers")?),
                failed_answers: count(row.get("failed_answers")?),
                support: SupportFacts {
                    resets: count(row.get("resets")?),
                    admin_cases: count(row.get("admin_cases")?),
                },
                spent_usd: row.get::<_, Option<i64>>("spent_micro_usd")?.map(|micro_usd| micro_usd as f64 / 1e6),
                ..LoadFacts::default()
            })
        })?;
        let now = self.gathered.setting().as_is();
        let seen = |is_wanted: &dyn Fn(Profile) -> bool| {
            users.users.iter().filter(|kind| is_wanted(kind.profile)).map(|kind| kind.seen_users).sum()
        };
        // Whoever is challenged does not depend on the assumption.
        let is_challenged = |profile: Profile, target| profile.outcome(target, Assumption::Refused).is_challenged();
        Ok(LoadFacts {
            days: self.gathered.hours.recorded_days(),
            busiest_minute: minute.into_iter().map(count).sum(),
            countries,
            mfa_users: seen(&|profile| is_challenged(profile, now)),
            new_mfa_users: seen(&|profile| is_challenged(profile, target) && !is_challenged(profile, now)),
            ..burdens.into_iter().next().unwrap_or_default()
        })
    }

    fn countries(&mut self) -> Result<&[CountryFacts], StoreError> {
        if self.countries.is_none() {
            let read = self.gathered.rows("rollout/country_load", &self.gathered.values, |row| {
                Ok(CountryFacts {
                    country: row.get("country")?,
                    new_sign_ins: count(row.get("new_sign_ins")?),
                    present_sign_ins: count(row.get("present_sign_ins")?),
                    priced_messages: count(row.get("priced_messages")?),
                    price_micro_usd: count(row.get("price_micro_usd")?),
                    delivered: count(row.get("delivered")?),
                    failed: count(row.get("failed")?),
                })
            })?;
            self.countries = Some(read);
        }
        Ok(self.countries.as_deref().unwrap_or_default())
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
