//! The SQL of `queries/**`, embedded in one place.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "queries/"]
struct Files;

/// One query file.
#[derive(Clone, Debug)]
pub struct Query {
    /// Folder and name, like `metrics/pool`.
    pub name: String,
    /// The whole file, header included.
    pub sql: String,
}

static CATALOGUE: LazyLock<BTreeMap<String, Query>> = LazyLock::new(|| {
    Files::iter()
        .filter_map(|path| {
            let file = Files::get(&path)?;
            let name = path.strip_suffix(".sql")?.to_owned();
            let sql = String::from_utf8_lossy(&file.data).into_owned();
            Some((name.clone(), Query { name, sql }))
        })
        .collect()
});

/// Every query file by name.
pub fn catalogue() -> impl Iterator<Item = &'static Query> {
    CATALOGUE.values()
}

/// The text of one query file.
pub(super) fn sql(name: &str) -> Result<&'static str, duckdb::Error> {
    CATALOGUE
        .get(name)
        .map(|query| query.sql.as_str())
        .ok_or_else(|| duckdb::Error::InvalidParameterName(format!("no query file {name}.sql")))
}
