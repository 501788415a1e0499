//! Incidents: when a failure ratio jumped, and which slice explains it.

mod explain;
mod memory;
mod scan;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use self::explain::{Cells, explain};
use self::memory::Memory;
use self::scan::scan;
use super::pumping::{self, Pumping};
use crate::model::Ratio;
use crate::query::{Place, Questions, Range, Scope, View};
use crate::store::StoreError;

/// A stretch of hours in which a place failed far more than it normally does.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// The pool whose challenges, or the Region whose text messages failed.
    pub place: Place,
    /// First hour.
    pub begin: DateTime<Utc>,
    /// End of the last hour.
    pub end: DateTime<Utc>,
    /// The hours after it show the normal ratio again.
    pub is_over: bool,
    /// Failures among all cases of the place during it.
    pub ratio: Ratio,
    /// Failure ratio of the place outside of incidents.
    pub normal_ratio: f64,
    /// What explains it best.
    pub cause: Cause,
}

/// The slice that explains an incident best.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Whose failures they are.
    pub slice: Slice,
    /// Failures among the slice's cases during the incident.
    pub ratio: Ratio,
    /// What is normal for the slice.
    pub normal_ratio: f64,
    /// Failures of the whole place above what is normal for everybody in it.
    pub excess: f64,
    /// The slice's share of these.
    pub share: f64,
    /// Why most of the slice's excess failed, and the share of it that did.
    pub reason: Option<(String, f64)>,
}

/// What cases have in common; `None` where they may differ. Nothing in common: across the board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    /// Name of the app client, or its id where no listing names it.
    pub client: Option<String>,
    /// Client software: a product, or one release (`NorthwindShop/7.3.0`).
    pub agent: Option<String>,
    /// Destination, alpha-2.
    pub country: Option<String>,
    /// Second factor.
    pub factor: Option<String>,
}

/// The incidents of the last [`DAYS`] days, SMS pumping, and what is remembered to find the next ones cheaply.
#[derive(Debug)]
pub struct Incidents {
    /// Newest first.
    pub found: Vec<Incident>,
    /// Text messages of the last week that were most probably pumped, the latest first.
    pub pumped: Vec<Pumping>,
    memory: Memory,
    /// What was looked into, also where no incident came of it.
    explained: Vec<(Stretch, Option<Cause>)>,
}

/// Hours that failed far more than others.
#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    place: Place,
    begin: DateTime<Utc>,
    end: DateTime<Utc>,
    ratio: Ratio,
}

/// Days that are searched; what is normal is learned from them too.
pub const DAYS: i64 = 35;

/// Finished hours hardly change: it is enough to look every few minutes.
const REST: TimeDelta = TimeDelta::minutes(5);

/// Jumps of one place that are told, the newest. Older ones count as normal.
const MOST: usize = 10;

impl Incidents {
    /// Some, as if they had been found.
    #[cfg(test)]
    pub(crate) fn sample(found: Vec<Incident>, pumped: Vec<Pumping>) -> Arc<Self> {
        Arc::new(Self { found, pumped, memory: Memory::default(), explained: Vec::new() })
    }

    /// Looks for incidents up to now; where that was done a moment ago, what was found stands.
    /// Receipts of text messages are complete up to `receipts_until`: a log group of failures that is
    /// read ahead of the one of successes would look like an outage.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn look(
        questions: &Questions,
        before: Option<&Arc<Self>>,
        as_of: DateTime<Utc>,
        receipts_until: Option<DateTime<Utc>>,
    ) -> Result<Arc<Self>, StoreError> {
        let before = before.filter(|before| before.memory.serves(as_of));
        if let Some(before) = before.filter(|before| as_of - before.memory.read_at < REST) {
            return Ok(Arc::clone(before));
        }
        let memory = Memory::read(questions, before.map(|before| &before.memory), as_of)?;
        let known = before.map(|before| before.explained.as_slice()).unwrap_or_default();
        let week = View::ending_at(as_of, Range::Week, Scope::default());
        let pumped = pumping::find(&questions.pumping_suspects(&week)?, week.from, week.to);
        let mut incidents = Self { found: Vec::new(), pumped, explained: Vec::new(), memory };
        for place in incidents.memory.places() {
            let until = match place {
                Place::Pool(_) => None,
                Place::Region(_) => receipts_until,
            };
            incidents.look_at(questions, &place, until, known)?;
        }
        incidents.found.sort_by(|one, other| (other.begin, &other.place).cmp(&(one.begin, &one.place)));
        Ok(Arc::new(incidents))
    }

    fn look_at(
        &mut self,
        questions: &Questions,
        place: &Place,
        until: Option<DateTime<Utc>>,
        known: &[(Stretch, Option<Cause>)],
    ) -> Result<(), StoreError> {
        let counts = self.memory.counts(place, until);
        let Some(mut findings) = scan(&counts) else { return Ok(()) };
        findings.jumps.drain(..findings.jumps.len().saturating_sub(MOST));
        let stretches: Vec<Stretch> =
            findings.jumps.iter().map(|jump| self.memory.stretch(place, &counts, &jump.hours)).collect();
        let cause_of = |stretch| known.iter().find(|(other, _)| other == stretch).map(|(_, cause)| cause.clone());
        let causes = match stretches.iter().map(cause_of).collect::<Option<Vec<_>>>() {
            Some(causes) => causes,
            None => self.causes(questions, &stretches)?,
        };
        for ((jump, stretch), cause) in findings.jumps.iter().zip(stretches).zip(causes) {
            self.explained.push((stretch.clone(), cause.clone()));
            let Some(cause) = cause else { continue };
            let Stretch { place, begin, end, ratio } = stretch;
            let (is_over, normal_ratio) = (jump.is_over, findings.normal_ratio);
            self.found.push(Incident { place, begin, end, is_over, ratio, normal_ratio, cause });
        }
        Ok(())
    }

    /// Explains stretches of one place.
    fn causes(&self, questions: &Questions, stretches: &[Stretch]) -> Result<Vec<Option<Cause>>, StoreError> {
        let Some(Stretch { place, .. }) = stretches.first() else { return Ok(Vec::new()) };
        let mut outside = Cells::of(&questions.slice_counts(place, self.memory.from, self.memory.to)?);
        let mut during = Vec::new();
        for stretch in stretches {
            let cells = Cells::of(&questions.slice_counts(place, stretch.begin, stretch.end)?);
            outside = outside.without(&cells);
            during.push(cells);
        }
        Ok(during.iter().map(|cells| explain(cells, &outside)).collect())
    }
}
