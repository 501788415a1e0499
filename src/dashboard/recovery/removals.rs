//! MFA switched off: the audit list, and who does it.

use chrono::TimeDelta;

use super::{POOL, Subject, notice as anchored, rest, several, user_cell};
use crate::dashboard::figures::{Cell, Table, figures, words as column};
use crate::dashboard::format::{NO_DATA, count, duration, instant, percent};
use crate::dashboard::pool::Notice;
use crate::dashboard::tiles::Tile;
use crate::dashboard::timeline::principal;
use crate::model::{Actor, Ratio, RecoveryKind};
use crate::query::{Removal, RemovalCount};

const KEY: &str = "mfa_switched_off";

fn by_administrators<'a>(subject: &Subject<'a>, is_total: bool) -> impl Iterator<Item = &'a RemovalCount> {
    let counts = subject.figures.removal_counts.iter();
    counts.filter(move |count| count.kind == Some(RecoveryKind::AdminMfaDisable) && count.is_total == is_total)
}

pub(super) fn notice(subject: &Subject<'_>) -> Option<Notice> {
    let open = by_administrators(subject, true).next()?.open_users;
    (open > 0).then(|| {
        let text = format!(
            "{} whose MFA an administrator switched off more than a day ago {} no factor since.",
            several(open, "user", "users"),
            if open == 1 { "shows" } else { "show" },
        );
        anchored(subject, text, KEY, "Who")
    })
}

pub(super) fn tile(subject: &Subject<'_>) -> Tile {
    let total = by_administrators(subject, true).next();
    let (removals, users) = total.map_or((0, 0), |total| (total.removals, total.users));
    let again = total.map_or(Ratio::new(0, 0), protected);
    let mut details = vec![format!(
        "{} of {} protected again ({})",
        count(again.numerator),
        several(again.denominator, "user", "users"),
        percent(again)
    )];
    if let Some(seconds) = total.and_then(|total| total.protected_s) {
        details.push(format!("Half of those whose records show it: within {}", duration(seconds)));
    }
    let before = subject.figures.counts_before.events(RecoveryKind::AdminMfaDisable);
    details.push(subject.before(|_| several(before, "call", "calls")));
    for (what, calls) in total.into_iter().flat_map(|total| {
        [("What was switched is hidden", total.unreadable_removals), ("No user is named", total.nameless_removals)]
    }) {
        if calls > 0 {
            details.push(format!("{what}: {}", several(calls, "call", "calls")));
        }
    }
    Tile {
        figure: if subject.recorded.days > 0.0 { count(removals) } else { NO_DATA.to_owned() },
        figure_of: format!("{} for {}", if removals == 1 { "call" } else { "calls" }, several(users, "user", "users")),
        details,
        ..Tile::new(
            "mfa_removals",
            "MFA switched off by administrators",
            "Mostly because a factor was lost. Protected again: passed MFA or switched a factor on \
                      afterwards, or a later look-up lists one.",
        )
    }
}

fn protected(count: &RemovalCount) -> Ratio {
    Ratio::new(count.users.saturating_sub(count.unprotected_users), count.users)
}

pub(super) fn audit(subject: &Subject<'_>) -> Table {
    let figures_of = subject.figures;
    let total = figures_of.removal_counts.iter().filter(|count| count.is_total).map(|count| count.removals).sum();
    let rows = figures_of.removals.iter().map(|removal| {
        vec![
            Cell::instant(Some(removal.removed_at)),
            user_cell(removal.sub.as_deref()),
            subject.pool_cell(&removal.key),
            what(removal),
            who(removal.actor.as_ref(), removal.kind != Some(RecoveryKind::SelfMfaDisable)),
            since(subject, removal),
            Cell::instant(removal.protected_at),
            evidence(removal),
        ]
    });
    Table {
        key: KEY,
        title: "MFA switched off: who, for whom, and since".into(),
        explanation: "Every call that switched a second factor off and none on, newest first.".into(),
        columns: vec![
            column("removed_at", "When"),
            column("sub", "For whom"),
            POOL,
            column("what", "What"),
            column("actor", "By whom"),
            figures("protected_after_s", "Protected again after"),
            column("protected_at", "Protected again at"),
            column("evidence", "Known from"),
        ],
        rows: rows.collect(),
        nothing: "Nobody's MFA was switched off.".into(),
        note: rest(total),
    }
}

fn what(removal: &Removal) -> Cell {
    if removal.direction_unknown {
        let hidden = Cell::named("Preference changed: perhaps switched off", "direction_unknown");
        return hidden.sub("The record hides what was switched; a look-up tells").class("small");
    }
    let (label, name) = match removal.event_name.as_str() {
        "AdminDeleteSoftwareToken" => ("Authenticator app deleted", "app_deleted"),
        _ => ("Switched off in the preference", "switched_off"),
    };
    Cell::named(label, name).sub(removal.event_name.clone())
}

/// Who did it; somebody without credentials of the account is the user.
pub(super) fn who(actor: Option<&Actor>, is_administrator: bool) -> Cell {
    match actor {
        Some(actor) => Cell::text(principal(actor)),
        None if is_administrator => Cell::named("Not told", ""),
        None => Cell::named("The user", "user"),
    }
}

/// How soon the user was protected again. Not yet is bad after a day.
fn since(subject: &Subject<'_>, removal: &Removal) -> Cell {
    let seconds = removal.protected_at.map(|at| (at - removal.removed_at).as_seconds_f64());
    let cell = Cell::seconds(seconds);
    if seconds.is_some() {
        cell.class("good")
    } else if removal.sub.is_none() {
        cell
    } else {
        let is_late = subject.through - removal.removed_at > TimeDelta::days(1);
        cell.reads("Not yet").class(if is_late { "bad" } else { "" })
    }
}

/// What tells whether the user is protected again.
fn evidence(removal: &Removal) -> Cell {
    match (removal.protected_at, removal.looked_up_at) {
        (Some(_), _) if removal.is_bound => Cell::named("A look-up: at the latest then", "look_up"),
        (None, Some(at)) => Cell::named(format!("A look-up of {}", instant(at)), "look_up"),
        (None, None) if removal.sub.is_none() => Cell::named(NO_DATA, ""),
        _ => Cell::named("Records", "record"),
    }
}

pub(super) fn actors(subject: &Subject<'_>) -> Table {
    let rows = by_administrators(subject, false).map(|count| {
        vec![
            who(count.actor.as_ref(), true),
            Cell::count(count.removals),
            Cell::count(count.users),
            Cell::share(protected(count), subject.snapshot.small_denominator),
            Cell::seconds(count.protected_s),
            Cell::count(count.open_users).class(if count.open_users > 0 { "bad" } else { "" }),
        ]
    });
    Table {
        key: "removals_by_administrator",
        title: "Who switches MFA off".into(),
        explanation: "Administrators by the calls that switched a user's factor off.".into(),
        columns: vec![
            column("actor", "By whom"),
            figures("removals", "Calls"),
            figures("users", "Users"),
            figures("protected_again", "Protected again"),
            figures("median_protected_after_s", "Half of them within"),
            figures("open_users", "Not after a day"),
        ],
        rows: rows.collect(),
        nothing: "No administrator switched anybody's MFA off.".into(),
        note: "The session of a role is often somebody's e-mail address: a hash stands for it, the same for the same \
               person, unless user names are kept."
            .into(),
    }
}

pub(super) fn password_actors(subject: &Subject<'_>) -> Table {
    let rows = subject.figures.admin_calls.iter().map(|calls| {
        vec![
            who(calls.actor.as_ref(), true),
            Cell::count(calls.resets),
            Cell::count(calls.passwords_set),
            Cell::count(calls.users),
            Cell::count(calls.refused),
        ]
    });
    Table {
        key: "passwords_by_administrator",
        title: "Who resets passwords".into(),
        explanation: "Administrators by the resets they forced and the passwords they set.".into(),
        columns: vec![
            column("actor", "By whom"),
            figures("resets", "Resets forced"),
            figures("passwords_set", "Passwords set"),
            figures("users", "Users"),
            figures("refused", "Refused"),
        ],
        rows: rows.collect(),
        nothing: "No administrator reset or set a password.".into(),
        note: String::new(),
    }
}
