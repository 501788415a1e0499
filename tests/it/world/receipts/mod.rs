//! The log groups beside the trail: delivery logs of SNS, events of End User Messaging, Cognito's own log.

mod cognito_logs;
mod destination;
mod end_user_messaging;
mod sns;

use aws_sdk_cloudwatchlogs as logs;
use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::directory::Directory;
use super::lines::{Line, STREAMS};
use super::seeding;

pub use cognito_logs::GONE;
pub use end_user_messaging::revised;

/// The account whose groups are the shared world's.
pub const ACCOUNT: &str = "123456789012";

/// What a line says, and in which of the groups.
#[derive(Clone, Debug)]
pub struct Heard {
    pub group: usize,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    Receipt(Receipt),
    /// A message of this pool could not be sent.
    Notice(String),
    /// An event of threat protection.
    Activity,
    /// Known and of no interest: calls, pictures, Cognito's own test number.
    Irrelevant,
    Malformed,
}

/// One report about one message.
#[derive(Clone, Debug)]
pub struct Receipt {
    pub message: String,
    pub region: &'static str,
    /// The label.
    pub country: &'static str,
    pub reported: DateTime<Utc>,
    pub word: Word,
    /// Of a delivered message, where it is told.
    pub delay_ms: Option<i64>,
    pub price_micro_usd: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Not the last one.
    Pending,
    Delivered,
    Failed(&'static str),
    /// No carrier has said anything for three days.
    Unknown,
}

const SUCCESS: usize = 0;
const FAILURE: usize = 1;
const TOKYO: usize = 2;
const EVENTS: usize = 3;
const COGNITO: usize = 4;

/// Where the messages of a group were sent from: its name tells, else it is the source's Region.
const REGIONS: [&str; 5] = ["us-east-1", "us-east-1", "ap-northeast-1", "us-east-1", "us-east-1"];

/// The names of an account's groups.
fn groups(account: &str) -> [String; 5] {
    [
        format!("sns/us-east-1/{account}/DirectPublishToPhoneNumber"),
        format!("sns/us-east-1/{account}/DirectPublishToPhoneNumber/Failure"),
        format!("sns/ap-northeast-1/{account}/DirectPublishToPhoneNumber"),
        format!("text-events-{account}"),
        format!("/aws/vendedlogs/{account}/cognito"),
    ]
}

pub fn sms_groups(account: &str) -> Vec<String> {
    groups(account)[..COGNITO].to_vec()
}

pub fn cognito_groups(account: &str) -> Vec<String> {
    groups(account)[COGNITO..].to_vec()
}

impl Heard {
    /// The label of the stream.
    pub const fn stream(&self) -> &'static str {
        if self.group == COGNITO { "cognito_logs" } else { "sms" }
    }
}

/// Every line of every group, some doubled, shuffled; none delivered within the last hour.
pub fn lines(directory: &Directory, seed: u64, now: DateTime<Utc>) -> Vec<Line<Heard>> {
    let mut rng = StdRng::seed_from_u64(seed ^ 0x5e5);
    let mut lines = sns::lines(&mut rng, now);
    lines.extend(end_user_messaging::lines(&mut rng, now));
    lines.extend(cognito_logs::lines(&mut rng, now, directory));
    let doubled: Vec<Line<Heard>> = lines.iter().filter(|_| rng.random_bool(0.05)).cloned().collect();
    lines.extend(doubled);
    lines.shuffle(&mut rng);
    lines
}

/// The same lines once more or for the first time, delivered within the last ten minutes.
pub fn late(lines: &[Line<Heard>], rng: &mut StdRng, now: DateTime<Utc>) -> Vec<Line<Heard>> {
    let moved =
        |line: &Line<Heard>| Line { delivered: now - TimeDelta::seconds(rng.random_range(0..600)), ..line.clone() };
    lines.iter().map(moved).collect()
}

pub async fn create(client: &logs::Client, account: &str) {
    for name in groups(account) {
        seeding::log_group(client, &name).await;
    }
}

pub async fn deliver(client: &logs::Client, account: &str, lines: &[Line<Heard>]) {
    for (number, name) in groups(account).iter().enumerate() {
        let mine: Vec<Line<Heard>> = lines.iter().filter(|line| line.matter.group == number).cloned().collect();
        seeding::deliver(client, name, &mine).await;
    }
}

/// A line about what happened at a time, delivered a while later or as late as three days.
fn line(
    rng: &mut StdRng,
    now: DateTime<Utc>,
    at: DateTime<Utc>,
    group: usize,
    what: What,
    text: String,
) -> Line<Heard> {
    let late = if rng.random_bool(0.04) { 71 * 3_600 + 3_000 } else { rng.random_range(5..600) };
    let delivered = (at + TimeDelta::seconds(late)).min(now - TimeDelta::minutes(62));
    Line { matter: Heard { group, what }, stream: rng.random_range(0..STREAMS.len()), delivered, text }
}

/// A time of the last days, to the millisecond; its line is delivered within the back-fill.
fn moment(rng: &mut StdRng, now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::milliseconds(rng.random_range(5_400_000..6 * 86_400_000))
}

/// Texts that are no report: some that never were, and a good one cut at several places.
fn malformed(whole: &str) -> Vec<String> {
    let mut texts: Vec<String> =
        ["not json at all", "{", "[]", "null", "42", "{}", "\"SUCCESS\"", "\u{fffd} \u{1f980}"]
            .map(Into::into)
            .to_vec();
    texts.extend((1..8).map(|part| whole.chars().take(whole.chars().count() * part / 8).collect()));
    texts
}
