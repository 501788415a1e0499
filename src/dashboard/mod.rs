//! Snapshot → view models → pages. View models hold formatted numbers, templates only place them.

mod assets;
mod blind_spots;
mod challenges;
mod chart;
mod figures;
mod format;
pub mod incidents;
mod messages;
mod overview;
mod pool;
mod recovery;
mod shares;
mod sms;
mod tiles;
mod timeline;
mod users;

use askama::Template;

use crate::snapshot::Snapshot;

pub use assets::{Asset, asset};
pub use blind_spots::blind_spots;
pub use challenges::challenges;
pub use figures::FigurePage;
pub use overview::Overview;
pub use pool::PoolPage;
pub use recovery::recovery;
pub use sms::sms;
pub use users::{CSV_HEADER, Part, UsersJson, UsersPage, csv_row};

/// What every page says about itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// The AWS behind it is simulated.
    pub is_simulated: bool,
}

/// What stands round the content of every page.
struct Frame {
    setting: Setting,
    stylesheet: String,
    /// Address of the page's JSON twin.
    json: String,
    /// Where one may go from everywhere.
    pages: Vec<PageLink>,
}

/// A page that every page links to.
struct PageLink {
    address: &'static str,
    title: &'static str,
    is_current: bool,
}

const PAGES: &[(&str, &str)] = &[
    ("/", "Overview"),
    ("/challenges", "Challenges"),
    ("/recovery", "Recovery"),
    ("/sms", "Text messages"),
    ("/blind-spots", "Blind spots"),
];

impl Frame {
    /// Round the page at `address`, of which `json` is the twin.
    fn new(setting: Setting, address: &str, json: String) -> Self {
        let link = |(page, title): &(&'static str, &'static str)| PageLink {
            address: page,
            title,
            is_current: *page == address,
        };
        Self { setting, stylesheet: assets::path("style.css"), json, pages: PAGES.iter().map(link).collect() }
    }
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

/// The overview.
///
/// # Errors
/// When the template cannot be rendered.
pub fn overview(snapshot: &Snapshot, setting: Setting) -> askama::Result<String> {
    OverviewTemplate { frame: Frame::new(setting, "/", OVERVIEW_JSON.into()), page: &Overview::of(snapshot) }.render()
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

/// A page of tiles and tables at `address`; `query` is what its address asks for, with the question mark.
///
/// # Errors
/// When the template cannot be rendered.
pub fn figures(page: &FigurePage, address: &str, query: &str, setting: Setting) -> askama::Result<String> {
    FiguresTemplate { frame: Frame::new(setting, address, format!("/api/v1{address}{query}")), page }.render()
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
