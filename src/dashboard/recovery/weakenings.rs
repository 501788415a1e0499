//! Protection weakened: phone numbers, preferences and pools.

use chrono::TimeDelta;

use super::removals::who;
use super::{POOL, Subject, notice, rest, several, user_cell};
use crate::dashboard::figures::{Cell, Table, figures, words as column};
use crate::dashboard::format::{NO_DATA, count, duration, instant};
use crate::dashboard::overview::enforcement;
use crate::dashboard::pool::Notice;
use crate::dashboard::tiles::Tile;
use crate::dashboard::timeline::principal;
use crate::query::{PoolWeakening, Weakening, WeakeningCount};

const SIM_SWAPS: &str = "sim_swaps";
const POOLS: &str = "pools_weakened";

fn sim_swapped(counts: &[WeakeningCount]) -> u64 {
    counts.iter().map(|count| count.sim_swaps).sum()
}

fn changes(counts: &[WeakeningCount], kind: &str) -> u64 {
    counts.iter().filter(|count| count.kind == kind).map(|count| count.changes).sum()
}

pub(super) fn sim_swap_notice(subject: &Subject<'_>) -> Option<Notice> {
    let swaps = sim_swapped(&subject.figures.weakening_counts);
    (swaps > 0).then(|| {
        let text = format!(
            "{} changed, and within a day somebody signed in from a network where the user had never been: that is \
             what a stolen number (SIM swap) looks like.",
            several(swaps, "phone number was", "phone numbers were"),
        );
        notice(subject, text, SIM_SWAPS, "Whose")
    })
}

/// Whether it stands out: MFA was known to be higher, or was raised again within a day.
fn is_serious(pool: &PoolWeakening) -> bool {
    let is_short = pool.restored_at.is_some_and(|at| at - pool.lowered_at <= TimeDelta::days(1));
    pool.mfa_before.is_some() || is_short
}

/// The newest pool that was weakened.
pub(super) fn pool_notice(subject: &Subject<'_>) -> Option<Notice> {
    let weakened: Vec<_> = subject.figures.pool_weakenings.iter().filter(|pool| is_serious(pool)).collect();
    let newest = weakened.first()?;
    let text = format!(
        "MFA was weakened for a whole pool{}: {}, {}, {}; {}.",
        if weakened.len() > 1 { format!(" {} times, the last time", weakened.len()) } else { String::new() },
        subject.pool_name(&newest.key),
        step(newest),
        instant(newest.lowered_at),
        newest.restored_at.map_or_else(
            || "it still is so".to_owned(),
            |at| format!("it was raised again after {}", duration((at - newest.lowered_at).as_seconds_f64()))
        ),
    );
    Some(notice(subject, text, POOLS, "By whom"))
}

pub(super) fn tile(subject: &Subject<'_>) -> Tile {
    let (now, before) = (&subject.figures.weakening_counts, &subject.figures.weakening_counts_before);
    let phones = changes(now, "phone_changed");
    let to_sms = |counts: &[WeakeningCount]| changes(counts, "totp_to_sms") + changes(counts, "sms_preferred");
    Tile {
        figure: if subject.recorded.days > 0.0 { count(sim_swapped(now)) } else { NO_DATA.to_owned() },
        figure_of: format!("of {}", several(phones, "changed number", "changed numbers")),
        details: vec![
            subject
                .before(|_| format!("{} of {}", count(sim_swapped(before)), count(changes(before, "phone_changed")))),
            format!("Text message put before an authenticator app: {}", several(to_sms(now), "time", "times")),
            subject.before(|_| several(to_sms(before), "time", "times")),
        ],
        ..Tile::new(
            "weakenings",
            "Phone changed, then a new network",
            "A new phone number, and within a day a sign-in from a network where the user had never been: \
                      whoever stole a number does that. Users of whom no network was known before are left out.",
        )
    }
}

pub(super) fn sim_swaps(subject: &Subject<'_>) -> Table {
    let rows = subject.figures.weakenings.iter().filter(|weakening| weakening.is_sim_swap).map(|weakening| {
        let after = weakening.new_network_at.map(|at| (at - weakening.happened_at).as_seconds_f64());
        vec![
            Cell::instant(Some(weakening.happened_at)),
            user_cell(Some(&weakening.sub)),
            subject.pool_cell(&weakening.key),
            who(weakening.actor.as_ref(), false),
            Cell::seconds(after).class("bad"),
            Cell::instant(weakening.new_network_at),
        ]
    });
    Table {
        key: SIM_SWAPS,
        title: "Phone changed, then a sign-in from a new network".into(),
        explanation: "Ask these users whether it was them. If not: sign the user out everywhere, set the number right \
                      and make an authenticator app the factor."
            .into(),
        columns: vec![
            column("changed_at", "Number changed"),
            column("sub", "Whose"),
            POOL,
            column("actor", "By whom"),
            figures("new_network_after_s", "New network after"),
            column("new_network_at", "New network at"),
        ],
        rows: rows.collect(),
        nothing: "No changed number was followed by a sign-in from a new network.".into(),
        note: rest(sim_swapped(&subject.figures.weakening_counts)),
    }
}

pub(super) fn others(subject: &Subject<'_>) -> Table {
    let counts = &subject.figures.weakening_counts;
    let total: u64 = counts.iter().map(|count| count.changes).sum();
    let rows = subject.figures.weakenings.iter().filter(|weakening| !weakening.is_sim_swap).map(|weakening| {
        vec![
            Cell::instant(Some(weakening.happened_at)),
            user_cell(Some(&weakening.sub)),
            subject.pool_cell(&weakening.key),
            what(weakening),
            who(weakening.actor.as_ref(), false),
        ]
    });
    Table {
        key: "weakened",
        title: "Other changes that can weaken a user".into(),
        explanation:
            "Mostly harmless, one by one. Many in a short time, or by one administrator, are worth a question.".into(),
        columns: vec![
            column("changed_at", "When"),
            column("sub", "Whose"),
            POOL,
            column("kind", "What"),
            column("actor", "By whom"),
        ],
        rows: rows.collect(),
        nothing: "Nobody's protection was weakened.".into(),
        note: rest(total - sim_swapped(counts)),
    }
}

fn what(weakening: &Weakening) -> Cell {
    let cell = |label: &str| Cell::named(label, &weakening.kind);
    match weakening.kind.as_str() {
        "totp_to_sms" => cell("Text message instead of the authenticator app"),
        "sms_preferred" => cell("Text message preferred").sub("The user has an authenticator app"),
        _ => match weakening.new_network_at {
            Some(at) => cell("Phone number changed")
                .sub(format!("Then a sign-in at {}, from the first network known of the user", instant(at))),
            None => cell("Phone number changed"),
        },
    }
}

pub(super) fn pools(subject: &Subject<'_>) -> Table {
    let rows = subject.figures.pool_weakenings.iter().map(|weakening| {
        let lasted = weakening.restored_at.map(|at| (at - weakening.lowered_at).as_seconds_f64());
        let is_known = weakening.mfa_before.is_some();
        let lasts = match lasted {
            None if is_known => Cell::seconds(None).reads("Still so").class("bad"),
            lasted => Cell::seconds(lasted),
        };
        let change = Cell::named(step(weakening), &weakening.mfa_now);
        vec![
            Cell::instant(Some(weakening.lowered_at)),
            subject.pool_cell(&weakening.key),
            if is_known { change } else { change.sub("What it was before is not recorded").class("small") },
            caller(weakening),
            lasts,
        ]
    });
    Table {
        key: POOLS,
        title: "Pools that require less".into(),
        explanation: "MFA that was required became optional or off, or was optional and became off: what calls asked \
                      for and what listings saw."
            .into(),
        columns: vec![
            column("changed_at", "When"),
            POOL,
            column("mfa_configuration", "Change"),
            column("actor", "By whom"),
            figures("restored_after_s", "Raised again after"),
        ],
        rows: rows.collect(),
        nothing: "No pool was weakened.".into(),
        note: String::new(),
    }
}

/// `MFA required → MFA off`
fn step(weakening: &PoolWeakening) -> String {
    let now = enforcement(&weakening.mfa_now);
    weakening.mfa_before.as_deref().map_or_else(|| now.to_owned(), |before| format!("{} → {now}", enforcement(before)))
}

fn caller(weakening: &PoolWeakening) -> Cell {
    let Some(event_name) = &weakening.event_name else {
        return Cell::named("Not told", "").sub("A listing saw it; no call in the trail tells of it");
    };
    let account = weakening.account_id.as_deref().map_or_else(String::new, |account| format!(", account {account}"));
    let cell =
        weakening.actor.as_ref().map_or_else(|| Cell::named("Not told", ""), |actor| Cell::text(principal(actor)));
    cell.sub(format!("{event_name}{account}"))
}
