//! One CloudTrail record: a call described in the story's words, written in AWS's envelope.

use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::identity::Identity;
use super::scenario::ACCOUNT;
use super::time::{Ms, rfc3339};

/// What CloudTrail writes in place of a private value.
pub(super) const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

const COGNITO: &str = "cognito-idp.amazonaws.com";

/// One call to AWS, without time, place and ids.
#[derive(Debug)]
pub(super) struct Call {
    source: &'static str,
    name: &'static str,
    identity: Identity,
    request: Value,
    response: Value,
    error: Option<(&'static str, &'static str)>,
    extra: Option<Value>,
    read_only: bool,
}

impl Call {
    /// A user-pool API call that needs no AWS credentials.
    pub(super) fn public(name: &'static str, request: Value) -> Self {
        Self {
            source: COGNITO,
            name,
            identity: Identity::Anonymous,
            request,
            response: Value::Null,
            error: None,
            extra: None,
            read_only: false,
        }
    }

    /// A user-pool API call made with a role.
    pub(super) fn by_role(name: &'static str, role: (&'static str, &'static str), request: Value) -> Self {
        Self::by(name, Identity::Role(role.0, role.1), request)
    }

    /// A user-pool API call made with any credentials.
    pub(super) fn by(name: &'static str, identity: Identity, request: Value) -> Self {
        Self { identity, ..Self::public(name, request) }
    }

    /// A request to a hosted page; parameters are written as arrays, as the endpoint does.
    pub(super) fn page(name: &'static str, status: u16, parameters: &[(&str, &str)]) -> Self {
        let parameters: Map<_, _> = parameters.iter().map(|(key, value)| ((*key).to_owned(), json!([value]))).collect();
        Self {
            identity: Identity::Page,
            extra: Some(json!({
                "responseParameters": { "status": f64::from(status) },
                "requestParameters": parameters,
            })),
            error: Some(("", "")),
            ..Self::public(name, Value::Null)
        }
    }

    /// A call to another service.
    pub(super) fn elsewhere(
        source: &'static str,
        name: &'static str,
        role: (&'static str, &'static str),
        request: Value,
    ) -> Self {
        Self { source, read_only: true, ..Self::by_role(name, role, request) }
    }

    pub(super) fn answer(mut self, response: Value) -> Self {
        self.response = response;
        self
    }

    /// The answer of a step that another challenge follows.
    pub(super) fn challenge(self, name: &str) -> Self {
        self.answer(json!({ "challengeName": name, "session": HIDDEN, "challengeParameters": HIDDEN }))
    }

    /// The answer of a step that completes a sign-in.
    pub(super) fn tokens(self) -> Self {
        self.answer(json!({
            "challengeParameters": HIDDEN,
            "authenticationResult": {
                "accessToken": HIDDEN, "expiresIn": 3600, "tokenType": "Bearer",
                "refreshToken": HIDDEN, "idToken": HIDDEN,
            },
        }))
    }

    /// Tells where a code went, as the calls that send one do.
    pub(super) fn code_sent(self, medium: &str) -> Self {
        self.answer(json!({ "codeDeliveryDetails": code_delivery(medium) }))
    }

    pub(super) fn fails(mut self, code: &'static str, message: &'static str) -> Self {
        self.error = Some((code, message));
        self.response = Value::Null;
        self
    }

    pub(super) fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Adds a member to `additionalEventData`.
    pub(super) fn also(mut self, key: &str, value: Value) -> Self {
        let extra = self.extra.get_or_insert_with(|| json!({}));
        if let Some(members) = extra.as_object_mut() {
            members.insert(key.to_owned(), value);
        }
        self
    }

    /// Adds a parameter to a hosted page's request.
    pub(super) fn parameter(mut self, key: &str, value: &str) -> Self {
        if let Some(parameters) = self.extra.as_mut().and_then(|extra| extra["requestParameters"].as_object_mut()) {
            parameters.insert(key.to_owned(), json!([value]));
        }
        self
    }

    pub(super) fn is_page(&self) -> bool {
        matches!(self.identity, Identity::Page)
    }

    pub(super) fn is_cognito(&self) -> bool {
        self.source == COGNITO
    }
}

/// `CodeDeliveryDetails` for `SMS` or `EMAIL`.
pub(super) fn code_delivery(medium: &str) -> Value {
    let attribute = if medium == "SMS" { "phone_number" } else { "email" };
    json!({ "destination": HIDDEN, "deliveryMedium": medium, "attributeName": attribute })
}

/// When, where and under which ids a call is recorded.
pub(super) struct Stamp<'a> {
    pub at: Ms,
    pub region: &'a str,
    pub ip: &'a str,
    pub agent: &'a str,
    pub request_id: Uuid,
    pub event_id: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    event_version: &'a str,
    user_identity: Value,
    event_time: String,
    event_source: &'a str,
    event_name: &'a str,
    aws_region: &'a str,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: &'a str,
    user_agent: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'a str>,
    request_parameters: &'a Value,
    response_elements: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_event_data: Option<&'a Value>,
    #[serde(rename = "requestID")]
    request_id: String,
    #[serde(rename = "eventID")]
    event_id: String,
    read_only: bool,
    event_type: &'a str,
    management_event: bool,
    recipient_account_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_event_details: Option<Value>,
    event_category: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_details: Option<Value>,
}

/// Writes the record as the one line that a log event holds.
pub(super) fn write(call: &Call, stamp: &Stamp<'_>) -> String {
    let page = call.is_page();
    let host = || match call.is_cognito() {
        true => format!("cognito-idp.{}.amazonaws.com", stamp.region),
        false => call.source.to_owned(),
    };
    let envelope = Envelope {
        event_version: if page { "1.08" } else { "1.11" },
        user_identity: call.identity.json(),
        event_time: rfc3339(stamp.at),
        event_source: call.source,
        event_name: call.name,
        aws_region: stamp.region,
        source_ip_address: call.identity.service().unwrap_or(stamp.ip),
        user_agent: call.identity.service().unwrap_or(stamp.agent),
        error_code: call.error.map(|(code, _)| code),
        error_message: call.error.map(|(_, message)| message),
        request_parameters: &call.request,
        response_elements: &call.response,
        additional_event_data: call.extra.as_ref(),
        request_id: stamp.request_id.to_string(),
        event_id: stamp.event_id.to_string(),
        read_only: call.read_only,
        event_type: if page { "AwsServiceEvent" } else { "AwsApiCall" },
        management_event: true,
        recipient_account_id: ACCOUNT,
        service_event_details: page.then(|| json!({ "serviceAccountId": "111122223333" })),
        event_category: "Management",
        tls_details: (!page).then(|| {
            json!({ "tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256", "clientProvidedHostHeader": host() })
        }),
    };
    serde_json::to_string(&envelope).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp<'static> = Stamp {
        at: 1_700_000_000_000,
        region: "us-east-1",
        ip: "192.0.2.1",
        agent: "test",
        request_id: Uuid::from_u128(1),
        event_id: Uuid::from_u128(2),
    };

    fn written(call: &Call) -> Value {
        serde_json::from_str(&write(call, &STAMP)).expect("a record is JSON")
    }

    #[test]
    fn success_of_an_api_call_has_no_error_members() {
        let record = written(&Call::public("InitiateAuth", json!({ "clientId": "c" })).tokens());
        assert_eq!(record.get("errorCode"), None);
        assert_eq!(record["eventTime"], "2023-11-14T22:13:20Z");
        assert_eq!(record["responseElements"]["authenticationResult"]["accessToken"], HIDDEN);
        assert_eq!(record["eventType"], "AwsApiCall");
    }

    #[test]
    fn pages_use_arrays_floats_and_empty_errors() {
        let record = written(&Call::page("Mfa_POST", 302, &[("client_id", "c")]).parameter("sub", "s"));
        assert_eq!(record["errorCode"], "");
        assert_eq!(record["additionalEventData"]["requestParameters"], json!({ "client_id": ["c"], "sub": ["s"] }));
        assert!(write(&Call::page("Mfa_POST", 302, &[]), &STAMP).contains(r#""status":302.0"#));
        assert_eq!(record["requestParameters"], Value::Null);
    }

    #[test]
    fn failure_drops_the_answer() {
        let record = written(
            &Call::public("InitiateAuth", json!({})).tokens().fails("TooManyRequestsException", "Rate exceeded"),
        );
        assert_eq!(record["responseElements"], Value::Null);
        assert_eq!(record["errorCode"], "TooManyRequestsException");
    }
}
