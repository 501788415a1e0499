//! Stand-ins for names of people: the same person has the same one, nobody can read it back.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// What becomes of the names of people in records.
#[derive(Clone)]
pub enum Pseudonyms {
    /// `usernames = "keep"`: they stay as they are.
    Names,
    /// They become the start of an HMAC-SHA-256 under this key.
    Hashes(Uuid),
}

impl Pseudonyms {
    /// What stands for a name. At most 64 characters.
    pub(super) fn of(&self, name: &str) -> Option<String> {
        match self {
            Self::Names => Some(name.chars().filter(|c| !c.is_control()).take(64).collect()),
            Self::Hashes(key) => {
                // HMAC takes keys of any length: there is always one.
                let mut hash = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
                hash.update(name.as_bytes());
                let digest = hash.finalize().into_bytes();
                Some(digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_has_the_same_stand_in_under_one_key() {
        let (one, other) = (Pseudonyms::Hashes(Uuid::from_u128(1)), Pseudonyms::Hashes(Uuid::from_u128(2)));
        let name = "ana.costa@example.com";
        assert_eq!(one.of(name), one.of(name));
        assert_ne!(one.of(name), other.of(name));
        assert_eq!(one.of(name).map(|hash| hash.len()), Some(12));
        assert_eq!(Pseudonyms::Names.of(name).as_deref(), Some(name));
    }
}
