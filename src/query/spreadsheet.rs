//! Texts that somebody opens in a spreadsheet.

/// A cell that no spreadsheet takes for a formula.
pub fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+44", "-x", "@SUM(A1)", "\tx"] {
            assert!(inert(text).starts_with('\''), "{text}");
        }
        assert_eq!(inert("ana=b"), "ana=b");
    }
}
