//! The page where anything may be asked.

use askama::Template;
use chrono::{DateTime, NaiveDate};
use serde_json::{Value, json};

use super::chart::{self, Chart, Line};
use super::format::{NO_DATA, count};
use super::{Frame, Setting};
use crate::model::Factor;
use crate::query::ask::{Answered, Limits, Table};
use crate::query::{Mart, marts, saved_questions};

/// What became of a question.
pub enum SqlAnswer {
    /// Its first rows.
    Table(Answered<Table>),
    /// Why it is not answered.
    Refusal(String),
}

/// The page.
pub struct SqlPage {
    sql: String,
    answer: Option<Shown>,
    refusal: String,
    limits: String,
    marts: &'static [Mart],
    saved: Vec<(&'static str, &'static str)>,
}

/// An answer as it is shown.
struct Shown {
    columns: Vec<Head>,
    rows: Vec<Vec<String>>,
    position: String,
    chart: String,
    legend: Vec<(&'static str, String)>,
}

struct Head {
    name: String,
    kind: &'static str,
    is_number: bool,
}

impl SqlPage {
    /// A question, and what became of it.
    pub fn new(sql: String, answer: Option<SqlAnswer>, limits: Limits) -> Self {
        let (answer, refusal) = match answer {
            Some(SqlAnswer::Table(answered)) => (Some(Shown::of(&answered)), String::new()),
            Some(SqlAnswer::Refusal(refusal)) => (None, refusal),
            None => (None, String::new()),
        };
        Self {
            sql,
            answer,
            refusal,
            limits: format!(
                "One SELECT over the tables below, of at most {} s and {} rows. Nothing can be changed.",
                limits.time.as_secs(),
                count(limits.rows)
            ),
            marts: marts(),
            saved: saved_questions().iter().map(|question| (question.name, question.title.as_str())).collect(),
        }
    }
}

impl Shown {
    fn of(answered: &Answered<Table>) -> Self {
        let table = &answered.made;
        let column = |column: &crate::query::ask::TableColumn| Head {
            name: column.name.clone(),
            kind: column.kind,
            is_number: column.is_number,
        };
        let cell = |cell: &Option<String>| cell.clone().unwrap_or_else(|| NO_DATA.to_owned());
        let rows = if answered.rows == 1 { "1 row".to_owned() } else { format!("{} rows", count(answered.rows)) };
        let (chart, legend) = draw(table);
        Self {
            columns: table.columns.iter().map(column).collect(),
            rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
            position: if answered.is_cut {
                format!("The first {rows}, in {} ms: there are more", answered.took.as_millis())
            } else {
                format!("{rows}, in {} ms", answered.took.as_millis())
            },
            chart,
            legend,
        }
    }
}

/// Lines that a small chart can show apart.
const LINES: [Factor; 4] = [Factor::Totp, Factor::Sms, Factor::Email, Factor::Passkey];

/// Figures by day or instant as lines; nothing where the answer is none.
fn draw(table: &Table) -> (String, Vec<(&'static str, String)>) {
    let is_time = table.columns.first().is_some_and(|column| matches!(column.kind, "date" | "timestamp"));
    if !is_time || table.rows.len() < 2 {
        return (String::new(), Vec::new());
    }
    let day = |row: &Vec<Option<String>>| {
        let text = row.first()?.as_deref()?;
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|at| at.date_naive()))
    };
    let mut points: Vec<(&Vec<Option<String>>, NaiveDate)> =
        table.rows.iter().filter_map(|row| Some((row, day(row)?))).collect();
    points.sort_by(|(one, _), (other, _)| one[0].cmp(&other[0]));
    // Several rows of one instant belong to several things: one line would tell nothing.
    if points.windows(2).any(|pair| pair[0].0[0] == pair[1].0[0]) {
        return (String::new(), Vec::new());
    }
    let days: Vec<NaiveDate> = points.iter().map(|(_, day)| *day).collect();
    let numbers = table.columns.iter().enumerate().filter(|(_, column)| column.is_number).map(|(place, _)| place);
    let lines: Vec<(usize, Factor)> = numbers.zip(LINES).collect();
    let line = |(place, colour): &(usize, Factor)| Line {
        name: &table.columns[*place].name,
        values: points.iter().map(|(row, _)| row[*place].as_deref()?.parse().ok()).collect(),
        colour: chart::factor(*colour),
        provisional: 0,
    };
    let svg = chart::svg(Chart {
        days: &days,
        lines: lines.iter().map(line).collect(),
        unit: "{c}",
        most: None,
        width: chart::WIDE,
    });
    let legend = lines.iter().map(|(place, colour)| (colour.as_str(), table.columns[*place].name.clone())).collect();
    if svg.is_empty() { (String::new(), Vec::new()) } else { (svg, legend) }
}

#[derive(Template)]
#[template(path = "sql.html")]
struct SqlTemplate<'a> {
    frame: Frame,
    page: &'a SqlPage,
}

/// The page.
///
/// # Errors
/// When the template cannot be rendered.
pub fn sql(page: &SqlPage, setting: Setting) -> askama::Result<String> {
    SqlTemplate { frame: Frame::new(setting, "/sql", "/api/v1/sql".into()), page }.render()
}

/// Tables and saved questions, for machines.
pub fn schema_json() -> Value {
    let saved: Vec<_> = saved_questions().iter().map(|question| question.entry()).collect();
    json!({ "tables": marts(), "saved": saved })
}
