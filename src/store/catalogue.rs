//! The SQL of `queries/**`, embedded in one place.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use duckdb::ToSql;
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
    /// Parameters that it names, without the dollar sign.
    pub parameters: Vec<String>,
}

impl Query {
    fn new(name: String, sql: String) -> Self {
        let mut parameters: Vec<String> = pieces(&sql)
            .filter_map(|piece| match piece {
                Piece::Parameter(name) => Some(name.to_owned()),
                Piece::Text(_) => None,
            })
            .collect();
        parameters.sort_unstable();
        parameters.dedup();
        Self { name, sql, parameters }
    }

    /// Those of the parameters that it names.
    pub(super) fn named<'a>(&self, parameters: &[(&'a str, &'a dyn ToSql)]) -> Vec<(&'a str, &'a dyn ToSql)> {
        parameters.iter().filter(|(name, _)| self.parameters.iter().any(|each| each == name)).copied().collect()
    }

    /// What the header says it is for.
    pub fn purpose(&self) -> String {
        self.told("purpose")
    }

    /// What the header says of one thing; empty where it says nothing.
    pub fn told(&self, key: &str) -> String {
        let begin = format!(" {key}: ");
        let after = self.header().skip_while(|line| !line.starts_with(&begin));
        let lines = after.enumerate().take_while(|(index, line)| *index == 0 || line.starts_with("   "));
        let words: Vec<&str> = lines.map(|(_, line)| line.strip_prefix(&begin).unwrap_or(line).trim()).collect();
        words.join(" ")
    }

    /// Names and meanings that the header lists under `columns`.
    pub fn columns(&'static self) -> Vec<(&'static str, String)> {
        let mut columns: Vec<(&str, String)> = Vec::new();
        for line in self.header().skip_while(|line| *line != " columns:").skip(1) {
            match (line.strip_prefix("     "), line.trim().split_once(": ")) {
                (Some(more), _) => {
                    if let Some((_, meaning)) = columns.last_mut() {
                        meaning.push(' ');
                        meaning.push_str(more.trim());
                    }
                }
                (None, Some((name, meaning))) => columns.push((name, meaning.to_owned())),
                (None, None) => break,
            }
        }
        columns
    }

    /// Lines of the header, without their hyphens.
    fn header(&self) -> impl Iterator<Item = &str> {
        self.sql.lines().map_while(|line| line.strip_prefix("--"))
    }

    /// The text with every parameter replaced, comments excepted.
    pub fn bound(&self, literal: impl Fn(&str) -> String) -> String {
        pieces(&self.sql)
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Parameter(name) => literal(name),
            })
            .collect()
    }
}

/// A part of a query file.
enum Piece<'a> {
    /// Anything else, comments and texts included.
    Text(&'a str),
    /// `$name`
    Parameter(&'a str),
}

/// Takes a query file apart. Comments end with their line; our files hold no other kind.
fn pieces(sql: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        let is_parameter = rest.starts_with('$');
        let end = if is_parameter {
            rest[1..].find(|c: char| !c.is_ascii_lowercase() && c != '_').map_or(rest.len(), |end| end + 1)
        } else if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(text) = rest.strip_prefix('\'') {
            text.find('\'').map_or(rest.len(), |end| end + 2)
        } else {
            // A lone hyphen begins nothing.
            let special = rest.char_indices().skip(1).find(|(at, c)| match c {
                '$' | '\'' => true,
                '-' => rest[*at..].starts_with("--"),
                _ => false,
            });
            special.map_or(rest.len(), |(at, _)| at)
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        match piece {
            "" => None,
            _ if is_parameter => Some(Piece::Parameter(&piece[1..])),
            _ => Some(Piece::Text(piece)),
        }
    })
}

static CATALOGUE: LazyLock<BTreeMap<String, Query>> = LazyLock::new(|| {
    Files::iter()
        .filter_map(|path| {
            let file = Files::get(&path)?;
            let name = path.strip_suffix(".sql")?.to_owned();
            let sql = String::from_utf8_lossy(&file.data).into_owned();
            Some((name.clone(), Query::new(name, sql)))
        })
        .collect()
});

/// Every query file by name.
pub fn catalogue() -> impl Iterator<Item = &'static Query> {
    CATALOGUE.values()
}

/// One query file, by folder and name.
pub fn query(name: &str) -> Option<&'static Query> {
    CATALOGUE.get(name)
}

/// One query file that the code names.
pub(super) fn named(name: &str) -> Result<&'static Query, duckdb::Error> {
    query(name).ok_or_else(|| duckdb::Error::InvalidParameterName(format!("no query file {name}.sql")))
}

/// The text of one query file that the code names.
pub(super) fn sql(name: &str) -> Result<&'static str, duckdb::Error> {
    named(name).map(|query| query.sql.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_and_replaced_outside_comments_and_texts() {
        let sql = "-- purpose: a - b\n--   c of $x\n-- parameters: $x\nselect '$y' - $x, $long_name::varchar -- $z\n";
        let query = Query::new("dashboard/test".into(), sql.into());
        assert_eq!(query.parameters, ["long_name", "x"]);
        assert_eq!(query.purpose(), "a - b c of $x");
        assert!(query.bound(|name| name.to_uppercase()).ends_with("\nselect '$y' - X, LONG_NAME::varchar -- $z\n"));
    }
}
