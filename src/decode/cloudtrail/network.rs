//! `sourceIPAddress` → a number that stands for the caller's network. The address itself is dropped.

use std::net::IpAddr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// The start of an HMAC-SHA-256 over the /24 (IPv4) or /48 (IPv6). `None` where the name of a service
/// stands.
pub(super) fn stand_in(source: &str, key: Uuid) -> Option<u32> {
    let address: IpAddr = source.parse().ok()?;
    // HMAC takes keys of any length: there is always one.
    let mut hash = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    // An IPv4 address written as an IPv6 one is the same network.
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            hash.update(&[b'4', a, b, c]);
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            hash.update(b"6");
            [a, b, c].iter().for_each(|segment| hash.update(&segment.to_be_bytes()));
        }
    }
    hash.finalize().into_bytes().first_chunk().map(|start| u32::from_be_bytes(*start))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Uuid = Uuid::from_u128(1);

    #[test]
    fn neighbours_share_a_network() {
        let network = |source| stand_in(source, KEY);
        assert!(network("192.0.2.1").is_some());
        assert_eq!(network("192.0.2.1"), network("192.0.2.254"));
        assert_ne!(network("192.0.2.1"), network("192.0.3.1"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.7"));
        assert_eq!(network("2001:db8:1:1::1"), network("2001:db8:1:ffff::2"));
        assert_ne!(network("2001:db8:1::1"), network("2001:db8:2::1"));
    }

    #[test]
    fn nobody_without_the_key_reads_it_back() {
        assert_ne!(stand_in("192.0.2.1", KEY), stand_in("192.0.2.1", Uuid::from_u128(2)));
    }

    #[test]
    fn a_service_has_no_network() {
        for source in ["cloudformation.amazonaws.com", "AWS Internal", "", "192.0.2", "192.0.2.1:443"] {
            assert_eq!(stand_in(source, KEY), None, "{source:?}");
        }
    }
}
