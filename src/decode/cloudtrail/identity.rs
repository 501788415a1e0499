//! `userIdentity`: the principal of a call that IAM signed.
//!
//! Members: CloudTrail User Guide, "CloudTrail userIdentity element".

use serde::Deserialize;

use crate::decode::lenient::{Object, Text};
use crate::decode::pseudonym::Pseudonyms;
use crate::decode::sanitise::identifier;
use crate::model::Actor;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Identity<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    arn: Text<'a>,
    #[serde(borrow)]
    user_name: Text<'a>,
    #[serde(borrow)]
    invoked_by: Text<'a>,
    #[serde(borrow)]
    session_context: Object<SessionContext<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SessionContext<'a> {
    #[serde(borrow)]
    session_issuer: Object<SessionIssuer<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SessionIssuer<'a> {
    #[serde(borrow)]
    user_name: Text<'a>,
}

impl Identity<'_> {
    /// The principal; users of a pool call without one.
    pub(super) fn actor(&self, pseudonyms: &Pseudonyms) -> Option<Actor> {
        let kind = identifier(self.kind.get()?, 32, "")?;
        if kind == "Unknown" {
            return None;
        }
        // arn:aws:sts::123456789012:assumed-role/ROLE/SESSION
        let (role, session) = match self.arn.get().and_then(|arn| arn.split_once(":assumed-role/")) {
            Some((_, path)) => path.rsplit_once('/').unwrap_or((path, "")),
            None => ("", ""),
        };
        let issuer = self
            .session_context
            .0
            .as_ref()
            .and_then(|context| context.session_issuer.0.as_ref())
            .and_then(|issuer| issuer.user_name.get());
        let name = match kind.as_str() {
            "Root" => Some("root"),
            "AWSService" => self.invoked_by.get(),
            "AssumedRole" => issuer.or(Some(role)),
            _ => self.user_name.get(),
        };
        Some(Actor {
            kind,
            name: name.filter(|name| !name.is_empty()).and_then(|name| principal(name, pseudonyms)),
            session: Some(session).filter(|session| !session.is_empty()).and_then(|session| pseudonyms.of(session)),
        })
    }
}

/// Names of roles and users are kept, unless somebody made an address one.
fn principal(name: &str, pseudonyms: &Pseudonyms) -> Option<String> {
    if name.contains('@') { pseudonyms.of(name) } else { identifier(name, 128, "+=,.-_/") }
}
