//! Answers that many ask for: made once, plain and packed.

use std::io::Write;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

/// A text, plain and packed. Cheap to clone.
#[derive(Clone)]
pub(super) struct Packed {
    plain: Bytes,
    packed: Bytes,
}

impl Packed {
    /// Packs a text.
    pub(super) fn of(text: String) -> Self {
        let mut packer = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::fast());
        // Writing to memory does not fail; what did not get packed is served as it is.
        let packed = packer.write_all(text.as_bytes()).and_then(|()| packer.finish()).unwrap_or_default();
        Self { plain: text.into(), packed: packed.into() }
    }

    /// The answer, packed for those who can unpack it.
    pub(super) fn answer(&self, asked: &HeaderMap, content_type: &'static str, vary: &'static str) -> Response {
        let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|accepted| accepted.to_str().ok());
        let always = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-store"), (header::VARY, vary)];
        // Whoever refuses gzip by name is rare; the layer above packs for those who want something else.
        if accepted.is_some_and(takes_gzip) && !self.packed.is_empty() {
            (always, [(header::CONTENT_ENCODING, "gzip")], self.packed.clone()).into_response()
        } else {
            (always, self.plain.clone()).into_response()
        }
    }
}

fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("gzip") && !parts.any(|part| matches!(part, "q=0" | "q=0.0"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_only_for_those_who_want_it() {
        for accepted in ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "deflate,gzip"] {
            assert!(takes_gzip(accepted), "{accepted}");
        }
        for accepted in ["", "identity", "gzip;q=0", "x-gzip", "br, gzip; q=0"] {
            assert!(!takes_gzip(accepted), "{accepted}");
        }
    }
}
