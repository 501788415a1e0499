//! Saved questions: their list, their pages, and their answers as JSON and CSV.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, SubsecRound, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::error::Failure;
use super::guard::Visitor;
use super::pools::csv_chunk;
use super::view::{self, Wanted};
use super::{Site, ask};
use crate::dashboard::{self, QuestionJson};
use crate::query::ask::Table;
use crate::query::{Answer, FigureQuestion, Questions, Range, SavedQuestion, View, figure_question, saved_question};
use crate::snapshot::Snapshot;

/// Which question, as of when, and how.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    name: String,
    as_of: String,
    format: String,
    rows: String,
}

impl Asked {
    fn rows(&self) -> Result<Option<u64>, Failure> {
        let refused = |_| Failure::BadRequest(format!("rows={:?} is not a number of rows", self.rows));
        if self.rows.is_empty() { Ok(None) } else { self.rows.parse().map(Some).map_err(refused) }
    }
}

/// A question with its answer.
struct Found {
    question: FigureQuestion,
    view: View,
    as_of: DateTime<Utc>,
    answer: Answer,
    snapshot: Arc<Snapshot>,
}

pub(super) async fn list(State(site): State<Arc<Site>>) -> Result<Html<String>, Failure> {
    Ok(Html(dashboard::questions(site.setting)?))
}

pub(super) async fn list_json() -> Json<Value> {
    Json(dashboard::questions_json())
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    if let Some(question) = saved_question(&name) {
        return saved_page(&site, &visitor, question, &wanted, &asked).await;
    }
    let question = figure_question(&name).ok_or(Failure::NotFound)?;
    let Found { question, view, as_of, answer, snapshot } = answer(&site, question, &wanted, &asked).await?;
    let page = dashboard::question(&question, &view, as_of, &answer, &snapshot, site.setting)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(page)).into_response())
}

/// A saved question with the begin of its answer.
async fn saved_page(
    site: &Arc<Site>,
    visitor: &Visitor,
    question: &SavedQuestion,
    wanted: &Wanted,
    asked: &Asked,
) -> Result<Response, Failure> {
    let (view, as_of, snapshot) = saved_view(site, wanted, asked)?;
    let ask = question.ask(&view, as_of, Some(dashboard::ROWS_SHOWN));
    let answered = ask::asked(site, visitor, question.name, ask, Table::default()).await?;
    let page = dashboard::saved_question(question, &view, as_of, &answered, &snapshot, site.setting)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(page)).into_response())
}

/// A month of everything unless asked otherwise.
fn saved_view(site: &Site, wanted: &Wanted, asked: &Asked) -> Result<(View, DateTime<Utc>, Arc<Snapshot>), Failure> {
    let snapshot = site.gallery.current().ok_or(Failure::NotReady)?;
    let now = site.clock.now().trunc_subsecs(0);
    let as_of = if asked.as_of.is_empty() { now } else { view::instant("as_of", &asked.as_of)? };
    Ok((wanted.view_or(Range::Month, &snapshot, now)?, as_of, snapshot))
}

pub(super) async fn api(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(question) = saved_question(&asked.name) {
        let (view, as_of, _) = saved_view(&site, &wanted, &asked)?;
        let format = ask::format(&asked.format, &headers)?;
        return ask::file(&site, &visitor, question.name, question.ask(&view, as_of, asked.rows()?), format).await;
    }
    let question = figure_question(&asked.name).ok_or_else(|| {
        Failure::BadRequest(format!("name={:?} is no saved question; /api/v1/queries lists them", asked.name))
    })?;
    let is_csv = match asked.format.as_str() {
        "" => headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/csv")),
        "json" => false,
        "csv" => true,
        other => return Err(Failure::BadRequest(format!("format={other:?} is not json or csv"))),
    };
    let Found { question, view, as_of, answer, .. } = answer(&site, question, &wanted, &asked).await?;
    if !is_csv {
        let json = QuestionJson::of(&question, &view, as_of, &answer);
        return Ok(([(header::CACHE_CONTROL, "no-store"), (header::VARY, "accept")], Json(json)).into_response());
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.csv\"", question.name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::VARY, "accept".to_owned()),
    ];
    Ok((headers, csv_chunk(dashboard::answer_rows(&answer))?).into_response())
}

async fn answer(site: &Arc<Site>, question: FigureQuestion, wanted: &Wanted, asked: &Asked) -> Result<Found, Failure> {
    let snapshot = site.gallery.current().ok_or(Failure::NotReady)?;
    let now = site.clock.now().trunc_subsecs(0);
    let view = wanted.view(&snapshot, now)?;
    let as_of = if asked.as_of.is_empty() { now } else { view::instant("as_of", &asked.as_of)? };
    let _turn = site.turn().await?;
    let store = site.store.clone();
    let answered = tokio::task::spawn_blocking(move || {
        let answer = Questions::of(&store)?.answer(&question, &view, as_of)?;
        Ok::<_, Failure>(Found { question, view, as_of, answer, snapshot })
    });
    answered.await?
}
