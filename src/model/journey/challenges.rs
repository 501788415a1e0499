//! MFA challenges that were issued, and whether anybody answered.

use super::context::InContext;
use super::counts::{Count, series};
use super::{Changes, SESSION_GAP_US, Setting};

/// Counts one user's challenges. An abandoned one was neither answered within the client's session validity
/// nor followed by a newer one in it.
pub(super) fn count<'a>(
    told: &[InContext<'a, '_>],
    setting: &Setting<'a>,
    settled_through_us: i64,
    sign: i64,
    counts: &mut Changes<Count<'a>>,
) {
    let mut steps: Vec<&InContext<'a, '_>> =
        told.iter().filter(|each| each.mfa_factor.is_some() || each.issued_factor.is_some()).collect();
    steps.sort_unstable_by_key(|each| {
        (each.record.way(), each.record.at_us, each.mfa_factor.is_some(), each.record.event_id)
    });
    for row in steps.chunk_by(|one, other| one.record.way() == other.record.way()) {
        for (position, each) in row.iter().enumerate() {
            let (record, Some(factor)) = (each.record, each.issued_factor) else { continue };
            let of = |series| Count {
                client_id: record.client_label(),
                factor: factor.as_str(),
                ..Count::of(series, record)
            };
            counts.add(of(series::ISSUED), sign);
            let until_us = record.at_us + setting.validity_us(record);
            let is_followed = row[position + 1..].iter().any(|later| later.record.at_us <= until_us);
            let is_settled = record.at_us <= settled_through_us - SESSION_GAP_US;
            if record.sub.is_some() && is_settled && !is_followed {
                counts.add(of(series::ABANDONED), sign);
            }
        }
    }
}
