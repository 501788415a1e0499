//! What may be asked, by what the engine's parser makes of a text.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::query::marts::marts;
use crate::store::StoreError;

/// Why a question is not answered. One line.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It is not SQL, or not about what is there.
    #[error("{0}")]
    Mistaken(String),
    /// It asks for something that nobody may ask for.
    #[error("{0}")]
    NotAllowed(String),
    /// It took longer than it may.
    #[error("the question took longer than {} s and was stopped; ask for less, or for a shorter time", .0.as_secs())]
    TooLong(Duration),
    /// It needs more memory or disk than it may have.
    #[error("the question needs more memory than it may have ([query] memory); ask for less, or for a shorter time")]
    TooLarge,
    /// Others ask.
    #[error("too many questions are being answered; try again in a moment")]
    Busy,
    /// Something is wrong that the asker cannot help.
    #[error("{0}")]
    Broken(String),
}

impl Refusal {
    /// In one word, for logs.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Mistaken(_) => "mistaken",
            Self::NotAllowed(_) => "not_allowed",
            Self::TooLong(_) => "too_long",
            Self::TooLarge => "too_large",
            Self::Busy => "busy",
            Self::Broken(_) => "broken",
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<duckdb::Error> for Refusal {
    /// The engine speaks of the question: its tables, columns, types and values.
    fn from(error: duckdb::Error) -> Self {
        let text = error.to_string();
        let line = one_line(&text);
        if text.contains("Out of Memory") || text.contains("max_temp_directory_size") {
            Self::TooLarge
        } else if text.contains("INTERNAL Error") || text.contains("FATAL") {
            Self::Broken(line)
        } else {
            Self::Mistaken(line)
        }
    }
}

/// The engine's message without the picture of where it points to.
fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.lines().take_while(|line| !line.starts_with("LINE ")).flat_map(str::split_whitespace).collect();
    let mut line = words.join(" ");
    if line.len() > 500 {
        line.truncate(line.floor_char_boundary(500));
        line.push('…');
    }
    line
}

/// Functions that make rows and tell of nothing.
const TABLE_FUNCTIONS: &[&str] = &["generate_series", "json_each", "json_tree", "range", "unnest"];

/// Functions that tell of the engine, change something, or make much of little: the engine does not count the memory
/// of texts. A test names all the others.
pub(super) const REFUSED_FUNCTIONS: &[&str] = &[
    "add_parquet_key",
    "array_resize",
    "bar",
    "current_connection_id",
    "current_query",
    "current_query_id",
    "current_setting",
    "current_transaction_id",
    "currval",
    "format",
    "getenv",
    "getvariable",
    "in_search_path",
    "json_execute_serialized_sql",
    "json_serialize_plan",
    "list_resize",
    "lpad",
    "nextval",
    "parse_duckdb_log_message",
    "printf",
    "repeat",
    "rpad",
    "set_config",
    "setseed",
    "sleep_ms",
    "txid_current",
    "write_log",
];

/// Kinds of nodes that name a place to read from.
const PLACES: &[&str] = &["EMPTY", "EXPRESSION_LIST", "JOIN", "PIVOT", "SUBQUERY"];

#[derive(Deserialize)]
struct Parsed {
    error: bool,
    #[serde(default)]
    error_message: String,
    #[serde(default)]
    statements: Vec<Value>,
}

/// The marts that a parsed text reads, if it may be asked.
pub(super) fn check(
    parsed: &str,
    reserved_names: impl FnOnce() -> Result<Vec<String>, StoreError>,
) -> Result<Vec<String>, Refusal> {
    let mut deserializer = serde_json::Deserializer::from_str(parsed);
    // The stack is large enough for what the engine's parser lets through.
    deserializer.disable_recursion_limit();
    let parsed = Parsed::deserialize(&mut deserializer)
        .map_err(|error| Refusal::Broken(format!("the parsed question cannot be read: {error}")))?;
    if parsed.error {
        return Err(Refusal::Mistaken(match parsed.error_message.as_str() {
            "Only SELECT statements can be serialized to json!" => "only a SELECT may be asked".to_owned(),
            message => one_line(message),
        }));
    }
    let [statement] = parsed.statements.as_slice() else {
        return Err(Refusal::NotAllowed(format!("one SELECT at a time: these are {}", parsed.statements.len())));
    };
    let mut seen = Seen::default();
    seen.look(statement)?;
    let known = marts();
    let (found, others): (BTreeSet<String>, BTreeSet<String>) =
        seen.tables.into_iter().partition(|table| known.iter().any(|mart| mart.name == table));
    if !others.is_empty() {
        let reserved = reserved_names()?;
        for table in others {
            if reserved.contains(&table) || !seen.ctes.contains(&table) {
                return Err(Refusal::NotAllowed(format!(
                    "{table:?} is no table that may be asked about; there are {}",
                    known.iter().map(|mart| mart.name).collect::<Vec<_>>().join(", ")
                )));
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// What a statement names.
#[derive(Default)]
struct Seen {
    /// Tables without a schema, or of the public one; in lower case.
    tables: BTreeSet<String>,
    /// Names that the statement itself gives.
    ctes: BTreeSet<String>,
}

impl Seen {
    fn look(&mut self, statement: &Value) -> Result<(), Refusal> {
        let mut waiting = vec![statement];
        while let Some(value) = waiting.pop() {
            match value {
                Value::Object(node) => {
                    self.node(node)?;
                    waiting.extend(node.values());
                }
                Value::Array(values) => waiting.extend(values),
                _ => {}
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &Map<String, Value>) -> Result<(), Refusal> {
        let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
        let refused = |what: String| Err(Refusal::NotAllowed(what));
        if let Some(ctes) = node.get("cte_map").and_then(|map| map.get("map")).and_then(Value::as_array) {
            self.ctes.extend(ctes.iter().filter_map(|cte| cte.get("key")?.as_str()).map(str::to_lowercase));
        }
        match (text("class"), text("type")) {
            ("FUNCTION" | "WINDOW", _) => {
                let name = text("function_name").to_lowercase();
                let is_ours = matches!(text("schema"), "" | "main") && text("catalog").is_empty();
                if !is_ours || REFUSED_FUNCTIONS.contains(&name.as_str()) {
                    return refused(format!("the function {name} may not be asked"));
                }
            }
            ("", "BASE_TABLE") => {
                let (catalog, schema, table) = (text("catalog_name"), text("schema_name"), text("table_name"));
                let place = [catalog, schema, table]
                    .iter()
                    .filter(|part| !part.is_empty())
                    .copied()
                    .collect::<Vec<_>>()
                    .join(".");
                if !catalog.is_empty() || !(schema.is_empty() || schema.eq_ignore_ascii_case("public")) {
                    return refused(format!("{place:?} may not be asked about: only tables of the schema public"));
                }
                if !node.get("at_clause").unwrap_or(&Value::Null).is_null() {
                    return refused("a table is asked about as it is now, without AT".to_owned());
                }
                self.tables.insert(table.to_lowercase());
            }
            ("", "TABLE_FUNCTION") => {
                let name = node.get("function").and_then(|function| function.get("function_name"));
                let name = name.and_then(Value::as_str).unwrap_or_default().to_lowercase();
                if !TABLE_FUNCTIONS.contains(&name.as_str()) {
                    return refused(format!(
                        "the table function {name} may not be asked; there are {}",
                        TABLE_FUNCTIONS.join(", ")
                    ));
                }
            }
            // DESCRIBE and SUMMARIZE of something that is looked at like everything else.
            ("", "SHOW_REF") if node.get("query").is_some_and(Value::is_object) => {}
            ("", "SHOW_REF") => return refused("only a SELECT may be asked; /sql lists the tables".to_owned()),
            _ => {}
        }
        // A kind of place that a later engine brings is not let through unseen.
        for key in ["from_table", "left", "right", "source"] {
            let Some(place) = node.get(key).and_then(Value::as_object) else { continue };
            let of = |key: &str| place.get(key).and_then(Value::as_str).unwrap_or_default();
            let is_known = !of("class").is_empty()
                || of("type").ends_with("_NODE")
                || PLACES.contains(&of("type"))
                || matches!(of("type"), "BASE_TABLE" | "TABLE_FUNCTION" | "SHOW_REF" | "");
            if !is_known {
                return refused(format!("{} may not be asked about", of("type").to_lowercase()));
            }
        }
        Ok(())
    }
}
