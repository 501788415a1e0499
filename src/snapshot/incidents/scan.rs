//! When a failure ratio jumps: stretches of hours that failed far more than the others of the same place.
//!
//! Every hour weighs how much better its failures fit a raised ratio than the normal one (the logarithm
//! of the likelihood ratio, as in Page's cumulative sums). The stretch of hours with the greatest sum is
//! where the ratio jumped. Quiet hours weigh nothing, so a night or a thin stream cuts no stretch in two,
//! and few cases never weigh enough.

use std::ops::Range;

/// What happened in an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Answers or messages.
    pub(super) cases: u64,
    /// Of those, failed.
    pub(super) failures: u64,
}

/// A stretch of hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Jump {
    /// Which hours.
    pub(super) hours: Range<usize>,
    /// The hours after it show the normal ratio again.
    pub(super) is_over: bool,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Findings {
    /// Failure ratio outside of the jumps.
    pub(super) normal_ratio: f64,
    /// In the order of time.
    pub(super) jumps: Vec<Jump>,
}

/// Fewer cases outside of jumps do not tell what is normal.
const NORMAL_CASES: u64 = 100;

/// Where the search begins: failures this many times as likely, as odds. Each then sharpens itself.
const RAISED: [f64; 3] = [1.5, 3.0, 10.0];

/// Least sum of weights. Chance reaches it at most once in e^16 hours: a thousand years of one place.
const EVIDENCE: f64 = 16.0;

/// Weight against a jump that shows it is over: twenty to one.
const RECOVERY: f64 = -3.0;

/// Failures come in clumps: who mistypes once does so again, and both are one piece of news.
pub(super) const CLUMP: f64 = 2.0;

/// Fewer failures above normal are nobody's outage.
pub(super) const LEAST_EXCESS: f64 = 10.0;

/// A ratio that rises by less than one in a hundred has not jumped, however sure it is.
const LEAST_RISE: f64 = 0.01;

/// Hours over which the restlessness of a ratio is measured: a part of the day.
const PART_OF_DAY: usize = 6;

/// What is normal and what is a jump depend on each other; more rounds change nothing.
const ROUNDS: usize = 8;

/// Looks for jumps in consecutive hours; `None` while nobody can say what is normal.
pub(super) fn scan(counts: &[Count]) -> Option<Findings> {
    let mut jumps = Vec::new();
    let mut ratio = None;
    for _ in 0..ROUNDS {
        let normal = Normal::of(&outside(counts, &jumps))?;
        ratio = Some(normal.ratio);
        let mut found = Vec::new();
        search(counts, 0, &normal, &mut found);
        found.sort_unstable_by_key(|jump| jump.hours.start);
        // What jumped again had been over.
        if let Some((_, earlier)) = found.split_last_mut() {
            earlier.iter_mut().for_each(|jump| jump.is_over = true);
        }
        if found == jumps {
            break;
        }
        jumps = found;
    }
    Some(Findings { normal_ratio: ratio?, jumps })
}

/// The hours without those of the jumps, which count nothing.
fn outside(counts: &[Count], jumps: &[Jump]) -> Vec<Count> {
    let mut outside = counts.to_vec();
    for jump in jumps {
        if let Some(inside) = outside.get_mut(jump.hours.clone()) {
            inside.fill(Count::default());
        }
    }
    outside
}

/// How a place fails when all is well.
struct Normal {
    ratio: f64,
    /// How many times as restless as chance alone.
    restlessness: f64,
}

impl Normal {
    fn of(counts: &[Count]) -> Option<Self> {
        let sum = sum(counts);
        if sum.cases < NORMAL_CASES {
            return None;
        }
        let ratio = smoothed(sum);
        // How far parts of days are from the ratio, in standard deviations; their median is deaf to jumps.
        let mut distances: Vec<f64> = counts
            .chunks(PART_OF_DAY)
            .map(self::sum)
            .filter(|part| part.cases > 0)
            .map(|part| {
                let cases = part.cases as f64;
                (part.failures as f64 - cases * ratio).abs() / (cases * ratio * (1.0 - ratio)).sqrt()
            })
            .collect();
        distances.sort_unstable_by(f64::total_cmp);
        // Half of a normal distribution lies within 0.6745 standard deviations.
        let spread = distances.get(distances.len() / 2).copied().unwrap_or_default() / 0.6745;
        Some(Self { ratio, restlessness: (spread * spread).max(CLUMP) })
    }

    /// For the raised ratio and against the normal one.
    fn weight(&self, count: Count, raised: f64) -> f64 {
        let failures = count.failures as f64;
        let passed = count.cases.saturating_sub(count.failures) as f64;
        (failures * (raised / self.ratio).ln() + passed * ((1.0 - raised) / (1.0 - self.ratio)).ln())
            / self.restlessness
    }

    fn weights(&self, counts: &[Count], raised: f64) -> Vec<f64> {
        counts.iter().map(|count| self.weight(*count, raised)).collect()
    }

    fn is_jump(&self, sum: Count) -> bool {
        let cases = sum.cases as f64;
        let excess = sum.failures as f64 - cases * self.ratio;
        excess >= LEAST_EXCESS && excess >= LEAST_RISE * cases
    }
}

/// Finds the heaviest stretch, then looks before and after it.
fn search(counts: &[Count], first: usize, normal: &Normal, found: &mut Vec<Jump>) {
    let Some((hours, raised)) = heaviest(counts, normal) else { return };
    let (before, rest) = counts.split_at(hours.start);
    let (inside, after) = rest.split_at(hours.len());
    if normal.is_jump(sum(inside)) {
        let recovery: f64 = normal.weights(after, raised).iter().sum();
        found.push(Jump { hours: first + hours.start..first + hours.end, is_over: recovery < RECOVERY });
    }
    search(before, first, normal, found);
    search(after, first + hours.end, normal, found);
}

/// The stretch with the greatest weight, and the ratio it was raised to; `None` when none weighs enough.
fn heaviest(counts: &[Count], normal: &Normal) -> Option<(Range<usize>, f64)> {
    let odds = normal.ratio / (1.0 - normal.ratio);
    let searches = RAISED.iter().map(|times| {
        let mut raised = times * odds / (1.0 + times * odds);
        let (mut hours, mut weight) = heaviest_run(&normal.weights(counts, raised));
        for _ in 0..ROUNDS {
            let seen = smoothed(sum(counts.get(hours.clone()).unwrap_or_default()));
            if seen <= normal.ratio {
                break;
            }
            let (sharper, heavier) = heaviest_run(&normal.weights(counts, seen));
            let is_settled = sharper == hours;
            (hours, weight, raised) = (sharper, heavier, seen);
            if is_settled {
                break;
            }
        }
        (hours, weight, raised)
    });
    let (hours, weight, raised) = searches.max_by(|one, other| one.1.total_cmp(&other.1))?;
    (weight >= EVIDENCE).then_some((hours, raised))
}

/// The run of neighbours with the greatest sum, and that sum.
fn heaviest_run(weights: &[f64]) -> (Range<usize>, f64) {
    let (mut best, mut greatest) = (0..0, 0.0);
    let (mut start, mut running) = (0, 0.0);
    for (index, weight) in weights.iter().enumerate() {
        if running <= 0.0 {
            (start, running) = (index, 0.0);
        }
        running += weight;
        if running > greatest {
            (best, greatest) = (start..index + 1, running);
        }
    }
    (best, greatest)
}

pub(super) fn sum(counts: &[Count]) -> Count {
    counts.iter().fold(Count::default(), |sum, count| Count {
        cases: sum.cases + count.cases,
        failures: sum.failures + count.failures,
    })
}

/// Never 0 nor 1, of which no logarithm can be taken.
fn smoothed(sum: Count) -> f64 {
    (sum.failures as f64 + 0.5) / (sum.cases as f64 + 1.0)
}
