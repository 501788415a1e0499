//! What the page of challenges asks.

use super::{Questions, View};
use crate::store::StoreError;

/// The figures of challenges in a view.
#[derive(Clone, Debug, Default)]
pub struct ChallengesFigures {}

impl Questions {
    /// The figures of challenges.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn challenges(&self, _view: &View) -> Result<ChallengesFigures, StoreError> {
        Ok(ChallengesFigures::default())
    }
}
