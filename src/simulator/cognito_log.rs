//! Cognito's own log export: messages that it could not send, and what threat protection saw.
//!
//! Shapes: Amazon Cognito Developer Guide, "Exporting logs from Amazon Cognito user pools". AWS documents neither the
//! words of `details` nor the entries of `challenges`: both are made up here.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::country::COUNTRIES;
use super::population::User;
use super::scenario::{ClientPlan, PoolPlan};
use super::time::{Ms, SECOND, utc};

/// Share of the lost text messages of an exporting pool that Cognito writes a notification about.
pub(super) const SHARE_OF_LOST_TEXTS: f64 = 0.2;

/// One log event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Log timestamp.
    pub at: Ms,
    pub ingested: Ms,
    pub region: &'static str,
    pub body: Box<str>,
}

impl Line {
    fn write(draw: &mut ChaCha8Rng, at: Ms, pool: &PoolPlan, body: &Value) -> Self {
        let at = at + draw.random_range(300..9 * SECOND);
        Self {
            at,
            ingested: at + draw.random_range(50..2 * SECOND),
            region: pool.region,
            body: body.to_string().into(),
        }
    }
}

/// How a step went, as threat protection tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Activity {
    /// `eventType`.
    kind: &'static str,
    /// `eventResponse`.
    response: &'static str,
    challenges: &'static [(&'static str, bool)],
}

impl Activity {
    pub(super) const WRONG_PASSWORD: Self = Self::sign_in("Fail", &[("Password", false)]);
    pub(super) const NO_MFA: Self = Self::sign_in("Pass", &[("Password", true)]);
    pub(super) const MFA_PASSED: Self = Self::sign_in("Pass", &[("Password", true), ("Mfa", true)]);
    pub(super) const MFA_FAILED: Self = Self::sign_in("Fail", &[("Password", true), ("Mfa", false)]);
    pub(super) const FEDERATED: Self = Self::sign_in("Pass", &[]);
    pub(super) const RESET_ASKED: Self = Self { kind: "ForgotPassword", response: "InProgress", challenges: &[] };
    pub(super) const RESET_DONE: Self = Self { response: "Pass", ..Self::RESET_ASKED };

    const fn sign_in(response: &'static str, challenges: &'static [(&'static str, bool)]) -> Self {
        Self { kind: "SignIn", response, challenges }
    }

    /// `challenges`: mostly objects like those of the API, in some records strings.
    fn challenges(self, as_text: bool) -> Vec<Value> {
        let written = self.challenges.iter().map(|(name, passed)| (name, if *passed { "Success" } else { "Failure" }));
        written
            .map(|(name, response)| match as_text {
                true => json!(format!("{name}:{response}")),
                false => json!({ "challengeName": name, "challengeResponse": response }),
            })
            .collect()
    }
}

/// When and where a step happens.
pub(super) struct Visit<'a> {
    pub at: Ms,
    pub pool: &'a PoolPlan,
    pub client: &'a ClientPlan,
    pub ip: &'a str,
    pub agent: &'a str,
}

/// Threat protection comes with the Plus plan.
pub(super) fn writes_activities(pool: &PoolPlan) -> bool {
    pool.exports_logs && pool.tier == "PLUS"
}

/// A `userAuthEvents` record.
pub(super) fn activity(draw: &mut ChaCha8Rng, visit: &Visit<'_>, user: &User, activity: Activity) -> Line {
    let place = &COUNTRIES[usize::from(user.country)];
    let id = |draw: &mut ChaCha8Rng| uuid::Builder::from_random_bytes(draw.random()).into_uuid().to_string();
    let body = json!({
        "eventTimestamp": visit.at.to_string(),
        // The guide prints one name and real pools write another.
        "eventSource": if draw.random_bool(0.85) { "USER_AUTH_EVENTS" } else { "USER_ACTIVITY" },
        "logLevel": "INFO",
        "message": {
            "version": "1",
            "eventId": id(draw),
            "eventType": activity.kind,
            "userSub": user.sub.to_string(),
            "userName": user.username(),
            "userPoolId": visit.pool.id,
            "clientId": visit.client.id,
            "creationDate": utc(visit.at).format("%a %b %d %H:%M:%S UTC %Y").to_string(),
            "eventResponse": activity.response,
            "riskLevel": "",
            "riskDecision": "PASS",
            "challenges": activity.challenges(draw.random_bool(0.15)),
            "deviceName": device(visit.agent),
            "ipAddress": visit.ip,
            "requestId": id(draw),
            "idpName": if user.federated { "CorpSSO" } else { "" },
            "compromisedCredentialDetected": "false",
            "city": "",
            "country": place.code,
            "eventFeedbackValue": "",
            "eventFeedbackDate": "",
            "eventFeedbackProvider": "",
            "hasContextData": "true",
        },
        "logSourceId": { "userPoolId": visit.pool.id },
    });
    Line::write(draw, visit.at, visit.pool, &body)
}

fn device(agent: &str) -> &'static str {
    let systems =
        [("Windows", "Chrome, Windows 10"), ("iPhone", "Mobile Safari, iOS"), ("Macintosh", "Safari, Mac OS X")];
    systems.into_iter().find(|(word, _)| agent.contains(word)).map_or("Other, Other", |(_, device)| device)
}

/// A `userNotification` record about a text message; some name the number, which is nobody's business.
pub(super) fn lost_text(draw: &mut ChaCha8Rng, at: Ms, pool: &PoolPlan, number: &str, complaint: &str) -> Line {
    let details = match draw.random_range(0..5) {
        0 => json!(format!("SMS message to {number} was not delivered: {complaint}")),
        1 => json!("Failed to send SMS message: the destination was sent too many messages in a short time"),
        _ => json!(format!("SMS message could not be delivered. {complaint}.")),
    };
    notification(draw, at, pool, &details)
}

/// A `userNotification` record about an e-mail message; a few say nothing.
pub(super) fn lost_mail(draw: &mut ChaCha8Rng, at: Ms, pool: &PoolPlan, mailbox: &str) -> Line {
    let details = match draw.random_range(0..4) {
        0 => Value::Null,
        1 => json!(format!("Email message to {mailbox} bounced")),
        _ => json!("Email message could not be delivered: the address is on the suppression list"),
    };
    notification(draw, at, pool, &details)
}

fn notification(draw: &mut ChaCha8Rng, at: Ms, pool: &PoolPlan, details: &Value) -> Line {
    let body = json!({
        "eventTimestamp": at.to_string(),
        "eventSource": "USER_NOTIFICATION",
        "logLevel": "ERROR",
        "message": { "details": details },
        "logSourceId": { "userPoolId": pool.id },
    });
    Line::write(draw, at, pool, &body)
}
