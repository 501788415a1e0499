//! Failures that a test plants: the next calls of an operation answer what it says.

use std::sync::{Mutex, PoisonError};

/// One planted failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Operation name as in `X-Amz-Target` after the dot, such as `ListUsers`.
    pub operation: String,
    /// Region it applies to; `None` is every Region.
    pub region: Option<String>,
    /// How many calls it still answers.
    pub times: u32,
    /// HTTP status.
    pub status: u16,
    /// Body, sent as it is.
    pub body: String,
}

impl Fault {
    /// Denies the next `times` calls of `operation`, as IAM does.
    pub fn access_denied(operation: &str, times: u32) -> Self {
        let message = format!("User: arn:aws:iam::123456789012:user/demo is not authorized to perform: {operation}");
        Self::error(operation, times, 400, "AccessDeniedException", &message)
    }

    /// Answers the next `times` calls of `operation` with an AWS JSON error.
    pub fn error(operation: &str, times: u32, status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "__type": code, "message": message }).to_string();
        Self { operation: operation.to_owned(), region: None, times, status, body }
    }
}

/// The failures planted in a simulator, the oldest first.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds a failure behind those already planted.
    pub fn plant(&self, fault: Fault) {
        self.lock().push(fault);
    }

    /// Removes every failure.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Status and body for a call, if a failure is due.
    pub(super) fn due(&self, operation: &str, region: &str) -> Option<(u16, String)> {
        let mut faults = self.lock();
        let position = faults.iter().position(|fault| {
            fault.operation == operation && fault.region.as_deref().is_none_or(|place| place == region)
        })?;
        let fault = faults.get_mut(position)?;
        let answer = (fault.status, fault.body.clone());
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            faults.remove(position);
        }
        Some(answer)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_answers_its_number_of_calls() {
        let faults = Faults::default();
        faults.plant(Fault::access_denied("ListUsers", 2));
        assert_eq!(faults.due("DescribeUserPool", "us-east-1"), None);
        assert!(
            faults.due("ListUsers", "us-east-1").is_some_and(|(status, body)| {
                status == 400 && body.contains(r#""__type":"AccessDeniedException""#)
            })
        );
        assert!(faults.due("ListUsers", "us-east-1").is_some());
        assert_eq!(faults.due("ListUsers", "us-east-1"), None);
    }

    #[test]
    fn a_fault_may_be_of_one_region() {
        let faults = Faults::default();
        faults.plant(Fault {
            region: Some("eu-west-1".into()),
            ..Fault::error("ListUsers", 1, 500, "InternalErrorException", "x")
        });
        assert_eq!(faults.due("ListUsers", "us-east-1"), None);
        assert!(faults.due("ListUsers", "eu-west-1").is_some());
    }
}
