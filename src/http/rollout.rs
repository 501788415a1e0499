//! Decisions about MFA: the page, its JSON, worklists, and those that were kept.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Site;
use super::error::Failure;
use super::guard::Visitor;
use super::pools::csv_chunk;
use super::view;
use crate::dashboard;
use crate::decision::{Context, Decision, DecisionError, Wanted, Words, decide, members};
use crate::model::PoolKey;
use crate::query::{KeptDecision, Questions, RiskUser, replayed};
use crate::rollout::{Difference, Risk, compare};
use crate::snapshot::Snapshot;

/// Users of a worklist in an answer, at most.
const MOST_USERS: u64 = 100_000;

/// Users of a worklist unless asked otherwise.
const USERS_SHOWN: u64 = 1_000;

pub(super) fn pages() -> Router<Arc<Site>> {
    Router::new()
        .route("/rollout", get(page))
        .route("/rollout/sql", get(sql))
        .route("/rollout/freeze", post(freeze_from_page))
        .route("/rollout/records", get(records_page))
        .route("/rollout/records/{record_id}", get(record_page))
        .route("/rollout/records/{record_id}/against/{other_id}", get(comparison_page))
}

pub(super) fn twins() -> Router<Arc<Site>> {
    Router::new()
        .route("/api/v1/rollout", get(twin))
        .route("/api/v1/rollout/users", get(users))
        .route("/api/v1/rollout/freeze", post(freeze))
        .route("/api/v1/rollout/records", get(records))
        .route("/api/v1/rollout/records/{record_id}", get(record))
        .route("/api/v1/rollout/records/{record_id}/against/{other_id}", get(comparison))
}

impl From<DecisionError> for Failure {
    fn from(error: DecisionError) -> Self {
        match error {
            DecisionError::Store(error) => error.into(),
            DecisionError::Unlisted(_) | DecisionError::Cohort(..) => Self::BadRequest(error.to_string()),
        }
    }
}

/// What is asked for, of which picture.
struct Asked {
    wanted: Wanted,
    snapshot: Arc<Snapshot>,
    /// The page is kept as a file.
    is_report: bool,
    /// Words that are not about the decision.
    more: Words,
}

/// Words about the answer rather than the decision.
const ABOUT_ANSWERS: [&str; 5] = ["download", "format", "limit", "offset", "reason"];

fn asked(site: &Site, mut words: Words) -> Result<Asked, Failure> {
    let snapshot = site.gallery.current().ok_or(Failure::NotReady)?;
    let more: Words =
        ABOUT_ANSWERS.iter().filter_map(|name| Some(((*name).to_owned(), words.remove(*name)?))).collect();
    let key = match words.remove("pool").filter(|pool| !pool.is_empty()) {
        Some(address) => view::pool_of(&address, &snapshot)?,
        // The one that matters most.
        None => largest(&snapshot).ok_or_else(|| Failure::BadRequest("no pool is listed yet".into()))?,
    };
    let wanted = Wanted::of_words(key, &words).map_err(Failure::BadRequest)?;
    let is_report = more.get("download").is_some_and(|word| word == "report");
    Ok(Asked { wanted, snapshot, is_report, more })
}

fn largest(snapshot: &Snapshot) -> Option<PoolKey> {
    let most_first = |pool: &&crate::query::PoolFacts| (pool.population.eligible, std::cmp::Reverse(pool.key.clone()));
    snapshot.pools.iter().max_by_key(most_first).map(|pool| pool.key.clone())
}

async fn decision(site: &Arc<Site>, asked: &Asked) -> Result<Decision, Failure> {
    let as_of = site.clock.now();
    let members = members(&site.desk, &site.config.rollout, &asked.wanted, as_of).await;
    let _turn = site.turn().await?;
    let (site, wanted, snapshot) = (Arc::clone(site), asked.wanted.clone(), Arc::clone(&asked.snapshot));
    let decided = tokio::task::spawn_blocking(move || {
        let context = Context {
            config: &site.config.rollout,
            small_denominator: snapshot.small_denominator,
            data_through: snapshot.trail_through(&wanted.key),
            as_of,
        };
        decide(Questions::of(&site.store)?, &wanted, members, &context)
    });
    Ok(decided.await??)
}

async fn page(State(site): State<Arc<Site>>, Query(words): Query<Words>) -> Result<Response, Failure> {
    let snapshot = site.gallery.current().ok_or(Failure::NotReady)?;
    if snapshot.pools.is_empty() {
        let html = dashboard::figures(&dashboard::rollout_of_nobody(&snapshot), "/rollout", "", site.setting)?;
        return Ok(view::answer(html, "rollout", false, snapshot.as_of));
    }
    let asked = asked(&site, words)?;
    let decision = decision(&site, &asked).await?;
    let page = dashboard::rollout(&asked.snapshot, &asked.wanted, &site.config.rollout, &decision);
    let query = dashboard::query_of(&asked.wanted);
    let setting = dashboard::Setting { is_report: asked.is_report, ..site.setting };
    let html = dashboard::figures(&page, "/rollout", &query, setting)?;
    Ok(view::answer(html, "rollout", asked.is_report, decision.as_of))
}

async fn twin(State(site): State<Arc<Site>>, Query(words): Query<Words>) -> Result<Response, Failure> {
    let decision = decision(&site, &asked(&site, words)?).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(decision)).into_response())
}

/// The statements behind the figures.
async fn sql(State(site): State<Arc<Site>>, Query(words): Query<Words>) -> Result<Response, Failure> {
    let decision = decision(&site, &asked(&site, words)?).await?;
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, decision.sql).into_response())
}

/// Users with a reason why they may be locked out.
async fn users(State(site): State<Arc<Site>>, Query(words): Query<Words>) -> Result<Response, Failure> {
    let asked = asked(&site, words)?;
    let reasons = match asked.more.get("reason").filter(|word| !word.is_empty()) {
        None => Risk::ALL.to_vec(),
        Some(word) => vec![Risk::from_word(word).ok_or_else(|| one_of("reason", word, Risk::ALL))?],
    };
    let number = |name: &str, unasked: u64| match asked.more.get(name).filter(|word| !word.is_empty()) {
        None => Ok(unasked),
        Some(word) => word.parse().map_err(|_| Failure::BadRequest(format!("{name}={word:?} is no number"))),
    };
    let is_csv = match asked.more.get("format").map(String::as_str) {
        None | Some("" | "json") => false,
        Some("csv") => true,
        Some(other) => return Err(Failure::BadRequest(format!("format={other:?} is not json or csv"))),
    };
    let limit = number("limit", if is_csv { MOST_USERS } else { USERS_SHOWN })?.clamp(1, MOST_USERS);
    let offset = number("offset", 0)?;
    let found = worklist(&site, &asked, reasons, limit, offset).await?;
    let no_store = (header::CACHE_CONTROL, "no-store".to_owned());
    if !is_csv {
        return Ok(([no_store], Json(json!({"as_of": site.clock.now(), "users": found}))).into_response());
    }
    let mut csv = csv_chunk(Some(dashboard::RISK_HEADER.map(str::to_owned)).into_iter())?;
    csv.extend(csv_chunk(found.iter().map(dashboard::risk_row))?);
    let name = format!("{}-lock-out-risks.csv", asked.wanted.key.pool_id);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        no_store,
    ];
    Ok((headers, Body::from(csv)).into_response())
}

async fn worklist(
    site: &Arc<Site>,
    asked: &Asked,
    reasons: Vec<Risk>,
    limit: u64,
    offset: u64,
) -> Result<Vec<RiskUser>, Failure> {
    let as_of = site.clock.now();
    let _turn = site.turn().await?;
    let (site, wanted, small) = (Arc::clone(site), asked.wanted.clone(), asked.snapshot.small_denominator);
    let found = tokio::task::spawn_blocking(move || -> Result<Vec<RiskUser>, DecisionError> {
        let stretch = replayed(wanted.days.unwrap_or(site.config.rollout.days), as_of);
        let gathered = Questions::of(&site.store)?.rollout(&wanted.key, stretch, as_of)?;
        let gathered = gathered.ok_or_else(|| DecisionError::Unlisted(wanted.key.clone()))?;
        let (facts, target) = (gathered.users()?, wanted.target(&gathered.setting()));
        let mut decided = gathered.decide(&facts, target, wanted.assumption)?;
        decided.risks(small)?;
        Ok(decided.risk_users(&reasons, limit, offset)?)
    });
    Ok(found.await??)
}

fn one_of<T: ToString>(name: &str, word: &str, all: &[T]) -> Failure {
    let all: Vec<String> = all.iter().map(T::to_string).collect();
    let short: String = word.chars().take(64).collect();
    Failure::BadRequest(format!("{name}={short:?} is not one of {}", all.join(", ")))
}

/// Keeps what the page shows, and shows what was kept.
async fn freeze_from_page(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(words): Query<Words>,
) -> Result<Response, Failure> {
    let record_id = keep(&site, visitor, &headers, words).await?;
    Ok(Redirect::to(&format!("/rollout/records/{record_id}")).into_response())
}

/// The same for programs.
async fn freeze(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(words): Query<Words>,
) -> Result<Response, Failure> {
    let record_id = keep(&site, visitor, &headers, words).await?;
    let (kept, ..) = kept(&site, record_id).await?;
    Ok(Json(kept).into_response())
}

async fn keep(site: &Arc<Site>, visitor: Visitor, headers: &HeaderMap, words: Words) -> Result<Uuid, Failure> {
    // A browser sends the password to whoever's form asks it to.
    if !is_own(headers) {
        return Err(Failure::BadRequest("decisions are kept from pages of this daemon".into()));
    }
    let decision = decision(site, &asked(site, words)?).await?;
    let record = decision.freeze(visitor.0, site.clock.now());
    let (store, record_id) = (site.store.clone(), record.record_id);
    tokio::task::spawn_blocking(move || store.keep_decision(&record)).await??;
    Ok(record_id)
}

/// Whether a page of this address asks, or none at all.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    match text(header::ORIGIN) {
        None => !headers.contains_key(header::ORIGIN),
        Some(origin) => {
            text(header::HOST).is_some_and(|host| origin.split_once("://").is_some_and(|(_, own)| own == host))
        }
    }
}

type Kept = (KeptDecision, Value, bool);

async fn kept(site: &Arc<Site>, record_id: Uuid) -> Result<Kept, Failure> {
    let _turn = site.turn().await?;
    let store = site.store.clone();
    let found = tokio::task::spawn_blocking(move || Questions::of(&store)?.kept_decision(record_id)).await??;
    found.ok_or(Failure::NotFound)
}

async fn all_kept(site: &Arc<Site>) -> Result<Vec<KeptDecision>, Failure> {
    let _turn = site.turn().await?;
    let store = site.store.clone();
    Ok(tokio::task::spawn_blocking(move || Questions::of(&store)?.kept_decisions()).await??)
}

async fn compared(site: &Arc<Site>, record_id: Uuid, other_id: Uuid) -> Result<(Kept, Kept, Vec<Difference>), Failure> {
    // The first is the one before.
    let (first, second) = (kept(site, other_id).await?, kept(site, record_id).await?);
    let differences = compare(&first.1, &second.1);
    Ok((first, second, differences))
}

async fn records_page(State(site): State<Arc<Site>>) -> Result<Response, Failure> {
    let page = dashboard::records(&all_kept(&site).await?);
    let html = dashboard::figures(&page, "/rollout/records", "", site.setting)?;
    Ok(view::answer(html, "decisions", false, site.clock.now()))
}

async fn records(State(site): State<Arc<Site>>) -> Result<Response, Failure> {
    Ok(Json(json!({"records": all_kept(&site).await?})).into_response())
}

async fn record_page(
    State(site): State<Arc<Site>>,
    Path(record_id): Path<Uuid>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (kept, document, is_intact) = kept(&site, record_id).await?;
    let decision: Decision = serde_json::from_value(document)
        .map_err(|error| Failure::Broken(format!("the decision {record_id} cannot be read: {error}")))?;
    let small = site.gallery.current().map_or(0, |snapshot| snapshot.small_denominator);
    let page = dashboard::record(&kept, &decision, is_intact, small);
    let is_report = query.is_some_and(|query| query == "download=report");
    let setting = dashboard::Setting { is_report, ..site.setting };
    let html = dashboard::figures(&page, &format!("/rollout/records/{record_id}"), "", setting)?;
    Ok(view::answer(html, "decision", is_report, kept.made_at))
}

async fn record(State(site): State<Arc<Site>>, Path(record_id): Path<Uuid>) -> Result<Response, Failure> {
    let (kept, document, is_intact) = kept(&site, record_id).await?;
    Ok(Json(json!({"record": kept, "is_intact": is_intact, "document": document})).into_response())
}

async fn comparison_page(
    State(site): State<Arc<Site>>,
    Path((record_id, other_id)): Path<(Uuid, Uuid)>,
) -> Result<Response, Failure> {
    let ((first, ..), (second, ..), differences) = compared(&site, record_id, other_id).await?;
    let page = dashboard::comparison(&first, &second, &differences);
    let html =
        dashboard::figures(&page, &format!("/rollout/records/{record_id}/against/{other_id}"), "", site.setting)?;
    Ok(view::answer(html, "decisions", false, site.clock.now()))
}

async fn comparison(
    State(site): State<Arc<Site>>,
    Path((record_id, other_id)): Path<(Uuid, Uuid)>,
) -> Result<Response, Failure> {
    let ((first, ..), (second, ..), differences) = compared(&site, record_id, other_id).await?;
    Ok(Json(json!({"first": first, "second": second, "differences": differences})).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_same_address_may_ask() {
        let asked_by = |origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "127.0.0.1:10632".parse().expect("a value"));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().expect("a value"));
            }
            is_own(&headers)
        };
        assert!(asked_by(None) && asked_by(Some("http://127.0.0.1:10632")));
        for stranger in ["http://127.0.0.1:10633", "https://example.org", "null", "http://127.0.0.1:10632.example.org"]
        {
            assert!(!asked_by(Some(stranger)), "{stranger}");
        }
    }
}
