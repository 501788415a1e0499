//! The episodes that a reader of the logs should find.

use std::collections::BTreeSet;

use super::*;
use crate::simulator::population::User;
use crate::simulator::scenario::Surface;
use crate::simulator::tests::hours;
use crate::simulator::time::{DAY, Ms};

fn sub_of(record: &Value) -> &str {
    record["additionalEventData"]["sub"].as_str().unwrap_or_default()
}

fn network(record: &Value) -> String {
    let address = record["sourceIPAddress"].as_str().expect("an address");
    address.rsplit_once(if address.contains("::") { "::" } else { "." }).expect("a network").0.to_owned()
}

fn signs_in(record: &Value) -> bool {
    record["responseElements"]["authenticationResult"].is_object()
}

/// Records of one user, each with its time.
fn of_user(world: &World, user: &User, from: Ms, until: Ms) -> Vec<(Ms, Value)> {
    let sub = user.sub.to_string();
    let from = from.max(world.begin).div_euclid(HOUR) * HOUR;
    let own = records(world, from, until).filter(|record| sub_of(record) == sub);
    let mut own: Vec<_> = own.map(|record| (time_of(&record), record)).collect();
    own.sort_by_key(|(at, _)| *at);
    own
}

fn time_of(record: &Value) -> Ms {
    let time = record["eventTime"].as_str().expect("eventTime");
    time.parse::<chrono::DateTime<chrono::Utc>>().expect("a time").timestamp_millis()
}

#[test]
fn a_script_pumps_texts_to_one_country_and_confirms_hardly_any() {
    let world = World::new(Scenario::demo(), START);
    let plan = world.scenario.pumping.expect("the demo has one");
    let pumped: Vec<_> = world.users.iter().filter(|user| user.pumped()).collect();
    assert_eq!(pumped.len(), plan.sign_ups as usize);
    let from = world.days_ago(plan.days_ago);
    let until = from + (plan.hours * HOUR as f64) as Ms;
    let unconfirmed = pumped.iter().filter(|user| user.status(START, true) == "UNCONFIRMED").count();
    assert!(unconfirmed * 100 >= pumped.len() * 97 && unconfirmed < pumped.len());
    assert!(pumped.iter().all(|user| user.phone(START).starts_with("+234") && (from..until).contains(&user.created)));

    let (mut signed, mut resent, mut confirmed, mut machines) = (0, 0, 0, BTreeSet::new());
    for record in records(&world, from.div_euclid(HOUR) * HOUR, until + HOUR) {
        if !record["userAgent"].as_str().is_some_and(|agent| agent.starts_with("python-requests/")) {
            continue;
        }
        machines.insert(record["sourceIPAddress"].to_string());
        match record["eventName"].as_str() {
            Some("SignUp") => signed += 1,
            Some("ResendConfirmationCode") => resent += usize::from(record.get("errorCode").is_none()),
            Some("ConfirmSignUp") => confirmed += 1,
            _ => {}
        }
    }
    println!("{signed} signed up, {resent} resends, {confirmed} confirmed, {machines:?}");
    assert!(signed == pumped.len() && resent > signed && confirmed * 50 < signed && machines.len() == 3);
    let texts = || hours(&world, from.div_euclid(HOUR) * HOUR, until + HOUR).flat_map(|output| output.texts);
    let (arrived, sent) = texts()
        .filter(|text| text.number.starts_with("+234"))
        .fold((0, 0), |(arrived, sent), text| (arrived + usize::from(text.arrives()), sent + 1));
    assert!(sent >= signed + resent && arrived * 100 > sent * 93, "{arrived} of {sent}");
}

#[test]
fn some_people_give_totp_up_for_sms_and_a_few_of_them_together() {
    let world = World::new(Scenario::demo(), START);
    let plan = world.scenario.weakening.expect("the demo has one");
    let from = world.days_ago(plan.days_ago);
    let cluster = from..from + (plan.hours * HOUR as f64) as Ms;
    let (mut together, mut alone) = (0, 0);
    for record in records(&world, world.begin, START).filter(|record| record["eventName"] == "SetUserMFAPreference") {
        let request = &record["requestParameters"];
        if request["softwareTokenMfaSettings"]["enabled"] == false && request["sMSMfaSettings"]["preferredMfa"] == true
        {
            let user = world.users.iter().find(|user| user.sub.to_string() == sub_of(&record)).expect("a user");
            let at = user.weakened().expect("a planned one");
            assert_eq!((user.preferred(at), user.settings(at)), (Some("SMS_MFA"), vec!["SMS_MFA"]));
            assert_eq!(user.preferred(at - 1), Some("SOFTWARE_TOKEN_MFA"));
            assert!(world.changed(at, at + 1).contains(&user.sub));
            match cluster.contains(&at) {
                true => together += 1,
                false => alone += 1,
            }
        }
    }
    println!("{together} together, {alone} alone");
    assert!(together >= plan.users && (3..60).contains(&alone), "{together} together, {alone} alone");
}

#[test]
fn a_stranger_signs_in_from_his_own_network_hours_after_he_changed_a_number() {
    let world = World::new(Scenario::demo(), START);
    let hijacked: Vec<_> =
        world.users.iter().filter(|user| user.new_phone().is_some_and(|phone| phone.hijacked.is_some())).collect();
    assert_eq!(hijacked.len(), world.scenario.phone_changes.expect("the demo has some").hijacked as usize);
    for user in hijacked {
        let phone = user.new_phone().expect("one");
        let (changed, entered) = (phone.at, phone.hijacked.expect("one"));
        assert!((changed + HOUR..=changed + 6 * HOUR).contains(&entered));
        assert_ne!(user.phone(changed - 1), user.phone(changed));
        let own = of_user(&world, user, changed - 20 * DAY, entered + 2 * HOUR);
        let named = |name: &str| {
            own.iter().filter(|(at, record)| *at >= changed - 1_000 && record["eventName"] == name).count()
        };
        assert_eq!((named("UpdateUserAttributes"), named("VerifyUserAttribute")), (1, 1));
        let update = own.iter().find(|(_, record)| record["eventName"] == "UpdateUserAttributes").expect("one");
        assert_eq!(update.1["requestParameters"]["userAttributes"][0]["name"], "phone_number");
        let known: BTreeSet<_> =
            own.iter().filter(|(at, _)| *at < entered - 60_000).map(|(_, record)| network(record)).collect();
        let strange = own.iter().filter(|(_, record)| signs_in(record) && !known.contains(&network(record)));
        let strange: Vec<_> = strange.filter(|(at, _)| (entered - 1_000..entered + HOUR).contains(at)).collect();
        assert_eq!(strange.len(), 1, "{user:?}");
        assert_eq!(strange[0].1["requestParameters"]["challengeName"], "SMS_MFA");
    }
}

#[test]
fn other_people_change_their_number_and_stay_where_they_are() {
    let world = World::new(Scenario::demo(), START);
    let harmless: Vec<_> = world
        .users
        .iter()
        .filter(|user| user.new_phone().is_some_and(|phone| phone.hijacked.is_none() && phone.at < START - HOUR))
        .collect();
    let subs: HashMap<_, _> = harmless.iter().map(|user| (user.sub.to_string(), *user)).collect();
    let (mut updates, mut by_admin) = (0, 0);
    let mut networks: HashMap<String, BTreeSet<String>> = HashMap::new();
    for record in records(&world, world.begin, START) {
        let Some(user) = subs.get(sub_of(&record)) else { continue };
        let changed = user.new_phone().expect("one").at;
        let name = record["eventName"].as_str().expect("eventName");
        if name == "UpdateUserAttributes" && record["requestParameters"]["userAttributes"][0]["name"] == "phone_number"
        {
            updates += 1;
        } else if name == "AdminUpdateUserAttributes" {
            by_admin += usize::from(record.get("errorCode").is_none());
        }
        if signs_in(&record) && (changed - HOUR / 2..changed + DAY).contains(&time_of(&record)) {
            networks.entry(user.sub.to_string()).or_default().insert(network(&record));
        }
    }
    println!("{} people, {updates} by themselves, {by_admin} by the support desk", harmless.len());
    assert!(harmless.len() > 30 && updates > 20 && by_admin > 3);
    assert!(networks.values().all(|networks| networks.len() == 1), "{networks:?}");
}

#[test]
fn apps_and_browsers_have_several_releases_and_the_bad_one_is_among_them() {
    let world = World::new(Scenario::demo(), START);
    let mut agents: HashMap<String, BTreeSet<String>> = HashMap::new();
    for record in
        records(&world, world.begin, START).filter(|record| record["eventSource"] == "cognito-idp.amazonaws.com")
    {
        let client = record["requestParameters"]["clientId"].as_str();
        let client = client.or(record["additionalEventData"]["requestParameters"]["client_id"][0].as_str());
        if let Some(client) = client {
            let agent = record["userAgent"].as_str().expect("userAgent");
            agents.entry(client.to_owned()).or_default().insert(agent.to_owned());
        }
    }
    for client in world.scenario.pools.iter().flat_map(|pool| &pool.clients) {
        let seen = &agents[client.id];
        let pages = matches!(client.surface, Surface::HostedUi | Surface::ManagedLogin);
        assert!(seen.len() >= if pages { 8 } else { 2 }, "{}: {seen:?}", client.name);
        assert!(
            pages || client.releases.iter().all(|release| seen.contains(release.agent)),
            "{}: {seen:?}",
            client.name
        );
    }
    let release = world.scenario.bad_release.expect("the demo has one");
    assert!(agents[release.client_id].contains(release.agent) && agents[release.client_id].len() >= 5);
}

#[test]
fn remembered_devices_are_asked_by_challenges_of_their_own() {
    let world = World::new(Scenario::demo(), START);
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for record in records(&world, START - 3 * DAY, START) {
        let name = record["requestParameters"]["challengeName"].as_str().unwrap_or_default();
        if name.starts_with("DEVICE_") {
            *answers.entry(format!("{name} {}", signs_in(&record))).or_default() += 1;
        }
    }
    assert_eq!(answers["DEVICE_SRP_AUTH false"], answers["DEVICE_PASSWORD_VERIFIER true"]);
    assert!(answers["DEVICE_PASSWORD_VERIFIER true"] > 30 && answers.len() == 2, "{answers:?}");
}
