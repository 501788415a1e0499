//! `userAgent` → product and release of the client software.
//!
//! Anybody may write anything there. Only a product token that looks like one is kept, and of it only
//! letters, few digits and a short version: no address, number or text slips through.
//! Tokens: RFC 9110, section 10.1.5.

use std::borrow::Cow;
use std::net::Ipv4Addr;

/// Tokens looked at; more is nobody's user agent.
const LONGEST_AGENT: usize = 64;
const LONGEST_NAME: usize = 32;
/// More digits than this in a name could be a number somebody is called at.
const NAME_DIGITS: usize = 4;
const PART_DIGITS: usize = 5;
/// All parts of a version together: a phone number has ten.
const VERSION_DIGITS: usize = 9;

/// Product tokens of browsers, the telling ones first: all claim to be Safari, most to be Chrome.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("EdgA", "Edge"),
    ("EdgiOS", "Edge"),
    ("OPR", "Opera"),
    ("OPT", "Opera"),
    ("SamsungBrowser", "SamsungBrowser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Version", "Safari"),
];

/// Say who made the software, not what it is (AWS partners: `APN/1.0 HashiCorp/1.0 Terraform/1.10.3`).
const MAKERS: &[&str] = &["APN", "HashiCorp"];

/// Product and release, like `NorthwindShop/7.3.0`, `Chrome/131` or `aws-sdk-js/3.600`; at most 48
/// ASCII characters. Apps name themselves before the SDK they use, SDKs before their parts.
pub(super) fn product(user_agent: &str) -> Option<String> {
    let mut products = tokens(user_agent).peekable();
    if products.peek().is_some_and(|(name, _)| *name == "Mozilla") {
        return browser(products);
    }
    products.filter(|(name, _)| !MAKERS.contains(name)).find_map(|(name, text)| {
        let name = plausible_name(name)?;
        Some(format!("{name}/{}", version(text)?))
    })
}

fn browser<'a>(products: impl Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    let mut is_safari = false;
    for (name, text) in products {
        is_safari |= name == "Safari";
        let Some(rank) = BROWSERS.iter().position(|(token, _)| *token == name) else { continue };
        let major = leading_digits(text);
        if (1..=PART_DIGITS).contains(&major.len()) && best.is_none_or(|(other, _)| rank < other) {
            best = Some((rank, major));
        }
    }
    let (rank, major) = best?;
    let (token, name) = BROWSERS.get(rank)?;
    (*token != "Version" || is_safari).then(|| format!("{name}/{major}"))
}

/// `Name/rest` tokens outside of parenthesised comments.
fn tokens(user_agent: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut depth = 0_usize;
    user_agent.split_ascii_whitespace().take(LONGEST_AGENT).filter_map(move |token| {
        if depth > 0 || token.starts_with('(') {
            depth = token.bytes().fold(depth, |depth, byte| match byte {
                b'(' => depth + 1,
                b')' => depth.saturating_sub(1),
                _ => depth,
            });
            return None;
        }
        token.trim_start_matches('[').split_once('/')
    })
}

/// The name when it can be one of a product. Apple's network library writes the app's spaces as `%20`.
fn plausible_name(name: &str) -> Option<Cow<'_, str>> {
    if name.len() > 2 * LONGEST_NAME {
        return None;
    }
    let name = if name.contains('%') { Cow::Owned(name.replace("%20", "-")) } else { Cow::Borrowed(name) };
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let longest_run = name.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let fits = name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && name.bytes().any(|byte| byte.is_ascii_alphabetic())
        && digits <= NAME_DIGITS
        && longest_run < 4;
    fits.then_some(name)
}

/// Up to three dotted numbers at the start of the text; what follows them is dropped.
fn version(text: &str) -> Option<&str> {
    let text = text.strip_prefix('v').unwrap_or(text);
    // An address would leave its network in three numbers.
    let longest = if is_address(text) { 2 } else { 3 };
    let (mut end, mut digits) = (0, 0);
    for (index, part) in text.split('.').take(longest).enumerate() {
        let number = leading_digits(part);
        digits += number.len();
        if number.is_empty() || number.len() > PART_DIGITS || digits > VERSION_DIGITS {
            break;
        }
        end += usize::from(index > 0) + number.len();
        if number.len() < part.len() {
            break;
        }
    }
    text.get(..end).filter(|version| !version.is_empty())
}

fn is_address(text: &str) -> bool {
    let end = text.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).is_some_and(|numbers| numbers.trim_end_matches('.').parse::<Ipv4Addr>().is_ok())
}

fn leading_digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn apps_are_named_before_their_sdks() {
        for (user_agent, expected) in [
            ("NorthwindShop/7.3.0 (Android 15; Pixel 8) okhttp/4.12.0", "NorthwindShop/7.3.0"),
            ("kiosk/2.9 aws-sdk-js/3.717.0", "kiosk/2.9"),
            ("Northwind%20Shop/412 CFNetwork/1568.200.51 Darwin/24.1.0", "Northwind-Shop/412"),
            ("APN/1.0 HashiCorp/1.0 Terraform/1.10.3 aws-sdk-go-v2/1.32.7", "Terraform/1.10.3"),
            ("NorthwindShop/v7.3.0-beta.2+881 okhttp/4.12.0", "NorthwindShop/7.3.0"),
            ("(comment (nested) App/9.9) NorthwindShop/7.3", "NorthwindShop/7.3"),
        ] {
            assert_eq!(product(user_agent).as_deref(), Some(expected), "{user_agent}");
        }
    }

    #[test]
    fn sdks_stand_for_themselves() {
        for (user_agent, expected) in [
            ("aws-sdk-js/3.600 os/linux lang/js", "aws-sdk-js/3.600"),
            ("aws-sdk-java/2.29.43 md/io#sync ua/2.1 os/Linux", "aws-sdk-java/2.29.43"),
            ("aws-sdk-go-v2/1.32.7 os/linux", "aws-sdk-go-v2/1.32.7"),
            ("Boto3/1.35.90 md/Botocore#1.35.90", "Boto3/1.35.90"),
            ("[Botocore/1.35.90]", "Botocore/1.35.90"),
            ("aws-amplify/6.0.7 auth/4 framework/2", "aws-amplify/6.0.7"),
            ("aws-cli/2.22.26 md/awscrt#0.23.4 ua/2.0", "aws-cli/2.22.26"),
            ("okhttp/4.12.0", "okhttp/4.12.0"),
            ("CFNetwork/1568.200.51 Darwin/24.1.0", "CFNetwork/1568.200.51"),
        ] {
            assert_eq!(product(user_agent).as_deref(), Some(expected), "{user_agent}");
        }
    }

    #[test]
    fn browsers_are_told_by_their_own_token() {
        let chrome =
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
        let safari = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15";
        for (user_agent, expected) in [
            (chrome.to_owned(), Some("Chrome/131")),
            (format!("{chrome} Edg/130.0.2849.80"), Some("Edge/130")),
            (format!("{chrome} OPR/115.0.0.0"), Some("Opera/115")),
            (safari.to_owned(), Some("Safari/18")),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0".to_owned(), Some("Firefox/133")),
            (
                "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1".to_owned(),
                Some("Chrome/131"),
            ),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)".to_owned(), None),
            ("Mozilla/5.0 Version/18.2".to_owned(), None),
            ("Mozilla/5.0 Chrome/5550100".to_owned(), None),
        ] {
            assert_eq!(product(&user_agent).as_deref(), expected, "{user_agent}");
        }
    }

    #[test]
    fn what_is_no_product_is_dropped() {
        for user_agent in [
            "",
            "test",
            "cloudformation.amazonaws.com",
            "AWS Internal",
            "<script>alert(1)</script> \"'; drop table events; --",
            "=HYPERLINK(\"http://example.com\")\t\u{202e}\u{0}\n",
            "=cmd/1.0",
            "-cmd/1.0",
            "someone@example.com/1.0",
            "198.51.100.7/1.0",
            "ip-198-51-100-7/1.0",
            "user5550100/1.0",
            "App/5550100",
            "App/latest",
            "Größe/1.0",
            "(never closed App/1.0",
            "/",
            "//1.0",
            "a-name-that-is-longer-than-thirty-two-letters/1.0",
        ] {
            assert_eq!(product(user_agent), None, "{user_agent:?}");
        }
    }

    #[test]
    fn addresses_and_numbers_do_not_hide_in_versions() {
        assert_eq!(product("App/198.51.100.7").as_deref(), Some("App/198.51"));
        assert_eq!(product("App/555.010.0123").as_deref(), Some("App/555.010"));
        assert_eq!(product("App/1.2.3.4567").as_deref(), Some("App/1.2.3"));
        assert_eq!(product("App/7.123456").as_deref(), Some("App/7"));
        assert_eq!(product("App/7.3.0@example.com").as_deref(), Some("App/7.3.0"));
    }

    proptest! {
        #[test]
        fn whatever_is_kept_is_short_and_plain(user_agent in r"(Mozilla/5\.0 )?([A-Za-z0-9%@._=<-]{0,40}/[v0-9.@-]{0,20}[ (]?|\PC{0,30}){0,5}") {
            if let Some(kept) = product(&user_agent) {
                prop_assert!(kept.len() <= 48, "{}", kept);
                prop_assert!(kept.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte)), "{}", kept);
                let (name, version) = kept.split_once('/').expect("a name and a version");
                prop_assert!(name.bytes().any(|byte| byte.is_ascii_alphabetic()), "{}", kept);
                prop_assert!((1..=3).contains(&version.split('.').count()), "{}", kept);
                prop_assert!(version.split('.').all(|part| part.parse::<u32>().is_ok_and(|part| part < 100_000)), "{}", kept);
            }
        }
    }
}
