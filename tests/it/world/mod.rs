//! The world that the daemon looks at: its plan, its records, and how it gets into moto.

pub mod cast;
pub mod directory;
pub mod dressed;
pub mod event;
pub mod failures;
pub mod flows;
pub mod habits;
pub mod lines;
pub mod phones;
pub mod plan;
pub mod receipts;
pub mod record;
pub mod scribe;
pub mod second;
pub mod seeding;
pub mod small;
pub mod walks;

use std::sync::LazyLock;

use chrono::{DateTime, SubsecRound, Utc};

use crate::support::exposition::Samples;
use crate::support::moto::Moto;
use crate::support::{aws, wait};
use crate::truth::{self, Log, Lookup, Row};
use directory::Directory;
use event::Event;
use lines::Line;
use receipts::Heard;

/// The log group of contract.md.
pub const LOG_GROUP: &str = "aws-cloudtrail-logs";
/// The only source in every configuration.
pub const SOURCE: &str = "main";
pub const SEED: u64 = 20_261_124;
const FLOWS_EACH: usize = 6;

pub struct World {
    pub moto: Moto,
    pub directory: Directory,
    pub events: Vec<Event>,
    pub lines: Vec<Line>,
    /// What stands beside the trail: in the log groups of SMS and in that of Cognito.
    pub receipts: Vec<Line<Heard>>,
}

impl World {
    /// One world for all tests: nobody changes what is in it.
    pub fn shared() -> &'static Self {
        static WORLD: LazyLock<World> = LazyLock::new(World::seed);
        &WORLD
    }

    fn seed() -> Self {
        let moto = Moto::start();
        let now = clock();
        let mut directory = Directory::plan(SEED);
        wait(seeding::users(&aws::cognito_client(&moto.endpoint, directory.region), &mut directory));
        let events = plan::events(&directory, SEED, now, FLOWS_EACH);
        let every: Vec<usize> = (0..events.len()).collect();
        let lines = lines::lines(&events, &every, SEED, now);
        let logs = aws::logs_client(&moto.endpoint, directory.region);
        wait(async {
            seeding::log_group(&logs, LOG_GROUP).await;
            seeding::deliver(&logs, LOG_GROUP, &lines).await;
        });
        let receipts = receipts::lines(&directory, SEED, now);
        wait(async {
            receipts::create(&logs, receipts::ACCOUNT).await;
            receipts::deliver(&logs, receipts::ACCOUNT, &receipts).await;
        });
        Self { moto, directory, events, lines, receipts }
    }

    pub fn truth(&self, lookup: Lookup) -> Samples {
        truth::figures(&self.directory, &self.log(), SOURCE, lookup)
    }

    /// What is in the log groups.
    pub fn log(&self) -> Log<'_> {
        Log { events: &self.events, lines: &self.lines, receipts: &self.receipts }
    }

    pub fn rows(&self, lookup: Lookup) -> Vec<Row> {
        truth::rows(&self.directory, &self.events, lookup)
    }

    pub fn logs_client(&self) -> aws_sdk_cloudwatchlogs::Client {
        aws::logs_client(&self.moto.endpoint, self.directory.region)
    }
}

/// The tests may ask the wall clock: the daemon under test does.
pub fn clock() -> DateTime<Utc> {
    DateTime::<Utc>::from(std::time::SystemTime::now()).trunc_subsecs(0)
}
