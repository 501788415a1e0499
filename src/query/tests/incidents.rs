//! Hours and slices of a store whose records are known.

use chrono::TimeDelta;
use serde_json::json;
use tempfile::tempdir;
use uuid::Uuid;

use super::{STREAM, instant, key, line, store_with_users};
use crate::query::{Place, Questions};

#[test]
fn hours_and_slices_hold_the_answers_of_their_pool() {
    let folder = tempdir().expect("a folder");
    let store = store_with_users(folder.path(), 4);
    let mut lines = Vec::new();
    // Two hours of an app: in the first every third answer is wrong, in the second every answer.
    for number in 0..60 {
        let hour = u32::from(number >= 30);
        let is_wrong = hour == 1 || number % 3 == 0;
        let mut members = json!({
            "requestParameters": {"challengeName": "SOFTWARE_TOKEN_MFA", "clientId": "app"},
            "userAgent": if hour == 1 { "Shop/2.0" } else { "Shop/1.0" },
        });
        if is_wrong {
            members["errorCode"] = "CodeMismatchException".into();
        } else {
            members["responseElements"] = json!({"authenticationResult": {"expiresIn": 3600}});
        }
        let sub = Uuid::from_u128(number as u128 % 4 + 1);
        lines.push(line(number, sub, hour * 3_600 + number as u32, "RespondToAuthChallenge", &members));
    }
    store.ingest(STREAM, &lines, None).expect("stored");

    let questions = Questions::of(&store).expect("a reader");
    let begin = instant(0) - TimeDelta::seconds(instant(0).timestamp().rem_euclid(3_600));
    let mut hours = questions.hour_counts(begin, begin + TimeDelta::hours(3)).expect("hours");
    hours.sort_by_key(|hour| hour.hour);
    let told: Vec<(i64, u64, u64)> =
        hours.iter().map(|hour| ((hour.hour - begin).num_hours(), hour.cases, hour.failures)).collect();
    assert_eq!(told, [(0, 30, 10), (1, 30, 30)]);
    assert!(hours.iter().all(|hour| hour.place == Place::Pool(key())), "{hours:?}");

    let place = Place::Pool(key());
    let slices = questions.slice_counts(&place, begin, begin + TimeDelta::hours(3)).expect("slices");
    let sum = |agent: &str, reason: &str| {
        let of = slices.iter().filter(|row| row.reason == reason && (agent.is_empty() || row.agent == agent));
        of.fold((0, 0), |sum, row| (sum.0 + row.cases, sum.1 + row.failures))
    };
    assert_eq!((sum("", ""), sum("", "code_mismatch")), ((60, 0), (0, 40)), "{slices:?}");
    assert!(slices.iter().all(|row| row.client_id == "app" && row.factor == "totp"), "{slices:?}");
    assert!(slices.iter().all(|row| row.client_name.is_some()), "{slices:?}");
    let second = questions.slice_counts(&place, begin + TimeDelta::hours(1), begin + TimeDelta::hours(2));
    let second: u64 = second.expect("slices").iter().map(|row| row.failures).sum();
    assert_eq!(second, 30);
    let elsewhere = questions.slice_counts(&Place::Region("us-east-1".into()), begin, begin + TimeDelta::hours(3));
    assert_eq!(elsewhere.expect("slices"), []);
}
