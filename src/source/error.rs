//! What AWS refused, in words for the operator.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why a call failed. One line: what, where, what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SourceError {
    /// IAM refused the call.
    #[error("{action} in {region}: access denied; allow {action} for these credentials (README, \"IAM policy\")")]
    Denied {
        /// IAM action.
        action: &'static str,
        /// AWS Region.
        region: String,
    },
    /// The thing asked about does not exist.
    #[error("{action} in {region}: {what} does not exist there; check its name and Region in the config")]
    NotFound {
        /// IAM action.
        action: &'static str,
        /// AWS Region.
        region: String,
        /// What is missing.
        what: String,
    },
    /// AWS asked to slow down, after the SDK's own retries.
    #[error("{action} in {region}: throttled by AWS, after several attempts")]
    Throttled {
        /// IAM action.
        action: &'static str,
        /// AWS Region.
        region: String,
    },
    /// No answer, or none that could be read.
    #[error("{action} in {region}: no usable answer from AWS ({reason}); check the network and the endpoint")]
    Unreachable {
        /// IAM action.
        action: &'static str,
        /// AWS Region.
        region: String,
        /// The innermost cause.
        reason: String,
    },
    /// No credentials, or they are not accepted.
    #[error(
        "{action} in {region}: no valid AWS credentials ({reason}); set them in the environment, a profile or role_arn"
    )]
    Credentials {
        /// IAM action.
        action: &'static str,
        /// AWS Region.
        region: String,
        /// The innermost cause.
        reason: String,
    },
    /// AWS does not accept the page token (those of log groups live 24 hours): read again from the start.
    #[error("{action} in {region}: the page token is no longer valid; reading again from the first page")]
    ExpiredToken {
        /// IAM action.
        action: &'static str,
        /// AWS Region.
        region: String,
    },
    /// Anything else AWS says.
    #[error("{action} in {region}: AWS answered {code} ({message})")]
    Refused {
        /// IAM action.
        action: &'static str,
        /// AWS Region.
        region: String,
        /// Exception name.
        code: String,
        /// Its message.
        message: String,
    },
}

impl SourceError {
    /// Sorts an SDK error.
    pub(super) fn of<E>(action: &'static str, region: &str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let region = region.to_owned();
        let status = error.raw_response().map_or(0, |response| response.status().as_u16());
        let is_answer = matches!(error, SdkError::ServiceError(_));
        let code = error.code().unwrap_or_default().to_owned();
        let message = sanitise(error.message().unwrap_or_default());
        let cause = innermost(&error);
        match code.as_str() {
            "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => Self::Denied { action, region },
            "ResourceNotFoundException" | "UserNotFoundException" => {
                Self::NotFound { action, region, what: first_clause(&message) }
            }
            "ThrottlingException" | "TooManyRequestsException" | "Throttling" | "RequestLimitExceeded" => {
                Self::Throttled { action, region }
            }
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "ExpiredTokenException"
            | "ExpiredToken"
            | "IncompleteSignature"
            | "MissingAuthenticationToken" => Self::Credentials { action, region, reason: code },
            "ServiceUnavailableException" | "ServiceUnavailable" | "InternalErrorException" | "InternalFailure" => {
                Self::Unreachable { action, region, reason: code }
            }
            "" if status == 403 => Self::Denied { action, region },
            "" if status == 429 => Self::Throttled { action, region },
            _ if cause.to_ascii_lowercase().contains("credential") => {
                Self::Credentials { action, region, reason: cause }
            }
            _ if !is_answer || status >= 500 || code.is_empty() => Self::Unreachable { action, region, reason: cause },
            _ => Self::Refused { action, region, code: sanitise(&code), message },
        }
    }
}

impl SourceError {
    /// The same error, with a name for what is missing.
    pub(super) fn naming(self, missing: &str) -> Self {
        match self {
            Self::NotFound { action, region, .. } => Self::NotFound { action, region, what: missing.to_owned() },
            other => other,
        }
    }

    /// What AWS says to a page token it does not accept any more.
    pub(super) fn about_token(self) -> Self {
        match self {
            Self::Refused { action, region, code, .. } if code == "InvalidParameterException" => {
                Self::ExpiredToken { action, region }
            }
            other => other,
        }
    }

    /// Whether trying again may help.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::Unreachable { .. })
    }

    /// The IAM action of the call that failed.
    pub fn action(&self) -> &'static str {
        match self {
            Self::Denied { action, .. }
            | Self::NotFound { action, .. }
            | Self::Throttled { action, .. }
            | Self::Unreachable { action, .. }
            | Self::Credentials { action, .. }
            | Self::ExpiredToken { action, .. }
            | Self::Refused { action, .. } => action,
        }
    }
}

/// Whether an error body is a throttle, in JSON or XML.
pub(super) fn is_throttle(body: &[u8]) -> bool {
    const MARKS: [&[u8]; 3] = [b"ThrottlingException", b"TooManyRequestsException", b"Rate exceeded"];
    let body = &body[..body.len().min(2_000)];
    MARKS.iter().any(|mark| body.windows(mark.len()).any(|window| window == *mark))
}

fn innermost<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: std::error::Error + Send + Sync + 'static,
{
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let text = cause.to_string();
    // Some causes print nothing useful by themselves.
    if text.len() > 3 { sanitise(&text) } else { sanitise(&DisplayErrorContext(error).to_string()) }
}

/// One bounded line; what AWS quotes back may be anything.
fn sanitise(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain: String = words.chars().filter(|c| !c.is_control()).collect();
    if plain.len() <= 200 {
        return plain;
    }
    let end = plain.floor_char_boundary(200);
    format!("{}…", &plain[..end])
}

fn first_clause(message: &str) -> String {
    if message.is_empty() { "the resource".to_owned() } else { message.trim_end_matches('.').to_owned() }
}
