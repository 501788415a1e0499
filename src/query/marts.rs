//! The marts: what outsiders may read, with what each column holds, as their query files say.

use std::sync::LazyLock;

use serde::Serialize;

use crate::store::catalogue;

/// A table that outsiders may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mart {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub purpose: String,
    /// What a row is.
    pub grain: String,
    /// Where it is known from.
    pub evidence: String,
    /// The column whose day a row belongs to; none where rows tell how it is now.
    pub day: Option<String>,
    /// Its columns, in their order.
    pub columns: Vec<MartColumn>,
}

impl Mart {
    /// Whether it has a column of that name.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known.name == column)
    }
}

/// A column of a mart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MartColumn {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub meaning: String,
}

/// Every mart, by name.
pub fn marts() -> &'static [Mart] {
    static MARTS: LazyLock<Vec<Mart>> = LazyLock::new(|| {
        let of = |query: &'static crate::store::Query| {
            let name = query.name.strip_prefix("marts/")?;
            Some(Mart {
                name,
                purpose: query.purpose(),
                grain: query.told("grain"),
                evidence: query.told("evidence"),
                day: Some(query.told("day")).filter(|day| !day.is_empty()),
                columns: query.columns().into_iter().map(|(name, meaning)| MartColumn { name, meaning }).collect(),
            })
        };
        catalogue().filter_map(of).collect()
    });
    &MARTS
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::path::Path;

    use super::*;

    /// `queries/marts/README.md` is made of the files' headers. `MFASCOPE_UPDATE=1` writes it anew.
    #[test]
    fn the_marts_are_told_in_their_folder() {
        let mut text = String::from(
            "# Marts\n\nWhat outsiders may read, through `/sql`, the API, the command line and SQL clients. Timestamps are UTC; units \
             are in column names. No mart\nholds a phone number, an e-mail address, an IP address, a user name, a token or a code. Made of the headers \
             of the files here.\n",
        );
        for mart in marts() {
            let Mart { name, purpose, grain, evidence, columns, .. } = mart;
            write!(
                text,
                "\n## `{name}`\n\n{purpose}. Grain: {grain}. Evidence: {evidence}.\n\n| column | meaning |\n|---|---|\n"
            )
            .expect("written");
            for MartColumn { name, meaning } in columns {
                writeln!(text, "| `{name}` | {meaning} |").expect("written");
            }
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/marts/README.md");
        if std::env::var_os("MFASCOPE_UPDATE").is_some() {
            std::fs::write(&path, &text).expect("written");
        }
        let told = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(told == text, "queries/marts/README.md is not what the files say: run once with MFASCOPE_UPDATE=1");
    }
}
