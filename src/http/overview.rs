//! The first page. It is the same for everybody until the picture changes: rendered and packed once each.

use std::io::Write;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::Mutex;

use super::Site;
use super::error::Failure;
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
    html: Bytes,
    packed: Bytes,
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
            let packed = packed(html.as_bytes()).map_err(|error| Failure::Broken(error.to_string()))?;
            Ok(Rendered { of, html: html.into(), packed: packed.into() })
        };
        let rendered = Arc::new(tokio::task::spawn_blocking(render).await??);
        self.rendered.store(Some(Arc::clone(&rendered)));
        Ok(rendered)
    }
}

fn packed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes)?;
    packer.finish()
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
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|accepted| accepted.to_str().ok()).unwrap_or_default();
    let always = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept-encoding"),
    ];
    // Whoever refuses gzip by name is rare; the layer below packs for those who want something else.
    Ok(if accepts.contains("gzip") && !accepts.contains("gzip;q=0") {
        (always, [(header::CONTENT_ENCODING, "gzip")], rendered.packed.clone()).into_response()
    } else {
        (always, rendered.html.clone()).into_response()
    })
}

pub(super) async fn json(State(site): State<Arc<Site>>, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    let snapshot = site.gallery.current().ok_or(Failure::NotReady)?;
    let page = Overview::of(&snapshot, &wanted.scope(&snapshot)?);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)).into_response())
}
