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

    /// Where the share may well lie, given so few cases: Wilson's 95 % interval; `None` without a case.
    pub fn interval(self) -> Option<(f64, f64)> {
        /// So many standard deviations either side of the mean hold 95 % of a normal distribution.
        const Z: f64 = 1.959_963_984_540_054;
        let share = self.value()?.min(1.0);
        let cases = self.denominator as f64;
        let spread = Z * Z / cases;
        let centre = (share + spread / 2.0) / (1.0 + spread);
        let reach = Z * (share * (1.0 - share) / cases + spread / (4.0 * cases)).sqrt() / (1.0 + spread);
        // At the very ends the bound is whole, whatever rounding makes of it: groups are ranked by it.
        let low = if self.numerator == 0 { 0.0 } else { (centre - reach).max(0.0) };
        let high = if self.numerator >= self.denominator { 1.0 } else { (centre + reach).min(1.0) };
        Some((low, high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_worked_out_by_hand() {
        // (x + z²/2 ± z √(x (n - x) / n + z²/4)) / (n + z²), with z² = 3.841459
        for (part, whole, low, high) in [
            (0, 10, 0.0, 0.277_533),
            (10, 10, 0.722_467, 1.0),
            (1, 1, 0.206_549, 1.0),
            (50, 100, 0.403_832, 0.596_168),
            (9, 10, 0.595_850, 0.982_124),
            (980, 1_000, 0.969_310, 0.987_016),
        ] {
            let (found_low, found_high) = Ratio::new(part, whole).interval().expect("cases");
            assert!((found_low - low).abs() < 2e-6, "{part} of {whole}: {found_low}");
            assert!((found_high - high).abs() < 2e-6, "{part} of {whole}: {found_high}");
        }
        assert_eq!(Ratio::new(0, 0).interval(), None);
        for cases in 1..2_000 {
            assert_eq!(Ratio::new(0, cases).interval().expect("cases").0, 0.0, "{cases}");
            assert_eq!(Ratio::new(cases, cases).interval().expect("cases").1, 1.0, "{cases}");
        }
    }
}
