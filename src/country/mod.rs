//! Countries of phone numbers and mobile networks, as ISO 3166-1 alpha-2.

mod mcc;

use rlibphonenumber::PHONE_NUMBER_UTIL;

pub use mcc::of_mcc;

/// Country of an E.164 number; `None` where it cannot be read. Services mask digits (`+65xxxxxxxx`):
/// those left decide where their calling code belongs to one country.
pub fn of_number(number: &str) -> Option<String> {
    let digits = number.trim().strip_prefix('+')?;
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let parsed = PHONE_NUMBER_UTIL.parse(number.trim(), None).ok();
        if let Some(region) = parsed.and_then(|parsed| PHONE_NUMBER_UTIL.get_region_for_number(&parsed)) {
            return alpha_2(&region.as_region_str());
        }
    }
    of_calling_code(digits)
}

/// The country of the leading calling code, if it has only one.
fn of_calling_code(digits: &str) -> Option<String> {
    let visible = digits.bytes().take_while(u8::is_ascii_digit).count();
    (1..=visible.min(3)).find_map(|length| {
        let code = digits.get(..length)?.parse().ok()?;
        let mut regions = PHONE_NUMBER_UTIL.get_regions_for_country_calling_code(code)?;
        let region = regions.next()?;
        if regions.next().is_none() { alpha_2(&region.as_region_str()) } else { None }
    })
}

/// Calling codes without a country (`001`: freephone, satellites) have no alpha-2.
fn alpha_2(region: &str) -> Option<String> {
    (region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase())).then(|| region.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_calling_codes_are_split() {
        for (number, country) in [
            ("+12025550101", "US"),
            ("+14165550101", "CA"),
            ("+18095550123", "DO"),
            ("+18765550123", "JM"),
            ("+17875550123", "PR"),
            ("+79123456789", "RU"),
            ("+77711234567", "KZ"),
            ("+447400123456", "GB"),
            ("+5511961234567", "BR"),
            ("+4915123456789", "DE"),
            ("+2348021234567", "NG"),
            ("+6591231234", "SG"),
            ("+393471234567", "IT"),
        ] {
            assert_eq!(of_number(number).as_deref(), Some(country), "{number}");
        }
    }

    #[test]
    fn what_is_masked_or_no_number_decides_nothing_it_does_not_show() {
        assert_eq!(of_number("+65xxxxxxxx").as_deref(), Some("SG"));
        assert_eq!(of_number("+55XXXXXXX1234").as_deref(), Some("BR"));
        for unreadable in
            ["+1XXX5550100", "+7XXX", "", "+", "55119", "HIDDEN_DUE_TO_SECURITY_REASONS", "+999123456789", "+٣٣"]
        {
            assert_eq!(of_number(unreadable), None, "{unreadable}");
        }
    }

    #[test]
    fn freephone_numbers_have_no_country() {
        assert_eq!(of_number("+80012345678"), None);
    }
}
