//! Rows as a file: `COPY (…) TO STDOUT`, as text or CSV.

use bytes::{BufMut, BytesMut};

use super::cell::Column;
use super::error::Failure;
use super::statement::Token;

/// How a file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    is_csv: bool,
    pub(super) has_header: bool,
    delimiter: char,
    null: String,
    quote: char,
}

impl Form {
    /// As the options of the command say, in the new way and in the old one.
    pub(super) fn of<'a>(options: impl Iterator<Item = &'a Token>) -> Result<Self, Failure> {
        let options: Vec<&Token> = options.collect();
        let word = |place: usize| options.get(place).and_then(|token| token.value()).unwrap_or_default();
        let mut form = Self { is_csv: false, has_header: false, delimiter: '\t', null: "\\N".into(), quote: '"' };
        let (mut delimiter, mut null) = (None, None);
        let mut place = 0;
        while let Some(token) = options.get(place) {
            let value = if matches!(word(place + 1), "as" | "=") { word(place + 2) } else { word(place + 1) };
            let first = |value: &str| value.chars().next().filter(|c| c.is_ascii() && value.len() == 1);
            let odd = |what: &str| Failure::new("22023", format!("COPY: {what} is one ASCII character"));
            match token {
                Token::Word(name) => match name.as_str() {
                    "csv" => form.is_csv = true,
                    "text" => form.is_csv = false,
                    "binary" => return Err(Failure::new("0A000", "COPY in binary is not offered: take csv or text")),
                    "header" => form.has_header = !matches!(value, "false" | "off" | "0"),
                    "delimiter" | "delimiters" => delimiter = Some(first(value).ok_or_else(|| odd("DELIMITER"))?),
                    "quote" => form.quote = first(value).ok_or_else(|| odd("QUOTE"))?,
                    "null" => null = Some(value.to_owned()),
                    "format" | "with" | "as" | "true" | "on" | "false" | "off" | "encoding" | "escape" => {}
                    other => return Err(Failure::new("0A000", format!("COPY: the option {other} is not offered"))),
                },
                Token::Sign('(' | ')' | ',') | Token::Text(_) | Token::Number(_) => {}
                _ => return Err(Failure::new("42601", "COPY: the options are not understood")),
            }
            place += 1;
        }
        if form.is_csv {
            (form.delimiter, form.null) = (',', String::new());
        }
        form.delimiter = delimiter.unwrap_or(form.delimiter);
        form.null = null.unwrap_or(form.null);
        Ok(form)
    }

    /// The line of the names.
    pub(super) fn header(&self, columns: &[Column], out: &mut BytesMut) {
        self.line(columns.iter().map(|column| Some(column.name.clone())), out);
    }

    /// A line as a message.
    pub(super) fn line(&self, cells: impl Iterator<Item = Option<String>>, out: &mut BytesMut) {
        out.put_u8(b'd');
        let begin = out.len();
        out.put_i32(0);
        for (place, cell) in cells.enumerate() {
            if place > 0 {
                out.put_u8(self.delimiter as u8);
            }
            match cell {
                None => out.put_slice(self.null.as_bytes()),
                Some(text) if self.is_csv => self.csv(&text, out),
                Some(text) => self.text(&text, out),
            }
        }
        out.put_u8(b'\n');
        let length = i32::try_from(out.len() - begin).unwrap_or(i32::MAX);
        out[begin..begin + 4].copy_from_slice(&length.to_be_bytes());
    }

    fn csv(&self, text: &str, out: &mut BytesMut) {
        let is_plain = text != self.null
            && text != "\\."
            && !text.contains(|c| [self.delimiter, self.quote, '\n', '\r'].contains(&c));
        if is_plain {
            return out.put_slice(text.as_bytes());
        }
        out.put_u8(self.quote as u8);
        for byte in text.bytes() {
            if byte == self.quote as u8 {
                out.put_u8(byte);
            }
            out.put_u8(byte);
        }
        out.put_u8(self.quote as u8);
    }

    fn text(&self, text: &str, out: &mut BytesMut) {
        for byte in text.bytes() {
            match byte {
                b'\n' => out.put_slice(b"\\n"),
                b'\r' => out.put_slice(b"\\r"),
                b'\t' => out.put_slice(b"\\t"),
                b'\\' => out.put_slice(b"\\\\"),
                byte if byte == self.delimiter as u8 => out.put_slice(&[b'\\', byte]),
                byte => out.put_u8(byte),
            }
        }
    }
}
