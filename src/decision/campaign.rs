//! What a campaign did for enrolment.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::config::Campaign;
use crate::rollout::forecast::Point;

/// Days before and after that are compared.
const DAYS: u64 = 14;

/// The pace of enrolment before and after something was done about it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct CampaignEffect {
    /// UTC day on which it began.
    pub day: NaiveDate,
    /// What it was.
    pub name: String,
    /// How much the ratio gained a week in the two weeks before; `None` where fewer than two days were counted.
    pub pace_before: Option<f64>,
    /// In the two weeks from then on.
    pub pace_after: Option<f64>,
}

/// Before and after each campaign, in the order of their days.
pub(super) fn effects(campaigns: &[Campaign], points: &[Point]) -> Vec<CampaignEffect> {
    let mut effects: Vec<CampaignEffect> = campaigns
        .iter()
        .map(|campaign| CampaignEffect {
            day: campaign.day,
            name: campaign.name.clone(),
            pace_before: pace(points, campaign.day.checked_sub_days(Days::new(DAYS)), Some(campaign.day)),
            pace_after: pace(points, Some(campaign.day), campaign.day.checked_add_days(Days::new(DAYS))),
        })
        .collect();
    effects.sort_by_key(|effect| effect.day);
    effects
}

/// What the ratio gained a week between the first and the last counted day of a stretch, both included.
fn pace(points: &[Point], from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<f64> {
    let (from, to) = (from?, to?);
    let mut counted: Vec<(NaiveDate, f64)> = points
        .iter()
        .filter(|point| point.day >= from && point.day <= to)
        .filter_map(|point| Some((point.day, point.ratio()?)))
        .collect();
    counted.sort_by_key(|(day, _)| *day);
    let ((first, before), (last, after)) = (counted.first()?, counted.last()?);
    let days = (*last - *first).num_days();
    (days > 0).then(|| (after - before) / days as f64 * 7.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_told_before_and_after() {
        let day = |day: u64| NaiveDate::default() + Days::new(20_000 + day);
        // A point a day from the tenth day on.
        let points: Vec<Point> = (0..30)
            .map(|index| Point { day: day(index), capable: 500 + 10 * index.saturating_sub(10), known: 1_000 })
            .collect();
        let campaign = |day, name: &str| Campaign { day, name: name.into() };
        let told = effects(&[campaign(day(60), "later"), campaign(day(10), "banner")], &points);
        assert_eq!((told[0].name.as_str(), told[0].pace_before), ("banner", Some(0.0)));
        assert!((told[0].pace_after.expect("counted") - 0.07).abs() < 1e-9);
        assert_eq!((told[1].name.as_str(), told[1].pace_before, told[1].pace_after), ("later", None, None));
    }
}
