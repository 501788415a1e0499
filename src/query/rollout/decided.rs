//! What is asked once it is fixed how each kind of user fares.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Grouping, Rollout};
use crate::query::counts::count;
use crate::rollout::{
    Assumption, CountryFacts, FactorSet, Group, LoadFacts, Outcome, Profile, Risk, RiskCount, SimulationFacts,
    SupportFacts, Tally, Target, delivers_poorly,
};
use crate::store::StoreError;

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

/// A pool with how each kind of its users fares.
pub struct Decided {
    pub(super) gathered: Rollout,
    pub(super) countries: Option<Vec<CountryFacts>>,
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
