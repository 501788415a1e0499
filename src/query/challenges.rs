//! What the page of challenges asks.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use duckdb::Row;

use super::counts::count;
use super::pools::instant;
use super::{OtherMessage, Questions, SignInCoverage, View};
use crate::model::PoolKey;
use crate::store::StoreError;

/// The figures of challenges in a view.
#[derive(Clone, Debug, Default)]
pub struct ChallengesFigures {
    /// Of the whole view.
    pub total: ChallengeCounts,
    /// Of the stretch before; `None` unless all of it is on record.
    pub before: Option<ChallengeCounts>,
    /// By second factor.
    pub factors: Vec<(String, ChallengeCounts)>,
    /// By app client.
    pub clients: Vec<ClientChallenges>,
    /// By UTC day; the first and the last may be parts of one.
    pub days: OverTime,
    /// By hour; none where the view is longer than a week.
    pub hours: OverTime,
    /// Events by series, reason and kind.
    pub reasons: Vec<ReasonCount>,
    /// Users with a session.
    pub challenged_users: u64,
    /// Of those, users whose sessions all failed.
    pub stuck_users: u64,
    /// API sign-ins by pool.
    pub sign_ins: Vec<SignInCoverage>,
    /// The same of the stretch before.
    pub sign_ins_before: Vec<SignInCoverage>,
    /// Pools of the store whose records name the challenges they issue.
    pub issuing_pools: Vec<PoolKey>,
    /// Sessions that ended later may still turn out failed; `None` before the first settlement.
    pub settled_until: Option<DateTime<Utc>>,
    /// Messages that nobody has told us about, of every pool.
    pub messages: Vec<OtherMessage>,
}

/// How often it happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChallengeCounts {
    /// Challenge sessions.
    pub sessions: u64,
    /// Of those, without a success.
    pub failed_sessions: u64,
    /// Of those, accepted at once.
    pub first_try_sessions: u64,
    /// Determined answers of the sessions that succeeded.
    pub session_answers: u64,
    /// Seconds from first answer to success, of the sessions that succeeded.
    pub session_seconds: u64,
    /// Determined answers.
    pub answers: u64,
    /// Of those, refused because of code or session.
    pub failed_answers: u64,
    /// Answers that say nothing about the user's code.
    pub undetermined_answers: u64,
    /// Challenges seen being issued.
    pub issued: u64,
    /// Of those, neither answered in time nor followed by a newer one.
    pub abandoned: u64,
    /// Set-ups of a factor demanded on the way.
    pub setups_issued: u64,
    /// Choices between factors offered.
    pub choices_issued: u64,
    /// Sign-ins in which a remembered device stood in.
    pub device_sign_ins: u64,
}

/// Counts by when days or hours begin, and by second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverTime(BTreeMap<DateTime<Utc>, BTreeMap<String, ChallengeCounts>>);

impl OverTime {
    /// Whether nothing was counted at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every factor together, oldest first.
    pub fn totals(&self) -> impl DoubleEndedIterator<Item = (DateTime<Utc>, ChallengeCounts)> {
        self.0.iter().map(|(begins_at, factors)| {
            let mut total = ChallengeCounts::default();
            factors.values().for_each(|counts| total.merge(counts));
            (*begins_at, total)
        })
    }

    /// One factor's; `None` where it was not asked for then.
    pub fn of(&self, begins_at: DateTime<Utc>, factor: &str) -> Option<&ChallengeCounts> {
        self.0.get(&begins_at)?.get(factor)
    }
}

impl FromIterator<(DateTime<Utc>, String, ChallengeCounts)> for OverTime {
    fn from_iter<T: IntoIterator<Item = (DateTime<Utc>, String, ChallengeCounts)>>(counted: T) -> Self {
        let mut times = Self::default();
        for (begins_at, factor, counts) in counted {
            times.0.entry(begins_at).or_default().entry(factor).or_default().merge(&counts);
        }
        times
    }
}

impl ChallengeCounts {
    /// With those that are told over time.
    fn merge(&mut self, other: &Self) {
        self.sessions += other.sessions;
        self.failed_sessions += other.failed_sessions;
        self.first_try_sessions += other.first_try_sessions;
        self.answers += other.answers;
        self.failed_answers += other.failed_answers;
    }

    fn add(&mut self, series: &str, events: u64) {
        let member = match series {
            "sessions" => &mut self.sessions,
            "session_failures" => &mut self.failed_sessions,
            "first_try_sessions" => &mut self.first_try_sessions,
            "session_answers" => &mut self.session_answers,
            "session_seconds" => &mut self.session_seconds,
            "challenge_responses" => &mut self.answers,
            "challenge_failures" => &mut self.failed_answers,
            "challenge_undetermined" => &mut self.undetermined_answers,
            "issued" => &mut self.issued,
            "abandoned" => &mut self.abandoned,
            "mfa_setup_issued" => &mut self.setups_issued,
            "select_mfa_issued" => &mut self.choices_issued,
            "device_sign_ins" => &mut self.device_sign_ins,
            _ => return,
        };
        *member += events;
    }
}

/// Challenges of an app client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientChallenges {
    /// Its id; empty where records do not name it.
    pub client_id: String,
    /// Display name, where a listing tells it.
    pub client_name: Option<String>,
    /// Its counts.
    pub counts: ChallengeCounts,
}

/// Events of one reason or kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonCount {
    /// Which series.
    pub series: String,
    /// Why; empty where the series has no reasons.
    pub reason: String,
    /// What kind; empty where the series has no kinds.
    pub kind: String,
    /// How often.
    pub events: u64,
}

impl Questions {
    /// The figures of challenges.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn challenges(&self, view: &View) -> Result<ChallengesFigures, StoreError> {
        let before = view.before();
        let is_before_on_record = self.first_counted_day()?.is_some_and(|first| first <= before.from.date_naive());
        let (challenged_users, stuck_users) = self.challenged_users(view)?;
        let mut figures = ChallengesFigures {
            before: if is_before_on_record { Some(self.challenge_total(&before)?) } else { None },
            days: self.challenges_over_time("dashboard/challenge_day", view)?,
            hours: if view.is_short() {
                self.challenges_over_time("dashboard/challenge_hour", view)?
            } else {
                OverTime::default()
            },
            challenged_users,
            stuck_users,
            sign_ins: self.sign_in_coverage(view)?,
            sign_ins_before: if is_before_on_record { self.sign_in_coverage(&before)? } else { Vec::new() },
            issuing_pools: self.issuing_pools()?,
            settled_until: self.settled_until()?,
            messages: self.other_messages(view, &["challenge"])?,
            ..ChallengesFigures::default()
        };
        self.cut_challenges(view, &mut figures)?;
        Ok(figures)
    }

    /// Total, factors, clients and reasons.
    fn cut_challenges(&self, view: &View, figures: &mut ChallengesFigures) -> Result<(), StoreError> {
        let rows = self.reader.rows("dashboard/challenge_count", &view.values().named(), cut)?;
        let (mut factors, mut clients) =
            (BTreeMap::<_, ChallengeCounts>::new(), BTreeMap::<_, ClientChallenges>::new());
        for (series, events, slice) in rows {
            match slice {
                Slice::Factor(factor) => factors.entry(factor).or_default().add(&series, events),
                Slice::Client(client_id, client_name) => {
                    let client = clients.entry(client_id.clone()).or_default();
                    (client.client_id, client.client_name) = (client_id, client_name);
                    client.counts.add(&series, events);
                }
                Slice::Reason { reason, kind } => {
                    figures.total.add(&series, events);
                    figures.reasons.push(ReasonCount { series, reason, kind, events });
                }
            }
        }
        figures.factors = factors.into_iter().collect();
        figures.clients = clients.into_values().collect();
        Ok(())
    }

    fn challenge_total(&self, view: &View) -> Result<ChallengeCounts, StoreError> {
        let rows = self.reader.rows("dashboard/challenge_total", &view.values().named(), series)?;
        let mut total = ChallengeCounts::default();
        rows.iter().for_each(|(series, events)| total.add(series, *events));
        Ok(total)
    }

    fn challenges_over_time(&self, query: &str, view: &View) -> Result<OverTime, StoreError> {
        let rows = self.reader.rows(query, &view.values().named(), |row| {
            let (series, events) = series(row)?;
            let mut counts = ChallengeCounts::default();
            counts.add(&series, events);
            Ok((row.get::<_, NaiveDateTime>("begins_at")?.and_utc(), row.get("factor")?, counts))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Users with a session, and those who never got through.
    fn challenged_users(&self, view: &View) -> Result<(u64, u64), StoreError> {
        let rows = self.reader.rows("dashboard/challenge_user", &view.values().named(), |row| {
            Ok((count(row.get("challenged_users")?), count(row.get("stuck_users")?)))
        })?;
        Ok(rows.first().copied().unwrap_or_default())
    }

    fn settled_until(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let rows = self.reader.rows("dashboard/challenge_settled", &[], |row| instant(row, "settled_until"))?;
        Ok(rows.first().copied().flatten())
    }
}

/// What a row of the counts is of.
enum Slice {
    Factor(String),
    Client(String, Option<String>),
    Reason { reason: String, kind: String },
}

fn cut(row: &Row<'_>) -> duckdb::Result<(String, u64, Slice)> {
    let (series, events) = series(row)?;
    let slice = if let Some(factor) = row.get("factor")? {
        Slice::Factor(factor)
    } else if let Some(client_id) = row.get("client_id")? {
        Slice::Client(client_id, row.get("client_name")?)
    } else {
        Slice::Reason { reason: row.get("reason")?, kind: row.get("kind")? }
    };
    Ok((series, events, slice))
}

fn series(row: &Row<'_>) -> duckdb::Result<(String, u64)> {
    Ok((row.get("series")?, count(row.get("events")?)))
}
