//! The figures as definitions.md says, counted once more and without any of the daemon's code.

mod answers;
mod billing;
mod buckets;
mod codes;
mod compare;
mod deliveries;
mod evidence;
mod issues;
mod pools;
mod recovery;
mod sessions;
mod sign_ins;
mod states;
mod table;
mod users;
mod walks;

use crate::support::exposition::{Samples, Series};
use crate::world::directory::Directory;
use crate::world::event::{Deed, Event};
use crate::world::lines::{Line, Matter};
use crate::world::receipts::Heard;

pub use compare::{declines, differences, overshoots};
pub use pools::Pools;
pub use table::{Row, rows};
pub use users::{instant, user_differences};

/// Whom the daemon looks up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    All,
    /// Whom AWS bills for this month anyway.
    Active,
    Off,
}

impl Lookup {
    /// The word in the config.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Active => "active",
            Self::Off => "off",
        }
    }
}

/// What is in the log groups.
#[derive(Clone, Copy)]
pub struct Log<'a> {
    pub events: &'a [Event],
    pub lines: &'a [Line],
    pub receipts: &'a [Line<Heard>],
}

/// Every figure that the daemon must show for what is in the log and in the directory.
pub fn figures(directory: &Directory, log: &Log, source: &str, lookup: Lookup) -> Samples {
    let events = log.events;
    let pools = Pools::learn(directory, events);
    let answers = answers::all(directory, &pools, events);
    let mut tally = Tally { pools: &pools, samples: Samples::new() };
    answers::count(&mut tally, events, &answers);
    sign_ins::count(&mut tally, events, &answers);
    sessions::count(&mut tally, events, &answers);
    issues::count(&mut tally, directory, events, &answers);
    recovery::count(&mut tally, events);
    codes::count(&mut tally, directory, events);
    deliveries::count(&mut tally, log.receipts);
    states::count(&mut tally, directory, &table::rows(directory, events, lookup));
    let mut samples = tally.samples;
    records(&mut samples, events, log.lines, source);
    deliveries::records(&mut samples, log.receipts, source);
    samples
}

struct Tally<'a> {
    pools: &'a Pools,
    samples: Samples,
}

impl Tally<'_> {
    /// One more in the series of the event's Region and pool.
    fn one(&mut self, event: &Event, name: &str, labels: &[(&str, &str)]) {
        let pool = self.pools.of(event).to_owned();
        *self.series(event.region, &pool, name, labels) += 1.0;
    }

    fn set(&mut self, region: &str, pool: &str, name: &str, labels: &[(&str, &str)], value: f64) {
        *self.series(region, pool, name, labels) = value;
    }

    fn series(&mut self, region: &str, pool: &str, name: &str, labels: &[(&str, &str)]) -> &mut f64 {
        let mut series = Series::new(&format!("mfascope_{name}"), labels);
        series.labels.insert("aws_region".into(), region.into());
        series.labels.insert("pool_id".into(), pool.into());
        self.samples.entry(series).or_insert(0.0)
    }
}

/// Every line is in exactly one outcome; re-reading one is not an outcome.
fn records(samples: &mut Samples, events: &[Event], lines: &[Line], source: &str) {
    let mut seen = vec![false; events.len()];
    for line in lines {
        let outcome = match line.matter {
            Matter::Malformed => "malformed",
            Matter::Elsewhere => "ignored",
            Matter::Record(index) => match events[index].deed {
                Deed::Ignored(_) => "ignored",
                _ if std::mem::replace(&mut seen[index], true) => "duplicate",
                Deed::Unknown(_) => "unclassified",
                _ => "stored",
            },
        };
        let labels = [("source", source), ("stream", "cloudtrail"), ("outcome", outcome)];
        *samples.entry(Series::new("mfascope_records_total", &labels)).or_insert(0.0) += 1.0;
    }
}
