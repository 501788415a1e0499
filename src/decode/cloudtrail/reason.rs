//! Error codes and messages → outcome and reason.
//!
//! Codes: exceptions of the Cognito user pools API reference. Messages: as public client code
//! reports them; they tell apart what AWS puts under one code.

use crate::model::{Outcome, Reason};

/// The fate of an answer to a challenge that was refused with this error.
pub(super) fn of_answer(code: &str, message: &str) -> (Outcome, Reason) {
    let message = message.to_ascii_lowercase();
    let failure = |reason| (Outcome::Failure, reason);
    let undetermined = |reason| (Outcome::Undetermined, reason);
    match code {
        "CodeMismatchException" => failure(Reason::CodeMismatch),
        "ExpiredCodeException" if message.contains("already been used") => failure(Reason::CodeReplayed),
        "ExpiredCodeException" => failure(Reason::CodeExpired),
        "NotAuthorizedException" if message.contains("session is expired") => failure(Reason::SessionExpired),
        "NotAuthorizedException" if message.contains("invalid session") => failure(Reason::SessionInvalid),
        "NotAuthorizedException" if message.contains("attempts exceeded") => failure(Reason::AttemptsExceeded),
        _ => undetermined(by_code(code, &message)),
    }
}

/// Why a recovery step was refused.
pub(super) fn of_recovery(event_name: &str, code: &str) -> Reason {
    match code {
        "CodeMismatchException" => Reason::CodeMismatch,
        "ExpiredCodeException" => Reason::CodeExpired,
        "LimitExceededException" | "TooManyFailedAttemptsException" => Reason::LimitExceeded,
        "InvalidParameterException" if event_name == "ForgotPassword" => Reason::NoChannel,
        "NotAuthorizedException" => Reason::UserState,
        "AccessDeniedException" | "AccessDenied" | "ForbiddenException" => Reason::Denied,
        "InvalidSmsRoleAccessPolicyException"
        | "InvalidSmsRoleTrustRelationshipException"
        | "InvalidEmailRoleAccessPolicyException" => Reason::Config,
        _ => match by_code(code, "") {
            reason @ (Reason::Throttled | Reason::Lambda | Reason::UserState) => reason,
            _ => Reason::Other,
        },
    }
}

fn by_code(code: &str, message: &str) -> Reason {
    match code {
        "TooManyRequestsException" => Reason::Throttled,
        "ForbiddenException" => Reason::Waf,
        "UserLambdaValidationException" | "UnexpectedLambdaException" | "InvalidLambdaResponseException" => {
            Reason::Lambda
        }
        "SoftwareTokenMFANotFoundException"
        | "MFAMethodNotFoundException"
        | "InvalidSmsRoleAccessPolicyException"
        | "InvalidSmsRoleTrustRelationshipException"
        | "InvalidEmailRoleAccessPolicyException"
        | "FeatureUnavailableInTierException"
        | "OperationNotEnabledException" => Reason::Config,
        "PasswordResetRequiredException" | "UserNotConfirmedException" | "UserNotFoundException" => Reason::UserState,
        "NotAuthorizedException"
            if message.contains("incorrect username or password") || message.contains("user is disabled") =>
        {
            Reason::UserState
        }
        _ => Reason::Other,
    }
}
