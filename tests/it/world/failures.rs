//! The errors Cognito is known to answer with, by where they may occur.

use super::event::{Failure, failure};

pub const WRONG_PASSWORD: Failure = failure("NotAuthorizedException", "Incorrect username or password.");

/// An MFA answer rejected because of the code or the session.
pub const REJECTED: [Failure; 9] = [
    failure("CodeMismatchException", "Invalid code or auth state for the user."),
    failure("CodeMismatchException", "Invalid code received for user"),
    failure("ExpiredCodeException", "Your software token has already been used once."),
    failure("ExpiredCodeException", "Invalid code provided, please request a code again."),
    failure("ExpiredCodeException", ""),
    failure("NotAuthorizedException", "Invalid session for the user, session is expired."),
    failure("NotAuthorizedException", "Invalid session for the user, session can only be used once."),
    failure("NotAuthorizedException", "Invalid session for the user."),
    failure("NotAuthorizedException", "Password attempts exceeded"),
];

/// An MFA answer that says nothing about the code.
pub const UNDETERMINED: [Failure; 22] = [
    failure("TooManyRequestsException", "Rate exceeded"),
    failure("ForbiddenException", "Request not allowed due to WAF block."),
    failure("UserLambdaValidationException", "PreTokenGeneration failed"),
    failure("UnexpectedLambdaException", "it broke"),
    failure("InvalidLambdaResponseException", "Unrecognizable lambda output"),
    failure("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"),
    failure("MFAMethodNotFoundException", ""),
    failure("InvalidSmsRoleAccessPolicyException", "no permission to publish"),
    failure("InvalidSmsRoleTrustRelationshipException", "external id"),
    failure("InvalidEmailRoleAccessPolicyException", "not authorized to send"),
    failure("FeatureUnavailableInTierException", "not in this tier"),
    failure("OperationNotEnabledException", "secondary replica"),
    failure("PasswordResetRequiredException", "Password reset required for the user"),
    failure("UserNotConfirmedException", "User is not confirmed."),
    failure("UserNotFoundException", "User does not exist."),
    WRONG_PASSWORD,
    failure("NotAuthorizedException", "User is disabled."),
    failure("NotAuthorizedException", "Unable to verify secret hash for client"),
    failure("NotAuthorizedException", ""),
    failure("InternalErrorException", "Something went wrong"),
    failure("InvalidParameterException", "Missing required parameter SMS_MFA_CODE"),
    failure("ResourceNotFoundException", "User pool client does not exist."),
];

/// A refused recovery of any kind.
pub const RECOVERY: [Failure; 19] = [
    failure("LimitExceededException", "Attempt limit exceeded, please try after some time."),
    failure("TooManyFailedAttemptsException", "too many"),
    failure("CodeMismatchException", "Invalid verification code provided, please try again."),
    failure("ExpiredCodeException", "Invalid code provided, please request a code again."),
    failure("UserNotFoundException", "Username/client id combination not found."),
    failure("UserNotConfirmedException", "User is not confirmed."),
    failure("PasswordResetRequiredException", "Password reset required for the user"),
    failure("NotAuthorizedException", "User is disabled."),
    failure("TooManyRequestsException", "Rate exceeded"),
    failure("ForbiddenException", "Request not allowed due to WAF block."),
    failure("UserLambdaValidationException", "CustomMessage failed"),
    failure("UnexpectedLambdaException", "it broke"),
    failure("InvalidLambdaResponseException", "Unrecognizable lambda output"),
    failure("InvalidSmsRoleAccessPolicyException", "no permission to publish"),
    failure("InvalidSmsRoleTrustRelationshipException", "external id"),
    failure("InvalidEmailRoleAccessPolicyException", "not authorized to send"),
    failure("InvalidPasswordException", "Password did not conform with policy"),
    failure("InternalErrorException", "Something went wrong"),
    failure("AliasExistsException", "exists"),
];

/// A refused administrator, beside the above.
pub const DENIED: [Failure; 2] = [
    failure("AccessDeniedException", "User: arn:aws:sts::123456789012:assumed-role/x is not authorized"),
    failure("AccessDenied", "Access denied"),
];

/// ForgotPassword for somebody without a verified channel.
pub const NO_CHANNEL: Failure = failure(
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
);
