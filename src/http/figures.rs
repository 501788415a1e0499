//! Pages of tiles and tables about a view of the store, and their JSON twins.

use std::sync::Arc;

use axum::extract::{Query, RawQuery, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::Site;
use super::error::Failure;
use crate::dashboard::{self, FigurePage, incidents};
use crate::model::PoolKey;
use crate::query::{Questions, Range, View};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

/// What a page is about.
#[derive(Clone, Copy)]
enum Subject {
    /// MFA challenges and their answers.
    Challenges,
    /// Accounts recovered, and MFA switched off.
    Recovery,
    /// Text messages.
    Sms,
    /// What cannot be told.
    BlindSpots,
}

const PAGES: &[(&str, Subject)] = &[
    ("/challenges", Subject::Challenges),
    ("/recovery", Subject::Recovery),
    ("/sms", Subject::Sms),
    ("/blind-spots", Subject::BlindSpots),
];

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    pool: Option<String>,
    range: Option<String>,
}

/// A page and its twin for every subject.
pub(super) fn routes() -> Router<Arc<Site>> {
    PAGES.iter().fold(Router::new(), |router, (address, subject)| {
        let html = move |state, wanted, query| page(state, wanted, query, address, *subject);
        let json = move |state, wanted| twin(state, wanted, *subject);
        router.route(address, get(html)).route(&format!("/api/v1{address}"), get(json))
    })
}

async fn page(
    State(site): State<Arc<Site>>,
    Query(wanted): Query<Wanted>,
    RawQuery(query): RawQuery,
    address: &'static str,
    subject: Subject,
) -> Result<Response, Failure> {
    let page = gather(&site, &wanted, subject).await?;
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let html = dashboard::figures(&page, address, &query, site.setting)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

async fn twin(
    State(site): State<Arc<Site>>,
    Query(wanted): Query<Wanted>,
    subject: Subject,
) -> Result<Response, Failure> {
    let page = gather(&site, &wanted, subject).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)).into_response())
}

async fn gather(site: &Arc<Site>, wanted: &Wanted, subject: Subject) -> Result<FigurePage, Failure> {
    let snapshot = site.gallery.current().ok_or(Failure::NotReady)?;
    let now = site.clock.now();
    let view = view(wanted, &snapshot, now)?;
    let _turn = site.turn().await?;
    let store = site.store.clone();
    Ok(tokio::task::spawn_blocking(move || answer(subject, &snapshot, &Questions::of(&store)?, &view, now)).await??)
}

fn answer(
    subject: Subject,
    snapshot: &Snapshot,
    questions: &Questions,
    view: &View,
    as_of: DateTime<Utc>,
) -> Result<FigurePage, StoreError> {
    let mut page = match subject {
        Subject::Challenges => dashboard::challenges(snapshot, view, as_of, &questions.challenges(view)?),
        Subject::Recovery => {
            let figures = questions.recovery(view, snapshot.records_through(as_of))?;
            dashboard::recovery(snapshot, view, as_of, &figures)
        }
        Subject::Sms => dashboard::sms(snapshot, view, as_of, &questions.sms(view)?),
        Subject::BlindSpots => dashboard::blind_spots(snapshot),
    };
    page.notices.extend(match subject {
        Subject::Challenges => incidents::of_challenges(snapshot, view),
        Subject::Sms => incidents::of_text_messages(snapshot, view),
        Subject::Recovery | Subject::BlindSpots => Vec::new(),
    });
    Ok(page)
}

/// A week of every pool unless asked otherwise.
fn view(wanted: &Wanted, snapshot: &Snapshot, now: DateTime<Utc>) -> Result<View, Failure> {
    let range = match wanted.range.as_deref() {
        None | Some("") => Range::Week,
        Some(word) => Range::from_word(word).ok_or_else(|| {
            let words: Vec<&str> = Range::ALL.iter().map(|range| range.as_str()).collect();
            Failure::BadRequest(format!("range={word:?} is not one of {}", words.join(", ")))
        })?,
    };
    let pool = match wanted.pool.as_deref() {
        None | Some("") => None,
        Some(address) => Some(pool(address, snapshot)?),
    };
    Ok(View::ending_at(now, range, pool))
}

/// A pool of the current picture, by `{aws_region}/{pool_id}`.
fn pool(address: &str, snapshot: &Snapshot) -> Result<PoolKey, Failure> {
    let key = address
        .split_once('/')
        .map(|(aws_region, pool_id)| PoolKey { aws_region: aws_region.to_owned(), pool_id: pool_id.to_owned() });
    key.filter(|key| snapshot.pools.iter().any(|pool| pool.key == *key)).ok_or_else(|| {
        Failure::BadRequest(format!("pool={address:?} is no listed pool; write it like us-east-1/us-east-1_AbC123"))
    })
}
