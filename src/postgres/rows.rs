//! Rows and their description as messages.

use bytes::{BufMut, BytesMut};
use duckdb::arrow::record_batch::RecordBatch;
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::data::{FieldDescription, RowDescription};

use super::cell::{Cell, Column, size_of};
use super::copy::Form;
use super::error::Failure;
use super::{binary, text};

/// In which form a client wants each column: none for text, one for all, or one for each.
#[derive(Clone, Debug, Default)]
pub(super) struct Formats(pub(super) Vec<i16>);

impl Formats {
    pub(super) fn is_binary(&self, column: usize) -> bool {
        let code = if self.0.len() == 1 { self.0.first() } else { self.0.get(column) };
        code == Some(&1)
    }

    /// Whether they are for so many columns.
    pub(super) fn fit(&self, columns: usize) -> Result<(), Failure> {
        if self.0.len() > 1 && self.0.len() != columns {
            let message = format!("{} result formats for {columns} columns", self.0.len());
            return Err(Failure::new("08P01", message));
        }
        Ok(())
    }
}

/// How rows are sent.
pub(super) enum Dress<'a> {
    Rows(&'a Formats),
    File(&'a Form),
}

/// What the columns are.
pub(super) fn description(columns: &[Column], formats: &Formats) -> PgWireBackendMessage {
    let field = |(place, Column { name, kind }): (usize, &Column)| {
        let format = i16::from(formats.is_binary(place));
        FieldDescription::new(name.replace('\0', ""), 0, 0, kind.oid(), size_of(kind), -1, format)
    };
    PgWireBackendMessage::RowDescription(RowDescription::new(columns.iter().enumerate().map(field).collect()))
}

/// Writes rows as messages.
pub(super) fn write(columns: &[Column], rows: &RecordBatch, dress: &Dress<'_>, out: &mut BytesMut) {
    let mut text = String::new();
    for row in 0..rows.num_rows() {
        let cells = rows.columns().iter().map(|array| Cell::of(array.as_ref(), row));
        match dress {
            Dress::File(form) => {
                let shown = |cell: Cell<'_>| {
                    let mut text = String::new();
                    text::write(&cell, &mut text);
                    (!matches!(cell, Cell::Null)).then_some(text)
                };
                form.line(cells.map(shown), out);
            }
            Dress::Rows(formats) => {
                out.put_u8(b'D');
                let begin = out.len();
                out.put_i32(0);
                out.put_i16(i16::try_from(columns.len()).unwrap_or(i16::MAX));
                for (place, (cell, column)) in cells.zip(columns).enumerate() {
                    if formats.is_binary(place) {
                        binary::write(&column.kind, &cell, out);
                    } else if matches!(cell, Cell::Null) {
                        out.put_i32(-1);
                    } else {
                        text.clear();
                        text::write(&cell, &mut text);
                        out.put_i32(i32::try_from(text.len()).unwrap_or(i32::MAX));
                        out.put_slice(text.as_bytes());
                    }
                }
                let length = i32::try_from(out.len() - begin).unwrap_or(i32::MAX);
                out[begin..begin + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
    }
}
