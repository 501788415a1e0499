//! Rows as comma separated values.

use arrow_cast::display::ArrayFormatter;
use duckdb::arrow::array::Array;
use duckdb::arrow::datatypes::{DataType, SchemaRef};
use duckdb::arrow::record_batch::RecordBatch;

use super::{Spool, arrow, io};
use crate::query::ask::{Refusal, cell_format};
use crate::query::inert;

pub(super) struct CsvRows {
    writer: csv::Writer<Spool>,
}

impl CsvRows {
    pub(super) fn begin(sink: Spool, schema: &SchemaRef) -> Result<Self, Refusal> {
        let mut writer = csv::Writer::from_writer(sink);
        writer.write_record(schema.fields().iter().map(|field| inert(field.name()))).map_err(refused)?;
        Ok(Self { writer })
    }

    pub(super) fn take(&mut self, rows: &RecordBatch) -> Result<(), Refusal> {
        let options = cell_format();
        let columns = rows
            .columns()
            .iter()
            .map(|column| Ok((column, ArrayFormatter::try_new(column, &options).map_err(arrow)?)))
            .collect::<Result<Vec<_>, Refusal>>()?;
        for row in 0..rows.num_rows() {
            for (column, format) in &columns {
                if column.is_null(row) {
                    self.writer.write_field("").map_err(refused)?;
                    continue;
                }
                let text = format.value(row).try_to_string().map_err(arrow)?;
                // Numbers are what they are; anything else may hold anything.
                let is_plain = column.data_type().is_numeric() || matches!(column.data_type(), DataType::Boolean);
                self.writer.write_field(if is_plain { text } else { inert(&text) }).map_err(refused)?;
            }
            self.writer.write_record(None::<&[u8]>).map_err(refused)?;
        }
        Ok(())
    }

    pub(super) fn end(self) -> Result<Spool, Refusal> {
        self.writer.into_inner().map_err(|error| io(error.into_error()))
    }
}

fn refused(error: csv::Error) -> Refusal {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => io(error),
        other => Refusal::Broken(format!("the answer cannot be written: {other:?}")),
    }
}
