//! The countries of the story: numbers, clocks, carriers and what a text message costs there.

use super::time::{DAY, HOUR, Ms};

/// One destination country.
pub(super) struct Country {
    /// ISO 3166 alpha-2.
    pub code: &'static str,
    /// E.164 country code.
    pub dial: &'static str,
    /// Openings of national mobile numbers; every completion with `digits` more digits is a valid number.
    pub openings: &'static [&'static str],
    /// Random digits after the opening.
    pub digits: u32,
    /// Rough offset from UTC in hours; enough for a daily rhythm, no daylight saving.
    pub utc_offset: i64,
    /// Mobile country code.
    pub mcc: u16,
    /// Illustrative price of one message part.
    pub price_usd: f64,
    /// Share of messages that a carrier reports as delivered on an ordinary day.
    pub reliability: f64,
    /// Median milliseconds until the device acknowledges.
    pub median_ack_ms: f64,
}

// Area codes joined with 555-01, the range that is kept for fiction in North America.
const US: &[&str] = &[
    "20255501", "20655501", "21255501", "21355501", "21455501", "21555501", "21655501", "30355501", "30555501",
    "31255501", "31355501", "40455501", "40855501", "41255501", "41455501", "41555501", "50355501", "50455501",
    "51255501", "60255501", "61255501", "61455501", "61755501", "61955501", "70255501", "70355501", "71355501",
    "80155501", "81355501", "90155501", "91655501", "91955501",
];
const CA: &[&str] = &["20455501", "41655501", "51455501", "50655501", "60455501", "61355501", "40355501", "90255501"];

macro_rules! countries {
    ($(($code:literal, $dial:literal, $openings:expr, $digits:literal, $utc:literal, $mcc:literal, $price:literal, $reliability:literal, $ack:literal)),* $(,)?) => {
        &[$(Country { code: $code, dial: $dial, openings: $openings, digits: $digits, utc_offset: $utc, mcc: $mcc,
            price_usd: $price, reliability: $reliability, median_ack_ms: $ack }),*]
    };
}

/// Every country of the story; a user holds an index into this table.
pub(super) const COUNTRIES: &[Country] = countries![
    ("US", "1", US, 2, -6, 310, 0.00831, 0.985, 2_400.0),
    ("CA", "1", CA, 2, -5, 302, 0.00776, 0.984, 2_600.0),
    ("BR", "55", &["1196", "2197", "3198", "4199"], 7, -3, 724, 0.03240, 0.955, 5_200.0),
    ("MX", "52", &["222"], 7, -6, 334, 0.04310, 0.950, 5_800.0),
    ("AR", "54", &["91123"], 6, -3, 722, 0.06410, 0.940, 6_500.0),
    ("CO", "57", &["321", "310"], 7, -5, 732, 0.05210, 0.945, 6_000.0),
    ("GB", "44", &["7400", "7911"], 6, 0, 234, 0.04020, 0.982, 2_900.0),
    ("DE", "49", &["1512"], 7, 1, 262, 0.08750, 0.980, 3_100.0),
    ("FR", "33", &["612", "623"], 6, 1, 208, 0.06590, 0.978, 3_300.0),
    ("ES", "34", &["612"], 6, 1, 214, 0.06960, 0.977, 3_300.0),
    ("IT", "39", &["347", "338"], 7, 1, 222, 0.07910, 0.974, 3_600.0),
    ("NL", "31", &["612"], 6, 1, 204, 0.09780, 0.983, 2_700.0),
    ("PL", "48", &["512"], 6, 1, 260, 0.03980, 0.976, 3_500.0),
    ("PT", "351", &["912"], 6, 0, 268, 0.04770, 0.979, 3_200.0),
    ("SE", "46", &["701"], 6, 1, 240, 0.06870, 0.984, 2_500.0),
    ("CH", "41", &["781"], 6, 1, 228, 0.06210, 0.985, 2_500.0),
    ("TR", "90", &["532"], 7, 3, 286, 0.02640, 0.950, 5_400.0),
    ("RU", "7", &["912", "903"], 7, 3, 250, 0.21050, 0.900, 9_500.0),
    ("KZ", "7", &["771"], 7, 5, 401, 0.22480, 0.910, 9_000.0),
    ("IN", "91", &["98765"], 5, 5, 404, 0.04130, 0.925, 8_200.0),
    ("JP", "81", &["901"], 7, 9, 440, 0.07410, 0.988, 2_200.0),
    ("KR", "82", &["102"], 7, 9, 450, 0.03670, 0.986, 2_300.0),
    ("AU", "61", &["412"], 6, 10, 505, 0.03900, 0.981, 3_000.0),
    ("SG", "65", &["9123"], 4, 8, 525, 0.04690, 0.980, 3_000.0),
    ("ZA", "27", &["721"], 6, 2, 655, 0.02870, 0.960, 4_800.0),
    ("NG", "234", &["802"], 7, 1, 621, 0.31840, 0.870, 12_500.0),
];

/// Position of a country in [`COUNTRIES`]; an unknown code falls back to the first.
pub(super) fn position(code: &str) -> u8 {
    let found = COUNTRIES.iter().position(|country| country.code == code).unwrap_or_default();
    u8::try_from(found).unwrap_or_default()
}

impl Country {
    /// The E.164 number that `digits` selects.
    pub(super) fn number(&self, digits: u64) -> String {
        let opening = self.openings[(digits % self.openings.len() as u64) as usize];
        let tail = (digits / 64) % 10_u64.pow(self.digits);
        format!("+{}{opening}{tail:0width$}", self.dial, width = self.digits as usize)
    }

    /// Hour of the day (0 to 23) on a wall clock there.
    pub(super) fn local_hour(&self, at: Ms) -> usize {
        ((at + self.utc_offset * HOUR).rem_euclid(DAY) / HOUR) as usize
    }

    /// True on a Saturday or Sunday there.
    pub(super) fn weekend(&self, at: Ms) -> bool {
        // 1 January 1970 was a Thursday.
        let weekday = ((at + self.utc_offset * HOUR).div_euclid(DAY) + 3).rem_euclid(7);
        weekday >= 5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_country_codes_both_occur() {
        let dialled = |code: &str| COUNTRIES[usize::from(position(code))].number(123_456_789);
        assert!(dialled("US").starts_with("+1") && dialled("CA").starts_with("+1"));
        assert!(dialled("RU").starts_with("+79") && dialled("KZ").starts_with("+77"));
    }

    #[test]
    fn numbers_have_a_fixed_length_per_opening() {
        for country in COUNTRIES {
            for digits in [0, 64, 6_400, u64::MAX] {
                let number = country.number(digits);
                assert!((9..=15).contains(&(number.len() - 1)), "{number}");
                assert!(number[1..].bytes().all(|byte| byte.is_ascii_digit()), "{number}");
            }
        }
    }

    #[test]
    fn wall_clock_follows_the_offset() {
        let brazil = &COUNTRIES[usize::from(position("BR"))];
        assert_eq!(brazil.local_hour(0), 21);
        assert!(!brazil.weekend(0));
        assert!(brazil.weekend(3 * DAY));
    }
}
