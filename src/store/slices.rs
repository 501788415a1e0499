//! Slices of the users by sub: work on all of them is done slice by slice, so that its memory does
//! not grow with their number.

use uuid::Uuid;

/// Users of one slice, at most about this many: subs are random, so slices are of a size.
const USERS: u64 = 125_000;

/// Both ends belong to the slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Lowest sub.
    pub first: Uuid,
    /// Highest sub.
    pub last: Uuid,
}

/// Slices that cover every sub once.
pub fn slices(users: u64) -> impl Iterator<Item = Slice> {
    let count = users.div_ceil(USERS).next_power_of_two().clamp(1, 1 << 16);
    // A power of two divides the space of subs evenly.
    let width = (u128::MAX / u128::from(count)).saturating_add(u128::from(count > 1));
    (0..u128::from(count)).map(move |index| Slice {
        first: Uuid::from_u128(index * width),
        last: Uuid::from_u128(index * width + (width - 1) + u128::from(count == 1)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_cover_every_sub_once() {
        for users in [0, 1, 125_000, 125_001, 1_000_000, u64::MAX] {
            let slices: Vec<Slice> = slices(users).collect();
            assert_eq!(slices[0].first, Uuid::nil());
            assert_eq!(slices[slices.len() - 1].last, Uuid::max());
            for pair in slices.windows(2) {
                assert_eq!(pair[0].last.as_u128() + 1, pair[1].first.as_u128());
            }
        }
        assert_eq!(slices(1_000_000).count(), 8);
    }
}
