//! Where calls come from: addresses that nobody on the internet has.

use super::population::User;
use super::time::mix;

/// An address of a home, an office or a phone: a carrier's own network (RFC 6598), or the documentation's (RFC 3849).
pub(super) fn of_place(place: u64) -> String {
    let draw = mix(&[place, 41]);
    let [a, b, host, kind, c, d, ..] = draw.to_be_bytes();
    if kind < 32 {
        return format!("2001:db8:{:x}:{b:x}::{host:x}", u16::from_be_bytes([a, c]));
    }
    format!("100.{}.{b}.{}", 64 + a % 64, 1 + u16::from(host) % 254 + u16::from(d) / 255)
}

/// An address of a network where none of the places is (RFC 2544).
pub(super) fn of_stranger(place: u64) -> String {
    let [a, b, host, ..] = mix(&[place, 42]).to_be_bytes();
    format!("198.{}.{b}.{}", 18 + a % 2, 1 + u16::from(host) % 254)
}

/// The usual place of a user, and the second one.
pub(super) fn places(user: &User) -> [u64; 2] {
    [u64::from(user.index), mix(&[u64::from(user.index), 43])]
}
