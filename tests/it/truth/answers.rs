//! Answers to MFA challenges.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::Tally;
use super::pools::Pools;
use crate::world::directory::Directory;
use crate::world::event::{Deed, Event, Factor, Failure};

/// The longest pause between two steps of one sign-in.
pub const GAP: TimeDelta = TimeDelta::minutes(15);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed(&'static str),
    Undetermined(&'static str),
}

/// What an event is as an answer, by the event's index.
pub type Answers = HashMap<usize, (&'static str, Outcome)>;

pub fn all(directory: &Directory, pools: &Pools, events: &[Event]) -> Answers {
    let contexts = contexts(events);
    let counts_passkeys = |event: &Event| counts_passkeys(directory, pools, event);
    let answer = |(index, event): (usize, &Event)| {
        let (factor, silence) = match &event.deed {
            Deed::Respond { challenge: Some("SMS_MFA"), .. } => ("sms", Outcome::Passed),
            Deed::Respond { challenge: Some("SOFTWARE_TOKEN_MFA"), .. } => ("totp", Outcome::Passed),
            Deed::Respond { challenge: Some("EMAIL_OTP"), .. } if is_second(event, &contexts) => {
                ("email", Outcome::Passed)
            }
            Deed::Respond { challenge: Some("WEB_AUTHN"), .. } if counts_passkeys(event) => {
                ("passkey", Outcome::Passed)
            }
            Deed::Page("Mfa_POST") => ("unknown", Outcome::Undetermined("undetermined")),
            Deed::Page("mfa_totp_POST") => ("totp", Outcome::Undetermined("undetermined")),
            Deed::Page("mfa_phone_verify_POST") => ("sms", Outcome::Undetermined("undetermined")),
            _ => return None,
        };
        Some((index, (factor, event.failure.map_or(silence, judge))))
    };
    events.iter().enumerate().filter_map(answer).collect()
}

/// Whether a passkey is a second factor in the pool of the event.
pub fn counts_passkeys(directory: &Directory, pools: &Pools, event: &Event) -> bool {
    let is_its = |id: &str| id == pools.of(event) && event.region == directory.region;
    directory.pools.iter().any(|pool| is_its(&pool.id) && pool.allowed.contains(&Factor::Passkey))
}

pub fn count(tally: &mut Tally, events: &[Event], answers: &Answers) {
    for (index, (factor, outcome)) in answers {
        let event = &events[*index];
        if let Outcome::Undetermined(reason) = outcome {
            tally.one(event, "challenge_undetermined_total", &[("factor", factor), ("reason", reason)]);
            continue;
        }
        tally.one(event, "challenge_responses_total", &[("factor", factor)]);
        if let Outcome::Failed(reason) = outcome {
            tally.one(event, "challenge_failures_total", &[("factor", factor), ("reason", reason)]);
        }
    }
}

fn judge(failure: Failure) -> Outcome {
    let says = |part: &str| failure.message.contains(part);
    match failure.code {
        "CodeMismatchException" => Outcome::Failed("code_mismatch"),
        "ExpiredCodeException" if says("already been used") => Outcome::Failed("code_replayed"),
        "ExpiredCodeException" => Outcome::Failed("code_expired"),
        "NotAuthorizedException" if says("session is expired") => Outcome::Failed("session_expired"),
        "NotAuthorizedException" if says("Invalid session") => Outcome::Failed("session_invalid"),
        "NotAuthorizedException" if says("attempts exceeded") => Outcome::Failed("attempts_exceeded"),
        "NotAuthorizedException" if says("Incorrect username or password.") || says("User is disabled.") => {
            Outcome::Undetermined("user_state")
        }
        "PasswordResetRequiredException" | "UserNotConfirmedException" | "UserNotFoundException" => {
            Outcome::Undetermined("user_state")
        }
        "TooManyRequestsException" => Outcome::Undetermined("throttled"),
        "ForbiddenException" => Outcome::Undetermined("waf"),
        "UserLambdaValidationException" | "UnexpectedLambdaException" | "InvalidLambdaResponseException" => {
            Outcome::Undetermined("lambda")
        }
        "SoftwareTokenMFANotFoundException"
        | "MFAMethodNotFoundException"
        | "InvalidSmsRoleAccessPolicyException"
        | "InvalidSmsRoleTrustRelationshipException"
        | "InvalidEmailRoleAccessPolicyException"
        | "FeatureUnavailableInTierException"
        | "OperationNotEnabledException" => Outcome::Undetermined("config"),
        _ => Outcome::Undetermined("other"),
    }
}

/// Steps that tell what a later EMAIL_OTP is, by client and sub; true for a password step.
pub type Contexts<'a> = HashMap<(&'a str, &'a str), Vec<(&'a Event, bool)>>;

pub fn contexts(events: &[Event]) -> Contexts<'_> {
    let mut contexts = Contexts::new();
    for event in events.iter().filter(|event| event.failure.is_none()) {
        let password = match &event.deed {
            Deed::Respond { challenge: Some("PASSWORD_VERIFIER" | "PASSWORD" | "PASSWORD_SRP"), .. } => true,
            Deed::Respond { challenge: Some("SELECT_CHALLENGE"), .. } => false,
            Deed::Initiate { flow: Some(flow), .. } => match *flow {
                "USER_SRP_AUTH" | "USER_PASSWORD_AUTH" | "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => true,
                "USER_AUTH" => false,
                _ => continue,
            },
            _ => continue,
        };
        if let (Some(client), Some(sub)) = (&event.who.client, &event.who.sub) {
            contexts.entry((client, sub)).or_default().push((event, password));
        }
    }
    contexts
}

/// Whether the e-mail code that is answered, or issued, by this event is a second factor.
pub fn is_second(event: &Event, contexts: &Contexts) -> bool {
    let (Some(client), Some(sub)) = (&event.who.client, &event.who.sub) else { return false };
    let Some(steps) = contexts.get(&(client.as_str(), sub.as_str())) else { return false };
    // The record that issues a code may itself be the step; an answer with a code never is.
    let before = steps.iter().filter(|(step, _)| step.at < event.at || step.id == event.id);
    let before = before.filter(|(step, _)| event.at - step.at <= GAP);
    before.max_by_key(|(step, _)| step.at).is_some_and(|(_, password)| *password)
}
