//! Values of parameters as they come from outside. They are bound, never pasted.

use duckdb::types::Value;
use serde_json::{Map, Value as Json};

use super::Refusal;
use crate::store::Bound;

/// Values by name.
///
/// # Errors
/// For a value that is neither text, number, truth value nor null.
pub fn named(values: &Map<String, Json>) -> Result<Bound, Refusal> {
    let value = |(name, json): (&String, &Json)| Ok((name.clone(), of_json(name, json)?));
    values.iter().map(value).collect::<Result<_, _>>().map(Bound::Named)
}

/// Values in their order.
///
/// # Errors
/// For a value that is neither text, number, truth value nor null.
pub fn positional(values: &[Json]) -> Result<Bound, Refusal> {
    let value = |(place, json): (usize, &Json)| of_json(&(place + 1).to_string(), json);
    values.iter().enumerate().map(value).collect::<Result<_, _>>().map(Bound::Positional)
}

fn of_json(name: &str, json: &Json) -> Result<Value, Refusal> {
    match json {
        Json::Null => Ok(Value::Null),
        Json::Bool(value) => Ok(Value::Boolean(*value)),
        Json::String(text) => Ok(Value::Text(text.clone())),
        Json::Number(number) => Ok(match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::BigInt(whole),
            (None, Some(real)) => Value::Double(real),
            (None, None) => Value::Text(number.to_string()),
        }),
        Json::Array(_) | Json::Object(_) => {
            Err(Refusal::Mistaken(format!("the parameter {name} is a text, a number, true, false or null")))
        }
    }
}
