//! Records of a large pool: sign-ins by app and text message, typos, refreshes, resets.

use chrono::{DateTime, TimeDelta, Utc};
use mfascope::model::{
    Client, Decoded, DecodedLine, Devices, MfaConfiguration, Pool, PoolKey, SmsFailure, SmsReceipt, SmsRoute,
    SmsService, SmsStatus,
};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

pub const USERS: u32 = 100_000;
pub const REGION: &str = "us-east-1";
pub const POOL: &str = "us-east-1_Bench0001";
const CLIENTS: [&str; 3] = ["1webclient", "2iosclient", "3androidclient"];
const AGENTS: [&str; 4] =
    ["Shop/7.1.0 okhttp/4.12.0", "Shop/7.2.0 okhttp/4.12.0", "Shop/3.2 CFNetwork/1494", "aws-amplify/6.0.1"];
/// Of users and of receipts.
pub const COUNTRIES: [&str; 5] = ["US", "BR", "DE", "IN", "KZ"];
/// Days that records are spread over.
pub const DAYS: i64 = 35;

pub fn sub(user: u32) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &user.to_be_bytes())
}

pub fn pool(key: PoolKey) -> Pool {
    Pool {
        key,
        pool_name: "bench".into(),
        mfa_configuration: MfaConfiguration::Optional,
        tier: Some("ESSENTIALS".into()),
        allows_totp: true,
        allows_sms: true,
        allows_email: false,
        passkey_is_mfa: false,
        has_passkeys: false,
        recovery: vec!["verified_email".into()],
        sms_route: SmsRoute::Sns,
        sms_region: None,
        sms_failure: None,
        devices: Devices::Off,
        device_skips_mfa: false,
        replica_regions: Vec::new(),
        clients: CLIENTS
            .iter()
            .map(|client| Client {
                client_id: (*client).into(),
                name: (*client).into(),
                session_validity: None,
                described_at: None,
            })
            .collect(),
    }
}

pub struct Records {
    rng: StdRng,
    users: u32,
    at: DateTime<Utc>,
    step_ms: i64,
    waiting: Vec<(DateTime<Utc>, String)>,
}

impl Records {
    pub fn new(now: DateTime<Utc>, events: usize, users: u32) -> Self {
        let from = now - TimeDelta::days(DAYS);
        // About four records a visit.
        let step_ms = DAYS * 86_400_000 * 4 / events as i64;
        Self { rng: StdRng::seed_from_u64(7), users, at: from, step_ms, waiting: Vec::new() }
    }

    /// The next records, in about the order of time.
    pub fn batch(&mut self, size: usize) -> Vec<(Uuid, DateTime<Utc>, String)> {
        while self.waiting.len() < size {
            self.at += TimeDelta::milliseconds(self.step_ms);
            self.visit();
        }
        self.waiting
            .drain(..size)
            .map(|(at, text)| (Uuid::from_u128(self.rng.random()), at + TimeDelta::minutes(5), text))
            .collect()
    }

    /// Receipts of text messages sent shortly before the last record.
    pub fn receipts(&mut self, size: usize) -> Vec<DecodedLine> {
        (0..size).map(|_| self.receipt()).collect()
    }

    fn receipt(&mut self) -> DecodedLine {
        let sent_at = self.at - TimeDelta::seconds(self.rng.random_range(0..600));
        let status = if self.rng.random_bool(0.95) { SmsStatus::Delivered } else { SmsStatus::Failed };
        let receipt = SmsReceipt {
            message_id: Uuid::from_u128(self.rng.random()),
            service: SmsService::Sns,
            aws_region: REGION.into(),
            sent_at,
            reported_at: sent_at + TimeDelta::seconds(30),
            is_final: true,
            status,
            reason: (status == SmsStatus::Failed).then_some(SmsFailure::SpendLimit),
            country: Some(COUNTRIES[self.rng.random_range(0..COUNTRIES.len())].into()),
            delay_ms: (status == SmsStatus::Delivered).then(|| self.rng.random_range(500..20_000)),
            price_micro_usd: Some(6_450),
            is_transactional: Some(true),
            unknown_response: None,
        };
        let line_id = Uuid::from_u128(self.rng.random());
        DecodedLine { line_id, delivered_at: receipt.reported_at, decoded: Decoded::Receipt(Box::new(receipt)) }
    }

    fn visit(&mut self) {
        let user = self.rng.random_range(0..self.users);
        let (client, agent) = (CLIENTS[user as usize % 3], AGENTS[self.rng.random_range(0..4)]);
        let challenge = if user.is_multiple_of(2) { "SMS_MFA" } else { "SOFTWARE_TOKEN_MFA" };
        let mut at = self.at;
        let mut say = |rng: &mut StdRng, name: &str, request: &str, response: &str, error: &str| {
            at += TimeDelta::seconds(rng.random_range(3..25));
            let id = Uuid::from_u128(rng.random());
            let (time, sub) = (at.format("%Y-%m-%dT%H:%M:%SZ"), sub(user));
            self.waiting.push((at, format!(
                r#"{{"eventVersion":"1.11","userIdentity":{{"type":"Unknown"}},"eventTime":"{time}","eventSource":"cognito-idp.amazonaws.com","eventName":"{name}","awsRegion":"{REGION}","sourceIPAddress":"198.51.{}.7","userAgent":"{agent}",{error}"requestParameters":{request},"responseElements":{response},"additionalEventData":{{"sub":"{sub}"}},"requestID":"{id}","eventID":"{id}","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management"}}"#,
                user % 250
            )));
        };
        let tokens = r#"{"authenticationResult":{"accessToken":"HIDDEN_DUE_TO_SECURITY_REASONS","expiresIn":3600}}"#;
        let answer = format!(
            r#"{{"challengeName":"{challenge}","clientId":"{client}","challengeResponses":"HIDDEN_DUE_TO_SECURITY_REASONS"}}"#
        );
        let issued = format!(r#"{{"challengeName":"{challenge}","session":"HIDDEN_DUE_TO_SECURITY_REASONS"}}"#);
        let start = format!(
            r#"{{"authFlow":"USER_PASSWORD_AUTH","authParameters":"HIDDEN_DUE_TO_SECURITY_REASONS","clientId":"{client}"}}"#
        );
        say(&mut self.rng, "InitiateAuth", &start, &issued, "");
        if self.rng.random_bool(0.08) {
            let error = r#""errorCode":"CodeMismatchException","errorMessage":"Invalid code received for user","#;
            say(&mut self.rng, "RespondToAuthChallenge", &answer, "null", error);
        }
        if self.rng.random_bool(0.95) {
            say(&mut self.rng, "RespondToAuthChallenge", &answer, tokens, "");
        }
        let refresh = format!(
            r#"{{"authFlow":"REFRESH_TOKEN_AUTH","authParameters":"HIDDEN_DUE_TO_SECURITY_REASONS","clientId":"{client}"}}"#
        );
        for _ in 0..self.rng.random_range(0..4) {
            say(&mut self.rng, "InitiateAuth", &refresh, tokens, "");
        }
        if self.rng.random_bool(0.02) {
            let request = format!(r#"{{"clientId":"{client}","username":"HIDDEN_DUE_TO_SECURITY_REASONS"}}"#);
            say(&mut self.rng, "ForgotPassword", &request, "null", "");
            say(&mut self.rng, "ConfirmForgotPassword", &request, "null", "");
        }
        if self.rng.random_bool(0.002) {
            let request = r#"{"accessToken":"HIDDEN_DUE_TO_SECURITY_REASONS","softwareTokenMfaSettings":{"enabled":true,"preferredMfa":true}}"#;
            say(&mut self.rng, "AssociateSoftwareToken", "null", "null", "");
            say(&mut self.rng, "VerifySoftwareToken", "null", r#"{"status":"SUCCESS"}"#, "");
            say(&mut self.rng, "SetUserMFAPreference", request, "null", "");
        }
    }
}
