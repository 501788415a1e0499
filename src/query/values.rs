//! Values for the parameters of query files.

use chrono::{DateTime, NaiveDate, Utc};
use duckdb::ToSql;
use duckdb::types::{ToSqlOutput, Value as EngineValue};

/// A value: what the engine is given, and how it reads in SQL.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Text.
    Text(String),
    /// Whole number.
    Number(i64),
    /// UTC day.
    Day(NaiveDate),
    /// Instant.
    Instant(DateTime<Utc>),
}

impl Value {
    /// As SQL writes it. Text that is given may hold anything.
    pub fn literal(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => format!("date '{day}'"),
            Self::Instant(instant) => format!("timestamp '{}'", instant.naive_utc()),
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> duckdb::Result<ToSqlOutput<'_>> {
        match self {
            Self::Null => Ok(ToSqlOutput::Owned(EngineValue::Null)),
            Self::Text(text) => text.to_sql(),
            Self::Number(number) => number.to_sql(),
            Self::Day(day) => day.to_sql(),
            Self::Instant(instant) => Ok(ToSqlOutput::Owned(EngineValue::Timestamp(
                duckdb::types::TimeUnit::Microsecond,
                instant.timestamp_micros(),
            ))),
        }
    }
}

/// Values by parameter. A query file is given those that it names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values(Vec<(&'static str, Value)>);

impl Values {
    pub(super) fn with(mut self, name: &'static str, value: Value) -> Self {
        self.0.retain(|(each, _)| *each != name);
        self.0.push((name, value));
        self
    }

    pub(super) fn text(self, name: &'static str, text: Option<&str>) -> Self {
        self.with(name, text.map_or(Value::Null, |text| Value::Text(text.to_owned())))
    }

    pub(super) fn instant(self, name: &'static str, instant: DateTime<Utc>) -> Self {
        self.with(name, Value::Instant(instant))
    }

    pub(super) fn day(self, name: &'static str, day: NaiveDate) -> Self {
        self.with(name, Value::Day(day))
    }

    pub(super) fn number(self, name: &'static str, number: i64) -> Self {
        self.with(name, Value::Number(number))
    }

    /// The value of a parameter.
    pub fn of(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(each, _)| *each == name).map(|(_, value)| value)
    }

    /// As the store takes them.
    pub(super) fn named(&self) -> Vec<(&str, &dyn ToSql)> {
        self.0.iter().map(|(name, value)| (*name, value as &dyn ToSql)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_quotes() {
        assert_eq!(Value::Text("it's'; drop table pool --".into()).literal(), "'it''s''; drop table pool --'");
    }

    #[test]
    fn instants_and_days_read_as_sql_writes_them() {
        let instant = DateTime::from_timestamp(1_700_000_000, 250_000_000).expect("in range");
        assert_eq!(Value::Instant(instant).literal(), "timestamp '2023-11-14 22:13:20.250'");
        assert_eq!(Value::Day(instant.date_naive()).literal(), "date '2023-11-14'");
        assert_eq!((Value::Null.literal(), Value::Number(-5).literal()), ("null".into(), "-5".into()));
    }
}
