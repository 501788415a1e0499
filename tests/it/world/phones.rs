//! Numbers that exist nowhere, and the countries that Google's libphonenumber puts them in.

pub struct Country {
    /// The label; a number that belongs to no country has none.
    pub code: &'static str,
    /// A number without its last four digits.
    prefix: &'static str,
    /// The networks of the country.
    pub mcc: u16,
}

/// Two calling codes are shared: +1 by three of these, +7 by two.
pub const COUNTRIES: [Country; 13] = [
    Country { code: "US", prefix: "+1206555", mcc: 310 },
    Country { code: "CA", prefix: "+1416555", mcc: 302 },
    Country { code: "JM", prefix: "+1876210", mcc: 338 },
    Country { code: "RU", prefix: "+7912555", mcc: 250 },
    Country { code: "KZ", prefix: "+7701555", mcc: 401 },
    Country { code: "GB", prefix: "+44740012", mcc: 234 },
    Country { code: "DE", prefix: "+491512345", mcc: 262 },
    Country { code: "BR", prefix: "+551196123", mcc: 724 },
    Country { code: "IN", prefix: "+91812345", mcc: 404 },
    Country { code: "SG", prefix: "+658123", mcc: 525 },
    Country { code: "FR", prefix: "+3361234", mcc: 208 },
    Country { code: "JP", prefix: "+81901234", mcc: 440 },
    // International freephone.
    Country { code: UNKNOWN, prefix: "+8001234", mcc: 0 },
];
pub const UNKNOWN: &str = "unknown";
/// Cognito sends a message there whenever somebody configures its SMS.
pub const COGNITO_TEST: &str = "+12064350128";

/// The country of the user with this number in the plan.
pub fn country(number: usize) -> &'static str {
    COUNTRIES[number % COUNTRIES.len()].code
}

/// A phone number in the country of that user.
pub fn phone(number: usize) -> String {
    COUNTRIES[number % COUNTRIES.len()].phone(number)
}

impl Country {
    pub fn phone(&self, number: usize) -> String {
        format!("{}{:04}", self.prefix, number % 10_000)
    }
}

/// What of a number must be found nowhere.
pub fn secrets<'a>() -> impl Iterator<Item = &'a str> {
    COUNTRIES.iter().map(|country| country.prefix)
}
