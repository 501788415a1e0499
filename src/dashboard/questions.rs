//! The questions behind the figures: their SQL, and what they are answered.

use askama::Template;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::address;
use super::figures::Filters;
use super::format::{NO_DATA, count, instant};
use super::{Frame, Setting};
use crate::query::ask::{Answered, Table};
use crate::query::{
    Answer, FigureQuestion, MOST_ANSWERED, SavedQuestion, View, figure_questions, inert, question_values,
    saved_questions,
};
use crate::snapshot::Snapshot;

/// Rows that a page shows; the downloads hold the rest.
pub const ROWS_SHOWN: u64 = 200;

/// A question, with its answer: the JSON of it.
#[derive(Debug, Serialize)]
pub struct QuestionJson<'a> {
    /// Its name.
    pub name: &'static str,
    /// What it tells.
    pub purpose: String,
    /// When users were judged, and the store was read.
    pub as_of: DateTime<Utc>,
    /// As it runs on a copy of the store.
    pub sql: String,
    /// The answer.
    #[serde(flatten)]
    pub answer: &'a Answer,
}

impl<'a> QuestionJson<'a> {
    /// The question about a view.
    pub fn of(question: &FigureQuestion, view: &View, as_of: DateTime<Utc>, answer: &'a Answer) -> Self {
        Self {
            name: question.name,
            purpose: question.purpose(),
            as_of,
            sql: question.sql(&question_values(view, as_of)),
            answer,
        }
    }
}

/// An answer as rows of a spreadsheet, the head first.
pub fn answer_rows(answer: &Answer) -> impl Iterator<Item = Vec<String>> {
    let head = answer.columns.iter().map(|column| inert(column)).collect();
    let row = |row: &Vec<Value>| row.iter().map(csv_cell).collect();
    std::iter::once(head).chain(answer.rows.iter().map(row))
}

/// Text may hold anything; numbers are what they are.
fn csv_cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => inert(text),
        other => other.to_string(),
    }
}

/// Where a question about a view is, of exactly its hours and its judgement.
pub(super) fn link(name: &str, view: &View, as_of: DateTime<Utc>) -> String {
    format!("/queries/{name}?{}", asked(view, as_of))
}

fn asked(view: &View, as_of: DateTime<Utc>) -> String {
    format!("{}&as_of={}", address::of_instant(view), as_of.format("%Y-%m-%dT%H:%M:%SZ"))
}

#[derive(Template)]
#[template(path = "questions.html")]
struct QuestionsTemplate {
    frame: Frame,
    saved: Vec<(&'static str, Vec<Entry>)>,
    questions: Vec<Entry>,
}

/// A question in the list.
struct Entry {
    name: &'static str,
    title: String,
    purpose: String,
}

#[derive(Template)]
#[template(path = "question.html")]
struct QuestionTemplate {
    frame: Frame,
    name: &'static str,
    purpose: String,
    as_of: String,
    filters: Filters,
    sql: String,
    columns: Vec<Head>,
    rows: Vec<Vec<String>>,
    position: String,
    downloads: Vec<(&'static str, String)>,
    /// Where the question can be changed; empty for those that are not over the marts.
    editor: String,
}

/// A column of an answer.
struct Head {
    name: String,
    is_figure: bool,
}

/// Pages that saved questions belong to, with their titles.
const PLACES: &[(&str, &str)] = &[
    ("overview", "Enrolment"),
    ("challenges", "Challenges"),
    ("recovery", "Recovery"),
    ("sms", "Text messages"),
    ("audit", "Audit"),
    ("pools", "Pools"),
    ("sources", "What is known, and how well"),
];

/// The list of questions.
///
/// # Errors
/// When the template cannot be rendered.
pub fn questions(setting: Setting) -> askama::Result<String> {
    let entry = |question: &FigureQuestion| Entry {
        name: question.name,
        title: question.name.to_owned(),
        purpose: sentence(&question.purpose()),
    };
    let saved_entry = |question: &SavedQuestion| Entry {
        name: question.name,
        title: question.title.clone(),
        purpose: sentence(&question.entry().purpose),
    };
    let of = |place: &str| saved_questions().iter().filter(|each| each.place == place).map(saved_entry).collect();
    QuestionsTemplate {
        frame: Frame::new(setting, "/queries", "/api/v1/queries".into()),
        saved: PLACES.iter().map(|(place, title)| (*title, of(place))).collect(),
        questions: figure_questions().iter().map(entry).collect(),
    }
    .render()
}

/// The list of questions for machines: names and what they tell.
pub fn questions_json() -> Value {
    let entry = |question: &FigureQuestion| serde_json::json!({"name": question.name, "purpose": question.purpose()});
    let saved: Vec<_> = saved_questions().iter().map(SavedQuestion::entry).collect();
    serde_json::json!({"saved": saved, "figures": figure_questions().iter().map(entry).collect::<Vec<_>>()})
}

/// The page of a question about a view.
///
/// # Errors
/// When the template cannot be rendered.
pub fn question(
    question: &FigureQuestion,
    view: &View,
    as_of: DateTime<Utc>,
    answer: &Answer,
    snapshot: &Snapshot,
    setting: Setting,
) -> askama::Result<String> {
    let asked = format!("name={}&{}", question.name, asked(view, as_of));
    let json = format!("/api/v1/query?{asked}&format=json");
    let all = answer.rows.len();
    let shown = all.min(ROWS_SHOWN as usize);
    let is_figure = |column: usize| answer.rows.iter().any(|row| row[column].is_number());
    QuestionTemplate {
        frame: Frame::new(setting, "/queries", json.clone()),
        name: question.name,
        purpose: sentence(&question.purpose()),
        as_of: instant(as_of),
        filters: Filters::of_question(question, view, snapshot),
        sql: question.sql(&question_values(view, as_of)),
        columns: answer
            .columns
            .iter()
            .enumerate()
            .map(|(column, name)| Head { name: name.clone(), is_figure: is_figure(column) })
            .collect(),
        rows: answer.rows.iter().take(shown).map(|row| row.iter().map(cell).collect()).collect(),
        position: match (all, answer.is_cut) {
            (_, true) => format!("The first {} of more than {} rows", count(shown as u64), count(MOST_ANSWERED as u64)),
            (1, _) => "1 row".to_owned(),
            (all, _) if all > shown => format!("The first {} of {} rows", count(shown as u64), count(all as u64)),
            (all, _) => format!("{} rows", count(all as u64)),
        },
        downloads: vec![("CSV", format!("/api/v1/query?{asked}&format=csv")), ("JSON", json)],
        editor: String::new(),
    }
    .render()
}

/// The page of a saved question about a view.
///
/// # Errors
/// When the template cannot be rendered.
pub fn saved_question(
    question: &SavedQuestion,
    view: &View,
    as_of: DateTime<Utc>,
    answered: &Answered<Table>,
    snapshot: &Snapshot,
    setting: Setting,
) -> askama::Result<String> {
    let asked = format!("name={}&{}", question.name, asked(view, as_of));
    let download = |format: &str| format!("/api/v1/query?{asked}&format={format}");
    let sql = question.sql(view);
    let cell = |cell: &Option<String>| cell.clone().unwrap_or_else(|| NO_DATA.to_owned());
    let rows = answered.rows;
    QuestionTemplate {
        frame: Frame::new(setting, "/queries", download("json")),
        name: question.name,
        purpose: format!("{}. {}", question.title, sentence(&question.entry().purpose)),
        as_of: instant(as_of),
        filters: Filters::of_parameters(|parameter| question.is_asked_with(parameter), view, snapshot),
        editor: format!("/sql?{}", form_urlencoded::Serializer::new(String::new()).append_pair("sql", &sql).finish()),
        sql,
        columns: answered
            .made
            .columns
            .iter()
            .map(|column| Head { name: column.name.clone(), is_figure: column.is_number })
            .collect(),
        rows: answered.made.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        position: match (rows, answered.is_cut) {
            (rows, true) => format!("The first {} rows", count(rows)),
            (1, _) => "1 row".to_owned(),
            (rows, _) => format!("{} rows", count(rows)),
        },
        downloads: vec![
            ("CSV", download("csv")),
            ("JSON", download("json")),
            ("Parquet", download("parquet")),
            ("Arrow", download("arrow")),
        ],
    }
    .render()
}

/// As people read it, without thousands separators: what is copied must be what is stored.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => NO_DATA.to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_has_no_formula_and_keeps_its_numbers() {
        let answer = Answer {
            columns: vec!["=name".into(), "events".into()],
            rows: vec![vec![json!("@SUM(A1)"), json!(-5)], vec![Value::Null, json!(true)]],
            is_cut: false,
        };
        let rows: Vec<Vec<String>> = answer_rows(&answer).collect();
        assert_eq!(rows, [["'=name", "events"], ["'@SUM(A1)", "-5"], ["", "true"]]);
    }
}
