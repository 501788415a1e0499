//! Pages of users: small ones, empty ones, tokens that turn invalid, and a pool that no stand-in holds.

use axum::response::Response;
use serde_json::{Value, json};
use uuid::Uuid;

use super::refuse::invalid;
use super::{Manners, json_answer, set_token};

/// Users that nothing but their number is known of.
#[derive(Clone, Debug)]
pub struct Crowd {
    pub pool: String,
    pub users: usize,
}

impl Crowd {
    /// Pages of a listing that asks for as many users as it may.
    pub fn pages(&self) -> usize {
        self.users.div_ceil(60)
    }

    fn page(&self, from: usize, limit: usize) -> Value {
        let to = (from + limit).min(self.users);
        let users: Vec<Value> = (from..to).map(|number| self.user(number)).collect();
        if to < self.users {
            json!({"Users": users, "PaginationToken": to.to_string()})
        } else {
            json!({"Users": users})
        }
    }

    fn user(&self, number: usize) -> Value {
        let sub = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}-{number}", self.pool).as_bytes()).to_string();
        json!({
            "Username": sub, "Attributes": [{"Name": "sub", "Value": sub}], "Enabled": true,
            "UserStatus": "CONFIRMED", "UserCreateDate": 1_760_000_000.5, "UserLastModifiedDate": 1_760_000_000.5,
        })
    }
}

/// Opens our token, and answers where the stand-in is not needed.
pub(super) fn before(manners: &Manners, request: &mut Value) -> Option<Response> {
    let token = request["PaginationToken"].as_str().unwrap_or_default().to_owned();
    let (mut kind, mut inside) = ("empty", "");
    if !token.is_empty() {
        let mut parts = token.splitn(3, ':');
        let epoch = parts.next().and_then(|epoch| epoch.parse().ok());
        (kind, inside) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if epoch != Some(manners.epoch) {
            return Some(invalid("InvalidParameterException", "Invalid pagination token given."));
        }
    }
    if manners.has_empty_user_pages && kind == "empty" {
        return Some(json_answer(&json!({"Users": [], "PaginationToken": wrap(manners, "full", inside)})));
    }
    if let Some(page) = manners.user_page {
        request["Limit"] = json!(page);
    }
    let crowd = manners.crowd.as_ref().filter(|crowd| request["UserPoolId"] == crowd.pool.as_str());
    if let Some(crowd) = crowd {
        let limit = request["Limit"].as_u64().unwrap_or(60).clamp(1, 60);
        let mut answer = crowd.page(inside.parse().unwrap_or(0), limit as usize);
        after(manners, &mut answer);
        return Some(json_answer(&answer));
    }
    set_token(request, "PaginationToken", inside);
    None
}

/// Puts the stand-in's token into ours.
pub(super) fn after(manners: &Manners, answer: &mut Value) {
    if let Some(token) = answer["PaginationToken"].as_str() {
        answer["PaginationToken"] = json!(wrap(manners, "empty", token));
    }
}

fn wrap(manners: &Manners, kind: &str, inside: &str) -> String {
    format!("{}:{kind}:{inside}", manners.epoch)
}
