//! Pages made of tiles and tables: what they hold, and how they read as HTML and as JSON.

use chrono::{DateTime, Utc};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::format::{self, NO_DATA, count, duration, instant, percent};
use super::pool::Notice;
use super::tiles::Tile;
use crate::model::PoolKey;
use crate::query::{PoolFacts, Range, View};
use crate::snapshot::{Ratio, Snapshot};

/// A page, and its JSON twin.
#[derive(Debug, Serialize)]
pub struct FigurePage {
    /// Heading.
    pub title: &'static str,
    /// What the page tells, in a sentence or two.
    pub explanation: &'static str,
    /// When the store was read.
    pub as_of: String,
    /// What the figures are of, and what else may be chosen; `None` where there is nothing to choose.
    pub filters: Option<Filters>,
    /// What needs somebody's attention.
    pub notices: Vec<Notice>,
    /// Headline numbers.
    pub tiles: Vec<Tile>,
    /// Everything else.
    pub tables: Vec<Table>,
}

/// What a page is about, and what it could be about.
#[derive(Debug, Serialize)]
pub struct Filters {
    /// First hour, RFC 3339.
    pub from: DateTime<Utc>,
    /// End of the last hour, which may not be over.
    pub to: DateTime<Utc>,
    /// The pool; empty for all.
    pub pool: String,
    /// Ranges.
    #[serde(skip)]
    pub ranges: Vec<Choice>,
    /// Pools.
    #[serde(skip)]
    pub pools: Vec<Choice>,
}

/// Something to choose.
#[derive(Debug)]
pub struct Choice {
    /// As in the address.
    pub value: String,
    /// Words.
    pub label: String,
    /// It is chosen.
    pub is_chosen: bool,
}

impl Filters {
    /// The filters of a view.
    pub fn of(view: &View, pools: &[PoolFacts]) -> Self {
        let chosen = view.pool.as_ref();
        let every = Choice { value: String::new(), label: "All pools".into(), is_chosen: chosen.is_none() };
        let of_pool = |pool: &PoolFacts| Choice {
            value: address(&pool.key),
            label: format!("{} ({})", pool.pool_name, pool.key.aws_region),
            is_chosen: chosen == Some(&pool.key),
        };
        Self {
            from: view.from,
            to: view.to,
            pool: chosen.map(address).unwrap_or_default(),
            ranges: Range::ALL
                .iter()
                .map(|range| Choice {
                    value: range.to_string(),
                    label: range_words(*range).to_owned(),
                    is_chosen: *range == view.range,
                })
                .collect(),
            pools: std::iter::once(every).chain(pools.iter().map(of_pool)).collect(),
        }
    }
}

/// `us-east-1/us-east-1_AbC`, as the address names a pool.
pub(super) fn address(key: &PoolKey) -> String {
    format!("{}/{}", key.aws_region, key.pool_id)
}

/// Words for a range.
pub(super) fn range_words(range: Range) -> &'static str {
    match range {
        Range::Day => "Last 24 hours",
        Range::Week => "Last 7 days",
        Range::Month => "Last 30 days",
        Range::Quarter => "Last 90 days",
        Range::Year => "Last 400 days",
    }
}

/// A table with its heading. As JSON the rows are objects by column key, with plain numbers.
#[derive(Debug)]
pub struct Table {
    /// Names it in addresses and in JSON.
    pub key: &'static str,
    /// Heading.
    pub title: String,
    /// What it tells; may be empty.
    pub explanation: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, a cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// What stands there without rows.
    pub nothing: String,
    /// What to know beside it; may be empty.
    pub note: String,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name in JSON, with its unit.
    pub key: &'static str,
    /// Head.
    pub title: &'static str,
    /// Figures stand at the end of the line.
    pub is_figure: bool,
}

/// A column of words.
pub(super) const fn words(key: &'static str, title: &'static str) -> Column {
    Column { key, title, is_figure: false }
}

/// A column of figures.
pub(super) const fn figures(key: &'static str, title: &'static str) -> Column {
    Column { key, title, is_figure: true }
}

/// What stands in a cell, and what it is for machines.
#[derive(Debug)]
pub struct Cell {
    /// As people read it.
    pub text: String,
    /// A second, smaller line; may be empty.
    pub sub: String,
    /// Where it leads; may be empty.
    pub link: String,
    /// CSS class; may be empty.
    pub class: &'static str,
    /// For machines.
    value: Value,
}

impl Cell {
    fn new(text: String, value: Value) -> Self {
        Self { text, sub: String::new(), link: String::new(), class: "", value }
    }

    /// Words.
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(text.clone(), text.into())
    }

    /// Words for people, a fixed name for machines.
    pub(super) fn named(text: impl Into<String>, name: &str) -> Self {
        Self::new(text.into(), name.into())
    }

    /// A number of things.
    pub(super) fn count(value: u64) -> Self {
        Self::new(count(value), value.into())
    }

    /// A share with its n; greyed when the whole is small, a dash without one.
    pub(super) fn share(ratio: Ratio, small_denominator: u64) -> Self {
        let value = json!({
            "ratio": ratio.value(), "numerator": ratio.numerator, "denominator": ratio.denominator,
        });
        let cell = Self::new(percent(ratio), value);
        match ratio.denominator {
            0 => cell,
            whole => Self {
                sub: format!("{} of {}", count(ratio.numerator), count(whole)),
                class: if ratio.is_small(small_denominator) { "small" } else { "" },
                ..cell
            },
        }
    }

    /// Where a share may well lie, given so few cases; a dash without one.
    pub(super) fn interval(ratio: Ratio) -> Self {
        let value = ratio.interval().map(|(low, high)| json!({"low": low, "high": high}));
        Self::new(format::interval(ratio), value.into())
    }

    /// Name of a destination country, for machines its code.
    pub(super) fn country(code: &str) -> Self {
        Self::named(format::country(code), code)
    }

    /// Seconds; a dash when there is nothing to measure.
    pub(super) fn seconds(seconds: Option<f64>) -> Self {
        Self::new(seconds.map_or_else(|| NO_DATA.to_owned(), duration), seconds.into())
    }

    /// An instant; a dash when there was none.
    pub(super) fn instant(at: Option<DateTime<Utc>>) -> Self {
        let value = at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        Self::new(at.map_or_else(|| NO_DATA.to_owned(), instant), value.into()).class("whole")
    }

    /// A number with the decimals it deserves; a dash when there is nothing to measure.
    pub(super) fn number(value: Option<f64>, decimals: usize) -> Self {
        Self::new(value.map_or_else(|| NO_DATA.to_owned(), |value| format!("{value:.decimals$}")), value.into())
    }

    /// US dollars; a dash when nothing carried a price.
    pub(super) fn usd(value: Option<f64>) -> Self {
        Self::new(value.map_or_else(|| NO_DATA.to_owned(), |value| format!("${value:.2}")), value.into())
    }

    /// The cell with a second line.
    pub(super) fn sub(self, sub: impl Into<String>) -> Self {
        Self { sub: sub.into(), ..self }
    }

    /// The cell with other words for people.
    pub(super) fn reads(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..self }
    }

    /// The cell with somewhere to go.
    pub(super) fn link(self, link: String) -> Self {
        Self { link, ..self }
    }

    /// The cell marked as bad, good or small, or kept on one line.
    pub(super) fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Row<'a>(&'a [Column], &'a [Cell]);
        impl Serialize for Row<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.0.len()))?;
                for (column, cell) in self.0.iter().zip(self.1) {
                    map.serialize_entry(column.key, &cell.value)?;
                }
                map.end()
            }
        }
        let rows: Vec<Row<'_>> = self.rows.iter().map(|row| Row(&self.columns, row)).collect();
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("key", self.key)?;
        map.serialize_entry("title", &self.title)?;
        map.serialize_entry("note", &self.note)?;
        // Why there are no rows.
        map.serialize_entry("nothing", if self.rows.is_empty() { self.nothing.as_str() } else { "" })?;
        map.serialize_entry("rows", &rows)?;
        map.end()
    }
}

/// The frame of a page about a view: everything but its figures.
pub(super) fn page(
    title: &'static str,
    explanation: &'static str,
    snapshot: &Snapshot,
    view: &View,
    as_of: DateTime<Utc>,
) -> FigurePage {
    FigurePage {
        title,
        explanation,
        as_of: instant(as_of),
        filters: Some(Filters::of(view, &snapshot.pools)),
        notices: Vec::new(),
        tiles: Vec::new(),
        tables: Vec::new(),
    }
}
