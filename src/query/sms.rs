//! What the page of sms asks.

use super::{Questions, View};
use crate::store::StoreError;

/// The figures of sms in a view.
#[derive(Clone, Debug, Default)]
pub struct SmsFigures {}

impl Questions {
    /// The figures of sms.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sms(&self, _view: &View) -> Result<SmsFigures, StoreError> {
        Ok(SmsFigures::default())
    }
}
