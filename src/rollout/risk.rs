//! Why users may be locked out.

use serde::{Deserialize, Serialize};

use crate::model::{Ratio, words};

words! {
    /// Why a user may be locked out once the pool is switched. Somebody may have several reasons; none is a score.
    Risk {
        /// One factor would let the user in, and no other.
        SingleFactor = "single_factor",
        /// No verified channel that the pool recovers by is left once MFA takes the phone or the mailbox.
        NoRecovery = "no_recovery",
        /// The temporary password was never changed: `FORCE_CHANGE_PASSWORD`.
        TemporaryPassword = "temporary_password",
        /// Text messages are the only factor, and no code sent to the phone was answered for 180 days.
        UnprovenPhone = "unproven_phone",
        /// Text messages are the only factor, and surely many do not arrive in the user's country.
        PoorDelivery = "poor_delivery",
        /// Three challenge sessions or more failed in the stretch that is replayed, with no success since.
        RepeatedFailures = "repeated_failures",
    }
}

impl Risk {
    /// Its bit where the store packs several.
    pub const fn bit(self) -> u16 {
        1 << (self as u16)
    }

    /// Those of packed reasons.
    pub fn of_bits(bits: u16) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|risk| bits & risk.bit() != 0).collect()
    }
}

/// Surely fewer messages than this arrive where delivery is poor.
const GOOD_DELIVERY: f64 = 0.9;

/// Whether so few messages arrive that chance does not explain it: the upper end of the interval is too low.
pub fn delivers_poorly(delivered: u64, failed: u64, small_denominator: u64) -> bool {
    let ratio = Ratio::new(delivered, delivered + failed);
    !ratio.is_small(small_denominator) && ratio.interval().is_some_and(|(_, high)| high < GOOD_DELIVERY)
}

/// Users with a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct RiskCount {
    /// The reason.
    pub reason: Risk,
    /// Eligible users with it; `None` where records do not reach back far enough to tell.
    pub users: Option<u64>,
    /// Of them, those with a sign-in in the stretch that is replayed.
    pub seen_users: Option<u64>,
}
