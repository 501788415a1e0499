//! What was asked of the front.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard};

use serde_json::Value;

/// Listings with a filter are counted under this name.
pub const FILTERED: &str = "ListUsers with a filter";

#[derive(Default)]
pub(super) struct Calls(Mutex<Vec<Call>>);

struct Call {
    operation: String,
    username: String,
    is_answered: bool,
}

impl Calls {
    /// The call's place among all.
    pub(super) fn note(&self, operation: &str, request: &Value) -> usize {
        let username = request["Username"].as_str().unwrap_or_default().to_owned();
        let mut calls = self.list();
        calls.push(Call { operation: operation.to_owned(), username, is_answered: false });
        calls.len() - 1
    }

    pub(super) fn mark_answered(&self, place: usize) {
        self.list()[place].is_answered = true;
    }

    /// Calls of an operation, or only those that got what they asked for.
    pub(super) fn count(&self, operation: &str, only_answered: bool) -> usize {
        let matters = |call: &&Call| call.operation == operation && (call.is_answered || !only_answered);
        self.list().iter().filter(matters).count()
    }

    pub(super) fn usernames(&self, operation: &str) -> HashSet<String> {
        let calls = self.list();
        calls.iter().filter(|call| call.operation == operation).map(|call| call.username.clone()).collect()
    }

    fn list(&self) -> MutexGuard<'_, Vec<Call>> {
        self.0.lock().expect("nobody panicked")
    }
}
