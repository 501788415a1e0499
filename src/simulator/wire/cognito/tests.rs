use std::collections::HashSet;

use super::*;
use crate::simulator::scenario::{REGION_EU, REGION_US};
use crate::simulator::tests::{START, small_world};

fn ask(world: &World, operation: &str, region: &str, body: &Value) -> Result<Value, &'static str> {
    ask_at(world, operation, region, body, START)
}

fn ask_at(world: &World, operation: &str, region: &str, body: &Value, at: Ms) -> Result<Value, &'static str> {
    let answer = call(world, operation, region, body, at).map_err(|error| error.code)?;
    Ok(serde_json::from_str(&answer).expect("an answer is JSON"))
}

fn everyone(world: &World, limit: usize) -> Vec<Value> {
    let mut request = json!({ "UserPoolId": world.scenario.pools[0].id, "Limit": limit });
    let mut users = Vec::new();
    loop {
        let page = ask(world, "ListUsers", REGION_US, &request).expect("a page");
        users.extend(page["Users"].as_array().expect("users").clone());
        match page.get("PaginationToken") {
            Some(token) => request["PaginationToken"] = token.clone(),
            None => return users,
        }
    }
}

#[test]
fn a_listing_has_every_user_once_in_any_page_size() {
    let world = small_world();
    let users = everyone(&world, 60);
    // The script of the story signed twelve more up.
    assert_eq!(users.len(), 412);
    let names: HashSet<_> = users.iter().map(|user| user["Username"].to_string()).collect();
    assert_eq!(names.len(), 412);
    assert_eq!(everyone(&world, 7), users);
}

#[test]
fn a_listing_never_tells_about_factors() {
    let users = everyone(&small_world(), 60);
    assert!(users.iter().all(|user| user.get("UserMFASettingList").is_none()));
    let statuses: HashSet<_> = users.iter().filter_map(|user| user["UserStatus"].as_str()).collect();
    assert!(
        statuses.contains("CONFIRMED") && statuses.contains("UNCONFIRMED") && statuses.contains("EXTERNAL_PROVIDER")
    );
}

#[test]
fn filters_and_lookups_find_by_sub_and_by_username() {
    let world = small_world();
    let user =
        world.users.iter().find(|user| !user.federated && !user.settings(START).is_empty()).expect("an enrolled user");
    let pool = world.pool_of(user).id;
    for filter in [format!("sub = \"{}\"", user.sub), format!("username = \"{}\"", user.username())] {
        let request = json!({ "UserPoolId": pool, "Filter": filter, "AttributesToGet": ["sub"] });
        let found = ask(&world, "ListUsers", REGION_US, &request).expect("a page");
        assert_eq!(found["Users"][0]["Attributes"], json!([{ "Name": "sub", "Value": user.sub.to_string() }]));
        assert_eq!(found["Users"].as_array().map(Vec::len), Some(1));
    }
    for name in [user.sub.to_string(), user.username()] {
        let request = json!({ "UserPoolId": pool, "Username": name });
        let found = ask(&world, "AdminGetUser", REGION_US, &request).expect("the user");
        assert_eq!(found["Username"], user.username());
        assert_eq!(found["UserMFASettingList"], json!(user.settings(START)));
    }
    let missing = json!({ "UserPoolId": pool, "Username": "nobody" });
    assert_eq!(ask(&world, "AdminGetUser", REGION_US, &missing), Err("UserNotFoundException"));
    let bad = json!({ "UserPoolId": pool, "Filter": "email = \"x\"" });
    assert_eq!(ask(&world, "ListUsers", REGION_US, &bad), Err("InvalidParameterException"));
}

#[test]
fn an_empty_setting_list_is_left_out() {
    let world = small_world();
    let user = world
        .users
        .iter()
        .find(|user| user.pool == 0 && user.created < START && user.settings(START).is_empty())
        .expect("a user");
    let request = json!({ "UserPoolId": world.pool_of(user).id, "Username": user.username() });
    let found = ask(&world, "AdminGetUser", REGION_US, &request).expect("the user");
    assert!(found.get("UserMFASettingList").is_none() && found.get("PreferredMfaSetting").is_none());
    let factors = ask(&world, "AdminGetUserAuthFactors", REGION_US, &request).expect("factors");
    assert!(factors["ConfiguredUserAuthFactors"].is_array());
}

#[test]
fn pools_are_of_their_region_and_configuration_follows_time() {
    let world = small_world();
    let pools = |region| ask(&world, "ListUserPools", region, &json!({ "MaxResults": 1 })).expect("pools");
    assert_eq!(pools(REGION_EU)["UserPools"][0]["Name"], "Partners EU");
    assert_eq!(pools(REGION_EU).get("NextToken"), None);
    assert!(pools(REGION_US)["NextToken"].is_string());
    let request = json!({ "UserPoolId": world.scenario.pools[1].id });
    assert_eq!(ask(&world, "DescribeUserPool", REGION_US, &request), Err("ResourceNotFoundException"));
    let mode = |at| {
        let described = ask_at(&world, "DescribeUserPool", REGION_EU, &request, at).expect("a pool");
        let config = ask_at(&world, "GetUserPoolMfaConfig", REGION_EU, &request, at).expect("a configuration");
        assert_eq!(described["UserPool"]["MfaConfiguration"], config["MfaConfiguration"]);
        config["MfaConfiguration"].clone()
    };
    assert_eq!(mode(START - 10 * DAY), "OPTIONAL");
    assert_eq!(mode(START), "ON");
}

#[test]
fn clients_are_listed_and_described() {
    let world = small_world();
    let pool = &world.scenario.pools[0];
    let request = json!({ "UserPoolId": pool.id, "MaxResults": 60 });
    let clients = ask(&world, "ListUserPoolClients", REGION_US, &request).expect("clients");
    assert_eq!(clients["UserPoolClients"].as_array().map(Vec::len), Some(pool.clients.len()));
    let request = json!({ "UserPoolId": pool.id, "ClientId": pool.clients[0].id });
    let described = ask(&world, "DescribeUserPoolClient", REGION_US, &request).expect("a client");
    let client = &described["UserPoolClient"];
    assert_eq!((&client["AuthSessionValidity"], &client["ClientName"]), (&json!(3), &json!("ios-app")));
    assert_eq!(client["ExplicitAuthFlows"][0], "ALLOW_USER_SRP_AUTH");
    let missing = json!({ "UserPoolId": pool.id, "ClientId": world.scenario.pools[1].clients[0].id });
    assert_eq!(ask(&world, "DescribeUserPoolClient", REGION_US, &missing), Err("ResourceNotFoundException"));
    assert_eq!(
        ask(&world, "ListUsers", REGION_US, &json!({ "UserPoolId": pool.id, "Limit": 61 })),
        Err("InvalidParameterException")
    );
}

#[test]
fn a_pool_tells_what_is_wrong_with_its_texts_and_where_its_replicas_are() {
    let world = small_world();
    let pools = ask(&world, "ListUserPools", REGION_US, &json!({ "MaxResults": 60 })).expect("pools");
    let replicas: Vec<_> = (0..2).map(|row| pools["UserPools"][row].get("ReplicaRegions").cloned()).collect();
    assert_eq!(replicas, [Some(json!(["us-west-2"])), None]);
    let described = |id| ask(&world, "DescribeUserPool", REGION_US, &json!({ "UserPoolId": id })).expect("a pool");
    let failure = |id| described(id)["UserPool"].get("SmsConfigurationFailure").cloned();
    assert_eq!(failure(world.scenario.pools[0].id), None);
    assert_eq!(failure(world.scenario.pools[2].id), Some(json!("SNSSandbox")));
    assert_eq!(
        described(world.scenario.pools[0].id)["UserPool"]["DeviceConfiguration"]["ChallengeRequiredOnNewDevice"],
        true
    );
}

#[test]
fn a_pool_tells_what_carries_its_texts() {
    let world = small_world();
    let route = |pool: &PoolPlan| {
        let request = json!({ "UserPoolId": pool.id });
        let config = ask(&world, "GetUserPoolMfaConfig", pool.region, &request).expect("a configuration");
        let config = config["SmsMfaConfiguration"]["SmsConfiguration"].clone();
        let described = ask(&world, "DescribeUserPool", pool.region, &request).expect("a pool");
        assert_eq!(described["UserPool"]["SmsConfiguration"], config);
        config
    };
    let [customers, partners, _, couriers] = &world.scenario.pools[..] else { panic!("four pools") };
    assert_eq!((&route(customers)["SnsRegion"], &route(partners)["SnsRegion"]), (&json!(REGION_US), &json!(REGION_EU)));
    assert_eq!(route(couriers)["EumsSms"]["Region"], REGION_US);
    assert_eq!(route(couriers).get("SnsRegion"), None);
}

#[test]
fn accounts_of_the_script_are_listed_unconfirmed_with_their_numbers() {
    let world = small_world();
    let users = everyone(&world, 60);
    let attribute = |user: &Value, name: &str| {
        let attributes = user["Attributes"].as_array().expect("attributes");
        let found = attributes.iter().find(|attribute| attribute["Name"] == name);
        found.and_then(|attribute| attribute["Value"].as_str()).map(str::to_owned)
    };
    let pumped: Vec<_> = world.users.iter().filter(|user| user.pumped()).map(|user| user.sub.to_string()).collect();
    let listed: Vec<_> =
        users.iter().filter(|user| attribute(user, "sub").is_some_and(|sub| pumped.contains(&sub))).collect();
    assert_eq!(listed.len(), 12);
    let unconfirmed = listed.iter().filter(|user| user["UserStatus"] == "UNCONFIRMED");
    assert!(unconfirmed.count() >= 10);
    assert!(listed.iter().all(|user| attribute(user, "phone_number").is_some_and(|to| to.starts_with("+234"))));
}

#[test]
fn a_look_up_names_its_user() {
    let world = small_world();
    let user = world.users.iter().find(|user| user.created < START && !user.federated).expect("a user");
    let by_sub = json!({ "UserPoolId": world.pool_of(user).id, "Username": user.sub.to_string() });
    assert_eq!(looked_up(&world, "AdminGetUser", REGION_US, &by_sub, START), Some(user.sub));
    assert_eq!(looked_up(&world, "ListUsers", REGION_US, &by_sub, START), None);
}
