//! AWS Region × destination country: what carriers report.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::delay::Delay;
use super::delivered;
use crate::dashboard::figures::{Cell, Column, Table, figures as figure, words};
use crate::dashboard::format::count;
use crate::model::{PoolKey, Ratio};
use crate::query::{SmsFigures, SmsReceipts, View};
use crate::snapshot::Snapshot;

const COLUMNS: [Column; 11] = [
    words("country", "To"),
    words("aws_region", "Sent from"),
    figure("delivery", "Delivered"),
    figure("delivery_95", "Likely between"),
    figure("failed_messages", "Failed"),
    figure("unknown_messages", "Fate unknown"),
    figure("median_delay_s", "Median delay"),
    figure("p95_delay_s", "95 of 100 within"),
    figure("price_per_message_usd", "USD a message"),
    figure("price_usd", "Cost"),
    figure("provisional_messages", "Under 72 h"),
];

pub(super) fn table(figures: &SmsFigures, view: &View, snapshot: &Snapshot) -> Table {
    let mut receipts: Vec<&SmsReceipts> = figures.now.receipts.iter().collect();
    receipts.sort_by(|one, other| surely_worse(one, other));
    let mut rows: Vec<Vec<Cell>> =
        receipts.into_iter().map(|each| row(each, figures, snapshot.small_denominator)).collect();
    rows.extend(silent_regions(figures, snapshot).into_iter().map(silent_row));
    let mut note = "Receipts may come 72 hours late: younger messages are provisional, and their share can still move. Delays are estimated within buckets of seconds.".to_owned();
    if view.scope.pool_id.is_some() {
        note += " Receipts name no pool: these are all messages from the Region that sends this pool's.";
    }
    Table {
        key: "delivery",
        title: "Delivery by AWS Region and country".into(),
        explanation: "Evidence: carrier receipts. Of messages whose fate is known, how many were delivered. What is surely bad comes first: rows are in the order of the upper end of the 95 % interval, so that a handful of messages leads no list by chance.".into(),
        columns: COLUMNS.to_vec(),
        rows,
        nothing: "Not measurable: no receipt was read for messages of this time. SNS delivery status logs, or the events of AWS End User Messaging, tell; the page of blind spots says what to switch on.".into(),
        note,
    }
}

/// The highest share that may well be true decides; those without any come last.
fn surely_worse(one: &SmsReceipts, other: &SmsReceipts) -> Ordering {
    let bound = |each: &SmsReceipts| delivered([each]).interval().map_or(2.0, |(_, high)| high);
    bound(one)
        .total_cmp(&bound(other))
        .then_with(|| (&one.country, &one.aws_region).cmp(&(&other.country, &other.aws_region)))
}

fn row(receipts: &SmsReceipts, figures: &SmsFigures, small_denominator: u64) -> Vec<Cell> {
    let ratio = delivered([receipts]);
    let priced = ratio.denominator + receipts.unknown;
    let price = (receipts.price_micro_usd > 0).then(|| receipts.price_micro_usd as f64 / 1e6);
    let young = figures
        .provisional
        .receipts
        .iter()
        .find(|each| each.aws_region == receipts.aws_region && each.country == receipts.country)
        .map_or(0, |young| delivered([young]).denominator);
    let provisional = match Ratio::new(young, ratio.denominator).value() {
        Some(share) if share > 0.5 => Cell::count(young).sub("provisional"),
        _ => Cell::count(young),
    };
    vec![
        Cell::country(&receipts.country),
        Cell::text(receipts.aws_region.clone()),
        Cell::share(ratio, small_denominator),
        Cell::interval(ratio),
        Cell::count(receipts.failed()),
        Cell::count(receipts.unknown),
        Delay::of([receipts], 0.5).cell(),
        Delay::of([receipts], 0.95).cell(),
        Cell::number(price.filter(|_| priced > 0).map(|price| price / priced as f64), 4),
        Cell::usd(price),
        provisional,
    ]
}

/// Regions that send for pools whose users asked for codes, and from which no receipt came.
fn silent_regions(figures: &SmsFigures, snapshot: &Snapshot) -> Vec<(String, u64)> {
    let told: BTreeSet<&str> = figures.now.receipts.iter().map(|each| each.aws_region.as_str()).collect();
    let mut silent: Vec<(String, u64)> = Vec::new();
    for asked in &figures.now.requests {
        let region = sending_region(snapshot, &asked.key);
        if told.is_empty() || told.contains(region) {
            continue;
        }
        match silent.iter_mut().find(|(each, _)| each == region) {
            Some((_, codes)) => *codes += asked.requests,
            None => silent.push((region.to_owned(), asked.requests)),
        }
    }
    silent
}

fn sending_region<'a>(snapshot: &'a Snapshot, key: &'a PoolKey) -> &'a str {
    let pool = snapshot.pools.iter().find(|pool| pool.key == *key);
    pool.map(|pool| pool.settings.sms_region.as_str()).filter(|region| !region.is_empty()).unwrap_or(&key.aws_region)
}

fn silent_row((region, codes): (String, u64)) -> Vec<Cell> {
    let nothing = Ratio::new(0, 0);
    let mut row = vec![
        Cell::named("Every country", "").sub(format!("{} codes were asked for", count(codes))),
        Cell::text(region),
        Cell::share(nothing, 0).reads("not measurable").link("/sources".into()),
        Cell::interval(nothing),
    ];
    row.resize_with(COLUMNS.len(), || Cell::number(None, 0));
    row
}
