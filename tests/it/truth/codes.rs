//! Codes that were asked for by SMS and came back: behaviour, not delivery.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;

use super::Tally;
use super::issues::validity;
use super::sign_ins::is_status;
use crate::world::directory::Directory;
use crate::world::event::{Deed, Event};
use crate::world::phones::UNKNOWN;

pub fn count(tally: &mut Tally, directory: &Directory, events: &[Event]) {
    let countries = countries(directory);
    let mut requests: BTreeMap<_, Vec<(&Event, bool)>> = BTreeMap::new();
    let mut codes: BTreeMap<_, Vec<&Event>> = BTreeMap::new();
    for event in events {
        if let Some(reason) = send_error(event) {
            tally.one(event, "sms_send_errors_total", &[("reason", reason)]);
        }
        if let Some(purpose) = asks(event) {
            let user = tally.pools.user(event);
            let country = user.as_ref().and_then(|user| countries.get(user)).copied().unwrap_or(UNKNOWN);
            tally.one(event, "sms_requests_total", &[("country", country), ("purpose", purpose)]);
            if let Some(user) = user {
                requests.entry((user, purpose)).or_default().push((event, false));
            }
        }
        if let (Some(purpose), Some(user)) = (accepts(event), tally.pools.user(event)) {
            codes.entry((user, purpose)).or_default().push(event);
        }
    }
    for ((user, purpose), codes) in &mut codes {
        let Some(requests) = requests.get_mut(&(user.clone(), *purpose)) else { continue };
        let country = countries.get(user).copied().unwrap_or(UNKNOWN);
        codes.sort_by_key(|code| code.at);
        for code in codes {
            // Each right code is the latest one's that is still waiting for it.
            let waits = |request: &&mut (&Event, bool)| {
                !request.1 && request.0.at < code.at && code.at - request.0.at <= life(directory, request.0, purpose)
            };
            if let Some(request) = requests.iter_mut().filter(waits).max_by_key(|request| request.0.at) {
                request.1 = true;
                tally.one(request.0, "sms_conversions_total", &[("country", country), ("purpose", purpose)]);
            }
        }
    }
}

/// Where the listing says that a user's phone is.
fn countries(directory: &Directory) -> HashMap<super::pools::UserKey, &'static str> {
    let users = directory.pools.iter().flat_map(|pool| pool.users.iter().map(move |user| (pool, user)));
    let with_phone = users.filter(|(_, user)| user.phone);
    with_phone
        .map(|(pool, user)| ((directory.region.to_owned(), pool.id.clone(), user.sub.clone()), user.country))
        .collect()
}

/// The purpose of the message that this certainly asks for.
fn asks(event: &Event) -> Option<&'static str> {
    if event.failure.is_some() {
        return None;
    }
    match (&event.deed, event.deed.issues()) {
        (_, Some("SMS_MFA")) => Some("mfa"),
        (_, Some("SMS_OTP")) => Some("sign_in"),
        (Deed::KeptPage("mfa_phone_register_POST") | Deed::RecoveryPage("mfa_phone_resendCode_POST", _), _) => {
            Some("mfa")
        }
        (Deed::Sends("SignUp" | "ResendConfirmationCode", Some("SMS")), _) => Some("sign_up"),
        (Deed::Sends("ForgotPassword", Some("SMS")), _) => Some("recovery"),
        (Deed::Sends("GetUserAttributeVerificationCode", Some("SMS")), _) => Some("attribute"),
        _ => None,
    }
}

/// The purpose of the code that was right.
fn accepts(event: &Event) -> Option<&'static str> {
    if event.failure.is_some() {
        return None;
    }
    match &event.deed {
        Deed::Respond { challenge: Some("SMS_MFA"), .. } => Some("mfa"),
        Deed::Respond { challenge: Some("SMS_OTP"), .. } => Some("sign_in"),
        Deed::Kept("ConfirmSignUp") => Some("sign_up"),
        Deed::Recovery("ConfirmForgotPassword") => Some("recovery"),
        Deed::RecoveryPage("ConfirmForgotPassword_POST", Some(status)) if is_status(status, 302) => Some("recovery"),
        Deed::Verifies("phone_number") => Some("attribute"),
        _ => None,
    }
}

fn life(directory: &Directory, request: &Event, purpose: &str) -> TimeDelta {
    match purpose {
        "sign_up" | "attribute" => TimeDelta::hours(24),
        "recovery" => TimeDelta::hours(1),
        _ => validity(directory, request),
    }
}

/// Why Cognito could not even send.
fn send_error(event: &Event) -> Option<&'static str> {
    match event.failure?.code {
        "InvalidSmsRoleAccessPolicyException" => Some("role_policy"),
        "InvalidSmsRoleTrustRelationshipException" => Some("role_trust"),
        "CodeDeliveryFailureException" => Some("delivery_failure"),
        _ => None,
    }
}
