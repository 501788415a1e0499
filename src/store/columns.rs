//! Arrow columns, and appending them to a table by name.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use duckdb::arrow::array::{
    Array, ArrayRef, BooleanBuilder, FixedSizeBinaryBuilder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
    UInt32Builder,
};
use duckdb::arrow::datatypes::{DataType, Field, Schema};
use duckdb::arrow::error::ArrowError;
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::{Appender, Connection};
use uuid::Uuid;

use super::writer::Step;

/// A column of a table.
pub(super) type Column = (&'static str, ArrayRef);

/// Appends rows to a table of the file.
pub(super) fn append<N: AsRef<str>>(connection: &Connection, table: &str, columns: Vec<(N, ArrayRef)>) -> Step {
    match telling(columns) {
        columns if columns.is_empty() => Ok(()),
        columns => append_to(connection.appender_with_columns(table, &names(&columns))?, columns),
    }
}

/// Appends rows to a temporary table.
pub(super) fn append_temporary(connection: &Connection, table: &str, columns: Vec<Column>) -> Step {
    match telling(columns) {
        columns if columns.is_empty() => Ok(()),
        columns => append_to(
            connection.appender_with_columns_to_catalog_and_db(table, "temp", "main", &names(&columns))?,
            columns,
        ),
    }
}

/// Columns that hold nothing are left out: they are null anyway, and each value handed over costs.
fn telling<N>(columns: Vec<(N, ArrayRef)>) -> Vec<(N, ArrayRef)> {
    columns.into_iter().filter(|(_, column)| column.null_count() < column.len()).collect()
}

fn names<N: AsRef<str>>(columns: &[(N, ArrayRef)]) -> Vec<&str> {
    columns.iter().map(|(name, _)| name.as_ref()).collect()
}

fn append_to<N: AsRef<str>>(mut appender: Appender<'_>, columns: Vec<(N, ArrayRef)>) -> Step {
    appender.append_record_batch(record_batch(columns)?)?;
    appender.flush()
}

fn record_batch<N: AsRef<str>>(columns: Vec<(N, ArrayRef)>) -> Result<RecordBatch, duckdb::Error> {
    let fields: Vec<Field> = columns.iter().map(|(name, column)| field(name.as_ref(), column)).collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(refused)
}

/// Sixteen bytes are a UUID: Arrow says so by an extension of its types.
fn field(name: &str, column: &ArrayRef) -> Field {
    let field = Field::new(name, column.data_type().clone(), true);
    match column.data_type() {
        DataType::FixedSizeBinary(_) => {
            field.with_metadata(HashMap::from([("ARROW:extension:name".to_owned(), "arrow.uuid".to_owned())]))
        }
        _ => field,
    }
}

fn refused(error: ArrowError) -> duckdb::Error {
    duckdb::Error::InvalidParameterName(format!("columns of a batch: {error}"))
}

pub(super) fn texts<T: AsRef<str>>(values: impl Iterator<Item = Option<T>>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}

pub(super) fn uuids(values: impl Iterator<Item = Option<Uuid>>) -> ArrayRef {
    let mut builder = FixedSizeBinaryBuilder::new(16);
    for value in values {
        match value {
            // The builder refuses other lengths only.
            Some(value) => builder.append_value(value.as_bytes()).unwrap_or_default(),
            None => builder.append_null(),
        }
    }
    Arc::new(builder.finish())
}

pub(super) fn instants(values: impl Iterator<Item = Option<DateTime<Utc>>>) -> ArrayRef {
    instants_us(values.map(|value| value.map(|instant| instant.timestamp_micros())))
}

pub(super) fn instants_us(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    let mut builder = TimestampMicrosecondBuilder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}

pub(super) fn flags(values: impl Iterator<Item = Option<bool>>) -> ArrayRef {
    let mut builder = BooleanBuilder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}

pub(super) fn integers(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    let mut builder = Int64Builder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}

pub(super) fn numbers(values: impl Iterator<Item = Option<u32>>) -> ArrayRef {
    let mut builder = UInt32Builder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}
