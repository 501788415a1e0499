//! The pools and users that are put into the emulated Cognito, and what they are known to be.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::event::Factor;

#[derive(Clone, Debug)]
pub struct Directory {
    pub region: &'static str,
    pub pools: Vec<Pool>,
}

#[derive(Clone, Debug)]
pub struct Pool {
    pub name: &'static str,
    /// OFF, OPTIONAL or ON.
    pub mfa: &'static str,
    pub tier: Option<&'static str>,
    /// Users sign in with their e-mail address; the user name is the sub.
    pub by_email: bool,
    pub allowed: Vec<Factor>,
    pub users: Vec<User>,
    /// Filled by the seeding.
    pub id: String,
    pub clients: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct User {
    /// What the user signs in with.
    pub login: String,
    pub status: &'static str,
    pub enabled: bool,
    /// UserMFASettingList.
    pub listed: Vec<Factor>,
    pub phone: bool,
    /// Filled by the seeding; the user name is the login, or the sub in a pool by e-mail.
    pub sub: String,
}

impl User {
    pub fn eligible(&self) -> bool {
        self.enabled && matches!(self.status, "CONFIRMED" | "RESET_REQUIRED" | "FORCE_CHANGE_PASSWORD")
    }
}

impl Directory {
    /// Three pools with users and one without.
    pub fn plan(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let both = vec![Factor::Totp, Factor::Sms];
        let pools = vec![
            pool("people-plain", "OPTIONAL", Some("ESSENTIALS"), both.clone(), users(&mut rng, "amy", 170)),
            Pool { by_email: true, ..pool("people-email", "ON", Some("PLUS"), both, users(&mut rng, "bob", 120)) },
            pool("people-off", "OFF", None, Vec::new(), users(&mut rng, "cyd", 40)),
            pool("people-none", "OPTIONAL", Some("LITE"), vec![Factor::Totp], Vec::new()),
        ];
        Self { region: "us-east-1", pools }
    }
}

fn pool(
    name: &'static str,
    mfa: &'static str,
    tier: Option<&'static str>,
    allowed: Vec<Factor>,
    users: Vec<User>,
) -> Pool {
    Pool { name, mfa, tier, by_email: false, allowed, users, id: String::new(), clients: Vec::new() }
}

fn users(rng: &mut StdRng, prefix: &str, count: usize) -> Vec<User> {
    (0..count)
        .map(|number| {
            let status = match rng.random_range(0..100) {
                0..78 => "CONFIRMED",
                78..87 => "FORCE_CHANGE_PASSWORD",
                87..94 => "UNCONFIRMED",
                _ => "RESET_REQUIRED",
            };
            // The emulator registers a software token only for somebody who can sign in.
            let choices: &[&[Factor]] = if matches!(status, "CONFIRMED" | "RESET_REQUIRED") {
                &[&[], &[], &[Factor::Totp], &[Factor::Sms], &[Factor::Totp, Factor::Sms]]
            } else {
                &[&[], &[], &[], &[Factor::Sms]]
            };
            User {
                login: format!("{prefix}{number:03}"),
                status,
                enabled: !rng.random_bool(0.06),
                listed: choices.choose(rng).expect("there are choices").to_vec(),
                phone: rng.random_bool(0.75),
                sub: String::new(),
            }
        })
        .collect()
}
