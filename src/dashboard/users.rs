//! Lists of users: a worklist page, its JSON twin, and rows of a spreadsheet.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::format::{NO_DATA, ago, count, instant};
use super::overview;
use super::shares::factor_label;
use crate::model::Factor;
use crate::query::{PoolFacts, UserList, UserRow, inert};

/// A part of a list as JSON.
#[derive(Debug, Serialize)]
pub struct UsersJson {
    /// When the store was read.
    pub as_of: DateTime<Utc>,
    /// AWS Region of the pool.
    pub aws_region: String,
    /// Its id.
    pub pool_id: String,
    /// Which list.
    pub list: &'static str,
    /// Users on the whole list.
    pub total: u64,
    /// The part asked for.
    pub users: Vec<UserRow>,
}

/// Heads of the spreadsheet's columns.
pub const CSV_HEADER: [&str; 17] = [
    "sub",
    "username",
    "status",
    "is_enabled",
    "is_eligible",
    "is_active",
    "state",
    "factors",
    "usable_factors",
    "preferred",
    "is_capable",
    "strength",
    "is_conflict",
    "created_at",
    "last_sign_in_at",
    "evidence_at",
    "looked_up_at",
];

/// A user as cells of a spreadsheet, in the order of [`CSV_HEADER`].
pub fn csv_row(user: &UserRow) -> [String; 17] {
    let time = |at: Option<DateTime<Utc>>| at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default();
    [
        user.sub.clone(),
        inert(user.username.as_deref().unwrap_or_default()),
        user.status.clone(),
        user.is_enabled.to_string(),
        user.is_eligible.to_string(),
        user.is_active.to_string(),
        user.state.clone(),
        user.factors.join(" "),
        user.usable_factors.join(" "),
        user.preferred.clone().unwrap_or_default(),
        user.is_capable.to_string(),
        user.strength.clone().unwrap_or_default(),
        user.is_conflict.to_string(),
        time(user.created_at),
        time(user.last_sign_in_at),
        time(user.evidence_at),
        time(user.looked_up_at),
    ]
}

/// The page of a list.
#[derive(Debug)]
pub struct UsersPage {
    /// Heading.
    pub title: &'static str,
    /// What the list is, in a sentence.
    pub explanation: &'static str,
    /// The pool.
    pub pool_name: String,
    /// Address of the pool's page.
    pub pool_page: String,
    /// When the store was read.
    pub as_of: String,
    /// `1 to 100 of 4,321`.
    pub position: String,
    /// The other lists.
    pub lists: Vec<ListLink>,
    /// Addresses of the neighbouring parts; empty at the ends.
    pub previous: String,
    /// The next part.
    pub next: String,
    /// Address of the whole list as CSV.
    pub csv: String,
    /// Address of this part as JSON.
    pub json: String,
    /// Whether user names are kept.
    pub has_usernames: bool,
    /// The users.
    pub rows: Vec<Row>,
}

/// A list one may go to.
#[derive(Debug)]
pub struct ListLink {
    /// Its heading.
    pub title: &'static str,
    /// Its address.
    pub link: String,
    /// Whether it is the one shown.
    pub is_current: bool,
}

/// A user.
#[derive(Debug)]
pub struct Row {
    /// Stable id.
    pub sub: String,
    /// Only with `usernames = "keep"`.
    pub username: String,
    /// Account status in words.
    pub status: String,
    /// State, also a CSS class.
    pub state: String,
    /// What stands behind the state.
    pub why: String,
    /// Last sign-in in words.
    pub last_sign_in: String,
    /// Creation in words.
    pub created: String,
}

/// Which part of which list is shown.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The list.
    pub list: UserList,
    /// Users before it.
    pub offset: u64,
    /// Users in it at most.
    pub limit: u64,
}

impl UsersPage {
    /// The view of a part of a list.
    pub fn of(pool: &PoolFacts, part: Part, total: u64, users: &[UserRow], as_of: DateTime<Utc>) -> Self {
        let pool_page = overview::page(&pool.key);
        let address = |list: UserList, offset: u64| match offset {
            0 => format!("{pool_page}/users?list={list}"),
            _ => format!("{pool_page}/users?list={list}&offset={offset}"),
        };
        let through = part.offset + users.len() as u64;
        Self {
            title: title(part.list),
            explanation: explanation(part.list),
            pool_name: pool.pool_name.clone(),
            as_of: instant(as_of),
            position: if users.is_empty() {
                format!("nobody of {}", count(total))
            } else {
                format!("{} to {} of {}", count(part.offset + 1), count(through), count(total))
            },
            lists: UserList::ALL
                .iter()
                .map(|list| ListLink { title: title(*list), link: address(*list, 0), is_current: *list == part.list })
                .collect(),
            previous: if part.offset > 0 {
                address(part.list, part.offset.saturating_sub(part.limit))
            } else {
                String::new()
            },
            next: if through < total && !users.is_empty() { address(part.list, through) } else { String::new() },
            csv: format!("/api/v1{pool_page}/users?list={}&format=csv", part.list),
            json: format!("/api/v1{pool_page}/users?list={}&offset={}&limit={}", part.list, part.offset, part.limit),
            has_usernames: users.iter().any(|user| user.username.is_some()),
            rows: users.iter().map(|user| row(user, as_of)).collect(),
            pool_page,
        }
    }
}

const fn title(list: UserList) -> &'static str {
    match list {
        UserList::All => "All users",
        UserList::NotProtected => "Not protected",
        UserList::Conflicts => "Conflicts",
    }
}

const fn explanation(list: UserList) -> &'static str {
    match list {
        UserList::All => "Everybody in the last complete list of this pool, most recent sign-in first.",
        UserList::NotProtected => {
            "Eligible users without a known second factor, most recent sign-in first. “Unknown” means that there is no evidence yet, not that there is no factor."
        }
        UserList::Conflicts => {
            "Users who passed MFA and for whom a later look-up lists nothing. Setting a preference for them makes the list agree with what they do."
        }
    }
}

fn row(user: &UserRow, as_of: DateTime<Utc>) -> Row {
    let when = |at: Option<DateTime<Utc>>| at.map_or_else(|| NO_DATA.to_owned(), |at| ago(at, as_of));
    Row {
        sub: user.sub.clone(),
        username: user.username.clone().unwrap_or_default(),
        status: if user.is_enabled { user.status.clone() } else { format!("{}, disabled", user.status) },
        state: user.state.clone(),
        why: why(user, as_of),
        last_sign_in: when(user.last_sign_in_at),
        created: when(user.created_at),
    }
}

fn why(user: &UserRow, as_of: DateTime<Utc>) -> String {
    let factors: Vec<&str> = user
        .factors
        .iter()
        .map(|name| Factor::from_word(name).map_or("a factor we do not know", factor_label))
        .collect();
    let unusable = if user.is_capable || factors.is_empty() || user.state == "federated" {
        ""
    } else {
        ", which this pool does not allow now"
    };
    match (user.state.as_str(), user.looked_up_at) {
        ("federated", _) => "signs in with an external provider: Cognito MFA does not apply".into(),
        ("none", Some(at)) => format!("looked up {}: nothing listed", ago(at, as_of)),
        ("none", None) => "every factor was switched off".into(),
        ("unknown", _) => "no evidence yet".into(),
        _ => format!("{}{unusable}", factors.join(", ")),
    }
}
