//! Answers as files: JSON, CSV, Parquet, Arrow; and the marts as files for other engines.

mod csv;
mod json;
pub mod partitions;
mod spool;

use std::io;

use arrow_ipc::writer::StreamWriter;
use duckdb::arrow::datatypes::SchemaRef;
use duckdb::arrow::error::ArrowError;
use duckdb::arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::query::ask::{Receive, Refusal};
use csv::CsvRows;
use json::JsonRows;
pub use spool::{Spool, Spooled};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One object: columns, types, rows, and whether there are more.
    Json,
    /// Comma separated, with a head; nothing in it is a formula.
    Csv,
    /// Apache Parquet, compressed with Zstandard.
    Parquet,
    /// A stream of Apache Arrow record batches.
    Arrow,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Json, Self::Csv, Self::Parquet, Self::Arrow];

    /// Its name, and how files of it end.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Arrow => "application/vnd.apache.arrow.stream",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == name)
    }

    /// What an `Accept` header prefers; JSON where it takes anything, `None` where it takes nothing of ours.
    pub fn accepted(accept: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or_default();
            let quality =
                parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0_f32);
            let format = match kind {
                "*/*" | "application/*" => Some(Self::Json),
                "text/*" => Some(Self::Csv),
                kind => Self::ALL.iter().copied().find(|format| format.media_type().split(';').next() == Some(kind)),
            };
            if let Some(format) = format
                && quality > 0.0
                && best.is_none_or(|(known, _)| quality > known)
            {
                best = Some((quality, format));
            }
        }
        best.map(|(_, format)| format)
    }
}

/// Writes an answer to a spool, part by part.
pub struct Writing {
    format: Format,
    state: State,
}

enum State {
    Waiting(Spool),
    Json(JsonRows),
    Csv(Box<CsvRows>),
    Parquet(Box<ArrowWriter<Spool>>),
    Arrow(Box<StreamWriter<Spool>>),
    Gone,
}

impl Writing {
    /// Writes to the spool.
    pub fn new(format: Format, sink: Spool) -> Self {
        Self { format, state: State::Waiting(sink) }
    }
}

impl Receive for Writing {
    type Made = Spool;

    fn begin(&mut self, schema: &SchemaRef) -> Result<(), Refusal> {
        let State::Waiting(sink) = std::mem::replace(&mut self.state, State::Gone) else { return Ok(()) };
        self.state = match self.format {
            Format::Json => State::Json(JsonRows::begin(sink, schema)?),
            Format::Csv => State::Csv(Box::new(CsvRows::begin(sink, schema)?)),
            Format::Parquet => {
                let level = ZstdLevel::try_new(3).map_err(unwritten)?;
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(level))
                    .set_max_row_group_row_count(Some(ROWS_OF_A_GROUP))
                    .set_created_by(concat!("mfascope ", env!("CARGO_PKG_VERSION")).to_owned())
                    .build();
                let writer = ArrowWriter::try_new(sink, schema.clone(), Some(properties)).map_err(unwritten)?;
                State::Parquet(Box::new(writer))
            }
            Format::Arrow => State::Arrow(Box::new(StreamWriter::try_new(sink, schema).map_err(arrow)?)),
        };
        Ok(())
    }

    fn take(&mut self, rows: &RecordBatch) -> Result<(), Refusal> {
        match &mut self.state {
            State::Json(json) => json.take(rows),
            State::Csv(csv) => csv.take(rows),
            State::Parquet(writer) => writer.write(rows).map_err(unwritten),
            State::Arrow(writer) => writer.write(rows).map_err(arrow),
            State::Waiting(_) | State::Gone => Ok(()),
        }
    }

    fn end(self, is_cut: bool) -> Result<Spool, Refusal> {
        match self.state {
            State::Json(json) => json.end(is_cut),
            State::Csv(csv) => csv.end(),
            State::Parquet(writer) => writer.into_inner().map_err(unwritten),
            State::Arrow(mut writer) => {
                writer.finish().map_err(arrow)?;
                writer.into_inner().map_err(arrow)
            }
            State::Waiting(sink) => Ok(sink),
            State::Gone => Err(Refusal::Broken("the answer was not begun".into())),
        }
    }
}

/// Bounds what is held before it is written.
const ROWS_OF_A_GROUP: usize = 65_536;

/// A type that the format has no word for is the asker's to change.
fn arrow(error: ArrowError) -> Refusal {
    match error {
        ArrowError::IoError(_, error) => io(error),
        other => Refusal::Mistaken(format!("the answer cannot be written so: {other}; cast the column to text")),
    }
}

fn unwritten(error: ParquetError) -> Refusal {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => io(*error),
            Err(other) => Refusal::Broken(format!("the answer cannot be written: {other}")),
        },
        other => Refusal::Mistaken(format!("the answer cannot be written so: {other}; cast the column to text")),
    }
}

fn io(error: io::Error) -> Refusal {
    if error.kind() == io::ErrorKind::QuotaExceeded {
        return Refusal::Mistaken(error.to_string());
    }
    Refusal::Broken(format!("the answer cannot be written: {error}"))
}

#[cfg(test)]
mod tests;
