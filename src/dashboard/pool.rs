//! One pool: who can do MFA and how that is known, how users get there, and how it was configured.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};
use serde::Serialize;

use super::chart;
use super::days::{DayLine, DayLines};
use super::format::{NO_DATA, count, duration, instant, percent};
use super::overview;
use super::questions;
use super::shares::{self, Share};
use super::tiles::{self, Tile};
use super::timeline::{self, Entry};
use crate::model::{Factor, PoolKey, Ratio};
use crate::query::{FunnelWeek, PoolFacts, PoolSettings, Range, Scope, UserList, View};
use crate::snapshot::{Snapshot, Story, Trend, funnel_begins};

/// The page, and its JSON twin.
#[derive(Debug, Serialize)]
pub struct PoolPage {
    /// When the store was read.
    pub as_of: String,
    /// Display name.
    pub name: String,
    /// Id.
    pub pool_id: String,
    /// AWS Region.
    pub aws_region: String,
    /// `MFA optional` and the like.
    pub enforcement: String,
    /// Newest record and listing behind the figures.
    pub data_through: String,
    /// Address of this page.
    pub page: String,
    /// What needs somebody's attention, with where to go.
    pub notices: Vec<Notice>,
    /// Enrolment, and sign-ins that passed MFA.
    pub tiles: Vec<Tile>,
    /// Bars with a heading each.
    pub shares: Vec<ShareGroup>,
    /// Users by state and day.
    pub states: DayLines,
    /// The way to TOTP by week, newest first.
    pub funnel: Vec<FunnelRow>,
    /// What is configured now.
    pub settings: Vec<Setting>,
    /// Changes of the configuration, newest first.
    pub timeline: Vec<Entry>,
    /// Addresses of the questions behind the parts of the page.
    pub queries: BTreeMap<&'static str, String>,
}

/// Something to look into.
#[derive(Debug, Serialize)]
pub struct Notice {
    /// One sentence.
    pub text: String,
    /// Where the users concerned are listed; may be empty.
    pub link: String,
    /// Words of the link.
    pub link_text: String,
}

/// Bars with one subject.
#[derive(Debug, Serialize)]
pub struct ShareGroup {
    /// Heading.
    pub title: String,
    /// The bars; empty when there is no data.
    pub shares: Vec<Share>,
    /// What they are shares of.
    pub note: String,
}

/// Users who began to set up an authenticator app in one week.
#[derive(Debug, Serialize)]
pub struct FunnelRow {
    /// Monday of the week; the current one is not over.
    pub week: String,
    /// Whether the week is not over.
    pub is_open: bool,
    /// Steps: began, verified, preferred, used.
    pub steps: Vec<FunnelStep>,
    /// What else there is to know.
    pub note: String,
}

/// One step.
#[derive(Debug, Serialize)]
pub struct FunnelStep {
    /// Users who got here or beyond.
    pub users: String,
    /// Lost since the step before; empty at the first.
    pub drop_off: String,
    /// Median time since the step before; empty at the first.
    pub median: String,
}

/// A name and what it is.
#[derive(Debug, Serialize)]
pub struct Setting {
    /// Words.
    pub name: &'static str,
    /// Value in words.
    pub value: String,
}

impl PoolPage {
    /// The view of a pool; `None` when the picture does not show it.
    pub fn of(snapshot: &Snapshot, key: &PoolKey) -> Option<Self> {
        let position = snapshot.pools.iter().position(|pool| pool.key == *key)?;
        let pool = &snapshot.pools[position];
        let (trend, story) = (snapshot.trends.get(position)?, snapshot.stories.get(position)?);
        let page = overview::page(key);
        Some(Self {
            as_of: instant(snapshot.as_of),
            name: pool.pool_name.clone(),
            pool_id: key.pool_id.clone(),
            aws_region: key.aws_region.clone(),
            enforcement: overview::enforcement(&pool.mfa_configuration).to_owned(),
            data_through: overview::data_through(snapshot, pool),
            notices: notices(pool, &page),
            page,
            tiles: [
                tiles::enrolment(pool, trend, snapshot.small_denominator),
                tiles::sign_ins(story.sign_ins.as_slice(), "of sign-ins in 30 days", snapshot.small_denominator),
            ]
            .map(|tile| tile.proven(&View::ending_at(snapshot.as_of, Range::Month, Scope::of_pool(key)), snapshot))
            .into(),
            shares: share_groups(pool),
            states: state_days(trend),
            funnel: funnel(story, snapshot.as_of.date_naive()),
            settings: settings(&pool.settings, &pool.tier),
            timeline: timeline::entries(story),
            queries: queries(key, snapshot.as_of),
        })
    }

    /// Address of the question behind a part of the page; empty where there is none.
    pub fn query(&self, part: &str) -> &str {
        self.queries.get(part).map_or("", String::as_str)
    }
}

fn queries(key: &PoolKey, as_of: DateTime<Utc>) -> BTreeMap<&'static str, String> {
    let month = View::ending_at(as_of, Range::Month, Scope::of_pool(key));
    let weeks = View::between(funnel_begins(as_of).and_time(NaiveTime::MIN).and_utc(), as_of, Scope::of_pool(key));
    [
        ("shares", "population", &month),
        ("states", "enrolment_day", &month),
        ("funnel", "totp_funnel", &weeks),
        ("timeline", "pool_change", &month),
    ]
    .map(|(part, question, view)| (part, questions::link(question, view, as_of)))
    .into()
}

fn notices(pool: &PoolFacts, page: &str) -> Vec<Notice> {
    let users = &pool.population;
    let list = |list: UserList| format!("{page}/users?list={list}");
    let mut notices = Vec::new();
    let open = users.states.of(crate::model::MfaState::None) + users.states.of(crate::model::MfaState::Unknown);
    if open > 0 {
        notices.push(Notice {
            text: format!("{} of {} eligible users are not known to be protected.", count(open), count(users.eligible)),
            link: list(UserList::NotProtected),
            link_text: "Who is not protected".into(),
        });
    }
    if users.conflicting > 0 {
        notices.push(Notice {
            text: format!(
                "{} passed MFA, yet Cognito lists no factor for them: set up in the hosted pages without a preference, or removed since.",
                of_users(users.conflicting)
            ),
            link: list(UserList::Conflicts),
            link_text: "Who they are".into(),
        });
    }
    if users.direction_unknown > 0 {
        notices.push(Notice {
            text: format!(
                "{} changed MFA in a way that CloudTrail does not show; a look-up tells, where look-ups are on.",
                of_users(users.direction_unknown)
            ),
            link: String::new(),
            link_text: String::new(),
        });
    }
    if !pool.settings.sms_failure.is_empty() {
        notices.push(Notice {
            text: format!("Cognito reports that text messages cannot be sent: {}.", pool.settings.sms_failure),
            link: String::new(),
            link_text: String::new(),
        });
    }
    notices
}

fn of_users(users: u64) -> String {
    format!("{} {}", count(users), if users == 1 { "user" } else { "users" })
}

fn share_groups(pool: &PoolFacts) -> Vec<ShareGroup> {
    let users = &pool.population;
    let group =
        |title: &str, shares: Vec<Share>, note: &str| ShareGroup { title: title.into(), shares, note: note.into() };
    vec![
        group(
            "How we know",
            shares::states(users),
            &format!(
                "Share of eligible users. Unknown is never counted as “not enrolled”. {}",
                overview::left_out(pool)
            ),
        ),
        group(
            "Factors in use",
            shares::factors(users),
            "Share of eligible users; someone with two factors counts in both.",
        ),
        group("How strong", shares::strengths(users), "Share of users who can do MFA, by the best of their factors."),
        group("Preferred factor", shares::preferred(users), "Share of users who can do MFA."),
    ]
}

fn state_days(trend: &Trend) -> DayLines {
    let counted: Vec<Option<[u64; 5]>> =
        trend.enrolment.iter().map(|day| day.as_ref().and_then(|day| day.states)).collect();
    let lines = shares::STATES.iter().zip(chart::STATES).enumerate().map(|(index, ((state, label), colour))| DayLine {
        key: state.as_str(),
        label: label.split(':').next().unwrap_or(label),
        colour,
        values: counted.iter().map(|users| users.map(|users| users[index] as f64)).collect(),
    });
    let caption = "Eligible users by what is known about them, since the first list";
    DayLines::of(caption, &trend.days, lines.collect(), "{t}", |users| count(users as u64))
}

fn funnel(story: &Story, today: chrono::NaiveDate) -> Vec<FunnelRow> {
    story.funnel.iter().rev().map(|week| funnel_row(week, today)).collect()
}

fn funnel_row(week: &FunnelWeek, today: chrono::NaiveDate) -> FunnelRow {
    let steps = (0..week.users.len()).map(|step| {
        let before = step.checked_sub(1).map(|before| week.users[before]);
        FunnelStep {
            users: count(week.users[step]),
            drop_off: before.map_or_else(String::new, |before| {
                percent(Ratio::new(before.saturating_sub(week.users[step]), before))
            }),
            median: step
                .checked_sub(1)
                .map_or_else(String::new, |gap| week.median_s[gap].map_or_else(|| NO_DATA.to_owned(), duration)),
        }
    });
    let mut notes = Vec::new();
    if week.refused > 0 {
        notes.push(format!("{} entered a wrong code", count(week.refused)));
    }
    if week.unreadable > 0 {
        notes.push(format!("{} have an unreadable preference change", count(week.unreadable)));
    }
    FunnelRow {
        week: week.week.to_string(),
        is_open: today < week.week + chrono::Days::new(7),
        steps: steps.collect(),
        note: notes.join(", "),
    }
}

fn settings(settings: &PoolSettings, tier: &str) -> Vec<Setting> {
    let factors: Vec<&str> = settings.allowed.iter().map(|factor| shares::factor_label(*factor)).collect();
    let words = |text: &str| if text.is_empty() { "not told by AWS".to_owned() } else { text.replace(',', ", ") };
    let passkeys = match (settings.has_passkeys, settings.allowed.contains(&Factor::Passkey)) {
        (_, true) => "count as MFA",
        (true, false) => "sign in without a password; they do not count as MFA",
        (false, false) => "not set up",
    };
    let devices = match (settings.devices.as_str(), settings.device_skips_mfa) {
        ("off", _) => "not remembered",
        ("opt_in", true) => "remembered when the user agrees; they pass without MFA",
        ("always", true) => "remembered; they pass without MFA",
        ("opt_in", false) => "remembered when the user agrees; MFA is asked all the same",
        ("always", false) => "remembered; MFA is asked all the same",
        _ => "not told by AWS",
    };
    let sms = match settings.sms_route.as_str() {
        "sns" => "Amazon SNS",
        "end_user_messaging" => "AWS End User Messaging",
        "custom_sender" => "a Lambda function of the application",
        "none" => "not set up",
        _ => "not told by AWS",
    };
    let sms_region =
        if settings.sms_region.is_empty() { String::new() } else { format!(" in {}", settings.sms_region) };
    let health = if settings.sms_failure.is_empty() { "" } else { ", with errors: " };
    let mut rows = vec![
        Setting {
            name: "Second factors allowed",
            value: if factors.is_empty() { "none".into() } else { factors.join(", ") },
        },
        Setting { name: "Passkeys", value: passkeys.into() },
        Setting { name: "Account recovery", value: words(&settings.recovery) },
        Setting { name: "Text messages by", value: format!("{sms}{sms_region}{health}{}", settings.sms_failure) },
        Setting { name: "Devices", value: devices.into() },
        Setting { name: "Feature plan", value: tier.to_owned() },
    ];
    if !settings.replica_regions.is_empty() {
        rows.push(Setting { name: "Replicas in", value: words(&settings.replica_regions) });
    }
    rows
}
