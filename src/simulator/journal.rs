//! Log groups: the records of the story in the order in which they were delivered.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::cognito_log::Line;
use super::flow::{Output, Record};
use super::scenario::{
    ACCOUNT, CLOUDTRAIL_LOG_GROUP, COGNITO_LOG_GROUP, END_USER_MESSAGING_LOG_GROUP, REGION_US, SmsRoute, sms_log_groups,
};
use super::story;
use super::text_message::TextMessage;
use super::time::{DAY, HOUR, Ms, hour_of, mix, utc};
use super::world::World;

/// Whole hours of records and exported lines kept: enough for the pages that several readers are on.
const RECENT_RECORDS: usize = 36;
/// Hours of text messages kept: all of the history, because their receipts come up to three days late.
const RECENT_TEXTS: usize = 1_500;

/// Every record of a text message is written within so many hours of the start of the hour that told it:
/// carriers have 72, and a visit ends in the hour after the one in which it begins.
const RECEIPT_HOURS: Ms = 74;

/// Sorted hours kept: a page mostly goes on in the hour where the one before it ended.
const RECENT_DELIVERIES: usize = 16;

/// A log group of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    CloudTrail,
    SmsAccepted(&'static str),
    SmsFailed(&'static str),
    EndUserMessaging(&'static str),
    CognitoLogs(&'static str),
}

/// One log event.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub timestamp: Ms,
    pub ingested: Ms,
    pub stream: String,
    pub event_id: String,
    pub cognito: bool,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    Record(Arc<Vec<Record>>, usize),
    Line(Arc<Vec<Line>>, usize),
    Text(String),
}

impl Entry {
    pub(super) fn message(&self) -> &str {
        match &self.body {
            Body::Record(records, position) => &records[*position].body,
            Body::Line(lines, position) => &lines[*position].body,
            Body::Text(text) => text,
        }
    }
}

/// The events of a group's hour, sorted.
type Delivery = (Group, Ms, Arc<Vec<Entry>>);

#[derive(Default)]
struct Cache {
    deliveries: VecDeque<Delivery>,
    records: BTreeMap<Ms, Arc<Vec<Record>>>,
    texts: BTreeMap<Ms, Arc<Vec<TextMessage>>>,
    lines: BTreeMap<Ms, Arc<Vec<Line>>>,
}

/// What an hour left behind.
struct Told {
    records: Arc<Vec<Record>>,
    texts: Arc<Vec<TextMessage>>,
    lines: Arc<Vec<Line>>,
}

/// Log groups over a world; hours are told when somebody asks for them.
pub(super) struct Journal {
    pub world: World,
    cache: Mutex<Cache>,
}

impl Group {
    /// The group of that name in that Region.
    pub(super) fn named(world: &World, region: &str, name: &str) -> Option<Self> {
        Self::all(world, region).into_iter().find_map(|(group, known)| (known == name).then_some(group))
    }

    /// Every group of a Region with its name.
    pub(super) fn all(world: &World, region: &str) -> Vec<(Self, String)> {
        let mut groups = Vec::new();
        if region == REGION_US {
            groups.push((Self::CloudTrail, CLOUDTRAIL_LOG_GROUP.to_owned()));
        }
        if let Some(pool) = world.scenario.pools.iter().find(|pool| pool.region == region) {
            let [accepted, failed] = sms_log_groups(region);
            groups.push((Self::SmsAccepted(pool.region), accepted));
            groups.push((Self::SmsFailed(pool.region), failed));
            if world.scenario.texts_directly(region) {
                groups.push((Self::EndUserMessaging(pool.region), END_USER_MESSAGING_LOG_GROUP.to_owned()));
            }
            if world.scenario.exports_logs(region) {
                groups.push((Self::CognitoLogs(pool.region), COGNITO_LOG_GROUP.to_owned()));
            }
        }
        groups
    }
}

impl Journal {
    pub(super) fn new(world: World) -> Self {
        Self { world, cache: Mutex::default() }
    }

    /// Log events whose timestamp lies in the hour that starts at `hour`, sorted as CloudWatch sorts.
    pub(super) fn delivered(&self, group: Group, hour: Ms) -> Arc<Vec<Entry>> {
        let known = self.cache().deliveries.iter().find(|known| (known.0, known.1) == (group, hour)).cloned();
        if let Some((.., entries)) = known {
            return entries;
        }
        let mut entries = match group {
            Group::CloudTrail => self.trail(hour),
            Group::SmsAccepted(region) => self.receipts(hour, region, false),
            Group::SmsFailed(region) => self.receipts(hour, region, true),
            Group::EndUserMessaging(region) => self.events(hour, region),
            Group::CognitoLogs(region) => self.exported(hour, region),
        };
        entries.sort_by(|one, other| {
            (one.timestamp, one.ingested, &one.event_id).cmp(&(other.timestamp, other.ingested, &other.event_id))
        });
        let entries = Arc::new(entries);
        let mut cache = self.cache();
        if cache.deliveries.len() == RECENT_DELIVERIES {
            cache.deliveries.pop_front();
        }
        cache.deliveries.push_back((group, hour, Arc::clone(&entries)));
        entries
    }

    fn trail(&self, hour: Ms) -> Vec<Entry> {
        let mut entries = Vec::new();
        for told in [hour - HOUR, hour] {
            let records = self.records(told);
            for (position, record) in records.iter().enumerate() {
                if !(hour..hour + HOUR).contains(&record.delivered) {
                    continue;
                }
                let draw = mix(&[told as u64, position as u64]);
                let stream = match draw % 3 {
                    0 => format!("{ACCOUNT}_CloudTrail_{REGION_US}"),
                    more => format!("{ACCOUNT}_CloudTrail_{REGION_US}_{}", more + 1),
                };
                entries.push(Entry {
                    timestamp: record.delivered,
                    ingested: record.ingested,
                    stream,
                    event_id: event_id(record.delivered, draw),
                    cognito: record.cognito,
                    body: Body::Record(Arc::clone(&records), position),
                });
            }
        }
        entries
    }

    fn receipts(&self, hour: Ms, region: &str, failed: bool) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.each_text(hour, region, SmsRoute::Sns, |text, draw| {
            if hour_of(text.logged) == hour && text.failed() == failed {
                entries.push(entry(text.logged, draw, u64::from(failed), text.receipt()));
            }
        });
        entries
    }

    fn events(&self, hour: Ms, region: &str) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.each_text(hour, region, SmsRoute::EndUserMessaging, |text, draw| {
            // All events come within minutes, but for the last of a message that no carrier answered.
            let fresh = hour - hour_of(text.sent) <= HOUR;
            if !fresh && (text.logged - hour).abs() > 2 * HOUR {
                return;
            }
            for (position, event) in text.events().into_iter().enumerate() {
                if hour_of(event.logged) == hour {
                    entries.push(entry(event.logged, mix(&[draw, position as u64]), 2, event.body));
                }
            }
        });
        entries
    }

    /// Every text message whose records may lie in the hour, with a number of its own.
    fn each_text(&self, hour: Ms, region: &str, route: SmsRoute, mut visit: impl FnMut(&TextMessage, u64)) {
        for told in (0..=RECEIPT_HOURS).rev().map(|hours| hour - hours * HOUR) {
            for (position, text) in self.texts(told).iter().enumerate() {
                if text.region == region && text.route == route {
                    visit(text, mix(&[told as u64, position as u64, 1]));
                }
            }
        }
    }

    fn exported(&self, hour: Ms, region: &str) -> Vec<Entry> {
        let mut entries = Vec::new();
        for told in [hour - HOUR, hour] {
            let lines = self.lines(told);
            for (position, line) in lines.iter().enumerate() {
                if hour_of(line.at) == hour && line.region == region {
                    let draw = mix(&[told as u64, position as u64, 2]);
                    let body = Body::Line(Arc::clone(&lines), position);
                    let place = entry(line.at, draw, 3, String::new());
                    entries.push(Entry { ingested: line.ingested, body, ..place });
                }
            }
        }
        entries
    }

    fn records(&self, hour: Ms) -> Arc<Vec<Record>> {
        let known = self.cache().records.get(&hour).cloned();
        known.unwrap_or_else(|| self.tell(hour).records)
    }

    fn texts(&self, hour: Ms) -> Arc<Vec<TextMessage>> {
        let known = self.cache().texts.get(&hour).cloned();
        known.unwrap_or_else(|| self.tell(hour).texts)
    }

    fn lines(&self, hour: Ms) -> Arc<Vec<Line>> {
        let known = self.cache().lines.get(&hour).cloned();
        known.unwrap_or_else(|| self.tell(hour).lines)
    }

    fn tell(&self, hour: Ms) -> Told {
        let Output { records, texts, lines } = story::hour(&self.world, hour);
        let told = Told { records: Arc::new(records), texts: Arc::new(texts), lines: Arc::new(lines) };
        let mut cache = self.cache();
        keep(&mut cache.records, hour, &told.records, RECENT_RECORDS);
        keep(&mut cache.texts, hour, &told.texts, RECENT_TEXTS);
        keep(&mut cache.lines, hour, &told.lines, RECENT_RECORDS);
        told
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        // A poisoned cache still holds only whole hours.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An event of a group whose streams change with the day.
fn entry(timestamp: Ms, draw: u64, kind: u64, text: String) -> Entry {
    let day = timestamp.div_euclid(DAY) as u64;
    Entry {
        timestamp,
        ingested: timestamp + 40 + (draw % 900).cast_signed(),
        stream: uuid::Builder::from_random_bytes(bytes(mix(&[day, kind]))).into_uuid().to_string(),
        event_id: event_id(timestamp, draw),
        cognito: false,
        body: Body::Text(text),
    }
}

/// Keeps an hour and lets go of the one farthest away from it.
fn keep<T>(hours: &mut BTreeMap<Ms, Arc<T>>, hour: Ms, value: &Arc<T>, most: usize) {
    hours.insert(hour, Arc::clone(value));
    if hours.len() > most {
        let (first, last) = (hours.keys().next().copied(), hours.keys().next_back().copied());
        let farthest = match (first, last) {
            (Some(first), Some(last)) if hour - first >= last - hour => first,
            (_, Some(last)) => last,
            _ => return,
        };
        hours.remove(&farthest);
    }
}

/// The 56 digits of a CloudWatch event id, ascending with the timestamp.
fn event_id(timestamp: Ms, draw: u64) -> String {
    format!("3{:021}{:014}{:020}", timestamp, utc(timestamp).timestamp(), draw)
}

fn bytes(draw: u64) -> [u8; 16] {
    (u128::from(draw) << 64 | u128::from(mix(&[draw]))).to_be_bytes()
}
