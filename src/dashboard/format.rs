//! Numbers and instants as people read them.

use chrono::{DateTime, TimeDelta, Utc};

use crate::country;
use crate::model::Ratio;

/// What stands where there is no data.
pub(super) const NO_DATA: &str = "—";

/// `12,345`
pub(super) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `61.3 %`, or a dash.
pub(super) fn percent(ratio: Ratio) -> String {
    ratio.value().map_or_else(|| NO_DATA.to_owned(), percentage)
}

/// `61.3 %` of a share that is no count.
pub(super) fn percentage(share: f64) -> String {
    format!("{:.1}\u{a0}%", share * 100.0)
}

/// `90.1–94.7 %`: where the share may well lie; a dash without a case.
pub(super) fn interval(ratio: Ratio) -> String {
    ratio
        .interval()
        .map_or_else(|| NO_DATA.to_owned(), |(low, high)| format!("{:.1}–{:.1}\u{a0}%", low * 100.0, high * 100.0))
}

/// `$1,234.50`
pub(super) fn usd(micro_usd: u64) -> String {
    let cents = micro_usd.saturating_add(5_000) / 10_000;
    format!("${}.{:02}", count(cents / 100), cents % 100)
}

/// English name of a destination country.
pub(super) fn country(code: &str) -> &str {
    match code {
        "" | "unknown" => "Unknown country",
        "other" => "Other countries",
        code => country::name(code).unwrap_or(code),
    }
}

/// `2026-11-24 13:05 UTC`
pub(super) fn instant(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// `3 minutes ago`, rounded down to one unit.
pub(super) fn ago(then: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let past = now - then;
    let (amount, unit) = if past < TimeDelta::minutes(1) {
        return "just now".to_owned();
    } else if past < TimeDelta::hours(1) {
        (past.num_minutes(), "minute")
    } else if past < TimeDelta::days(2) {
        (past.num_hours(), "hour")
    } else {
        (past.num_days(), "day")
    };
    format!("{amount} {unit}{} ago", if amount == 1 { "" } else { "s" })
}

/// `4 s`, `12 min`, `3.5 h` or `2.1 d`.
pub(super) fn duration(seconds: f64) -> String {
    match seconds {
        ..90.0 => format!("{seconds:.0}\u{a0}s"),
        90.0..5_400.0 => format!("{:.0}\u{a0}min", seconds / 60.0),
        5_400.0..172_800.0 => format!("{:.1}\u{a0}h", seconds / 3_600.0),
        _ => format!("{:.1}\u{a0}d", seconds / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(value), text);
        }
    }

    #[test]
    fn durations_have_one_unit() {
        for (seconds, text) in [(4.2, "4 s"), (600.0, "10 min"), (12_600.0, "3.5 h"), (432_000.0, "5.0 d")] {
            assert_eq!(duration(seconds).replace('\u{a0}', " "), text);
        }
    }

    #[test]
    fn dollars_have_cents() {
        for (micro_usd, text) in [(0, "$0.00"), (4_999, "$0.00"), (5_000, "$0.01"), (1_234_567_890, "$1,234.57")] {
            assert_eq!(usd(micro_usd), text);
        }
    }

    #[test]
    fn nothing_of_nothing_is_no_data() {
        assert_eq!(percent(Ratio::new(0, 0)), NO_DATA);
        assert_eq!(percent(Ratio::new(1, 3)), "33.3\u{a0}%");
    }
}
