//! Snapshot → view models → pages. View models hold formatted numbers, templates only place them.

mod assets;
mod chart;
mod format;
mod overview;
mod tiles;

use askama::Template;

use crate::snapshot::Snapshot;

pub use assets::{Asset, asset};
pub use overview::Overview;

/// What every page says about itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// The AWS behind it is simulated.
    pub is_simulated: bool,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage<'a> {
    setting: Setting,
    stylesheet: String,
    page: &'a Overview,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage<'a> {
    setting: Setting,
    stylesheet: String,
    title: &'a str,
    message: &'a str,
}

/// The overview.
///
/// # Errors
/// When the template cannot be rendered.
pub fn overview(snapshot: &Snapshot, setting: Setting) -> askama::Result<String> {
    OverviewPage { setting, stylesheet: assets::path("style.css"), page: &Overview::of(snapshot) }.render()
}

/// A page with one message.
///
/// # Errors
/// When the template cannot be rendered.
pub fn message(title: &str, message: &str, setting: Setting) -> askama::Result<String> {
    MessagePage { setting, stylesheet: assets::path("style.css"), title, message }.render()
}

#[cfg(test)]
mod tests;
