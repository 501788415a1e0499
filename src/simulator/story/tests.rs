//! What the records say and what the directory says are the same.

mod episodes;
mod messages;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::simulator::scenario::{MfaMode, Scenario};
use crate::simulator::tests::{START, records};
use crate::simulator::time::{HOUR, utc};
use crate::simulator::world::World;

#[test]
fn a_listed_factor_was_preferred_by_a_record() {
    let world = World::new(Scenario::demo(), START);
    let said: Vec<_> =
        records(&world, world.begin, START).filter(|record| record["eventName"] == "SetUserMFAPreference").collect();
    let hidden = |record: &Value| record["requestParameters"]["softwareTokenMfaSettings"].is_string();
    assert!(said.iter().any(hidden) && said.iter().filter(|record| hidden(record)).count() * 5 < said.len());
    let mut preferred: HashMap<&str, Option<&str>> = HashMap::new();
    for record in said.iter().filter(|record| record.get("errorCode").is_none()) {
        let Some(sub) = record["additionalEventData"]["sub"].as_str() else { continue };
        for (settings, factor) in [
            ("softwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA"),
            ("sMSMfaSettings", "SMS_MFA"),
            ("emailMfaSettings", "EMAIL_OTP"),
        ] {
            match record["requestParameters"][settings]["preferredMfa"].as_bool() {
                Some(true) => drop(preferred.insert(sub, Some(factor))),
                Some(false) if preferred.get(sub) == Some(&Some(factor)) => drop(preferred.insert(sub, None)),
                _ => {}
            }
        }
    }
    let mut agree = 0;
    for user in world.users.iter().filter(|user| user.removal.is_none()) {
        let Some(said) = preferred.get(user.sub.to_string().as_str()) else { continue };
        agree += 1;
        // With two factors, a record without its user's sub may leave an older choice standing here.
        let has_one = user.sms.is_none() || user.totp.is_none();
        assert!(!has_one || user.preferred(START + HOUR) == *said, "{user:?} {said:?}");
    }
    assert!(agree > 500, "{agree}");
}

#[test]
fn factors_come_and_go_with_their_records() {
    let world = World::new(Scenario::demo(), START);
    let subs = |name: &str| -> HashSet<String> {
        let named = records(&world, world.begin, START).filter(|record| record["eventName"] == name);
        named.filter_map(|record| record["additionalEventData"]["sub"].as_str().map(str::to_owned)).collect()
    };
    let deleted = subs("DeleteWebAuthnCredential");
    assert!(deleted.len() > 5, "{}", deleted.len());
    for user in world.users.iter().filter(|user| deleted.contains(&user.sub.to_string())) {
        let gone = user.passkey_deleted().expect("it is planned");
        assert!(user.factors(gone - 1).passkey && !user.factors(gone).passkey);
        assert!(world.changed(gone, gone + 1).contains(&user.sub));
    }
    let verified = subs("VerifySoftwareToken");
    let tried = records(&world, world.begin, START).filter(|record| {
        let answered = &record["requestParameters"]["challengeName"];
        let sub = record["additionalEventData"]["sub"].as_str().unwrap_or_default();
        answered == "SOFTWARE_TOKEN_MFA" && record.get("errorCode").is_none() && verified.contains(sub)
    });
    assert!(tried.count() > verified.len() / 3);
}

#[test]
fn pool_changes_name_their_actors() {
    let world = World::new(Scenario::demo(), START);
    let changes: Vec<_> = records(&world, world.begin, START)
        .filter(|record| record["eventName"] == "SetUserPoolMfaConfig" || record["eventName"] == "UpdateUserPool")
        .collect();
    let mut actors: BTreeMap<String, usize> = BTreeMap::new();
    for change in &changes {
        assert!(change["requestParameters"]["userPoolId"].is_string());
        let identity = &change["userIdentity"];
        let actor = identity["arn"].as_str().or(identity["invokedBy"].as_str()).expect("an actor");
        *actors.entry(actor.to_owned()).or_default() += 1;
        if let Some(service) = identity["invokedBy"].as_str() {
            assert_eq!((&change["sourceIPAddress"], &change["userAgent"]), (&service.into(), &service.into()));
        }
    }
    println!("{actors:#?}");
    let named = |part: &str| actors.keys().any(|actor| actor.contains(part));
    assert!(named("dana.evans@example.com") && named(":user/break-glass") && named("PlatformAdmin/rollout-pipeline"));
    assert!(named("cloudformation.amazonaws.com"));
    let workforce = &world.scenario.pools[2];
    let lapse = world.lapse(workforce).expect("the demo has one");
    let modes = [lapse.start - 1, lapse.start, lapse.end].map(|at| world.mode(workforce, at));
    assert_eq!(modes, [MfaMode::On, MfaMode::Optional, MfaMode::On]);
}
