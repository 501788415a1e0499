//! The page of text messages: whether they arrive, what they cost, and what becomes of their codes.

mod codes;
mod delay;
mod delivery;
mod failures;
mod pumping;
mod send_errors;
mod tiles;

use chrono::{DateTime, Utc};

use super::figures::{self, FigurePage};
use super::pool::Notice;
use crate::model::{PoolKey, Ratio};
use crate::query::{SmsFigures, SmsReceipts, View};
use crate::snapshot::blind_spots::{BlindSpot, Blindness};
use crate::snapshot::{Snapshot, pumping::find};

pub use pumping::pumping_notice;

/// The page of text messages in a view.
pub fn sms(snapshot: &Snapshot, view: &View, as_of: DateTime<Utc>, figures: &SmsFigures) -> FigurePage {
    let pumped = find(&figures.suspects, view.from, view.to);
    let blind = blind_spots(snapshot, view);
    let below = |notice| Notice { link: "#pumping".into(), ..notice };
    let mut notices: Vec<Notice> = pumped.iter().map(|pumping| below(pumping_notice(pumping, snapshot))).collect();
    notices.extend(blind.iter().map(|spot| blind_notice(spot)));
    let mut tables = vec![pumping::table(&pumped, figures, view, snapshot), delivery::table(figures, view, snapshot)];
    tables.extend(failures::tables(figures));
    tables.push(codes::table(figures, snapshot.small_denominator));
    tables.extend(send_errors::tables(figures, snapshot));
    FigurePage {
        notices,
        tiles: tiles::tiles(figures, view, snapshot.small_denominator),
        tables,
        ..figures::page(
            "Text messages",
            "Whether codes arrive by text message, what that costs, and whether people use them. Three kinds of evidence are kept apart: what carriers report, what could not even be sent, and what users do.",
            snapshot,
            view,
            as_of,
        )
    }
}

/// What cannot be told about text messages in the view.
fn blind_spots<'a>(snapshot: &'a Snapshot, view: &View) -> Vec<&'a BlindSpot> {
    let is_of_sms = |spot: &&BlindSpot| {
        matches!(
            spot.kind,
            Blindness::SmsUnread
                | Blindness::SmsHalf
                | Blindness::SmsSampled
                | Blindness::SmsCustomSender
                | Blindness::SmsSetUp
        )
    };
    let is_in_view = |spot: &&BlindSpot| spot.pools.is_empty() || spot.pools.iter().any(|pool| view.scope.holds(pool));
    snapshot.blind_spots.iter().filter(is_of_sms).filter(is_in_view).collect()
}

fn blind_notice(spot: &BlindSpot) -> Notice {
    Notice {
        text: format!("Source {}: {}; {}.", spot.source, spot.missing, spot.consequence),
        link: "/sources".into(),
        link_text: "What to switch on".into(),
    }
}

/// Delivered, of those with a final word.
fn delivered<'a>(receipts: impl IntoIterator<Item = &'a SmsReceipts>) -> Ratio {
    receipts.into_iter().fold(Ratio::new(0, 0), |sum, each| {
        Ratio::new(sum.numerator + each.delivered, sum.denominator + each.delivered + each.failed())
    })
}

/// Name of a pool, else its id.
fn pool_name(snapshot: &Snapshot, key: &PoolKey) -> String {
    match snapshot.pools.iter().find(|pool| pool.key == *key) {
        Some(pool) => pool.pool_name.clone(),
        None if key.pool_id == "unknown" => "Pool not known".to_owned(),
        None => key.pool_id.clone(),
    }
}

#[cfg(test)]
mod tests;
