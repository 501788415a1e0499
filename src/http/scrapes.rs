//! `/metrics`. What a picture says is encoded and packed once, however many scrape it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use tokio::sync::Mutex;

use super::Site;
use super::error::Failure;
use super::packed::Packed;
use crate::metrics::{self, Format};
use crate::snapshot::Snapshot;

/// Metrics of the process are as old as this at most, where nobody waits for newer ones.
const FRESH: Duration = Duration::from_secs(1);

/// And as this where somebody scrapes all the time: the next ones are made while the last ones are served.
const LONGEST: Duration = Duration::from_secs(5);

/// The last expositions, by format. Cheap to clone.
#[derive(Clone, Default)]
pub struct Scrapes(Arc<[Slot; 2]>);

#[derive(Default)]
struct Slot {
    last: ArcSwapOption<Encoded>,
    encoding: Mutex<()>,
}

struct Encoded {
    of: Option<Arc<Snapshot>>,
    at: Instant,
    text: Packed,
}

impl Encoded {
    fn is_of(&self, snapshot: Option<&Arc<Snapshot>>) -> bool {
        match (&self.of, snapshot) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

/// The exposition.
pub(super) async fn exposition(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, Failure> {
    let format = Format::accepted(headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()));
    let encoded = current(&site, format).await?;
    Ok(encoded.text.answer(&headers, format.content_type(), "accept, accept-encoding"))
}

async fn current(site: &Arc<Site>, format: Format) -> Result<Arc<Encoded>, Failure> {
    let (slot, snapshot) = (&site.scrapes.0[format as usize], site.gallery.current());
    let last = || slot.last.load_full().filter(|last| last.is_of(snapshot.as_ref()));
    match last() {
        Some(last) if last.at.elapsed() < FRESH => return Ok(last),
        Some(last) if last.at.elapsed() < LONGEST => {
            let site = Arc::clone(site);
            tokio::spawn(async move { encode(&site, format, false).await });
            return Ok(last);
        }
        _ => {}
    }
    encode(site, format, true).await
}

/// Encodes the picture. Where another is at it already, one who `waits` gets his.
async fn encode(site: &Site, format: Format, waits: bool) -> Result<Arc<Encoded>, Failure> {
    let slot = &site.scrapes.0[format as usize];
    let _turn = match slot.encoding.try_lock() {
        Ok(turn) => turn,
        Err(_) if waits => slot.encoding.lock().await,
        Err(_) => return Err(Failure::NotReady),
    };
    let snapshot = site.gallery.current();
    let last = slot.last.load_full().filter(|last| last.is_of(snapshot.as_ref()) && last.at.elapsed() < FRESH);
    if let Some(last) = last {
        return Ok(last);
    }
    let text = metrics::exposition(snapshot.as_deref(), &site.process, format)?;
    let encoded = Arc::new(Encoded { of: snapshot, at: Instant::now(), text: Packed::of(text) });
    slot.last.store(Some(Arc::clone(&encoded)));
    Ok(encoded)
}
