//! An answer as one JSON object: `{"columns": […], "types": […], "rows": [[…], …], "truncated": false}`.

use std::io::Write;

use arrow_json::writer::LineDelimited;
use arrow_json::{StructMode, WriterBuilder};
use duckdb::arrow::datatypes::SchemaRef;
use duckdb::arrow::record_batch::RecordBatch;

use super::{Spool, arrow, io};
use crate::query::ask::{INSTANT, Refusal, kind_of};

pub(super) struct JsonRows {
    sink: Spool,
    has_rows: bool,
}

impl JsonRows {
    pub(super) fn begin(mut sink: Spool, schema: &SchemaRef) -> Result<Self, Refusal> {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let types: Vec<&str> = schema.fields().iter().map(|field| kind_of(field.data_type())).collect();
        let text = |words: &[&str]| serde_json::to_string(words).map_err(|error| Refusal::Broken(error.to_string()));
        write!(sink, "{{\"columns\":{},\"types\":{},\"rows\":[", text(&names)?, text(&types)?).map_err(io)?;
        Ok(Self { sink, has_rows: false })
    }

    pub(super) fn take(&mut self, rows: &RecordBatch) -> Result<(), Refusal> {
        let mut lines = Vec::new();
        let mut writer = WriterBuilder::new()
            .with_struct_mode(StructMode::ListOnly)
            .with_explicit_nulls(true)
            .with_timestamp_format(INSTANT.to_owned())
            .with_timestamp_tz_format(INSTANT.to_owned())
            .build::<_, LineDelimited>(&mut lines);
        writer.write(rows).and_then(|()| writer.finish()).map_err(arrow)?;
        drop(writer);
        // A line break inside of a text is escaped, so that those left end rows.
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let separator: &[u8] = if self.has_rows { b",\n" } else { b"\n" };
            self.sink.write_all(separator).and_then(|()| self.sink.write_all(line)).map_err(io)?;
            self.has_rows = true;
        }
        Ok(())
    }

    pub(super) fn end(mut self, is_cut: bool) -> Result<Spool, Refusal> {
        writeln!(self.sink, "],\"truncated\":{is_cut}}}").map_err(io)?;
        Ok(self.sink)
    }
}
