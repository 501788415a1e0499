//! What a log group holds besides people: machines, strangers, page views, other services.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use super::first_factor::{NOT_AUTHORIZED, initiate, respond};
use super::pages::{either, page, token};
use super::sign_in::on_pages;
use super::{administration, count, instant};
use crate::simulator::flow::{Flow, Output};
use crate::simulator::record::{Call, HIDDEN};
use crate::simulator::time::{Ms, rng};
use crate::simulator::world::World;

const SYNC: (&str, &str) = ("DirectorySync", "nightly");
const DEPLOY: (&str, &str) = ("CiDeploy", "pipeline-4711");
const BOTO: &str = "Boto3/1.35.90 md/Botocore#1.35.90";

/// One kind of noise.
type Act = fn(&mut Flow<'_>);

/// How many of each kind a pool sees per hour.
const KINDS: &[(f64, Act)] = &[
    (1.2, stranger),
    (0.5, recovery_for_nobody),
    (1.0, page_view),
    (1.5, machine_token),
    (2.5, listing),
    (1.5, description),
    (4.0, other_service),
    (0.02, unheard_of),
];

/// Everything that is not a planned visit.
pub(super) fn machines(world: &World, hour: Ms, out: &mut Output) {
    for pool in 0..world.scenario.pools.len() {
        let mut draw = rng(&[world.scenario.seed, 5, world.start as u64, pool as u64, hour as u64]);
        for (kind, (per_hour, act)) in KINDS.iter().enumerate() {
            for turn in 0..count(&mut draw, *per_hour) {
                let at = instant(&mut draw, hour);
                let key = 1_000 * kind as u64 + u64::from(turn);
                let client = draw.random_range(0..8);
                act(&mut Flow::of_stranger(world, pool, client, hour, at, key, out));
            }
        }
        passwords_by_hand(world, pool, hour, &mut draw, out);
    }
}

fn passwords_by_hand(world: &World, pool: usize, hour: Ms, draw: &mut ChaCha8Rng, out: &mut Output) {
    let members = world.members[pool].clone();
    if members.is_empty() || !draw.random_bool(0.07) {
        return;
    }
    let user = &world.users[draw.random_range(members)];
    let at = instant(draw, hour);
    if !user.federated && user.confirmed.is_some_and(|confirmed| confirmed < at) {
        administration::password_set(&mut Flow::of_user(world, user, hour, at, 99, out));
    }
}

/// Somebody tries names that do not exist; Cognito plays along.
fn stranger(flow: &mut Flow<'_>) {
    if on_pages(flow) {
        let call = page(flow, either(flow, "CognitoAuthentication", "login_POST"), 200).parameter("username", HIDDEN);
        return flow.emit(call);
    }
    let first = initiate(flow);
    if flow.client.surface != crate::simulator::scenario::Surface::Srp {
        return flow.emit(first.fails(NOT_AUTHORIZED, "Incorrect username or password."));
    }
    flow.emit(first.challenge("PASSWORD_VERIFIER"));
    flow.now += 500;
    let call = respond(flow, "PASSWORD_VERIFIER").fails(NOT_AUTHORIZED, "Incorrect username or password.");
    flow.emit(call);
}

/// A reset for a name that does not exist succeeds, to give nothing away.
fn recovery_for_nobody(flow: &mut Flow<'_>) {
    let call = Call::public("ForgotPassword", json!({ "clientId": flow.client.id, "username": HIDDEN }));
    flow.emit(call.code_sent("EMAIL"));
    if flow.chance(0.2) {
        flow.wait(30, 120);
        let request =
            json!({ "clientId": flow.client.id, "username": HIDDEN, "confirmationCode": HIDDEN, "password": HIDDEN });
        let message = "Invalid verification code provided, please try again.";
        flow.emit(Call::public("ConfirmForgotPassword", request).fails("CodeMismatchException", message));
    }
}

fn page_view(flow: &mut Flow<'_>) {
    let call = Call::page("Login_GET", 200, &[("client_id", flow.client.id), ("response_type", "code")]).read_only();
    flow.emit(call);
}

fn machine_token(flow: &mut Flow<'_>) {
    token(flow, "client_credentials");
}

fn listing(flow: &mut Flow<'_>) {
    let request = json!({ "userPoolId": flow.pool.id, "limit": 60, "paginationToken": HIDDEN });
    flow.emit_from(BOTO, Call::by_role("ListUsers", SYNC, request).read_only());
}

fn description(flow: &mut Flow<'_>) {
    let request = json!({ "userPoolId": flow.pool.id });
    let name = if flow.chance(0.5) { "DescribeUserPool" } else { "GetUserPoolMfaConfig" };
    flow.emit_from("Terraform/1.10.3", Call::by_role(name, DEPLOY, request).read_only());
}

fn other_service(flow: &mut Flow<'_>) {
    let call = match flow.rng.random_range(0..4) {
        0 => Call::elsewhere(
            "sts.amazonaws.com",
            "AssumeRole",
            DEPLOY,
            json!({ "roleArn": "arn:aws:iam::123456789012:role/CiDeploy", "roleSessionName": "pipeline-4711" }),
        ),
        1 => Call::elsewhere("s3.amazonaws.com", "GetBucketAcl", SYNC, json!({ "bucketName": "northwind-trail" })),
        2 => {
            Call::elsewhere("kms.amazonaws.com", "Decrypt", SYNC, json!({ "encryptionAlgorithm": "SYMMETRIC_DEFAULT" }))
        }
        _ => Call::elsewhere("logs.amazonaws.com", "DescribeLogGroups", DEPLOY, json!({ "limit": 50 })),
    };
    flow.emit_from(BOTO, call);
}

/// A page whose name no published list has.
fn unheard_of(flow: &mut Flow<'_>) {
    let name = if flow.chance(0.5) { "mfa_email_POST" } else { "passkeys_rename_POST" };
    let call = page(flow, name, 200);
    flow.emit(call);
}
