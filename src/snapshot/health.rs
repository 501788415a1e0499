//! How every stream is doing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::model::Stream;

/// Health of one stream of one source. What is read from log groups is as healthy as the worst of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamHealth {
    /// Source name.
    pub source: String,
    /// Stream.
    pub stream: Stream,
    /// Whether the last pull succeeded, of every group; `None` before the first.
    pub is_up: Option<bool>,
    /// When a pull last succeeded; of several groups, the one waiting longest.
    pub last_success: Option<DateTime<Utc>>,
    /// Newest instant the stream's data reach. A group of failures alone may be silent for days, so of
    /// several groups the newest line counts.
    pub data_through: Option<DateTime<Utc>>,
    /// Of log groups: everything delivered before this instant was read.
    pub read_through: Option<DateTime<Utc>>,
    /// Of log groups: a first back-fill is still under way.
    pub is_backfilling: bool,
    /// Why the last pull failed: one line.
    pub problem: Option<String>,
    /// Its log groups; none of a listing.
    pub groups: Vec<GroupHealth>,
}

/// Health of one log group of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupHealth {
    /// Its name.
    pub log_group: String,
    /// Whether the last pull succeeded; `None` before the first.
    pub is_up: Option<bool>,
    /// When a pull last succeeded.
    pub last_success: Option<DateTime<Utc>>,
    /// Delivery time of its newest line.
    pub data_through: Option<DateTime<Utc>>,
    /// Everything delivered before this instant was read.
    pub read_through: Option<DateTime<Utc>>,
    /// A pull reached the present once.
    pub is_caught_up: bool,
    /// Why the last pull failed: one line.
    pub problem: Option<String>,
}

impl GroupHealth {
    /// Whether a first back-fill was begun and is not complete.
    pub fn is_backfilling(&self) -> bool {
        self.is_begun() && !self.is_caught_up
    }

    /// Nothing that it holds is missing, or nothing of it can be had.
    pub fn is_history_read(&self) -> bool {
        self.is_caught_up || (!self.is_begun() && self.is_up == Some(false))
    }

    fn is_begun(&self) -> bool {
        self.read_through.is_some() || self.data_through.is_some()
    }
}

impl StreamHealth {
    fn new(source: &str, stream: Stream) -> Self {
        Self {
            source: source.to_owned(),
            stream,
            is_up: None,
            last_success: None,
            data_through: None,
            read_through: None,
            is_backfilling: false,
            problem: None,
            groups: Vec::new(),
        }
    }

    /// Draws the sum of the log groups.
    pub(super) fn sum_up(&mut self) {
        let groups = &self.groups;
        if groups.is_empty() {
            return;
        }
        self.is_up = if groups.iter().any(|group| group.is_up == Some(false)) {
            Some(false)
        } else {
            groups.iter().all(|group| group.is_up == Some(true)).then_some(true)
        };
        // An absent instant is the oldest.
        self.last_success = groups.iter().map(|group| group.last_success).min().flatten();
        self.read_through = groups.iter().map(|group| group.read_through).min().flatten();
        self.data_through = groups.iter().map(|group| group.data_through).max().flatten();
        self.is_backfilling = groups.iter().any(GroupHealth::is_backfilling);
        self.problem = problem_of(groups);
    }
}

/// A group alone needs no name. Several with the same problem share its text.
fn problem_of(groups: &[GroupHealth]) -> Option<String> {
    let mut problems: Vec<(&str, Vec<&str>)> = Vec::new();
    for group in groups {
        let Some(problem) = group.problem.as_deref() else { continue };
        match problems.iter_mut().find(|(text, _)| *text == problem) {
            Some((_, names)) => names.push(&group.log_group),
            None => problems.push((problem, vec![&group.log_group])),
        }
    }
    if problems.is_empty() {
        return None;
    }
    if groups.len() == 1 {
        return problems.first().map(|(problem, _)| (*problem).to_owned());
    }
    let failing: usize = problems.iter().map(|(_, names)| names.len()).sum();
    let each: Vec<String> =
        problems.iter().map(|(problem, names)| format!("{}: {problem}", names.join(", "))).collect();
    Some(format!("{failing} of {} log groups: {}", groups.len(), each.join("; ")))
}

/// The streams of all sources, as the pulling tasks report them. Cheap to clone.
#[derive(Clone, Default)]
pub struct Health(Arc<Mutex<BTreeMap<(String, Stream), StreamHealth>>>);

impl Health {
    /// Makes a stream known before its first pull, with the log groups it reads.
    pub fn expect<'a>(&self, source: &str, stream: Stream, log_groups: impl IntoIterator<Item = &'a str>) {
        self.change(source, stream, |health| {
            health.groups = log_groups
                .into_iter()
                .map(|log_group| GroupHealth { log_group: log_group.to_owned(), ..GroupHealth::default() })
                .collect();
        });
    }

    /// A pull succeeded.
    pub fn succeeded(&self, source: &str, stream: Stream, now: DateTime<Utc>) {
        self.change(source, stream, |health| {
            health.is_up = Some(true);
            health.last_success = Some(now);
            health.problem = None;
        });
    }

    /// A pull failed; the last success stays.
    pub fn failed(&self, source: &str, stream: Stream, problem: String) {
        self.change(source, stream, |health| {
            health.is_up = Some(false);
            health.problem = Some(problem);
        });
    }

    /// A pull of one log group succeeded.
    pub fn group_succeeded(&self, source: &str, stream: Stream, log_group: &str, now: DateTime<Utc>) {
        self.change_group(source, stream, log_group, |group| {
            group.is_up = Some(true);
            group.last_success = Some(now);
            group.problem = None;
        });
    }

    /// A pull of one log group failed; its last success stays.
    pub fn group_failed(&self, source: &str, stream: Stream, log_group: &str, problem: String) {
        self.change_group(source, stream, log_group, |group| {
            group.is_up = Some(false);
            group.problem = Some(problem);
        });
    }

    /// Whether any stream or log group of any source has been pulled successfully by this process.
    pub fn any_success(&self) -> bool {
        let is_up = |up: Option<bool>| up == Some(true);
        self.list().iter().any(|health| is_up(health.is_up) || health.groups.iter().any(|group| is_up(group.is_up)))
    }

    /// Every stream, by source.
    pub fn list(&self) -> Vec<StreamHealth> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn change_group(&self, source: &str, stream: Stream, log_group: &str, change: impl FnOnce(&mut GroupHealth)) {
        self.change(source, stream, |health| {
            if let Some(group) = health.groups.iter_mut().find(|group| group.log_group == log_group) {
                change(group);
            }
            health.sum_up();
        });
    }

    fn change(&self, source: &str, stream: Stream, change: impl FnOnce(&mut StreamHealth)) {
        let mut streams = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (source.to_owned(), stream);
        change(streams.entry(key).or_insert_with(|| StreamHealth::new(source, stream)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("in range")
    }

    fn sms(health: &Health) -> StreamHealth {
        health.list().into_iter().find(|stream| stream.stream == Stream::Sms).expect("expected")
    }

    #[test]
    fn one_failing_group_is_named_and_the_others_go_on() {
        let health = Health::default();
        health.expect("a", Stream::Sms, ["good", "bad"]);
        assert_eq!(sms(&health).is_up, None);
        health.group_succeeded("a", Stream::Sms, "good", instant(5));
        assert_eq!((sms(&health).is_up, sms(&health).last_success), (None, None), "the other was not tried yet");
        assert!(health.any_success());
        health.group_failed("a", Stream::Sms, "bad", "denied".into());
        let failing = sms(&health);
        assert_eq!(failing.is_up, Some(false));
        assert_eq!(failing.problem.as_deref(), Some("1 of 2 log groups: bad: denied"));
        health.group_succeeded("a", Stream::Sms, "bad", instant(7));
        let well = sms(&health);
        assert_eq!((well.is_up, well.last_success, well.problem), (Some(true), Some(instant(5)), None));
    }

    #[test]
    fn groups_with_the_same_problem_share_its_text_and_one_alone_needs_no_name() {
        let health = Health::default();
        health.expect("a", Stream::Sms, ["x", "y", "z"]);
        for (group, problem) in [("x", "denied"), ("y", "throttled"), ("z", "denied")] {
            health.group_failed("a", Stream::Sms, group, problem.into());
        }
        assert_eq!(sms(&health).problem.as_deref(), Some("3 of 3 log groups: x, z: denied; y: throttled"));
        health.expect("a", Stream::Cloudtrail, ["trail"]);
        health.group_failed("a", Stream::Cloudtrail, "trail", "denied".into());
        let trail = health.list().into_iter().find(|stream| stream.stream == Stream::Cloudtrail).expect("expected");
        assert_eq!(trail.problem.as_deref(), Some("denied"));
    }

    #[test]
    fn the_newest_line_and_the_oldest_read_of_the_groups_count() {
        let group = |data_through: Option<i64>, read_through: Option<i64>, is_caught_up| GroupHealth {
            data_through: data_through.map(instant),
            read_through: read_through.map(instant),
            is_caught_up,
            ..GroupHealth::default()
        };
        let mut stream = StreamHealth::new("a", Stream::Sms);
        stream.groups = vec![group(Some(90), Some(100), true), group(None, Some(80), true)];
        stream.sum_up();
        assert_eq!((stream.data_through, stream.read_through), (Some(instant(90)), Some(instant(80))));
        assert!(!stream.is_backfilling);
        stream.groups[1] = group(None, None, false);
        stream.sum_up();
        assert_eq!((stream.read_through, stream.is_backfilling), (None, false), "not begun");
        stream.groups[1] = group(Some(10), None, false);
        stream.sum_up();
        assert!(stream.is_backfilling);
    }

    #[test]
    fn history_is_read_when_caught_up_or_never_to_be_had() {
        let group = |is_up, read_through: Option<i64>, is_caught_up| GroupHealth {
            is_up,
            read_through: read_through.map(instant),
            is_caught_up,
            ..GroupHealth::default()
        };
        for (group, expected) in [
            (group(None, None, false), false),
            (group(Some(false), None, false), true),
            (group(Some(false), Some(1), false), false),
            (group(Some(true), Some(1), true), true),
            (group(Some(false), Some(1), true), true),
        ] {
            assert_eq!(group.is_history_read(), expected, "{group:?}");
        }
    }
}
