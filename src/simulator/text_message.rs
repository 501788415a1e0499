//! Text messages that the story sends, and what their carriers say about them.

mod direct;
mod sns;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal};
use uuid::Uuid;

use super::country::{COUNTRIES, Country};
use super::scenario::{PoolPlan, SmsRoute};
use super::time::{HOUR, MINUTE, Ms, SECOND};

/// The number that Cognito itself texts when SMS is configured.
const COGNITO_TEST_NUMBER: &str = "+12064350128";

/// Share of records that are written hours late.
const LATE: f64 = 0.012;

/// What a message meets with on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Road {
    /// The ordinary losses of the country.
    Open,
    /// Carriers do not answer.
    CutOff,
    /// Amazon SNS may not spend any more.
    NoQuota,
    /// The carrier earns on it.
    Eager,
}

/// Why a message did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    PhoneUnreachable,
    Unknown,
    CarrierUnreachable,
    CarrierBlocked,
    Spam,
    InvalidNumber,
    OptedOut,
    PhoneBlocked,
    BlockedDestination,
    NoQuota,
}

/// Ordinary failures, the frequent ones repeated.
const FAILURES: &[Failure] = &[
    Failure::PhoneUnreachable,
    Failure::PhoneUnreachable,
    Failure::PhoneUnreachable,
    Failure::Unknown,
    Failure::Unknown,
    Failure::CarrierUnreachable,
    Failure::CarrierBlocked,
    Failure::Spam,
    Failure::InvalidNumber,
    Failure::OptedOut,
    Failure::PhoneBlocked,
    Failure::BlockedDestination,
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Delivered {
        dwell_ms: i64,
        ack_ms: i64,
    },
    Failed {
        failure: Failure,
        dwell_ms: i64,
    },
    /// No carrier ever answered.
    Unknown,
}

/// One text message.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TextMessage {
    pub sent: Ms,
    /// When its last record is written.
    pub logged: Ms,
    pub region: &'static str,
    pub route: SmsRoute,
    /// Where it goes, in E.164.
    pub number: String,
    id: Uuid,
    country: u8,
    carrier: u8,
    fate: Fate,
}

impl TextMessage {
    /// Sends a message of a pool.
    pub(super) fn send(
        draw: &mut ChaCha8Rng,
        sent: Ms,
        pool: &PoolPlan,
        country: u8,
        number: String,
        road: Road,
    ) -> Self {
        let place = &COUNTRIES[usize::from(country)];
        let reliability = match road {
            Road::Open => place.reliability,
            Road::CutOff => 0.04,
            Road::NoQuota => 0.0,
            Road::Eager => 0.97,
        };
        let fate = if draw.random_bool(reliability) {
            delivered(draw, place)
        } else if road == Road::Open && draw.random_bool(0.25) {
            Fate::Unknown
        } else {
            let (failure, dwell_ms) = match road {
                Road::NoQuota => (Failure::NoQuota, 60..240),
                Road::CutOff => (Failure::CarrierUnreachable, 300..9_000),
                _ => (FAILURES[draw.random_range(0..FAILURES.len())], 300..9_000),
            };
            Fate::Failed { failure, dwell_ms: draw.random_range(dwell_ms) }
        };
        let late = if draw.random_bool(LATE) { draw.random_range(HOUR..71 * HOUR) } else { 0 };
        let logged = sent
            + match fate {
                Fate::Delivered { ack_ms, .. } => ack_ms + draw.random_range(SECOND..2 * MINUTE) + late,
                Fate::Failed { dwell_ms, .. } => dwell_ms + draw.random_range(SECOND..6 * MINUTE) + late,
                Fate::Unknown => 72 * HOUR + draw.random_range(0..10 * MINUTE),
            };
        let id = uuid::Builder::from_random_bytes(draw.random()).into_uuid();
        let carrier = draw.random_range(1..=3);
        Self { sent, logged, region: pool.region, route: pool.sms_route, id, number, country, carrier, fate }
    }

    /// The message that Cognito sends to itself on a configuration change.
    pub(super) fn cognito_test(draw: &mut ChaCha8Rng, sent: Ms, pool: &PoolPlan) -> Self {
        Self::send(draw, sent, pool, 0, COGNITO_TEST_NUMBER.to_owned(), Road::Open)
    }

    /// True when the code reaches the phone.
    pub(super) fn arrives(&self) -> bool {
        matches!(self.fate, Fate::Delivered { .. })
    }

    /// True when the record goes to the `/Failure` log group.
    pub(super) fn failed(&self) -> bool {
        matches!(self.fate, Fate::Failed { .. })
    }

    /// Why it did not arrive, in a carrier's words.
    pub(super) fn complaint(&self) -> &'static str {
        match self.fate {
            Fate::Failed { failure, .. } => failure.words(),
            _ => "No answer from the carrier",
        }
    }

    /// A number that belongs to the message and the purpose.
    fn lot(&self, purpose: u64) -> u64 {
        let (high, low) = self.id.as_u64_pair();
        super::time::mix(&[high, low, purpose])
    }
}

impl Failure {
    /// `providerResponse` of Amazon SNS, which End User Messaging uses as a description.
    fn words(self) -> &'static str {
        match self {
            Self::PhoneUnreachable => "Phone is currently unreachable/unavailable",
            Self::Unknown => "Unknown error attempting to reach phone",
            Self::CarrierUnreachable => "Phone carrier is currently unreachable/unavailable",
            Self::CarrierBlocked => "Phone carrier has blocked this message",
            Self::Spam => "Blocked as spam by phone carrier",
            Self::InvalidNumber => "Invalid phone number",
            Self::OptedOut => "Phone number is opted out",
            Self::PhoneBlocked => "Phone has blocked SMS",
            Self::BlockedDestination => "Destination is on a blocked list",
            Self::NoQuota => "No quota left for account",
        }
    }
}

fn delivered(draw: &mut ChaCha8Rng, place: &Country) -> Fate {
    let factor: f64 = LogNormal::new(0.0, 0.55).map_or(1.0, |shape| shape.sample(draw));
    let ack_ms = ((place.median_ack_ms * factor) as i64).clamp(400, 4 * MINUTE);
    let dwell_ms = (ack_ms * 2 / 5).max(150);
    Fate::Delivered { dwell_ms, ack_ms }
}

#[cfg(test)]
mod tests;
