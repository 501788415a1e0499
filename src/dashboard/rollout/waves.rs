//! Whom to switch when.

use super::{Subject, words};
use crate::dashboard::figures::{Cell, Table, figures, words as column};
use crate::dashboard::format::count;
use crate::query::Grouping;
use crate::rollout::{Group, Outcome, Wave};

/// Groups that are told.
const MOST: usize = 50;

/// How the users of each group fare.
pub(super) fn groups(subject: &Subject<'_>) -> Table {
    let decision = subject.decision;
    let by = decision.grouping;
    let mut groups: Vec<&Group> = decision.groups.iter().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.seen_users.concerned()));
    let small = subject.small_denominator;
    let row = |group: &&Group| {
        let (blocked, prompted) = (group.share(Outcome::Blocked), group.share(Outcome::PromptedToSetUp));
        vec![
            named(subject, by, &group.name),
            Cell::count(group.seen_users.concerned()),
            Cell::share(group.share(Outcome::Satisfied), small),
            Cell::share(blocked, small),
            Cell::interval(blocked),
            Cell::share(prompted, small),
            Cell::interval(prompted),
            Cell::count(group.seen_users.of(Outcome::Unknown)),
        ]
    };
    let left = groups.len().saturating_sub(MOST);
    Table {
        key: "groups",
        title: format!("By {}", words::grouping(by).to_lowercase()),
        explanation:
            "Users with a sign-in whom MFA concerns. Shares are of those of whom something is known, with their \
                      95 % interval."
                .into(),
        columns: vec![
            column("group", words::grouping(by)),
            figures("users", "Users"),
            figures("satisfied", "Pass"),
            figures("blocked", "No way in"),
            figures("blocked_interval", "May well be"),
            figures("prompted_to_set_up", "Set up"),
            figures("prompted_interval", "May well be"),
            figures("unknown", "Not known"),
        ],
        rows: groups.iter().take(MOST).map(row).collect(),
        nothing: "No user is listed.".into(),
        note: if left > 0 { format!("{} more groups are not shown.", count(left as u64)) } else { String::new() },
    }
}

/// Groups in the order in which to switch them.
pub(super) fn waves(subject: &Subject<'_>) -> Table {
    let decision = subject.decision;
    let by = decision.grouping;
    let names = |wave: &Wave| {
        let names: Vec<String> = wave.groups.iter().take(8).map(|name| plain(subject, by, name)).collect();
        let more = wave.groups.len().saturating_sub(8);
        if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") }
    };
    let row = |(index, wave): (usize, &Wave)| {
        vec![
            Cell::count(index as u64 + 1),
            Cell::text(names(wave)),
            Cell::count(wave.users),
            Cell::count(wave.affected),
            Cell::count(wave.most_affected),
            Cell::count(wave.days),
        ]
    };
    Table {
        key: "waves",
        title: "Waves".into(),
        explanation: format!(
            "Safest groups first, so that no day stops or holds up more than {} users (support_limit_per_day of the \
             config), even where the unknown are like the worst that the known may be.",
            count(decision.support_limit_per_day)
        ),
        columns: vec![
            figures("wave", "Wave"),
            column("groups", "Who"),
            figures("users", "Users"),
            figures("affected", "Stopped or held up"),
            figures("most_affected", "At most"),
            figures("days", "Days to spread it over"),
        ],
        rows: decision.waves.iter().enumerate().take(MOST).map(row).collect(),
        nothing: "Nothing is known of anybody with a sign-in: there is nothing to plan by.".into(),
        note: "Cognito requires MFA of a whole pool at once. Before that, an app can ask its own users wave by wave \
               (AssociateSoftwareToken after the sign-in)."
            .into(),
    }
}

fn named(subject: &Subject<'_>, by: Grouping, name: &str) -> Cell {
    Cell::named(plain(subject, by, name), name)
}

/// App clients by name, where the listing tells it.
fn plain(subject: &Subject<'_>, by: Grouping, name: &str) -> String {
    let clients = &subject.decision.simulation.clients;
    let client = clients.iter().find(|client| by == Grouping::Client && client.client_id == name);
    client.map_or_else(|| words::group(by, name), super::outcomes::client)
}
