//! The page of recovery: how much of it there is, MFA switched off, and protection weakened.

mod audit;
mod removals;
mod volume;
mod weakenings;
mod words;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::address;
use super::figures::{self, Cell, Column, FigurePage};
use super::format::count;
use super::messages;
use super::overview;
use super::pool::Notice;
use crate::model::PoolKey;
use crate::query::{MOST_ROWS, PoolFacts, RecoveryFigures, View};
use crate::snapshot::Snapshot;

pub use audit::audit;

const EXPLANATION: &str = "Accounts that had to be recovered, by whom and why it was refused. Who switched off or weakened \
    whose protection is under Audit.";

/// The page of recovery in a view.
pub fn recovery(snapshot: &Snapshot, view: &View, as_of: DateTime<Utc>, figures: &RecoveryFigures) -> FigurePage {
    let subject = Subject::of(snapshot, view, as_of, figures);
    let mut page = figures::page("Recovery", EXPLANATION, snapshot, view, as_of);
    page.notices = notices(&subject);
    page.tiles =
        vec![volume::events(&subject), volume::resets(&subject), removals::tile(&subject), weakenings::tile(&subject)];
    page.tables.push(volume::kinds(&subject));
    page.tables.push(volume::refusals(&subject));
    page.tables.extend(volume::pools(&subject));
    page.tables.push(messages::table(&figures.messages));
    page
}

fn notices(subject: &Subject<'_>) -> Vec<Notice> {
    [weakenings::sim_swap_notice(subject), weakenings::pool_notice(subject), removals::notice(subject)]
        .into_iter()
        .flatten()
        .collect()
}

/// What the page is about, and how much of it the store can tell of.
struct Subject<'a> {
    snapshot: &'a Snapshot,
    view: &'a View,
    /// How far records were read: nothing is late that they do not tell yet.
    through: DateTime<Utc>,
    figures: &'a RecoveryFigures,
    recorded: Recorded,
    recorded_before: Recorded,
}

impl<'a> Subject<'a> {
    fn of(snapshot: &'a Snapshot, view: &'a View, as_of: DateTime<Utc>, figures: &'a RecoveryFigures) -> Self {
        let through = snapshot.records_through(as_of);
        let recorded = |view: &View| Recorded::of(view, figures.first_day, through);
        let (recorded, recorded_before) = (recorded(view), recorded(&view.before()));
        Self { snapshot, view, through, figures, recorded, recorded_before }
    }

    /// Users of the view's pools with a sign-in in the last 30 days.
    fn active_users(&self) -> u64 {
        let of_view = |key: &PoolKey| self.view.scope.holds(key);
        self.snapshot.pools.iter().filter(|pool| of_view(&pool.key)).map(|pool| pool.population.active).sum()
    }

    fn listed(&self, key: &PoolKey) -> Option<&PoolFacts> {
        self.snapshot.pools.iter().find(|pool| pool.key == *key)
    }

    /// A pool by its name, with its page where it is listed.
    fn pool_cell(&self, key: &PoolKey) -> Cell {
        let cell = Cell::named(self.pool_name(key), &address::of_pool(key)).sub(key.aws_region.clone());
        if self.listed(key).is_some() { cell.link(overview::page(key)) } else { cell }
    }

    fn pool_name(&self, key: &PoolKey) -> String {
        match self.listed(key) {
            Some(pool) => pool.pool_name.clone(),
            None if key.pool_id == "unknown" => "Pool not known".into(),
            None => key.pool_id.clone(),
        }
    }

    /// A small part of the stretch before tells nothing about the rest.
    fn is_before_recorded(&self) -> bool {
        self.recorded_before.days * 2.0 >= self.view.length().as_seconds_f64() / 86_400.0
    }

    /// The stretch before, in words.
    fn before(&self, words: impl FnOnce(f64) -> String) -> String {
        match self.recorded_before {
            _ if !self.is_before_recorded() => "Before: not recorded".into(),
            Recorded { days, is_whole: true, .. } => format!("Before: {}", words(days)),
            Recorded { days, from, .. } => {
                format!("Before (recorded only since {}): {}", from.date_naive(), words(days))
            }
        }
    }
}

/// The part of a stretch that was recorded.
#[derive(Clone, Copy, Debug)]
struct Recorded {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    /// Its length; 0 when nothing was.
    days: f64,
    /// It begins where the stretch does.
    is_whole: bool,
}

impl Recorded {
    fn of(view: &View, first_day: Option<NaiveDate>, through: DateTime<Utc>) -> Self {
        let first = first_day.map_or(through, |day| day.and_time(NaiveTime::MIN).and_utc());
        let (from, to) = (view.from.max(first), view.to.min(through));
        let days = (to - from).as_seconds_f64() / 86_400.0;
        Self { from, to, days: days.max(0.0), is_whole: from == view.from }
    }
}

/// Events a day; `None` when nothing was recorded.
fn per_day(events: u64, days: f64) -> Option<f64> {
    (days > 0.0).then(|| events as f64 / days)
}

/// Events a day per 1,000 active users.
fn per_thousand(events: u64, days: f64, active_users: u64) -> Option<f64> {
    per_day(events, days).filter(|_| active_users > 0).map(|rate| rate / active_users as f64 * 1000.0)
}

/// A sentence, and the table that tells more.
fn notice(subject: &Subject<'_>, text: String, table: &str, link_text: &str) -> Notice {
    let link = format!("/audit?{}#{table}", address::of_view(subject.view));
    Notice { text, link, link_text: link_text.into() }
}

/// `3 users`, `1 user`
fn several(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { more })
}

/// What a list that is cut off says of the rest.
fn rest(total: u64) -> String {
    let more = total.saturating_sub(MOST_ROWS as u64);
    if more == 0 {
        String::new()
    } else {
        format!("{} more are not shown; choose a shorter time or one pool.", count(more))
    }
}

const POOL: Column = figures::words("pool", "Pool");

/// For whom.
fn user_cell(sub: Option<&str>) -> Cell {
    sub.map_or_else(|| Cell::named("The record names no user", ""), |sub| Cell::text(sub).class("whole"))
}

#[cfg(test)]
mod tests;
