//! Pages made of tiles and tables: what they hold, and how they read as HTML and as JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::days::DayLines;
use super::format::{self, NO_DATA, count, duration, instant, percent};
use super::pool::Notice;
use super::tiles::Tile;
use super::{about, address, questions, shares};
use crate::model::{Factor, Ratio};
use crate::query::{FigureQuestion, PoolFacts, Range, Scope, View};
use crate::snapshot::Snapshot;

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
    /// Something that may be done with what is shown.
    #[serde(skip)]
    pub action: Option<Action>,
    /// What needs somebody's attention.
    pub notices: Vec<Notice>,
    /// Headline numbers.
    pub tiles: Vec<Tile>,
    /// Everything else.
    pub tables: Vec<Table>,
    /// Lines that stand above tables, by the table.
    pub lines: BTreeMap<&'static str, DayLines>,
    /// Addresses of the questions behind the tables.
    pub queries: BTreeMap<&'static str, String>,
}

impl FigurePage {
    /// Without anything on it.
    pub(super) fn new(title: &'static str, explanation: &'static str) -> Self {
        Self {
            title,
            explanation,
            as_of: String::new(),
            filters: None,
            action: None,
            notices: Vec::new(),
            tiles: Vec::new(),
            tables: Vec::new(),
            lines: BTreeMap::new(),
            queries: BTreeMap::new(),
        }
    }

    /// The page with where its figures about a view come from.
    pub fn proven(self, view: &View, snapshot: &Snapshot) -> Self {
        let query =
            |table: &Table| Some((table.key, questions::link(about::query_of_table(table.key)?, view, snapshot.as_of)));
        let queries = self.tables.iter().filter_map(query).collect();
        let tiles = self.tiles.into_iter().map(|tile| tile.proven(view, snapshot)).collect();
        Self { tiles, queries, ..self }
    }

    /// The page with app clients and factors to choose from.
    pub fn choose_challenges(mut self, view: &View, clients: &[(String, String)]) -> Self {
        if let Some(filters) = &mut self.filters {
            filters.choices.extend([Filter::clients(&view.scope, clients), Filter::factors(&view.scope)]);
        }
        self
    }

    /// The page with countries to choose from.
    pub fn choose_country(mut self, view: &View, countries: &[String]) -> Self {
        if let Some(filters) = &mut self.filters {
            filters.choices.push(Filter::countries(&view.scope, countries));
        }
        self
    }

    /// Lines that stand above a table.
    pub fn lines(&self, table: &Table) -> Option<&DayLines> {
        self.lines.get(table.key)
    }

    /// Address of the question behind a table; empty where there is none.
    pub fn query(&self, table: &Table) -> &str {
        self.queries.get(table.key).map_or("", String::as_str)
    }
}

/// Something that may be done with what a page shows.
#[derive(Debug)]
pub struct Action {
    /// Where it is posted.
    pub address: String,
    /// What the button says.
    pub label: &'static str,
}

/// What a page is about.
#[derive(Debug, Serialize)]
pub struct Filters {
    /// First hour.
    pub from: DateTime<Utc>,
    /// End of the last hour, which may not be over.
    pub to: DateTime<Utc>,
    /// What else is chosen, by name; empty for all.
    #[serde(serialize_with = "chosen")]
    pub choices: Vec<Filter>,
    /// How far back.
    #[serde(skip)]
    pub ranges: Vec<RangeLink>,
    /// The range that is chosen; empty where both ends are.
    #[serde(skip)]
    pub range: &'static str,
}

/// Something that may be chosen.
#[derive(Debug)]
pub struct Filter {
    /// As in the address.
    pub name: &'static str,
    /// Words.
    pub label: &'static str,
    /// What there is to choose.
    pub choices: Vec<Choice>,
}

/// A choice.
#[derive(Debug)]
pub struct Choice {
    /// As in the address; empty for all.
    pub value: String,
    /// Words.
    pub label: String,
    /// It is chosen.
    pub is_chosen: bool,
}

/// The same page of another stretch.
#[derive(Debug)]
pub struct RangeLink {
    /// Words.
    pub label: &'static str,
    /// Address, without the page.
    pub query: String,
    /// It is chosen.
    pub is_chosen: bool,
}

impl Filter {
    /// One of `choices` or all; what is chosen is among them, whatever it is.
    fn new(
        name: &'static str,
        label: &'static str,
        all: &str,
        choices: impl IntoIterator<Item = (String, String)>,
        chosen: Option<String>,
    ) -> Self {
        let mut choices: Vec<(String, String)> = choices.into_iter().collect();
        if let Some(chosen) = &chosen
            && !choices.iter().any(|(value, _)| value == chosen)
        {
            choices.push((chosen.clone(), chosen.clone()));
        }
        let every = Choice { value: String::new(), label: all.to_owned(), is_chosen: chosen.is_none() };
        let choice = |(value, label)| Choice { is_chosen: chosen.as_ref() == Some(&value), value, label };
        Self { name, label, choices: std::iter::once(every).chain(choices.into_iter().map(choice)).collect() }
    }

    /// Region and pool, which every page has.
    pub(super) fn places(scope: &Scope, pools: &[PoolFacts]) -> [Self; 2] {
        let mut regions: Vec<&str> = pools.iter().map(|pool| pool.key.aws_region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        let pool = scope.pool();
        let of_pool =
            |pool: &PoolFacts| (address::of_pool(&pool.key), format!("{} ({})", pool.pool_name, pool.key.aws_region));
        let region = scope.aws_region.clone().filter(|_| pool.is_none());
        [
            Self::new(
                "region",
                "AWS Region",
                "All Regions",
                regions.into_iter().map(|region| (region.to_owned(), region.to_owned())),
                region,
            ),
            Self::new("pool", "Pool", "All pools", pools.iter().map(of_pool), pool.as_ref().map(address::of_pool)),
        ]
    }

    /// App clients, by id and name.
    pub(super) fn clients(scope: &Scope, clients: &[(String, String)]) -> Self {
        Self::new("client", "App client", "All app clients", clients.iter().cloned(), scope.client_id.clone())
    }

    /// Second factors.
    pub(super) fn factors(scope: &Scope) -> Self {
        let factors = Factor::ALL.iter().map(|factor| (factor.to_string(), shares::factor_label(*factor).to_owned()));
        Self::new("factor", "Factor", "All factors", factors, scope.factor.clone())
    }

    /// Destination countries, by code.
    pub(super) fn countries(scope: &Scope, countries: &[String]) -> Self {
        let named = countries.iter().map(|code| (code.clone(), format::country(code).to_owned()));
        Self::new("country", "Country", "All countries", named, scope.country.clone())
    }
}

fn chosen<S: Serializer>(filters: &[Filter], serializer: S) -> Result<S::Ok, S::Error> {
    let of = |filter: &Filter| filter.choices.iter().find(|choice| choice.is_chosen).map(|choice| choice.value.clone());
    serializer.collect_map(filters.iter().map(|filter| (filter.name, of(filter).unwrap_or_default())))
}

impl Filters {
    /// What is chosen, in words.
    pub fn words(&self) -> String {
        let chosen = self.choices.iter().flat_map(|filter| {
            filter
                .choices
                .iter()
                .filter(|choice| choice.is_chosen)
                .map(|choice| format!("{}: {}", filter.label, choice.label))
        });
        let parts: Vec<String> =
            std::iter::once(format!("{} to {}", instant(self.from), instant(self.to))).chain(chosen).collect();
        format!("{}.", parts.join("; "))
    }

    /// What a question can be asked with.
    pub(super) fn of_question(question: &FigureQuestion, view: &View, snapshot: &Snapshot) -> Self {
        Self::of_parameters(|parameter| question.is_asked_with(parameter), view, snapshot)
    }

    /// What a question that is asked with such parameters can be asked with.
    pub(super) fn of_parameters(is_asked_with: impl Fn(&str) -> bool, view: &View, snapshot: &Snapshot) -> Self {
        let mut filters = Self::of(view, &snapshot.pools, [Filter::factors(&view.scope)]);
        let parameters = [("region", "aws_region"), ("pool", "pool_id"), ("factor", "factor")];
        filters.choices.retain(|filter| {
            parameters.iter().any(|(name, parameter)| *name == filter.name && is_asked_with(parameter))
        });
        if !is_asked_with("from") {
            filters.ranges.clear();
        }
        filters
    }

    /// The filters of a view; `more` are those of the page's own.
    pub(super) fn of(view: &View, pools: &[PoolFacts], more: impl IntoIterator<Item = Filter>) -> Self {
        Self {
            from: view.from,
            to: view.to,
            choices: Filter::places(&view.scope, pools).into_iter().chain(more).collect(),
            ranges: Range::ALL
                .iter()
                .map(|range| RangeLink {
                    label: range_words(*range),
                    query: address::with_range(view, *range),
                    is_chosen: view.range == Some(*range),
                })
                .collect(),
            range: view.range.map(|range| range.as_str()).unwrap_or_default(),
        }
    }
}

/// Words for a range.
pub(super) fn range_words(range: Range) -> &'static str {
    match range {
        Range::Day => "24 hours",
        Range::Week => "7 days",
        Range::Month => "30 days",
        Range::Quarter => "90 days",
        Range::Year => "400 days",
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
    /// What an address may name it by; may be empty.
    pub anchor: &'static str,
    /// CSS class; may be empty.
    pub class: &'static str,
    /// For machines.
    value: Value,
}

impl Cell {
    fn new(text: String, value: Value) -> Self {
        Self { text, sub: String::new(), link: String::new(), anchor: "", class: "", value }
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

    /// The cell that an address may name.
    pub(super) fn anchor(self, anchor: &'static str) -> Self {
        Self { anchor, ..self }
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
        as_of: instant(as_of),
        filters: Some(Filters::of(view, &snapshot.pools, [])),
        ..FigurePage::new(title, explanation)
    }
}
