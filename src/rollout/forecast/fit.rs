//! A line or a curve with a ceiling through days, some of which may be wrong.

use std::f64::consts::LN_2;

use super::shape::Shape;

/// Days in which the gap to the ceiling halves: the shortest and longest looked for. Slower curves are lines, in a
/// window of eight weeks.
const HALF_LIVES: (f64, f64) = (3.0, 84.0);

/// Half-lives tried first, evenly spaced in their logarithm.
const GRID: i32 = 12;

/// How clearly a ceiling must show to be as credible as none: by how much the logarithm of the likelihood of all days
/// must be greater than that of the line, errors taken as two-sided exponential. Noise on a line seldom does that.
const EVIDENCE: f64 = 3.0;

/// What a day may be off by, as a multiple of the line's median residual.
const WRONG_DAY: f64 = 4.0;

/// Errors that last longer than this are a trend.
const MOST_LIKE: f64 = 0.95;

/// Ratios closer together are the same but for rounding.
const EXACT: f64 = 1e-9;

/// How closely the half-life is searched for.
#[derive(Clone, Copy)]
enum Search {
    /// To a few percent: for one of many fits of a band.
    Coarse,
    /// To rounding: for the fit that is told.
    Fine,
}

impl Search {
    /// How often the grid's step is halved.
    fn halvings(self) -> u8 {
        match self {
            Self::Coarse => 3,
            Self::Fine => 24,
        }
    }
}

/// A curve, the logarithm of its half-life in days, and its mean miss.
#[derive(Clone, Copy)]
struct Candidate {
    logarithm: f64,
    shape: Shape,
    miss: f64,
}

/// The line, the curve, and how far the curve is to be trusted rather than the line, in 0 to 1.
#[derive(Clone, Copy)]
pub(super) struct Rivals {
    pub(super) line: Shape,
    pub(super) curve: Shape,
    pub(super) trust: f64,
    /// What a day may be off by: more counts as this much, so that a few wrong days do not hide a ceiling.
    pub(super) most: f64,
}

impl Rivals {
    pub(super) fn winner(self) -> Shape {
        if self.trust > 0.5 { self.curve } else { self.line }
    }
}

/// Fits shapes to ratios of the same days, again and again.
pub(super) struct Fitter {
    at: Vec<f64>,
    /// Time as the shape sees it: the ratio is a line in it.
    bent: Vec<f64>,
    slopes: Vec<f64>,
    residuals: Vec<f64>,
}

impl Fitter {
    pub(super) fn new(at: &[f64]) -> Self {
        Self { at: at.to_vec(), bent: Vec::new(), slopes: Vec::new(), residuals: Vec::new() }
    }

    /// The line, and the curve with as much trust as it deserves.
    pub(super) fn rivals(&mut self, ratio: &[f64]) -> Rivals {
        let line = self.line(ratio);
        self.misses(ratio, line);
        self.residuals.iter_mut().for_each(|miss| *miss = miss.abs());
        let most = WRONG_DAY * median(&mut self.residuals);
        let alone = Rivals { line, curve: line, trust: 0.0, most };
        if line.pace() <= 0.0 {
            return alone;
        }
        let line_miss = self.mean_miss(ratio, line, most);
        if line_miss < EXACT {
            return alone;
        }
        let Some(curve) = self.saturating(ratio, most, Search::Fine) else { return alone };
        let days = self.independent_days(ratio, curve.shape, most);
        let evidence = days * (line_miss / curve.miss.max(EXACT)).ln();
        Rivals { line, curve: curve.shape, trust: 1.0 / (1.0 + (EVIDENCE - evidence).exp()), most }
    }

    /// The curve for one of many fits of a band; the line where no curve fits.
    pub(super) fn curve(&mut self, ratio: &[f64], most: f64) -> Shape {
        let curve = self.saturating(ratio, most, Search::Coarse);
        curve.map_or_else(|| self.line(ratio), |curve| curve.shape)
    }

    pub(super) fn line(&mut self, ratio: &[f64]) -> Shape {
        self.bent.clone_from(&self.at);
        let (level, pace) = self.straight(ratio);
        Shape::Line { level, pace }
    }

    /// The rising curve with a ceiling of at most 1 that misses least.
    fn saturating(&mut self, ratio: &[f64], most: f64, search: Search) -> Option<Candidate> {
        let (shortest, longest) = (HALF_LIVES.0.ln(), HALF_LIVES.1.ln());
        let mut step = (longest - shortest) / f64::from(GRID - 1);
        let grid = (0..GRID).map(|index| shortest + f64::from(index) * step);
        let on_grid = grid.filter_map(|logarithm| self.candidate(ratio, most, logarithm));
        let mut best = on_grid.min_by(|one, other| one.miss.total_cmp(&other.miss))?;
        for _ in 0..search.halvings() {
            step /= 2.0;
            for logarithm in [best.logarithm - step, best.logarithm + step] {
                best = self.candidate(ratio, most, logarithm).filter(|other| other.miss < best.miss).unwrap_or(best);
            }
        }
        Some(best)
    }

    /// The curve whose half-life has this logarithm.
    fn candidate(&mut self, ratio: &[f64], most: f64, logarithm: f64) -> Option<Candidate> {
        let shape = self.with_rate(ratio, LN_2 / logarithm.exp())?;
        Some(Candidate { logarithm, shape, miss: self.mean_miss(ratio, shape, most) })
    }

    fn with_rate(&mut self, ratio: &[f64], rate: f64) -> Option<Shape> {
        let first = *self.at.first()?;
        self.bent.clear();
        self.bent.extend(self.at.iter().map(|at| (-rate * (at - first)).exp()));
        let (ceiling, slope) = self.straight(ratio);
        let gap = -slope * (rate * first).exp();
        (gap > 0.0 && ceiling <= 1.0).then_some(Shape::Curve { ceiling, gap, rate })
    }

    /// Offset and slope of the ratio in bent time: the median slope between days at least a third of all days apart,
    /// which are less than half of the pairs and carry nearly all that pairs say.
    fn straight(&mut self, ratio: &[f64]) -> (f64, f64) {
        let apart = (self.bent.len() / 3).max(1);
        self.slopes.clear();
        for (index, (x, y)) in self.bent.iter().zip(ratio).enumerate() {
            let later = self.bent.iter().zip(ratio).skip(index + apart);
            self.slopes.extend(later.map(|(later_x, later_y)| (later_y - y) / (later_x - x)));
        }
        let slope = median(&mut self.slopes);
        self.residuals.clear();
        self.residuals.extend(self.bent.iter().zip(ratio).map(|(x, y)| y - slope * x));
        (median(&mut self.residuals), slope)
    }

    fn misses(&mut self, ratio: &[f64], shape: Shape) {
        self.residuals.clear();
        self.residuals.extend(self.at.iter().zip(ratio).map(|(at, ratio)| ratio - shape.level(*at)));
    }

    fn mean_miss(&mut self, ratio: &[f64], shape: Shape, most: f64) -> f64 {
        self.misses(ratio, shape);
        self.residuals.iter().map(|miss| miss.abs().min(most)).sum::<f64>() / self.residuals.len().max(1) as f64
    }

    /// How many days without a resemblance to the day before would say as much.
    fn independent_days(&mut self, ratio: &[f64], shape: Shape, most: f64) -> f64 {
        self.misses(ratio, shape);
        self.residuals.iter_mut().for_each(|miss| *miss = miss.clamp(-most, most));
        let likeness = likeness(&self.residuals);
        self.residuals.len() as f64 * (1.0 - likeness) / (1.0 + likeness)
    }
}

/// How much of an error is still there on the next day, in 0 to [`MOST_LIKE`], out of what is left of the errors.
pub(super) fn likeness(errors: &[f64]) -> f64 {
    let all: f64 = errors.iter().map(|error| error * error).sum();
    let both: f64 = errors.iter().zip(errors.iter().skip(1)).map(|(error, next)| error * next).sum();
    // Errors of rounding do resemble each other, and mean nothing.
    if all <= errors.len() as f64 * EXACT * EXACT {
        return 0.0;
    }
    // The fit took what lasts longest, so that the rest resembles itself less; by so much (Marriott and Pope).
    let seen = both / all;
    (seen + (1.0 + 3.0 * seen) / errors.len() as f64).clamp(0.0, MOST_LIKE)
}

/// The middle value, or between the two middle ones; reorders. 0 of nothing: a single day has no slope.
pub(super) fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    let is_even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = below.iter().copied().max_by(f64::total_cmp).filter(|_| is_even);
    lower.map_or(*upper, |lower| (lower + *upper) / 2.0)
}
