//! How far off a trend may be: it is fitted anew to days as they might have been.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::breaks;
use super::days::Counted;
use super::fit::{Fitter, likeness, median};
use super::shape::Shape;

/// Trends fitted.
const RESAMPLES: usize = 200;

/// Part of them beyond either end of the band.
const TAIL: f64 = 0.10;

/// Residuals in a row that stay together, at most.
const BLOCK: usize = 7;

/// Blocks that there are at least.
const LEAST_BLOCKS: usize = 4;

/// The same days give the same band.
const SEED: u64 = 0x6d66_6173_636f_7065;

/// A trend, and trends that the days might as well have shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Band {
    pub(super) shape: Shape,
    others: Vec<Shape>,
}

impl Band {
    pub(super) fn of(counted: &Counted) -> Self {
        let mut fitter = Fitter::new(&counted.at);
        let rivals = fitter.rivals(&counted.ratio);
        let curves = (RESAMPLES as f64 * rivals.trust).round() as usize;
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let mut others = Vec::with_capacity(RESAMPLES);
        let around_curve = Errors::of(counted, rivals.curve);
        for _ in 0..curves {
            others.push(fitter.curve(&around_curve.days(&mut random), rivals.most));
        }
        let around_line = Errors::of(counted, rivals.line);
        for _ in curves..RESAMPLES {
            others.push(fitter.line(&around_line.days(&mut random)));
        }
        Self { shape: rivals.winner(), others }
    }

    /// A figure of the trend in the middle, with the band's low and high end; infinite is a figure, NaN must not be.
    pub(super) fn around(&self, figure: impl Fn(Shape) -> f64) -> (f64, f64, f64) {
        let mid = figure(self.shape);
        let mut figures: Vec<f64> = self.others.iter().map(|shape| figure(*shape)).collect();
        figures.sort_unstable_by(f64::total_cmp);
        let tail = (figures.len() as f64 * TAIL) as usize;
        let low = figures.get(tail).map_or(mid, |low| low.min(mid));
        let high = figures.iter().rev().nth(tail).map_or(mid, |high| high.max(mid));
        (low, mid, high)
    }
}

/// A trend without its errors, and the errors.
struct Errors<'a> {
    at: &'a [f64],
    block: usize,
    fitted: Vec<f64>,
    residuals: Vec<f64>,
    /// Of what a share of so few users is uncertain by, what the residuals do not show.
    hidden: Vec<f64>,
    /// Days before a jump.
    lifted: usize,
}

impl<'a> Errors<'a> {
    fn of(counted: &'a Counted, shape: Shape) -> Self {
        let block = BLOCK.min(counted.len() / LEAST_BLOCKS).max(1);
        let fitted: Vec<f64> = counted.at.iter().map(|at| shape.level(*at)).collect();
        let residuals: Vec<f64> = counted.ratio.iter().zip(&fitted).map(|(ratio, fitted)| ratio - fitted).collect();
        let too_small = what_the_fit_took(&residuals, block, shape) * what_blocks_cut(&residuals, block);
        let residuals: Vec<f64> = residuals.iter().map(|residual| residual * too_small).collect();
        let mut sizes: Vec<f64> = residuals.iter().map(|residual| residual.abs()).collect();
        // The median size of errors times this is their standard deviation, if they are normal.
        let spread = 1.4826 * median(&mut sizes);
        let hidden = counted.chance.iter().map(|chance| (chance * chance - spread * spread).max(0.0).sqrt());
        Self { at: &counted.at, block, fitted, residuals, hidden: hidden.collect(), lifted: counted.lifted }
    }

    /// Ratios of the days as they might have been.
    fn days(&self, random: &mut ChaCha8Rng) -> Vec<f64> {
        let mut days = Vec::with_capacity(self.fitted.len());
        for (fitted, hidden) in self.fitted.chunks(self.block).zip(self.hidden.chunks(self.block)) {
            let begin = random.random_range(0..=self.residuals.len().saturating_sub(self.block));
            // One draw for the block: from day to day it is the same users who are counted.
            let chance: f64 = StandardNormal.sample(random);
            let residuals = self.residuals.iter().skip(begin);
            let block = fitted.iter().zip(hidden).zip(residuals);
            days.extend(block.map(|((fitted, hidden), residual)| fitted + residual + hidden * chance));
        }
        if self.lifted > 0 {
            // Had the days been different, so would have been the height of the jump that was taken out.
            let height = breaks::height(self.at, &days, self.lifted);
            days.iter_mut().take(self.lifted).for_each(|day| *day += height);
        }
        days
    }
}

/// The fit followed the errors and left residuals smaller than they were; and of how few there are, their size is
/// itself uncertain, by which Student's distribution is wider than the normal one (nearly one part in the degrees of
/// freedom, at the ends of the band). What is counted lies between the blocks and the days that would say as much if
/// none resembled the day before: of few days it cannot be told how much they do.
fn what_the_fit_took(residuals: &[f64], block: usize, shape: Shape) -> f64 {
    let days = residuals.len() as f64;
    let likeness = likeness(residuals);
    let counted = (days / block as f64 * days * (1.0 - likeness) / (1.0 + likeness)).sqrt();
    let parameters = if shape.ceiling().is_some() { 3.0 } else { 2.0 };
    let freedom = (counted - parameters).max(1.0);
    (counted / freedom).sqrt() * (1.0 + 1.0 / freedom)
}

/// Errors that outlast a block are cut where it ends, and cancel each other out more than they did: the factor by
/// which they are to be larger, if they fade as they do from one day to the next.
fn what_blocks_cut(residuals: &[f64], block: usize) -> f64 {
    let likeness = likeness(residuals);
    let lasting = (1.0 + likeness) / (1.0 - likeness);
    let weight = |days: usize| (1.0 - days as f64 / block as f64) * likeness.powi(days as i32);
    let in_blocks = 1.0 + 2.0 * (1..block).map(weight).sum::<f64>();
    (lasting / in_blocks).sqrt()
}

#[cfg(test)]
mod tests {
    use super::what_blocks_cut;

    #[test]
    fn errors_that_do_not_last_are_not_cut_and_lasting_ones_are() {
        let (fading, lasting) = ([0.01, -0.01].repeat(28), [0.01; 56]);
        assert_eq!(what_blocks_cut(&fading, 7), 1.0);
        // 0.95 are left each day: 1 + 2 (0.95 + 0.9025 + …) = 39 times the variance, of which single days show 1.
        assert!((what_blocks_cut(&lasting, 1) - 39.0_f64.sqrt()).abs() < 1e-9);
        assert!((what_blocks_cut(&lasting, 100_000) - 1.0).abs() < 1e-3);
    }
}
