//! What the stand-in lacks, put into its answers.

use std::collections::{HashMap, HashSet};

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Inner, Manners, forward, json_answer, json_type};

/// UserMFASettingList and PreferredMfaSetting of an answer.
#[derive(Clone, Debug)]
pub enum Listed {
    /// Neither is there.
    Absent,
    Names(Vec<&'static str>, &'static str),
}

pub(super) fn dress(operation: &str, request: &Value, manners: &Manners, answer: &mut Value) {
    match operation {
        "ListUserPools" => {
            let Some(pools) = answer["UserPools"].as_array_mut() else { return };
            pools.retain(|pool| !is_named(pool, "Id", &manners.gone));
        }
        "ListUsers" => {
            let Some(users) = answer["Users"].as_array_mut() else { return };
            users.retain(|user| !is_named(user, "Username", &manners.hidden));
            for user in users.iter_mut().filter(|user| is_named(user, "Username", &manners.federated)) {
                user["UserStatus"] = json!("EXTERNAL_PROVIDER");
            }
        }
        "AdminGetUser" => list_factors(request, &manners.listed, answer),
        "GetUserPoolMfaConfig" => {
            if is_named(request, "UserPoolId", &manners.email_mfa) {
                answer["EmailMfaConfiguration"] = json!({"Message": "{####}", "Subject": "code"});
            }
            if is_named(request, "UserPoolId", &manners.passkey_mfa) {
                let word = "MULTI_FACTOR_WITH_USER_VERIFICATION";
                answer["WebAuthnConfiguration"] = json!({"RelyingPartyId": "example.com", "FactorConfiguration": word});
            }
        }
        _ => {}
    }
}

fn is_named(object: &Value, member: &str, names: &HashSet<String>) -> bool {
    object[member].as_str().is_some_and(|name| names.contains(name))
}

fn list_factors(request: &Value, listed: &HashMap<String, Listed>, answer: &mut Value) {
    let Some(listed) = request["Username"].as_str().and_then(|name| listed.get(name)) else { return };
    let fields = answer.as_object_mut().expect("an answer is an object");
    match listed {
        Listed::Absent => {
            fields.remove("UserMFASettingList");
            fields.remove("PreferredMfaSetting");
        }
        Listed::Names(names, preferred) => {
            fields.insert("UserMFASettingList".into(), json!(names));
            fields.insert("PreferredMfaSetting".into(), json!(preferred));
        }
    }
}

/// AdminGetUserAuthFactors, which no stand-in has: what AdminGetUser says, and the factors on top.
pub(super) async fn auth_factors(inner: &Inner, manners: &Manners, headers: &HeaderMap, request: &Value) -> Response {
    let target = "AWSCognitoIdentityProviderService.AdminGetUser";
    let (status, body) = match forward(inner, headers, Some(target), request.to_string()).await {
        Ok(answer) => answer,
        Err(error) => return (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    };
    let user = serde_json::from_slice::<Value>(&body).unwrap_or_default();
    if !status.is_success() {
        return (status, json_type(), body).into_response();
    }
    let name = request["Username"].as_str().unwrap_or_default();
    let configured = manners.auth_factors.as_ref().and_then(|factors| factors.get(name)).cloned().unwrap_or_default();
    let mut answer = json!({
        "Username": name,
        "UserMFASettingList": user["UserMFASettingList"],
        "PreferredMfaSetting": user["PreferredMfaSetting"],
        "ConfiguredUserAuthFactors": configured,
    });
    list_factors(request, &manners.listed, &mut answer);
    json_answer(&answer)
}
