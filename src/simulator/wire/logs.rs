//! CloudWatch Logs: `FilterLogEvents` with its awkward paging, and two listings.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::errors::AwsError;
use crate::simulator::journal::{Group, Journal};
use crate::simulator::scenario::ACCOUNT;
use crate::simulator::time::{DAY, HOUR, Ms, hour_of, mix};

/// Most events of one page.
const PAGE_EVENTS: usize = 10_000;
/// Most bytes of messages of one page.
const PAGE_BYTES: usize = 1_000_000;
/// Most hours that one page looks through; the rest needs another request, as on AWS.
const PAGE_HOURS: i64 = 24;
/// How long a token is good for.
const TOKEN_AGE: Ms = DAY;
/// One page in so many is empty although more follows.
const EMPTY_PAGES: u64 = 9;
/// The one pattern that is honoured.
const COGNITO_PATTERN: &str = r#"{ $.eventSource = "cognito-idp.amazonaws.com" }"#;

/// Answers one call of `Logs_20140328`.
pub(super) fn call(journal: &Journal, operation: &str, region: &str, body: &Value, now: Ms) -> Result<Value, AwsError> {
    match operation {
        "FilterLogEvents" => filter_log_events(journal, region, body, now),
        "DescribeLogGroups" => Ok(describe_log_groups(journal, region, body)),
        "DescribeLogStreams" => describe_log_streams(journal, region, body, now),
        _ => Err(AwsError::new("UnknownOperationException", format!("Unknown operation {operation}"))),
    }
}

/// Where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    /// Fingerprint of the request that the token belongs to.
    request: u64,
    issued: Ms,
    hour: Ms,
    /// Events of that hour already passed.
    passed: usize,
    /// The page before this one was the empty one.
    after_empty: bool,
}

impl Cursor {
    fn token(self) -> String {
        let seal = mix(&[self.request, self.issued as u64, self.hour as u64, self.passed as u64]);
        let plain = format!(
            "{:x}.{:x}.{:x}.{:x}.{}.{seal:x}",
            self.request,
            self.issued,
            self.hour,
            self.passed,
            u8::from(self.after_empty)
        );
        URL_SAFE_NO_PAD.encode(plain)
    }

    fn parse(token: &str) -> Option<Self> {
        let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let mut parts = plain.split('.');
        let mut hex = || u64::from_str_radix(parts.next()?, 16).ok();
        let cursor = Self {
            request: hex()?,
            issued: hex()?.cast_signed(),
            hour: hex()?.cast_signed(),
            passed: usize::try_from(hex()?).ok()?,
            after_empty: hex()? == 1,
        };
        (cursor.token() == token).then_some(cursor)
    }
}

struct Request {
    group: Group,
    from: Ms,
    /// Inclusive.
    until: Ms,
    cognito_only: bool,
    limit: usize,
    fingerprint: u64,
}

impl Request {
    fn read(journal: &Journal, region: &str, body: &Value) -> Result<Self, AwsError> {
        let name = group_name(body)?;
        let group = Group::named(&journal.world, region, name).ok_or_else(no_group)?;
        let limit = match body.get("limit").and_then(Value::as_u64) {
            None => PAGE_EVENTS,
            Some(limit @ 1..=10_000) => limit as usize,
            Some(_) => {
                return Err(AwsError::invalid("Value at 'limit' failed to satisfy constraint: between 1 and 10000"));
            }
        };
        let instant = |member: &str| body.get(member).and_then(Value::as_i64);
        let from = instant("startTime").unwrap_or(0);
        let until = instant("endTime").unwrap_or(i64::MAX / 4);
        if until < from {
            return Err(AwsError::invalid("End time should not be less than start time."));
        }
        let pattern = body.get("filterPattern").and_then(Value::as_str).unwrap_or_default();
        if pattern.len() > 1_024 {
            return Err(AwsError::invalid("Value at 'filterPattern' failed to satisfy constraint: at most 1024"));
        }
        let cognito_only = pattern.trim() == COGNITO_PATTERN;
        let text = |text: &str| text.bytes().fold(0, |sum, byte| mix(&[sum, u64::from(byte)]));
        let fingerprint = mix(&[text(region), text(name), from as u64, until as u64, text(pattern)]);
        Ok(Self { group, from, until, cognito_only, limit, fingerprint })
    }
}

fn filter_log_events(journal: &Journal, region: &str, body: &Value, now: Ms) -> Result<Value, AwsError> {
    let request = Request::read(journal, region, body)?;
    let first = hour_of(request.from.max(journal.world.begin));
    let last = hour_of(request.until.min(now));
    let start = Cursor { request: request.fingerprint, issued: now, hour: first, passed: 0, after_empty: false };
    let cursor = match body.get("nextToken").and_then(Value::as_str) {
        None => start,
        Some(token) => Cursor::parse(token)
            .filter(|cursor| cursor.request == request.fingerprint && (0..=TOKEN_AGE).contains(&(now - cursor.issued)))
            .ok_or_else(|| AwsError::invalid("The specified nextToken is invalid."))?,
    };
    if cursor.hour > last {
        return Ok(answer(&[], None));
    }
    let draw = mix(&[cursor.request, cursor.hour as u64, cursor.passed as u64]);
    if !cursor.after_empty && draw.is_multiple_of(EMPTY_PAGES) {
        return Ok(answer(&[], Some(Cursor { issued: now, after_empty: true, ..cursor })));
    }
    Ok(page(journal, &request, cursor, last, now))
}

fn page(journal: &Journal, request: &Request, cursor: Cursor, last: Ms, now: Ms) -> Value {
    let next = |hour, passed| Cursor { issued: now, hour, passed, after_empty: false, ..cursor };
    let (mut events, mut bytes) = (Vec::new(), 0);
    let (mut hour, mut passed) = (cursor.hour, cursor.passed);
    while hour <= last {
        if hour >= cursor.hour + PAGE_HOURS * HOUR {
            return answer(&events, Some(next(hour, 0)));
        }
        for (position, entry) in journal.delivered(request.group, hour).iter().enumerate().skip(passed) {
            let shown = entry.ingested <= now
                && (request.from..=request.until).contains(&entry.timestamp)
                && (entry.cognito || !request.cognito_only);
            if !shown {
                continue;
            }
            let size = entry.message().len();
            if events.len() == request.limit || (bytes + size > PAGE_BYTES && !events.is_empty()) {
                return answer(&events, Some(next(hour, position)));
            }
            bytes += size;
            events.push(json!({
                "logStreamName": entry.stream,
                "timestamp": entry.timestamp,
                "message": entry.message(),
                "ingestionTime": entry.ingested,
                "eventId": entry.event_id,
            }));
        }
        hour += HOUR;
        passed = 0;
    }
    answer(&events, None)
}

fn answer(events: &[Value], next: Option<Cursor>) -> Value {
    let mut answer = json!({ "events": events, "searchedLogStreams": [] });
    if let Some(cursor) = next {
        answer["nextToken"] = json!(cursor.token());
    }
    answer
}

fn group_name(body: &Value) -> Result<&str, AwsError> {
    let named = |member: &str| body.get(member).and_then(Value::as_str);
    let name = named("logGroupName").or_else(|| {
        // An ARN: everything after the sixth colon, perhaps with `:*`.
        let identifier = named("logGroupIdentifier")?;
        let name = identifier.split_once(":log-group:").map_or(identifier, |(_, name)| name);
        Some(name.trim_end_matches(":*"))
    });
    name.ok_or_else(|| AwsError::invalid("logGroupName or logGroupIdentifier is required"))
}

fn no_group() -> AwsError {
    AwsError::not_found("The specified log group does not exist.")
}

fn describe_log_groups(journal: &Journal, region: &str, body: &Value) -> Value {
    let prefix = body.get("logGroupNamePrefix").and_then(Value::as_str).unwrap_or_default();
    let groups: Vec<_> = Group::all(&journal.world, region)
        .into_iter()
        .filter(|(_, name)| name.starts_with(prefix))
        .map(|(_, name)| {
            json!({
                "logGroupName": name,
                "creationTime": journal.world.begin - 300 * DAY,
                "metricFilterCount": 0,
                "arn": format!("arn:aws:logs:{region}:{ACCOUNT}:log-group:{name}:*"),
                "logGroupArn": format!("arn:aws:logs:{region}:{ACCOUNT}:log-group:{name}"),
                "storedBytes": 0,
                "logGroupClass": "STANDARD",
            })
        })
        .collect();
    json!({ "logGroups": groups })
}

fn describe_log_streams(journal: &Journal, region: &str, body: &Value, now: Ms) -> Result<Value, AwsError> {
    let name = group_name(body)?;
    let group = Group::named(&journal.world, region, name).ok_or_else(no_group)?;
    let hour = hour_of(now);
    let mut streams = Vec::new();
    for hour in [hour - HOUR, hour] {
        streams.extend(journal.delivered(group, hour).iter().map(|entry| entry.stream.clone()));
    }
    streams.sort();
    streams.dedup();
    let streams: Vec<_> = streams
        .into_iter()
        .map(|stream| {
            json!({
                "logStreamName": stream,
                "creationTime": journal.world.begin,
                "lastIngestionTime": now,
                "arn": format!("arn:aws:logs:{region}:{ACCOUNT}:log-group:{name}:log-stream:{stream}"),
                "storedBytes": 0,
            })
        })
        .collect();
    Ok(json!({ "logStreams": streams }))
}

#[cfg(test)]
mod tests;
