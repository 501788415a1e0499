//! What administrators do to users and to pools.

use rand::RngExt;
use serde_json::{Value, json};

use super::instant;
use crate::simulator::flow::{Flow, Output};
use crate::simulator::population::User;
use crate::simulator::record::{Call, HIDDEN};
use crate::simulator::scenario::PoolPlan;
use crate::simulator::time::{HOUR, Ms, rng};
use crate::simulator::world::World;

/// Roles and session names of the people who help users.
const HELPERS: &[(&str, &str)] = &[
    ("SupportDesk", "ana.lopez"),
    ("SupportDesk", "ben.okafor"),
    ("SupportDesk", "chris.meyer"),
    ("SupportLead", "dana.evans"),
    ("IdentityAdmin", "eli.tanaka"),
];
const PLATFORM: (&str, &str) = ("PlatformAdmin", "rollout-pipeline");
const CONSOLE: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
const PIPELINE: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.10.3 aws-sdk-go-v2/1.32.7";

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
        let off = json!({ "enabled": false, "preferredMfa": false });
        let mut settings = json!({ "softwareTokenMfaSettings": off });
        if flow.pool.sms {
            settings["sMSMfaSettings"] = off;
        }
        about_user(flow, "AdminSetUserMFAPreference", settings);
    } else {
        about_user(flow, "AdminDeleteSoftwareToken", json!({}));
    }
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

/// Changes to pools that fall into this hour, and Cognito's own test messages.
pub(super) fn configuration(world: &World, hour: Ms, out: &mut Output) {
    for (position, pool) in world.scenario.pools.iter().enumerate() {
        for days in [pool.email_days_ago, pool.switched_on_days_ago].into_iter().flatten() {
            let at = world.days_ago(days);
            if (hour..hour + HOUR).contains(&at) {
                let mut flow = Flow::of_stranger(world, position, 0, hour, at, 90, out);
                let settings = mfa_config(world, pool, at);
                let mut request = settings.clone();
                request["userPoolId"] = json!(pool.id);
                let call = Call::by_role("SetUserPoolMfaConfig", PLATFORM, request).answer(settings);
                flow.emit_from(PIPELINE, call);
                flow.text_cognito();
            }
        }
        let mut draw = rng(&[world.scenario.seed, 6, position as u64, hour as u64]);
        if pool.sms && draw.random_bool(0.004) {
            let at = instant(&mut draw, hour);
            let mut flow = Flow::of_stranger(world, position, 0, hour, at, 91, out);
            let request = json!({
                "userPoolId": pool.id,
                "mfaConfiguration": world.mode(pool, at).as_str(),
                "userPoolTags": { "release": "weekly" },
            });
            flow.emit_from(PIPELINE, Call::by_role("UpdateUserPool", PLATFORM, request).answer(json!({})));
            flow.text_cognito();
        }
    }
}

fn mfa_config(world: &World, pool: &PoolPlan, at: Ms) -> Value {
    let mut settings = json!({
        "mfaConfiguration": world.mode(pool, at).as_str(),
        "softwareTokenMfaConfiguration": { "enabled": pool.totp },
    });
    if pool.sms {
        settings["smsMfaConfiguration"] = json!({
            "smsAuthenticationMessage": "Your code is {####}",
            "smsConfiguration": { "snsCallerArn": "arn:aws:iam::123456789012:role/CognitoSms", "snsRegion": pool.region },
        });
    }
    if world.email_allowed(pool, at) {
        settings["emailMfaConfiguration"] = json!({ "message": "Your code is {####}", "subject": "Your code" });
    }
    settings
}
