//! An event as the text of its CloudTrail record, with the spellings seen in the wild.

use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

use super::event::{Deed, Event, Factor, Preference, Reply, Switch};
use super::plan::GIANT_FLOW;

pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
const AGENTS: [&str; 5] = [
    "aws-sdk-js/3.600 os/linux lang/js",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)",
    "<script>alert(1)</script> \"'; drop table events; --",
    "=HYPERLINK(\"http://example.com\")\t\u{202e}\u{0000}\n",
    "Mozilla/5.0 (X11; Linux x86_64) \u{1f980} \u{00e9}\u{4e2d}",
];

pub fn render(event: &Event) -> String {
    let (name, page) = name(&event.deed);
    let mut record = json!({
        "eventVersion": if event.dialect.is_multiple_of(7) { "1.11" } else { "1.08" },
        "userIdentity": identity(event, page),
        "eventTime": event.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "eventSource": "cognito-idp.amazonaws.com",
        "eventName": name,
        "awsRegion": event.region,
        "sourceIPAddress": "192.0.2.17",
        "userAgent": AGENTS[event.dialect as usize % AGENTS.len()],
        "requestID": event.id.to_string(),
        "eventID": event.id.to_string(),
        "readOnly": matches!(event.deed, Deed::Ignored(_)),
        "eventType": if page { "AwsServiceEvent" } else { "AwsApiCall" },
        "managementEvent": true,
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
    });
    let fields = record.as_object_mut().expect("an object was just built");
    let parts = if page { page_parts(event) } else { api_parts(event) };
    fields.extend(parts);
    write_error(fields, event);
    record.to_string()
}

/// The event name, and whether a page (not the API) wrote it.
pub fn name(deed: &Deed) -> (&'static str, bool) {
    match deed {
        Deed::Initiate { admin: false, .. } => ("InitiateAuth", false),
        Deed::Initiate { admin: true, .. } => ("AdminInitiateAuth", false),
        Deed::Respond { admin: false, .. } => ("RespondToAuthChallenge", false),
        Deed::Respond { admin: true, .. } => ("AdminRespondToAuthChallenge", false),
        Deed::Token { .. } => ("Token_POST", true),
        Deed::Page(name) | Deed::RecoveryPage(name, _) | Deed::KeptPage(name) => (name, true),
        Deed::Prefer { admin: false, .. } => ("SetUserMFAPreference", false),
        Deed::Prefer { admin: true, .. } => ("AdminSetUserMFAPreference", false),
        Deed::Verify(_) => ("VerifySoftwareToken", false),
        Deed::Verifies(_) => ("VerifyUserAttribute", false),
        Deed::Recovery(name) | Deed::Kept(name) | Deed::Sends(name, _) => (name, false),
        Deed::Ignored(name) | Deed::Unknown(name) => (name, name.contains('_')),
    }
}

fn identity(event: &Event, page: bool) -> Value {
    let admin = name(&event.deed).0.starts_with("Admin");
    match (admin, page, event.dialect % 3) {
        (true, ..) => json!({
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:helpdesk",
            "arn": "arn:aws:sts::123456789012:assumed-role/helpdesk/kim",
            "accountId": "123456789012",
            "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "helpdesk"}},
        }),
        (_, true, _) => json!({"accountId": "123456789012"}),
        (_, _, 0) => json!({"type": "Unknown"}),
        (_, _, 1) => json!({"type": "Unknown", "principalId": "Anonymous"}),
        _ => json!({"accountId": "123456789012"}),
    }
}

/// A failed record names its error; a good one leaves it out, empty or null.
fn write_error(fields: &mut Map<String, Value>, event: &Event) {
    match (event.failure, event.dialect % 5) {
        (Some(failure), _) => {
            fields.insert("errorCode".into(), json!(failure.code));
            if !failure.message.is_empty() {
                fields.insert("errorMessage".into(), json!(failure.message));
            }
        }
        (None, 0) => {
            fields.insert("errorCode".into(), json!(""));
            fields.insert("errorMessage".into(), json!(""));
        }
        (None, 1) => {
            fields.insert("errorCode".into(), Value::Null);
        }
        (None, _) => {}
    }
}

fn api_parts(event: &Event) -> Map<String, Value> {
    let (request, response) = match &event.deed {
        Deed::Initiate { flow: None, reply, .. } | Deed::Respond { challenge: None, reply, .. } => {
            (json!(HIDDEN), response(*reply))
        }
        Deed::Initiate { flow: Some(flow), reply, .. } if *flow == GIANT_FLOW => (
            json!({"authFlow": "USER_PASSWORD_AUTH", "clientMetadata": {"note": "x".repeat(250 * 1024)}}),
            response(*reply),
        ),
        Deed::Initiate { flow: Some(flow), reply, .. } => {
            (json!({"authFlow": flow, "authParameters": HIDDEN, "clientMetadata": HIDDEN}), response(*reply))
        }
        Deed::Respond { challenge: Some(challenge), reply, .. } => {
            (json!({"challengeName": challenge, "session": HIDDEN, "challengeResponses": HIDDEN}), response(*reply))
        }
        Deed::Prefer { admin, settings } => (preference(settings, *admin, event.dialect), Value::Null),
        Deed::Verify(status) => {
            let answer = status.map_or(Value::Null, |status| json!({"status": status, "session": HIDDEN}));
            (json!({"accessToken": HIDDEN, "userCode": HIDDEN}), answer)
        }
        Deed::Sends(name, medium) => sends(name, *medium),
        Deed::Verifies(attribute) => {
            (json!({"accessToken": HIDDEN, "attributeName": attribute, "code": HIDDEN}), Value::Null)
        }
        _ => (json!({"username": HIDDEN}), Value::Null),
    };
    let mut parts = Map::new();
    let mut additional = Map::new();
    let mut request = request;
    let called = name(&event.deed).0;
    let pool_in_request =
        called.starts_with("Admin") || called.contains("UserPool") || matches!(event.deed, Deed::Ignored(_));
    if let Some(fields) = request.as_object_mut() {
        if let Some(client) = &event.who.client {
            fields.insert("clientId".into(), json!(client));
        }
        if let (Some(pool), true) = (&event.who.pool, pool_in_request) {
            fields.insert("userPoolId".into(), json!(pool));
        }
    }
    if let (Some(pool), false) = (&event.who.pool, pool_in_request) {
        additional.insert("userPoolId".into(), json!(pool));
    }
    if let Some(sub) = &event.who.sub {
        additional.insert("sub".into(), json!(sub));
    }
    match (additional.is_empty(), event.dialect % 4) {
        (false, _) => {
            parts.insert("additionalEventData".into(), Value::Object(additional));
        }
        (true, 0) => {
            parts.insert("additionalEventData".into(), json!(HIDDEN));
        }
        (true, 1) => {
            parts.insert("additionalEventData".into(), Value::Null);
        }
        (true, _) => {}
    }
    parts.insert("requestParameters".into(), request);
    parts.insert("responseElements".into(), response_or_null(event, response));
    parts
}

/// The request and the answer of a call after which a code is sent.
fn sends(name: &str, medium: Option<&str>) -> (Value, Value) {
    let attribute = if medium == Some("EMAIL") { "email" } else { "phone_number" };
    let request = if name == "GetUserAttributeVerificationCode" {
        json!({"accessToken": HIDDEN, "attributeName": attribute})
    } else {
        json!({"username": HIDDEN})
    };
    let details = medium.map_or(
        json!(HIDDEN),
        |medium| json!({"attributeName": attribute, "deliveryMedium": medium, "destination": HIDDEN}),
    );
    let answer = if name == "SignUp" {
        json!({"userConfirmed": false, "userSub": HIDDEN, "codeDeliveryDetails": details})
    } else {
        json!({"codeDeliveryDetails": details})
    };
    (request, answer)
}

fn response_or_null(event: &Event, response: Value) -> Value {
    if event.failure.is_some() { Value::Null } else { response }
}

fn response(reply: Reply) -> Value {
    match reply {
        Reply::Nothing => Value::Null,
        Reply::Tokens => json!({
            "challengeParameters": HIDDEN,
            "authenticationResult": {
                "accessToken": HIDDEN, "idToken": HIDDEN, "refreshToken": HIDDEN,
                "expiresIn": 3600, "tokenType": "Bearer",
            },
        }),
        Reply::HiddenTokens => json!({"challengeParameters": HIDDEN, "authenticationResult": HIDDEN}),
        Reply::Challenge(next) => {
            json!({"challengeName": next, "challengeParameters": HIDDEN, "session": HIDDEN})
        }
    }
}

fn preference(settings: &Preference, admin: bool, dialect: u32) -> Value {
    let sms_key = ["smsMfaSettings", "sMSMfaSettings", "SMSMfaSettings"][dialect as usize % 3];
    match settings {
        Preference::Unreadable if dialect.is_multiple_of(3) && !admin => json!(HIDDEN),
        Preference::Unreadable if dialect % 3 == 1 => {
            json!({"accessToken": HIDDEN, "softwareTokenMfaSettings": HIDDEN, sms_key: HIDDEN})
        }
        Preference::Unreadable => json!({"username": HIDDEN}),
        Preference::Readable(switches) => {
            let mut fields = Map::new();
            fields.insert("username".into(), json!(HIDDEN));
            for switch in switches {
                let key = match switch.factor {
                    Factor::Totp => "softwareTokenMfaSettings",
                    Factor::Sms => sms_key,
                    Factor::Email => "emailMfaSettings",
                    Factor::Passkey => "webAuthnMfaSettings",
                    Factor::Other => unreachable!("no preference names a factor that AWS does not"),
                };
                fields.insert(key.into(), setting(*switch, dialect));
            }
            Value::Object(fields)
        }
    }
}

/// Who does not prefer a factor leaves the word out or says no; a passkey has no such word.
fn setting(switch: Switch, dialect: u32) -> Value {
    match (switch.factor, switch.preferred, dialect % 2) {
        (_, true, _) => json!({"enabled": switch.on, "preferredMfa": true}),
        (Factor::Passkey, ..) | (_, false, 0) => json!({"enabled": switch.on}),
        _ => json!({"enabled": switch.on, "preferredMfa": false}),
    }
}

fn page_parts(event: &Event) -> Map<String, Value> {
    let mut request = Map::new();
    request.insert("response_type".into(), json!(["code"]));
    request.insert("_csrf".into(), json!([HIDDEN]));
    request.insert("username".into(), json!([HIDDEN]));
    let mut additional = Map::new();
    let status = match &event.deed {
        Deed::Token { grant, status } => {
            request.insert("grant_type".into(), json!([grant]));
            status.clone()
        }
        Deed::RecoveryPage(_, status) => status.clone(),
        Deed::Ignored(_) => Some(json!(200.0)),
        _ => Some(json!(302)),
    };
    if let Some(status) = status {
        additional.insert("responseParameters".into(), json!({"status": status}));
    }
    if let Some(sub) = &event.who.sub {
        request.insert("sub".into(), json!([sub]));
    }
    if let Some(client) = &event.who.client {
        if event.dialect.is_multiple_of(3) {
            additional.insert("clientId".into(), json!(client));
        } else {
            request.insert("client_id".into(), json!([client]));
        }
    }
    if let Some(pool) = &event.who.pool {
        additional.insert("userPoolId".into(), json!(pool));
        additional.insert("userPoolDomain".into(), json!("people.auth.us-east-1.amazoncognito.com"));
    }
    additional.insert("requestParameters".into(), Value::Object(request));
    let mut parts = Map::new();
    parts.insert("requestParameters".into(), Value::Null);
    parts.insert("responseElements".into(), Value::Null);
    parts.insert("additionalEventData".into(), Value::Object(additional));
    parts.insert("serviceEventDetails".into(), json!({"serviceAccountId": "111122223333"}));
    parts
}
