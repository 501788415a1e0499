//! Changes of pools, and who made them.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::administration::CONSOLE;
use super::instant;
use crate::simulator::flow::{Flow, Output};
use crate::simulator::identity::Identity;
use crate::simulator::record::Call;
use crate::simulator::scenario::{PoolPlan, SmsRoute};
use crate::simulator::time::{HOUR, Ms, rng};
use crate::simulator::world::World;

const CLOUDFORMATION: &str = "cloudformation.amazonaws.com";
/// A person, signed in through the company's own directory.
const PERSON: Identity = Identity::Role("AWSReservedSSO_IdentityAdmin_3f1c9a7e5b2d4068", "dana.evans@example.com");
const ANALYST: Identity = Identity::Role("AWSReservedSSO_ReadOnly_8c2e6b0a4d1f9357", "finn.weber@example.com");
const PIPELINE: Identity = Identity::Role("PlatformAdmin", "rollout-pipeline");
const BREAK_GLASS: Identity = Identity::IamUser("break-glass");
/// A stack update: by CloudFormation's own role, and in the name of whoever began it.
const STACK: Identity = Identity::Service(CLOUDFORMATION);
const STACK_OF_PIPELINE: Identity = Identity::RoleThrough("CiDeploy", "pipeline-4711", CLOUDFORMATION);

const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.10.3 aws-sdk-go-v2/1.32.7";
const COMMAND_LINE: &str = "aws-cli/2.22.26 md/awscrt#0.23.4 ua/2.0 os/linux#6.8.0 md/arch#x86_64 lang/python#3.12.6";

/// Changes to pools that fall into this hour, and Cognito's own test messages.
pub(super) fn changes(world: &World, hour: Ms, out: &mut Output) {
    for (position, pool) in world.scenario.pools.iter().enumerate() {
        for (at, actor, agent) in planned(world, pool) {
            if (hour..hour + HOUR).contains(&at) {
                let mut flow = Flow::of_stranger(world, position, 0, hour, at, 90, out);
                let settings = mfa_config(world, pool, at);
                flow.emit_from(agent, set_mfa_config(actor, pool, &settings).answer(settings));
                flow.text_cognito();
            }
        }
        let mut draw = rng(&[world.scenario.seed, 6, position as u64, hour as u64]);
        if pool.sms && draw.random_bool(0.004) {
            let at = instant(&mut draw, hour);
            let mut flow = Flow::of_stranger(world, position, 0, hour, at, 91, out);
            release(&mut flow, &mut draw);
            flow.text_cognito();
        }
        if draw.random_bool(0.001) {
            let at = instant(&mut draw, hour);
            let mut flow = Flow::of_stranger(world, position, 0, hour, at, 92, out);
            let call = set_mfa_config(ANALYST, pool, &json!({ "mfaConfiguration": "OFF" })).fails(
                "AccessDeniedException",
                "User is not authorized to perform: cognito-idp:SetUserPoolMfaConfig with an explicit deny",
            );
            flow.emit_from(CONSOLE, call);
        }
    }
}

/// The changes of MFA settings that the scenario plans.
fn planned(world: &World, pool: &PoolPlan) -> Vec<(Ms, Identity, &'static str)> {
    let at = |days: f64| world.days_ago(days);
    let lapse = world.lapse(pool);
    [
        pool.email_days_ago.map(|days| (at(days), PERSON, CONSOLE)),
        pool.switched_on_days_ago.map(|days| (at(days), PIPELINE, TERRAFORM)),
        lapse.as_ref().map(|lapse| (lapse.start, BREAK_GLASS, COMMAND_LINE)),
        lapse.map(|lapse| (lapse.end, PERSON, CONSOLE)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn set_mfa_config(actor: Identity, pool: &PoolPlan, settings: &Value) -> Call {
    let mut request = settings.clone();
    request["userPoolId"] = json!(pool.id);
    Call::by("SetUserPoolMfaConfig", actor, request)
}

/// A release of the infrastructure, which sends every setting again.
fn release(flow: &mut Flow<'_>, draw: &mut ChaCha8Rng) {
    let pool = flow.pool;
    let mode = flow.world.mode(pool, flow.now);
    let ways = pool.recovery().iter().enumerate();
    let recovery: Vec<_> = ways.map(|(position, name)| json!({ "name": name, "priority": position + 1 })).collect();
    let mut request = json!({
        "userPoolId": pool.id,
        "mfaConfiguration": mode.as_str(),
        "adminCreateUserConfig": { "allowAdminCreateUserOnly": !pool.self_sign_up },
        "accountRecoverySetting": { "recoveryMechanisms": recovery },
        "smsConfiguration": sms(pool),
        "userPoolTags": { "release": "weekly" },
    });
    if pool.self_sign_up {
        request["deviceConfiguration"] =
            json!({ "challengeRequiredOnNewDevice": true, "deviceOnlyRememberedOnUserPrompt": false });
    }
    let (actor, agent) = match draw.random_range(0..4) {
        0 => (STACK, CLOUDFORMATION),
        1 => (STACK_OF_PIPELINE, CLOUDFORMATION),
        2 => (BREAK_GLASS, COMMAND_LINE),
        _ => (PIPELINE, TERRAFORM),
    };
    flow.emit_from(agent, Call::by("UpdateUserPool", actor, request).answer(json!({})));
}

fn mfa_config(world: &World, pool: &PoolPlan, at: Ms) -> Value {
    let mut settings = json!({
        "mfaConfiguration": world.mode(pool, at).as_str(),
        "softwareTokenMfaConfiguration": { "enabled": pool.totp },
    });
    if pool.sms {
        settings["smsMfaConfiguration"] =
            json!({ "smsAuthenticationMessage": "Your code is {####}", "smsConfiguration": sms(pool) });
    }
    if world.email_allowed(pool, at) {
        settings["emailMfaConfiguration"] = json!({ "message": "Your code is {####}", "subject": "Your code" });
    }
    if pool.passkeys {
        settings["webAuthnConfiguration"] = json!({
            "relyingPartyId": "shop.example.com",
            "userVerification": "preferred",
            "factorConfiguration": "SINGLE_FACTOR",
        });
    }
    settings
}

fn sms(pool: &PoolPlan) -> Value {
    if pool.sms_route == SmsRoute::EndUserMessaging {
        return json!({ "eumsSms": {
            "callerArn": "arn:aws:iam::123456789012:role/CognitoSms",
            "configurationSetName": "cognito-sms",
            "region": pool.region,
        } });
    }
    json!({ "snsCallerArn": "arn:aws:iam::123456789012:role/CognitoSms", "snsRegion": pool.region })
}
