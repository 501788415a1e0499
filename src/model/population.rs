//! Head counts of a pool.

use super::{Factor, MfaState, Strength};

/// Eligible users of a pool, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Population {
    /// The headline denominator.
    pub eligible: u64,
    /// With a completed sign-in in the last 30 days.
    pub active: u64,
    /// Active, with any evidence.
    pub active_known: u64,
    /// Active, and can pass MFA.
    pub active_capable: u64,
    /// Can pass MFA.
    pub capable: u64,
    /// By state.
    pub states: Counts<MfaState>,
    /// Capable users by factor; someone with two counts in both.
    pub factors: Counts<Factor>,
    /// Capable users by the best of their factors.
    pub strengths: Counts<Strength>,
    /// Capable users by the factor they prefer.
    pub preferred: Counts<Factor>,
    /// Capable with both TOTP and SMS.
    pub totp_and_sms: u64,
    /// With a factor whose name we do not know.
    pub other_factor: u64,
    /// Proven, while a later look-up lists nothing.
    pub conflicting: u64,
    /// With a preference change that cannot be read and no look-up since.
    pub direction_unknown: u64,
}

/// Users by something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts<T>(pub Vec<(T, u64)>);

impl<T> Default for Counts<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> Counts<T> {
    /// Counts one more user of a kind.
    pub fn add(&mut self, kind: T) {
        match self.0.iter_mut().find(|(each, _)| *each == kind) {
            Some((_, users)) => *users += 1,
            None => self.0.push((kind, 1)),
        }
    }

    /// Users of one kind.
    pub fn of(&self, kind: T) -> u64 {
        self.0.iter().find(|(each, _)| *each == kind).map_or(0, |(_, users)| *users)
    }
}

impl Population {
    /// Eligible users with any evidence.
    pub fn known(&self) -> u64 {
        self.eligible.saturating_sub(self.states.of(MfaState::Unknown))
    }
}
