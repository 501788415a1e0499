//! The software that calls: which release of it, and which browser.

use super::scenario::Release;
use super::time::{DAY, Ms, mix};

/// Mean days until somebody moves to a release.
const MEAN_LAG_DAYS: f64 = 3.0;

/// A release that came out so many days before the start; the first of a list is simply the oldest.
pub(super) const fn release(agent: &'static str, days_ago: f64) -> Release {
    Release { agent, days_ago }
}

/// Browsers by family, the releases of each from the oldest on.
const BROWSERS: &[&[Release]] = &[
    &[
        release(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
            60.0,
        ),
        release(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            29.0,
        ),
        release(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36",
            4.0,
        ),
    ],
    &[
        release(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            60.0,
        ),
        release(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Mobile/15E148 Safari/604.1",
            17.0,
        ),
    ],
    &[
        release(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
            60.0,
        ),
        release(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15",
            16.0,
        ),
    ],
    &[
        release("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", 60.0),
        release("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", 24.0),
    ],
];

/// The release that somebody runs at `at`.
pub(super) fn current(releases: &[Release], start: Ms, at: Ms, who: u64) -> &'static str {
    let moved = |(position, release): (usize, &Release)| {
        let lot = (mix(&[who, position as u64]) >> 11) as f64 / (1_u64 << 53) as f64;
        let lag = -(1.0 - lot).ln() * MEAN_LAG_DAYS;
        at >= start - ((release.days_ago - lag) * DAY as f64) as Ms
    };
    let newest = releases.iter().enumerate().skip(1).rev().find(|release| moved(*release));
    newest.map(|(_, release)| release).or(releases.first()).map_or("", |release| release.agent)
}

/// The browser that somebody uses at `at`.
pub(super) fn browser(start: Ms, at: Ms, who: u64) -> &'static str {
    current(BROWSERS[(who % BROWSERS.len() as u64) as usize], start, at, who)
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &[Release] = &[release("App/1.0", 99.0), release("App/1.1", 20.0), release("App/2.0", 5.0)];

    fn share(agent: &str, days_ago: Ms) -> usize {
        (0..1_000).filter(|who| current(APP, 0, -days_ago * DAY, *who) == agent).count()
    }

    #[test]
    fn people_move_to_a_release_within_days() {
        assert_eq!(share("App/1.0", 21), 1_000);
        assert!((500..800).contains(&share("App/1.1", 17)));
        assert!(share("App/1.1", 6) > 950);
        assert!((150..450).contains(&share("App/2.0", 4)));
        assert!(share("App/2.0", 0) > share("App/1.1", 0));
    }

    #[test]
    fn nobody_goes_back() {
        for who in 0..200 {
            let releases: Vec<_> = (0..30).rev().map(|day| current(APP, 0, -day * DAY, who)).collect();
            assert!(releases.is_sorted(), "{releases:?}");
        }
    }
}
