//! Snapshot → view models → pages. View models hold formatted numbers, templates only place them.

mod about;
mod address;
mod assets;
mod challenges;
mod chart;
mod days;
mod figures;
mod format;
pub mod incidents;
mod messages;
mod overview;
mod pool;
mod pools;
mod questions;
mod recovery;
mod rollout;
mod shares;
mod sms;
mod sources;
mod sql;
mod tiles;
mod timeline;
mod users;

use askama::Template;

use crate::query::Scope;
use crate::snapshot::Snapshot;

pub use about::about;
pub use assets::{Asset, asset};
pub use challenges::challenges;
pub use figures::FigurePage;
pub use overview::Overview;
pub use pool::PoolPage;
pub use pools::pools;
pub use questions::{QuestionJson, ROWS_SHOWN, answer_rows, question, questions, questions_json, saved_question};
pub use recovery::{audit, recovery};
pub use rollout::{RISK_HEADER, comparison, query_of, record, records, risk_row, rollout, rollout_of_nobody};
pub use sms::sms;
pub use sources::sources;
pub use sql::{SqlAnswer, SqlPage, schema_json, sql};
pub use users::{CSV_HEADER, Part, UsersJson, UsersPage, csv_row};

/// What every page says about itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// The AWS behind it is simulated.
    pub is_simulated: bool,
    /// It is a file that somebody keeps: whole in itself, and dated.
    pub is_report: bool,
}

/// What stands round the content of every page.
struct Frame {
    setting: Setting,
    stylesheet: String,
    script: String,
    /// The style sheet itself; empty but for a report.
    inline_style: String,
    /// Address of the page's JSON twin.
    json: String,
    /// Address of the page as a report; empty where there is none. Pages that have one are kept current.
    report: String,
    /// Where one may go from everywhere.
    pages: Vec<PageLink>,
}

/// A page that every page links to.
struct PageLink {
    address: String,
    title: &'static str,
    is_current: bool,
}

/// Pages that are about what is chosen: links between them keep it.
const OF_VIEWS: &[&str] = &["/", "/challenges", "/recovery", "/sms", "/audit"];

/// Pages that are about nothing but now.
const OF_NOW: &[&str] = &["/pools", "/sources"];

const PAGES: &[(&str, &str)] = &[
    ("/", "Overview"),
    ("/pools", "Pools"),
    ("/challenges", "Challenges"),
    ("/recovery", "Recovery"),
    ("/sms", "Text messages"),
    ("/rollout", "Roll-out"),
    ("/audit", "Audit"),
    ("/sources", "Sources"),
    ("/queries", "Queries"),
    ("/sql", "SQL"),
    ("/about", "About the figures"),
];

impl Frame {
    /// Round the page at `address`, of which `json` is the twin.
    fn new(setting: Setting, address: &str, json: String) -> Self {
        Self::choosing(setting, address, "", json)
    }

    /// Round the page at `address`; links to other pages keep what is chosen.
    fn choosing(setting: Setting, address: &str, chosen: &str, json: String) -> Self {
        let link = |(page, title): &(&'static str, &'static str)| PageLink {
            address: with_query(page, kept(address, page, chosen)),
            title,
            is_current: *page == address,
        };
        let is_of_figures = OF_VIEWS.contains(&address)
            || OF_NOW.contains(&address)
            || address.starts_with("/pools/")
            || address == "/rollout";
        Self {
            setting,
            stylesheet: assets::path("style.css"),
            script: assets::path("page.js"),
            inline_style: if setting.is_report { assets::text("style.css") } else { String::new() },
            json,
            report: if is_of_figures {
                with_query(address, &format!("{chosen}{}download=report", if chosen.is_empty() { "" } else { "&" }))
            } else {
                String::new()
            },
            pages: PAGES.iter().map(link).collect(),
        }
    }
}

/// What of the choice on a page stays on another.
fn kept<'a>(address: &str, page: &str, chosen: &'a str) -> &'a str {
    let has_words_of_its_own = |address: &str| address.starts_with("/rollout");
    if has_words_of_its_own(page) || (has_words_of_its_own(address) && OF_VIEWS.contains(&page)) {
        chosen.split('&').find(|word| word.starts_with("pool=")).unwrap_or_default()
    } else if OF_VIEWS.contains(&page) {
        chosen
    } else {
        ""
    }
}

fn with_query(address: &str, query: &str) -> String {
    if query.is_empty() { address.to_owned() } else { format!("{address}?{query}") }
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewTemplate<'a> {
    frame: Frame,
    page: &'a Overview,
}

#[derive(Template)]
#[template(path = "pool.html")]
struct PoolTemplate<'a> {
    frame: Frame,
    page: &'a PoolPage,
}

#[derive(Template)]
#[template(path = "users.html")]
struct UsersTemplate<'a> {
    frame: Frame,
    page: &'a UsersPage,
}

#[derive(Template)]
#[template(path = "figures.html")]
struct FiguresTemplate<'a> {
    frame: Frame,
    page: &'a FigurePage,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessageTemplate<'a> {
    frame: Frame,
    title: &'a str,
    message: &'a str,
}

/// Where the overview is as JSON.
const OVERVIEW_JSON: &str = "/api/v1/overview";

/// The overview of the pools in a scope; `query` is what its address asks for.
///
/// # Errors
/// When the template cannot be rendered.
pub fn overview(snapshot: &Snapshot, scope: &Scope, query: &str, setting: Setting) -> askama::Result<String> {
    let frame = Frame::choosing(setting, "/", query, with_query(OVERVIEW_JSON, query));
    OverviewTemplate { frame, page: &Overview::of(snapshot, scope) }.render()
}

/// The page of a pool.
///
/// # Errors
/// When the template cannot be rendered.
pub fn pool(page: &PoolPage, setting: Setting) -> askama::Result<String> {
    PoolTemplate { frame: Frame::new(setting, &page.page, format!("/api/v1{}", page.page)), page }.render()
}

/// A list of users.
///
/// # Errors
/// When the template cannot be rendered.
pub fn users(page: &UsersPage, setting: Setting) -> askama::Result<String> {
    UsersTemplate { frame: Frame::new(setting, "", page.json.clone()), page }.render()
}

/// A page of tiles and tables at `address`; `query` is what its address asks for.
///
/// # Errors
/// When the template cannot be rendered.
pub fn figures(page: &FigurePage, address: &str, query: &str, setting: Setting) -> askama::Result<String> {
    let json = with_query(&format!("/api/v1{address}"), query);
    FiguresTemplate { frame: Frame::choosing(setting, address, query, json), page }.render()
}

/// A page with one message.
///
/// # Errors
/// When the template cannot be rendered.
pub fn message(title: &str, message: &str, setting: Setting) -> askama::Result<String> {
    MessageTemplate { frame: Frame::new(setting, "", OVERVIEW_JSON.into()), title, message }.render()
}

#[cfg(test)]
mod tests;
