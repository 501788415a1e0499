//! The demo's decisions about MFA tell the story that its simulated AWS plays: `src/simulator/demo.rs` plants it.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::still_copy::{CAMPAIGN, CAMPAIGN_DAYS_AGO, StillCopy};
use crate::support::wait;
use crate::world::clock;

const CUSTOMERS: &str = "us-east-1/us-east-1_DemoCust1";
const PARTNERS: &str = "eu-west-1/eu-west-1_DemoPart2";
const WORKFORCE: &str = "us-east-1/us-east-1_DemoWork3";
const COURIERS: &str = "us-east-1/us-east-1_DemoCour4";

fn text(copy: &StillCopy, path: &str) -> String {
    let url = format!("{}{path}", copy.url);
    let answer = wait(async { reqwest::get(&url).await?.error_for_status()?.text().await });
    answer.unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// A decision as programs read it.
struct Decision(Value);

impl Decision {
    fn of(copy: &StillCopy, pool: &str, words: &str) -> Self {
        let answer = text(copy, &format!("/api/v1/rollout?pool={pool}&{words}"));
        Self(serde_json::from_str(&answer).expect("JSON"))
    }

    fn at(&self, place: &str) -> &Value {
        self.0.pointer(place).unwrap_or_else(|| panic!("no {place}"))
    }

    fn number(&self, place: &str) -> u64 {
        self.at(place).as_u64().unwrap_or_else(|| panic!("{place} is {}", self.at(place)))
    }

    /// All users with the outcome.
    fn users(&self, outcome: &str) -> u64 {
        self.number(&format!("/simulation/users/{outcome}"))
    }

    /// Users with the reason who may be locked out.
    fn at_risk(&self, reason: &str) -> u64 {
        let rows = self.at("/risks").as_array().expect("rows");
        let row = rows.iter().find(|row| row["reason"] == reason).expect("every reason is told");
        row["users"].as_u64().unwrap_or_else(|| panic!("{reason} is not told"))
    }

    /// Of the users of a group, those with the outcome and all whom MFA concerns.
    fn group(&self, name: &str, outcome: &str) -> (u64, u64) {
        let groups = self.at("/groups").as_array().expect("rows");
        let group = groups.iter().find(|group| group["name"] == name).unwrap_or_else(|| panic!("no group {name:?}"));
        let of = |outcome: &str| group["users"][outcome].as_u64().expect("a number");
        let all: u64 = group["users"].as_object().expect("outcomes").values().filter_map(Value::as_u64).sum();
        (of(outcome), all - of("exempt"))
    }

    fn criterion(&self, name: &str) -> &Value {
        let criteria = self.at("/judgement/criteria").as_array().expect("rows");
        &criteria.iter().find(|criterion| criterion["name"] == name).expect("a criterion")["verdict"]
    }

    fn notes(&self) -> String {
        self.at("/notes").to_string()
    }
}

/// Users who may be locked out for a reason.
fn worklist(copy: &StillCopy, pool: &str, reason: &str) -> Vec<Value> {
    let path = format!("/api/v1/rollout/users?pool={pool}&target=ON&reason={reason}&limit=100000");
    let answer: Value = serde_json::from_str(&text(copy, &path)).expect("JSON");
    answer["users"].as_array().expect("users").clone()
}

#[test]
fn pools_are_where_the_story_left_them() {
    let copy = StillCopy::shared();
    for (pool, configuration, factors, is_as_it_stands) in [
        (CUSTOMERS, "OPTIONAL", "totp sms", false),
        (COURIERS, "OPTIONAL", "totp sms", false),
        // Switched on nine days ago, with e-mail codes since thirteen.
        (PARTNERS, "ON", "totp sms email", true),
        (WORKFORCE, "ON", "totp", true),
    ] {
        let decision = Decision::of(&copy, pool, "target=ON");
        assert_eq!(decision.at("/simulation/pool/mfa_configuration"), configuration, "{pool}");
        assert_eq!(decision.at("/simulation/pool/factors"), &json!(factors.split(' ').collect::<Vec<_>>()), "{pool}");
        assert_eq!(decision.notes().contains("this is how it stands"), is_as_it_stands, "{pool}: {}", decision.notes());
        // Every app of the story shows its people the way; pages name nobody.
        assert_eq!(decision.at("/simulation/unseen_clients"), &json!([]), "{pool}");
        assert_eq!(decision.number("/simulation/users_behind_unseen_clients"), 0, "{pool}");
        assert!(decision.number("/simulation/unnamed_sign_ins") > 0, "{pool}");
        // Only customers have devices and sign up by themselves; the others are invited.
        let is_own = pool == CUSTOMERS;
        assert_eq!(decision.number("/simulation/sign_ins/exempt") > 0, is_own, "{pool}");
        assert_eq!(decision.at_risk("temporary_password") == 0, is_own, "{pool}");
        // Enrolment is where the story is: only the workforce had to enrol long ago.
        let verdict = if pool == WORKFORCE { "passed" } else { "failed" };
        assert_eq!(decision.criterion("target"), verdict, "{pool}");
    }
    // A script signed up hundreds of numbers that were never confirmed.
    assert!(Decision::of(&copy, CUSTOMERS, "target=ON").number("/simulation/left_out") > 400);
    // Whoever is asked to set up a factor has no way in by the other reading, and nobody else.
    let (prompted, refused) =
        (Decision::of(&copy, CUSTOMERS, "target=ON"), Decision::of(&copy, CUSTOMERS, "target=ON&assume=refused"));
    assert_eq!(prompted.users("blocked"), 0);
    assert_eq!(prompted.users("prompted_to_set_up"), refused.users("blocked"));
    // Nobody is asked where MFA is off.
    let off = Decision::of(&copy, CUSTOMERS, "target=OFF");
    assert_eq!(off.number("/simulation/sign_ins/unknown") + off.users("unknown") + off.users("satisfied"), 0);
}

#[test]
fn phones_and_mailboxes_that_are_the_last_way_back_are_told() {
    let copy = StillCopy::shared();
    // One customer in 25 has no mailbox: the phone that MFA takes is all they recover by.
    let customers = Decision::of(&copy, CUSTOMERS, "target=ON");
    let colliding = customers.number("/recovery/colliding_users");
    assert!((100..=500).contains(&colliding), "{colliding}");
    let stranded = worklist(&copy, CUSTOMERS, "no_recovery");
    let automatic = stranded.iter().filter(|user| user["outcome"] == "automatic_sms");
    assert!(automatic.count() as u64 >= colliding);
    // Without text messages the phone stays what it is, and before the switch nothing changes.
    for words in ["target=ON&without=sms", "target=OPTIONAL", "target=OFF"] {
        assert_eq!(Decision::of(&copy, CUSTOMERS, words).number("/recovery/colliding_users"), 0, "{words}");
    }
    // Partners were switched on: who has no phone gets codes by e-mail, and has nothing left already.
    let partners = Decision::of(&copy, PARTNERS, "target=ON");
    assert!(partners.users("automatic_email") > 300);
    assert!(partners.number("/recovery/dead_end_users") >= partners.users("automatic_email"));
    assert_eq!(partners.number("/recovery/colliding_users"), 0);
    // Couriers and the workforce all have a mailbox that no MFA of theirs takes.
    for pool in [COURIERS, WORKFORCE] {
        let decision = Decision::of(&copy, pool, "target=ON");
        assert_eq!(decision.number("/recovery/dead_end_users"), 0, "{pool}");
        assert_eq!(decision.number("/recovery/colliding_users"), 0, "{pool}");
    }
}

#[test]
fn whom_text_messages_carry_is_told() {
    let copy = StillCopy::shared();
    // One courier in seven chose an app: the others fall with text messages.
    let satisfied = |words| Decision::of(&copy, COURIERS, words).users("satisfied");
    assert!(satisfied("target=ON&without=sms") * 2 < satisfied("target=ON"));
    // Brazil likes apps less than anybody.
    let apps = Decision::of(&copy, CUSTOMERS, "target=ON&without=sms&group=country");
    let share = |country| {
        let (satisfied, concerned) = apps.group(country, "satisfied");
        satisfied as f64 / concerned as f64
    };
    assert!(share("BR") * 1.5 < share("US"), "{} of {}", share("BR"), share("US"));
    // Text messages to Brazil were cut off for 30 hours: nowhere else do surely too few arrive.
    let (delivered, failed) = messages(&copy, "BR");
    let poor = worklist(&copy, CUSTOMERS, "poor_delivery");
    assert!(poor.iter().all(|user| user["country"] == "BR" && user["usable_factors"] == json!(["sms"])));
    let ratio = delivered / (delivered + failed);
    assert!(ratio < 0.92, "the outage is not in the receipts: {ratio}");
    // How many people tried in those hours decides whether chance is ruled out.
    assert!(ratio > 0.875 || poor.len() > 500, "{ratio} arrived, {} users", poor.len());
    // The workforce is not texted, and could not be.
    let texted = Decision::of(&copy, WORKFORCE, "target=ON&factors=totp,sms");
    assert!(texted.notes().contains("SNSSandbox"), "{}", texted.notes());
}

/// Messages to a country from the customers' Region, delivered and failed.
fn messages(copy: &StillCopy, country: &str) -> (f64, f64) {
    let sql = format!(
        "select count(*) filter (where status = 'delivered'), count(*) filter (where status = 'failed') \
         from sms_messages where aws_region = 'us-east-1' and country = '{country}'"
    );
    let url = format!("{}/api/v1/query", copy.url);
    let question = reqwest::Client::new().post(url).json(&json!({"sql": sql}));
    let answer: Value = wait(async { question.send().await?.json().await }).expect("an answer");
    let number = |column: usize| answer["rows"][0][column].as_f64().unwrap_or_else(|| panic!("{answer}"));
    (number(0), number(1))
}

#[test]
fn the_campaign_is_told_with_its_pace() {
    let copy = StillCopy::shared();
    let day = (clock() - TimeDelta::days(CAMPAIGN_DAYS_AGO)).date_naive();
    for pool in [CUSTOMERS, PARTNERS] {
        // The demo plays that its daemon counted every day of the history; nothing is rolled back from today's users.
        let decision = Decision::of(&copy, pool, "target=ON");
        assert_eq!(decision.at("/enrolment/of"), "active", "{pool}");
        assert_eq!(decision.at("/enrolment/is_reconstructed"), false, "{pool}");
        let forecast = decision.at("/enrolment/forecast");
        let state = forecast["state"].as_str().unwrap_or_else(|| panic!("{pool}: {forecast}"));
        assert!(["on_the_way", "reached", "out_of_reach"].contains(&state), "{pool}: {forecast}");
        assert_eq!(decision.at("/campaigns/0/name"), CAMPAIGN, "{pool}");
        let told: NaiveDate = serde_json::from_value(decision.at("/campaigns/0/day").clone()).expect("a day");
        // Midnight may have passed since the copy was made.
        assert!((day - told).num_days() <= 1, "{pool}: {told}");
        let pace = |place: &str| decision.at(place).as_f64().unwrap_or_else(|| panic!("{pool}: no pace"));
        let (before, after) = (pace("/campaigns/0/pace_before"), pace("/campaigns/0/pace_after"));
        assert!(before > 0.0 && after > before * 1.3, "{pool}: {before} before, {after} after");
    }
}

#[test]
fn the_page_tells_what_the_document_does() {
    let copy = StillCopy::shared();
    let words = "target=ON&group=country";
    let decision = Decision::of(&copy, CUSTOMERS, words);
    let page = text(&copy, &format!("/rollout?pool={CUSTOMERS}&{words}"));
    let colliding = decision.number("/recovery/colliding_users");
    for wanted in [
        "If the pool were ON with Authenticator app, Text message".to_owned(),
        "Every app client with sign-ins was seen with MFA.".to_owned(),
        format!("{colliding} more lose their only way the moment MFA comes"),
        format!("{} sign-ins name no user", grouped(decision.number("/simulation/unnamed_sign_ins"))),
        format!(">{}<", grouped(decision.users("automatic_sms"))),
        format!(">{}<", grouped(decision.users("satisfied"))),
        ">Brazil<".to_owned(),
        CAMPAIGN.to_owned(),
    ] {
        assert!(page.contains(&wanted), "the page does not say {wanted:?}");
    }
    let partners = text(&copy, &format!("/rollout?pool={PARTNERS}&target=ON"));
    assert!(partners.contains("this is how it stands"));
}

/// A number as pages write it.
fn grouped(number: u64) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}
