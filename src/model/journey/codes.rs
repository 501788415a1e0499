//! Codes that were asked for by text message, and which of them were answered correctly in time.

use super::{MINUTE_US, Record, SESSION_GAP_US, Setting};
use crate::model::SmsPurpose;

/// A code that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CodeRequest<'a> {
    /// When.
    pub at_us: i64,
    /// Where the call ran.
    pub aws_region: &'a str,
    /// User pool.
    pub pool_id: &'a str,
    /// The user.
    pub sub: Option<u128>,
    /// What for.
    pub purpose: SmsPurpose,
    /// Through the API rather than a hosted page.
    pub is_api: bool,
    /// Asked for again.
    pub is_resend: bool,
    /// Answered correctly in its validity.
    pub is_converted: bool,
}

/// A request for a code, or a right answer.
#[derive(Clone, Copy)]
struct CodeStep<'a, 'r> {
    record: &'r Record<'a>,
    purpose: SmsPurpose,
    is_answer: bool,
}

/// The codes that one user asked for.
pub(super) fn told<'a>(records: &[&Record<'a>], setting: &Setting<'a>) -> Vec<CodeRequest<'a>> {
    let mut steps = Vec::new();
    for record in records {
        if let Some(purpose) = record.sms_purpose {
            steps.push(CodeStep { record, purpose, is_answer: false });
        }
        if let Some(purpose) = record.code_accepted.filter(|_| record.sub.is_some()) {
            steps.push(CodeStep { record, purpose, is_answer: true });
        }
    }
    steps.sort_unstable_by_key(|step| (step.purpose, step.record.at_us, step.is_answer, step.record.event_id));
    let mut requests = Vec::new();
    for row in steps.chunk_by(|one, other| one.purpose == other.purpose) {
        let converted = converted(row, setting);
        for (position, step) in row.iter().enumerate().filter(|(_, step)| !step.is_answer) {
            let record = step.record;
            let follows_request = position
                .checked_sub(1)
                .map(|before| row[before])
                .is_some_and(|before| !before.is_answer && before.record.at_us >= record.at_us - SESSION_GAP_US);
            requests.push(CodeRequest {
                at_us: record.at_us,
                aws_region: record.aws_region,
                pool_id: record.pool_id,
                sub: record.sub,
                purpose: step.purpose,
                is_api: record.is_api,
                is_resend: record.is_resend || follows_request,
                is_converted: converted[position],
            });
        }
    }
    requests
}

/// Which of the steps are requests that were converted. Each right answer is the latest request's that still
/// waits for one and is still valid.
fn converted(steps: &[CodeStep<'_, '_>], setting: &Setting<'_>) -> Vec<bool> {
    let mut converted = vec![false; steps.len()];
    for (answer, step) in steps.iter().enumerate().filter(|(_, step)| step.is_answer) {
        let waiting = (0..answer).rev().find(|earlier| {
            let request = steps[*earlier];
            let age_us = step.record.at_us - request.record.at_us;
            !request.is_answer
                && !converted[*earlier]
                && age_us <= validity_us(request.purpose, request.record, setting)
        });
        if let Some(request) = waiting {
            converted[request] = true;
        }
    }
    converted
}

/// How long a code may be answered (domain.md 2.2: sign-up and attribute codes a day, reset codes an hour).
pub(super) fn validity_us(purpose: SmsPurpose, request: &Record<'_>, setting: &Setting<'_>) -> i64 {
    match purpose {
        SmsPurpose::SignUp | SmsPurpose::Attribute => 24 * 60 * MINUTE_US,
        SmsPurpose::Recovery => 60 * MINUTE_US,
        SmsPurpose::Mfa | SmsPurpose::SignIn => setting.validity_us(request),
    }
}
