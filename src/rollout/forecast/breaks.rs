//! Where a trend broke: a campaign brought many on one day, or another pace began.

use super::LEAST_DAYS;
use super::days::Counted;
use super::fit::{Fitter, median};
use super::shape::Shape;

/// Days there must be on either side: fewer are not a new level but wrong days.
const LEAST: usize = 5;

/// A break must bring the mean miss down to this part of that of the best unbroken trend. Noise does not.
const CLEARLY: f64 = 0.5;

/// Mean misses up to this need no explanation.
const EXACT: f64 = 1e-6;

// Days are split by their position among them, which is never beyond their number.

/// What happened before one of the days.
enum Break {
    /// Two lines that have nothing in common.
    Anew,
    /// One pace, and a jump of so much.
    Jump(f64),
}

/// Takes the clearest break out of the days, if there is one, and says from when on they are as they were: the first
/// day, in days after today.
pub(super) fn mend(counted: &mut Counted) -> i64 {
    let unbroken = Fitter::new(&counted.at).rivals(&counted.ratio).winner();
    let most = CLEARLY * miss(&counted.at, &counted.ratio, unbroken);
    let days = counted.len();
    let candidates = (1..days).map(|index| {
        let (miss, how) = if days - index >= LEAST_DAYS { anew(counted, index) } else { jump(counted, index) };
        (index, miss, how)
    });
    let clearest = candidates.min_by(|(_, one, _), (_, other, _)| one.total_cmp(other));
    // One with few days on a side is not to be taken for its neighbour with more: then these are wrong days.
    let is_break =
        |index: usize, miss: f64| (LEAST..=days.saturating_sub(LEAST)).contains(&index) && miss <= most && most > EXACT;
    if let Some((index, _, how)) = clearest.filter(|(index, miss, _)| is_break(*index, *miss)) {
        match how {
            Break::Anew => counted.forget(index),
            Break::Jump(height) => {
                counted.ratio.iter_mut().take(index).for_each(|ratio| *ratio += height);
                counted.lifted = index;
            }
        }
    }
    counted.at.get(counted.lifted).map_or(0, |at| *at as i64)
}

fn anew(counted: &Counted, index: usize) -> (f64, Break) {
    let days = counted.len() as f64;
    let (at, later_at) = counted.at.split_at(index);
    let (ratio, later_ratio) = counted.ratio.split_at(index);
    let one = miss(at, ratio, Fitter::new(at).line(ratio));
    let other = miss(later_at, later_ratio, Fitter::new(later_at).line(later_ratio));
    ((one * at.len() as f64 + other * later_at.len() as f64) / days, Break::Anew)
}

fn jump(counted: &Counted, index: usize) -> (f64, Break) {
    let (pace, before, after) = levels(&counted.at, &counted.ratio, index);
    let (at, later_at) = counted.at.split_at(index);
    let (ratio, later_ratio) = counted.ratio.split_at(index);
    let one = miss(at, ratio, Shape::Line { level: before, pace }) * at.len() as f64;
    let other = miss(later_at, later_ratio, Shape::Line { level: after, pace }) * later_at.len() as f64;
    ((one + other) / counted.len() as f64, Break::Jump(after - before))
}

/// How high the jump is in ratios of the same days as they might have been.
pub(super) fn height(at: &[f64], ratio: &[f64], index: usize) -> f64 {
    let (_, before, after) = levels(at, ratio, index);
    after - before
}

/// The pace before and after a jump, the median slope between days on the same side; and today's level with that
/// pace, without the jump and with it.
fn levels(at: &[f64], ratio: &[f64], index: usize) -> (f64, f64, f64) {
    let (at, later_at) = at.split_at(index);
    let (ratio, later_ratio) = ratio.split_at(index);
    let mut slopes = Vec::new();
    for (at, ratio) in [(at, ratio), (later_at, later_ratio)] {
        for (begin, (x, y)) in at.iter().zip(ratio).enumerate() {
            slopes.extend(at.iter().zip(ratio).skip(begin + 1).map(|(end_x, end_y)| (end_y - y) / (end_x - x)));
        }
    }
    let pace = median(&mut slopes);
    let level = |at: &[f64], ratio: &[f64]| {
        let mut rest: Vec<f64> = at.iter().zip(ratio).map(|(x, y)| y - pace * x).collect();
        median(&mut rest)
    };
    (pace, level(at, ratio), level(later_at, later_ratio))
}

fn miss(at: &[f64], ratio: &[f64], shape: Shape) -> f64 {
    let misses = at.iter().zip(ratio).map(|(at, ratio)| (ratio - shape.level(*at)).abs());
    misses.sum::<f64>() / at.len().max(1) as f64
}
