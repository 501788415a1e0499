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
    /// Its columns, in their order.
    pub columns: Vec<MartColumn>,
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
                columns: query.columns().into_iter().map(|(name, meaning)| MartColumn { name, meaning }).collect(),
            })
        };
        catalogue().filter_map(of).collect()
    });
    &MARTS
}
