//! The page of audits: who switched off or weakened whose protection, and who changed a pool.

use super::*;
use crate::dashboard::figures::{Table, words as column};
use crate::dashboard::timeline;

const AUDIT: &str = "Who switched off MFA for whom and whether the user is protected again, what can have weakened users, \
    and every change of a pool.";

/// The page of audits in a view.
pub fn audit(snapshot: &Snapshot, view: &View, as_of: DateTime<Utc>, figures: &RecoveryFigures) -> FigurePage {
    let subject = Subject::of(snapshot, view, as_of, figures);
    FigurePage {
        notices: notices(&subject),
        tiles: vec![removals::tile(&subject), weakenings::tile(&subject)],
        tables: vec![
            removals::audit(&subject),
            removals::actors(&subject),
            removals::password_actors(&subject),
            weakenings::sim_swaps(&subject),
            weakenings::others(&subject),
            weakenings::pools(&subject),
            changes(&subject),
        ],
        ..figures::page("Audit", AUDIT, snapshot, view, as_of)
    }
}

/// Changes of every pool in the view, newest first.
fn changes(subject: &Subject<'_>) -> Table {
    let pools = subject.snapshot.pools.iter().zip(&subject.snapshot.stories);
    let of_view = pools.filter(|(pool, _)| subject.view.scope.holds(&pool.key));
    let mut entries: Vec<(timeline::Change, &PoolKey)> = of_view
        .flat_map(|(pool, story)| timeline::changes(story).into_iter().map(|change| (change, &pool.key)))
        .filter(|(change, _)| change.at >= subject.view.from && change.at < subject.view.to)
        .collect();
    entries.sort_by_key(|(change, _)| std::cmp::Reverse(change.at));
    let total = entries.len() as u64;
    let row = |(change, key): (timeline::Change, &PoolKey)| {
        vec![Cell::instant(Some(change.at)), subject.pool_cell(key), Cell::text(change.what), Cell::text(change.who)]
    };
    Table {
        key: "pool_changes",
        title: "Changes of pools".into(),
        explanation: "Calls that changed a pool, and what listings then saw.".into(),
        columns: vec![column("at", "When"), POOL, column("what", "What"), column("who", "By whom")],
        rows: entries.into_iter().take(MOST_ROWS).map(row).collect(),
        nothing: "No pool was changed.".into(),
        note: rest(total),
    }
}
