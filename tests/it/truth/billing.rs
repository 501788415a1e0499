//! Who is active this calendar month in the sense of the bill: looking them up costs nothing more.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, NaiveTime, Utc};

use super::pools::{Pools, UserKey};
use crate::world::event::{Deed, Event, Reply};

/// Months are AWS's: calendar months, UTC.
pub fn active(pools: &Pools, events: &[Event], now: DateTime<Utc>) -> HashSet<UserKey> {
    let first = now.date_naive().with_day(1).expect("every month has a first day");
    let month = first.and_time(NaiveTime::MIN).and_utc();
    let counts = |event: &&Event| event.at >= month && event.failure.is_none() && is_billed(&event.deed);
    events.iter().filter(counts).filter_map(|event| pools.user(event)).collect()
}

fn is_billed(deed: &Deed) -> bool {
    match deed {
        // Tokens of any flow, refreshes too; a challenge that is only issued is not billed.
        Deed::Initiate { reply, .. } => *reply == Reply::Tokens,
        Deed::Respond { .. } => true,
        Deed::Recovery(name) => matches!(*name, "ConfirmForgotPassword" | "AdminSetUserPassword"),
        Deed::Verifies(_) => true,
        Deed::Kept(name) | Deed::Sends(name, _) => matches!(
            *name,
            "SignUp"
                | "ConfirmSignUp"
                | "AdminCreateUser"
                | "AdminConfirmSignUp"
                | "VerifyUserAttribute"
                | "GetTokensFromRefreshToken"
                | "GlobalSignOut"
                | "AdminUserGlobalSignOut"
                | "ChangePassword"
                | "UpdateUserAttributes"
                | "AdminUpdateUserAttributes"
                | "DeleteUserAttributes"
                | "AdminDeleteUserAttributes"
                | "AdminAddUserToGroup"
                | "AdminRemoveUserFromGroup"
        ),
        _ => false,
    }
}
