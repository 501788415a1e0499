//! CloudTrail records of Cognito user pools, in all three vocabularies.
//!
//! Record contents: CloudTrail User Guide, "CloudTrail record contents"; Cognito's names:
//! Cognito Developer Guide, "Logging with AWS CloudTrail".

mod agent;
mod api;
mod code;
mod identity;
mod list;
mod network;
mod reason;
mod record;
mod ui;

use chrono::{DateTime, Utc};

use super::{Pseudonyms, Reading, sanitise};
use crate::model::{Decoded, Event, LineId, Outcome, PreferenceChange, Reason, SignIn, Step, Vocabulary};
use record::Record;

/// The service whose records matter.
pub const EVENT_SOURCE: &str = "cognito-idp.amazonaws.com";

/// Decodes one line. A record without a usable `eventID` is known by its line; names of people who
/// administer and networks are replaced as `reading` says.
pub fn decode(message: &str, line_id: LineId, reading: &Reading) -> Decoded {
    let Ok(record) = serde_json::from_str::<Record<'_>>(message) else {
        return Decoded::Malformed;
    };
    let (Some(event_name), Some(event_time)) = (record.event_name.get(), record.event_time()) else {
        return Decoded::Malformed;
    };
    if record.event_source.get() != Some(EVENT_SOURCE) {
        return Decoded::Ignored;
    }
    let Some(aws_region) = record.aws_region() else {
        return Decoded::Malformed;
    };

    let mut event = bare_event(&record, line_id, event_time, aws_region, &reading.pseudonyms);
    let known = api::describe(event_name, &record, reading.custom_is_mfa, &mut event)
        .or_else(|| ui::describe(event_name, &record, &mut event));
    if known == Some(Relevance::Irrelevant) {
        return Decoded::Ignored;
    }
    code::describe(event_name, &record, &mut event);
    event.agent = record.user_agent().and_then(agent::product);
    // An administrator's call comes from the application's own network.
    if event.sign_in == Some(SignIn::Api) && !event_name.starts_with("Admin") {
        event.network = record.source_address().and_then(|source| network::stand_in(source, reading.networks));
    }
    if is_unexplained(&event) {
        event.other_message = sanitise::harmless(record.error_message());
    }
    match known {
        Some(_) => {
            event.event_name = event_name.to_owned();
            Decoded::Event(Box::new(event))
        }
        None => {
            event.event_name = sanitise::identifier(event_name, 128, "_").unwrap_or_else(|| "unreadable".to_owned());
            Decoded::Unclassified(Box::new(event))
        }
    }
}

/// Whether a known name says anything about a user or a pool's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relevance {
    Relevant,
    Irrelevant,
}

/// Whether a factor or a recovery step was refused with an error that the tables do not know.
fn is_unexplained(event: &Event) -> bool {
    let is_factor =
        event.step.is_some_and(|step| !matches!(step, Step::MfaSetup | Step::Device | Step::Plumbing | Step::Refresh));
    event.reason == Some(Reason::Other) && (is_factor || event.recovery_kind.is_some())
}

fn bare_event(
    record: &Record<'_>,
    line_id: LineId,
    event_time: DateTime<Utc>,
    aws_region: String,
    pseudonyms: &Pseudonyms,
) -> Event {
    let error_code = record.error_code();
    Event {
        event_id: record.event_id.uuid().unwrap_or(line_id),
        event_time,
        account_id: record.account_id(),
        aws_region,
        event_name: String::new(),
        vocabulary: Vocabulary::Unclassified,
        pool_id: record.pool_id(),
        client_id: record.client_id(),
        sub: record.sub(),
        challenge_name: None,
        issued_challenge: None,
        auth_flow: None,
        step: None,
        factor: None,
        outcome: if error_code.is_some() { Outcome::Failure } else { Outcome::Success },
        reason: None,
        error_code,
        sign_in: None,
        recovery_kind: None,
        preference: PreferenceChange::default(),
        lookup_hint: false,
        is_billable: false,
        mfa_configuration: None,
        actor: record.actor(pseudonyms),
        agent: None,
        network: None,
        sms_purpose: None,
        is_resend: false,
        code_accepted: None,
        send_error: None,
        is_phone_change: false,
        other_message: None,
    }
}

#[cfg(test)]
mod tests;
