//! Log lines: the records and what else a trail's log group holds, with streams and delivery times.

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use serde_json::json;

use super::event::Event;
use super::record;

pub const STREAMS: [&str; 3] =
    ["123456789012_CloudTrail_us-east-1", "123456789012_CloudTrail_us-east-1_2", "123456789012_CloudTrail_us-east-1_3"];

/// What a line is to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matter {
    /// The record of this event; the same event may have several lines.
    Record(usize),
    /// Not an object, or without a name or a time.
    Malformed,
    /// A record of another service.
    Elsewhere,
}

#[derive(Clone, Debug)]
pub struct Line<M = Matter> {
    pub matter: M,
    pub stream: usize,
    pub delivered: DateTime<Utc>,
    pub text: String,
}

/// One line per chosen event, some doubled, in noise, shuffled; none delivered within the last hour.
pub fn lines(events: &[Event], chosen: &[usize], seed: u64, now: DateTime<Utc>) -> Vec<Line> {
    let mut rng = StdRng::seed_from_u64(seed ^ 0x11e5);
    let newest = now - TimeDelta::minutes(62);
    let mut lines = Vec::new();
    for index in chosen.iter().copied() {
        let event = &events[index];
        let copies = if rng.random_bool(0.03) { rng.random_range(2..4) } else { 1 };
        let text = record::render(event);
        for _ in 0..copies {
            let late = if rng.random_bool(0.02) { rng.random_range(3600..10_000) } else { rng.random_range(20..1_200) };
            let delivered = (event.at + TimeDelta::seconds(late)).min(newest);
            lines.push(line(&mut rng, Matter::Record(index), delivered, text.clone()));
        }
    }
    for _ in 0..chosen.len() / 12 {
        let at = now - TimeDelta::seconds(rng.random_range(4_000..6 * 86_400));
        let text = elsewhere(&mut rng, at);
        lines.push(line(&mut rng, Matter::Elsewhere, at, text));
    }
    let whole = events.first().map(record::render).unwrap_or_default();
    for text in malformed(&whole) {
        let at = now - TimeDelta::seconds(rng.random_range(4_000..6 * 86_400));
        lines.push(line(&mut rng, Matter::Malformed, at, text));
    }
    // A malformed line has no eventID: its copy is a line of its own.
    let copy = lines.last().expect("there are lines").clone();
    lines.push(copy);
    lines.shuffle(&mut rng);
    lines
}

/// The chosen events again or for the first time, delivered within the last ten minutes to one stream.
pub fn late(events: &[Event], chosen: &[usize], stream: usize, rng: &mut StdRng, now: DateTime<Utc>) -> Vec<Line> {
    let line = |index: &usize| Line {
        matter: Matter::Record(*index),
        stream,
        delivered: now - TimeDelta::seconds(rng.random_range(0..600)),
        text: record::render(&events[*index]),
    };
    chosen.iter().map(line).collect()
}

fn line(rng: &mut StdRng, matter: Matter, delivered: DateTime<Utc>, text: String) -> Line {
    Line { matter, stream: rng.random_range(0..STREAMS.len()), delivered, text }
}

fn elsewhere(rng: &mut StdRng, at: DateTime<Utc>) -> String {
    let calls = [
        ("signin.amazonaws.com", "ConsoleLogin"),
        ("s3.amazonaws.com", "PutObject"),
        ("cognito-identity.amazonaws.com", "GetCredentialsForIdentity"),
        ("kms.amazonaws.com", "RespondToAuthChallenge"),
        ("sts.amazonaws.com", "AssumeRole"),
        ("logs.amazonaws.com", "FilterLogEvents"),
    ];
    let (source, name) = calls.choose(rng).expect("there are calls");
    json!({
        "eventVersion": "1.11", "eventSource": source, "eventName": name, "awsRegion": "us-east-1",
        "eventTime": at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "eventID": format!("{:032x}", rng.random::<u128>()),
        "requestParameters": {"note": "cognito-idp.amazonaws.com", "challengeName": "SMS_MFA"},
        "responseElements": null, "eventType": "AwsApiCall",
    })
    .to_string()
}

fn malformed(whole: &str) -> Vec<String> {
    let mut texts: Vec<String> = [
        "not json at all",
        "{",
        "[]",
        "[{\"eventName\":\"InitiateAuth\"}]",
        "\"cognito-idp.amazonaws.com\"",
        "null",
        "42",
        "{}",
        "{\"eventSource\":\"cognito-idp.amazonaws.com\"}",
        "{\"eventSource\":\"cognito-idp.amazonaws.com\",\"eventName\":\"InitiateAuth\"}",
        "{\"eventSource\":\"cognito-idp.amazonaws.com\",\"eventTime\":\"2026-01-01T00:00:00Z\"}",
        "{\"eventSource\":\"cognito-idp.amazonaws.com\",\"eventName\":\"InitiateAuth\",\"eventTime\":\"yesterday\"}",
        "\u{fffd}\u{fffd} \u{1f980}",
    ]
    .map(Into::into)
    .to_vec();
    // Truncated at several places, one of them inside a string.
    texts.extend((1..12).map(|part| whole.chars().take(whole.chars().count() * part / 12).collect()));
    texts
}
