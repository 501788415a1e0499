//! Log groups: the records of the story in the order in which they were delivered.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::flow::{Output, Record};
use super::scenario::{ACCOUNT, CLOUDTRAIL_LOG_GROUP, REGION_US, sms_log_groups};
use super::story;
use super::text_message::TextMessage;
use super::time::{DAY, HOUR, Ms, mix, utc};
use super::world::World;

/// Whole hours of records kept: enough for the pages that several readers are on.
const RECENT_RECORDS: usize = 36;
/// Hours of text messages kept: all of the history, because their receipts come up to three days late.
const RECENT_TEXTS: usize = 1_500;

/// Sorted hours kept: a page mostly goes on in the hour where the one before it ended.
const RECENT_DELIVERIES: usize = 8;

/// A log group of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    CloudTrail,
    SmsAccepted(&'static str),
    SmsFailed(&'static str),
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
    Receipt(String),
}

impl Entry {
    pub(super) fn message(&self) -> &str {
        match &self.body {
            Body::Record(records, position) => &records[*position].body,
            Body::Receipt(text) => text,
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
        // A message without a carrier receipt is logged after 72 hours.
        for told in [hour - 3 * DAY - HOUR, hour - 3 * DAY, hour - HOUR, hour] {
            for (position, text) in self.texts(told).iter().enumerate() {
                let due = (hour..hour + HOUR).contains(&text.logged);
                if !due || text.region != region || text.failed() != failed {
                    continue;
                }
                let draw = mix(&[told as u64, position as u64, 1]);
                let day = text.logged.div_euclid(DAY) as u64;
                let stream =
                    uuid::Builder::from_random_bytes(bytes(mix(&[day, u64::from(failed), region.len() as u64])));
                entries.push(Entry {
                    timestamp: text.logged,
                    ingested: text.logged + 40 + (draw % 900) as Ms,
                    stream: stream.into_uuid().to_string(),
                    event_id: event_id(text.logged, draw),
                    cognito: false,
                    body: Body::Receipt(text.receipt()),
                });
            }
        }
        entries
    }

    fn records(&self, hour: Ms) -> Arc<Vec<Record>> {
        let known = self.cache().records.get(&hour).cloned();
        known.unwrap_or_else(|| self.tell(hour).0)
    }

    fn texts(&self, hour: Ms) -> Arc<Vec<TextMessage>> {
        let known = self.cache().texts.get(&hour).cloned();
        known.unwrap_or_else(|| self.tell(hour).1)
    }

    fn tell(&self, hour: Ms) -> (Arc<Vec<Record>>, Arc<Vec<TextMessage>>) {
        let Output { records, texts } = story::hour(&self.world, hour);
        let (records, texts) = (Arc::new(records), Arc::new(texts));
        let mut cache = self.cache();
        keep(&mut cache.records, hour, &records, RECENT_RECORDS);
        keep(&mut cache.texts, hour, &texts, RECENT_TEXTS);
        (records, texts)
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        // A poisoned cache still holds only whole hours.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
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
