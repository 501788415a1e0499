//! What the page of recovery asks.

use super::{Questions, View};
use crate::store::StoreError;

/// The figures of recovery in a view.
#[derive(Clone, Debug, Default)]
pub struct RecoveryFigures {}

impl Questions {
    /// The figures of recovery.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn recovery(&self, _view: &View) -> Result<RecoveryFigures, StoreError> {
        Ok(RecoveryFigures::default())
    }
}
