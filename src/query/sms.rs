//! What the page of text messages asks.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use duckdb::Row;

use super::counts::count;
use super::pools::key;
use super::view::whole_hour;
use super::{OtherMessage, PumpingSuspect, Questions, View};
use crate::model::PoolKey;
use crate::store::StoreError;

/// Text messages and SMS codes in a view.
#[derive(Clone, Debug, Default)]
pub struct SmsFigures {
    /// Of the view.
    pub now: SmsCounts,
    /// Of the stretch before; `None` unless all of it is on record.
    pub before: Option<SmsCounts>,
    /// Those of the view of which more may still be told.
    pub provisional: SmsCounts,
    /// Since when: whole hours, receipts may come 72 hours late.
    pub provisional_from: DateTime<Utc>,
    /// Day by day, at least thirty of them; days without anything are left out.
    pub days: Vec<SmsDay>,
    /// What carriers and Cognito said and no table knows, most first.
    pub messages: Vec<OtherMessage>,
    /// Where text messages may have been pumped.
    pub suspects: Vec<PumpingSuspect>,
    /// The first day on which anything was counted.
    pub first_day: Option<NaiveDate>,
}

/// Text messages and SMS codes of a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmsCounts {
    /// Messages by AWS Region and country.
    pub receipts: Vec<SmsReceipts>,
    /// Codes by pool, country and purpose.
    pub requests: Vec<SmsRequests>,
    /// Messages that were not sent, by pool and reason, most first.
    pub send_errors: Vec<SmsSendErrors>,
}

/// Receipts may come this late.
const PROVISIONAL: TimeDelta = TimeDelta::hours(72);

/// Messages that an AWS Region sent to a country, by their final word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmsReceipts {
    /// Region that sent them.
    pub aws_region: String,
    /// Alpha-2, or `unknown`.
    pub country: String,
    /// Delivered.
    pub delivered: u64,
    /// Failed, by reason.
    pub failures: Vec<(String, u64)>,
    /// Nobody ever said.
    pub unknown: u64,
    /// Millionths of a US dollar, of those that carry a price.
    pub price_micro_usd: u64,
    /// Delivered ones by the upper bound of their delay in seconds, ascending; the last bucket has none.
    pub delays: Vec<(Option<u32>, u64)>,
}

impl SmsReceipts {
    /// Failed for any reason.
    pub fn failed(&self) -> u64 {
        self.failures.iter().map(|(_, messages)| messages).sum()
    }
}

/// Codes that users of a pool asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsRequests {
    /// The pool; its id may be `unknown`.
    pub key: PoolKey,
    /// Country of the users' numbers.
    pub country: String,
    /// [`crate::model::SmsPurpose`].
    pub purpose: String,
    /// All of them.
    pub requests: u64,
    /// Through the API; of the others nobody sees whether they were answered.
    pub app_requests: u64,
    /// Of `app_requests`, answered correctly in time.
    pub answers: u64,
    /// Of `requests`, asked for again.
    pub resends: u64,
    /// Of `requests`, for users made in the 24 hours before.
    pub by_new_users: u64,
}

impl SmsRequests {
    pub(crate) fn none(key: PoolKey, country: String, purpose: String) -> Self {
        Self { key, country, purpose, requests: 0, app_requests: 0, answers: 0, resends: 0, by_new_users: 0 }
    }

    /// Asked for on hosted pages, whose records never show the right answer.
    pub fn on_pages(&self) -> u64 {
        self.requests.saturating_sub(self.app_requests)
    }
}

/// Messages of a pool that were not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsSendErrors {
    /// The pool.
    pub key: PoolKey,
    /// [`crate::model::SendError`].
    pub reason: String,
    /// How many.
    pub errors: u64,
}

/// Messages and codes of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsDay {
    /// UTC day.
    pub day: NaiveDate,
    /// Messages.
    pub delivered: u64,
    /// Messages.
    pub failed: u64,
    /// Codes.
    pub requests: u64,
    /// Of those, asked for again.
    pub resends: u64,
    /// Of `requests`, through the API.
    pub app_requests: u64,
    /// Of those, answered correctly in time.
    pub answers: u64,
    /// Messages that were not sent.
    pub send_errors: u64,
}

/// Shortest line over days.
const TREND: TimeDelta = TimeDelta::days(30);

impl Questions {
    /// Text messages and SMS codes in a view, as they are told at an instant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sms(&self, view: &View, as_of: DateTime<Utc>) -> Result<SmsFigures, StoreError> {
        let now = self.sms_counts(view)?;
        let provisional_from = whole_hour(as_of - PROVISIONAL);
        let young = View { from: view.from.max(provisional_from), ..view.clone() };
        let provisional = if young == *view {
            now.clone()
        } else if young.from < young.to {
            self.sms_counts(&young)?
        } else {
            SmsCounts::default()
        };
        let trend = View { from: view.from.min(view.to - TREND), ..view.clone() };
        let (before, first_day) = (view.before(), self.first_counted_day()?);
        let is_before_on_record = first_day.is_some_and(|first| first <= before.from.date_naive());
        Ok(SmsFigures {
            now,
            before: if is_before_on_record { Some(self.sms_counts(&before)?) } else { None },
            provisional,
            provisional_from,
            days: self.reader.rows("dashboard/sms_day", &trend.values().named(), sms_day)?,
            messages: self.other_messages(view, &["sms", "notice"])?,
            suspects: self.pumping_suspects(view)?,
            first_day,
        })
    }

    fn sms_counts(&self, view: &View) -> Result<SmsCounts, StoreError> {
        let parts = self.reader.rows("dashboard/sms_count", &view.values().named(), part)?;
        let mut counts = SmsCounts::default();
        parts.into_iter().for_each(|part| counts.add(part));
        for each in &mut counts.receipts {
            each.failures.sort_by(|(reason, messages), (other, more)| more.cmp(messages).then(reason.cmp(other)));
            each.delays.sort_unstable_by_key(|(bound, _)| bound.unwrap_or(u32::MAX));
        }
        counts.send_errors.sort_by_key(|each| std::cmp::Reverse(each.errors));
        Ok(counts)
    }
}

/// A row of `sms_count`, which come place by place.
struct Part {
    series: String,
    key: PoolKey,
    country: String,
    reason: String,
    kind: String,
    via: String,
    amount: u64,
}

fn part(row: &Row<'_>) -> duckdb::Result<Part> {
    Ok(Part {
        series: row.get("series")?,
        key: key(row)?,
        country: row.get("country")?,
        reason: row.get("reason")?,
        kind: row.get("kind")?,
        via: row.get("via")?,
        amount: count(row.get("amount")?),
    })
}

impl SmsCounts {
    fn add(&mut self, part: Part) {
        let amount = part.amount;
        match part.series.as_str() {
            "sms_delivered" => self.receipts_of(part).delivered += amount,
            "sms_failures" => {
                let reason = part.reason.clone();
                self.receipts_of(part).failures.push((reason, amount));
            }
            "sms_unknown" => self.receipts_of(part).unknown += amount,
            "sms_price_micro_usd" => self.receipts_of(part).price_micro_usd += amount,
            "sms_delivery_bucket" => {
                let bound = part.kind.parse().ok();
                self.receipts_of(part).delays.push((bound, amount));
            }
            "sms_send_errors" => {
                self.send_errors.push(SmsSendErrors { key: part.key, reason: part.reason, errors: amount });
            }
            "sms_requests" => {
                let is_of_app = part.via == APP;
                let requests = self.requests_of(part);
                requests.requests += amount;
                requests.app_requests += if is_of_app { amount } else { 0 };
            }
            "sms_conversions" if part.via == APP => self.requests_of(part).answers += amount,
            "sms_resends" => self.requests_of(part).resends += amount,
            "sms_new_users" => self.requests_of(part).by_new_users += amount,
            _ => {}
        }
    }

    fn receipts_of(&mut self, part: Part) -> &mut SmsReceipts {
        let PoolKey { aws_region, .. } = part.key;
        let is_last = |last: &SmsReceipts| last.aws_region == aws_region && last.country == part.country;
        if !self.receipts.last().is_some_and(is_last) {
            self.receipts.push(SmsReceipts { aws_region, country: part.country, ..SmsReceipts::default() });
        }
        let last = self.receipts.len() - 1;
        &mut self.receipts[last]
    }

    fn requests_of(&mut self, part: Part) -> &mut SmsRequests {
        let is_last =
            |last: &SmsRequests| last.key == part.key && last.country == part.country && last.purpose == part.kind;
        if !self.requests.last().is_some_and(is_last) {
            self.requests.push(SmsRequests::none(part.key, part.country, part.kind));
        }
        let last = self.requests.len() - 1;
        &mut self.requests[last]
    }
}

/// The vocabulary of apps.
const APP: &str = "api";

fn sms_day(row: &Row<'_>) -> duckdb::Result<SmsDay> {
    Ok(SmsDay {
        day: row.get("day")?,
        delivered: count(row.get("delivered")?),
        failed: count(row.get("failed")?),
        requests: count(row.get("requests")?),
        resends: count(row.get("resends")?),
        app_requests: count(row.get("app_requests")?),
        answers: count(row.get("answers")?),
        send_errors: count(row.get("send_errors")?),
    })
}
