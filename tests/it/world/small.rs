//! A small directory in a Region of its own, whose trail is empty: for tests that are not about records.

use std::sync::LazyLock;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::directory::{Directory, Pool, pool, users};
use super::event::Factor;
use super::{SEED, World, seeding};
use crate::support::app::Settings;
use crate::support::{aws, wait};

const REGION: &str = "eu-west-3";
const GROUP: &str = "empty-trail";

pub struct Small {
    pub directory: Directory,
}

impl Small {
    /// Nobody changes what is in it.
    pub fn shared() -> &'static Self {
        static SMALL: LazyLock<Small> = LazyLock::new(Small::seed);
        &SMALL
    }

    fn seed() -> Self {
        let mut rng = StdRng::seed_from_u64(SEED + 1);
        let both = vec![Factor::Totp, Factor::Sms];
        let mut pools = vec![
            pool("small-plain", "OPTIONAL", None, both.clone(), users(&mut rng, "gus", 30)),
            Pool { by_email: true, ..pool("small-email", "ON", None, both, users(&mut rng, "hal", 110)) },
        ];
        pools[1].users.iter_mut().for_each(|user| user.email = true);
        let mut directory = Directory { region: REGION, pools };
        let endpoint = &World::shared().moto.endpoint;
        wait(seeding::users(&aws::cognito_client(endpoint, REGION), &mut directory));
        wait(seeding::log_group(&aws::logs_client(endpoint, REGION), GROUP));
        Self { directory }
    }

    /// Where the user name is the sub: a look-up is one call.
    pub fn by_email(&self) -> &Pool {
        &self.directory.pools[1]
    }

    pub fn settings(endpoint: &str) -> Settings {
        Settings { region: REGION, log_group: GROUP.into(), receipts: None, ..Settings::new(endpoint) }
    }
}
