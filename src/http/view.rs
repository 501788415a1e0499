//! Addresses → views.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::Site;
use super::error::Failure;
use crate::dashboard::Setting;
use crate::model::{Factor, PoolKey};
use crate::query::{Range, Scope, View};
use crate::snapshot::Snapshot;

/// What an address asks for. An empty text is nothing: forms send those.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    region: String,
    pool: String,
    client: String,
    factor: String,
    country: String,
    range: String,
    from: String,
    to: String,
    download: String,
}

/// Longer stretches hold nothing more: whole years of days cost lines that nobody can read.
const LONGEST: TimeDelta = TimeDelta::days(5 * 366);

impl Wanted {
    /// A week of everything unless asked otherwise.
    pub(super) fn view(&self, snapshot: &Snapshot, now: DateTime<Utc>) -> Result<View, Failure> {
        self.view_or(Range::Week, snapshot, now)
    }

    /// So much of everything unless asked otherwise.
    pub(super) fn view_or(&self, unasked: Range, snapshot: &Snapshot, now: DateTime<Utc>) -> Result<View, Failure> {
        let scope = self.scope(snapshot)?;
        let range = match self.range.as_str() {
            "" => unasked,
            word => Range::from_word(word)
                .ok_or_else(|| refused("range", word, &format!("is not one of {}", words(Range::ALL))))?,
        };
        match (self.from.as_str(), self.to.as_str()) {
            ("", "") => Ok(View::ending_at(now, range, scope)),
            ("", _) | (_, "") => {
                Err(Failure::BadRequest("from and to belong together: give both, or a range".to_owned()))
            }
            (from, to) => {
                let (begin, end) = (instant("from", from)?, instant("to", to)?);
                if end <= begin {
                    return Err(refused("to", to, &format!("is not after from={from:?}")));
                }
                if end - begin > LONGEST {
                    return Err(refused("from", from, "is more than five years before to: choose a shorter stretch"));
                }
                Ok(View::between(begin, end, scope))
            }
        }
    }

    /// A page, or the report of it.
    pub(super) fn answer(&self, html: String, address: &str, as_of: DateTime<Utc>) -> Response {
        let words: Vec<&str> = address.split('/').filter(|word| !word.is_empty()).collect();
        let name = if words.is_empty() { "overview".to_owned() } else { words.join("-") };
        answer(html, &name, self.is_report(), as_of)
    }

    /// What the page says about itself.
    pub(super) fn setting(&self, site: &Site) -> Setting {
        Setting { is_report: self.is_report(), ..site.setting }
    }

    fn is_report(&self) -> bool {
        self.download == "report"
    }

    /// What is asked for of it.
    pub(super) fn scope(&self, snapshot: &Snapshot) -> Result<Scope, Failure> {
        let (region, pool) = (some(&self.region), some(&self.pool));
        let place = match pool {
            Some(address) => {
                let key = pool_of(address, snapshot)?;
                if let Some(region) = region.filter(|region| **region != key.aws_region) {
                    return Err(refused("pool", address, &format!("is not in region={region:?}: choose one of them")));
                }
                Scope::of_pool(&key)
            }
            None => {
                let known = |region: &str| snapshot.pools.iter().any(|pool| pool.key.aws_region == region);
                if let Some(region) = region.filter(|region| !known(region)) {
                    return Err(refused("region", region, "has no listed pool"));
                }
                Scope { aws_region: region.map(str::to_owned), ..Scope::default() }
            }
        };
        let is_factor = |word: &str| Factor::from_word(word).is_some();
        if let Some(factor) = some(&self.factor).filter(|word| !is_factor(word)) {
            return Err(refused("factor", factor, &format!("is not one of {}", words(Factor::ALL))));
        }
        let is_country = |code: &str| code == "unknown" || matches!(code.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z']);
        if let Some(country) = some(&self.country).filter(|code| !is_country(code)) {
            return Err(refused("country", country, "is not a country: write two capitals like BR, or unknown"));
        }
        // As Cognito makes them.
        let is_client = |id: &str| {
            id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+')
        };
        if let Some(client) = some(&self.client).filter(|id| !is_client(id)) {
            return Err(refused("client", client, "is not an app client's id"));
        }
        Ok(Scope {
            client_id: some(&self.client).map(str::to_owned),
            factor: some(&self.factor).map(str::to_owned),
            country: some(&self.country).map(str::to_owned),
            ..place
        })
    }
}

/// A page, or the report of it as a file of that name and time.
pub(super) fn answer(html: String, name: &str, is_report: bool, as_of: DateTime<Utc>) -> Response {
    let no_store = (header::CACHE_CONTROL, "no-store".to_owned());
    if !is_report {
        return ([no_store], Html(html)).into_response();
    }
    let file = format!("attachment; filename=\"mfascope-{name}-{}.html\"", as_of.format("%Y%m%dT%H%MZ"));
    ([no_store, (header::CONTENT_DISPOSITION, file)], Html(html)).into_response()
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn words<T: ToString>(all: &[T]) -> String {
    all.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

/// One line: which parameter, what it holds, and what is wrong with it.
fn refused(name: &str, value: &str, what: &str) -> Failure {
    let shown: String = value.chars().take(64).collect();
    Failure::BadRequest(format!("{name}={shown:?} {what}"))
}

/// A day, a minute like the browser's own, or RFC 3339. Without a zone it is UTC.
pub(super) fn instant(name: &str, text: &str) -> Result<DateTime<Utc>, Failure> {
    let day = || Some(text.parse::<NaiveDate>().ok()?.and_time(chrono::NaiveTime::MIN).and_utc());
    let clock = text.strip_suffix('Z').unwrap_or(text);
    let minute = || Some(NaiveDateTime::parse_from_str(clock, "%Y-%m-%dT%H:%M").ok()?.and_utc());
    let zoned = || text.parse::<DateTime<Utc>>().ok();
    // So that no arithmetic with it can overflow.
    let is_near = |at: &DateTime<Utc>| (at.timestamp().abs()) < 100_000_000_000;
    day()
        .or_else(minute)
        .or_else(zoned)
        .filter(is_near)
        .ok_or_else(|| refused(name, text, "is no instant: write it like 2026-03-04T10:00Z or 2026-03-04"))
}

/// A pool of the current picture.
pub(super) fn pool_of(address: &str, snapshot: &Snapshot) -> Result<PoolKey, Failure> {
    snapshot.pool(address).ok_or_else(|| refused("pool", address, Snapshot::NO_POOL))
}
