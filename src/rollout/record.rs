//! Decisions that are kept: what was known when somebody decided, so that nobody can change it afterwards unseen.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Something that two records say differently.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Difference {
    /// Where in the document, like `simulation.users.blocked`.
    pub place: String,
    /// What the first says; null where it says nothing.
    pub first: Value,
    /// What the second says.
    pub second: Value,
}

/// SHA-256 of a document as it is written, in hexadecimal. Read and written again, a number may lose its last digit.
pub fn fingerprint(document: &str) -> String {
    let digest = Sha256::digest(document);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What two documents say differently, in the order of the places.
pub fn compare(first: &Value, second: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    walk("", first, second, &mut differences);
    differences
}

fn walk(place: &str, first: &Value, second: &Value, differences: &mut Vec<Difference>) {
    let below = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
    match (first, second) {
        (Value::Object(one), Value::Object(other)) => {
            let mut keys: Vec<&String> = one.keys().chain(other.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let (one, other) = (one.get(key).unwrap_or(&Value::Null), other.get(key).unwrap_or(&Value::Null));
                walk(&below(key), one, other, differences);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                walk(&below(&index.to_string()), one, other, differences);
            }
        }
        (one, other) if one == other => {}
        (one, other) => {
            differences.push(Difference { place: place.to_owned(), first: one.clone(), second: other.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_fingerprint_is_that_of_the_text() {
        // printf '{"a":[true,null],"b":1}' | sha256sum
        let expected = "51705a2c9eb3e7e410a58f696a770c3ac3885a0cf43eb7fc88f5e47c11d4d30d";
        assert_eq!(fingerprint(r#"{"a":[true,null],"b":1}"#), expected);
        assert_ne!(fingerprint(r#"{"a":[true,null],"b":2}"#), expected);
    }

    #[test]
    fn differences_are_told_by_place() {
        let first = json!({"users": {"blocked": 3, "satisfied": 9}, "peaks": [1, 2], "same": "x"});
        let second = json!({"users": {"blocked": 1, "satisfied": 9}, "peaks": [1], "same": "x", "new": true});
        let places: Vec<String> = compare(&first, &second).into_iter().map(|each| each.place).collect();
        assert_eq!(places, ["new", "peaks", "users.blocked"]);
        assert!(compare(&first, &first).is_empty());
    }
}
