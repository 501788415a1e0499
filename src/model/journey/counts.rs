//! Counts by hour: what a record says alone, and what its context adds.

use super::context::InContext;
use super::{Changes, MINUTE_US, Record};
use crate::model::{Factor, Outcome, Reason, RecoveryKind, SignIn, Step};

/// Names of the series.
pub(super) mod series {
    pub(in super::super) const CHALLENGE_RESPONSES: &str = "challenge_responses";
    pub(in super::super) const CHALLENGE_FAILURES: &str = "challenge_failures";
    pub(in super::super) const CHALLENGE_UNDETERMINED: &str = "challenge_undetermined";
    pub(in super::super) const FIRST_FACTOR_FAILURES: &str = "first_factor_failures";
    pub(in super::super) const SESSIONS: &str = "sessions";
    pub(in super::super) const SESSION_FAILURES: &str = "session_failures";
    pub(in super::super) const FIRST_TRY_SESSIONS: &str = "first_try_sessions";
    pub(in super::super) const SESSION_ANSWERS: &str = "session_answers";
    pub(in super::super) const SESSION_SECONDS: &str = "session_seconds";
    pub(in super::super) const ISSUED: &str = "issued";
    pub(in super::super) const ABANDONED: &str = "abandoned";
    pub(in super::super) const MFA_SETUP_ISSUED: &str = "mfa_setup_issued";
    pub(in super::super) const SELECT_MFA_ISSUED: &str = "select_mfa_issued";
    pub(in super::super) const SIGN_INS: &str = "sign_ins";
    pub(in super::super) const MFA_SIGN_INS: &str = "mfa_sign_ins";
    pub(in super::super) const DEVICE_SIGN_INS: &str = "device_sign_ins";
    pub(in super::super) const RECOVERY_EVENTS: &str = "recovery_events";
    pub(in super::super) const RECOVERY_FAILURES: &str = "recovery_failures";
    pub(in super::super) const RECOVERY_UNKNOWN: &str = "recovery_unknown";
    pub(in super::super) const RECOVERY_COMPLETIONS: &str = "recovery_completions";
    pub(in super::super) const SMS_SEND_ERRORS: &str = "sms_send_errors";
}

const HOUR_US: i64 = 60 * MINUTE_US;

/// What is counted, where and in which hour. Labels that a series does not have are empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Count<'a> {
    /// When the hour begins.
    pub hour_us: i64,
    /// Name of the series.
    pub series: &'static str,
    /// AWS Region.
    pub aws_region: &'a str,
    /// User pool, or `unknown`.
    pub pool_id: &'a str,
    /// App client.
    pub client_id: &'a str,
    /// Client software.
    pub agent: &'a str,
    /// Factor.
    pub factor: &'static str,
    /// Why it failed.
    pub reason: &'static str,
    /// Recovery kind.
    pub kind: &'static str,
    /// `api` or `ui`.
    pub via: &'static str,
}

impl<'a> Count<'a> {
    /// A series of the record's hour and pool, without further labels.
    pub(super) fn of(series: &'static str, record: &Record<'a>) -> Self {
        Self {
            hour_us: record.at_us - record.at_us.rem_euclid(HOUR_US),
            series,
            aws_region: record.aws_region,
            pool_id: record.pool_id,
            client_id: "",
            agent: "",
            factor: "",
            reason: "",
            kind: "",
            via: "",
        }
    }

    /// A series of the record's app client, too.
    fn of_client(series: &'static str, record: &Record<'a>) -> Self {
        Self { client_id: record.client_label(), ..Self::of(series, record) }
    }
}

fn reason(record: &Record<'_>) -> &'static str {
    record.reason.unwrap_or(Reason::Other).as_str()
}

/// What a record says by itself.
pub(super) fn alone<'a>(record: &Record<'a>, counts: &mut Changes<Count<'a>>) {
    if record.step == Some(Step::MfaAnswer)
        && let Some(factor) = record.factor
    {
        answer(record, factor, 1, counts);
    }
    if matches!(record.step, Some(Step::Password | Step::Choice | Step::SmsOtpAnswer)) {
        first_factor(record, 1, counts);
    }
    if record.outcome == Outcome::Success {
        match record.issued_challenge {
            Some("MFA_SETUP") => counts.add(Count::of_client(series::MFA_SETUP_ISSUED, record), 1),
            Some("SELECT_MFA_TYPE") => counts.add(Count::of_client(series::SELECT_MFA_ISSUED, record), 1),
            _ => {}
        }
    }
    if let Some(via) = record.sign_in {
        counts.add(Count { via: via.as_str(), ..Count::of_client(series::SIGN_INS, record) }, 1);
        // A remembered device stood in for MFA.
        if via == SignIn::Api && record.step == Some(Step::Device) {
            counts.add(Count::of_client(series::DEVICE_SIGN_INS, record), 1);
        }
    }
    if let Some(kind) = record.recovery_kind {
        recovery(record, kind, counts);
    }
    if let Some(error) = record.send_error {
        counts.add(Count { reason: error.as_str(), ..Count::of(series::SMS_SEND_ERRORS, record) }, 1);
    }
}

/// Kinds that ask count every attempt, the others what was done.
fn recovery<'a>(record: &Record<'a>, kind: RecoveryKind, counts: &mut Changes<Count<'a>>) {
    let asks = matches!(kind, RecoveryKind::SelfResetRequested | RecoveryKind::CodeResent);
    if asks || record.outcome == Outcome::Success {
        counts.add(Count { kind: kind.as_str(), ..Count::of(series::RECOVERY_EVENTS, record) }, 1);
    }
    if record.outcome == Outcome::Failure {
        let failure = Count::of(series::RECOVERY_FAILURES, record);
        counts.add(Count { kind: kind.as_str(), reason: reason(record), ..failure }, 1);
    }
    // Nobody can say whether such a request was completed.
    if kind == RecoveryKind::SelfResetRequested && record.sub.is_none() {
        counts.add(Count::of(series::RECOVERY_UNKNOWN, record), 1);
    }
}

/// What depends on the user's other records.
pub(super) fn together<'a>(told: &InContext<'a, '_>, sign: i64, counts: &mut Changes<Count<'a>>) {
    let record = told.record;
    if matches!(record.step, Some(Step::EmailAnswer | Step::PasskeyAnswer)) {
        match told.mfa_factor {
            Some(factor) => answer(record, factor, sign, counts),
            None => first_factor(record, sign, counts),
        }
    }
    if told.passed_mfa {
        counts.add(Count::of_client(series::MFA_SIGN_INS, record), sign);
    }
}

fn answer<'a>(record: &Record<'a>, factor: Factor, sign: i64, counts: &mut Changes<Count<'a>>) {
    let of = |series, reason| Count {
        agent: record.agent,
        factor: factor.as_str(),
        reason,
        ..Count::of_client(series, record)
    };
    match record.outcome {
        Outcome::Success => counts.add(of(series::CHALLENGE_RESPONSES, ""), sign),
        Outcome::Failure => {
            counts.add(of(series::CHALLENGE_RESPONSES, ""), sign);
            counts.add(of(series::CHALLENGE_FAILURES, reason(record)), sign);
        }
        Outcome::Undetermined => counts.add(of(series::CHALLENGE_UNDETERMINED, reason(record)), sign),
    }
}

fn first_factor<'a>(record: &Record<'a>, sign: i64, counts: &mut Changes<Count<'a>>) {
    if record.outcome == Outcome::Failure {
        let failure = Count::of_client(series::FIRST_FACTOR_FAILURES, record);
        counts.add(Count { reason: reason(record), ..failure }, sign);
    }
}
