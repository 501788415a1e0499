//! Snapshot → view models → pages. View models hold formatted numbers, templates only place them.

mod assets;
mod chart;
mod format;
mod overview;
mod pool;
mod shares;
mod tiles;
mod timeline;
mod users;

use askama::Template;

use crate::snapshot::Snapshot;

pub use assets::{Asset, asset};
pub use overview::Overview;
pub use pool::PoolPage;
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
}

impl Frame {
    fn new(setting: Setting, json: String) -> Self {
        Self { setting, stylesheet: assets::path("style.css"), json }
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
    OverviewTemplate { frame: Frame::new(setting, OVERVIEW_JSON.into()), page: &Overview::of(snapshot) }.render()
}

/// The page of a pool.
///
/// # Errors
/// When the template cannot be rendered.
pub fn pool(page: &PoolPage, setting: Setting) -> askama::Result<String> {
    PoolTemplate { frame: Frame::new(setting, format!("/api/v1{}", page.page)), page }.render()
}

/// A list of users.
///
/// # Errors
/// When the template cannot be rendered.
pub fn users(page: &UsersPage, setting: Setting) -> askama::Result<String> {
    UsersTemplate { frame: Frame::new(setting, page.json.clone()), page }.render()
}

/// A page with one message.
///
/// # Errors
/// When the template cannot be rendered.
pub fn message(title: &str, message: &str, setting: Setting) -> askama::Result<String> {
    MessageTemplate { frame: Frame::new(setting, OVERVIEW_JSON.into()), title, message }.render()
}

#[cfg(test)]
mod tests;
