//! The same days as they might have been.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use super::Series;
use super::fit::Fit;

/// How often.
const TIMES: usize = 200;

/// Days in a row that err alike.
const BLOCK: usize = 3;

/// The same figures give the same forecast.
const SEED: u64 = 0x6d66_6173;

/// Fits to the fitted days plus errors like those that were seen.
pub(super) fn fits(fit: &Fit, series: &Series) -> Vec<Fit> {
    let errors: Vec<f64> = series.days.iter().zip(&series.ratios).map(|(day, ratio)| ratio - fit.at(*day)).collect();
    let mut random = StdRng::seed_from_u64(SEED);
    (0..TIMES)
        .map(|_| {
            let drawn = blocks(&errors, &mut random);
            let ratios: Vec<f64> = drawn
                .iter()
                .zip(series.days.iter().zip(&series.known))
                .map(|(error, (day, known))| {
                    let expected = fit.at(*day).clamp(0.0, 1.0);
                    let by_chance: f64 = StandardNormal.sample(&mut random);
                    expected + error + by_chance * (expected * (1.0 - expected) / known).sqrt()
                })
                .collect();
            fit.again(&series.days, &ratios)
        })
        .collect()
}

/// As many errors again, in blocks from anywhere.
fn blocks(errors: &[f64], random: &mut StdRng) -> Vec<f64> {
    let mut drawn = Vec::with_capacity(errors.len() + BLOCK);
    while drawn.len() < errors.len() {
        let begin = random.random_range(0..errors.len());
        drawn.extend(errors.iter().cycle().skip(begin).take(BLOCK));
    }
    drawn.truncate(errors.len());
    drawn
}

/// The value that a tenth of sorted values is below.
pub(super) fn tenth(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 10).copied().unwrap_or(f64::NEG_INFINITY)
}

/// The value that a tenth of sorted values is above.
pub(super) fn ninetieth(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() - sorted.len() / 10 - usize::from(!sorted.is_empty())).copied().unwrap_or(f64::INFINITY)
}
