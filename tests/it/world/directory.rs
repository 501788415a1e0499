//! The pools and users that are put into the emulated Cognito, and what they are known to be.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::cast::{DEEDS, STORIES, Step, UNASKED};
use super::event::Factor;
use super::{phones, walks};

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
    /// AuthSessionValidity of the first and of the second client.
    pub session_minutes: [i32; 2],
}

/// How long a session lives whose client nobody describes.
pub const UNKNOWN_SESSION_MINUTES: i32 = 15;

#[derive(Clone, Debug)]
pub struct User {
    /// What the user signs in with.
    pub login: String,
    pub status: &'static str,
    pub enabled: bool,
    /// UserMFASettingList.
    pub listed: Vec<Factor>,
    /// PreferredMfaSetting: one of those listed.
    pub preferred: Option<Factor>,
    /// A software token is registered, whether it is listed or not.
    pub has_token: bool,
    pub phone: bool,
    /// Where that number is from, if there is one.
    pub country: &'static str,
    pub email: bool,
    /// What is seen of the user; else it is drawn at random.
    pub story: Option<&'static [Step]>,
    /// Which of the walks is all that is seen of the user.
    pub walk: Option<usize>,
    /// Filled by the seeding; the user name is the login, or the sub in a pool by e-mail.
    pub sub: String,
}

impl User {
    pub fn eligible(&self) -> bool {
        self.enabled && matches!(self.status, "CONFIRMED" | "RESET_REQUIRED" | "FORCE_CHANGE_PASSWORD")
    }
}

impl Pool {
    /// The name that AWS knows the user by.
    pub fn username<'a>(&self, user: &'a User) -> &'a str {
        if self.by_email { &user.sub } else { &user.login }
    }
}

impl Directory {
    /// Four pools with users and one without.
    pub fn plan(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let both = vec![Factor::Totp, Factor::Sms];
        let plain =
            [users(&mut rng, "amy", 70), cast("amyzoe", &[&[], &[Factor::Totp]]), doers("amydoe"), walkers("amygo")]
                .concat();
        let mail = [users(&mut rng, "bob", 50), cast("bobzoe", &[&[], &[Factor::Sms]]), walkers("bobgo")].concat();
        let off = [users(&mut rng, "cyd", 20), cast("cydzoe", &[&[]])].concat();
        let mixed = [users(&mut rng, "kim", 30), cast("kimzoe", &[&[]])].concat();
        let mut pools = vec![
            pool("people-plain", "OPTIONAL", Some("ESSENTIALS"), both.clone(), plain),
            Pool { by_email: true, ..pool("people-email", "ON", Some("PLUS"), both, mail) },
            pool("people-off", "OFF", None, Vec::new(), off),
            pool("people-sms", "OPTIONAL", Some("ESSENTIALS"), vec![Factor::Sms], mixed),
            pool("people-none", "OPTIONAL", Some("LITE"), vec![Factor::Totp], Vec::new()),
        ];
        pools[1].users.iter_mut().for_each(|user| user.email = true);
        Self { region: "us-east-1", pools }
    }
}

pub fn pool(
    name: &'static str,
    mfa: &'static str,
    tier: Option<&'static str>,
    allowed: Vec<Factor>,
    mut users: Vec<User>,
) -> Pool {
    users.iter_mut().enumerate().for_each(|(number, user)| user.country = phones::country(number));
    let (id, clients, session_minutes) = (String::new(), Vec::new(), [3, 10]);
    Pool { name, mfa, tier, by_email: false, allowed, users, id, clients, session_minutes }
}

/// Somebody of whom nothing is known.
pub fn user(login: &str) -> User {
    User {
        login: login.into(),
        status: "CONFIRMED",
        enabled: true,
        listed: Vec::new(),
        preferred: None,
        has_token: false,
        phone: false,
        country: phones::UNKNOWN,
        email: true,
        story: None,
        walk: None,
        sub: String::new(),
    }
}

/// Every story once for each list of factors that AWS may have of such a user.
pub fn cast(prefix: &str, lists: &[&[Factor]]) -> Vec<User> {
    let mut users = Vec::new();
    for (kind, listed) in lists.iter().enumerate() {
        for (number, story) in STORIES.into_iter().enumerate() {
            users.push(User {
                listed: listed.to_vec(),
                has_token: listed.contains(&Factor::Totp),
                preferred: listed.first().copied().filter(|_| number % 2 == 0),
                phone: number % 3 != 0,
                story: Some(story),
                ..user(&format!("{prefix}{kind}{number:02}"))
            });
        }
    }
    for (number, story) in UNASKED.into_iter().enumerate() {
        users.push(User { enabled: false, story: Some(story), ..user(&format!("{prefix}9{number:02}")) });
    }
    users
}

/// Everybody does one thing: a look-up, and only that, shows a factor.
fn doers(prefix: &str) -> Vec<User> {
    let doer = |number: usize| User {
        listed: vec![Factor::Totp],
        has_token: true,
        story: Some(&DEEDS[number..=number]),
        ..user(&format!("{prefix}{number:02}"))
    };
    (0..DEEDS.len()).map(doer).collect()
}

/// Every walk once; every fifth walker has no phone.
fn walkers(prefix: &str) -> Vec<User> {
    let walker = |number: usize| User {
        phone: !number.is_multiple_of(5),
        walk: Some(number),
        ..user(&format!("{prefix}{number:02}"))
    };
    (0..walks::all().len()).map(walker).collect()
}

/// People of every kind that an emulator can hold.
pub fn users(rng: &mut StdRng, prefix: &str, count: usize) -> Vec<User> {
    (0..count)
        .map(|number| {
            let [phone, email] = *[[true, true], [true, true], [true, false], [false, true], [false, false]]
                .choose(rng)
                .expect("there are choices");
            let status = match rng.random_range(0..100) {
                0..78 => "CONFIRMED",
                78..87 => "FORCE_CHANGE_PASSWORD",
                87..94 if email => "UNCONFIRMED",
                // The emulator resets only whom it can send a code.
                94.. if email || phone => "RESET_REQUIRED",
                _ => "CONFIRMED",
            };
            // The emulator registers a software token only for somebody who can sign in.
            let choices: &[&[Factor]] = if matches!(status, "CONFIRMED" | "RESET_REQUIRED") {
                &[&[], &[], &[Factor::Totp], &[Factor::Sms], &[Factor::Totp, Factor::Sms]]
            } else {
                &[&[], &[], &[], &[Factor::Sms]]
            };
            let listed = choices.choose(rng).expect("there are choices").to_vec();
            let has_forgotten_token = status == "CONFIRMED" && rng.random_bool(0.1);
            User {
                status,
                enabled: !rng.random_bool(0.06),
                preferred: listed.choose(rng).copied().filter(|_| rng.random_bool(0.7)),
                has_token: listed.contains(&Factor::Totp) || has_forgotten_token,
                listed,
                phone,
                email,
                ..user(&format!("{prefix}{number:03}"))
            }
        })
        .collect()
}
