//! What administrators do to users.

use rand::RngExt;
use serde_json::{Value, json};

use crate::simulator::flow::Flow;
use crate::simulator::population::User;
use crate::simulator::record::{Call, HIDDEN};

/// Roles and session names of the people who help users.
const HELPERS: &[(&str, &str)] = &[
    ("SupportDesk", "ana.lopez"),
    ("SupportDesk", "ben.okafor"),
    ("SupportDesk", "chris.meyer"),
    ("SupportLead", "dana.evans"),
    ("IdentityAdmin", "eli.tanaka"),
];
pub(super) const CONSOLE: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

fn helper(flow: &mut Flow<'_>) -> (&'static str, &'static str) {
    // The first helper does a third of all the work.
    if flow.chance(0.33) { HELPERS[0] } else { HELPERS[flow.rng.random_range(0..HELPERS.len())] }
}

fn about_user(flow: &mut Flow<'_>, name: &'static str, more: Value) {
    let mut request = json!({ "userPoolId": flow.pool.id, "username": HIDDEN });
    if let (Some(request), Value::Object(more)) = (request.as_object_mut(), more) {
        request.extend(more);
    }
    let role = helper(flow);
    if flow.chance(0.04) {
        let refused = Call::by_role(name, ("ReadOnlyAnalyst", "finn.weber"), request.clone())
            .fails("AccessDeniedException", "User is not authorized to perform this operation");
        flow.emit_from(CONSOLE, refused);
        flow.wait(60, 200);
    }
    flow.emit_from(CONSOLE, Call::by_role(name, role, request));
}

/// A helper takes the user's factor away.
pub(super) fn factor_removed(flow: &mut Flow<'_>, user: &User) {
    let Some(removal) = user.removal else { return };
    flow.now = removal.at;
    if removal.every_factor {
        let off = match flow.chance(0.1) {
            true => json!(HIDDEN),
            false => json!({ "enabled": false, "preferredMfa": false }),
        };
        let mut settings = json!({ "softwareTokenMfaSettings": off });
        if flow.pool.sms {
            settings["sMSMfaSettings"] = off;
        }
        about_user(flow, "AdminSetUserMFAPreference", settings);
    } else {
        about_user(flow, "AdminDeleteSoftwareToken", json!({}));
    }
}

/// A helper changes attributes of the user.
pub(super) fn attributes_updated(flow: &mut Flow<'_>, attributes: Value) {
    about_user(flow, "AdminUpdateUserAttributes", json!({ "userAttributes": attributes }));
}

/// A helper forces a new password.
pub(super) fn password_reset(flow: &mut Flow<'_>, user: &User) {
    let Some(reset) = user.reset else { return };
    flow.now = reset.at;
    about_user(flow, "AdminResetUserPassword", json!({}));
    if flow.pool.sms && user.has_phone && !user.has_email {
        flow.text(user);
    }
}

/// A helper sets a password by hand.
pub(super) fn password_set(flow: &mut Flow<'_>) {
    about_user(flow, "AdminSetUserPassword", json!({ "password": HIDDEN, "permanent": true }));
}

/// An administrator locks the account.
pub(super) fn disabled(flow: &mut Flow<'_>) {
    about_user(flow, "AdminDisableUser", json!({}));
}
