//! The first page. It is the same for everybody until the picture changes: rendered and packed once each.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::Json;
use axum::extract::{Query, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::Mutex;

use super::Site;
use super::error::Failure;
use super::packed::Packed;
use super::view::Wanted;
use crate::dashboard::{self, Overview};
use crate::query::Scope;
use crate::snapshot::Snapshot;

/// The page of the last picture that was asked for. Cheap to clone.
#[derive(Clone, Default)]
pub struct FirstPage {
    rendered: Arc<ArcSwapOption<Rendered>>,
    rendering: Arc<Mutex<()>>,
}

struct Rendered {
    of: Arc<Snapshot>,
    html: Packed,
}

impl FirstPage {
    async fn of(&self, snapshot: &Arc<Snapshot>, site: &Site) -> Result<Arc<Rendered>, Failure> {
        let found = || self.rendered.load_full().filter(|rendered| Arc::ptr_eq(&rendered.of, snapshot));
        if let Some(rendered) = found() {
            return Ok(rendered);
        }
        // The others wait for the first who came.
        let _turn = self.rendering.lock().await;
        if let Some(rendered) = found() {
            return Ok(rendered);
        }
        let (of, setting) = (Arc::clone(snapshot), site.setting);
        let render = move || -> Result<Rendered, Failure> {
            let html = dashboard::overview(&of, &Scope::default(), "", setting)?;
            Ok(Rendered { of, html: Packed::of(html) })
        };
        let rendered = Arc::new(tokio::task::spawn_blocking(render).await??);
        self.rendered.store(Some(Arc::clone(&rendered)));
        Ok(rendered)
    }
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    Query(wanted): Query<Wanted>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let snapshot = site.gallery.current().ok_or(Failure::NotReady)?;
    let query = query.unwrap_or_default();
    if !query.is_empty() {
        let scope = wanted.scope(&snapshot)?;
        let page = dashboard::overview(&snapshot, &scope, &query, wanted.setting(&site))?;
        return Ok(wanted.answer(page, "/", site.clock.now()));
    }
    let rendered = site.first_page.of(&snapshot, &site).await?;
    Ok(rendered.html.answer(&headers, "text/html; charset=utf-8", "accept-encoding"))
}

pub(super) async fn json(State(site): State<Arc<Site>>, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    let snapshot = site.gallery.current().ok_or(Failure::NotReady)?;
    let page = Overview::of(&snapshot, &wanted.scope(&snapshot)?);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)).into_response())
}
