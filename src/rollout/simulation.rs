//! The last weeks once more, with MFA switched.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Assumption, FactorSet, Outcome, Profile, Tally, Target};
use crate::model::MfaConfiguration;

/// What of a sign-in, beside its user, decides how it fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circumstance {
    /// Nothing.
    Usual,
    /// A remembered device stood in for MFA.
    Device,
    /// The first one after a sign-up: its code counts as the second factor.
    Newcomer,
    /// A user who is not in the last listing, or was disabled since.
    Unlisted,
    /// The record names no user, as those of hosted pages do.
    Unnamed,
}

/// Users of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfileUsers {
    /// The kind.
    pub profile: Profile,
    /// Users.
    pub users: u64,
    /// Of them, those with a sign-in in the stretch that is replayed.
    pub seen_users: u64,
    /// Their sign-ins.
    pub sign_ins: u64,
}

/// Completed sign-ins of an hour and a kind of user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Begin of the hour.
    pub hour: DateTime<Utc>,
    /// The kind of user, through the app client that was used.
    pub profile: Profile,
    /// What else decides.
    pub circumstance: Circumstance,
    /// Sign-ins.
    pub sign_ins: u64,
}

/// What a simulation rests on.
#[derive(Clone, Debug, Default)]
pub struct SimulationFacts {
    /// Users of the last listing who can sign in, by kind.
    pub users: Vec<ProfileUsers>,
    /// Listed users who cannot: disabled, unconfirmed, or of a status that is not known.
    pub left_out: u64,
    /// Completed sign-ins.
    pub replayed: Vec<Replayed>,
    /// App clients with sign-ins through the API.
    pub clients: Vec<ClientUse>,
}

/// An app client, and what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ClientUse {
    /// Its id.
    pub client_id: String,
    /// Its name; empty where no listing tells.
    pub client_name: String,
    /// It answered an MFA challenge or `MFA_SETUP`, ever.
    pub knows_mfa: bool,
    /// Users whose newest sign-in came through it.
    pub users: u64,
    /// Sign-ins through the API in the stretch that is replayed.
    pub sign_ins: u64,
}

/// A pool's MFA as listed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct PoolSetting {
    /// AWS Region.
    pub aws_region: String,
    /// User pool.
    pub pool_id: String,
    /// Display name.
    pub pool_name: String,
    /// Who is challenged now.
    pub mfa_configuration: MfaConfiguration,
    /// By which factors.
    pub factors: FactorSet,
}

impl PoolSetting {
    /// The pool left as it is.
    pub const fn as_is(&self) -> Target {
        Target { mfa_configuration: self.mfa_configuration, factors: self.factors }
    }
}

/// The stretch that is replayed, `[from, to)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Hours {
    /// First hour.
    pub from: DateTime<Utc>,
    /// End of the last hour.
    pub to: DateTime<Utc>,
    /// First hour on record; `None` without any.
    pub recorded_from: Option<DateTime<Utc>>,
    /// Up to when records were read: a history that is still being read ends long before now.
    pub recorded_to: Option<DateTime<Utc>>,
}

impl Hours {
    /// Days of it that are on record.
    pub fn recorded_days(&self) -> f64 {
        let recorded = self.recorded_from.zip(self.recorded_to);
        let length = recorded.map(|(from, to)| to.min(self.to) - from.max(self.from)).unwrap_or_default();
        length.max(TimeDelta::zero()).as_seconds_f64() / 86_400.0
    }
}

/// Eligible users with evidence about MFA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Coverage {
    /// With any.
    pub known: u64,
    /// All of them.
    pub eligible: u64,
}

/// The hour with the most sign-ins of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Peak {
    /// The outcome.
    pub outcome: Outcome,
    /// Begin of the hour.
    pub hour: DateTime<Utc>,
    /// Sign-ins in it.
    pub sign_ins: u64,
}

/// What would have happened.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Simulation {
    /// The pool as it is.
    pub pool: PoolSetting,
    /// As it would be.
    pub target: Target,
    /// What Cognito is taken to do with users without a factor.
    pub assumption: Assumption,
    /// What is replayed.
    pub hours: Hours,
    /// How much is known of its users.
    pub coverage: Coverage,
    /// Users who can sign in.
    pub users: Tally,
    /// Of them, those with a sign-in in the stretch.
    pub seen_users: Tally,
    /// The same users under the other assumption.
    pub users_otherwise: Tally,
    /// Those of them with a sign-in in the stretch.
    pub seen_users_otherwise: Tally,
    /// Completed sign-ins.
    pub sign_ins: Tally,
    /// Under the other assumption.
    pub sign_ins_otherwise: Tally,
    /// Of the unknown sign-ins, those whose records name no user.
    pub unnamed_sign_ins: u64,
    /// Of the unknown sign-ins, those of users who are not listed any more.
    pub unlisted_sign_ins: u64,
    /// Of the unknown users, those whose app client decides: nobody saw it show a way to a factor.
    pub users_behind_unseen_clients: u64,
    /// The busiest hour of each outcome.
    pub peaks: Vec<Peak>,
    /// Listed users who cannot sign in.
    pub left_out: u64,
    /// App clients with sign-ins.
    pub clients: Vec<ClientUse>,
    /// Those of them that were never seen with MFA: they may hang after the password.
    pub unseen_clients: Vec<ClientUse>,
}

/// Replays what happened against a target.
pub fn simulate(
    pool: PoolSetting,
    target: Target,
    assumption: Assumption,
    hours: Hours,
    facts: &SimulationFacts,
) -> Simulation {
    let mut made = Simulation {
        pool,
        target,
        assumption,
        hours,
        coverage: Coverage::default(),
        users: Tally::default(),
        seen_users: Tally::default(),
        users_otherwise: Tally::default(),
        seen_users_otherwise: Tally::default(),
        sign_ins: Tally::default(),
        sign_ins_otherwise: Tally::default(),
        unnamed_sign_ins: 0,
        unlisted_sign_ins: 0,
        users_behind_unseen_clients: 0,
        peaks: Vec::new(),
        left_out: facts.left_out,
        clients: facts.clients.clone(),
        unseen_clients: facts.clients.iter().filter(|client| !client.knows_mfa).cloned().collect(),
    };
    facts.users.iter().for_each(|kind| made.count_users(*kind));
    let mut by_hour: Vec<(DateTime<Utc>, Tally)> = Vec::new();
    for replayed in &facts.replayed {
        let outcome = made.count_sign_ins(*replayed);
        match by_hour.iter_mut().rev().find(|(hour, _)| *hour == replayed.hour) {
            Some((_, tally)) => tally.add(outcome, replayed.sign_ins),
            None => {
                let mut tally = Tally::default();
                tally.add(outcome, replayed.sign_ins);
                by_hour.push((replayed.hour, tally));
            }
        }
    }
    made.peaks = Outcome::ALL.iter().filter_map(|outcome| peak(*outcome, &by_hour)).collect();
    made
}

impl Assumption {
    /// The other reading.
    pub const fn other(self) -> Self {
        match self {
            Self::Prompted => Self::Refused,
            Self::Refused => Self::Prompted,
        }
    }
}

impl Simulation {
    fn count_users(&mut self, kind: ProfileUsers) {
        let ProfileUsers { profile, users, seen_users, .. } = kind;
        if !profile.is_federated() {
            self.coverage.eligible += users;
            self.coverage.known += if profile.is_known() { users } else { 0 };
        }
        let outcome = profile.outcome(self.target, self.assumption);
        self.users.add(outcome, users);
        self.seen_users.add(outcome, seen_users);
        let otherwise = profile.outcome(self.target, self.assumption.other());
        self.users_otherwise.add(otherwise, users);
        self.seen_users_otherwise.add(otherwise, seen_users);
        if outcome == Outcome::Unknown
            && profile.through(true).outcome(self.target, self.assumption) != Outcome::Unknown
        {
            self.users_behind_unseen_clients += users;
        }
    }

    fn count_sign_ins(&mut self, replayed: Replayed) -> Outcome {
        let Replayed { profile, circumstance, sign_ins, .. } = replayed;
        let fares = |assumption| {
            let usual = profile.outcome(self.target, assumption);
            match circumstance {
                Circumstance::Usual => usual,
                Circumstance::Device | Circumstance::Newcomer => Outcome::Exempt,
                Circumstance::Unlisted | Circumstance::Unnamed => match self.target.mfa_configuration {
                    MfaConfiguration::Off => Outcome::Exempt,
                    MfaConfiguration::Optional | MfaConfiguration::On => Outcome::Unknown,
                },
            }
        };
        let (outcome, otherwise) = (fares(self.assumption), fares(self.assumption.other()));
        self.sign_ins.add(outcome, sign_ins);
        self.sign_ins_otherwise.add(otherwise, sign_ins);
        match circumstance {
            Circumstance::Unnamed if outcome == Outcome::Unknown => self.unnamed_sign_ins += sign_ins,
            Circumstance::Unlisted if outcome == Outcome::Unknown => self.unlisted_sign_ins += sign_ins,
            _ => {}
        }
        outcome
    }
}

/// The first of the busiest hours; `None` without a sign-in.
fn peak(outcome: Outcome, by_hour: &[(DateTime<Utc>, Tally)]) -> Option<Peak> {
    let hours = by_hour.iter().map(|(hour, tally)| Peak { outcome, hour: *hour, sign_ins: tally.of(outcome) });
    let busiest = hours.max_by_key(|peak| (peak.sign_ins, std::cmp::Reverse(peak.hour)))?;
    (busiest.sign_ins > 0).then_some(busiest)
}
