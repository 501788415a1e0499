//! Pages of tiles and tables about a view of the store, and their JSON twins.

use std::sync::Arc;

use axum::extract::{Query, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::{DateTime, Utc};

use super::Site;
use super::error::Failure;
use super::view::Wanted;
use crate::dashboard::{self, FigurePage, incidents};
use crate::query::{Questions, View};
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
    /// Who switched off or weakened whose protection.
    Audit,
    /// Every pool.
    Pools,
    /// What is read, and what cannot be told.
    Sources,
    /// How the figures are counted.
    About,
}

const PAGES: &[(&str, Subject)] = &[
    ("/challenges", Subject::Challenges),
    ("/recovery", Subject::Recovery),
    ("/sms", Subject::Sms),
    ("/audit", Subject::Audit),
    ("/pools", Subject::Pools),
    ("/sources", Subject::Sources),
    ("/about", Subject::About),
];

/// A page for every subject.
pub(super) fn pages() -> Router<Arc<Site>> {
    PAGES.iter().fold(Router::new(), |router, (address, subject)| {
        router.route(address, get(move |state, wanted, query| page(state, wanted, query, address, *subject)))
    })
}

/// Each as JSON.
pub(super) fn twins() -> Router<Arc<Site>> {
    PAGES.iter().fold(Router::new(), |router, (address, subject)| {
        router.route(&format!("/api/v1{address}"), get(move |state, wanted| twin(state, wanted, *subject)))
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
    let html = dashboard::figures(&page, address, &query.unwrap_or_default(), wanted.setting(&site))?;
    Ok(wanted.answer(html, address, site.clock.now()))
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
    let view = wanted.view(&snapshot, now)?;
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
    let through = snapshot.records_through(as_of);
    let page = match subject {
        Subject::Challenges => {
            let mut page = dashboard::challenges(snapshot, view, as_of, &questions.challenges(view)?);
            page.notices.extend(incidents::of_challenges(snapshot, view));
            page.choose_challenges(view, &questions.client_choices(view)?)
        }
        Subject::Recovery => dashboard::recovery(snapshot, view, as_of, &questions.recovery(view, through)?),
        Subject::Audit => dashboard::audit(snapshot, view, as_of, &questions.recovery(view, through)?),
        Subject::Sms => {
            let mut page = dashboard::sms(snapshot, view, as_of, &questions.sms(view, as_of)?);
            page.notices.extend(incidents::of_text_messages(snapshot, view));
            page.choose_country(view, &questions.country_choices(view)?)
        }
        Subject::Pools => dashboard::pools(snapshot),
        Subject::Sources => dashboard::sources(snapshot),
        Subject::About => dashboard::about(snapshot),
    };
    Ok(page.proven(view, snapshot))
}
