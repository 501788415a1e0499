//! Countries of phone numbers and mobile networks, as ISO 3166-1 alpha-2.

mod mcc;
mod names;

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

pub use mcc::of_mcc;
pub use names::{NAMES, name};

/// Country of an E.164 number; `None` where it cannot be read. Services mask digits (`+65xxxxxxxx`):
/// those left decide where their calling code belongs to one country.
pub fn of_number(number: &str) -> Option<String> {
    let number = number.trim();
    let digits = number.strip_prefix('+')?;
    let mut regions = calling_code_regions(digits)?.map(country);
    let first = regions.next()?;
    if regions.all(|region| region == first) {
        return alpha_2(first);
    }
    // A shared code: only the whole number tells, and reading that is the dear part.
    let is_whole = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole { read_in_full(number) } else { None }
}

fn read_in_full(number: &str) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(number, None).ok()?;
    PHONE_NUMBER_UTIL.get_region_for_number(&number).and_then(alpha_2)
}

/// The regions that share the calling code at the start of these digits. No code is the start of another.
fn calling_code_regions(digits: &str) -> Option<impl ExactSizeIterator<Item = Region>> {
    let visible = digits.bytes().take_while(u8::is_ascii_digit).count();
    if digits.starts_with('0') {
        return None;
    }
    (1..=visible.min(3)).find_map(|length| {
        let code = digits.get(..length)?.parse().ok()?;
        PHONE_NUMBER_UTIL.get_regions_for_country_calling_code(code)
    })
}

/// Two islands have a calling code of their own but share the country code of a third (ISO 3166-1: `SH`,
/// Saint Helena, Ascension and Tristan da Cunha).
fn country(region: Region) -> Region {
    match region {
        Region::AC | Region::TA => Region::SH,
        region => region,
    }
}

/// Calling codes without a country (freephone, satellites) have no alpha-2.
fn alpha_2(region: Region) -> Option<String> {
    (region != Region::World).then(|| country(region).as_region_str().to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;
    use rlibphonenumber::{PhoneNumberFormat, PhoneNumberType};

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
            ("+447781123456", "GG"),
            ("+393471234567", "IT"),
            ("+390669812345", "VA"),
            ("+212650123456", "MA"),
            ("+262692123456", "RE"),
            ("+262639012345", "YT"),
            ("+4740612345", "NO"),
            ("+4779123456", "SJ"),
            ("+358412345678", "FI"),
            ("+61412345678", "AU"),
            ("+590690001234", "GP"),
            ("+59995181234", "CW"),
        ] {
            assert_eq!(of_number(number).as_deref(), Some(country), "{number}");
        }
    }

    #[test]
    fn a_calling_code_of_one_country_decides() {
        for (number, country) in [
            ("+5511961234567", "BR"),
            ("+4915123456789", "DE"),
            ("+2348021234567", "NG"),
            ("+6591231234", "SG"),
            ("+383443212345", "XK"),
            ("+24740123", "SH"),
            ("+2908999", "SH"),
            ("+29051234", "SH"),
        ] {
            assert_eq!(of_number(number).as_deref(), Some(country), "{number}");
        }
    }

    #[test]
    fn what_is_masked_or_no_number_decides_nothing_it_does_not_show() {
        assert_eq!(of_number("+65xxxxxxxx").as_deref(), Some("SG"));
        assert_eq!(of_number("+55XXXXXXX1234").as_deref(), Some("BR"));
        assert_eq!(of_number(" +234******567 ").as_deref(), Some("NG"));
        for unreadable in [
            "+1XXX5550100",
            "+1416*******",
            "+7XXX",
            "+44XXXXXXXX11",
            "+2XXXXXXXXXX",
            "+23XXXXXXXXX",
            "+055119612345",
            "+0012025550101",
            "",
            "+",
            "55119",
            "HIDDEN_DUE_TO_SECURITY_REASONS",
            "+999123456789",
            "+٣٣",
        ] {
            assert_eq!(of_number(unreadable), None, "{unreadable}");
        }
    }

    #[test]
    fn numbers_of_no_country_have_none() {
        for number in ["+80012345678", "+870773111632", "+881612345678", "+88312345678", "+979123456789"] {
            assert_eq!(of_number(number), None, "{number}");
        }
    }

    #[test]
    fn the_short_way_leads_where_a_full_reading_does() {
        use PhoneNumberType::{FixedLine, Mobile, TollFree, VoIP};

        let mut compared = 0;
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            for kind in [Mobile, FixedLine, TollFree, VoIP] {
                let Ok(number) = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind) else {
                    continue;
                };
                let number = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164);
                assert_eq!(of_number(&number), read_in_full(&number), "{number}");
                compared += 1;
            }
        }
        assert!(compared > 600, "{compared}");
    }

    proptest! {
        #[test]
        fn any_number_is_read_as_in_full(
            code in select(PHONE_NUMBER_UTIL.get_supported_calling_codes().collect::<Vec<_>>()),
            national in "[0-9]{6,12}",
        ) {
            let number = format!("+{code}{national}");
            prop_assume!(number.len() <= 16);
            if let Some(country) = read_in_full(&number) {
                prop_assert_eq!(of_number(&number), Some(country), "{}", number);
            }
        }

        #[test]
        fn any_text_is_answered(text in r"\+?[0-9 xX*٣()-]{0,20}|.{0,40}") {
            of_number(&text);
        }
    }
}
