//! What days follow.

use super::HORIZON_DAYS;

/// Enrolment over time; time in days after today.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shape {
    /// Today's level, and what a day adds.
    Line { level: f64, pace: f64 },
    /// The ceiling, what is missing to it today, and the part of that which a day adds.
    Curve { ceiling: f64, gap: f64, rate: f64 },
}

impl Shape {
    /// The ratio on a day.
    pub(super) fn level(self, at: f64) -> f64 {
        match self {
            Self::Line { level, pace } => level + pace * at,
            Self::Curve { ceiling, gap, rate } => ceiling - gap * (-rate * at).exp(),
        }
    }

    /// What a day adds today.
    pub(super) fn pace(self) -> f64 {
        match self {
            Self::Line { pace, .. } => pace,
            Self::Curve { gap, rate, .. } => gap * rate,
        }
    }

    /// Where it levels off.
    pub(super) fn ceiling(self) -> Option<f64> {
        match self {
            Self::Line { .. } => None,
            Self::Curve { ceiling, .. } => Some(ceiling),
        }
    }

    /// Whole days after today until the target is reached; `None` beyond the horizon, or never.
    pub(super) fn reaches(self, target: f64) -> Option<f64> {
        let days = match self {
            _ if self.level(0.0) >= target => 0.0,
            Self::Line { level, pace } if pace > 0.0 => (target - level) / pace,
            Self::Curve { ceiling, gap, rate } if ceiling > target => (gap / (ceiling - target)).ln() / rate,
            _ => return None,
        };
        // A day that is missed by nothing but rounding is not missed.
        let days = (days - 1e-6).ceil().max(0.0);
        (days <= f64::from(HORIZON_DAYS)).then_some(days)
    }
}
