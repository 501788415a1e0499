//! Who made a call, as `userIdentity` tells.

use serde_json::{Value, json};

use super::scenario::ACCOUNT;

/// Who made a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// A caller without AWS credentials.
    Anonymous,
    /// A browser on a hosted page.
    Page,
    /// A role of the account and the name of its session.
    Role(&'static str, &'static str),
    /// The same, with a service calling in the role's name: role, session, service.
    RoleThrough(&'static str, &'static str, &'static str),
    /// A user of the account, by name.
    IamUser(&'static str),
    /// A service by itself.
    Service(&'static str),
}

impl Identity {
    /// The service that stands in `sourceIPAddress` and `userAgent` in place of a machine.
    pub(super) fn service(self) -> Option<&'static str> {
        match self {
            Self::RoleThrough(.., service) | Self::Service(service) => Some(service),
            _ => None,
        }
    }

    /// `userIdentity`.
    pub(super) fn json(self) -> Value {
        match self {
            Self::Anonymous => json!({ "type": "Unknown", "principalId": "Anonymous" }),
            Self::Page => json!({ "accountId": ACCOUNT }),
            Self::Role(role, session) => assumed(role, session),
            Self::RoleThrough(role, session, service) => {
                let mut identity = assumed(role, session);
                identity["invokedBy"] = json!(service);
                identity
            }
            Self::IamUser(name) => json!({
                "type": "IAMUser",
                "principalId": "AIDAEXAMPLEUSERID1234",
                "arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"),
                "accountId": ACCOUNT,
                "accessKeyId": "AKIAEXAMPLEKEYID1234",
                "userName": name,
            }),
            Self::Service(service) => json!({ "type": "AWSService", "invokedBy": service }),
        }
    }
}

fn assumed(role: &str, session: &str) -> Value {
    json!({
        "type": "AssumedRole",
        "principalId": format!("AROAEXAMPLE{role}:{session}"),
        "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"),
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAEXAMPLEKEYID1234",
        "sessionContext": { "sessionIssuer": {
            "type": "Role",
            "principalId": format!("AROAEXAMPLE{role}"),
            "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
            "accountId": ACCOUNT,
            "userName": role,
        } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_principal_has_its_type() {
        let kinds = [
            (Identity::Role("Admin", "ana@example.com"), "AssumedRole", None),
            (Identity::RoleThrough("Admin", "x", "cloudformation.amazonaws.com"), "AssumedRole", Some(())),
            (Identity::IamUser("break-glass"), "IAMUser", None),
            (Identity::Service("cloudformation.amazonaws.com"), "AWSService", Some(())),
        ];
        for (identity, kind, through) in kinds {
            let written = identity.json();
            assert_eq!(written["type"], kind);
            assert_eq!(written.get("invokedBy").map(|_| ()), through);
            assert_eq!(identity.service().map(|_| ()), through);
        }
        let arn = "arn:aws:sts::123456789012:assumed-role/Admin/ana@example.com";
        assert_eq!(Identity::Role("Admin", "ana@example.com").json()["arn"], arn);
    }
}
