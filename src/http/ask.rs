//! Ad-hoc SQL: the page, and the API.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio_util::io::ReaderStream;
use tracing::info;

use super::Site;
use super::error::Failure;
use super::guard::Visitor;
use crate::dashboard::{self, SqlAnswer, SqlPage};
use crate::export::{Format, Spool, Spooled, Writing};
use crate::query::ask::{self, Answered, Ask, Bound, Receive, Table};

/// Rows that the page shows; the downloads hold the rest.
const ROWS_SHOWN: u64 = 500;

/// `Mfascope-Rows` and `Mfascope-Truncated`: what a file alone cannot say.
const ROWS: HeaderName = HeaderName::from_static("mfascope-rows");
const TRUNCATED: HeaderName = HeaderName::from_static("mfascope-truncated");

/// `{"sql": "…", "parameters": {…}, "rows": 100}`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Posted {
    sql: String,
    #[serde(default)]
    parameters: Parameters,
    rows: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Parameters {
    Named(Map<String, Value>),
    Positional(Vec<Value>),
}

impl Default for Parameters {
    fn default() -> Self {
        Self::Named(Map::new())
    }
}

/// What the page's form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    sql: String,
    format: String,
}

pub(super) async fn api(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    posted: Result<Json<Posted>, JsonRejection>,
) -> Result<Response, Failure> {
    let Json(posted) = posted.map_err(|rejection| Failure::BadRequest(one_line(&rejection.body_text())))?;
    let parameters = match &posted.parameters {
        Parameters::Named(values) => ask::named(values)?,
        Parameters::Positional(values) => ask::positional(values)?,
    };
    let format = format(&asked.format, &headers)?;
    let ask = Ask { sql: posted.sql, parameters, as_of: site.clock.now(), rows: posted.rows };
    file(&site, &visitor, "ad-hoc", ask, format).await
}

/// The format that is named, else the one that is accepted.
pub(super) fn format(named: &str, headers: &HeaderMap) -> Result<Format, Failure> {
    if !named.is_empty() {
        return Format::from_name(named)
            .ok_or_else(|| Failure::BadRequest(format!("format={named:?} is not json, csv, parquet or arrow")));
    }
    let accept = headers.get(header::ACCEPT).map(|accept| accept.to_str().unwrap_or_default());
    let accepted = accept.map_or(Some(Format::Json), Format::accepted);
    accepted.ok_or_else(|| {
        let kinds: Vec<&str> = Format::ALL.iter().map(|format| format.media_type()).collect();
        Failure::BadRequest(format!("nothing that Accept names is offered: {}", kinds.join(", ")))
    })
}

/// An answer as a file.
pub(super) async fn file(
    site: &Site,
    visitor: &Visitor,
    name: &str,
    ask: Ask,
    format: Format,
) -> Result<Response, Failure> {
    let spool = Spool::in_folder(site.store.folder());
    let answered = asked(site, visitor, name, ask, Writing::new(format, spool)).await?;
    let spooled = answered.made.finish().map_err(|error| Failure::Broken(error.to_string()))?;
    let body = match spooled {
        Spooled::Bytes(bytes) => Body::from(bytes),
        Spooled::File(file) => Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file))),
    };
    let text = |text: &str| HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("?"));
    let mut headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::VARY, HeaderValue::from_static("accept")),
        (ROWS, text(&answered.rows.to_string())),
        (TRUNCATED, text(&answered.is_cut.to_string())),
    ]);
    if format != Format::Json {
        let file = format!("attachment; filename=\"mfascope-{name}.{}\"", format.as_str());
        headers.insert(header::CONTENT_DISPOSITION, text(&file));
    }
    Ok((headers, body).into_response())
}

/// Asks, and logs who asked what of whom. The text itself may name people: it is not logged.
pub(super) async fn asked<R: Receive>(
    site: &Site,
    visitor: &Visitor,
    name: &str,
    ask: Ask,
    receiver: R,
) -> Result<Answered<R::Made>, Failure> {
    let (user, bytes) = (visitor.0.as_deref().unwrap_or_default(), ask.sql.len());
    let answered = site.desk.ask(ask, receiver).await;
    match &answered {
        Ok(Answered { rows, is_cut, marts, took, .. }) => {
            let (milliseconds, marts) = (took.as_millis() as u64, marts.join(","));
            info!(
                user,
                question = name,
                marts,
                rows,
                truncated = is_cut,
                milliseconds,
                bytes,
                "a question was answered"
            );
        }
        Err(refusal) => info!(user, question = name, bytes, kind = refusal.kind(), "a question was not answered"),
    }
    Ok(answered?)
}

pub(super) async fn page(State(site): State<Arc<Site>>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    show(&site, asked.sql, None)
}

pub(super) async fn page_json() -> Json<Value> {
    Json(dashboard::schema_json())
}

pub(super) async fn page_with_answer(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(form): Form<Asked>,
) -> Result<Response, Failure> {
    // Nobody else's page may ask in a reader's name.
    let site_of_origin = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok()).unwrap_or("same-origin");
    if !matches!(site_of_origin, "same-origin" | "none") {
        return Err(Failure::BadRequest("questions come from this page alone".into()));
    }
    let ask = |rows| Ask { sql: form.sql.clone(), parameters: Bound::Named(Vec::new()), as_of: site.clock.now(), rows };
    if !form.format.is_empty() {
        let format = format(&form.format, &headers)?;
        return file(&site, &visitor, "ad-hoc", ask(None), format).await;
    }
    let answered = match asked(&site, &visitor, "page", ask(Some(ROWS_SHOWN)), Table::default()).await {
        Ok(answered) => SqlAnswer::Table(answered),
        // What is wrong is told where it can be mended.
        Err(Failure::Refused(refusal)) => SqlAnswer::Refusal(refusal.to_string()),
        Err(other) => return Err(other),
    };
    show(&site, form.sql, Some(answered))
}

fn show(site: &Site, sql: String, answer: Option<SqlAnswer>) -> Result<Response, Failure> {
    let page = dashboard::sql(&SqlPage::new(sql, answer, site.desk.limits()), site.setting)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(page)).into_response())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
