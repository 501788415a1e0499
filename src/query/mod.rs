//! Typed questions to the store.

mod counts;
mod pools;
mod trend;

use crate::store::{Reader, Store, StoreError};

pub use counts::{Series, StreamMark};
pub use pools::{LookupCandidate, PoolFacts, StatusCount};
pub use trend::{DailyCount, EnrolmentDay};

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
