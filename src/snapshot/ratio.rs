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

    /// Whether the denominator is too small for the share to mean much.
    pub const fn is_small(self) -> bool {
        self.denominator < 20
    }
}
