//! Free text made harmless: what services say, without what people typed.

const LONGEST: usize = 120;

/// The text without quoted parts, addresses and numbers; `None` when nothing is left. Printable ASCII,
/// at most 120 characters.
pub(super) fn harmless(text: &str) -> Option<String> {
    let mut kept = String::with_capacity(text.len().min(LONGEST));
    let unquoted = text.split('"').step_by(2).flat_map(|part| part.split_ascii_whitespace());
    for word in unquoted.filter(|word| !word.contains(['@', '\''])) {
        if kept.len() >= LONGEST {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        push_word(&mut kept, word);
    }
    kept.truncate(LONGEST);
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

fn push_word(kept: &mut String, word: &str) {
    let mut digits = 0;
    for c in word.chars().filter(char::is_ascii_graphic).take(LONGEST) {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        match digits {
            0..3 => kept.push(c),
            3 => {
                kept.truncate(kept.len() - 2);
                kept.push('#');
            }
            _ => {}
        }
    }
}

/// The text when it is a plausible identifier: ASCII letters, digits and `extra`, not too long.
/// Everything kept of a record's free text passes here, so no address or code can slip through.
pub(super) fn identifier(text: &str, longest: usize, extra: &str) -> Option<String> {
    let fits = !text.is_empty()
        && text.len() <= longest
        && text.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c));
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_is_gone() {
        let text = "User \"ana costa\" <ana@example.com>\t+15550100 failed 12 times\u{202e}";
        assert_eq!(harmless(text).as_deref(), Some("User +# failed 12 times"));
        assert_eq!(harmless("\"all of it\" "), None);
        assert_eq!(harmless(&"word ".repeat(100)).map(|text| text.len()), Some(119));
    }
}
