//! Free text made harmless: what services say, without what people typed.

use super::vocabulary::is_word;

const LONGEST: usize = 120;

/// Stands for everything left out.
const GAP: &str = "…";

/// What may stand between the words of one token, as in `sns:Publish` or `unreachable/unavailable`. No dot: domains
/// are made of words, too.
const BETWEEN: [char; 5] = ['-', '/', '\'', '_', ':'];

/// The words of the text that are in the vocabulary, gaps for the rest; `None` when no word is left.
/// At most 120 bytes. A name, an address, a number, a token or a code is in no vocabulary, however it is spelled.
pub(super) fn harmless(text: &str) -> Option<String> {
    let mut kept = String::new();
    let mut has_words = false;
    for token in text.split_ascii_whitespace() {
        let word = word(token);
        let piece = word.unwrap_or(GAP);
        if word.is_none() && kept.ends_with(GAP) {
            continue;
        }
        if kept.len() + 1 + piece.len() > LONGEST {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(piece);
        has_words |= word.is_some();
    }
    has_words.then_some(kept)
}

/// The token with at most one mark behind it, when all its words are in the vocabulary.
fn word(token: &str) -> Option<&str> {
    let start = token.find(|c: char| c.is_ascii_alphabetic())?;
    let end = token.rfind(|c: char| c.is_ascii_alphabetic())? + 1;
    let is_mark = |text: &str| text.chars().all(|c| c.is_ascii_punctuation());
    let fits = is_mark(token.get(..start)?) && is_mark(token.get(end..)?) && is_made_of_words(token.get(start..end)?);
    let end = if token.get(end..)?.starts_with(['.', ',', ':', ';']) { end + 1 } else { end };
    token.get(start..end).filter(|_| fits)
}

/// Whether all words of `RefreshToken`, `SMS_MFA` or `unreachable/unavailable` are in the vocabulary.
fn is_made_of_words(token: &str) -> bool {
    token.split(BETWEEN).all(|part| !part.is_empty() && (is_word(part) || humps(part).all(is_word)))
}

/// `RefreshToken` → `Refresh`, `Token`.
fn humps(part: &str) -> impl Iterator<Item = &str> {
    part.as_bytes()
        .chunk_by(|before, byte| !(before.is_ascii_lowercase() && byte.is_ascii_uppercase()))
        .map(|hump| str::from_utf8(hump).unwrap_or_default())
}

/// A constant of an API, like `SOFTWARE_TOKEN_MFA` or `SignIn`, where callers can write anything. What is not made
/// of words of the vocabulary is left out.
pub(super) fn constant(text: &str) -> Option<String> {
    (text.len() <= LONGEST_CONSTANT && is_made_of_words(text)).then(|| text.to_owned())
}

const LONGEST_CONSTANT: usize = 40;

/// The text when it is a plausible identifier: ASCII letters, digits and `extra`, not too long.
/// For members that AWS itself writes.
pub(super) fn identifier(text: &str, longest: usize, extra: &str) -> Option<String> {
    let fits = !text.is_empty()
        && text.len() <= longest
        && text.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c));
    fits.then(|| text.to_owned())
}

/// The id of an app client. Digits alone could be the number of somebody who typed it there.
pub(super) fn client_id(text: &str) -> Option<String> {
    identifier(text, 128, "_+").filter(|id| id.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

/// The id of a user pool, like `us-east-1_AbC123`. Anything else could be a name that somebody typed.
pub(super) fn pool_id(text: &str) -> Option<String> {
    let (region, name) = text.split_once('_')?;
    let is_region = region.contains('-') && region.ends_with(|c: char| c.is_ascii_digit());
    identifier(text, 55, "-_").filter(|_| is_region && !name.is_empty() && !name.contains(['-', '_']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode::hostile::{is_leaked, personal};

    #[test]
    fn what_services_say_stays() {
        for text in [
            "Phone carrier is currently unreachable/unavailable",
            "Invalid code or auth state for the user.",
            "The security token included in the request is invalid.",
            "Monthly spend limit reached for account",
            "Software Token MFA has not been enabled by the userPool",
            "not authorized to perform: sns:Publish on resource",
            "Rate exceeded",
        ] {
            assert_eq!(harmless(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_people_typed_is_gone() {
        for (text, kept) in [
            ("User \"ana costa\" <ana@example.com>\t+15550100 failed 12 times\u{202e}", "User … failed …"),
            ("User ana-costa does not exist.", "User … does not exist."),
            ("Code 12 34 56 is wrong", "Code … is wrong"),
            ("No route to 10.0.2.1 (2001:db8::1)", "No route to …"),
            ("token eyJhbGciOi is expired", "token … is expired"),
            ("Unable to reach the phone of Ana", "Unable to reach the phone of …"),
            ("=cmd('delete') [error]", "… error"),
        ] {
            assert_eq!(harmless(text).as_deref(), Some(kept), "{text}");
        }
        for nothing in ["", " ", "ana", "+1 202 555 0101", "\"Ana\" <ana@example.com>", "…", "-- .", "дом"] {
            assert_eq!(harmless(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(harmless(&"word ".repeat(100)).map(|text| text.len()), Some(119));
        assert_eq!(harmless(&format!("word {}", "ana 123 ".repeat(100))).as_deref(), Some("word …"));
    }

    #[test]
    fn a_pool_id_begins_with_a_region() {
        for id in ["us-east-1_AbC123", "us-gov-west-1_a", "ap-northeast-2_EXAMPLE"] {
            assert_eq!(pool_id(id).as_deref(), Some(id));
        }
        for other in
            ["", "_", "ana_costa", "us-east-1_", "us-east-1", "a-1_b_c", "us-east-1_a@b", "us_east-1", "+1-5_5"]
        {
            assert_eq!(pool_id(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn nothing_planted_is_kept(
            before in "(User|Failed to send|Invalid code for|user=|\\PC{0,12})",
            planted in personal(),
            after in "( is unreachable| not found[.]|, code expired|\\PC{0,12})",
        ) {
            let text = format!("{before} {planted}{after}");
            let (kept, kept_without) = (harmless(&text), harmless(&format!("{before} {after}")));
            let (kept, kept_without) = (kept.unwrap_or_default(), kept_without.unwrap_or_default());
            prop_assert!(!is_leaked(&planted, &kept, &kept_without), "{text} → {kept}");
            prop_assert!(!kept.contains(|c: char| c.is_ascii_digit() || c == '@'), "{kept}");
            prop_assert!(constant(&planted).is_none() && pool_id(&planted).is_none(), "{planted}");
        }

        #[test]
        fn only_words_of_the_vocabulary_are_kept(text in "(\\PC{0,8}|[A-Za-z._/-]{0,12}|code|Token's|=error){0,12}") {
            let kept = harmless(&text).unwrap_or_default();
            prop_assert!(kept.len() <= LONGEST, "{kept}");
            for word in kept.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
                prop_assert!(is_made_of_words(word), "{word} of {kept}");
            }
            prop_assert!(!kept.starts_with(['=', '+', '-', '@']), "{kept}");
        }
    }
}
