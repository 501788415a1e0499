//! What events say about their users' lives: when they were seen, signed in, and from where.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use duckdb::Connection;
use foldhash::fast::RandomState;
use uuid::Uuid;

use super::columns::{Column, append_temporary, instants, numbers, texts, uuids};
use super::events::Arrival;
use super::writer::Step;
use crate::model::{Event, Outcome, SignIn};

type Instant = Option<DateTime<Utc>>;

/// Newest and oldest instants of one user in a batch.
#[derive(Clone, Copy, Debug, Default)]
struct Activity {
    last_seen: Instant,
    first_sign_in: Instant,
    last_sign_in: Instant,
    signed_up: Instant,
    last_billable: Instant,
    lookup_hint: Instant,
    direction_unknown: Instant,
}

impl Activity {
    fn take(&mut self, event: &Event) {
        let at = |is_so: bool| is_so.then_some(event.event_time);
        let signs_in = event.sign_in == Some(SignIn::Api);
        let signs_up = event.event_name == "ConfirmSignUp" && event.outcome == Outcome::Success;
        // An absent instant is older than any.
        self.last_seen = self.last_seen.max(at(true));
        self.first_sign_in = [self.first_sign_in, at(signs_in)].into_iter().flatten().min();
        self.last_sign_in = self.last_sign_in.max(at(signs_in));
        self.signed_up = self.signed_up.max(at(signs_up));
        self.last_billable = self.last_billable.max(at(event.is_billable));
        self.lookup_hint = self.lookup_hint.max(at(event.lookup_hint));
        self.direction_unknown =
            self.direction_unknown.max(at(event.lookup_hint && event.preference.direction_unknown));
    }
}

/// What events say: one row a user, and one a sign-in.
pub(super) struct Told {
    users: Vec<Column>,
    sign_ins: Vec<Column>,
}

impl Told {
    /// Appends it to `activity` and `network`.
    pub(super) fn append(self, connection: &Connection) -> Step {
        append_temporary(connection, "activity", self.users)?;
        append_temporary(connection, "network", self.sign_ins)
    }
}

/// What the events say. It needs no engine.
pub(super) fn told<'a>(arrivals: &[Arrival<'a>]) -> Told {
    let of_user = |arrival: &Arrival<'a>| Some((arrival.pool_id?, arrival.event.sub?));
    let mut users: HashMap<(&str, Uuid), Activity, RandomState> = HashMap::default();
    for arrival in arrivals {
        if let Some(user) = of_user(arrival) {
            users.entry(user).or_default().take(arrival.event);
        }
    }
    let column = |member: fn(&Activity) -> Instant| instants(users.values().map(member));
    let of_users = vec![
        ("pool_id", texts(users.keys().map(|(pool_id, _)| Some(pool_id)))),
        ("sub", uuids(users.keys().map(|(_, sub)| Some(*sub)))),
        ("last_seen_at", column(|user| user.last_seen)),
        ("first_sign_in_at", column(|user| user.first_sign_in)),
        ("last_sign_in_at", column(|user| user.last_sign_in)),
        ("signed_up_at", column(|user| user.signed_up)),
        ("last_billable_at", column(|user| user.last_billable)),
        ("lookup_hint_at", column(|user| user.lookup_hint)),
        ("direction_unknown_at", column(|user| user.direction_unknown)),
    ];
    let sign_ins: Vec<_> = arrivals
        .iter()
        .filter(|arrival| arrival.event.sign_in == Some(SignIn::Api))
        .filter_map(|arrival| Some((of_user(arrival)?, arrival.event.network?, arrival.event.event_time)))
        .collect();
    let of_sign_ins = vec![
        ("pool_id", texts(sign_ins.iter().map(|((pool_id, _), ..)| Some(pool_id)))),
        ("sub", uuids(sign_ins.iter().map(|((_, sub), ..)| Some(*sub)))),
        ("network", numbers(sign_ins.iter().map(|(_, network, _)| Some(*network)))),
        ("first_seen_at", instants(sign_ins.iter().map(|(.., at)| Some(*at)))),
    ];
    Told { users: of_users, sign_ins: of_sign_ins }
}
