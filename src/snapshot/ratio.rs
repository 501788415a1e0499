//! Shares that know their denominator.

/// A share of a whole. 0/0 is no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Part.
    pub numerator: u64,
    /// Whole.
    pub denominator: u64,
}

impl Ratio {
    /// `numerator / denominator`.
    pub const fn new(numerator: u64, denominator: u64) -> Self {
        Self { numerator, denominator }
    }

    /// 0 to 1; `None` when there is no data.
    pub fn value(self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }

    /// Whether it is a share of fewer cases than `small_denominator`: it says little.
    pub const fn is_small(self, small_denominator: u64) -> bool {
        self.denominator < small_denominator
    }
}
