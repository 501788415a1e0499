//! What there is to choose.

use super::{Questions, View};
use crate::store::StoreError;

impl Questions {
    /// App clients of the view's pools, by id and name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn client_choices(&self, view: &View) -> Result<Vec<(String, String)>, StoreError> {
        self.reader.rows("dashboard/client_choice", &view.values().named(), |row| {
            Ok((row.get("client_id")?, row.get("client_name")?))
        })
    }

    /// Destination countries in the view's stretch of time, by code.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn country_choices(&self, view: &View) -> Result<Vec<String>, StoreError> {
        self.reader.rows("dashboard/country_choice", &view.values().named(), |row| row.get("country"))
    }
}
