//! Typed questions to the store.

pub mod ask;
mod challenges;
mod choices;
mod counts;
mod enrolment;
mod figures;
mod incidents;
mod lookups;
mod marts;
mod messages;
mod pools;
mod pumping;
mod records;
mod recovery;
mod rollout;
mod saved;
mod seen;
mod sms;
mod spreadsheet;
mod timeline;
mod trend;
mod users;
mod values;
mod view;

use crate::store::{Reader, Store, StoreError};

pub use challenges::{ChallengeCounts, ChallengesFigures, ClientChallenges, OverTime, ReasonCount};
pub use counts::{Series, StreamMark};
pub use enrolment::{FunnelWeek, SignInCoverage};
pub use figures::{Answer, FigureQuestion, MOST_ANSWERED, figure_question, figure_questions, question_values};
pub use incidents::{HourCount, Place, SliceCount};
pub use lookups::LookupCandidate;
pub use marts::{Mart, MartColumn, marts};
pub use messages::OtherMessage;
pub use pools::{PoolFacts, PoolSettings, StatusCount, SweepProgress};
pub use pumping::{CodeHour, HISTORY, LEAST_NEW_SHARE, LEAST_REQUESTS, PumpingSuspect};
pub use records::KeptDecision;
pub use recovery::{
    AdminCalls, MOST_ROWS, PoolWeakening, Recovered, RecoveryCount, RecoveryCounts, RecoveryFigures, Removal,
    RemovalCount, ResetsThenFailed, Weakening, WeakeningCount,
};
pub use rollout::{ActiveDay, Decided, Grouping, RecoveryWays, RiskUser, Rollout, replayed};
pub use saved::{SavedEntry, SavedQuestion, saved_question, saved_questions};
pub use seen::Seen;
pub use sms::{SmsCounts, SmsDay, SmsFigures, SmsReceipts, SmsRequests, SmsSendErrors};
pub use spreadsheet::inert;
pub use timeline::{PoolChange, PoolObservation};
pub use trend::{DailyCount, EnrolmentDay};
pub use users::{UserList, UserRow, Users};
pub use values::{Value, Values};
pub use view::{Range, Scope, View};

/// Questions of one instant. Holds a reading transaction.
pub struct Questions {
    reader: Reader,
}

impl Questions {
    /// Begins to ask.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(store: &Store) -> Result<Self, StoreError> {
        Ok(Self { reader: store.read()? })
    }
}

#[cfg(test)]
mod tests;
