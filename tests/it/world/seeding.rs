//! Puts the plan into moto, through the real SDK.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_cloudwatchlogs as logs;
use aws_sdk_cognitoidentityprovider as cognito;
use cognito::types::{
    AttributeType, AuthFlowType, EmailMfaConfigType, MessageActionType, SmsConfigurationType, SmsMfaConfigType,
    SmsMfaSettingsType, SoftwareTokenMfaConfigType, SoftwareTokenMfaSettingsType, UserPoolMfaType,
    UsernameAttributeType, WebAuthnConfigurationType, WebAuthnFactorConfigurationType,
};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::directory::{Directory, Pool, User};
use super::event::Factor;
use super::lines::{Line, STREAMS};
use super::phones;

const PASSWORD: &str = "Corr3ct-Horse!";
const AT_ONCE: usize = 12;

/// Creates pools, clients and users, and fills in the ids they got.
pub async fn users(client: &cognito::Client, directory: &mut Directory) {
    for pool in &mut directory.pools {
        create_pool(client, pool).await;
        let gate = Arc::new(Semaphore::new(AT_ONCE));
        let mut tasks = JoinSet::new();
        for (number, user) in pool.users.iter().cloned().enumerate() {
            let (client, pool, gate) = (client.clone(), pool.clone(), Arc::clone(&gate));
            tasks.spawn(async move {
                let _turn = gate.acquire().await.expect("the gate stays open");
                create_user(&client, &pool, &user, number).await;
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("a user was created");
        }
        learn_subs(client, pool).await;
    }
}

async fn create_pool(client: &cognito::Client, pool: &mut Pool) {
    let mut request = client.create_user_pool().pool_name(pool.name);
    if pool.by_email {
        request = request.username_attributes(UsernameAttributeType::Email);
    }
    if let Some(tier) = pool.tier {
        request = request.user_pool_tier(tier.into());
    }
    let made = request.send().await.expect("a pool is created");
    pool.id = made.user_pool().and_then(|made| made.id()).expect("a pool has an id").to_owned();
    if pool.mfa != "OFF" {
        configure_mfa(client, pool).await;
    }
    for (name, minutes) in ["web", "phone"].into_iter().zip(pool.session_minutes) {
        let request = client.create_user_pool_client().user_pool_id(&pool.id).client_name(name);
        let made = request.auth_session_validity(minutes).send().await.expect("a client is created");
        pool.clients.push(made.user_pool_client().and_then(|made| made.client_id()).expect("an id").to_owned());
    }
}

/// Makes the pool ask for a second factor as planned.
pub async fn configure_mfa(client: &cognito::Client, pool: &Pool) {
    let mut request =
        client.set_user_pool_mfa_config().user_pool_id(&pool.id).mfa_configuration(UserPoolMfaType::from(pool.mfa));
    if pool.allowed.contains(&Factor::Totp) {
        let token = SoftwareTokenMfaConfigType::builder().enabled(true).build();
        request = request.software_token_mfa_configuration(token);
    }
    if pool.allowed.contains(&Factor::Sms) {
        let sender = SmsConfigurationType::builder().sns_caller_arn("arn:aws:iam::123456789012:role/sms").build();
        let sms = SmsMfaConfigType::builder().sms_configuration(sender).build();
        request = request.sms_mfa_configuration(sms);
    }
    if pool.allowed.contains(&Factor::Email) {
        let email = EmailMfaConfigType::builder().message("{####}").subject("code").build();
        request = request.email_mfa_configuration(email);
    }
    if pool.allowed.contains(&Factor::Passkey) {
        let passkey = WebAuthnConfigurationType::builder()
            .relying_party_id("example.com")
            .factor_configuration(WebAuthnFactorConfigurationType::MultiFactorWithUserVerification);
        request = request.web_authn_configuration(passkey.build());
    }
    request.send().await.expect("MFA is configured");
}

async fn create_user(client: &cognito::Client, pool: &Pool, user: &User, number: usize) {
    let name = login(pool, user);
    let attributes = attributes(pool, user, number);
    if user.status == "UNCONFIRMED" {
        let request = client.sign_up().client_id(&pool.clients[0]).username(&name).password(PASSWORD);
        request.set_user_attributes(Some(attributes)).send().await.expect("somebody signs up");
    } else {
        let request = client.admin_create_user().user_pool_id(&pool.id).username(&name);
        let request = request.temporary_password(PASSWORD).message_action(MessageActionType::Suppress);
        request.set_user_attributes(Some(attributes)).send().await.expect("a user is created");
    }
    if matches!(user.status, "CONFIRMED" | "RESET_REQUIRED") {
        let request = client.admin_set_user_password().user_pool_id(&pool.id).username(&name);
        request.password(PASSWORD).permanent(true).send().await.expect("a password is set");
    }
    if user.has_token {
        register_token(client, pool, &name).await;
    }
    if !user.listed.is_empty() {
        prefer(client, pool, user, &name).await;
    }
    if user.status == "RESET_REQUIRED" {
        let request = client.admin_reset_user_password().user_pool_id(&pool.id).username(&name);
        request.send().await.expect("a password is reset");
    }
    if !user.enabled {
        let request = client.admin_disable_user().user_pool_id(&pool.id).username(&name);
        request.send().await.expect("a user is disabled");
    }
}

fn login(pool: &Pool, user: &User) -> String {
    if pool.by_email { email(user) } else { user.login.clone() }
}

fn email(user: &User) -> String {
    format!("{}@example.com", user.login)
}

fn attributes(pool: &Pool, user: &User, number: usize) -> Vec<AttributeType> {
    let attribute =
        |name: &str, value: String| AttributeType::builder().name(name).value(value).build().expect("a name is enough");
    let mut attributes = Vec::new();
    if user.email {
        attributes.push(attribute("email_verified", "true".into()));
    }
    if user.email && (!pool.by_email || user.status == "UNCONFIRMED") {
        attributes.push(attribute("email", email(user)));
    }
    if user.phone {
        attributes.push(attribute("phone_number", phones::phone(number)));
        attributes.push(attribute("phone_number_verified", "true".into()));
    }
    attributes
}

async fn register_token(client: &cognito::Client, pool: &Pool, name: &str) {
    let request = client.admin_initiate_auth().user_pool_id(&pool.id).client_id(&pool.clients[0]);
    let request = request.auth_flow(AuthFlowType::AdminUserPasswordAuth);
    let request = request.auth_parameters("USERNAME", name).auth_parameters("PASSWORD", PASSWORD);
    let signed_in = request.send().await.expect("a user signs in");
    let token = signed_in.authentication_result().and_then(|result| result.access_token()).expect("tokens");
    client.associate_software_token().access_token(token).send().await.expect("a secret");
    let verified = client.verify_software_token().access_token(token).user_code("123456").send().await;
    verified.expect("the first code is right");
}

async fn prefer(client: &cognito::Client, pool: &Pool, user: &User, name: &str) {
    let mut request = client.admin_set_user_mfa_preference().user_pool_id(&pool.id).username(name);
    let is_preferred = |factor| user.preferred == Some(factor);
    if user.listed.contains(&Factor::Totp) {
        let token = SoftwareTokenMfaSettingsType::builder().enabled(true).preferred_mfa(is_preferred(Factor::Totp));
        request = request.software_token_mfa_settings(token.build());
    }
    if user.listed.contains(&Factor::Sms) {
        let sms = SmsMfaSettingsType::builder().enabled(true).preferred_mfa(is_preferred(Factor::Sms));
        request = request.sms_mfa_settings(sms.build());
    }
    request.send().await.expect("a preference is set");
}

/// The subs by login, from the listing.
async fn learn_subs(client: &cognito::Client, pool: &mut Pool) {
    let mut subs: HashMap<String, String> = listing(client, pool).await.into_iter().collect();
    for user in &mut pool.users {
        user.sub = subs.remove(&user.login).unwrap_or_else(|| panic!("{} is not listed", user.login));
    }
    assert!(subs.is_empty(), "users that nobody planned: {subs:?}");
}

/// The subs as they are listed.
pub async fn order(client: &cognito::Client, pool: &Pool) -> Vec<String> {
    listing(client, pool).await.into_iter().map(|(_, sub)| sub).collect()
}

/// Login and sub of every user, page by page.
async fn listing(client: &cognito::Client, pool: &Pool) -> Vec<(String, String)> {
    let mut users = Vec::new();
    let mut token = None;
    loop {
        let request = client.list_users().user_pool_id(&pool.id).set_pagination_token(token);
        let page = request.send().await.expect("users are listed");
        for user in page.users() {
            let value = |name| user.attributes().iter().find(|a| a.name() == name).and_then(|a| a.value());
            let login = if pool.by_email { value("email").and_then(|e| e.split('@').next()) } else { user.username() };
            users.push((login.expect("a login").to_owned(), value("sub").expect("a sub").to_owned()));
        }
        token = page.pagination_token().map(Into::into);
        if token.is_none() {
            return users;
        }
    }
}

/// Creates a log group with its streams.
pub async fn log_group(client: &logs::Client, group: &str) {
    client.create_log_group().log_group_name(group).send().await.expect("a log group is created");
    for stream in STREAMS {
        let request = client.create_log_stream().log_group_name(group).log_stream_name(stream);
        request.send().await.expect("a log stream is created");
    }
}

/// Delivers lines; a request holds the lines of one stream in the order that AWS demands.
pub async fn deliver<M>(client: &logs::Client, group: &str, lines: &[Line<M>]) {
    for chunk in lines.chunks(2_000) {
        for (number, stream) in STREAMS.iter().enumerate() {
            let mut mine: Vec<&Line<M>> = chunk.iter().filter(|line| line.stream == number).collect();
            mine.sort_by_key(|line| line.delivered);
            if mine.is_empty() {
                continue;
            }
            let events = mine.into_iter().map(|line| {
                let event = logs::types::InputLogEvent::builder().timestamp(line.delivered.timestamp_millis());
                event.message(&line.text).build().expect("a time and a message")
            });
            let request = client.put_log_events().log_group_name(group).log_stream_name(*stream);
            let answer = request.set_log_events(Some(events.collect())).send().await.expect("lines are delivered");
            assert!(answer.rejected_log_events_info().is_none(), "moto refused lines");
        }
    }
}
