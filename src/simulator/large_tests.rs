//! A million users cost seconds and little memory, and their pages stay cheap.

use std::time::{Duration, Instant};

use serde_json::json;

use super::scenario::{REGION_US, Scenario};
use super::story;
use super::tests::START;
use super::time::HOUR;
use super::wire::cognito;
use super::world::World;

#[test]
fn a_million_users_are_made_in_seconds_and_read_in_microseconds() {
    let begun = Instant::now();
    let world = World::new(Scenario::million(), START);
    let made = begun.elapsed();
    println!("made {} users of {} bytes in {made:?}", world.users.len(), size_of::<super::population::User>());

    let pool = world.scenario.pools[0].id;
    let begun = Instant::now();
    let mut bytes = 0;
    for page in 0..1_000 {
        let request = json!({ "UserPoolId": pool, "Limit": 60, "PaginationToken": format!("page-{:x}", page * 600) });
        let answer = cognito::call(&world, "ListUsers", REGION_US, &request, START).expect("a page");
        bytes += answer.len();
    }
    let page = begun.elapsed() / 1_000;
    println!("a page of users takes {page:?}, {} bytes", bytes / 1000);

    let begun = Instant::now();
    for user in world.users.iter().filter(|user| user.created < START && user.pool == 0).step_by(700).take(1_000) {
        for name in [user.username(), user.sub.to_string()] {
            for operation in ["AdminGetUser", "AdminGetUserAuthFactors"] {
                let request = json!({ "UserPoolId": pool, "Username": name });
                let answer = cognito::call(&world, operation, REGION_US, &request, START);
                if !user.federated {
                    answer.expect("a user");
                }
            }
        }
    }
    let look_up = begun.elapsed() / 4_000;
    println!("a look-up takes {look_up:?}");

    let begun = Instant::now();
    let hours = world.begin / HOUR..START / HOUR;
    let (mut records, mut bytes) = (0, 0);
    for hour in hours.map(|hour| story::hour(&world, hour * HOUR)) {
        records += hour.records.len();
        bytes += hour.records.iter().map(|record| record.body.len()).sum::<usize>();
    }
    println!("{records} records, {bytes} bytes in {:?}", begun.elapsed());
    assert!((100_000..300_000).contains(&records), "{records} records");
    // Generous: tests share the machine.
    assert!(made < Duration::from_secs(20), "{made:?}");
    assert!(page < Duration::from_millis(1), "{page:?}");
    assert!(look_up < Duration::from_millis(1), "{look_up:?}");
}
