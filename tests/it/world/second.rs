//! A world whose directory is in ministack and whose trail is in moto.

use std::sync::LazyLock;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::directory::{Directory, Pool, cast, pool, users};
use super::event::{Event, Factor};
use super::lines::{self, Line};
use super::{SEED, World, clock, plan, seeding};
use crate::support::ministack::Ministack;
use crate::support::{aws, wait};

pub const GROUP: &str = "second-trail";
/// The source that lists; the trail is the first one.
pub const SOURCE: &str = "second";
const FLOWS_EACH: usize = 3;

pub struct Second {
    pub ministack: Ministack,
    pub directory: Directory,
    pub events: Vec<Event>,
    pub lines: Vec<Line>,
}

impl Second {
    pub fn shared() -> &'static Self {
        static SECOND: LazyLock<Second> = LazyLock::new(Second::seed);
        &SECOND
    }

    fn seed() -> Self {
        let ministack = Ministack::start();
        let mut directory = directory();
        wait(seeding::users(&aws::cognito_client(&ministack.endpoint, directory.region), &mut directory));
        let now = clock();
        let events = plan::events(&directory, SEED + 2, now, FLOWS_EACH);
        let every: Vec<usize> = (0..events.len()).collect();
        let lines = lines::lines(&events, &every, SEED + 2, now);
        let logs = World::shared().logs_client();
        wait(async {
            seeding::log_group(&logs, GROUP).await;
            seeding::deliver(&logs, GROUP, &lines).await;
        });
        Self { ministack, directory, events, lines }
    }
}

/// With what moto drops: e-mail MFA, and passkeys that are a second factor.
fn directory() -> Directory {
    let mut rng = StdRng::seed_from_u64(SEED + 2);
    let every = Factor::ALL.to_vec();
    let choice = [users(&mut rng, "lea", 40), cast("leazoe", &[&[Factor::Totp]])].concat();
    let must = [users(&mut rng, "max", 30), cast("maxzoe", &[&[]])].concat();
    let mut pools = vec![
        pool("second-choice", "OPTIONAL", Some("ESSENTIALS"), every, choice),
        Pool { by_email: true, ..pool("second-must", "ON", Some("PLUS"), vec![Factor::Totp, Factor::Email], must) },
        pool("second-off", "OFF", Some("LITE"), Vec::new(), users(&mut rng, "ned", 10)),
    ];
    pools[1].users.iter_mut().for_each(|user| user.email = true);
    // This emulator takes a preference for a token that was never registered, and reads real codes only.
    pools.iter_mut().flat_map(|pool| &mut pool.users).for_each(|user| user.has_token = false);
    Directory { region: "us-east-1", pools }
}
