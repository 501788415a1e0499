//! Pages, JSON and CSV of one pool and its users.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use chrono::SubsecRound;
use futures_util::stream;
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tracing::error;

use super::error::Failure;
use super::{Site, view};
use crate::dashboard::{self, CSV_HEADER, Part, PoolPage, UsersJson, UsersPage};
use crate::model::PoolKey;
use crate::query::{PoolFacts, Questions, UserList, UserRow, Users};

/// Users on a page unless asked otherwise, and at most.
const USERS_SHOWN: u64 = 100;
const MOST_USERS: u64 = 10_000;

/// Users per chunk of a CSV: what is held in memory at once.
const CHUNK: u64 = 5_000;

/// A reader who takes no chunk for so long is given up: the list keeps a reading transaction open.
const LONGEST_STALL: Duration = Duration::from_secs(30);

/// `{aws_region}/{pool_id}`
type Address = Path<(String, String)>;

/// Which users, and how.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    list: Option<String>,
    limit: Option<u64>,
    offset: Option<u64>,
    format: Option<String>,
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    address: Address,
    Query(asked): Query<view::Wanted>,
) -> Result<Response, Failure> {
    let page = view(&site, address)?;
    Ok(asked.answer(dashboard::pool(&page, asked.setting(&site))?, &page.page, site.clock.now()))
}

pub(super) async fn json(State(site): State<Arc<Site>>, address: Address) -> Result<Response, Failure> {
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view(&site, address)?)).into_response())
}

fn view(site: &Site, address: Address) -> Result<PoolPage, Failure> {
    let snapshot = site.gallery.current().ok_or(Failure::NotReady)?;
    PoolPage::of(&snapshot, &key(address)).ok_or(Failure::NotFound)
}

pub(super) async fn users_page(
    State(site): State<Arc<Site>>,
    address: Address,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let pool = pool(&site, address)?;
    let part = part(&wanted, UserList::NotProtected)?;
    let as_of = site.clock.now();
    let (total, rows) = read(&site, &pool, part).await?;
    let page = UsersPage::of(&pool, part, total, &rows, as_of);
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(dashboard::users(&page, site.setting)?)).into_response())
}

pub(super) async fn users_json(
    State(site): State<Arc<Site>>,
    address: Address,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let pool = pool(&site, address)?;
    let part = part(&wanted, UserList::All)?;
    match wanted.format.as_deref() {
        None | Some("json") => {}
        Some("csv") => return users_csv(site, pool, part.list).await,
        Some(other) => return Err(Failure::BadRequest(format!("format={other:?} is not json or csv"))),
    }
    let as_of = site.clock.now().trunc_subsecs(0);
    let (total, rows) = read(&site, &pool, part).await?;
    let PoolKey { aws_region, pool_id } = pool.key;
    let answer = UsersJson { as_of, aws_region, pool_id, list: part.list.as_str(), total, users: rows };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

fn key(Path((aws_region, pool_id)): Address) -> PoolKey {
    PoolKey { aws_region, pool_id }
}

/// A pool of the current picture: only such a one has an address. Before its first sweep it has no
/// users to list, which is not the same as none.
fn pool(site: &Site, address: Address) -> Result<PoolFacts, Failure> {
    let (snapshot, key) = (site.gallery.current().ok_or(Failure::NotReady)?, key(address));
    let pool = snapshot.pools.iter().find(|pool| pool.key == key).ok_or(Failure::NotFound)?;
    if pool.listed_users_at.is_some() { Ok(pool.clone()) } else { Err(Failure::NotReady) }
}

fn part(wanted: &Wanted, usual: UserList) -> Result<Part, Failure> {
    let list = match wanted.list.as_deref() {
        None => usual,
        Some(word) => UserList::from_word(word).ok_or_else(|| {
            let words: Vec<&str> = UserList::ALL.iter().map(|list| list.as_str()).collect();
            Failure::BadRequest(format!("list={word:?} is not one of {}", words.join(", ")))
        })?,
    };
    let limit = wanted.limit.unwrap_or(USERS_SHOWN).clamp(1, MOST_USERS);
    Ok(Part { list, offset: wanted.offset.unwrap_or(0).min(i64::MAX as u64 / 2), limit })
}

async fn read(site: &Arc<Site>, pool: &PoolFacts, part: Part) -> Result<(u64, Vec<UserRow>), Failure> {
    let _turn = site.turn().await?;
    let (site, key) = (Arc::clone(site), pool.key.clone());
    tokio::task::spawn_blocking(move || {
        let users = gather(&site, &key, part.list, Some(part.offset + part.limit))?;
        Ok((users.total, users.part(part.offset, part.limit)?))
    })
    .await?
}

fn gather(site: &Site, key: &PoolKey, list: UserList, most: Option<u64>) -> Result<Users, Failure> {
    Ok(Questions::of(&site.store)?.users(key, list, site.clock.now(), most)?)
}

/// The whole list, chunk by chunk, so that its length costs no memory.
async fn users_csv(site: Arc<Site>, pool: PoolFacts, list: UserList) -> Result<Response, Failure> {
    let turn = site.turn().await?;
    let (sender, mut receiver) = mpsc::channel::<std::io::Result<Vec<u8>>>(2);
    let (name, key) = (format!("{}-{list}.csv", pool.key.pool_id), pool.key.clone());
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let reader = Handle::current();
        let send =
            |chunk| reader.block_on(timeout(LONGEST_STALL, sender.send(Ok(chunk)))).is_ok_and(|sent| sent.is_ok());
        let written = gather(&site, &key, list, None).and_then(|users| {
            let mut offset = 0;
            let mut is_wanted = send(csv_chunk(Some(CSV_HEADER.map(str::to_owned)).into_iter())?);
            while is_wanted && offset < users.total {
                let rows = users.part(offset, CHUNK)?;
                offset += CHUNK;
                is_wanted = send(csv_chunk(rows.iter().map(dashboard::csv_row))?);
            }
            Ok(())
        });
        if let Err(failure) = written {
            // The head of the answer is gone: cutting it off is all that tells the reader.
            error!("a list of users was cut off: {failure:?}");
            let _ = sender.try_send(Err(std::io::Error::other("the list was cut off")));
        }
    });
    // What packs the answer asks again after its end.
    let chunks = stream::poll_fn(move |context| receiver.poll_recv(context));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

pub(super) fn csv_chunk<R: IntoIterator<Item = String>>(rows: impl Iterator<Item = R>) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|error| Failure::Broken(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| Failure::Broken(error.to_string()))
}
