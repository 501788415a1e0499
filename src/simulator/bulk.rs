//! The texts of the logs without a wire around them, for benches of what reads them.

use chrono::{DateTime, TimeDelta, Utc};

use super::scenario::{Scenario, SmsRoute};
use super::story;
use super::time::{hour_of, utc};
use super::world::World;

/// A scenario's log events hour by hour, told again at every call and kept nowhere.
///
/// Hours are independent of each other, so several threads may ask at once.
pub struct Bulk {
    world: World,
}

impl Bulk {
    /// Makes the population. `start` is where history ends, rounded down to the hour.
    pub fn new(scenario: Scenario, start: DateTime<Utc>) -> Self {
        Self { world: World::new(scenario, start.timestamp_millis()) }
    }

    /// The hours of the history, the oldest first.
    pub fn hours(&self) -> impl Iterator<Item = DateTime<Utc>> + use<> {
        let (begin, start) = (utc(hour_of(self.world.begin)), utc(self.world.start));
        (0..(start - begin).num_hours()).map(move |hours| begin + TimeDelta::hours(hours))
    }

    /// The user-pool records that begin in the hour of `hour`, each with its delivery, in no particular order.
    pub fn records(&self, hour: DateTime<Utc>) -> Vec<(DateTime<Utc>, String)> {
        let told = story::hour(&self.world, hour_of(hour.timestamp_millis()));
        let records = told.records.into_iter().filter(|record| record.cognito);
        records.map(|record| (utc(record.delivered), record.body.into())).collect()
    }

    /// The carrier's records of the text messages that are sent in the hour of `hour`, each with its log timestamp:
    /// one per message of SNS, several of End User Messaging.
    pub fn receipts(&self, hour: DateTime<Utc>) -> Vec<(DateTime<Utc>, String)> {
        let mut receipts = Vec::new();
        for text in story::hour(&self.world, hour_of(hour.timestamp_millis())).texts {
            match text.route {
                SmsRoute::Sns => receipts.push((utc(text.logged), text.receipt())),
                SmsRoute::EndUserMessaging => {
                    receipts.extend(text.events().into_iter().map(|event| (utc(event.logged), event.body)));
                }
            }
        }
        receipts
    }
}
