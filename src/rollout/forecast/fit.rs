//! Lines and curves through days, by medians.

/// What days follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fit {
    /// `level + slope · day`
    Line { level: f64, slope: f64 },
    /// `ceiling − gap · exp(−rate · day)`
    Curve { ceiling: f64, gap: f64, rate: f64 },
}

/// Steps in which ceilings are tried.
const STEP: f64 = 0.005;

/// A curve has to leave this much less unexplained than a line.
const CLEARLY: f64 = 0.75;

impl Fit {
    /// The line, or the curve where it fits clearly better.
    pub(super) fn best(days: &[f64], ratios: &[f64]) -> Self {
        let line = Self::line(days, ratios);
        let highest = ratios.iter().copied().fold(0.0, f64::max);
        let most = ((1.0 - highest) / STEP).floor().max(0.0) as usize;
        let ceilings = (1..=most).map(|step| highest + STEP * step as f64);
        match Self::curve(days, ratios, ceilings) {
            Some(curve) if curve.unexplained(days, ratios) < CLEARLY * line.unexplained(days, ratios) => curve,
            _ => line,
        }
    }

    /// A fit of the same shape to other ratios of the same days.
    pub(super) fn again(&self, days: &[f64], ratios: &[f64]) -> Self {
        let line = || Self::line(days, ratios);
        match self {
            Self::Line { .. } => line(),
            Self::Curve { ceiling, .. } => {
                let highest = ratios.iter().copied().fold(0.0, f64::max);
                let near = (-6..=6).map(|step| ceiling + f64::from(step) * 2.0 * STEP);
                Self::curve(days, ratios, near.filter(|near| *near > highest && *near <= 1.0)).unwrap_or_else(line)
            }
        }
    }

    fn line(days: &[f64], ratios: &[f64]) -> Self {
        let slope = slope(days, ratios);
        let level = median(days.iter().zip(ratios).map(|(day, ratio)| ratio - slope * day).collect());
        Self::Line { level, slope }
    }

    /// The best of the curves that rise towards one of the ceilings.
    fn curve(days: &[f64], ratios: &[f64], ceilings: impl Iterator<Item = f64>) -> Option<Self> {
        let tried = ceilings.filter_map(|ceiling| {
            let logarithms: Vec<f64> = ratios.iter().map(|ratio| (ceiling - ratio).ln()).collect();
            let Self::Line { level, slope } = Self::line(days, &logarithms) else { return None };
            let curve = Self::Curve { ceiling, gap: level.exp(), rate: -slope };
            (slope < 0.0).then(|| (curve.unexplained(days, ratios), curve))
        });
        tried.min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, curve)| curve)
    }

    /// What lies between the days and the fit, summed up.
    fn unexplained(&self, days: &[f64], ratios: &[f64]) -> f64 {
        days.iter().zip(ratios).map(|(day, ratio)| (ratio - self.at(*day)).abs()).sum()
    }

    /// The ratio on a day.
    pub(super) fn at(&self, day: f64) -> f64 {
        match *self {
            Self::Line { level, slope } => level + slope * day,
            Self::Curve { ceiling, gap, rate } => ceiling - gap * (-rate * day).exp(),
        }
    }

    /// What a day brings.
    pub(super) fn slope(&self, day: f64) -> f64 {
        match *self {
            Self::Line { slope, .. } => slope,
            Self::Curve { gap, rate, .. } => rate * gap * (-rate * day).exp(),
        }
    }

    /// Where it levels off.
    pub(super) fn ceiling(&self) -> Option<f64> {
        match *self {
            Self::Line { .. } => None,
            Self::Curve { ceiling, .. } => Some(ceiling),
        }
    }

    /// The first day from `from` to `to` on which it is at or above the target.
    pub(super) fn reaches(&self, target: f64, from: f64, to: f64) -> Option<f64> {
        if self.at(from) >= target {
            return Some(from);
        }
        let day = match *self {
            Self::Line { level, slope } if slope > 0.0 => (target - level) / slope,
            Self::Curve { ceiling, gap, rate } if ceiling > target => (gap / (ceiling - target)).ln() / rate,
            _ => return None,
        };
        (day <= to).then_some(day.max(from))
    }
}

/// The median of the slopes between all pairs.
fn slope(days: &[f64], values: &[f64]) -> f64 {
    let mut slopes = Vec::with_capacity(days.len() * days.len() / 2);
    for (index, (day, value)) in days.iter().zip(values).enumerate() {
        let later = days.iter().zip(values).skip(index + 1);
        slopes.extend(later.map(|(other_day, other)| (other - value) / (other_day - day)));
    }
    median(slopes)
}

/// The middle of some values; 0 of none.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    if is_even { (below.iter().copied().fold(f64::MIN, f64::max) + upper) / 2.0 } else { upper }
}
