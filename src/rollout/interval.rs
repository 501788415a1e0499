//! How far a count may lie from what it is a sample of.

/// So many standard deviations either side of the mean hold 95 % of a normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of what is expected where `events` were counted: Byar's approximation of the exact Poisson
/// limits, right to a percent from the first event on.
pub fn poisson(events: u64) -> (f64, f64) {
    let limit = |count: f64, z: f64| {
        let root = 1.0 - 1.0 / (9.0 * count) + z / (3.0 * count.sqrt());
        count * root * root * root
    };
    let count = events as f64;
    let low = if events == 0 { 0.0 } else { limit(count, -Z).max(0.0) };
    (low, limit(count + 1.0, Z))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_close_to_the_exact_ones() {
        // Half the quantiles of chi-square with 2n and 2n + 2 degrees of freedom at 2.5 % and 97.5 %, from tables.
        for (events, low, high) in
            [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.364, 121.627)]
        {
            let (found_low, found_high) = poisson(events);
            assert!((found_low - low).abs() < 0.06, "{events}: {found_low}");
            assert!((found_high - high).abs() < 0.06, "{events}: {found_high}");
        }
    }
}
