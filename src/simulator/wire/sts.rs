//! STS, which still speaks the query protocol: a form in, XML out.

use super::errors::AwsError;
use crate::simulator::scenario::ACCOUNT;

/// The action that a form body asks for.
pub(super) fn action(body: &[u8]) -> Option<&str> {
    std::str::from_utf8(body).ok()?.split('&').find_map(|pair| pair.strip_prefix("Action="))
}

/// Answers `GetCallerIdentity`.
pub(super) fn call(action: &str) -> Result<String, AwsError> {
    if action != "GetCallerIdentity" {
        return Err(AwsError::new(
            "InvalidAction",
            format!("Could not find operation {action} for version 2011-06-15"),
        ));
    }
    Ok(format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{ACCOUNT}:user/demo</Arn><UserId>AIDAEXAMPLEDEMOUSER</UserId><Account>{ACCOUNT}</Account>\
         </GetCallerIdentityResult><ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId>\
         </ResponseMetadata></GetCallerIdentityResponse>"
    ))
}

/// An error in the query protocol's form.
pub(super) fn error(error: &AwsError) -> String {
    format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{}</Code>\
         <Message>{}</Message></Error><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>",
        error.code, error.message
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_action_and_names_the_account() {
        assert_eq!(action(b"Version=2011-06-15&Action=GetCallerIdentity"), Some("GetCallerIdentity"));
        assert!(call("GetCallerIdentity").is_ok_and(|xml| xml.contains("<Account>123456789012</Account>")));
        assert!(call("AssumeRole").is_err());
    }
}
