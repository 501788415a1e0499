//! Files of history, as parts of a form.

mod arriving;

use std::collections::HashSet;
use std::iter;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Multipart, Query, State};
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::channel;
use tracing::info;
use uuid::Uuid;

use super::Site;
use super::error::Failure;
use super::guard::Visitor;
use crate::config::is_region;
use crate::import::{Importer, Parcel, Report, Run, pool_key};
use crate::store::StoreError;
use arriving::{Whose, receive};

/// Who sends nothing for longer is gone, and lets the next import begin.
const LONGEST_SILENCE: Duration = Duration::from_secs(120);

/// Files that wait to be read.
const FILES: usize = 64;

/// Whose files they are.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    source: Option<String>,
    region: Option<String>,
    /// User pool of users and settings that name none.
    pool: Option<String>,
    /// The import that the files are part of; without it they are one by themselves.
    run: Option<Uuid>,
    /// It begins with them.
    begins: bool,
}

/// The end of an import of several requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    run: Uuid,
    /// Pools of which some file could not be sent.
    #[serde(default)]
    incomplete: Vec<String>,
}

/// Ids of files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Files {
    files: Vec<Uuid>,
}

/// Those that were read to their end before.
#[derive(Debug, Serialize)]
pub(super) struct Known {
    known: HashSet<Uuid>,
}

/// Reads the files of a form while they arrive.
pub(super) async fn import(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<Report>, Failure> {
    // A page somewhere else could send a form here in a reader's name; programs name no origin.
    if headers.contains_key(header::ORIGIN) {
        return Err(Failure::BadRequest("files come from programs, not from pages".into()));
    }
    let form = form.map_err(|rejection| Failure::BadRequest(rejection.body_text()))?;
    let source = site.importer.source(asked.source.as_deref()).map_err(Failure::BadRequest)?;
    let whose = Whose {
        region: match asked.region {
            Some(region) if !is_region(&region) => return Err(not_a_region()),
            region => region,
        },
        pool: match asked.pool {
            Some(id) => Some(pool_key(&id).ok_or_else(not_a_pool)?),
            None => None,
        },
    };
    let of = match asked.run {
        Some(id) if asked.begins => Of::New(Some(id)),
        Some(id) => Of::Known(id),
        None => Of::New(None),
    };
    // Who hangs up stops nothing half way: what was read is stored, and the import has an end.
    tokio::spawn(take(site, visitor, of, source, form, whose)).await?
}

/// The import that files are part of.
enum Of {
    /// One that begins with them; without an id it ends with them, too.
    New(Option<Uuid>),
    /// One that has begun.
    Known(Uuid),
}

async fn take(
    site: Arc<Site>,
    visitor: Visitor,
    of: Of,
    source: String,
    mut form: Multipart,
    whose: Whose,
) -> Result<Json<Report>, Failure> {
    let mut runs = site.imports.lock().await;
    let (mut run, id, is_first) = match of {
        Of::Known(id) => (runs.take(id).ok_or_else(forgotten)?, Some(id), false),
        Of::New(id) => (site.importer.begin(&source), id, true),
    };
    let is_idle = is_first && runs.is_idle(site.clock.now());
    let (parcels, mut arriving) = channel::<Parcel<'static>>(FILES);
    let importer = site.importer.clone();
    let reading = tokio::task::spawn_blocking(move || -> Result<(Run, Report), StoreError> {
        if is_idle {
            importer.forget_killed()?;
        }
        let report = importer.read(&mut run, iter::from_fn(|| arriving.blocking_recv()), |_| {})?;
        Ok((run, report))
    });
    let received = receive(&mut form, &parcels, &whose, LONGEST_SILENCE).await;
    drop(parcels);
    let (run, mut report) = reading.await??;
    match id {
        Some(id) if received.is_ok() => runs.put(id, run, site.clock.now()),
        // Of a form that breaks off nobody knows what was still to come: its listings are not complete.
        _ => report.add(end(&site.importer, run, received.is_err()).await?),
    }
    drop(runs);
    info!(
        user = visitor.0.unwrap_or_default(),
        files = report.files,
        records = report.records(),
        stored = report.stored,
        "files were imported"
    );
    received.map_err(|error| Failure::BadRequest(format!("the form cannot be read: {error}")))?;
    Ok(Json(report))
}

/// Ends an import of several requests.
pub(super) async fn end_run(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    posted: Result<Json<End>, JsonRejection>,
) -> Result<Json<Report>, Failure> {
    let Json(End { run, incomplete }) = posted.map_err(|rejection| Failure::BadRequest(rejection.body_text()))?;
    let mut runs = site.imports.lock().await;
    let mut run = runs.take(run).ok_or_else(forgotten)?;
    incomplete.iter().filter_map(|id| pool_key(id)).for_each(|key| run.lacks(&key));
    let report = end(&site.importer, run, false).await?;
    drop(runs);
    let Report { users, pools, .. } = report;
    info!(user = visitor.0.unwrap_or_default(), users, pools, "an import is at its end");
    Ok(Json(report))
}

async fn end(importer: &Importer, mut run: Run, is_cut_off: bool) -> Result<Report, Failure> {
    let importer = importer.clone();
    if is_cut_off {
        run.lacks_all();
    }
    Ok(tokio::task::spawn_blocking(move || importer.end(run)).await??)
}

fn not_a_region() -> Failure {
    Failure::BadRequest("region: not an AWS Region like us-east-1".into())
}

fn not_a_pool() -> Failure {
    Failure::BadRequest("pool: not a user pool id like us-east-1_AbC123".into())
}

fn forgotten() -> Failure {
    Failure::Conflict(
        "the daemon does not know this import: it was restarted, or nothing came for long; begin again".into(),
    )
}

/// Which files need not be sent.
pub(super) async fn known(
    State(site): State<Arc<Site>>,
    posted: Result<Json<Files>, JsonRejection>,
) -> Result<Json<Known>, Failure> {
    let Json(Files { files }) = posted.map_err(|rejection| Failure::BadRequest(rejection.body_text()))?;
    let importer = site.importer.clone();
    let known = tokio::task::spawn_blocking(move || importer.known(&files)).await??;
    Ok(Json(Known { known }))
}
