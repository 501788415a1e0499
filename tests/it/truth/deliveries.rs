//! What carriers and Cognito say of messages.

use std::collections::{BTreeMap, HashSet};

use super::Tally;
use crate::support::exposition::{Samples, Series};
use crate::world::lines::Line;
use crate::world::receipts::{GONE, Heard, Receipt, What, Word};

pub fn count(tally: &mut Tally, lines: &[Line<Heard>]) {
    let mut last: BTreeMap<&str, &Receipt> = BTreeMap::new();
    for line in lines {
        match &line.matter.what {
            What::Receipt(receipt) if receipt.word != Word::Pending => {
                let word = last.entry(&receipt.message).or_insert(receipt);
                if receipt.reported > word.reported {
                    *word = receipt;
                }
            }
            // A pool that is gone, in a Region whose pools are listed, is not shown.
            What::Notice(pool) if pool != GONE => {
                *tally.series("us-east-1", pool, "sms_send_errors_total", &[("reason", "notification")]) += 1.0;
            }
            _ => {}
        }
    }
    let mut delays: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    for receipt in last.values() {
        let mut add = |name: &str, more: &[(&str, &str)], value: f64| {
            let mut series = Series::new(&format!("mfascope_{name}"), more);
            series.labels.insert("aws_region".into(), receipt.region.into());
            series.labels.insert("country".into(), receipt.country.into());
            *tally.samples.entry(series).or_insert(0.0) += value;
        };
        // What nobody told the fate of is neither delivered nor failed.
        add(if receipt.word == Word::Unknown { "sms_unknown_total" } else { "sms_messages_total" }, &[], 1.0);
        if let Some(price) = receipt.price_micro_usd {
            add("sms_price_usd_total", &[], price as f64 / 1e6);
        }
        if let Word::Failed(reason) = receipt.word {
            add("sms_failures_total", &[("reason", reason)], 1.0);
        }
        if let (Word::Delivered, Some(delay)) = (receipt.word, receipt.delay_ms) {
            add("sms_delivery_seconds_count", &[], 1.0);
            add("sms_delivery_seconds_sum", &[], delay as f64 / 1e3);
            delays.entry((receipt.region, receipt.country)).or_default().push(delay);
        }
    }
    for ((region, country), delays) in &mut delays {
        buckets(&mut tally.samples, region, country, delays);
    }
}

/// A bucket that ends at each delay: whatever the daemon's bounds are, its buckets are among these.
fn buckets(samples: &mut Samples, region: &str, country: &str, delays: &mut [i64]) {
    delays.sort_unstable();
    for (number, delay) in delays.iter().enumerate() {
        let le = format!("{}.{:03}", delay / 1_000, delay % 1_000);
        let labels = [("aws_region", region), ("country", country), ("le", le.as_str())];
        samples.insert(Series::new("mfascope_sms_delivery_seconds_bucket", &labels), number as f64 + 1.0);
    }
}

/// A report that is known already is a duplicate, in whatever line it comes. A notice has no id: each line is one.
pub fn records(samples: &mut Samples, lines: &[Line<Heard>], source: &str) {
    let mut seen = HashSet::new();
    for line in lines {
        let outcome = match &line.matter.what {
            What::Receipt(_) | What::Activity if !seen.insert(&line.text) => "duplicate",
            What::Receipt(_) | What::Activity | What::Notice(_) => "stored",
            What::Irrelevant => "ignored",
            What::Malformed => "malformed",
        };
        let labels = [("source", source), ("stream", line.matter.stream()), ("outcome", outcome)];
        *samples.entry(Series::new("mfascope_records_total", &labels)).or_insert(0.0) += 1.0;
    }
}
