//! The shared world behind a front that puts on what moto lacks.

use super::World;
use super::directory::{Directory, Pool, User};
use super::event::Factor;
use crate::support::front::{Front, Listed, Manners};
use crate::truth::{self, Lookup, Row};

pub struct Dressed {
    pub front: Front,
    /// As the daemon sees it.
    pub directory: Directory,
}

impl Dressed {
    /// Federated users, e-mail MFA, a pool where a passkey is a second factor, and odd lists of factors.
    pub fn new(world: &World) -> Self {
        let mut directory = world.directory.clone();
        let mut manners = Manners::default();
        for user in directory.pools[0].users.iter_mut().filter(|user| user.story.is_none()).step_by(11) {
            manners.federated.insert(user.login.clone());
            user.status = "EXTERNAL_PROVIDER";
        }
        for pool in &mut directory.pools[..2] {
            manners.email_mfa.insert(pool.id.clone());
            pool.allowed.push(Factor::Email);
        }
        manners.passkey_mfa.insert(directory.pools[3].id.clone());
        directory.pools[3].allowed.push(Factor::Passkey);
        for pool in &mut directory.pools {
            for number in (3..pool.users.len()).step_by(5) {
                let listed = relist(&mut pool.users[number], number / 5);
                manners.listed.insert(name(pool, number), listed);
            }
        }
        Self { front: Front::start(&world.moto.endpoint, manners), directory }
    }

    pub fn rows(&self, world: &World, lookup: Lookup) -> Vec<Row> {
        truth::rows(&self.directory, &world.events, lookup)
    }
}

fn name(pool: &Pool, number: usize) -> String {
    pool.username(&pool.users[number]).to_owned()
}

/// Another answer for the user, in one of the ways that AWS may have one day.
fn relist(user: &mut User, way: usize) -> Listed {
    let (listed, preferred, answer) = match way % 8 {
        0 | 1 => (vec![Factor::Email], Some(Factor::Email), Listed::Names(vec!["EMAIL_OTP"], "EMAIL_OTP")),
        2 => (vec![Factor::Sms, Factor::Email], None, Listed::Names(vec!["SMS_MFA", "EMAIL_OTP"], "")),
        3 => (vec![Factor::Other], None, Listed::Names(vec!["HOLOGRAM_MFA"], "")),
        4 => (vec![Factor::Sms, Factor::Other], None, Listed::Names(vec!["PALM_MFA", "", "SMS_MFA"], "")),
        5 => (Vec::new(), None, Listed::Names(vec![""], "")),
        6 => (Vec::new(), None, Listed::Absent),
        // The preferred one is not among those listed.
        _ => (vec![Factor::Sms], Some(Factor::Totp), Listed::Names(vec!["SMS_MFA"], "SOFTWARE_TOKEN_MFA")),
    };
    (user.listed, user.preferred) = (listed, preferred);
    answer
}
