//! Answers as texts, for people.

use arrow_cast::display::{ArrayFormatter, FormatOptions};
use duckdb::arrow::array::Array;
use duckdb::arrow::datatypes::{DataType, SchemaRef};
use duckdb::arrow::record_batch::RecordBatch;

use super::{Receive, Refusal};

/// Instants are UTC and written as RFC 3339.
pub const INSTANT: &str = "%Y-%m-%dT%H:%M:%S%.fZ";

/// How cells are written.
pub fn cell_format() -> FormatOptions<'static> {
    FormatOptions::new().with_timestamp_format(Some(INSTANT)).with_timestamp_tz_format(Some(INSTANT))
}

/// An answer that is short enough to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<TableColumn>,
    /// Rows, a cell a column; none where there is no data.
    pub rows: Vec<Vec<Option<String>>>,
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// What kind of values it holds.
    pub kind: &'static str,
    /// They are numbers.
    pub is_number: bool,
}

impl Receive for Table {
    type Made = Self;

    fn begin(&mut self, schema: &SchemaRef) -> Result<(), Refusal> {
        let column = |field: &duckdb::arrow::datatypes::FieldRef| TableColumn {
            name: field.name().clone(),
            kind: kind_of(field.data_type()),
            is_number: field.data_type().is_numeric(),
        };
        self.columns = schema.fields().iter().map(column).collect();
        Ok(())
    }

    fn take(&mut self, rows: &RecordBatch) -> Result<(), Refusal> {
        let options = cell_format();
        let unreadable = |error: duckdb::arrow::error::ArrowError| {
            Refusal::Mistaken(format!("the answer cannot be shown: {error}; cast the column to text"))
        };
        let columns = rows
            .columns()
            .iter()
            .map(|column| Ok((column, ArrayFormatter::try_new(column, &options).map_err(unreadable)?)))
            .collect::<Result<Vec<_>, Refusal>>()?;
        for row in 0..rows.num_rows() {
            let cell = |(column, format): &(&duckdb::arrow::array::ArrayRef, ArrayFormatter<'_>)| {
                if column.is_null(row) {
                    return Ok(None);
                }
                format.value(row).try_to_string().map(Some).map_err(unreadable)
            };
            self.rows.push(columns.iter().map(cell).collect::<Result<_, _>>()?);
        }
        Ok(())
    }

    fn end(self, _: bool) -> Result<Self, Refusal> {
        Ok(self)
    }
}

/// What kind of values a column holds.
pub fn kind_of(kind: &DataType) -> &'static str {
    match kind {
        DataType::Boolean => "boolean",
        kind if kind.is_integer() => "integer",
        kind if kind.is_floating() => "real",
        DataType::Decimal128(_, 0) | DataType::Decimal256(_, 0) => "integer",
        kind if kind.is_numeric() => "decimal",
        DataType::Timestamp(..) => "timestamp",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Time32(_) | DataType::Time64(_) => "time",
        DataType::Interval(_) | DataType::Duration(_) => "interval",
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => "list",
        DataType::Struct(_) | DataType::Map(..) => "object",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => "bytes",
        _ => "text",
    }
}
